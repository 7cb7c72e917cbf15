/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The shared library can be loaded at run time, as by a plug-in, and unloaded. Its functions are
 * found with their version. */
#define _GNU_SOURCE
#include "check.h"
#include <dlfcn.h>

typedef diskprobe_status probe_path(const char *, const diskprobe_options *, diskprobe_image **,
                                    diskprobe_error **);
typedef diskprobe_format image_format(const diskprobe_image *);
typedef void image_free(diskprobe_image *);

#define FIND(name) (*(name **)(void *[]){dlvsym(library, "diskprobe_" #name, "DISKPROBE_0.1")})

TEST
{
    for (int round = 0; round < 3; round++) {
        void *library = dlopen("libdiskprobe.so.0", RTLD_NOW | RTLD_LOCAL);
        if (!library)
            fprintf(stderr, "%s\n", dlerror());
        CHECK(library);
        diskprobe_image *image;
        CHECK(FIND(probe_path)(image_name("disk.qcow2"), NULL, &image, NULL) == DISKPROBE_STATUS_OK);
        CHECK(FIND(image_format)(image) == DISKPROBE_FORMAT_QCOW2);
        FIND(image_free)(image);
        CHECK(!dlvsym(library, "diskprobe_probe_path", "DISKPROBE_99"));
        CHECK(dlclose(library) == 0);
        CHECK(!dlopen("libdiskprobe.so.0", RTLD_NOW | RTLD_NOLOAD));
    }
}
