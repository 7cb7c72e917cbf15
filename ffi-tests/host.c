/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The process of the caller: errno, signals, forks and threads. */
#include "chain.h"
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

enum { UNUSED_ERRNO = 12345, JOBS = 4 };

static volatile sig_atomic_t signals;

static void note_signal(int number)
{
    (void)number;
    signals++;
}

/* Getters of facts and _free() functions leave errno alone. */
static void errno_is_kept(void)
{
    uint64_t size;
    size_t length;
    diskprobe_image *none;
    diskprobe_error *error;
    CHECK(diskprobe_probe_path(image_name("absent"), NULL, &none, &error)
          == DISKPROBE_STATUS_NOT_FOUND);
    diskprobe_image *image = probe("disk.qcow2");
    diskprobe_chain_options *options = diskprobe_chain_options_new();
    diskprobe_chain *chain = walk("top.qcow2", options);
    errno = UNUSED_ERRNO;
    CHECK(diskprobe_error_errno(error) == ENOENT && diskprobe_error_message(error));
    diskprobe_error_free(error);
    diskprobe_image_virtual_size(image, &size);
    diskprobe_image_backing_location(image, &length);
    diskprobe_image_free(image);
    CHECK(diskprobe_chain_element_count(chain) == 3);
    diskprobe_string_free(diskprobe_chain_relative_backing_path(chain, 1, 2, NULL));
    diskprobe_chain_free(chain);
    diskprobe_chain_options_free(options);
    CHECK(errno == UNUSED_ERRNO);
}

static bool count(void *results, const char *name, size_t length, diskprobe_status status,
                  const diskprobe_image *image, const diskprobe_error *error)
{
    (void)name, (void)length, (void)image, (void)error;
    CHECK(diskprobe_error_errno(error) != EINTR);
    ++*(unsigned *)results;
    return status != DISKPROBE_STATUS_INTERNAL;
}

/* Returns the number of results that the callback counts. */
static unsigned scan(diskprobe_scan_callback callback)
{
    unsigned results = 0;
    diskprobe_scan_options *options = diskprobe_scan_options_new();
    CHECK(diskprobe_scan_options_set_jobs(options, JOBS) == DISKPROBE_STATUS_OK);
    CHECK(diskprobe_scan(&check_directory, 1, options, callback, &results, NULL)
          == DISKPROBE_STATUS_OK);
    diskprobe_scan_options_free(options);
    return results;
}

/* Signals without SA_RESTART do not disturb a scan; handlers and the mask stay as they were. */
static void signals_arrive(void)
{
    unsigned expected = scan(count);
    struct sigaction old[SIGSYS + 1], now;
    sigset_t mask, mask_now;
    struct sigaction note = {.sa_handler = note_signal};
    CHECK(sigemptyset(&note.sa_mask) == 0 && sigaction(SIGALRM, &note, NULL) == 0);
    for (int number = 1; number <= SIGSYS; number++)
        CHECK(sigaction(number, NULL, &old[number]) == 0);
    CHECK(pthread_sigmask(SIG_SETMASK, NULL, &mask) == 0);

    struct itimerval often = {{0, 500}, {0, 500}}, never = {{0, 0}, {0, 0}};
    CHECK(setitimer(ITIMER_REAL, &often, NULL) == 0);
    for (int round = 0; round < 20 || signals < 20; round++)
        CHECK(scan(count) == expected);
    CHECK(setitimer(ITIMER_REAL, &never, NULL) == 0);

    for (int number = 1; number <= SIGSYS; number++) {
        CHECK(sigaction(number, NULL, &now) == 0);
        CHECK(now.sa_handler == old[number].sa_handler && now.sa_flags == old[number].sa_flags);
    }
    CHECK(pthread_sigmask(SIG_SETMASK, NULL, &mask_now) == 0);
    for (int number = 1; number <= SIGSYS; number++)
        CHECK(sigismember(&mask, number) == sigismember(&mask_now, number));
}

/* The child of a fork in a callback can probe. */
static bool fork_and_probe(void *forks, const char *name, size_t length, diskprobe_status status,
                           const diskprobe_image *image, const diskprobe_error *error)
{
    int ends[2];
    char result = 0;
    (void)name, (void)length, (void)status, (void)image, (void)error;
    CHECK(pipe(ends) == 0);
    pid_t child = fork();
    CHECK(child >= 0);
    if (child == 0) {
        diskprobe_image *own;
        alarm(20);
        if (diskprobe_probe_path(image_name("disk.qcow2"), NULL, &own, NULL) == DISKPROBE_STATUS_OK)
            result = 'y';
        /* Not by the exit code, which valgrind changes. */
        _exit(write(ends[1], &result, 1) != 1);
    }
    CHECK(close(ends[1]) == 0 && read(ends[0], &result, 1) == 1 && result == 'y');
    CHECK(close(ends[0]) == 0 && waitpid(child, NULL, 0) == child);
    return ++*(unsigned *)forks < 10;
}

static void *run(void *nothing)
{
    errno_is_kept();
    signals_arrive();
    CHECK(scan(fork_and_probe) == 10);
    return nothing;
}

TEST
{
    /* Not in the main thread: see scan.c. */
    pthread_t thread;
    CHECK(pthread_create(&thread, NULL, run, NULL) == 0 && pthread_join(thread, NULL) == 0);
}
