/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Chains with a custom opener: descriptors, callbacks, failures and wrong use. */
#include "chain.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <unistd.h>

/* Kinds of the requested elements. */
struct roles {
    diskprobe_element_kind kinds[4];
    size_t count;
};

static int note_role(void *opaque, const diskprobe_location *location,
                     diskprobe_open_request *request, diskprobe_error **error)
{
    struct roles *roles = opaque;
    CHECK(error && !*error && location && roles->count < 4);
    roles->kinds[roles->count] = diskprobe_open_request_role(request);
    if (roles->kinds[roles->count++] != DISKPROBE_ELEMENT_KIND_DATA_FILE)
        CHECK(diskprobe_open_request_use_default(request) == DISKPROBE_STATUS_OK);
    return 0;
}

/* A data file can stay unopened. */
static void by_role(void)
{
    struct roles roles = {.count = 0};
    diskprobe_chain_options *options = in_image_directory();
    CHECK(diskprobe_chain_options_set_opener(options, note_role, &roles) == DISKPROBE_STATUS_OK);
    diskprobe_chain *chain = walk("over-data.qcow2", options);
    CHECK(roles.count == 3 && roles.kinds[0] == DISKPROBE_ELEMENT_KIND_TOP);
    CHECK(roles.kinds[1] == DISKPROBE_ELEMENT_KIND_BACKING);
    CHECK(roles.kinds[2] == DISKPROBE_ELEMENT_KIND_DATA_FILE);
    CHECK(!diskprobe_chain_element_image(chain, 2) && diskprobe_chain_is_complete(chain));
    diskprobe_chain_free(chain);
    diskprobe_chain_options_free(options);
    CHECK(diskprobe_open_request_role(NULL) == DISKPROBE_ELEMENT_KIND_NONE);
}

/* What the opener must do, and what happened. */
struct host {
    enum {
        GIVE, LEND, SOURCE, LOCAL, LEAVE, LEAVE_RAW, TWICE, PIPE, NO_FD, NO_LENT, NO_SOURCE, FAIL
    } way;
    int answer;       /* result of the opener */
    bool same;        /* all objects have the same identity */
    bool has_length;
    int read_fails;   /* errno, or 0 */
    diskprobe_status own_error, read_error; /* status of the error to set, or 0 */
    unsigned asked, reads, closed;
    int fd;           /* last descriptor that was set */
    char last[4096];  /* last requested location */
};

static bool is_open(int fd)
{
    return fcntl(fd, F_GETFD) >= 0;
}

/* An object on a simulated server: a file in the directory of test images. */
struct object {
    struct host *host;
    int fd;
};

static int64_t read_object(void *opaque, void *buffer, size_t size, uint64_t offset,
                           diskprobe_error **error)
{
    struct object *object = opaque;
    object->host->reads++;
    CHECK(error && !*error);
    if (object->host->read_error)
        *error = diskprobe_error_new(object->host->read_error, "server is full");
    if (object->host->read_fails)
        return -object->host->read_fails;
    return pread(object->fd, buffer, size < 100 ? size : 100, (off_t)offset);
}

static void close_object(void *opaque)
{
    struct object *object = opaque;
    object->host->closed++;
    close(object->fd);
    free(object);
}

static void give_object(struct host *host, const char *path, diskprobe_open_request *request)
{
    struct object *object = malloc(sizeof *object);
    CHECK(object);
    *object = (struct object){host, open(path, O_RDONLY | O_CLOEXEC)};
    CHECK(object->fd >= 0);
    off_t length = lseek(object->fd, 0, SEEK_END);
    CHECK(diskprobe_open_request_set_source(request, read_object, close_object, object,
                                       host->has_length ? (uint64_t)length
                                                        : DISKPROBE_LENGTH_UNKNOWN)
          == DISKPROBE_STATUS_OK);
    if (host->same)
        CHECK(diskprobe_open_request_set_identity(request, 1, 2) == DISKPROBE_STATUS_OK);
}

