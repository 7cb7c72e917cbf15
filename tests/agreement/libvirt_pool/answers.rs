// SPDX-License-Identifier: MIT OR Apache-2.0
//! The facts of an image that a libvirt volume also has.

use diskprobe::location::resolve;
use diskprobe::{Feature, Image, ReferenceKind};
use diskprobe_test_support::volume::{Facts, FEATURES};
use std::path::Path;

/// Returns the facts of the image at `path`.
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
        let mut references = image.references();
        let reference = references.find(|one| one.kind == ReferenceKind::Backing);
        let name = reference.map(|reference| text(&resolve(&reference, path)));
        fact("backing", name);
        fact(
            "backing-format",
            backing.format.map(|format| text(format.name())),
        );
    }
    facts
}
