/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Shared code of the C tests of chains. */
#ifndef CHAIN_H
#define CHAIN_H

#include "check.h"

static inline diskprobe_location *location_of(const char *text)
{
    diskprobe_location *location;
    CHECK(diskprobe_location_parse(text, strlen(text), NULL, &location, NULL)
          == DISKPROBE_STATUS_OK);
    return location;
}

/* Returns options for data files in the directory of their image. */
static inline diskprobe_chain_options *in_image_directory(void)
{
    diskprobe_chain_options *options = diskprobe_chain_options_new();
    CHECK(diskprobe_chain_options_set_data_file_directory(
              options, DISKPROBE_DATA_FILE_DIRECTORY_IMAGE)
          == DISKPROBE_STATUS_OK);
    return options;
}

/* Walks the chain of a test image, which must be complete. */
static inline diskprobe_chain *walk(const char *name, const diskprobe_chain_options *options)
{
    diskprobe_chain *chain, *partial;
    diskprobe_error *error;
    if (diskprobe_chain_open_path(image_name(name), options, &chain, &partial, &error)
        != DISKPROBE_STATUS_OK) {
        fprintf(stderr, "%s: %s\n", name, diskprobe_error_message(error));
        exit(1);
    }
    CHECK(chain && !partial && !error);
    return chain;
}

/* Walks a chain that must fail. Returns the partial chain. */
static inline diskprobe_chain *walk_broken(const char *name, const diskprobe_chain_options *options,
                                           diskprobe_status expected)
{
    diskprobe_chain *chain, *partial;
    diskprobe_error *error;
    CHECK(diskprobe_chain_open_path(image_name(name), options, &chain, &partial, &error)
          == expected);
    CHECK(!chain && partial && diskprobe_error_status(error) == expected);
    size_t count = diskprobe_chain_element_count(partial);
    CHECK(count > 0 && !diskprobe_chain_is_complete(partial));
    const diskprobe_error *own = diskprobe_chain_element_error(partial, count - 1);
    CHECK(diskprobe_error_status(own) == expected);
    CHECK(diskprobe_error_errno(own) == diskprobe_error_errno(error));
    /* The error of the call also names the element. */
    CHECK(strstr(diskprobe_error_message(error), diskprobe_error_message(own)));
    diskprobe_error_free(error);
    return partial;
}

#endif
