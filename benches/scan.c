/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Scans a pool with diskprobe_scan and one or two jobs, and compares the time with the floor of one
 * and two threads, with known names and with a directory listing.
 *
 * usage: scan ROUNDS DIRECTORY < names of the images in it
 */
#define _GNU_SOURCE
#include "bench.h"
#include <diskprobe.h>
#include <dirent.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

struct counts {
    size_t images, failures;
};

static bool count(void *opaque, const char *name, size_t length, diskprobe_status status,
                  const diskprobe_image *image, const diskprobe_error *error)
{
    struct counts *counts = opaque;
    (void)name, (void)length, (void)image, (void)error;
    counts->images++;
    counts->failures += status != DISKPROBE_STATUS_OK;
    return true;
}

static size_t run_scan(const struct contestant *self, const struct images *images)
{
    struct counts counts = {0, 0};
    diskprobe_scan_options *options = diskprobe_scan_options_new();
    if (diskprobe_scan_options_set_jobs(options, self->jobs) != DISKPROBE_STATUS_OK ||
        diskprobe_scan(&self->directory, 1, options, count, &counts, NULL) != DISKPROBE_STATUS_OK)
        counts.failures++;
    diskprobe_scan_options_free(options);
    return counts.failures + (counts.images != images->count);
}

struct half {
    const struct contestant *contestant;
    struct images images;
    size_t failures;
};

static void *run_half(void *opaque)
{
    struct half *half = opaque;
    half->failures = run_probe(half->contestant, &half->images);
    return NULL;
}

/* Two threads with half of the images each, which share nothing. */
static size_t run_threads(const struct contestant *self, const struct images *images)
{
    size_t middle = images->count / 2;
    struct half first = {self, {images->names, middle}, 0};
    struct half second = {self, {images->names + middle, images->count - middle}, 0};
    pthread_t thread;
    if (pthread_create(&thread, NULL, run_half, &first) != 0)
        return images->count;
    run_half(&second);
    pthread_join(thread, NULL);
    return first.failures + second.failures;
}

/* Lists the directory and opens the listed files. */
static size_t run_listed(const struct contestant *self, const struct images *images)
{
    enum { LONGEST = 512 };
    struct images listed = {malloc(images->count * sizeof *listed.names), 0};
    char *paths = malloc(images->count * LONGEST);
    DIR *directory = opendir(self->directory);
    const struct dirent *entry;
    if (!listed.names || !paths || !directory)
        exit(1);
    while ((entry = readdir(directory)) && listed.count < images->count) {
        if (entry->d_type != DT_REG)
            continue;
        char *name = paths + listed.count * LONGEST;
        if (snprintf(name, LONGEST, "%s/%s", self->directory, entry->d_name) >= LONGEST)
            exit(1);
        listed.names[listed.count++] = name;
    }
    closedir(directory);
    size_t failures = self->jobs == 2 ? run_threads(self, &listed) : run_probe(self, &listed);
    free(paths);
    free(listed.names);
    return failures + (listed.count != images->count);
}

int main(int argc, char **argv)
{
    if (argc != 3) {
        fprintf(stderr, "usage: scan ROUNDS DIRECTORY < names\n");
        return 2;
    }
    size_t rounds = rounds_of(argv[1]);
    struct images images = read_names();
    static struct contestant contestants[] = {
        {.name = "floor", .run = run_probe, .probe = probe_floor},
        {.name = "floor, 2 threads", .run = run_threads, .probe = probe_floor},
        {.name = "floor, listed", .run = run_listed, .probe = probe_floor, .jobs = 1},
        {.name = "floor, listed, 2 threads", .run = run_listed, .probe = probe_floor, .jobs = 2},
        {.name = "scan, 1 job", .run = run_scan, .jobs = 1},
        {.name = "scan, 2 jobs", .run = run_scan, .jobs = 2},
    };
    size_t contestant_count = sizeof contestants / sizeof *contestants;
    for (size_t c = 0; c < contestant_count; c++)
        contestants[c].directory = argv[2];
    measure(contestants, contestant_count, rounds, &images);
    print_results(contestants, contestant_count, rounds);
    free_names(&images);
    return 0;
}
