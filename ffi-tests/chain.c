/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Chains of local files: walks, getters, and incomplete chains. */
#include "chain.h"
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static void elements(const diskprobe_chain *chain)
{
    uint32_t depth;
    size_t parent, length;
    uint64_t size, device, inode;
    struct stat base;
    CHECK(diskprobe_chain_element_count(chain) == 3 && diskprobe_chain_is_complete(chain));
    CHECK(diskprobe_chain_element_kind(chain, 0) == DISKPROBE_ELEMENT_KIND_TOP);
    CHECK(diskprobe_chain_element_depth(chain, 0, &depth) && depth == 0);
    CHECK(!diskprobe_chain_element_parent(chain, 0, &parent) && parent == 0);
    CHECK(diskprobe_chain_element_recorded(chain, 0, &length) == NULL && length == 0);
    CHECK(diskprobe_chain_element_format_name(chain, 0, &length) == NULL && length == 0);
    CHECK(diskprobe_chain_element_format(chain, 0) == DISKPROBE_FORMAT_QCOW2);

    CHECK(diskprobe_chain_element_kind(chain, 2) == DISKPROBE_ELEMENT_KIND_BACKING);
    CHECK(diskprobe_chain_element_depth(chain, 2, &depth) && depth == 2);
    CHECK(diskprobe_chain_element_parent(chain, 2, &parent) && parent == 1);
    CHECK_TEXT(diskprobe_chain_element_recorded(chain, 2, &length), "../base.raw");
    CHECK(length == strlen("../base.raw"));
    CHECK_TEXT(diskprobe_chain_element_format_name(chain, 2, &length), "raw");
    CHECK(length == 3);
    CHECK(diskprobe_chain_element_format(chain, 2) == DISKPROBE_FORMAT_RAW);
    CHECK(diskprobe_chain_element_format_source(chain, 2) == DISKPROBE_FORMAT_SOURCE_RECORDED);
    const diskprobe_location *location = diskprobe_chain_element_location(chain, 2);
    CHECK_TEXT(diskprobe_location_path(location, NULL), image_name("sub/../base.raw"));
    CHECK_TEXT(diskprobe_location_relative_name(location, NULL), "../base.raw");
    const diskprobe_image *image = diskprobe_chain_element_image(chain, 2);
    CHECK(diskprobe_image_virtual_size(image, &size) && size == 1 << 20);
    CHECK(stat(image_name("base.raw"), &base) == 0);
    CHECK(diskprobe_chain_element_identity(chain, 2, &device, &inode));
    CHECK(device == base.st_dev && inode == base.st_ino);
    CHECK(diskprobe_chain_element_identity(chain, 2, NULL, NULL));
    CHECK(diskprobe_chain_element_error(chain, 2) == NULL);
}

static void every_way(void)
{
    diskprobe_chain *chain = walk("top.qcow2", NULL);
    CHECK(diskprobe_chain_element_format_source(chain, 0) == DISKPROBE_FORMAT_SOURCE_PROBED);
    elements(chain);
    diskprobe_chain_free(chain);

    /* The descriptor stays open and keeps its offset. */
    int fd = open(image_name("top.qcow2"), O_RDONLY);
    CHECK(fd >= 0 && lseek(fd, 5, SEEK_SET) == 5);
    CHECK(diskprobe_chain_open_fd(fd, image_name("other-name"), NULL, &chain, NULL, NULL)
          == DISKPROBE_STATUS_OK);
    CHECK(lseek(fd, 0, SEEK_CUR) == 5);
    close(fd);
    elements(chain);
    CHECK_TEXT(diskprobe_location_path(diskprobe_chain_element_location(chain, 0), NULL),
               image_name("other-name"));
    diskprobe_chain_free(chain);

    diskprobe_location *top = location_of(image_name("top.qcow2"));
    CHECK(diskprobe_chain_open_location(top, NULL, &chain, NULL, NULL) == DISKPROBE_STATUS_OK);
    diskprobe_location_free(top);
    elements(chain);
    diskprobe_chain_free(chain);
}

