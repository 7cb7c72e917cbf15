/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A data race: two threads change one handle. The sanitizer must detect it in the code of the
 * library. */
#include "../check.h"
#include <pthread.h>

static void *change(void *options)
{
    for (uint32_t reads = 1; reads <= 16; reads++)
        CHECK(diskprobe_options_set_max_reads(options, reads) == DISKPROBE_STATUS_OK);
    return NULL;
}

TEST
{
    diskprobe_options *options = diskprobe_options_new();
    pthread_t thread;
    CHECK(pthread_create(&thread, NULL, change, options) == 0);
    change(options);
    CHECK(pthread_join(thread, NULL) == 0);
    diskprobe_options_free(options);
}
