// SPDX-License-Identifier: MIT OR Apache-2.0
//! The known reasons for differences from `qemu-img`. `docs/differences/qemu.md` explains each
//! class by name. The rule of a class must match nothing else.

use crate::compared::Difference;
use diskprobe::{Error, ErrorKind, Feature, Format, Image};
use diskprobe_test_support::probe::number;

/// A difference between two answers.
pub(crate) enum Case<'a> {
    /// Both programs open the image, but this fact differs.
    Fact(&'a Image, &'a Difference),
    /// qemu-img opens the image as this format, and we refuse it.
    Stricter(&'a str, &'a Error),
    /// qemu-img refuses the image for this reason, and we report facts.
    Laxer(&'a Image, &'a str),
    /// qemu-img reached a limit of the test on memory or time.
    NoAnswer,
}

/// A name, and a rule that returns whether a case belongs to the class.
type Class = (&'static str, fn(&Case<'_>) -> bool);

pub(crate) const CLASSES: [Class; 26] = [
    // qemu-img opens these images, and we refuse them.
    (
        "cut-header",
        |case| matches!(case, Case::Stricter(_, error) if error.kind() == ErrorKind::Truncated),
    ),
    ("luks-key-material-far", |case| {
        // Above this offset, the end of the key material exceeds 32 bits.
        stricter(case, &["luks", "qcow2"], "key-material-offset") > Some(0xffff_0000)
    }),
    ("vhdx-bat-beyond-2g", |case| {
        let most = "must be at most what a BAT of 2 GiB can map";
        stricter(case, &["vhdx"], "VirtualDiskSize").is_some() && refused_for(case, most)
    }),
    ("vmdk-offset-beyond-63-bits", |case| {
        let fields = [
            "vmdk header: descriptorOffset",
            "vmdk descriptor: extent offset",
        ];
        let mut fields = fields.iter();
        fields.any(|field| stricter(case, &["vmdk"], field) > Some((1 << 54) - (1 << 22)))
    }),
    ("vmdk-size-beyond-63-bits", |case| {
        let sizes = [
            "vmdk descriptor: total extent size",
            "vmdk descriptor: extent size",
        ];
        sizes
            .iter()
            .any(|size| stricter(case, &["vmdk"], size) > Some((1 << 54) - (1 << 22)))
    }),
    ("vmdk-missing-value", |case| {
        let missing = ["has no quoted value (", "is missing or empty ("];
        matches!(case, Case::Stricter("vmdk", _)) && missing.iter().any(|m| refused_for(case, m))
    }),
    ("qcow2-data-file-name", |case| {
        stricter(case, &["qcow2"], "length").is_some() && refused_for(case, "must be at most 4096")
    }),
    ("vpc-parent-locators", |case| {
        matches!(case, Case::Stricter("vpc", _)) && refused_for(case, "vpc parent locator: ")
    }),
    // qemu-img refuses these images, and we report facts.
    ("vhdx-parent", |case| {
        laxer(case, Format::Vhdx, &["Operation not supported"], |image| {
            image.parent().is_some()
        })
    }),
    ("vhdx-bat-entries", |case| {
        // We also detect regions that overlap the headers.
        let reasons = ["VHDX BAT entry ", " overlaps with region "];
        laxer(case, Format::Vhdx, &reasons, |_| true)
    }),
    ("vdi-parent", |case| {
        let reasons = ["non-NULL link UUID", "non-NULL parent UUID"];
        laxer(case, Format::Vdi, &reasons, |image| {
            image.parent().is_some()
        })
    }),
    ("luks-detached-header", |case| {
        let detached = |image: &Image| {
            let encryption = image.encryption();
            encryption.is_some_and(|encryption| encryption.payload_offset == Some(0))
        };
        laxer(
            case,
            Format::Luks,
            &["LUKS payload is overlapping with the header"],
            detached,
        )
    }),
    ("luks-cipher", |case| {
        let reasons = [
            "Algorithm '",
            "Hash algorithm '",
            "Unexpected cipher mode string format '",
            "Cipher mode '",
            "IV generator '",
        ];
        let encrypted = |image: &Image| image.encryption().is_some();
        laxer(case, Format::Luks, &reasons, encrypted)
            || laxer(case, Format::Qcow2, &reasons, encrypted)
    }),
    ("qcow2-snapshot-table", |case| {
        laxer(case, Format::Qcow2, &["snapshot table"], |image| {
            number(image, "snapshot-count") > Some(0)
        })
    }),
    ("vmdk-extent-files", |case| {
        let listed = |image: &Image| image.extents().len() > 0;
        laxer(case, Format::Vmdk, &["Could not open 'DIRECTORY/"], listed)
            || laxer(case, Format::Vmdk, &["Image not in VMDK format"], |image| {
                image.extents().any(|extent| extent.kind == b"SPARSE")
            })
            || fact(case, Format::Vmdk, &["virtual-size", "extents"])
                .is_some_and(|(image, _)| image.extents().any(|extent| extent.kind != b"FLAT"))
    }),
    ("cloop-offsets", |case| {
        let reasons = [
            "offsets not monotonically increasing at index ",
            "invalid compressed block size at index ",
        ];
        laxer(case, Format::Cloop, &reasons, |_| true)
    }),
    ("parallels-size-beyond-64-bits", |case| {
        let reasons = ["Can't get image size"];
        laxer(case, Format::Parallels, &reasons, |image| {
            image.virtual_size().is_none()
        })
    }),
    ("parallels-extension", |case| {
        let reasons = [
            "Wrong parallels Format Extension magic",
            "Failed to read Format Extension cluster",
            "Invalid image: Too big offset",
        ];
        laxer(case, Format::Parallels, &reasons, |_| true)
    }),
    ("vpc-block-after-the-end", |case| {
        let reason = ["free_data_block_offset points after the end of file"];
        laxer(case, Format::Vpc, &reason, |_| true)
    }),
    ("dmg-block-lists", |case| {
        laxer(
            case,
            Format::Dmg,
            &["Could not open 'IMAGE': Invalid argument"],
            |_| true,
        )
    }),
    // Both programs open these images, but one fact differs.
    ("qed-needs-check", |case| {
        fact(case, Format::Qed, &["dirty-flag"])
            .is_some_and(|(_, difference)| difference.ours == true)
    }),
    ("vmdk-not-closed", |case| {
        fact(case, Format::Vmdk, &["dirty-flag"])
            .is_some_and(|(_, difference)| difference.ours == true)
    }),
    ("vhdx-log-in-use", |case| {
        fact(case, Format::Vhdx, &["dirty-flag"])
            .is_some_and(|(_, difference)| difference.ours == true)
    }),
    ("vpc-block-of-2g", |case| {
        fact(case, Format::Vpc, &["cluster-size"])
            .is_some_and(|(_, difference)| difference.ours == 1u64 << 31)
    }),
    ("qcow2-snapshots-with-data-file", |case| {
        fact(case, Format::Qcow2, &["snapshots"]).is_some_and(|(image, difference)| {
            image.has_feature(Feature::DataFile) && difference.theirs == 0
        })
    }),
    // qemu-img gave no answer to compare.
    ("no-answer-under-limits", |case| {
        matches!(case, Case::NoAnswer)
    }),
];