static int open_it(void *opaque, const diskprobe_location *location,
                   diskprobe_open_request *request, diskprobe_error **error)
{
    struct host *host = opaque;
    const diskprobe_status ok = DISKPROBE_STATUS_OK, invalid = DISKPROBE_STATUS_INVALID_ARGUMENT;
    const char *path = diskprobe_location_path(location, NULL);
    int ends[2];
    host->asked++;
    CHECK(path && !*error);
    if (host->own_error)
        *error = diskprobe_error_new(host->own_error, "session expired");
    snprintf(host->last, sizeof host->last, "%s", path);
    if (diskprobe_location_type(location) == DISKPROBE_STORAGE_TYPE_NETWORK)
        path = image_name(path);
    switch (host->way) {
    case TWICE:
        CHECK((host->fd = open("/dev/null", O_RDONLY)) >= 0);
        CHECK(diskprobe_open_request_set_fd(request, host->fd) == ok && is_open(host->fd));
        give_object(host, path, request);
        CHECK(!is_open(host->fd));
        /* fall through */
    case GIVE:
        /* The previous descriptor was closed. */
        CHECK(host->asked == 1 || !is_open(host->fd));
        CHECK((host->fd = open(path, O_RDONLY | O_CLOEXEC)) >= 0);
        CHECK(diskprobe_open_request_set_fd(request, host->fd) == ok);
        break;
    case LEND:
        if (host->asked > 1)
            CHECK(lseek(host->fd, 0, SEEK_CUR) == 3 && close(host->fd) == 0);
        CHECK((host->fd = open(path, O_RDONLY | O_CLOEXEC)) >= 0);
        CHECK(lseek(host->fd, 3, SEEK_SET) == 3);
        CHECK(diskprobe_open_request_set_borrowed_fd(request, host->fd) == ok);
        break;
    case SOURCE:
        CHECK(host->closed == host->asked - 1);
        give_object(host, path, request);
        break;
    case LEAVE_RAW:
        if (strstr(path, ".raw"))
            break;
        /* fall through */
    case LOCAL:
        CHECK(diskprobe_open_request_use_default(request) == ok);
        break;
    case PIPE:
        CHECK(pipe(ends) == 0 && close(ends[1]) == 0);
        host->fd = ends[0];
        CHECK(diskprobe_open_request_set_fd(request, host->fd) == ok);
        break;
    case NO_FD:
        CHECK(diskprobe_open_request_set_fd(request, -ENOENT) == invalid);
        break;
    case NO_LENT:
        CHECK(diskprobe_open_request_set_borrowed_fd(request, -1) == invalid);
        break;
    case NO_SOURCE:
        CHECK(diskprobe_open_request_set_source(request, NULL, close_object, NULL, 0) == invalid);
        break;
    case LEAVE:
    case FAIL:
        break;
    }
    return host->answer;
}

static diskprobe_chain_options *options_for(struct host *host)
{
    diskprobe_chain_options *options = in_image_directory();
    CHECK(diskprobe_chain_options_set_opener(options, open_it, host) == DISKPROBE_STATUS_OK);
    return options;
}

/* Walks with this kind of opener, which records what happened. */
static diskprobe_chain *walk_by(const char *name, struct host *host, diskprobe_status expected)
{
    diskprobe_chain_options *options = options_for(host);
    diskprobe_chain *chain = expected == DISKPROBE_STATUS_OK ? walk(name, options)
                                                             : walk_broken(name, options, expected);
    diskprobe_chain_options_free(options);
    return chain;
}

