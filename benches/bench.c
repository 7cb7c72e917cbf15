/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#define _GNU_SOURCE
#include "bench.h"
#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

size_t run_probe(const struct contestant *self, const struct images *images)
{
    size_t failures = 0;
    for (size_t i = 0; i < images->count; i++)
        failures += self->probe(images->names[i]) != 0;
    return failures;
}

int probe_floor(const char *name)
{
    static char window[4096];
    struct stat stat;
    int fd = openat(AT_FDCWD, name, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return -1;
    int ok = fstat(fd, &stat) == 0 && pread(fd, window, sizeof window, 0) >= 0;
    close(fd);
    return ok ? 0 : -1;
}

double nanoseconds_now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

double median(double *values, size_t count)
{
    qsort(values, count, sizeof *values, ascending);
    return values[count / 2];
}

void measure(struct contestant *contestants, size_t count, size_t rounds,
             const struct images *images)
{
    for (size_t round = 0; round <= rounds; round++) {
        for (struct contestant *c = contestants; c < contestants + count; c++) {
            struct images own = *images;
            if (c->limit && c->limit < own.count)
                own.count = c->limit;
            else
                c->run(c, &own); /* fills the caches */
            double start = nanoseconds_now();
            size_t failures = c->run(c, &own);
            double taken = nanoseconds_now() - start;
            if (round == 0)
                c->failures = failures;
            else
                c->nanoseconds[round - 1] = taken / (double)own.count;
        }
    }
}

void print_results(struct contestant *contestants, size_t count, size_t rounds)
{
    static double floor[MAX_ROUNDS];
    memcpy(floor, contestants[0].nanoseconds, sizeof floor);
    for (struct contestant *c = contestants; c < contestants + count; c++) {
        double ratios[MAX_ROUNDS];
        for (size_t round = 0; round < rounds; round++)
            ratios[round] = c->nanoseconds[round] / floor[round];
        printf("%s\t%.1f\t%.4f\t%zu\n", c->name, median(c->nanoseconds, rounds),
               median(ratios, rounds), c->failures);
    }
}

struct images read_names(void)
{
    struct images images = {NULL, 0};
    char *line = NULL;
    size_t line_size = 0, capacity = 0;
    ssize_t length;
    while ((length = getline(&line, &line_size, stdin)) > 0) {
        if (line[length - 1] == '\n')
            line[length - 1] = '\0';
        if (images.count == capacity) {
            capacity = capacity ? 2 * capacity : 1024;
            images.names = realloc(images.names, capacity * sizeof *images.names);
        }
        if (!images.names || !(images.names[images.count++] = strdup(line)))
            exit(1);
    }
    free(line);
    if (images.count == 0) {
        fprintf(stderr, "no names on the standard input\n");
        exit(2);
    }
    return images;
}

void free_names(struct images *images)
{
    for (size_t i = 0; i < images->count; i++)
        free(images->names[i]);
    free(images->names);
}

size_t rounds_of(const char *text)
{
    size_t rounds = strtoul(text, NULL, 10);
    if (rounds < 1 || rounds > MAX_ROUNDS) {
        fprintf(stderr, "rounds: from 1 to %d\n", MAX_ROUNDS);
        exit(2);
    }
    return rounds;
}

size_t load(const char *name, char *buffer, size_t size, unsigned long long *length)
{
    struct stat stat;
    int fd = openat(AT_FDCWD, name, O_RDONLY | O_CLOEXEC);
    ssize_t got = -1;
    if (fd >= 0 && fstat(fd, &stat) == 0)
        got = pread(fd, buffer, size, 0);
    if (got < 0) {
        perror(name);
        exit(1);
    }
    close(fd);
    *length = (unsigned long long)stat.st_size;
    return (size_t)got;
}

bool load_libvirt(struct libvirt *libvirt)
{
    void *library = dlopen("libvirt.so.0", RTLD_NOW | RTLD_GLOBAL);
    if (!library)
        return false;
    int (*initialize)(void) = (int (*)(void))dlsym(library, "virInitialize");
    int (*get_version)(unsigned long *, const char *, unsigned long *) =
        (int (*)(unsigned long *, const char *, unsigned long *))dlsym(library, "virGetVersion");
    unsigned long number = 0;
    if (!initialize || initialize() < 0 || !get_version || get_version(&number, NULL, NULL) < 0)
        return false;
    snprintf(libvirt->version, sizeof libvirt->version, "%lu.%lu.%lu", number / 1000000,
             number / 1000 % 1000, number % 1000);
    char node[64];
    snprintf(node, sizeof node, "LIBVIRT_PRIVATE_%s", libvirt->version);
    libvirt->from_fd = (void *(*)(const char *, int, int))dlvsym(
        library, "virStorageSourceGetMetadataFromFD", node);
    libvirt->from_buffer = (void *(*)(const char *, char *, size_t, int))dlvsym(
        library, "virStorageSourceGetMetadataFromBuf", node);
    libvirt->unref = (void (*)(void *))dlsym(RTLD_DEFAULT, "g_object_unref");
    return libvirt->from_fd && libvirt->from_buffer && libvirt->unref;
}
