// SPDX-License-Identifier: MIT OR Apache-2.0
//! What we say of an image, in facts that a libvirt volume has too.

use crate::volume::{Facts, FEATURES};
use diskprobe::{Feature, Image};
use std::path::Path;

/// Those facts as we give them of the image at `path`.
pub(crate) fn of_image(path: &Path, image: &Image) -> Facts {
    let mut facts = Facts::new();
    let mut fact = |name, value: Option<String>| facts.extend(value.map(|value| (name, value)));
    let number = |value: Option<u64>| value.map(|value| value.to_string());
    fact("format", Some(image.format().as_str().to_owned()));
    fact("capacity", number(image.virtual_size()));
    fact("physical", number(image.physical_size()));
    fact("allocation", number(image.allocated_size()));
    fact("cluster-size", number(image.cluster_size()));
    fact("compat", image.compat().map(str::to_owned));
    let encryption = image.encryption();
    fact(
        "encryption",
        encryption.map(|encryption| encryption.format.as_str().to_owned()),
    );
    for (_, name) in FEATURES {
        let feature = name.parse::<Feature>().expect("a feature");
        fact(name, image.has_feature(feature).then(|| "yes".to_owned()));
    }
    if let Some(backing) = image.backing() {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let own_name = path.to_str().expect("UTF-8").as_bytes();
        let name = diskprobe::location::backing_name(backing.location, own_name);
        fact("backing", Some(text(&name)));
        fact(
            "backing-format",
            backing.format.map(|format| text(format.text())),
        );
    }
    facts
}
