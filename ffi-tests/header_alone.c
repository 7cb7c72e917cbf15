/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The header is self-contained, and compiles without warnings as C99, C11 and C17. */
#include <diskprobe.h>

int main(void)
{
    diskprobe_image *image = 0;
    return diskprobe_image_format(image) == DISKPROBE_FORMAT_UNKNOWN ? 0 : 1;
}
