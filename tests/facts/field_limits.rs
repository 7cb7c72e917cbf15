// SPDX-License-Identifier: MIT OR Apache-2.0
//! Every limit of a field, on both sides. `docs/formats.md` gives the reasons; `tests/docs`
//! compares them.

use diskprobe::Format;
use diskprobe_test_support::{field_limits, probe::probe, Images};

#[test]
fn each_field_has_its_limit() {
    let images = Images::new();
    let (mut count, mut faults) = (0, Vec::new());
    for base in field_limits::bases(&images) {
        for limit in &base.limits {
            let judgement = limit.judgement(&base).map(|_| ());
            if let Err(fault) = judgement.and(limit.check_right(&base)) {
                faults.push(format!("{}: {}\n  {fault}", base.name, limit.line));
            }
            count += 1;
        }
    }
    println!("{count} limits");
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert!(count > 200);
}

/// Detection does not read a LUKS2 header, so the image is raw unless luks is given.
#[test]
fn a_wrong_luks2_header_is_raw() {
    let images = Images::new();
    let bases = field_limits::bases(&images);
    let base = bases.iter().find(|base| base.name == "l2.luks");
    let base = base.expect("a LUKS2 image");
    for change in base.limits.iter().flat_map(|limit| &limit.wrong) {
        let image = probe(&base.changed(change)).expect(change);
        assert_eq!(image.format(), Format::Raw, "{change}");
    }
}
