/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A typical probe by path allocates twice, for the handle and its strings. Freeing releases
 * both. */
#define _GNU_SOURCE
#include "check.h"
#include <dlfcn.h>

/* The dynamic linker allocates memory before dlsym() works. It is never freed. */
static _Alignas(16) char early[4096];
static size_t early_used;
static bool counting;
static unsigned allocations, frees;

#define REAL(name) \
    static __typeof__(name) *real; \
    if (!real) \
        *(void **)&real = dlsym(RTLD_NEXT, #name); \
    if (counting) \
        allocations++

void *malloc(size_t size)
{
    REAL(malloc);
    return real(size);
}

void *calloc(size_t count, size_t size)
{
    static bool asking;
    if (asking) {
        void *block = early + early_used;
        early_used += (count * size + 15) / 16 * 16;
        return early_used <= sizeof early ? block : NULL;
    }
    asking = true;
    REAL(calloc);
    asking = false;
    return real(count, size);
}

void *realloc(void *old, size_t size)
{
    REAL(realloc);
    return real(old, size);
}

int posix_memalign(void **out, size_t alignment, size_t size)
{
    REAL(posix_memalign);
    return real(out, alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size)
{
    REAL(aligned_alloc);
    return real(alignment, size);
}

void free(void *old)
{
    static __typeof__(free) *real;
    if (!real)
        *(void **)&real = dlsym(RTLD_NEXT, "free");
    if ((char *)old >= early && (char *)old < early + sizeof early)
        return;
    if (counting && old)
        frees++;
    real(old);
}

static void count(const char *when)
{
    diskprobe_image *image;
    diskprobe_error *error;
    const char *path = image_name("disk.qcow2");
    allocations = frees = 0;
    counting = true;
    diskprobe_status status = diskprobe_probe_path(path, NULL, &image, &error);
    counting = false;
    CHECK(status == DISKPROBE_STATUS_OK);
    CHECK_TEXT(diskprobe_image_backing_location(image, NULL), "base.raw");
    printf("%s probe: %u allocations, %u given back at once; ", when, allocations, frees);
    CHECK(allocations >= 1 && allocations <= 2);
    unsigned made = allocations - frees;
    frees = 0;
    counting = true;
    diskprobe_image_free(image);
    counting = false;
    printf("freeing the image: %u\n", frees);
    CHECK(frees == made);
}

TEST
{
    /* Checks that the counter works. */
    counting = true;
    void *volatile seen = malloc(1);
    counting = false;
    CHECK(allocations == 1);
    free(seen);
    count("first");
    count("second");
}
