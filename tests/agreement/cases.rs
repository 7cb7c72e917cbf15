// SPDX-License-Identifier: MIT OR Apache-2.0
//! Runs the cases of `diskprobe_test_support::cases` with `qemu-img`. It must report the same
//! facts, or the different answer that the case expects.

use crate::compared::differences;
use diskprobe::Options;
use diskprobe_test_support::case::{Case, Qemu};
use diskprobe_test_support::oracle::{trial, Need, QEMU_IMG};
use diskprobe_test_support::probe::probe_with;
use diskprobe_test_support::{cases, qemu_img, Images};
use libtest_mimic::Trial;
use serde_json::Value;

/// Returns one test per format for all versions of `qemu-img`, and one per class of versions.
pub(crate) fn trials() -> Vec<Trial> {
    let mut trials = Vec::new();
    let rows = cases::disagreements::rows().into_iter();
    let rows = rows.map(|row| (format!("cases::{}", row.name), row.cases));
    let formats = cases::all().into_iter();
    let formats = formats.map(|(format, cases)| (format!("cases::{format}"), cases));
    for (name, cases) in formats.chain(rows) {
        let mut classes: Vec<(&str, Vec<Need>, Vec<Case>)> = Vec::new();
        for case in cases {
            let class = case.needs.map_or("", |class| class.name);
            match classes.iter_mut().find(|(name, ..)| *name == class) {
                Some((_, _, cases)) => cases.push(case),
                None => {
                    let mut needs = vec![QEMU_IMG];
                    needs.extend(case.needs.map(Need::QemuImg));
                    classes.push((class, needs, vec![case]));
                }
            }
        }
        for (class, needs, cases) in classes {
            let name = match class {
                "" => format!("{name}_as_expected_of_qemu_img"),
                class => format!("{name}_as_expected_of_qemu_img_{class}"),
            };
            trials.push(trial(name, &needs, move || compare(&cases)));
        }
    }
    trials
}

fn compare(cases: &[Case]) {
    let images = Images::new();
    cases::vmdk::make_extents(&images);
    let wrong = cases.iter().filter_map(|case| {
        let reason = unexpected(&images, case).err()?;
        Some(format!("{}: {reason}", case.name))
    });
    let wrong: Vec<String> = wrong.collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn unexpected(images: &Images, case: &Case) -> Result<(), String> {
    if matches!(case.qemu, Qemu::Unasked(_)) {
        return Ok(());
    }
    images.write(case.file_name, &case.bytes);
    let asked = case.asked.map(|format| ["-f", format.as_str()]);
    let asked = asked.iter().flatten().copied();
    let mut arguments = vec!["info", "-U", "--output=json"];
    arguments.extend(asked.chain([case.file_name]));
    let output = qemu_img::run(images.directory(), &arguments);
    let info: Option<Value> = output
        .status
        .success()
        .then(|| serde_json::from_slice(&output.stdout).expect("JSON from qemu-img"));
    let complaint = String::from_utf8_lossy(&output.stderr);
    match (case.qemu, info) {
        (Qemu::Agrees, Some(info)) => agrees(case, &info),
        (Qemu::Facts(expected), Some(info)) if line(&info) != expected => Err(line(&info)),
        (Qemu::Facts(_) | Qemu::Opens, Some(_)) => Ok(()),
        (Qemu::Refuses(words), None) if complaint.contains(words) => Ok(()),
        (expected, answer) => Err(format!("{complaint}{answer:?}, not {expected:?}")),
    }
}

fn agrees(case: &Case, info: &Value) -> Result<(), String> {
    let options = Options::new().format(case.asked);
    let image = probe_with(&case.bytes, &options).map_err(|error| error.to_string())?;
    let differing = differences(&image, info, case.file_name.as_ref());
    match differing.is_empty() {
        true => Ok(()),
        false => Err(format!("{differing:?}")),
    }
}

/// Returns the facts of `qemu-img info` as one line.
fn line(info: &Value) -> String {
    let data = &info["format-specific"]["data"];
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let mut words = vec![text(&info["format"]).expect("a format")];
    words.extend(info["virtual-size"].as_u64().map(|size| size.to_string()));
    for (key, value) in [
        ("backing", &info["backing-filename"]),
        ("as", &info["backing-filename-format"]),
        ("data", &data["data-file"]),
    ] {
        words.extend(text(value).map(|value| format!("{key} {value}")));
    }
    for (key, word) in [("encrypted", "encrypted"), ("dirty-flag", "dirty")] {
        words.extend((info[key] == true).then(|| word.to_owned()));
    }
    words.join(" ")
}
