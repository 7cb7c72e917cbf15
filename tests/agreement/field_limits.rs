// SPDX-License-Identifier: MIT OR Apache-2.0
//! Compares the limits of single fields with `qemu-img`. It must refuse and accept the same values,
//! except as the list says.

use diskprobe_test_support::field_limits::{bases, Base, Limit};
use diskprobe_test_support::oracle::{trial, Need, QEMU_IMG};
use diskprobe_test_support::{qemu_img, Images};
use libtest_mimic::Trial;
use serde_json::Value;
use std::collections::BTreeMap;

/// The needs of a test, and its lines, each with the name of the base.
type Group = (Vec<Need>, Vec<(&'static str, &'static str)>);

/// Returns one test for each format and each class of versions.
pub(crate) fn trials() -> Vec<Trial> {
    let mut groups: BTreeMap<String, Group> = BTreeMap::new();
    for base in bases(&Images::new()) {
        for limit in &base.limits {
            let mut name = format!("field_limits::{}_as_expected_of_qemu_img", base.format());
            let mut needs = vec![QEMU_IMG];
            if let Some(class) = limit.needs {
                name = format!("{name}_{}", class.name);
                needs.push(Need::QemuImg(class));
            }
            let (_, lines) = groups.entry(name).or_insert((needs, Vec::new()));
            lines.push((base.name, limit.line));
        }
    }
    let groups = groups.into_iter();
    let trial =
        |(name, (needs, lines)): (String, Group)| trial(name, &needs, move || compare(&lines));
    groups.map(trial).collect()
}

/// Compares the limits of these lines, each with the name of its base.
fn compare(lines: &[(&str, &str)]) {
    let images = Images::new();
    let mut faults = Vec::new();
    for base in bases(&images) {
        let is_here = |limit: &&Limit| lines.contains(&(base.name, limit.line));
        let limits: Vec<&Limit> = base.limits.iter().filter(is_here).collect();
        if limits.is_empty() {
            continue;
        }
        let asked = Asked::new(&images, &base);
        if asked.info(&base.bytes).is_some() != base.is_read_by_qemu {
            faults.push(format!(
                "{}: the list says {}",
                base.name, base.is_read_by_qemu
            ));
        }
        for limit in limits {
            let fault = asked.fault(limit);
            faults.extend(fault.map(|fault| format!("{}: {}\n  {fault}", base.name, limit.line)));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// A base that is compared with `qemu-img`.
struct Asked<'a> {
    images: &'a Images,
    base: &'a Base,
    format: &'static str,
}

impl<'a> Asked<'a> {
    fn new(images: &'a Images, base: &'a Base) -> Self {
        let format = base.format().as_str();
        Asked {
            images,
            base,
            format,
        }
    }

    /// Returns the facts of `qemu-img`, or `None` if it refuses the image or detects another
    /// format.
    fn info(&self, bytes: &[u8]) -> Option<Value> {
        let path = self.images.write("changed.img", bytes);
        let asked = self.base.asked.map(|format| ["-f", format.as_str()]);
        let arguments: Vec<_> = asked.into_iter().flatten().collect();
        let info = qemu_img::info_with(&path, &arguments)?;
        (info["format"] == self.format).then_some(info)
    }

    /// Returns the first difference from the line of the list.
    fn fault(&self, limit: &Limit) -> Option<String> {
        for change in &limit.wrong {
            let opened = self.info(&self.base.changed(change)).is_some();
            if opened != limit.qemu_opens.is_some() {
                return Some(format!("{change}: qemu-img opens it: {opened}"));
            }
        }
        let right = limit.right.iter().filter(|_| self.base.is_read_by_qemu);
        for (change, _) in right {
            let bytes = self.base.changed(change);
            let ours = self.base.probe(&bytes).ok()?.virtual_size();
            let info = self.info(&bytes);
            let theirs = info.and_then(|info| info["virtual-size"].as_u64());
            if ours != theirs {
                return Some(format!("{change}: {ours:?}, qemu-img {theirs:?}"));
            }
        }
        None
    }
}
