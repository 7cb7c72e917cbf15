/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The loaded library has the version of the header. */
#include "check.h"

#if !DISKPROBE_CHECK_VERSION(0, 1, 0) || DISKPROBE_CHECK_VERSION(99, 0, 0)
# error "DISKPROBE_CHECK_VERSION does not work in #if"
#endif

DISKPROBE_DEPRECATED DISKPROBE_MUST_USE static inline int deprecated(void) { return 1; }

TEST
{
    char text[64];
    snprintf(text, sizeof text, "%d.%d.%d", DISKPROBE_VERSION_MAJOR, DISKPROBE_VERSION_MINOR,
             DISKPROBE_VERSION_PATCH);
    CHECK_TEXT(diskprobe_version(), text);
    CHECK_TEXT(DISKPROBE_VERSION_STRING, text);
    CHECK(diskprobe_version_number() == DISKPROBE_VERSION_NUMBER);
    CHECK(DISKPROBE_CHECK_VERSION(DISKPROBE_VERSION_MAJOR, DISKPROBE_VERSION_MINOR,
                                  DISKPROBE_VERSION_PATCH));
    CHECK(!DISKPROBE_CHECK_VERSION(DISKPROBE_VERSION_MAJOR, DISKPROBE_VERSION_MINOR,
                                   DISKPROBE_VERSION_PATCH + 1));
    CHECK(!DISKPROBE_CHECK_VERSION(DISKPROBE_VERSION_MAJOR + 1, 0, 0));
}