/// Returns the value of `field` that we refuse, or `None` if the error is about another field or
/// format.
fn stricter(case: &Case<'_>, formats: &[&str], field: &str) -> Option<u64> {
    let Case::Stricter(format, error) = case else {
        return None;
    };
    if !formats.contains(format) || error.kind() != ErrorKind::InvalidImage {
        return None;
    }
    let message = error.to_string();
    let (_, value) = message.split_once(&format!("{field} is "))?;
    value.split(' ').next()?.parse().ok()
}

/// Returns whether our error message has these words.
fn refused_for(case: &Case<'_>, words: &str) -> bool {
    matches!(case, Case::Stricter(_, error) if error.to_string().contains(words))
}

/// Returns whether qemu-img refuses an image of this format for one of these reasons, and `holds`
/// is true of the image.
fn laxer(
    case: &Case<'_>,
    format: Format,
    reasons: &[&str],
    holds: impl Fn(&Image) -> bool,
) -> bool {
    let Case::Laxer(image, reason) = case else {
        return false;
    };
    let known = reasons.iter().any(|known| reason.contains(known));
    image.format() == format && known && holds(image)
}

/// Returns the image and the difference, if it is in one of these facts of an image of this format.
fn fact<'a>(
    case: &'a Case<'_>,
    format: Format,
    keys: &[&str],
) -> Option<(&'a Image, &'a Difference)> {
    match case {
        Case::Fact(image, difference) => {
            let known = image.format() == format && keys.contains(&difference.key);
            known.then_some((*image, *difference))
        }
        _ => None,
    }
}
