/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The static library can be linked together with another static Rust library, and both work. */
#include "../check.h"

bool other_catches_a_panic(void);

TEST
{
    CHECK(other_catches_a_panic());
    diskprobe_image_free(probe("disk.qcow2"));
    CHECK(other_catches_a_panic());
}
