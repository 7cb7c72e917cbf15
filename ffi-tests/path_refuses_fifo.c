/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A FIFO is rejected without blocking, and a process that waits to write to it does not wake up. */
#include "check.h"
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* Returns whether the other end of the pipe was closed within a number of milliseconds. */
static int closed_within(int fd, int milliseconds)
{
    struct pollfd wait = {.fd = fd, .events = 0};
    return poll(&wait, 1, milliseconds) == 1;
}

TEST
{
    int woken[2];
    char fifo[4096];
    diskprobe_image *image;
    snprintf(fifo, sizeof fifo, "%s/fifo-%ld", check_directory, (long)getpid());
    CHECK(mkfifo(fifo, 0600) == 0);
    CHECK(pipe(woken) == 0);

    /* The child waits in open() until a reader opens the FIFO. Then it closes the pipe. */
    pid_t child = fork();
    CHECK(child >= 0);
    if (child == 0) {
        close(woken[0]);
        _exit(open(fifo, O_WRONLY) < 0);
    }
    close(woken[1]);
    usleep(100 * 1000);
    alarm(10); /* a probe that blocks fails */
    CHECK_FAILS(diskprobe_probe_path(fifo, NULL, &image, &error), UNSUPPORTED_FILE);
    alarm(0);
    CHECK(!closed_within(woken[0], 200));

    /* Checks that a reader wakes up the child. */
    int reader = open(fifo, O_RDONLY | O_NONBLOCK);
    CHECK(reader >= 0 && closed_within(woken[0], 5000));
    close(reader);
    CHECK(waitpid(child, NULL, 0) == child);
    unlink(fifo);
}
