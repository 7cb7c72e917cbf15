/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Shared code of the C tests. The argument of a test is the directory of images (see
 * make-images). */
#ifndef CHECK_H
#define CHECK_H

#include <diskprobe.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Ends the program if the condition is false. */
#define CHECK(condition) \
    do { \
        if (!(condition)) { \
            fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition); \
            exit(1); \
        } \
    } while (0)

/* Checks a text and its length. */
#define CHECK_TEXT(call, expected) \
    do { \
        const char *check_text_ = (call); \
        CHECK(check_text_ && strcmp(check_text_, expected) == 0); \
    } while (0)

/* Checks that the template of an error, with the values of its parameters, is its message. */
static inline void check_template(const diskprobe_error *error)
{
    char message[8192] = "";
    size_t length = 0, placeholders = 0, count = diskprobe_error_parameter_count(error);
    const char *name, *value;
    for (const char *at = diskprobe_error_template(error); *at; placeholders++) {
        size_t words = strcspn(at, "{");
        CHECK(length + words < sizeof message);
        memcpy(message + length, at, words);
        length += words;
        at += words;
        if (!*at)
            break;
        size_t size = strcspn(++at, "}"), matches = 0;
        for (size_t i = 0; diskprobe_error_parameter(error, i, &name, &value); i++) {
            CHECK(i < count && value);
            if (strlen(name) != size || memcmp(name, at, size) != 0)
                continue;
            matches++;
            CHECK(length + strlen(value) < sizeof message);
            strcpy(message + length, value);
            length += strlen(value);
        }
        CHECK(matches == 1 && at[size] == '}');
        at += size + 1;
    }
    message[length] = '\0';
    CHECK_TEXT(diskprobe_error_message(error), message);
    CHECK(placeholders == count);
    CHECK(!diskprobe_error_parameter(error, count, &name, &value) && !name && !value);
}

/* Checks the status of a call and of its error, and frees the error. */
#define CHECK_FAILS(call, expected) \
    do { \
        diskprobe_error *error = NULL; \
        CHECK((call) == DISKPROBE_STATUS_##expected); \
        CHECK(diskprobe_error_status(error) == DISKPROBE_STATUS_##expected); \
        CHECK(diskprobe_error_message(error)[0] != '\0'); \
        check_template(error); \
        CHECK(diskprobe_error_errno(error) >= 0); \
        diskprobe_error_free(error); \
    } while (0)

static const char *check_directory;

/* Returns the path of a test image, valid until the next call in the same thread. */
static inline const char *image_name(const char *name)
{
    static _Thread_local char path[4096];
    snprintf(path, sizeof path, "%s/%s", check_directory, name);
    return path;
}

/* Probes a test image. Must succeed. */
static inline diskprobe_image *probe(const char *name)
{
    diskprobe_image *image;
    diskprobe_error *error;
    if (diskprobe_probe_path(image_name(name), NULL, &image, &error) != DISKPROBE_STATUS_OK) {
        fprintf(stderr, "%s: %s\n", name, diskprobe_error_message(error));
        exit(1);
    }
    CHECK(image && !error);
    return image;
}

/* main() of a test. */
#define TEST \
    static void test(void); \
    int main(int argc, char **argv) \
    { \
        if (argc != 2) \
            return fprintf(stderr, "usage: %s DIRECTORY\n", argv[0]), 2; \
        check_directory = argv[1]; \
        test(); \
        return 0; \
    } \
    static void test(void)

#endif
