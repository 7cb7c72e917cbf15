/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Probes images by path: the floor, libdiskprobe, and other tools that answer the same question.
 *
 * usage: pool ROUNDS SLOW_ROUNDS [NAME=LIBRARY]... < names
 *
 * Contestants that need milliseconds per image run in SLOW_ROUNDS rounds of their own, with the
 * floor. 0 omits them; otherwise the environment variable DISKPROBE is the command line tool. Each
 * LIBRARY is built from benches/probe.rs. A line before the results has the number of images for
 * which it needs one read.
 */
#define _GNU_SOURCE
#include "bench.h"
#include <blkid/blkid.h>
#include <diskprobe.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <magic.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

/* Slow contestants process only the first images, which have the same mix of kinds as the pool. */
enum { FEW = 20, SOME = 100 };

static int probe_any(const char *name)
{
    diskprobe_image *image = NULL;
    if (diskprobe_probe_path(name, NULL, &image, NULL) != DISKPROBE_STATUS_OK)
        return -1;
    diskprobe_image_free(image);
    return 0;
}

static int open_and(const char *name, int (*probe)(const char *name, int fd))
{
    int fd = openat(AT_FDCWD, name, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return -1;
    int result = probe(name, fd);
    close(fd);
    return result;
}

static int probe_fd(const char *name, int fd)
{
    (void)name;
    diskprobe_image *image = NULL;
    if (diskprobe_probe_fd(fd, NULL, &image, NULL) != DISKPROBE_STATUS_OK)
        return -1;
    diskprobe_image_free(image);
    return 0;
}

/* A caller that lists a pool knows from readdir(3) which names are regular files. */
static int probe_listed(const char *name)
{
    return open_and(name, probe_fd);
}

static struct libvirt libvirt;

static int libvirt_fd(const char *name, int fd)
{
    void *source = libvirt.from_fd(name, fd, VIR_STORAGE_FILE_AUTO);
    if (!source)
        return -1;
    libvirt.unref(source);
    return 0;
}

static int probe_libvirt(const char *name)
{
    return open_and(name, libvirt_fd);
}

/* No result is correct for a raw image. */
static int blkid_fd(const char *name, int fd)
{
    (void)name;
    blkid_probe probe = blkid_new_probe();
    int result = probe && blkid_probe_set_device(probe, fd, 0, 0) == 0 &&
                         blkid_do_safeprobe(probe) >= 0
                     ? 0
                     : -1;
    blkid_free_probe(probe);
    return result;
}

static int probe_blkid(const char *name)
{
    return open_and(name, blkid_fd);
}

static magic_t magic;

static int magic_fd(const char *name, int fd)
{
    (void)name;
    return magic_descriptor(magic, fd) ? 0 : -1;
}

static int probe_magic(const char *name)
{
    return open_and(name, magic_fd);
}

/* Runs a tool and discards its output. */
static int spawn(const char *const *words)
{
    posix_spawn_file_actions_t actions;
    pid_t process;
    int status = -1;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    if (posix_spawnp(&process, words[0], &actions, NULL, (char **)words, environ) == 0)
        waitpid(process, &status, 0);
    posix_spawn_file_actions_destroy(&actions);
    return status == 0 ? 0 : -1;
}

static int spawn_qemu_img(const char *name)
{
    const char *words[] = {"qemu-img", "info", "-U", "--output=json", name, NULL};
    return spawn(words);
}

/* The tool that was installed with the measured library. */
static const char *tool;

static int spawn_tool(const char *name)
{
    const char *words[] = {tool, "info", "--output=json", name, NULL};
    return spawn(words);
}

/* A contestant in a separate library. */
static struct contestant from_library(char *argument, const struct images *images)
{
    char *equals = strchr(argument, '=');
    void *library = equals ? dlopen(equals + 1, RTLD_NOW | RTLD_LOCAL) : NULL;
    if (!library) {
        fprintf(stderr, "%s: %s\n", argument, equals ? dlerror() : "not NAME=LIBRARY");
        exit(2);
    }
    *equals = '\0';
    int (*reads)(const char *) = (int (*)(const char *))dlsym(library, "reads_listed");
    struct contestant result = {.name = argument, .run = run_probe};
    result.probe = (int (*)(const char *))dlsym(library, "probe_listed");
    if (!reads || !result.probe) {
        fprintf(stderr, "%s: not made of benches/probe.rs\n", equals + 1);
        exit(2);
    }
    size_t one = 0;
    for (size_t i = 0; i < images->count; i++)
        one += reads(images->names[i]) == 1;
    printf("#\tone read\t%s\t%zu\t%zu\n", argument, one, images->count);
    return result;
}

static void compare_slow(size_t rounds, const struct images *images)
{
    static struct contestant contestants[] = {
        {.name = "floor of the slow rounds", .run = run_probe, .probe = probe_floor},
        {.name = "qemu-img", .run = run_probe, .probe = spawn_qemu_img, .limit = FEW},
        {.name = "tool", .run = run_probe, .probe = spawn_tool, .limit = SOME},
        {.name = "libmagic", .run = run_probe, .probe = probe_magic, .limit = SOME},
    };
    size_t count = sizeof contestants / sizeof *contestants;
    magic = magic_open(MAGIC_NONE);
    tool = getenv("DISKPROBE");
    if (!tool || !magic || magic_load(magic, NULL) != 0)
        exit(1);
    measure(contestants, count, rounds, images);
    print_results(contestants, count, rounds);
    magic_close(magic);
}

int main(int argc, char **argv)
{
    if (argc < 3 || argc > 3 + MAX_CONTESTANTS - 5) {
        fprintf(stderr, "usage: pool ROUNDS SLOW_ROUNDS [NAME=LIBRARY]... < names\n");
        return 2;
    }
    size_t rounds = rounds_of(argv[1]);
    struct images images = read_names();

    static struct contestant contestants[MAX_CONTESTANTS] = {
        {.name = "floor", .run = run_probe, .probe = probe_floor},
        {.name = "listed", .run = run_probe, .probe = probe_listed},
        {.name = "any", .run = run_probe, .probe = probe_any},
    };
    size_t count = 3;
    for (int i = 3; i < argc; i++)
        contestants[count++] = from_library(argv[i], &images);
    if (load_libvirt(&libvirt))
        contestants[count++] =
            (struct contestant){.name = "libvirt", .run = run_probe, .probe = probe_libvirt};
    contestants[count++] =
        (struct contestant){.name = "libblkid", .run = run_probe, .probe = probe_blkid};
    measure(contestants, count, rounds, &images);
    print_results(contestants, count, rounds);
    if (strcmp(argv[2], "0") != 0)
        compare_slow(rounds_of(argv[2]), &images);

    free_names(&images);
    return 0;
}
