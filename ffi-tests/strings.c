/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Every enumeration value has a name. For some enumerations, the name can be parsed. */
#include "check.h"
#include <limits.h>

/* Checks `count` consecutive values from `first` on, so that appended values are tested too. */
#define NAMES(enumeration, first, count) \
    do { \
        for (int i = first; i < first + count; i++) { \
            const char *name_ = diskprobe_##enumeration##_to_string((diskprobe_##enumeration)i); \
            CHECK(name_ && name_[0] != '\0' && strcmp(name_, "unknown") != 0); \
        } \
        CHECK_TEXT(diskprobe_##enumeration##_to_string((diskprobe_##enumeration)(first + count)), \
                   "unknown"); \
        CHECK_TEXT(diskprobe_##enumeration##_to_string((diskprobe_##enumeration)INT_MAX), \
                   "unknown"); \
    } while (0)

/* The same, and parses each name. `none` is the result for an unknown name. */
#define PARSED_NAMES(enumeration, count, none) \
    do { \
        diskprobe_##enumeration value_; \
        NAMES(enumeration, 1, count); \
        for (int i = 1; i <= count; i++) { \
            const char *name_ = diskprobe_##enumeration##_to_string((diskprobe_##enumeration)i); \
            CHECK(diskprobe_##enumeration##_from_string(name_, &value_) && (int)value_ == i); \
            CHECK(diskprobe_##enumeration##_from_string(name_, NULL)); \
        } \
        CHECK(!diskprobe_##enumeration##_from_string("no such name", &value_)); \
        CHECK(value_ == none); \
        value_ = (diskprobe_##enumeration)1; \
        CHECK(!diskprobe_##enumeration##_from_string(NULL, &value_)); \
        CHECK(value_ == none); \
        CHECK(!diskprobe_##enumeration##_from_string("", NULL)); \
    } while (0)

TEST
{
    diskprobe_format format;
    NAMES(status, 0, 23);
    NAMES(encryption, 0, 8);
    NAMES(feature, 1, 9);
    NAMES(reference_kind, 1, 4);
    NAMES(content_kind, 1, 22);
    NAMES(tool, 1, 2);
    NAMES(violation_kind, 1, 5);
    NAMES(storage_type, 1, 5);
    NAMES(protocol, 1, 13);
    NAMES(transport, 1, 3);
    NAMES(element_kind, 1, 3);
    NAMES(format_source, 1, 5);
    PARSED_NAMES(format, 15, DISKPROBE_FORMAT_UNKNOWN);
    PARSED_NAMES(finding, 15, DISKPROBE_FINDING_NONE);
    PARSED_NAMES(unrecorded_format, 4, DISKPROBE_UNRECORDED_FORMAT_NONE);
    PARSED_NAMES(data_file_directory, 3, DISKPROBE_DATA_FILE_DIRECTORY_NONE);

    CHECK_TEXT(diskprobe_encryption_to_string(DISKPROBE_ENCRYPTION_NONE), "none");
    CHECK_TEXT(diskprobe_format_source_to_string(DISKPROBE_FORMAT_SOURCE_UNKNOWN), "unknown");
    CHECK_TEXT(diskprobe_finding_to_string(DISKPROBE_FINDING_NONE), "unknown");
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
