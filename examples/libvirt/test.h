/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What the tests of the adapter share. */
#pragma once
#include "virdiskprobe.h"
#include "check.h"

#define CHECK_NO_ERROR() CHECK(stand_in_error == 0)

/* The call failed, with that code, and nothing was reported before. */
#define CHECK_REPORTS(call, code) \
    do { \
        CHECK(stand_in_error == 0); \
        CHECK(call); \
        CHECK(stand_in_error == code && stand_in_message[0] != '\0'); \
        stand_in_error = 0; \
    } while (0)

/* What is detected of an image, which has that format and capacity. */
virStorageSource *detected(const char *name, int format, unsigned long long capacity);

/* The other half: what locations name, and chains. */
void test_locations(void);
void test_chains(void);
