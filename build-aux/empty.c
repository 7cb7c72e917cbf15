/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Meson requires a C source for a shared library. All code comes from the Rust archive. */
typedef int diskprobe_has_no_c_source;
