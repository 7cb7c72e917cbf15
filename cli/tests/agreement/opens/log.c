/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A library to preload: logs what a program opens and connects to, one line each: "file PATH" with
   the real path, "socket PATH", "host NAME PORT". No name is looked up and no connection is made,
   so that nothing leaves the machine. If OPENS_CONNECTS is set, both appear to succeed. */
#define _GNU_SOURCE
#include "log.h"
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

void note(const char *what, const char *value, const char *more)
{
    char line[9000];
    const char *name = getenv("OPENS_LOG");
    int length = snprintf(line, sizeof line, "%s %s%s\n", what, value, more);
    int fd = name ? syscall(SYS_openat, AT_FDCWD, name, O_WRONLY | O_APPEND, 0) : -1;
    if (fd >= 0 && length > 0 && (size_t)length < sizeof line
        && write(fd, line, (size_t)length) != length)
        abort();
    if (fd >= 0)
        close(fd);
}

/* Notes a file that was opened to be read. With O_NONBLOCK, QEMU only asks whether any name, even
   one with a protocol, is that of a CD-ROM drive. */
static int noted(int fd, int flags)
{
    char link[64], path[8192];
    struct stat stat;
    int error = errno;
    if (fd >= 0 && !(flags & O_NONBLOCK) && fstat(fd, &stat) == 0 && (S_ISREG(stat.st_mode) || S_ISBLK(stat.st_mode))) {
        snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
        ssize_t length = readlink(link, path, sizeof path - 1);
        if (length > 0) {
            path[length] = 0;
            note("file", path, "");
        }
    }
    errno = error;
    return fd;
}

static mode_t mode_of(int flags, va_list more)
{
    return flags & (O_CREAT | __O_TMPFILE) ? va_arg(more, mode_t) : 0;
}

#define OPEN(name, parameters, directory)                                                          \
    int name parameters                                                                            \
    {                                                                                              \
        va_list more;                                                                              \
        va_start(more, flags);                                                                     \
        mode_t mode = mode_of(flags, more);                                                        \
        va_end(more);                                                                              \
        return noted(syscall(SYS_openat, directory, path, flags, mode), flags);                           \
    }

OPEN(open, (const char *path, int flags, ...), AT_FDCWD)
OPEN(open64, (const char *path, int flags, ...), AT_FDCWD)
OPEN(openat, (int at, const char *path, int flags, ...), at)
OPEN(openat64, (int at, const char *path, int flags, ...), at)

int __open_2(const char *path, int flags)
{
    return noted(syscall(SYS_openat, AT_FDCWD, path, flags, 0), flags);
}

int __open64_2(const char *path, int flags)
{
    return noted(syscall(SYS_openat, AT_FDCWD, path, flags, 0), flags);
}

int connect(int fd, const struct sockaddr *address, socklen_t length)
{
    (void)fd;
    if (address->sa_family == AF_UNIX && length > offsetof(struct sockaddr_un, sun_path)) {
        const char *path = ((const struct sockaddr_un *)address)->sun_path;
        note(path[0] ? "socket" : "abstract", path[0] ? path : path + 1, "");
    }
    if (getenv("OPENS_CONNECTS"))
        return 0;
    errno = ECONNREFUSED;
    return -1;
}

int getaddrinfo(const char *name, const char *service, const struct addrinfo *hints,
                struct addrinfo **found)
{
    static struct sockaddr_in address = {.sin_family = AF_INET};
    static struct addrinfo answer = {
        .ai_family = AF_INET,
        .ai_socktype = SOCK_STREAM,
        .ai_addr = (struct sockaddr *)&address,
        .ai_addrlen = sizeof address,
    };
    char port[64];
    (void)hints;
    snprintf(port, sizeof port, " %s", service ? service : "");
    note("host", name ? name : "", port);
    *found = &answer;
    return getenv("OPENS_CONNECTS") ? 0 : EAI_FAIL;
}

void freeaddrinfo(struct addrinfo *found)
{
    (void)found;
}
