/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The library that runs is the one whose header was compiled. */
#include "check.h"

TEST
{
    char text[64];
    snprintf(text, sizeof text, "%d.%d.%d", DISKPROBE_VERSION_MAJOR, DISKPROBE_VERSION_MINOR,
             DISKPROBE_VERSION_PATCH);
    CHECK_TEXT(diskprobe_version(), text);
    CHECK(diskprobe_version_number()
          == DISKPROBE_VERSION_MAJOR * 1000000 + DISKPROBE_VERSION_MINOR * 1000
                 + DISKPROBE_VERSION_PATCH);
}
