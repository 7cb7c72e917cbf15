/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Prints the chain of a disk with an opener of its own.
 *
 *     cc -o chain chain.c $(pkg-config --cflags --libs diskprobe)
 */
#include <diskprobe.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>

/* A program could open the file as another user here, or connect to a server. */
static int open_it(void *opaque, const diskprobe_location *location,
                   diskprobe_open_request *request, diskprobe_error **error)
{
    int fd;
    (void)opaque;
    if (diskprobe_location_has_credentials(location)) {
        /* An error with a message of its own, which the walk returns. */
        *error = diskprobe_error_new(DISKPROBE_STATUS_PERMISSION_DENIED,
                                     "locations with credentials are not allowed");
        return -EPERM;
    }
    if (diskprobe_location_type(location) != DISKPROBE_STORAGE_TYPE_FILE)
        return 0; /* left unopened */
    fd = open(diskprobe_location_path(location, NULL), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0)
        return -errno;
    return diskprobe_open_request_set_fd(request, fd) == DISKPROBE_STATUS_OK ? 0 : -EINVAL;
}

static void print_element(const diskprobe_chain *chain, size_t index)
{
    const diskprobe_error *error = diskprobe_chain_element_error(chain, index);
    uint32_t depth;
    uint64_t size;

    diskprobe_chain_element_depth(chain, index, &depth);
    /* The author of the image chose this name. info.c shows how to escape it. */
    printf("%" PRIu32 " %s: %s (%s)", depth,
           diskprobe_element_kind_to_string(diskprobe_chain_element_kind(chain, index)),
           diskprobe_format_to_string(diskprobe_chain_element_format(chain, index)),
           diskprobe_format_source_to_string(diskprobe_chain_element_format_source(chain, index)));
    if (diskprobe_image_virtual_size(diskprobe_chain_element_image(chain, index), &size))
        printf(", %" PRIu64 " bytes", size);
    printf("%s%s\n", error ? ": " : "", diskprobe_error_message(error));
}

int main(int argc, char **argv)
{
    diskprobe_chain_options *options = diskprobe_chain_options_new();
    diskprobe_chain *chain = NULL;
    diskprobe_error *error = NULL;
    diskprobe_status status;

    if (argc != 2)
        return 2;
    status = diskprobe_chain_options_set_opener(options, open_it, NULL);
    /* The same variable receives the complete or the partial chain. */
    if (status == DISKPROBE_STATUS_OK)
        status = diskprobe_chain_open_path(argv[1], options, &chain, &chain, &error);
    for (size_t index = 0; index < diskprobe_chain_element_count(chain); index++)
        print_element(chain, index);
    if (status != DISKPROBE_STATUS_OK)
        fprintf(stderr, "%s: %s\n", argv[1], diskprobe_error_message(error));
    diskprobe_error_free(error);
    diskprobe_chain_free(chain);
    diskprobe_chain_options_free(options);
    return status != DISKPROBE_STATUS_OK;
}
