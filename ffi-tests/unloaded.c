/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A scan of the main thread leaves nothing: the library can be unloaded, and no memory is lost. */
#define _GNU_SOURCE
#include "check.h"
#include <dlfcn.h>

static bool count(void *results, const char *name, size_t length, diskprobe_status status,
                  const diskprobe_image *image, const diskprobe_error *error)
{
    (void)name, (void)length, (void)status, (void)image, (void)error;
    ++*(unsigned *)results;
    return true;
}

#define FIND(name) \
    __typeof__(diskprobe_##name) *name = *(__typeof__(diskprobe_##name) **)(void *[]) \
    { \
        dlsym(library, "diskprobe_" #name) \
    }

static unsigned scan_with(unsigned jobs)
{
    unsigned results = 0;
    void *library = dlopen("libdiskprobe.so.0", RTLD_NOW | RTLD_LOCAL);
    CHECK(library);
    FIND(scan);
    FIND(scan_options_new);
    FIND(scan_options_set_jobs);
    FIND(scan_options_free);
    diskprobe_scan_options *options = scan_options_new();
    CHECK(scan_options_set_jobs(options, jobs) == DISKPROBE_STATUS_OK);
    CHECK(scan(&check_directory, 1, options, count, &results, NULL) == DISKPROBE_STATUS_OK);
    scan_options_free(options);
    CHECK(dlclose(library) == 0);
    CHECK(!dlopen("libdiskprobe.so.0", RTLD_NOW | RTLD_NOLOAD));
    return results;
}

TEST
{
    unsigned results = scan_with(1);
    CHECK(results > 1);
    CHECK(scan_with(4) == results);
    CHECK(scan_with(4) == results);
}
