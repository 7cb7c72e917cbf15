/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The stack that calls need. It is filled with a pattern, and searched for it after each call. */
#include "chain.h"
#include <pthread.h>
#include <sys/mman.h>

enum { STACK = 256 * 1024, PATTERN = 0xa5, BOUND = 64 * 1024 };

static const char *images[] = {"disk.qcow2", "luks.qcow2", "disk.vdi", "base.raw"};

static void *probe_all(void *nothing)
{
    diskprobe_options *options = diskprobe_options_new();
    (void)!diskprobe_options_set_thorough(options, true);
    for (size_t i = 0; i < sizeof images / sizeof *images; i++) {
        diskprobe_image *image;
        CHECK(diskprobe_probe_path(image_name(images[i]), options, &image, NULL)
              == DISKPROBE_STATUS_OK);
        diskprobe_image_free(image);
    }
    diskprobe_options_free(options);
    return nothing;
}

static void *walk_chain(void *nothing)
{
    diskprobe_chain_free(walk("top.qcow2", NULL));
    return nothing;
}

static void *parse_location(void *nothing)
{
    static const char nested[] =
        "json:{\"driver\":\"qcow2\",\"file\":{\"driver\":\"raw\",\"file\":{\"driver\":\"raw\",\"file\":"
        "{\"driver\":\"raw\",\"file\":{\"driver\":\"nbd\",\"server\":{\"type\":\"inet\","
        "\"host\":\"h\",\"port\":\"1\"}}}}}}";
    diskprobe_location *location;
    (void)!diskprobe_location_parse(nested, sizeof nested - 1, NULL, &location, NULL);
    diskprobe_location_free(location);
    return nothing;
}

static bool take(void *opaque, const char *name, size_t length, diskprobe_status status,
                 const diskprobe_image *image, const diskprobe_error *error)
{
    (void)opaque, (void)name, (void)length, (void)status, (void)image, (void)error;
    return true;
}

static void *scan(void *nothing)
{
    CHECK(diskprobe_scan(&check_directory, 1, NULL, take, NULL, NULL) == DISKPROBE_STATUS_OK);
    return nothing;
}

static void *do_nothing(void *nothing)
{
    return nothing;
}

/* Returns the number of bytes of stack that a thread uses. */
static size_t used_by(void *(*body)(void *))
{
    unsigned char *stack = mmap(NULL, STACK, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
                                -1, 0);
    CHECK(stack != MAP_FAILED);
    memset(stack, PATTERN, STACK);
    pthread_attr_t attributes;
    pthread_t thread;
    CHECK(pthread_attr_init(&attributes) == 0);
    CHECK(pthread_attr_setstack(&attributes, stack, STACK) == 0);
    CHECK(pthread_create(&thread, &attributes, body, NULL) == 0);
    CHECK(pthread_join(thread, NULL) == 0);
    pthread_attr_destroy(&attributes);
    size_t unused = 0;
    while (unused < STACK && stack[unused] == PATTERN)
        unused++;
    munmap(stack, STACK);
    return STACK - unused;
}

TEST
{
    static const struct {
        const char *name;
        void *(*body)(void *);
    } calls[] = {{"probe", probe_all}, {"chain", walk_chain}, {"location", parse_location},
                 {"scan", scan}};
    size_t base = used_by(do_nothing);
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
        size_t used = used_by(calls[i].body) - base;
        printf("%s %zu, ", calls[i].name, used);
        CHECK(used < BOUND);
    }
    printf("bytes of stack\n");
}
