/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Every value of every enumeration has a name, and the name finds the value. */
#include "check.h"
#include <limits.h>

/* Values without gaps from `first` on, `count` of them; `none` is what a wrong name gives. */
#define NAMES(enumeration, first, count, none) \
    do { \
        diskprobe_##enumeration value_; \
        for (int i = first; i < first + count; i++) { \
            const char *name_ = diskprobe_##enumeration##_to_string((diskprobe_##enumeration)i); \
            CHECK(name_ && name_[0] != '\0' && strcmp(name_, "unknown") != 0); \
            CHECK(diskprobe_##enumeration##_from_string(name_, &value_)); \
            CHECK((int)value_ == i); \
            CHECK(diskprobe_##enumeration##_from_string(name_, NULL)); \
        } \
        /* So that a value that is appended is tested too. */ \
        CHECK_TEXT(diskprobe_##enumeration##_to_string((diskprobe_##enumeration)(first + count)), \
                   "unknown"); \
        CHECK_TEXT(diskprobe_##enumeration##_to_string((diskprobe_##enumeration)INT_MAX), \
                   "unknown"); \
        value_ = (diskprobe_##enumeration)(first + 1); \
        CHECK(!diskprobe_##enumeration##_from_string("no such name", &value_)); \
        CHECK(value_ == none); \
        value_ = (diskprobe_##enumeration)(first + 1); \
        CHECK(!diskprobe_##enumeration##_from_string(NULL, &value_)); \
        CHECK(value_ == none); \
        CHECK(!diskprobe_##enumeration##_from_string("", NULL)); \
    } while (0)

TEST
{
    diskprobe_format format;
    NAMES(status, 0, 20, DISKPROBE_STATUS_INTERNAL);
    NAMES(format, 1, 15, DISKPROBE_FORMAT_UNKNOWN);
    NAMES(encryption, 0, 6, DISKPROBE_ENCRYPTION_NONE);
    NAMES(feature, 1, 8, DISKPROBE_FEATURE_NONE);
    NAMES(reference_kind, 1, 4, DISKPROBE_REFERENCE_KIND_NONE);
    NAMES(finding, 1, 13, DISKPROBE_FINDING_NONE);
    NAMES(content_kind, 1, 12, DISKPROBE_CONTENT_KIND_NONE);
    NAMES(tool, 1, 2, DISKPROBE_TOOL_NONE);
    NAMES(violation_kind, 1, 5, DISKPROBE_VIOLATION_KIND_NONE);
    NAMES(storage_type, 1, 5, DISKPROBE_STORAGE_TYPE_UNKNOWN);
    NAMES(protocol, 1, 13, DISKPROBE_PROTOCOL_NONE);
    NAMES(transport, 1, 3, DISKPROBE_TRANSPORT_NONE);

    CHECK_TEXT(diskprobe_status_to_string(DISKPROBE_STATUS_OK), "ok");
    CHECK_TEXT(diskprobe_format_to_string(DISKPROBE_FORMAT_UNKNOWN), "unknown");
    CHECK_TEXT(diskprobe_format_to_string(DISKPROBE_FORMAT_VPC), "vpc");
    CHECK(!diskprobe_format_from_string("QCOW2", &format));
    CHECK(!diskprobe_format_from_string("vhd", &format));

    CHECK_TEXT(diskprobe_format_to_libvirt_string(DISKPROBE_FORMAT_QCOW2), "qcow2");
    CHECK_TEXT(diskprobe_format_to_libvirt_string(DISKPROBE_FORMAT_PARALLELS), "ploop");
    CHECK_TEXT(diskprobe_format_to_libvirt_string(DISKPROBE_FORMAT_VHDX), "vhd");
    CHECK_TEXT(diskprobe_format_to_libvirt_string(DISKPROBE_FORMAT_LUKS), "raw");
    CHECK_TEXT(diskprobe_format_to_libvirt_string(DISKPROBE_FORMAT_UNKNOWN), "unknown");
    CHECK_TEXT(diskprobe_format_to_libvirt_string((diskprobe_format)INT_MAX), "unknown");
    CHECK(diskprobe_format_from_libvirt_string("ploop", &format));
    CHECK(format == DISKPROBE_FORMAT_PARALLELS);
    CHECK(diskprobe_format_from_libvirt_string("vhd", &format) && format == DISKPROBE_FORMAT_VHDX);
    CHECK(diskprobe_format_from_libvirt_string("raw", &format) && format == DISKPROBE_FORMAT_RAW);
    CHECK(diskprobe_format_from_libvirt_string("iso", &format) && format == DISKPROBE_FORMAT_RAW);
    CHECK(diskprobe_format_from_libvirt_string("qed", NULL));
    static const char *const not_libvirts[] = {
        "luks", "vhdx", "parallels", "auto", "none", "fat", "unknown", "",
    };
    for (size_t i = 0; i < sizeof not_libvirts / sizeof *not_libvirts; i++) {
        format = DISKPROBE_FORMAT_RAW;
        CHECK(!diskprobe_format_from_libvirt_string(not_libvirts[i], &format));
        CHECK(format == DISKPROBE_FORMAT_UNKNOWN);
    }
    CHECK(!diskprobe_format_from_libvirt_string(NULL, &format));
}