static void by_descriptor(void)
{
    struct host host = {.way = GIVE};
    diskprobe_chain *chain = walk_by("top.qcow2", &host, DISKPROBE_STATUS_OK);
    CHECK(diskprobe_chain_element_count(chain) == 3 && host.asked == 3 && !is_open(host.fd));
    CHECK_TEXT(host.last, image_name("sub/../base.raw"));
    diskprobe_chain_free(chain);

    host = (struct host){.way = LEND};
    chain = walk_by("top.qcow2", &host, DISKPROBE_STATUS_OK);
    CHECK(diskprobe_chain_element_identity(chain, 2, NULL, NULL) && host.asked == 3);
    CHECK(lseek(host.fd, 0, SEEK_CUR) == 3 && close(host.fd) == 0);
    diskprobe_chain_free(chain);

    host = (struct host){.way = PIPE};
    diskprobe_chain_free(walk_by("top.qcow2", &host, DISKPROBE_STATUS_UNSUPPORTED_FILE));
    CHECK(!is_open(host.fd));

    /* Only elements below the top image are requested. */
    int fd = open(image_name("top.qcow2"), O_RDONLY);
    host = (struct host){.way = GIVE};
    diskprobe_chain_options *options = options_for(&host);
    CHECK(diskprobe_chain_open_fd(fd, image_name("top.qcow2"), options, &chain, NULL, NULL)
          == DISKPROBE_STATUS_OK);
    CHECK(diskprobe_chain_element_count(chain) == 3 && host.asked == 2 && is_open(fd));
    diskprobe_chain_free(chain);
    diskprobe_chain_options_free(options);
    close(fd);
}

static void by_functions(void)
{
    for (int has_length = 0; has_length < 2; has_length++) {
        struct host host = {.way = SOURCE, .has_length = has_length};
        diskprobe_chain *chain = walk_by("far.qcow2", &host, DISKPROBE_STATUS_OK);
        CHECK(diskprobe_chain_element_count(chain) == 2 && diskprobe_chain_is_complete(chain));
        CHECK(host.closed == 2 && host.reads > 1);
        CHECK(!diskprobe_chain_element_identity(chain, 1, NULL, NULL));
        CHECK_TEXT(diskprobe_image_compat(diskprobe_chain_element_image(chain, 1)), "0.10");
        diskprobe_chain_free(chain);
    }
    /* Different names of the same object. */
    struct host host = {.way = SOURCE, .has_length = true, .same = true};
    diskprobe_chain *chain = walk_by("far.qcow2", &host, DISKPROBE_STATUS_LOOP);
    uint64_t device, inode;
    CHECK(diskprobe_chain_element_identity(chain, 0, &device, &inode));
    CHECK(device == 1 && inode == 2 && host.closed == 2);
    diskprobe_chain_free(chain);

    host = (struct host){.way = SOURCE, .read_fails = ETIMEDOUT};
    chain = walk_by("far.qcow2", &host, DISKPROBE_STATUS_IO);
    CHECK(diskprobe_error_errno(diskprobe_chain_element_error(chain, 0)) == ETIMEDOUT);
    CHECK(host.closed == 1);
    diskprobe_chain_free(chain);
}

static void by_default(void)
{
    struct host host = {.way = LOCAL};
    diskprobe_chain *chain = walk_by("far.qcow2", &host, DISKPROBE_STATUS_OK);
    CHECK(diskprobe_chain_element_count(chain) == 2 && host.asked == 2);
    CHECK(!diskprobe_chain_element_image(chain, 1) && !diskprobe_chain_is_complete(chain));
    diskprobe_chain_free(chain);

    /* Under the root directory. */
    diskprobe_chain_options *options = options_for(&host);
    CHECK(diskprobe_chain_options_set_root(options, image_name("sub")) == DISKPROBE_STATUS_OK);
    chain = walk_broken("top.qcow2", options, DISKPROBE_STATUS_OUTSIDE_ROOT);
    diskprobe_chain_free(chain);
    /* An opener can be removed. */
    CHECK(diskprobe_chain_options_set_root(options, NULL) == DISKPROBE_STATUS_OK);
    CHECK(diskprobe_chain_options_set_opener(options, NULL, NULL) == DISKPROBE_STATUS_OK);
    host.asked = 0;
    diskprobe_chain_free(walk("top.qcow2", options));
    CHECK(host.asked == 0);
    diskprobe_chain_options_free(options);
}

