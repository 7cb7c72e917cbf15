/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* libvirt's source files include this first. The test without libvirt has no configuration. */
