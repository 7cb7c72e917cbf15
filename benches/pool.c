/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Times the probe by path over a pool of images, beside what is unavoidable (open, stat, one read,
 * close) and, where it is installed, libvirt's own probing code in the same process.
 *
 * Each contestant goes over the whole pool in turn, round after round, so that all of them meet
 * the same machine. What counts is the ratio to the floor of the same round, not the time.
 *
 * usage: pool ROUNDS < list of image names
 */
#define _GNU_SOURCE
#include <diskprobe.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { MAX_IMAGES = 1 << 20, MAX_ROUNDS = 101, MAX_CONTESTANTS = 4 };

typedef int (*probe)(const char *path);

struct contestant {
    const char *name;
    probe probe;
    double microseconds[MAX_ROUNDS];
    double ratio[MAX_ROUNDS];
    size_t failures;
};

static int probe_floor(const char *path)
{
    static char window[4096];
    struct stat stat;
    int fd = openat(AT_FDCWD, path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return -1;
    int ok = fstat(fd, &stat) == 0 && pread(fd, window, sizeof window, 0) >= 0;
    close(fd);
    return ok ? 0 : -1;
}

static int probe_path(const char *path, const diskprobe_options *options)
{
    diskprobe_image *image = NULL;
    if (diskprobe_probe_path(path, options, &image, NULL) != DISKPROBE_STATUS_OK)
        return -1;
    diskprobe_image_free(image);
    return 0;
}

static int probe_any_path(const char *path)
{
    return probe_path(path, NULL);
}

/* Who lists a pool learns from readdir(3) which names are regular files. */
static diskprobe_options *listed;

static int probe_listed_path(const char *path)
{
    return probe_path(path, listed);
}

/* libvirt exports these to its own daemons only, under a version of its own. */
static void *(*libvirt_metadata_from_fd)(const char *path, int fd, int format);
static void (*gobject_unref)(void *object);

static int probe_libvirt(const char *path)
{
    enum { VIR_STORAGE_FILE_AUTO = -1 };
    int fd = openat(AT_FDCWD, path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return -1;
    void *source = libvirt_metadata_from_fd(path, fd, VIR_STORAGE_FILE_AUTO);
    close(fd);
    if (!source)
        return -1;
    gobject_unref(source);
    return 0;
}

static int have_libvirt(void)
{
    void *library = dlopen("libvirt.so.0", RTLD_NOW | RTLD_GLOBAL);
    if (!library)
        return 0;
    int (*initialize)(void) = (int (*)(void))dlsym(library, "virInitialize");
    int (*get_version)(unsigned long *, const char *, unsigned long *) =
        (int (*)(unsigned long *, const char *, unsigned long *))dlsym(library, "virGetVersion");
    unsigned long number = 0;
    char node[64];
    if (!initialize || initialize() < 0 || !get_version || get_version(&number, NULL, NULL) < 0)
        return 0;
    snprintf(node, sizeof node, "LIBVIRT_PRIVATE_%lu.%lu.%lu", number / 1000000,
             number / 1000 % 1000, number % 1000);
    libvirt_metadata_from_fd = (void *(*)(const char *, int, int))dlvsym(
        library, "virStorageSourceGetMetadataFromFD", node);
    gobject_unref = (void (*)(void *))dlsym(RTLD_DEFAULT, "g_object_unref");
    if (!libvirt_metadata_from_fd || !gobject_unref)
        return 0;
    printf("libvirt %lu.%lu.%lu\n", number / 1000000, number / 1000 % 1000, number % 1000);
    return 1;
}

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec * 1e6 + (double)time.tv_nsec / 1e3;
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *values, size_t count)
{
    qsort(values, count, sizeof *values, ascending);
    return values[count / 2];
}

int main(int argc, char **argv)
{
    size_t rounds = argc == 2 ? strtoul(argv[1], NULL, 10) : 0;
    if (rounds < 1 || rounds > MAX_ROUNDS) {
        fprintf(stderr, "usage: pool ROUNDS < list of image names\n");
        return 2;
    }
    char **images = calloc(MAX_IMAGES, sizeof *images);
    char *line = NULL;
    size_t room = 0, count = 0;
    ssize_t length;
    if (!images)
        return 1;
    while (count < MAX_IMAGES && (length = getline(&line, &room, stdin)) > 0) {
        if (line[length - 1] == '\n')
            line[length - 1] = '\0';
        images[count++] = strdup(line);
    }
    if (count == 0) {
        fprintf(stderr, "pool: no images\n");
        return 1;
    }

    static struct contestant contestants[MAX_CONTESTANTS] = {
        {.name = "floor: openat, fstat, pread of 4 KiB, close", .probe = probe_floor},
        {.name = "diskprobe_probe_path, listed as a regular file", .probe = probe_listed_path},
        {.name = "diskprobe_probe_path, any name", .probe = probe_any_path},
    };
    size_t contestant_count = 3;
    listed = diskprobe_options_new();
    if (diskprobe_options_set_regular_file(listed, true) != DISKPROBE_STATUS_OK)
        return 1;
    printf("%zu images, %zu rounds, diskprobe %s\n", count, rounds, diskprobe_version());
    if (have_libvirt())
        contestants[contestant_count++] = (struct contestant){
            .name = "openat, virStorageSourceGetMetadataFromFD, close", .probe = probe_libvirt};
    else
        printf("libvirt: not installed, or without these functions; left out\n");

    for (size_t c = 0; c < contestant_count; c++) /* warm the caches */
        for (size_t i = 0; i < count; i++)
            if (contestants[c].probe(images[i]) != 0)
                contestants[c].failures++;
    for (size_t round = 0; round < rounds; round++) {
        for (size_t c = 0; c < contestant_count; c++) {
            double start = now();
            for (size_t i = 0; i < count; i++)
                contestants[c].probe(images[i]);
            contestants[c].microseconds[round] = (now() - start) / (double)count;
            contestants[c].ratio[round] =
                contestants[c].microseconds[round] / contestants[0].microseconds[round];
        }
    }
    printf("%-50s %12s %12s %10s\n", "", "us an image", "x the floor", "failures");
    for (size_t c = 0; c < contestant_count; c++)
        printf("%-50s %12.2f %12.3f %10zu\n", contestants[c].name,
               median(contestants[c].microseconds, rounds), median(contestants[c].ratio, rounds),
               contestants[c].failures);

    for (size_t i = 0; i < count; i++)
        free(images[i]);
    diskprobe_options_free(listed);
    free(images);
    free(line);
    return 0;
}
