// SPDX-License-Identifier: MIT OR Apache-2.0
//! Encryption.

use super::super::enums::diskprobe_encryption;
use super::{diskprobe_image, fact, number, text};
use core::ffi::c_char;

/// Tells how the guest's data is encrypted.
///
/// @param image  the image, or NULL
/// @return the encryption; DISKPROBE_ENCRYPTION_NONE where the data is not encrypted, as far as
///         the format can tell
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_image_encryption(
    image: *const diskprobe_image,
) -> diskprobe_encryption {
    let none = diskprobe_encryption::DISKPROBE_ENCRYPTION_NONE;
    fact(image, none, |image| Some(image.encryption()?.format.into()))
}

/// Tells where LUKS keeps the encrypted data, in bytes from the start of the LUKS header; of an
/// encrypted dmg, from the start of the file.
///
/// @param image   the image, or NULL
/// @param offset  receives the offset, or 0; may be NULL. 0 is also recorded by a detached header.
/// @return whether it is recorded
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_image_encryption_payload_offset(
    image: *const diskprobe_image,
    offset: *mut u64,
) -> bool {
    number(image, offset, |image| image.encryption()?.payload_offset)
}

/// Gives the name of LUKS's cipher, such as "aes".
///
/// @param image   the image, or NULL
/// @param length  receives the number of bytes without the final NUL; may be NULL
/// @return NUL-terminated, owned by the image; NULL where it is not recorded
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_image_encryption_cipher(
    image: *const diskprobe_image,
    length: *mut usize,
) -> *const c_char {
    text(image, length, |image| image.encryption()?.cipher)
}

/// Gives the mode and initialisation vectors of LUKS's cipher, such as "xts-plain64".
///
/// @param image   the image, or NULL
/// @param length  receives the number of bytes without the final NUL; may be NULL
/// @return NUL-terminated, owned by the image; NULL where it is not recorded
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_image_encryption_mode(
    image: *const diskprobe_image,
    length: *mut usize,
) -> *const c_char {
    text(image, length, |image| image.encryption()?.mode)
}

/// Gives the name of LUKS's hash function, such as "sha256".
///
/// @param image   the image, or NULL
/// @param length  receives the number of bytes without the final NUL; may be NULL
/// @return NUL-terminated, owned by the image; NULL where it is not recorded
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_image_encryption_hash(
    image: *const diskprobe_image,
    length: *mut usize,
) -> *const c_char {
    text(image, length, |image| image.encryption()?.hash)
}

/// Gives the UUID of LUKS, as text.
///
/// @param image   the image, or NULL
/// @param length  receives the number of bytes without the final NUL; may be NULL
/// @return NUL-terminated, owned by the image; NULL where it is not recorded
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_image_encryption_uuid(
    image: *const diskprobe_image,
    length: *mut usize,
) -> *const c_char {
    text(image, length, |image| image.encryption()?.uuid)
}

/// Counts the key slots of LUKS that hold a key.
///
/// @param image  the image, or NULL
/// @param slots  receives the number, or 0; may be NULL
/// @return whether it is known
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_image_encryption_active_slots(
    image: *const diskprobe_image,
    slots: *mut u32,
) -> bool {
    number(image, slots, |image| image.encryption()?.active_slots)
}
