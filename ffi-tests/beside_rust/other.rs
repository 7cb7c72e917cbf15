// SPDX-License-Identifier: MIT OR Apache-2.0
//! Somebody else's static library in Rust, with a standard library and a panic of its own.

#[no_mangle]
pub extern "C" fn other_catches_a_panic() -> bool {
    std::panic::set_hook(Box::new(|_| ()));
    std::panic::catch_unwind(|| panic!("deliberate")).is_err()
}
