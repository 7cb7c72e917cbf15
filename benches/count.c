/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Probes each image many times, by path and from memory, so that callgrind can count the
 * instructions. The counts of each kind are dumped with a label.
 *
 * usage: valgrind --tool=callgrind ... count < names
 */
#include "bench.h"
#include <diskprobe.h>
#include <stdio.h>
#include <stdlib.h>
#include <valgrind/callgrind.h>

/* benches/instructions divides the counts by this number. */
enum { REPEATS = 100 };

static char buffer[4 << 20];

static void check(diskprobe_status status, diskprobe_image *image)
{
    if (status != DISKPROBE_STATUS_OK)
        exit(1);
    diskprobe_image_free(image);
}

int main(void)
{
    struct images images = read_names();
    for (size_t i = 0; i < images.count; i++) {
        const char *name = images.names[i];
        diskprobe_image *image = NULL;
        unsigned long long length;
        char label[64];
        size_t size = load(name, buffer, sizeof buffer, &length);
        /* The first probe warms up the heap and the dynamic linker. */
        for (size_t n = 0; n <= REPEATS; n++) {
            if (n == 1)
                CALLGRIND_ZERO_STATS;
            check(diskprobe_probe_buffer(buffer, size, length, NULL, &image, NULL), image);
        }
        snprintf(label, sizeof label, "%s buffer", name);
        CALLGRIND_DUMP_STATS_AT(label);
        for (size_t n = 0; n <= REPEATS; n++) {
            if (n == 1)
                CALLGRIND_ZERO_STATS;
            check(diskprobe_probe_path(name, NULL, &image, NULL), image);
        }
        snprintf(label, sizeof label, "%s path", name);
        CALLGRIND_DUMP_STATS_AT(label);
    }
    free_names(&images);
    return 0;
}
