/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* When a scan returns, its threads have ended and their thread-local data is freed, so that a
 * program can unload the library. */
#include "check.h"
#include <pthread.h>
#include <unistd.h>

enum { JOBS = 4, ROUNDS = 8 };

static pthread_key_t key;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static unsigned begun, ended;

static unsigned read_count(const unsigned *count)
{
    pthread_mutex_lock(&mutex);
    unsigned value = *count;
    pthread_mutex_unlock(&mutex);
    return value;
}

/* Runs slowly when a thread ends. */
static void end(void *nothing)
{
    (void)nothing;
    usleep(20 * 1000);
    pthread_mutex_lock(&mutex);
    ended++;
    pthread_mutex_unlock(&mutex);
}

static bool take(void *scanning, const char *name, size_t length, diskprobe_status status,
                 const diskprobe_image *image, const diskprobe_error *error)
{
    (void)name, (void)length, (void)status, (void)image, (void)error;
    if (!pthread_equal(pthread_self(), *(pthread_t *)scanning) && !pthread_getspecific(key)) {
        CHECK(pthread_setspecific(key, &key) == 0);
        pthread_mutex_lock(&mutex);
        begun++;
        pthread_mutex_unlock(&mutex);
    }
    usleep(1000); /* so that the other threads reach this too */
    return true;
}

static void *scan(void *nothing)
{
    pthread_t self = pthread_self();
    diskprobe_scan_options *options = diskprobe_scan_options_new();
    CHECK(diskprobe_scan_options_set_jobs(options, JOBS) == DISKPROBE_STATUS_OK);
    for (int round = 0; round < ROUNDS; round++) {
        CHECK(diskprobe_scan(&check_directory, 1, options, take, &self, NULL) == DISKPROBE_STATUS_OK);
        CHECK(read_count(&begun) == read_count(&ended));
    }
    diskprobe_scan_options_free(options);
    return nothing;
}

TEST
{
    CHECK(pthread_key_create(&key, end) == 0);
    /* Not in the main thread: see scan.c. */
    pthread_t thread;
    CHECK(pthread_create(&thread, NULL, scan, NULL) == 0 && pthread_join(thread, NULL) == 0);
    CHECK(begun > 0);
    pthread_key_delete(key);
}
