/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* One image is read by many threads at once, while each probes images of its own. */
#include "check.h"
#include <pthread.h>

enum { THREADS = 8, ROUNDS = 50 };

static void *work(void *shared)
{
    static const char *const names[] = {"disk.qcow2", "luks.qcow2", "disk.vdi", "base.raw"};
    uint64_t size;
    for (int round = 0; round < ROUNDS; round++) {
        diskprobe_image *own = probe(names[round % 4]);
        CHECK(diskprobe_image_virtual_size(own, &size) && size >= 1 << 20);
        CHECK_TEXT(diskprobe_image_backing_location(shared, NULL), "base.raw");
        CHECK(diskprobe_image_virtual_size(shared, &size) && size == 10 << 20);
        diskprobe_image_free(own);

        diskprobe_image *none;
        CHECK_FAILS(diskprobe_probe_path(image_name("absent"), NULL, &none, &error), NOT_FOUND);
    }
    return NULL;
}

TEST
{
    pthread_t threads[THREADS];
    diskprobe_image *image = probe("disk.qcow2");
    for (int i = 0; i < THREADS; i++)
        CHECK(pthread_create(&threads[i], NULL, work, image) == 0);
    for (int i = 0; i < THREADS; i++)
        CHECK(pthread_join(threads[i], NULL) == 0);
    diskprobe_image_free(image);
}
