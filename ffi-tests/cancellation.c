/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A thread that is cancelled during a call returns from the call first. */
#include "chain.h"
#include <pthread.h>
#include <unistd.h>

/* AddressSanitizer does not know that cancellation leaves the frames of a thread, and then reports
 * its own use of the stack. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
    return "use_sigaltstack=0";
}

static _Atomic unsigned calls, callbacks;

/* Repeats a call until the thread is cancelled. */
static void *probe_again(void *name)
{
    while (name) {
        diskprobe_image *image;
        diskprobe_error *error;
        (void)!diskprobe_probe_path(name, NULL, &image, &error);
        diskprobe_image_free(image);
        diskprobe_error_free(error);
        calls++;
        pthread_testcancel();
    }
    return NULL;
}

/* Cancels the thread that calls it, and has a cancellation point of its own. */
static void cancel_self(void)
{
    CHECK(pthread_cancel(pthread_self()) == 0);
    pthread_testcancel();
    usleep(1);
    callbacks++;
}

static int64_t read_zeros(void *opaque, void *buffer, size_t size, uint64_t offset,
                          diskprobe_error **error)
{
    (void)opaque, (void)offset, (void)error;
    cancel_self();
    memset(buffer, 0, size);
    return (int64_t)size;
}

static int open_default(void *opaque, const diskprobe_location *location,
                        diskprobe_open_request *request, diskprobe_error **error)
{
    (void)opaque, (void)location, (void)error;
    cancel_self();
    return diskprobe_open_request_use_default(request) == DISKPROBE_STATUS_OK ? 0 : -1;
}

static bool take_result(void *opaque, const char *name, size_t length, diskprobe_status status,
                        const diskprobe_image *image, const diskprobe_error *error)
{
    (void)opaque, (void)name, (void)length, (void)status, (void)image, (void)error;
    cancel_self();
    return true;
}

static void *in_read(void *done)
{
    diskprobe_image *image;
    CHECK(diskprobe_probe_callback(read_zeros, NULL, 1 << 20, NULL, &image, NULL)
          == DISKPROBE_STATUS_OK);
    diskprobe_image_free(image);
    *(bool *)done = true;
    pthread_testcancel();
    return NULL;
}

static void *in_opener(void *done)
{
    diskprobe_chain_options *options = diskprobe_chain_options_new();
    CHECK(diskprobe_chain_options_set_opener(options, open_default, NULL) == DISKPROBE_STATUS_OK);
    diskprobe_chain_free(walk("top.qcow2", options));
    diskprobe_chain_options_free(options);
    *(bool *)done = true;
    pthread_testcancel();
    return NULL;
}

static void *in_scan(void *done)
{
    CHECK(diskprobe_scan(&check_directory, 1, NULL, take_result, NULL, NULL)
          == DISKPROBE_STATUS_OK);
    *(bool *)done = true;
    pthread_testcancel();
    return NULL;
}

static void join_cancelled(pthread_t thread)
{
    void *result;
    CHECK(pthread_join(thread, &result) == 0 && result == PTHREAD_CANCELED);
}

TEST
{
    pthread_t thread;
    static char name[4096];
    snprintf(name, sizeof name, "%s", image_name("disk.qcow2"));
    for (int round = 0; round < 20; round++) {
        calls = 0;
        CHECK(pthread_create(&thread, NULL, probe_again, name) == 0);
        while (calls == 0)
            usleep(100);
        CHECK(pthread_cancel(thread) == 0);
        join_cancelled(thread);
    }

    void *(*const ways[])(void *) = {in_read, in_opener, in_scan};
    for (size_t way = 0; way < sizeof ways / sizeof *ways; way++) {
        bool done = false;
        callbacks = 0;
        CHECK(pthread_create(&thread, NULL, ways[way], &done) == 0);
        join_cancelled(thread);
        CHECK(done && callbacks > 0);
    }
}
