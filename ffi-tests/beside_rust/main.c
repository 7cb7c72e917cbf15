/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Our static library links beside another one in Rust, and both work. */
#include "../check.h"

bool other_catches_a_panic(void);

TEST
{
    CHECK(other_catches_a_panic());
    diskprobe_image_free(probe("disk.qcow2"));
    CHECK(other_catches_a_panic());
}
