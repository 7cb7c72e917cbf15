/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Lookup of images by name, and relative paths to record. */
#include "chain.h"
#include <unistd.h>

static void by_name(const diskprobe_chain *chain)
{
    static const struct {
        const char *name, *disk;
        int index;              /* -1: not found */
    } cases[] = {
        {NULL, NULL, 2},        {NULL, "vda", 2},         {"vda[1]", "vda", 1},
        {"vda[2]", NULL, 2},    {"vda[1]", "vdb", -1},    {"vda[3]", "vda", -1},
        {"vda[0]", "vda", -1},  {"vda[-1]", "vda", -1},   {"vda", "vda", -1},
        {"sub/mid.qcow2", "vda", 1}, {"../base.raw", NULL, 2}, {"./../base.raw", NULL, 2},
        {"base.raw", NULL, -1}, {"", NULL, -1},           {"nbd://host/x", NULL, -1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t index = 7;
        bool found = diskprobe_chain_find(chain, cases[i].name, cases[i].disk, &index);
        if (found != (cases[i].index >= 0) || index != (size_t)(found ? cases[i].index : 0)) {
            fprintf(stderr, "case %zu: %d, %zu\n", i, found, index);
            exit(1);
        }
    }
    size_t index;
    CHECK(diskprobe_chain_find(chain, image_name("top.qcow2"), NULL, &index) && index == 0);
    CHECK(diskprobe_chain_find(chain, image_name("sub/../base.raw"), NULL, NULL));
    /* Another path to the same file. */
    CHECK(diskprobe_chain_find(chain, image_name("base.raw"), NULL, &index) && index == 2);
    CHECK(diskprobe_chain_find(chain, image_name(".//base.raw"), NULL, &index) && index == 2);
}

static void below(const diskprobe_chain *chain)
{
    size_t index;
    CHECK(diskprobe_chain_find_below(chain, 0, "sub/mid.qcow2", NULL, &index) && index == 1);
    CHECK(!diskprobe_chain_find_below(chain, 1, "sub/mid.qcow2", NULL, &index) && index == 0);
    CHECK(diskprobe_chain_find_below(chain, 1, NULL, NULL, &index) && index == 2);
    CHECK(!diskprobe_chain_find_below(chain, 1, "vda[1]", "vda", NULL));
    CHECK(diskprobe_chain_find_below(chain, 1, "vda[2]", "vda", NULL));
    CHECK(!diskprobe_chain_find_below(chain, 2, NULL, NULL, &index));
    CHECK(!diskprobe_chain_find_below(chain, SIZE_MAX, NULL, NULL, &index));
}

static void by_depth(const diskprobe_chain *chain)
{
    size_t index;
    CHECK(diskprobe_chain_image_at(chain, 0, &index) && index == 0);
    CHECK(diskprobe_chain_image_at(chain, 2, &index) && index == 2);
    CHECK(!diskprobe_chain_image_at(chain, 3, &index) && index == 0);
    CHECK(!diskprobe_chain_image_at(chain, UINT32_MAX, NULL));

    /* A data file has the depth of its image. */
    diskprobe_chain_options *options = in_image_directory();
    diskprobe_chain *other = walk("data.qcow2", options);
    diskprobe_chain_options_free(options);
    CHECK(diskprobe_chain_element_count(other) == 2);
    CHECK(!diskprobe_chain_image_at(other, 1, NULL));
    CHECK(diskprobe_chain_find(other, NULL, NULL, &index) && index == 0);
    CHECK(!diskprobe_chain_find(other, "data.raw", NULL, NULL));
    diskprobe_chain_free(other);
}

static void collapsed(const diskprobe_chain *chain)
{
    size_t length = 1;
    char *name = diskprobe_chain_relative_backing_path(chain, 1, 2, &length);
    CHECK_TEXT(name, "sub/../base.raw");
    CHECK(length == strlen(name));
    diskprobe_string_free(name);
    name = diskprobe_chain_relative_backing_path(chain, 2, 2, NULL);
    CHECK_TEXT(name, "../base.raw");
    diskprobe_string_free(name);
    /* The top image has no recorded name. */
    CHECK(!diskprobe_chain_relative_backing_path(chain, 0, 2, &length) && length == 0);
    CHECK(!diskprobe_chain_relative_backing_path(chain, 2, 1, NULL));
    CHECK(!diskprobe_chain_relative_backing_path(chain, 1, 3, NULL));
    CHECK(!diskprobe_chain_relative_backing_path(chain, 1, SIZE_MAX, NULL));

    diskprobe_chain *odd = walk("odd.qcow2", NULL);
    name = diskprobe_chain_relative_backing_path(odd, 1, 1, &length);
    CHECK_TEXT(name, "odd-\377\n.raw");
    diskprobe_string_free(name);
    diskprobe_chain_free(odd);
}

static void targets(void)
{
    size_t length;
    uint32_t index;
    CHECK(diskprobe_disk_target_parse("vda", &length, &index) && length == 3 && index == 0);
    CHECK(diskprobe_disk_target_parse("vda[12]", &length, &index) && length == 3 && index == 12);
    CHECK(diskprobe_disk_target_parse("vda[12]", NULL, NULL));
    CHECK(!diskprobe_disk_target_parse("vda[x]", &length, &index) && length == 0 && index == 0);
    CHECK(!diskprobe_disk_target_parse("vda[4294967296]", &length, &index));
    CHECK(!diskprobe_disk_target_parse(NULL, &length, &index) && length == 0 && index == 0);
}

static void null(void)
{
    size_t index = 1;
    CHECK(!diskprobe_chain_find(NULL, "x", NULL, &index) && index == 0);
    CHECK(!diskprobe_chain_find_below(NULL, 0, "x", NULL, NULL));
    CHECK(!diskprobe_chain_image_at(NULL, 0, NULL));
    CHECK(!diskprobe_chain_relative_backing_path(NULL, 0, 0, &index) && index == 0);
    diskprobe_string_free(NULL);
}

TEST
{
    /* No file has the name. */
    CHECK(chdir("/") == 0);
    diskprobe_chain *chain = walk("top.qcow2", NULL);
    by_name(chain);
    below(chain);
    by_depth(chain);
    collapsed(chain);
    targets();
    null();
    diskprobe_chain_free(chain);
}
