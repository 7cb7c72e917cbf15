/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Answers of an opener that replace each other: nothing is closed twice or left open. */
#include "chain.h"
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

enum { NOT_A_DESCRIPTOR = 999 };

static struct host {
    enum { OWNED_TWICE, OWNED_THEN_LENT, LENT_THEN_OWNED, REPLACED, CLOSED, CLOSE_ANSWERS } way;
    diskprobe_open_request *request;
    unsigned opened, closed;
    int fd;
} host;

static bool is_open(int fd)
{
    return fcntl(fd, F_GETFD) >= 0;
}

static int64_t read_nothing(void *opaque, void *buffer, size_t size, uint64_t offset,
                            diskprobe_error **error)
{
    (void)opaque, (void)buffer, (void)size, (void)offset, (void)error;
    return 0;
}

/* Answers the same request again. */
static void close_object(void *object)
{
    host.closed++;
    CHECK(host.closed == 1);
    CHECK(diskprobe_open_request_role(host.request) == DISKPROBE_ELEMENT_KIND_TOP);
    CHECK(diskprobe_open_request_use_default(host.request) == DISKPROBE_STATUS_OK);
    free(object);
}

static int answer(void *opaque, const diskprobe_location *location,
                  diskprobe_open_request *request, diskprobe_error **error)
{
    const diskprobe_status ok = DISKPROBE_STATUS_OK, invalid = DISKPROBE_STATUS_INVALID_ARGUMENT;
    const char *path = diskprobe_location_path(location, NULL);
    (void)opaque, (void)error;
    host.opened++;
    host.request = request;
    CHECK((host.fd = open(path, O_RDONLY | O_CLOEXEC)) >= 0);
    switch (host.way) {
    case OWNED_TWICE:
        CHECK(diskprobe_open_request_set_fd(request, host.fd) == ok);
        CHECK(diskprobe_open_request_set_fd(request, host.fd) == invalid);
        break;
    case OWNED_THEN_LENT:
        CHECK(diskprobe_open_request_set_fd(request, host.fd) == ok);
        CHECK(diskprobe_open_request_set_borrowed_fd(request, host.fd) == invalid);
        break;
    case LENT_THEN_OWNED:
        CHECK(diskprobe_open_request_set_borrowed_fd(request, host.fd) == ok);
        CHECK(diskprobe_open_request_set_borrowed_fd(request, host.fd) == ok);
        CHECK(diskprobe_open_request_set_fd(request, host.fd) == ok);
        break;
    case REPLACED:
        /* The number can be that of a new descriptor after the old one was closed. */
        CHECK(diskprobe_open_request_set_fd(request, host.fd) == ok);
        CHECK(diskprobe_open_request_use_default(request) == ok && !is_open(host.fd));
        CHECK(open(path, O_RDONLY | O_CLOEXEC) == host.fd);
        CHECK(diskprobe_open_request_set_fd(request, host.fd) == ok && is_open(host.fd));
        break;
    case CLOSED:
        CHECK(diskprobe_open_request_set_fd(request, NOT_A_DESCRIPTOR) == DISKPROBE_STATUS_IO);
        break;
    case CLOSE_ANSWERS:
        close(host.fd);
        CHECK(diskprobe_open_request_set_source(request, read_nothing, close_object, malloc(10), 0)
              == ok);
        CHECK(diskprobe_open_request_use_default(request) == ok && host.closed == 1);
        break;
    }
    return 0;
}

static diskprobe_chain *walk_with(int way, diskprobe_status status)
{
    host = (struct host){.way = way};
    diskprobe_chain_options *options = diskprobe_chain_options_new();
    CHECK(diskprobe_chain_options_set_opener(options, answer, NULL) == DISKPROBE_STATUS_OK);
    diskprobe_chain *chain = status == DISKPROBE_STATUS_OK
                                 ? walk("old.qcow2", options)
                                 : walk_broken("old.qcow2", options, status);
    CHECK(host.opened == 1);
    diskprobe_chain_options_free(options);
    return chain;
}

TEST
{
    /* The descriptor is closed once, and the walk fails even if the opener ignores the status. */
    for (int way = OWNED_TWICE; way <= OWNED_THEN_LENT; way++) {
        diskprobe_chain_free(walk_with(way, DISKPROBE_STATUS_INVALID_ARGUMENT));
        CHECK(!is_open(host.fd));
    }
    for (int way = LENT_THEN_OWNED; way <= REPLACED; way++) {
        diskprobe_chain_free(walk_with(way, DISKPROBE_STATUS_OK));
        CHECK(!is_open(host.fd));
    }

    diskprobe_chain *chain = walk_with(CLOSED, DISKPROBE_STATUS_IO);
    CHECK(diskprobe_error_errno(diskprobe_chain_element_error(chain, 0)) == EBADF);
    diskprobe_chain_free(chain);
    close(host.fd);

    diskprobe_chain_free(walk_with(CLOSE_ANSWERS, DISKPROBE_STATUS_OK));
    CHECK(host.closed == 1);
}
