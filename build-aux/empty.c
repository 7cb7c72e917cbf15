/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Meson wants one C source for a shared library; all the code comes from the Rust archive. */
typedef int diskprobe_has_no_c_source;
