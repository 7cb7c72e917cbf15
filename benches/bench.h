/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Shared code of the benchmarks in C. Contestants process the same images in turn, round after
 * round, so that all of them see the same state of the machine. The result is the ratio to the
 * first contestant in the same round, not the time. Also loads libvirt's probing code, if it is
 * installed.
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
    /* Processes each image once. Returns the number of failures. */
    size_t (*run)(const struct contestant *self, const struct images *images);
    /* Arguments of run. */
    int (*probe)(const char *name);
    const char *directory;
    unsigned jobs;
    /* The number of images to process, from the first one; 0 for all. */
    size_t limit;
    double nanoseconds[MAX_ROUNDS]; /* for one image */
    size_t failures;
};

/* Probes the images one after another. */
size_t run_probe(const struct contestant *self, const struct images *images);

/* open, stat, read of 4 KiB, close: the minimum for a probe by path. */
int probe_floor(const char *name);

/* Runs all contestants in a number of rounds, after a warm-up round. A contestant without a limit
 * runs twice in each round, and only the second run counts. */
void measure(struct contestant *contestants, size_t count, size_t rounds,
             const struct images *images);

/* Prints a line for each contestant, separated by tabs: name, nanoseconds per image, ratio to the
 * first contestant (medians of the rounds), failures. */
void print_results(struct contestant *contestants, size_t count, size_t rounds);

/* Reads names from standard input, one per line. Ends the program if there are none. */
struct images read_names(void);
void free_names(struct images *images);

/* Parses a number from 1 to MAX_ROUNDS. Ends the program if it is invalid. */
size_t rounds_of(const char *text);

double nanoseconds_now(void);
double median(double *values, size_t count);

/* Reads up to size bytes from the start of a file, and its length. */
size_t load(const char *name, char *buffer, size_t size, unsigned long long *length);

/* libvirt exports these only to its own daemons, with a private symbol version. */
enum { VIR_STORAGE_FILE_AUTO = -1, VIR_STORAGE_MAX_HEADER = 33280 };
struct libvirt {
    char version[32];
    void *(*from_fd)(const char *path, int fd, int format);
    void *(*from_buffer)(const char *path, char *buffer, size_t size, int format);
    void (*unref)(void *source);
};
bool load_libvirt(struct libvirt *libvirt);

#endif