static void data_file(void)
{
    uint32_t depth;
    size_t parent;
    diskprobe_chain_free(walk_broken("data.qcow2", NULL, DISKPROBE_STATUS_INVALID_LOCATION));
    diskprobe_chain_options *options = in_image_directory();
    diskprobe_chain *chain = walk("over-data.qcow2", options);
    diskprobe_chain_options_free(options);
    CHECK(diskprobe_chain_element_count(chain) == 3);
    CHECK(diskprobe_chain_element_kind(chain, 1) == DISKPROBE_ELEMENT_KIND_BACKING);
    CHECK(diskprobe_chain_element_kind(chain, 2) == DISKPROBE_ELEMENT_KIND_DATA_FILE);
    CHECK(diskprobe_chain_element_parent(chain, 2, &parent) && parent == 1);
    CHECK(diskprobe_chain_element_depth(chain, 2, &depth) && depth == 1);
    CHECK(diskprobe_chain_element_format_source(chain, 2) == DISKPROBE_FORMAT_SOURCE_IMPLIED);
    CHECK(diskprobe_chain_is_complete(chain));
    diskprobe_chain_free(chain);
}

/* The caller's own backing file, data file and format. */
static void overrides(void)
{
    diskprobe_chain_options *options = diskprobe_chain_options_new();
    diskprobe_location *base = location_of(image_name("base.raw"));
    CHECK(diskprobe_chain_options_override_element(options, DISKPROBE_ELEMENT_KIND_BACKING, 2, base,
                                                   DISKPROBE_FORMAT_RAW)
          == DISKPROBE_STATUS_OK);
    diskprobe_location_free(base);
    /* The recorded name, absent.raw, is not opened. */
    diskprobe_chain *chain = walk("deep.qcow2", options);
    CHECK(diskprobe_chain_element_count(chain) == 3);
    CHECK_TEXT(diskprobe_chain_element_recorded(chain, 2, NULL), "absent.raw");
    CHECK(diskprobe_chain_element_format_source(chain, 2) == DISKPROBE_FORMAT_SOURCE_GIVEN);
    diskprobe_chain_free(chain);

    /* The data file of data.qcow2 is relative. */
    diskprobe_location *data = location_of(image_name("data.raw"));
    CHECK(diskprobe_chain_options_override_element(options, DISKPROBE_ELEMENT_KIND_DATA_FILE, 0,
                                                   data, DISKPROBE_FORMAT_UNKNOWN)
          == DISKPROBE_STATUS_OK);
    chain = walk("data.qcow2", options);
    CHECK(diskprobe_chain_element_kind(chain, 1) == DISKPROBE_ELEMENT_KIND_DATA_FILE);
    diskprobe_chain_free(chain);
    diskprobe_chain_free(walk_broken("top.qcow2", options, DISKPROBE_STATUS_INVALID_ARGUMENT));

    /* Wrong calls change nothing. */
    CHECK(diskprobe_chain_options_override_element(NULL, DISKPROBE_ELEMENT_KIND_BACKING, 1, data,
                                                   DISKPROBE_FORMAT_RAW)
          == DISKPROBE_STATUS_INVALID_ARGUMENT);
    CHECK(diskprobe_chain_options_override_element(options, DISKPROBE_ELEMENT_KIND_TOP, 0, data,
                                                   DISKPROBE_FORMAT_RAW)
          == DISKPROBE_STATUS_INVALID_ARGUMENT);
    CHECK(diskprobe_chain_options_override_element(options, DISKPROBE_ELEMENT_KIND_NONE, 1, data,
                                                   DISKPROBE_FORMAT_RAW)
          == DISKPROBE_STATUS_INVALID_ARGUMENT);
    CHECK(diskprobe_chain_options_override_element(options, DISKPROBE_ELEMENT_KIND_BACKING, 1, data,
                                                   (diskprobe_format)99)
          == DISKPROBE_STATUS_INVALID_ARGUMENT);
    diskprobe_location_free(data);
    diskprobe_chain_options_free(options);

    /* A format without a location. */
    options = diskprobe_chain_options_new();
    CHECK(diskprobe_chain_options_override_element(options, DISKPROBE_ELEMENT_KIND_BACKING, 1, NULL,
                                                   DISKPROBE_FORMAT_RAW)
          == DISKPROBE_STATUS_OK);
    diskprobe_chain_free(walk("unrecorded.qcow2", options));
    diskprobe_chain_options_free(options);
}

