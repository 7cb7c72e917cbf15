/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Many threads read one image and one chain at the same time, with shared options, while each
 * thread probes images and walks chains. */
#include "chain.h"
#include <pthread.h>

enum { THREADS = 64, ROUNDS = 8 };

static struct shared {
    diskprobe_image *image;
    diskprobe_chain *chain;
    diskprobe_chain_options *options;
} shared;

static void read_chain(const diskprobe_chain *chain)
{
    size_t index;
    uint64_t size;
    CHECK(diskprobe_chain_element_count(chain) == 3);
    CHECK(diskprobe_image_virtual_size(diskprobe_chain_element_image(chain, 2), &size));
    CHECK_TEXT(diskprobe_chain_element_recorded(chain, 1, NULL), "sub/mid.qcow2");
    CHECK(diskprobe_chain_find(chain, image_name("base.raw"), NULL, &index) && index == 2);
    char *name = diskprobe_chain_relative_backing_path(chain, 1, 2, NULL);
    CHECK_TEXT(name, "sub/../base.raw");
    diskprobe_string_free(name);
}

static void *work(void *nothing)
{
    (void)nothing;
    static const char *const names[] = {"disk.qcow2", "luks.qcow2", "disk.vdi", "base.raw"};
    uint64_t size;
    for (int round = 0; round < ROUNDS; round++) {
        diskprobe_image *own = probe(names[round % 4]);
        CHECK(diskprobe_image_virtual_size(own, &size) && size >= 1 << 20);
        CHECK_TEXT(diskprobe_image_backing_location(shared.image, NULL), "base.raw");
        CHECK(diskprobe_image_virtual_size(shared.image, &size) && size == 10 << 20);
        diskprobe_image_free(own);

        read_chain(shared.chain);
        diskprobe_chain *own_chain = walk("top.qcow2", shared.options);
        read_chain(own_chain);
        diskprobe_chain_free(own_chain);

        diskprobe_image *none;
        CHECK_FAILS(diskprobe_probe_path(image_name("absent"), NULL, &none, &error), NOT_FOUND);
    }
    return NULL;
}

TEST
{
    pthread_t threads[THREADS];
    shared.image = probe("disk.qcow2");
    shared.options = diskprobe_chain_options_new();
    shared.chain = walk("top.qcow2", shared.options);
    for (int i = 0; i < THREADS; i++)
        CHECK(pthread_create(&threads[i], NULL, work, NULL) == 0);
    for (int i = 0; i < THREADS; i++)
        CHECK(pthread_join(threads[i], NULL) == 0);
    diskprobe_image_free(shared.image);
    diskprobe_chain_free(shared.chain);
    diskprobe_chain_options_free(shared.options);
}
