/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The six facts in one structure are those of the getters, for every version of the structure. */
#include "check.h"

/* An earlier and a later version of the structure. */
enum { FEWER = offsetof(diskprobe_facts, format), MORE = sizeof(diskprobe_facts) + 24 };

static void same_as_getters(const char *name)
{
    diskprobe_image *image = probe(name);
    diskprobe_facts facts;
    uint64_t number;
    size_t length;
    diskprobe_format format;
    CHECK(diskprobe_image_facts(image, &facts, sizeof facts));
    CHECK(facts.format == diskprobe_image_format(image));
    CHECK(facts.has_virtual_size == diskprobe_image_virtual_size(image, &number));
    CHECK(facts.virtual_size == number);
    CHECK(facts.has_physical_size == diskprobe_image_physical_size(image, &number));
    CHECK(facts.physical_size == number);
    CHECK(facts.has_encryption_payload_offset ==
          diskprobe_image_encryption_payload_offset(image, &number));
    CHECK(facts.encryption_payload_offset == number);
    CHECK(facts.encryption == diskprobe_image_encryption(image));
    CHECK(facts.backing_location == diskprobe_image_backing_location(image, &length));
    CHECK(facts.backing_location_length == length);
    CHECK(facts.has_backing_format == diskprobe_image_backing_format(image, &format));
    CHECK(facts.backing_format == format);
    diskprobe_image_free(image);
}

static bool is_filled_with(const unsigned char *bytes, size_t count, unsigned char value)
{
    for (size_t i = 0; i < count; i++)
        if (bytes[i] != value)
            return false;
    return true;
}

static void only_the_size_of_the_caller_is_written(void)
{
    union {
        diskprobe_facts facts;
        unsigned char bytes[MORE + 1];
    } got;
    diskprobe_image *image = probe("disk.qcow2");

    memset(&got, 7, sizeof got);
    CHECK(diskprobe_image_facts(image, &got.facts, FEWER));
    CHECK(got.facts.virtual_size == 10485760);
    CHECK(is_filled_with(got.bytes + FEWER, sizeof got - FEWER, 7));

    memset(&got, 7, sizeof got);
    CHECK(diskprobe_image_facts(image, &got.facts, MORE));
    CHECK(got.facts.has_backing_format && got.facts.backing_format == DISKPROBE_FORMAT_RAW);
    CHECK(is_filled_with(got.bytes + sizeof got.facts, MORE - sizeof got.facts, 0));
    CHECK(got.bytes[MORE] == 7);

    CHECK(!diskprobe_image_facts(NULL, &got.facts, MORE));
    CHECK(is_filled_with(got.bytes, MORE, 0) && got.bytes[MORE] == 7);
    CHECK(diskprobe_image_facts(image, NULL, MORE));
    diskprobe_image_free(image);
}

TEST
{
    same_as_getters("disk.qcow2");
    same_as_getters("unrecorded.qcow2");
    same_as_getters("base.raw");
    same_as_getters("disk.luks");
    same_as_getters("aes.qcow");
    same_as_getters("fixed.vpc");
    only_the_size_of_the_caller_is_written();
}