/* libvirt's rules for formats that are not recorded or not known. */
static void libvirts_rules(void)
{
    diskprobe_chain_options *options = diskprobe_chain_options_new();
    diskprobe_chain_free(walk_broken("unknown.qcow2", NULL, DISKPROBE_STATUS_UNSUPPORTED_FORMAT));
    diskprobe_chain_free(walk_broken("not-luks.qcow2", NULL, DISKPROBE_STATUS_WRONG_FORMAT));
    diskprobe_chain_free(walk_broken("over-chain.qed", NULL, DISKPROBE_STATUS_FORMAT_NOT_RECORDED));
    CHECK(diskprobe_chain_options_set_unrecorded_format(options, DISKPROBE_UNRECORDED_FORMAT_LIBVIRT)
          == DISKPROBE_STATUS_OK);
    const char *const names[] = {"unknown.qcow2", "not-luks.qcow2"};
    for (size_t i = 0; i < 2; i++) {
        diskprobe_chain *chain = walk(names[i], options);
        CHECK(diskprobe_chain_element_format(chain, 1) == DISKPROBE_FORMAT_RAW);
        CHECK(diskprobe_chain_element_format_source(chain, 1) == DISKPROBE_FORMAT_SOURCE_ASSUMED);
        CHECK(diskprobe_chain_is_complete(chain));
        diskprobe_chain_free(chain);
    }
    diskprobe_chain *chain = walk("over-chain.qed", options);
    CHECK(diskprobe_chain_element_count(chain) == 3);
    CHECK(diskprobe_chain_element_format(chain, 1) == DISKPROBE_FORMAT_QCOW2);
    CHECK(diskprobe_chain_element_format_source(chain, 1) == DISKPROBE_FORMAT_SOURCE_PROBED);
    diskprobe_chain_free(chain);
    diskprobe_chain_options_free(options);
}

static void odd_names(void)
{
    size_t length;
    diskprobe_chain *chain = walk("odd.qcow2", NULL);
    CHECK_TEXT(diskprobe_chain_element_recorded(chain, 1, &length), "odd-\377\n.raw");
    CHECK(length == strlen("odd-\377\n.raw"));
    CHECK(diskprobe_chain_element_image(chain, 1));
    diskprobe_chain_free(chain);
    /* A colon in a path has no special meaning. */
    CHECK_FAILS(diskprobe_chain_open_path("nbd://host/x", NULL, &chain, NULL, &error), NOT_FOUND);
}

static void on_a_server(void)
{
    diskprobe_chain *chain = walk("far.qcow2", NULL);
    CHECK(diskprobe_chain_element_count(chain) == 2 && !diskprobe_chain_is_complete(chain));
    CHECK(diskprobe_chain_element_image(chain, 1) == NULL);
    CHECK(diskprobe_chain_element_error(chain, 1) == NULL);
    CHECK(diskprobe_chain_element_format(chain, 1) == DISKPROBE_FORMAT_QCOW2);
    CHECK(!diskprobe_chain_element_identity(chain, 1, NULL, NULL));
    CHECK(diskprobe_location_protocol(diskprobe_chain_element_location(chain, 1))
          == DISKPROBE_PROTOCOL_NBD);
    diskprobe_chain_free(chain);
}

