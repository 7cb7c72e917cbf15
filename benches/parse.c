/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Probes images in memory, including the call from C and freeing the result, and compares the time
 * with that of libvirt.
 *
 * usage: parse ROUNDS < names
 *
 * Prints a line for each image, separated by tabs: name, nanoseconds of libdiskprobe and of
 * libvirt, and their ratio (medians of the rounds).
 */
#define _GNU_SOURCE
#include "bench.h"
#include <diskprobe.h>
#include <stdio.h>
#include <stdlib.h>

enum { REPEATS = 20000, PEER_REPEATS = 2000 };

/* Large enough for all structures of a VHDX image. */
static char storage[4 << 20];
static char *buffer = storage;
static size_t size;
static unsigned long long length;
static struct libvirt libvirt;

static int parse(void)
{
    diskprobe_image *image = NULL;
    if (diskprobe_probe_buffer(buffer, size, length, NULL, &image, NULL) != DISKPROBE_STATUS_OK)
        return -1;
    diskprobe_image_free(image);
    return 0;
}

static int parse_libvirt(void)
{
    size_t window = size < VIR_STORAGE_MAX_HEADER ? size : VIR_STORAGE_MAX_HEADER;
    void *source = libvirt.from_buffer("image", buffer, window, VIR_STORAGE_FILE_AUTO);
    if (!source)
        return -1;
    libvirt.unref(source);
    return 0;
}

static double timed(int (*body)(void), size_t repeats)
{
    double start = nanoseconds_now();
    for (size_t i = 0; i < repeats; i++)
        if (body() != 0)
            exit(1);
    return (nanoseconds_now() - start) / (double)repeats;
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        fprintf(stderr, "usage: parse ROUNDS < names\n");
        return 2;
    }
    size_t rounds = rounds_of(argv[1]);
    struct images images = read_names();
    if (!load_libvirt(&libvirt)) {
        fprintf(stderr, "parse: libvirt is not installed, or without these functions\n");
        return 1;
    }
    for (size_t i = 0; i < images.count; i++) {
        double ours[MAX_ROUNDS], theirs[MAX_ROUNDS], ratios[MAX_ROUNDS];
        size = load(images.names[i], storage, sizeof storage, &length);
        if (parse() != 0 || parse_libvirt() != 0) {
            fprintf(stderr, "parse: %s: no answer\n", images.names[i]);
            return 1;
        }
        for (size_t round = 0; round < rounds; round++) {
            ours[round] = timed(parse, REPEATS);
            theirs[round] = timed(parse_libvirt, PEER_REPEATS);
            ratios[round] = ours[round] / theirs[round];
        }
        printf("%s\t%.1f\t%.1f\t%.4f\n", images.names[i], median(ours, rounds),
               median(theirs, rounds), median(ratios, rounds));
    }
    free_names(&images);
    return 0;
}
