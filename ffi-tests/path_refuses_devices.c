/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Character devices and sockets are rejected by path. The runner traces the system calls and checks
 * that no device is opened. */
#include "check.h"
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

TEST
{
    static const char *const devices[] = {"/dev/zero", "/dev/null", "/dev/tty"};
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    diskprobe_image *image;
    for (size_t i = 0; i < sizeof devices / sizeof *devices; i++)
        CHECK_FAILS(diskprobe_probe_path(devices[i], NULL, &image, &error), UNSUPPORTED_FILE);

    /* A link to a device is rejected too. */
    char link[4096];
    snprintf(link, sizeof link, "%s/link-%ld", check_directory, (long)getpid());
    CHECK(symlink("/dev/zero", link) == 0);
    CHECK_FAILS(diskprobe_probe_path(link, NULL, &image, &error), UNSUPPORTED_FILE);
    unlink(link);

    int listener = socket(AF_UNIX, SOCK_STREAM, 0);
    /* A socket path has a short maximum length, so use a relative path. */
    snprintf(address.sun_path, sizeof address.sun_path, "socket-%ld", (long)getpid());
    CHECK(listener >= 0 && chdir(check_directory) == 0);
    CHECK(bind(listener, (struct sockaddr *)&address, sizeof address) == 0);
    CHECK_FAILS(diskprobe_probe_path(address.sun_path, NULL, &image, &error), UNSUPPORTED_FILE);
    unlink(address.sun_path);
    close(listener);
}
