/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Test images in memory. */
#ifndef CONTENTS_H
#define CONTENTS_H

#include "check.h"

/* Returns the bytes of a test image in a buffer of exactly that size, so that a read past its end
 * is detected. */
static inline unsigned char *contents(const char *name, size_t *size)
{
    FILE *file = fopen(image_name(name), "rb");
    CHECK(file && fseek(file, 0, SEEK_END) == 0);
    *size = (size_t)ftell(file);
    unsigned char *bytes = malloc(*size);
    CHECK(bytes && fseek(file, 0, SEEK_SET) == 0);
    CHECK(fread(bytes, 1, *size, file) == *size);
    fclose(file);
    return bytes;
}

#endif