static void broken(void)
{
    diskprobe_chain *chain, *partial = walk_broken("deep.qcow2", NULL, DISKPROBE_STATUS_NOT_FOUND);
    diskprobe_error *error;
    CHECK(diskprobe_chain_element_count(partial) == 3);
    CHECK(diskprobe_chain_element_image(partial, 1) && !diskprobe_chain_element_image(partial, 2));
    CHECK(diskprobe_chain_element_error(partial, 1) == NULL);
    CHECK(diskprobe_error_errno(diskprobe_chain_element_error(partial, 2)) == ENOENT);
    CHECK_TEXT(diskprobe_location_path(diskprobe_chain_element_location(partial, 2), NULL),
               image_name("absent.raw"));
    diskprobe_chain_free(partial);

    /* The partial chain is optional, and the message names the failed element. */
    CHECK(diskprobe_chain_open_path(image_name("deep.qcow2"), NULL, &chain, NULL, &error)
          == DISKPROBE_STATUS_NOT_FOUND);
    CHECK_TEXT(diskprobe_error_message(error),
               "backing file at depth 2: cannot open: No such file or directory");
    CHECK(!chain);
    diskprobe_error_free(error);
    CHECK(diskprobe_chain_open_path(image_name("absent"), NULL, &chain, &partial, NULL)
          == DISKPROBE_STATUS_NOT_FOUND);
    CHECK(!chain && diskprobe_chain_element_count(partial) == 1);
    diskprobe_chain_free(partial);

    /* The complete and the partial chain can share one variable. */
    CHECK(diskprobe_chain_open_path(image_name("deep.qcow2"), NULL, &chain, &chain, NULL)
          == DISKPROBE_STATUS_NOT_FOUND);
    CHECK(diskprobe_chain_element_count(chain) == 3);
    diskprobe_chain_free(chain);
    CHECK(diskprobe_chain_open_path(image_name("top.qcow2"), NULL, &chain, &chain, NULL)
          == DISKPROBE_STATUS_OK);
    elements(chain);
    diskprobe_chain_free(chain);

    partial = walk_broken("loop.qcow2", NULL, DISKPROBE_STATUS_LOOP);
    CHECK(diskprobe_chain_element_count(partial) == 3);
    diskprobe_chain_free(partial);
}