static void not_opened(void)
{
    struct host host = {.way = LEAVE};
    diskprobe_chain *chain = walk_by("top.qcow2", &host, DISKPROBE_STATUS_OK);
    CHECK(diskprobe_chain_element_count(chain) == 1 && host.asked == 1);
    CHECK(!diskprobe_chain_element_image(chain, 0) && !diskprobe_chain_element_error(chain, 0));
    CHECK(!diskprobe_chain_is_complete(chain));
    diskprobe_chain_free(chain);

    /* Nothing is below a data file, so the chain is complete. */
    host = (struct host){.way = LEAVE_RAW};
    chain = walk_by("data.qcow2", &host, DISKPROBE_STATUS_OK);
    CHECK(diskprobe_chain_element_count(chain) == 2 && host.asked == 2);
    CHECK(!diskprobe_chain_element_image(chain, 1) && diskprobe_chain_is_complete(chain));
    diskprobe_chain_free(chain);
    host = (struct host){.way = LEAVE_RAW};
    chain = walk_by("top.qcow2", &host, DISKPROBE_STATUS_OK);
    CHECK(diskprobe_chain_element_count(chain) == 3 && !diskprobe_chain_is_complete(chain));
    diskprobe_chain_free(chain);
    /* The format of an unopened element is unknown. */
    host = (struct host){.way = LEAVE_RAW};
    diskprobe_chain_options *options = options_for(&host);
    CHECK(diskprobe_chain_options_set_unrecorded_format(options, DISKPROBE_UNRECORDED_FORMAT_PROBE)
          == DISKPROBE_STATUS_OK);
    diskprobe_chain_free(
        walk_broken("unrecorded.qcow2", options, DISKPROBE_STATUS_FORMAT_NOT_RECORDED));
    diskprobe_chain_options_free(options);

    static const struct {
        int answer;
        diskprobe_status status;
        int number;
    } answers[] = {
        {-ENOENT, DISKPROBE_STATUS_NOT_FOUND, ENOENT},
        {-EACCES, DISKPROBE_STATUS_PERMISSION_DENIED, EACCES},
        {-EPERM, DISKPROBE_STATUS_PERMISSION_DENIED, EPERM},
        {-ESTALE, DISKPROBE_STATUS_IO, ESTALE},
        {INT_MIN, DISKPROBE_STATUS_IO, EIO},
        {1, DISKPROBE_STATUS_INVALID_ARGUMENT, 0},
    };
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
        host = (struct host){.way = FAIL, .answer = answers[i].answer};
        chain = walk_by("top.qcow2", &host, answers[i].status);
        CHECK(diskprobe_error_errno(diskprobe_chain_element_error(chain, 0)) == answers[i].number);
        diskprobe_chain_free(chain);
    }
    /* A descriptor is closed once, even if the opener then fails. */
    host = (struct host){.way = GIVE, .answer = -EIO};
    diskprobe_chain_free(walk_by("top.qcow2", &host, DISKPROBE_STATUS_IO));
    CHECK(!is_open(host.fd));
    host = (struct host){.way = SOURCE, .answer = -EIO};
    diskprobe_chain_free(walk_by("top.qcow2", &host, DISKPROBE_STATUS_IO));
    CHECK(host.closed == 1 && host.reads == 0);
    /* The last answer counts. */
    host = (struct host){.way = TWICE};
    diskprobe_chain_free(walk_by("old.qcow2", &host, DISKPROBE_STATUS_OK));
    CHECK(host.closed == 1 && host.reads == 0 && !is_open(host.fd));
}

/* Checks the message of the last element, which the message of the walk contains after the name. */
static void check_last_error(const diskprobe_chain *chain, diskprobe_status status,
                             const char *message)
{
    size_t last = diskprobe_chain_element_count(chain) - 1;
    const diskprobe_error *error = diskprobe_chain_element_error(chain, last);
    CHECK(diskprobe_error_status(error) == status && diskprobe_error_errno(error) == 0);
    CHECK_TEXT(diskprobe_error_message(error), message);
}

