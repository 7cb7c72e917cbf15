// SPDX-License-Identifier: MIT OR Apache-2.0
//! Another static Rust library, with its own copy of std, that catches a panic.

#[no_mangle]
pub extern "C" fn other_catches_a_panic() -> bool {
    std::panic::set_hook(Box::new(|_| ()));
    std::panic::catch_unwind(|| panic!("deliberate")).is_err()
}
