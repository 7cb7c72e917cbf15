/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Scans in many threads, each with several jobs, share their options. Then one thread ends all
 * scans. */
#include "check.h"
#include <pthread.h>

enum { THREADS = 6, JOBS = 4, ROUNDS = 4 };

struct seen {
    unsigned results;
    uint64_t bytes;
    const diskprobe_scan_options *cancel;
};

static diskprobe_scan_options *shared;

/* Not atomic, because calls of one scan never overlap. */
static bool take(void *opaque, const char *name, size_t length, diskprobe_status status,
                 const diskprobe_image *image, const diskprobe_error *error)
{
    struct seen *seen = opaque;
    uint64_t size;
    CHECK(strlen(name) == length && diskprobe_error_status(error) == status);
    if (diskprobe_image_virtual_size(image, &size))
        seen->bytes += size;
    seen->results++;
    diskprobe_scan_options_cancel(seen->cancel);
    return true;
}

static struct seen scan(const diskprobe_scan_options *cancel)
{
    struct seen seen = {.cancel = cancel};
    CHECK(diskprobe_scan(&check_directory, 1, shared, take, &seen, NULL) == DISKPROBE_STATUS_OK);
    return seen;
}

static void *work(void *first)
{
    const struct seen *expected = first;
    for (int round = 0; round < ROUNDS; round++) {
        struct seen seen = scan(NULL);
        CHECK(seen.results == expected->results && seen.bytes == expected->bytes);
    }
    return NULL;
}

static void *be_ended(void *nothing)
{
    while (scan(NULL).results > 0)
        ;
    return nothing;
}

static void *end(void *nothing)
{
    CHECK(scan(shared).results >= 1);
    return nothing;
}

static void in_threads(void *(*body)(void *), void *(*last)(void *), void *opaque)
{
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++) {
        void *(*own)(void *) = i + 1 < THREADS ? body : last;
        CHECK(pthread_create(&threads[i], NULL, own, opaque) == 0);
    }
    for (int i = 0; i < THREADS; i++)
        CHECK(pthread_join(threads[i], NULL) == 0);
}

TEST
{
    shared = diskprobe_scan_options_new();
    CHECK(diskprobe_scan_options_set_recursive(shared, true) == DISKPROBE_STATUS_OK);
    struct seen first = scan(NULL);
    CHECK(first.results > 20 && first.bytes > 0);
    CHECK(diskprobe_scan_options_set_jobs(shared, JOBS) == DISKPROBE_STATUS_OK);
    in_threads(work, work, &first);
    in_threads(be_ended, end, NULL);
    diskprobe_scan_options_free(shared);
}
