/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Checks that the library has the version that Meson reports. */
#include <diskprobe.h>
#include <string.h>

int main(int argc, char **argv)
{
    return argc == 2 && strcmp(argv[1], diskprobe_version()) == 0 ? 0 : 1;
}
