/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Shared code of the tests of the adapter. */
#pragma once
#include "virdiskprobe.h"
#include "check.h"

#define CHECK_NO_ERROR() CHECK(stand_in_error == 0)

/* Checks that the call fails with the code, and that no other error was reported before. */
#define CHECK_REPORTS(call, code) \
    do { \
        CHECK(stand_in_error == 0); \
        CHECK(call); \
        CHECK(stand_in_error == code && stand_in_message[0] != '\0'); \
        stand_in_error = 0; \
    } while (0)

/* Checks the detected format and capacity of an image. */
virStorageSource *detected(const char *name, int format, unsigned long long capacity);

/* The tests of locations and chains. */
void test_locations(void);
void test_chains(void);