static void options(void)
{
    diskprobe_chain *chain;
    diskprobe_chain_options *options = diskprobe_chain_options_new();
    diskprobe_options *image = diskprobe_options_new();
    CHECK(options && image);

    /* The format of the top image. */
    CHECK(diskprobe_options_set_format(image, DISKPROBE_FORMAT_RAW) == DISKPROBE_STATUS_OK);
    CHECK(diskprobe_chain_options_set_image_options(options, image) == DISKPROBE_STATUS_OK);
    diskprobe_options_free(image);
    chain = walk("top.qcow2", options);
    CHECK(diskprobe_chain_element_count(chain) == 1);
    CHECK(diskprobe_chain_element_format_source(chain, 0) == DISKPROBE_FORMAT_SOURCE_GIVEN);
    diskprobe_chain_free(chain);
    CHECK(diskprobe_chain_options_set_image_options(options, NULL) == DISKPROBE_STATUS_OK);

    /* An unrecorded format. */
    diskprobe_chain_free(
        walk_broken("unrecorded.qcow2", options, DISKPROBE_STATUS_FORMAT_NOT_RECORDED));
    CHECK(diskprobe_chain_options_set_unrecorded_format(options, DISKPROBE_UNRECORDED_FORMAT_PROBE)
          == DISKPROBE_STATUS_OK);
    chain = walk("unrecorded.qcow2", options);
    CHECK(diskprobe_chain_element_format_source(chain, 1) == DISKPROBE_FORMAT_SOURCE_PROBED);
    diskprobe_chain_free(chain);
    CHECK(diskprobe_chain_options_set_unrecorded_format(options, DISKPROBE_UNRECORDED_FORMAT_RAW)
          == DISKPROBE_STATUS_OK);
    chain = walk("unrecorded.qcow2", options);
    CHECK(diskprobe_chain_element_format_source(chain, 1) == DISKPROBE_FORMAT_SOURCE_ASSUMED);
    diskprobe_chain_free(chain);
    CHECK(diskprobe_chain_options_set_unrecorded_format(options, DISKPROBE_UNRECORDED_FORMAT_NONE)
          == DISKPROBE_STATUS_INVALID_ARGUMENT);
    CHECK(diskprobe_chain_options_set_unrecorded_format(options, (diskprobe_unrecorded_format)9)
          == DISKPROBE_STATUS_INVALID_ARGUMENT);

    CHECK(diskprobe_chain_options_set_data_file_directory(options, DISKPROBE_DATA_FILE_DIRECTORY_NONE)
          == DISKPROBE_STATUS_INVALID_ARGUMENT);
    CHECK(diskprobe_chain_options_set_data_file_directory(options, (diskprobe_data_file_directory)9)
          == DISKPROBE_STATUS_INVALID_ARGUMENT);
    CHECK(diskprobe_chain_options_set_data_file_directory(options, DISKPROBE_DATA_FILE_DIRECTORY_IMAGE)
          == DISKPROBE_STATUS_OK);

    /* A maximum number of images: the next image is named, but not opened. */
    CHECK(diskprobe_chain_options_set_max_images(options, DISKPROBE_MAX_CHAIN_IMAGES + 1)
          == DISKPROBE_STATUS_INVALID_ARGUMENT);
    CHECK(diskprobe_chain_options_set_max_images(options, 1) == DISKPROBE_STATUS_OK);
    chain = walk_broken("top.qcow2", options, DISKPROBE_STATUS_LIMIT_EXCEEDED);
    CHECK(diskprobe_chain_element_count(chain) == 2 && !diskprobe_chain_element_image(chain, 1));
    CHECK(diskprobe_chain_element_format(chain, 1) == DISKPROBE_FORMAT_QCOW2);
    CHECK(diskprobe_chain_element_format_source(chain, 1) == DISKPROBE_FORMAT_SOURCE_RECORDED);
    CHECK_TEXT(diskprobe_location_path(diskprobe_chain_element_location(chain, 1), NULL),
               image_name("sub/mid.qcow2"));
    diskprobe_chain_free(chain);
    CHECK(diskprobe_chain_options_set_max_images(options, 3) == DISKPROBE_STATUS_OK);
    diskprobe_chain_free(walk("top.qcow2", options));

    diskprobe_chain_options_free(options);
}

static void root(void)
{
    diskprobe_chain *chain;
    diskprobe_error *error;
    diskprobe_chain_options *options = diskprobe_chain_options_new();
    CHECK(diskprobe_chain_options_set_root(options, check_directory) == DISKPROBE_STATUS_OK);
    diskprobe_status status =
        diskprobe_chain_open_path(image_name("top.qcow2"), options, &chain, NULL, &error);
    if (diskprobe_error_errno(error) == ENOSYS) {
        /* openat2 is missing, as in old kernels and under valgrind. */
        CHECK(status == DISKPROBE_STATUS_IO && !chain);
        diskprobe_error_free(error);
        diskprobe_chain_options_free(options);
        return;
    }
    elements(chain);
    diskprobe_chain_free(chain);
    CHECK(diskprobe_chain_options_set_root(options, image_name("sub")) == DISKPROBE_STATUS_OK);
    chain = walk_broken("sub/mid.qcow2", options, DISKPROBE_STATUS_OUTSIDE_ROOT);
    CHECK(diskprobe_chain_element_count(chain) == 2);
    diskprobe_chain_free(chain);
    CHECK(diskprobe_chain_options_set_root(options, image_name("absent")) == DISKPROBE_STATUS_OK);
    CHECK_FAILS(diskprobe_chain_open_path("x", options, &chain, NULL, &error), NOT_FOUND);
    CHECK(diskprobe_chain_options_set_root(options, NULL) == DISKPROBE_STATUS_OK);
    diskprobe_chain_free(walk("top.qcow2", options));
    diskprobe_chain_options_free(options);
}

