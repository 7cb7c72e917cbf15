/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Lists the images of directories, sorted by name, as text or as JSON. It keeps a copy of each image
 * of the scan.
 *
 *     cc -o list list.c $(pkg-config --cflags --libs diskprobe)
 *     ./list [--json] DIRECTORY...
 */
#include <diskprobe.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct entry {
    char *name;
    size_t length;
    diskprobe_status status;
    diskprobe_image *image; /* NULL on failure */
};

struct list {
    struct entry *entries;
    size_t count;
};

/* Options for images from untrusted sources. */
static diskprobe_scan_options *thorough(void)
{
    diskprobe_options *options = diskprobe_options_new();
    diskprobe_scan_options *scan = diskprobe_scan_options_new();
    if (diskprobe_options_set_thorough(options, true) != DISKPROBE_STATUS_OK ||
        diskprobe_scan_options_set_image_options(scan, options) != DISKPROBE_STATUS_OK)
        abort();
    diskprobe_options_free(options);
    return scan;
}

/* The scan owns the name and the image only until this returns. */
static bool keep(void *opaque, const char *name, size_t length, diskprobe_status status,
                 const diskprobe_image *image, const diskprobe_error *error)
{
    struct list *list = opaque;
    struct entry *entries = realloc(list->entries, (list->count + 1) * sizeof *entries);
    (void)error;
    if (!entries)
        abort();
    list->entries = entries;
    struct entry *entry = &entries[list->count++];
    entry->name = malloc(length + 1);
    if (!entry->name)
        abort();
    memcpy(entry->name, name, length + 1);
    entry->length = length;
    entry->status = status;
    entry->image = diskprobe_image_copy(image);
    return true;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct entry *)a)->name, ((const struct entry *)b)->name);
}

static void print(const struct entry *entry)
{
    diskprobe_facts facts;
    /* The owner of the directory chose the name, and the author of the image the location. */
    char *name = diskprobe_escape(entry->name, entry->length, NULL);
    if (diskprobe_image_facts(entry->image, &facts, sizeof facts)) {
        char *backing =
            diskprobe_escape(facts.backing_location, facts.backing_location_length, NULL);
        printf("%s: %s", name, diskprobe_format_to_string(facts.format));
        if (facts.has_virtual_size)
            printf(", %" PRIu64 " bytes", facts.virtual_size);
        if (facts.backing_location)
            printf(", on %s", backing);
        if (facts.encryption != DISKPROBE_ENCRYPTION_NONE)
            printf(", encrypted with %s", diskprobe_encryption_to_string(facts.encryption));
        printf("\n");
        diskprobe_string_free(backing);
    } else {
        printf("%s: %s\n", name, diskprobe_status_message(entry->status));
    }
    diskprobe_string_free(name);
}

static void print_json(const struct entry *entry)
{
    char *json;
    if (diskprobe_image_to_json(entry->image, entry->name, &json, NULL, NULL) ==
        DISKPROBE_STATUS_OK)
        puts(json);
    diskprobe_string_free(json);
}

int main(int argc, char **argv)
{
    bool is_json = argc > 1 && strcmp(argv[1], "--json") == 0;
    const char *const *directories = (const char *const *)argv + 1 + is_json;
    struct list list = {NULL, 0};
    diskprobe_scan_options *options = thorough();
    diskprobe_error *error;
    int code = 0;

    if (diskprobe_scan(directories, (size_t)argc - 1 - is_json, options, keep, &list, &error) !=
        DISKPROBE_STATUS_OK) {
        fprintf(stderr, "list (built for %s): %s\n", DISKPROBE_VERSION_STRING,
                diskprobe_error_message(error));
        diskprobe_error_free(error);
        code = 1;
    }
    if (list.count > 0)
        qsort(list.entries, list.count, sizeof *list.entries, by_name);
    for (size_t i = 0; i < list.count; i++) {
        (is_json ? print_json : print)(&list.entries[i]);
        free(list.entries[i].name);
        diskprobe_image_free(list.entries[i].image);
    }
    free(list.entries);
    diskprobe_scan_options_free(options);
    return code;
}
