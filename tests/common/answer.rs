// SPDX-License-Identifier: MIT OR Apache-2.0
//! Answers in a form that can be compared.
#![allow(dead_code, unreachable_pub)] // Each test program uses a part.

use diskprobe::{Error, Image};

/// Every fact, without the allocated size that only a file has.
pub fn answer(result: &Result<Image, Error>) -> String {
    match result {
        Ok(image) => {
            let all = format!("{image:?}");
            let (before, after) = all.split_once("allocated: ").expect("an image has sizes");
            let (_, after) = after.split_once('}').expect("sizes end");
            format!("{before}}}{after}")
        }
        Err(error) => format!("{:?} at {:?}: {error}", error.kind(), error.offset()),
    }
}
