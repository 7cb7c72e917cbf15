// SPDX-License-Identifier: MIT OR Apache-2.0
// The header compiles alone as C++11 without warnings, and its functions have C linkage.
#include <diskprobe.h>
#include <type_traits>

static_assert(std::is_same<std::underlying_type<diskprobe_status>::type, uint32_t>::value,
              "an enumeration can hold values that a later version adds");

int main()
{
    diskprobe_image *image = nullptr;
    diskprobe_error *error = nullptr;
    if (diskprobe_probe_path(nullptr, nullptr, &image, &error) != DISKPROBE_STATUS_INVALID_ARGUMENT)
        return 1;
    const bool told = diskprobe_error_message(error)[0] != '\0';
    diskprobe_error_free(error);
    return told && image == nullptr ? 0 : 1;
}
