// SPDX-License-Identifier: MIT OR Apache-2.0
//! Files by their names: probes, and chains.

use crate::chain::told;
use crate::facts;
use crate::verdict::said;
use diskprobe::chain::{Chain, ChainOptions, LocalFiles};
use diskprobe::location::Location;
use diskprobe::{probe_path, Options};
use std::path::Path;

pub(crate) fn files(name: &[u8], path: &Path, options: &Options, choice: usize) -> u64 {
    let mut sum = match probe_path(path, options) {
        Ok(image) => facts(&image),
        Err(error) => said(&error),
    };
    let options = ChainOptions::new().image_options(options.clone());
    let Ok(mut opener) = LocalFiles::beneath(path) else {
        return sum;
    };
    for chain in [
        Chain::open_path(path, &options),
        Chain::open(Location::from_path(path), &mut opener, &options),
    ] {
        sum ^= match chain {
            Ok(chain) => told(&chain, name, choice),
            Err(broken) => said(broken.error()),
        };
    }
    sum
}
