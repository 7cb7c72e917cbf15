/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Scans that end in every way, at random moments: by the callback, by cancellation in the callback,
 * before the scan and in another thread, and by themselves; with scans in the callback. Calls never
 * overlap, and none comes after the end.
 *
 * SCANS in the environment sets the number of scans. */
#include "check.h"
#include <pthread.h>
#include <unistd.h>

enum { USUAL_SCANS = 100, JOBS = 12, SEED = 7 };

enum way { BY_ITSELF, BY_CALLBACK, CANCELLED_IN_CALLBACK, CANCELLED_BEFORE, CANCELLED_IN_THREAD, WAYS };

struct scan {
    enum way way;
    diskprobe_scan_options *options;
    unsigned ends_after;  /* results, or microseconds */
    unsigned results;
    bool is_slow, is_nested;
    bool is_running, has_ended; /* not atomic, because calls of one scan never overlap */
};

static uint64_t state = SEED;

/* A linear congruential generator. */
static unsigned below(unsigned bound)
{
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(state >> 33) % bound;
}

static bool count(void *results, const char *name, size_t length, diskprobe_status status,
                  const diskprobe_image *image, const diskprobe_error *error)
{
    (void)name, (void)length, (void)status, (void)image, (void)error;
    return ++*(unsigned *)results < 3;
}

static void scan_within(void)
{
    unsigned results = 0;
    diskprobe_scan_options *options = diskprobe_scan_options_new();
    CHECK(diskprobe_scan_options_set_jobs(options, 2) == DISKPROBE_STATUS_OK);
    CHECK(diskprobe_scan(&check_directory, 1, options, count, &results, NULL)
          == DISKPROBE_STATUS_OK);
    CHECK(results == 3);
    diskprobe_scan_options_free(options);
}

static bool take(void *opaque, const char *name, size_t length, diskprobe_status status,
                 const diskprobe_image *image, const diskprobe_error *error)
{
    struct scan *scan = opaque;
    CHECK(strlen(name) == length && (status == DISKPROBE_STATUS_OK) == (image != NULL));
    CHECK(diskprobe_error_status(error) == status);
    CHECK(!scan->is_running && !scan->has_ended);
    scan->is_running = true;
    scan->results++;
    if (scan->is_slow)
        usleep(200);
    if (scan->is_nested && scan->results == 2)
        scan_within();
    bool is_last = scan->results == scan->ends_after;
    if (is_last && scan->way == CANCELLED_IN_CALLBACK)
        diskprobe_scan_options_cancel(scan->options);
    scan->has_ended = is_last && (scan->way == BY_CALLBACK || scan->way == CANCELLED_IN_CALLBACK);
    scan->is_running = false;
    return !(scan->has_ended && scan->way == BY_CALLBACK);
}

static void *cancel_later(void *opaque)
{
    struct scan *scan = opaque;
    usleep(scan->ends_after * 10);
    diskprobe_scan_options_cancel(scan->options);
    return NULL;
}

static void run(enum way way, unsigned all)
{
    struct scan scan = {.way = way, .options = diskprobe_scan_options_new()};
    pthread_t thread;
    scan.ends_after = 1 + below(all);
    scan.is_slow = below(8) == 0;
    scan.is_nested = below(8) == 0;
    CHECK(diskprobe_scan_options_set_jobs(scan.options, 1 + below(JOBS)) == DISKPROBE_STATUS_OK);
    CHECK(diskprobe_scan_options_set_ordered(scan.options, below(2)) == DISKPROBE_STATUS_OK);
    CHECK(diskprobe_scan_options_set_recursive(scan.options, true) == DISKPROBE_STATUS_OK);
    if (way == CANCELLED_BEFORE)
        diskprobe_scan_options_cancel(scan.options);
    if (way == CANCELLED_IN_THREAD)
        CHECK(pthread_create(&thread, NULL, cancel_later, &scan) == 0);
    CHECK(diskprobe_scan(&check_directory, 1, scan.options, take, &scan, NULL)
          == DISKPROBE_STATUS_OK);
    CHECK(!scan.is_running);
    switch (way) {
    case BY_ITSELF: CHECK(scan.results == all); break;
    case BY_CALLBACK:
    case CANCELLED_IN_CALLBACK: CHECK(scan.results == scan.ends_after); break;
    case CANCELLED_BEFORE: CHECK(scan.results == 0); break;
    case CANCELLED_IN_THREAD: CHECK(scan.results <= all); break;
    case WAYS: break;
    }
    if (way == CANCELLED_IN_THREAD)
        CHECK(pthread_join(thread, NULL) == 0);
    diskprobe_scan_options_free(scan.options);
}

static bool count_all(void *results, const char *name, size_t length, diskprobe_status status,
                      const diskprobe_image *image, const diskprobe_error *error)
{
    (void)name, (void)length, (void)status, (void)image, (void)error;
    ++*(unsigned *)results;
    return true;
}

static void *run_all(void *nothing)
{
    const char *number = getenv("SCANS");
    unsigned scans = number ? (unsigned)strtoul(number, NULL, 10) : USUAL_SCANS, all = 0;
    diskprobe_scan_options *options = diskprobe_scan_options_new();
    CHECK(diskprobe_scan_options_set_recursive(options, true) == DISKPROBE_STATUS_OK);
    CHECK(diskprobe_scan(&check_directory, 1, options, count_all, &all, NULL)
          == DISKPROBE_STATUS_OK);
    diskprobe_scan_options_free(options);
    for (unsigned i = 0; i < scans; i++)
        run((enum way)(i % WAYS), all);
    printf("%u scans, seed %d\n", scans, SEED);
    return nothing;
}

TEST
{
    /* Not in the main thread: see scan.c. */
    pthread_t thread;
    CHECK(pthread_create(&thread, NULL, run_all, NULL) == 0 && pthread_join(thread, NULL) == 0);
}