/* The error of an opener or of its source replaces the errno. */
static void own_errors(void)
{
    struct host host = {.way = FAIL, .answer = -EIO, .own_error = DISKPROBE_STATUS_PERMISSION_DENIED};
    diskprobe_chain *chain = walk_by("top.qcow2", &host, DISKPROBE_STATUS_PERMISSION_DENIED);
    check_last_error(chain, DISKPROBE_STATUS_PERMISSION_DENIED, "session expired");
    diskprobe_chain_free(chain);

    /* The message of the walk names the failed element. */
    host = (struct host){.way = FAIL, .answer = -1, .own_error = DISKPROBE_STATUS_NOT_FOUND};
    diskprobe_chain_options *options = options_for(&host);
    diskprobe_error *error;
    int fd = open(image_name("top.qcow2"), O_RDONLY);
    CHECK(diskprobe_chain_open_fd(fd, image_name("top.qcow2"), options, &chain, NULL, &error)
          == DISKPROBE_STATUS_NOT_FOUND);
    CHECK(!chain && close(fd) == 0);
    CHECK_TEXT(diskprobe_error_message(error), "backing file at depth 1: session expired");
    diskprobe_error_free(error);
    diskprobe_chain_options_free(options);

    /* The descriptor or source is closed. */
    host = (struct host){.way = SOURCE, .answer = -EIO, .own_error = DISKPROBE_STATUS_IO};
    diskprobe_chain_free(walk_by("top.qcow2", &host, DISKPROBE_STATUS_IO));
    CHECK(host.closed == 1 && host.reads == 0);
    host = (struct host){.way = SOURCE, .read_fails = EIO, .read_error = DISKPROBE_STATUS_NOT_FOUND};
    chain = walk_by("top.qcow2", &host, DISKPROBE_STATUS_NOT_FOUND);
    check_last_error(chain, DISKPROBE_STATUS_NOT_FOUND, "server is full");
    diskprobe_chain_free(chain);
    CHECK(host.closed == 1);

    /* An error is ignored on success, and does not hide an invalid answer. */
    host = (struct host){.way = GIVE, .own_error = DISKPROBE_STATUS_IO};
    diskprobe_chain_free(walk_by("top.qcow2", &host, DISKPROBE_STATUS_OK));
    host = (struct host){.way = SOURCE, .read_error = DISKPROBE_STATUS_IO};
    diskprobe_chain_free(walk_by("top.qcow2", &host, DISKPROBE_STATUS_OK));
    host = (struct host){.way = FAIL, .answer = 1, .own_error = DISKPROBE_STATUS_IO};
    diskprobe_chain_free(walk_by("top.qcow2", &host, DISKPROBE_STATUS_INVALID_ARGUMENT));
}

/* Frees the options of the running walk. */
static int open_and_free(void *opaque, const diskprobe_location *location,
                         diskprobe_open_request *request, diskprobe_error **error)
{
    CHECK(error && !*error && location);
    diskprobe_chain_options_free(*(diskprobe_chain_options **)opaque);
    return diskprobe_open_request_use_default(request) == DISKPROBE_STATUS_OK ? 0 : -EINVAL;
}

static void wrong_use(void)
{
    /* Unusual but valid: a walk keeps no reference to its options. */
    diskprobe_chain_options *options = diskprobe_chain_options_new();
    CHECK(diskprobe_chain_options_set_opener(options, open_and_free, &options)
          == DISKPROBE_STATUS_OK);
    diskprobe_chain_free(walk("old.qcow2", options));

    const diskprobe_status invalid = DISKPROBE_STATUS_INVALID_ARGUMENT;
    struct host host = {.way = NO_FD};
    diskprobe_chain_free(walk_by("top.qcow2", &host, invalid));
    host.way = NO_LENT;
    diskprobe_chain_free(walk_by("top.qcow2", &host, invalid));
    host.way = NO_SOURCE;
    diskprobe_chain_free(walk_by("top.qcow2", &host, invalid));
    CHECK(host.closed == 0);

    CHECK(diskprobe_open_request_set_fd(NULL, 0) == invalid && is_open(0));
    CHECK(diskprobe_open_request_set_borrowed_fd(NULL, 0) == invalid);
    CHECK(diskprobe_open_request_set_source(NULL, read_object, close_object, NULL, 0) == invalid);
    CHECK(diskprobe_open_request_set_identity(NULL, 1, 2) == invalid);
    CHECK(diskprobe_open_request_use_default(NULL) == invalid);
}

TEST
{
    by_role();
    by_descriptor();
    by_functions();
    by_default();
    not_opened();
    own_errors();
    wrong_use();
}
