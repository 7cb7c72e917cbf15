/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Every fact of an image as text, to compare two images and show differences. */
#ifndef DESCRIBE_H
#define DESCRIBE_H

#include "check.h"
#include <inttypes.h>

static inline void describe_text(FILE *to, const char *key, const char *text, size_t length)
{
    if (!text)
        return;
    fprintf(to, "%s ", key);
    for (size_t i = 0; i < length; i++)
        fprintf(to, "%02x", (unsigned char)text[i]);
    fprintf(to, "\n");
}

/* Returns the facts as text, owned by the caller. Omits the allocated size, which only files
 * have. */
static inline char *describe(const diskprobe_image *image)
{
    char *all = NULL;
    size_t size = 0, length;
    FILE *to = open_memstream(&all, &size);
    uint64_t wide, bytes;
    uint32_t narrow;
    uint8_t uuid[16];
    diskprobe_format format;
    const char *text, *name;
    CHECK(to);

#define NAME(fact) \
    if ((text = diskprobe_image_##fact(image))) \
        fprintf(to, #fact " %s\n", text)
#define WIDE(fact) \
    if (diskprobe_image_##fact(image, &wide)) \
        fprintf(to, #fact " %" PRIu64 "\n", wide)
#define NARROW(fact) \
    if (diskprobe_image_##fact(image, &narrow)) \
        fprintf(to, #fact " %" PRIu32 "\n", narrow)
#define TEXT(fact) \
    text = diskprobe_image_##fact(image, &length); \
    describe_text(to, #fact, text, length)
#define UUID(fact) \
    if (diskprobe_image_##fact(image, uuid)) \
        describe_text(to, #fact, (const char *)uuid, sizeof uuid)
#define EACH(i, fact) \
    text = diskprobe_image_##fact(image, i, &length); \
    describe_text(to, #fact, text, length)

    fprintf(to, "format %s\n", diskprobe_format_to_string(diskprobe_image_format(image)));
    NAME(subformat);
    WIDE(virtual_size);
    WIDE(physical_size);
    for (size_t i = 0; i < diskprobe_image_also_match_count(image); i++)
        fprintf(to, "also_match %s\n",
                diskprobe_format_to_string(diskprobe_image_also_match(image, i)));
    for (size_t i = 0; i < diskprobe_image_content_count(image); i++)
        fprintf(to, "content %s\n",
                diskprobe_content_kind_to_string(diskprobe_image_content(image, i)));
    for (size_t i = 0; i < diskprobe_image_finding_count(image); i++)
        fprintf(to, "finding %s\n",
                diskprobe_finding_to_string(diskprobe_image_finding(image, i)));
    TEXT(backing_location);
    if (diskprobe_image_backing_format(image, &format))
        fprintf(to, "backing_format %s\n", diskprobe_format_to_string(format));
    TEXT(backing_format_name);
    fprintf(to, "backing_is_raw %d\n", diskprobe_image_backing_is_raw(image));
    fprintf(to, "data_file %d, raw %d\n", diskprobe_image_has_data_file(image),
            diskprobe_image_data_file_is_raw(image));
    TEXT(data_file_location);
    fprintf(to, "parent %d\n", diskprobe_image_has_parent(image));
    UUID(parent_uuid);
    UUID(parent_alternative_uuid);
    TEXT(parent_location);
    UUID(uuid);
    fprintf(to, "encryption %s\n", diskprobe_encryption_to_string(diskprobe_image_encryption(image)));
    WIDE(encryption_payload_offset);
    for (size_t i = 0; i < diskprobe_image_reference_count(image); i++) {
        fprintf(to, "reference %s",
                diskprobe_reference_kind_to_string(diskprobe_image_reference(image, i, &wide, &bytes)));
        fprintf(to, " at %" PRIu64 ", %" PRIu64 " bytes\n", wide, bytes);
        EACH(i, reference_location);
    }
    WIDE(cluster_size);
    NAME(compat);
    for (int i = 1; strcmp(diskprobe_feature_to_string((diskprobe_feature)i), "unknown") != 0; i++)
        if (diskprobe_image_has_feature(image, (diskprobe_feature)i))
            fprintf(to, "feature %s\n", diskprobe_feature_to_string((diskprobe_feature)i));
    NARROW(cid);
    NARROW(parent_cid);
    WIDE(backing_mtime);
    for (size_t i = 0; diskprobe_image_detail(image, i, &name, &text, &length); i++)
        describe_text(to, name, text, length);
    for (size_t i = 0; i < diskprobe_image_extent_count(image); i++) {
        EACH(i, extent_kind);
        EACH(i, extent_location);
        if (diskprobe_image_extent_size(image, i, &wide))
            fprintf(to, "extent_size %" PRIu64 "\n", wide);
        if (diskprobe_image_extent_file_offset(image, i, &wide))
            fprintf(to, "extent_file_offset %" PRIu64 "\n", wide);
    }
#undef NAME
#undef WIDE
#undef NARROW
#undef TEXT
#undef UUID
#undef EACH
    fclose(to);
    CHECK(all);
    return all;
}

/* The facts, or all that an error says, for the caller to free. Frees image and error. */
static inline char *describe_answer(diskprobe_status status, diskprobe_image *image,
                                    diskprobe_error *error)
{
    char *all = NULL;
    size_t size = 0;
    uint64_t offset = 0, needed_offset = 0, needed = 0;
    CHECK((status == DISKPROBE_STATUS_OK) == (image != NULL));
    CHECK((status == DISKPROBE_STATUS_OK) == (error == NULL));
    CHECK(diskprobe_error_status(error) == status);
    if (image) {
        all = describe(image);
    } else {
        FILE *to = open_memstream(&all, &size);
        CHECK(to);
        bool has_offset = diskprobe_error_offset(error, &offset);
        bool has_needed = diskprobe_error_needed(error, &needed_offset, &needed);
        fprintf(to, "%s: %s\n", diskprobe_status_to_string(status), diskprobe_error_message(error));
        fprintf(to, "offset %d %" PRIu64 "\n", has_offset, offset);
        fprintf(to, "needed %d %" PRIu64 " %" PRIu64 "\n", has_needed, needed_offset, needed);
        fprintf(to, "errno %d\n", diskprobe_error_errno(error));
        fclose(to);
    }
    diskprobe_image_free(image);
    diskprobe_error_free(error);
    return all;
}

#endif
