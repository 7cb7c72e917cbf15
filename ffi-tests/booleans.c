/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Truth values of callers without prototypes, or with a boolean type of their own: any number that
 * is not 0 is true. */
#include "check.h"

typedef diskprobe_status set_thorough(diskprobe_options *, unsigned char);

static unsigned results;

/* As from a callback that returns gboolean. */
static unsigned char take_result(void *opaque, const char *name, size_t length,
                                 diskprobe_status status, const diskprobe_image *image,
                                 const diskprobe_error *error)
{
    (void)name, (void)length, (void)status, (void)image, (void)error;
    results++;
    return *(unsigned char *)opaque;
}

static unsigned results_of_scan(unsigned char answer)
{
    results = 0;
    /* Through a pointer without a type, because the functions differ in their type. */
    void *function;
    unsigned char (*own)(void *, const char *, size_t, diskprobe_status, const diskprobe_image *,
                         const diskprobe_error *) = take_result;
    memcpy(&function, &own, sizeof function);
    diskprobe_scan_callback callback;
    memcpy(&callback, &function, sizeof callback);
    CHECK(diskprobe_scan(&check_directory, 1, NULL, callback, &answer, NULL)
          == DISKPROBE_STATUS_OK);
    return results;
}

static bool is_thorough(unsigned char thorough)
{
    set_thorough *set;
    diskprobe_status (*own)(diskprobe_options *, bool) = diskprobe_options_set_thorough;
    memcpy(&set, &own, sizeof set);
    diskprobe_options *options = diskprobe_options_new();
    CHECK(set(options, thorough) == DISKPROBE_STATUS_OK);
    diskprobe_image *image;
    CHECK(diskprobe_probe_path(image_name("base.raw"), options, &image, NULL)
          == DISKPROBE_STATUS_OK);
    bool is = !diskprobe_image_has_finding(image, DISKPROBE_FINDING_INCOMPLETE_SCAN);
    diskprobe_image_free(image);
    diskprobe_options_free(options);
    return is;
}

TEST
{
    unsigned all = results_of_scan(1);
    CHECK(all > 1 && results_of_scan(0) == 1);
    static const unsigned char truths[] = {2, 4, 128, 254, 255};
    for (size_t i = 0; i < sizeof truths; i++) {
        CHECK(results_of_scan(truths[i]) == all);
        CHECK(is_thorough(truths[i]));
    }
    CHECK(is_thorough(1) && !is_thorough(0));
}
