/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The header needs nothing before it, and gives no warning as C99, C11 or C17. */
#include <diskprobe.h>

int main(void)
{
    diskprobe_image *image = 0;
    return diskprobe_image_format(image) == DISKPROBE_FORMAT_UNKNOWN ? 0 : 1;
}
