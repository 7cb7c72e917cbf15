/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Escaped text, and an image as JSON. */
#include "check.h"

static void check_escape(const char *text, size_t length, const char *expected)
{
    size_t escaped = 7;
    char *got = diskprobe_escape(text, length, &escaped);
    CHECK_TEXT(got, expected);
    CHECK(escaped == strlen(expected));
    diskprobe_string_free(got);
}

TEST
{
    check_escape("a\n\x1b[31m\xff\\b\0c", 12, "a\\n\\x1b[31m\\xff\\\\b\\x00c");
    check_escape("\xe2\x80\xae\xc3\xa4", 5, "\\u{202e}\xc3\xa4");
    check_escape(NULL, 0, "");
    size_t length = 7;
    CHECK(!diskprobe_escape(NULL, 1, &length) && length == 0);
    diskprobe_string_free(diskprobe_escape("x", 1, NULL));

    diskprobe_image *image = probe("disk.qcow2");
    char *json = (char *)check_directory; /* written, never read */
    CHECK(diskprobe_image_to_json(image, "d\xff\".img", &json, &length, NULL) ==
          DISKPROBE_STATUS_OK);
    CHECK(strlen(json) == length && json[0] == '{' && json[length - 1] == '}');
    CHECK(!strchr(json, '\n') && strstr(json, "\"format\":\"qcow2\",\"virtual-size\":10485760,"));
    diskprobe_string_free(json);
    CHECK(diskprobe_image_to_json(image, "x", &json, NULL, NULL) == DISKPROBE_STATUS_OK);
    diskprobe_string_free(json);

    CHECK_FAILS(diskprobe_image_to_json(NULL, "x", &json, &length, &error), INVALID_ARGUMENT);
    CHECK(!json && length == 0);
    CHECK_FAILS(diskprobe_image_to_json(image, NULL, &json, &length, &error), INVALID_ARGUMENT);
    CHECK(!json);
    CHECK_FAILS(diskprobe_image_to_json(image, "x", NULL, &length, &error), INVALID_ARGUMENT);
    diskprobe_image_free(image);
}