static void names(void)
{
    CHECK_TEXT(diskprobe_element_kind_to_string(DISKPROBE_ELEMENT_KIND_DATA_FILE), "data-file");
    CHECK_TEXT(diskprobe_unrecorded_format_to_string(DISKPROBE_UNRECORDED_FORMAT_RAW), "raw");
    CHECK_TEXT(diskprobe_format_source_to_string(DISKPROBE_FORMAT_SOURCE_IMPLIED), "implied");
}

/* Getters with no chain, and with an index out of range. */
static void nothing(const diskprobe_chain *chain, size_t index)
{
    uint32_t depth = 1;
    size_t parent = 1, length = 1;
    uint64_t device = 1, inode = 1;
    CHECK(diskprobe_chain_element_kind(chain, index) == DISKPROBE_ELEMENT_KIND_NONE);
    CHECK(!diskprobe_chain_element_depth(chain, index, &depth) && depth == 0);
    CHECK(!diskprobe_chain_element_parent(chain, index, &parent) && parent == 0);
    CHECK(!diskprobe_chain_element_recorded(chain, index, &length) && length == 0);
    CHECK(!diskprobe_chain_element_location(chain, index));
    CHECK(diskprobe_chain_element_format(chain, index) == DISKPROBE_FORMAT_UNKNOWN);
    CHECK(diskprobe_chain_element_format_source(chain, index) == DISKPROBE_FORMAT_SOURCE_UNKNOWN);
    CHECK(!diskprobe_chain_element_format_name(chain, index, NULL));
    CHECK(!diskprobe_chain_element_image(chain, index));
    CHECK(!diskprobe_chain_element_identity(chain, index, &device, &inode));
    CHECK(device == 0 && inode == 0);
    CHECK(!diskprobe_chain_element_error(chain, index));
}

static void wrong_use(void)
{
    diskprobe_chain *chain = walk("top.qcow2", NULL), *partial;
    nothing(NULL, 0);
    nothing(chain, 3);
    nothing(chain, SIZE_MAX);
    diskprobe_chain_free(chain);
    CHECK(diskprobe_chain_element_count(NULL) == 0 && !diskprobe_chain_is_complete(NULL));
    diskprobe_chain_free(NULL);
    diskprobe_chain_options_free(NULL);

    CHECK_FAILS(diskprobe_chain_open_path(NULL, NULL, &chain, &partial, &error), INVALID_ARGUMENT);
    CHECK(!chain && !partial);
    CHECK_FAILS(diskprobe_chain_open_path("x", NULL, NULL, &partial, &error), INVALID_ARGUMENT);
    CHECK_FAILS(diskprobe_chain_open_fd(-1, "x", NULL, &chain, &partial, &error), INVALID_ARGUMENT);
    CHECK_FAILS(diskprobe_chain_open_fd(0, NULL, NULL, &chain, &partial, &error), INVALID_ARGUMENT);
    CHECK_FAILS(diskprobe_chain_open_location(NULL, NULL, &chain, &partial, &error),
                INVALID_ARGUMENT);
    CHECK(!chain && !partial);
    const diskprobe_status invalid = DISKPROBE_STATUS_INVALID_ARGUMENT;
    CHECK(diskprobe_chain_options_set_image_options(NULL, NULL) == invalid);
    CHECK(diskprobe_chain_options_set_unrecorded_format(NULL, DISKPROBE_UNRECORDED_FORMAT_RAW)
          == invalid);
    CHECK(diskprobe_chain_options_set_data_file_directory(NULL, DISKPROBE_DATA_FILE_DIRECTORY_SAME)
          == invalid);
    CHECK(diskprobe_chain_options_set_max_images(NULL, 1) == invalid);
    CHECK(diskprobe_chain_options_set_root(NULL, "/") == invalid);
    CHECK(diskprobe_chain_options_set_opener(NULL, NULL, NULL) == invalid);
}

TEST
{
    every_way();
    data_file();
    overrides();
    libvirts_rules();
    odd_names();
    on_a_server();
    broken();
    options();
    root();
    names();
    wrong_use();
}
