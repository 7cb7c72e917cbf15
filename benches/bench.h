/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * What the benchmarks in C share: contestants that go over the same images in turn, round after
 * round, so that all of them meet the same machine; and libvirt's own probing code, where it is
 * installed. What counts is the ratio to the first contestant in the same round, not the time.
 */
#ifndef BENCH_H
#define BENCH_H

#include <stdbool.h>
#include <stddef.h>

enum { MAX_ROUNDS = 1001, MAX_CONTESTANTS = 16 };

struct images {
    char **names;
    size_t count;
};

struct contestant {
    const char *name;
    /* Does its work once for each image; returns how many failed. */
    size_t (*run)(const struct contestant *self, const struct images *images);
    /* What run needs to know. */
    int (*probe)(const char *name);
    const char *directory;
    unsigned jobs;
    /* How many of the images it is given, from the first on; 0 for all. */
    size_t limit;
    double nanoseconds[MAX_ROUNDS]; /* for one image */
    size_t failures;
};

/* Probes the images one after another. */
size_t run_probe(const struct contestant *self, const struct images *images);

/* open, stat, read of 4 KiB, close: what no probe by name can do without. */
int probe_floor(const char *name);

/* Runs them in so many rounds, after one that does not count; who has no limit runs twice in each,
 * and the second time counts. */
void measure(struct contestant *contestants, size_t count, size_t rounds,
             const struct images *images);

/* A line for each: name, nanoseconds for an image, ratio to the first (both medians of the rounds),
 * failures; between them tabulators. */
void print_results(struct contestant *contestants, size_t count, size_t rounds);

/* Names from the standard input, one on a line. Ends the program where there are none. */
struct images read_names(void);
void free_names(struct images *images);

/* From 1 to MAX_ROUNDS, or the program ends. */
size_t rounds_of(const char *text);

double nanoseconds_now(void);
double median(double *values, size_t count);

/* The file's first bytes, as many as there are room for; and its length. */
size_t load(const char *name, char *room, size_t size, unsigned long long *length);

/* libvirt exports these to its own daemons only, under a version of its own. */
enum { VIR_STORAGE_FILE_AUTO = -1, VIR_STORAGE_MAX_HEADER = 33280 };
struct libvirt {
    char version[32];
    void *(*from_fd)(const char *path, int fd, int format);
    void *(*from_buffer)(const char *path, char *buffer, size_t size, int format);
    void (*unref)(void *source);
};
bool load_libvirt(struct libvirt *libvirt);

#endif
