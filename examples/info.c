/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Prints the six facts of disk images.
 *
 *     cc -o info info.c $(pkg-config --cflags --libs diskprobe)
 *     cc -static -o info info.c $(pkg-config --static --cflags --libs diskprobe)
 */
#include <ctype.h>
#include <diskprobe.h>
#include <inttypes.h>
#include <stdio.h>

/* The author of the image chose these bytes. Escape characters that a terminal interprets. */
static void print_escaped(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        unsigned char byte = (unsigned char)text[i];
        if (isprint(byte) && byte != '\\')
            putchar(byte);
        else
            printf("\\x%02x", byte);
    }
}

static void print_facts(const char *path, const diskprobe_image *image)
{
    uint64_t size;
    size_t length;
    diskprobe_format format;

    printf("image: %s\n", path);
    printf("format: %s\n", diskprobe_format_to_string(diskprobe_image_format(image)));
    if (diskprobe_image_virtual_size(image, &size))
        printf("virtual size: %" PRIu64 "\n", size);
    if (diskprobe_image_physical_size(image, &size))
        printf("physical size: %" PRIu64 "\n", size);
    const char *backing = diskprobe_image_backing_location(image, &length);
    if (backing) {
        printf("backing store: ");
        print_escaped(backing, length);
        printf("\nbacking format: %s\n", diskprobe_image_backing_format(image, &format)
                                             ? diskprobe_format_to_string(format)
                                             : "not recorded");
    }
    printf("encryption: %s\n", diskprobe_encryption_to_string(diskprobe_image_encryption(image)));
}

int main(int argc, char **argv)
{
    int failures = 0;
    for (int i = 1; i < argc; i++) {
        diskprobe_image *image;
        diskprobe_error *error;
        if (diskprobe_probe_path(argv[i], NULL, &image, &error) == DISKPROBE_STATUS_OK) {
            print_facts(argv[i], image);
            diskprobe_image_free(image);
        } else {
            fprintf(stderr, "%s: %s\n", argv[i], diskprobe_error_message(error));
            diskprobe_error_free(error);
            failures++;
        }
    }
    return failures > 0;
}
