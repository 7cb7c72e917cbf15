// SPDX-License-Identifier: MIT OR Apache-2.0
//! Writes the seed corpus: every image of the test suite, in the form that each target takes.
//!
//! `fuzz/seeds` runs it. The corpus is made on each machine, and is not kept in git.

#[path = "seeds/calls.rs"]
mod calls;

use diskprobe::Format;
use diskprobe_fuzz::object::{Object, Window, LENGTH_UNKNOWN, THOROUGH};
use diskprobe_test_support::probe::probe;
use diskprobe_test_support::{costliest, field_limits, recipes, Images};
use std::fs::{create_dir_all, write, File};
use std::os::unix::fs::FileExt;
use std::path::Path;

/// The longest image that is a seed as a whole. Of a longer one, the start is.
const PLAIN: usize = 4096;
/// The parts of a long image that are read.
const START: u64 = 4 << 20;
const END: u64 = 2048;
/// A hostile name of an image.
const NAME: &[u8; 12] = b"/srv/\x1b[31m\xff\n";
/// A file of a length at which the target `json` collects a graph.
const FILE: &[u8; 8] = b"a\x1b\xff\n\"\\];";
/// An image that names another.
const BACKING: &str = "q3-b.qcow2";
/// The most bytes of one image in windows.
const SHOWN: usize = 48 << 10;

/// A location of each syntax, and of each driver of `json:`.
const LOCATIONS: [&str; 26] = [
    "base.img",
    "/a/../b:c",
    "file:///a/b%20c",
    "nbd:host:10809:exportname=x",
    "nbd:unix:/run/s:exportname=x",
    "nbd+unix:///x?socket=/run/s",
    "rbd:pool/image@snap:id=u:key=k:mon_host=h\\:1\\;[\\:\\:1]:conf=/c",
    "gluster+rdma://h:1/volume/a",
    "iscsi://u%p@h:3260/iqn.x/1",
    "https://u:p@h:443/a?b=c",
    "ssh://u@h/a?host_key_check=md5:00",
    "nfs://h/a/b",
    "sheepdog:h:7000:v",
    "vxhs://h/v",
    "nvme://0000:01:02.3/1",
    "fat:floppy:/d",
    r#"json:{"driver":"qcow2","file":{"driver":"file","filename":"/a"}}"#,
    r#"json:{"driver":"raw","offset":512,"size":1024,"file.driver":"host_device","file.filename":"/dev/x"}"#,
    r#"json:{"driver":"nbd","server":{"type":"inet","host":"h","port":"1"},"export":"e"}"#,
    r#"json:{"driver":"rbd","pool":"p","image":"i","server":[{"host":"h","port":"1"}],"conf":"c"}"#,
    r#"json:{"driver":"gluster","volume":"v","path":"p","server":[{"type":"unix","path":"/s"}]}"#,
    r#"json:{"driver":"iscsi","transport":"tcp","portal":"h:1","target":"t","lun":1}"#,
    r#"json:{"driver":"https","url":"https://h/a","cookie":"a=b; c=d","sslverify":"off","readahead":9,"timeout":1,"username":"u"}"#,
    r#"json:{"driver":"ssh","path":"p","server":{"host":"h","port":"1"},"user":"u","host_key_check":{"mode":"none"}}"#,
    r#"json:{"driver":"nfs","path":"p","server":{"type":"inet","host":"h"},"user":1,"group":2}"#,
    r#"json:{"driver":"nvme","device":"0000:01:02.3","namespace":1}"#,
];

/// The text of a receipt.
const RECEIPT: &str = r#"{"receipt":1,"format":"qcow2","virtual-size":1024,"encryption":"aes","backing-format":"raw","references":["backing: /a"],"directory":"/srv","findings":["backing-file"],"policy":{"denied":[],"formats":["qcow2"],"max-virtual-size":1024,"backing-directories":["/srv"]}}"#;

fn main() {
    let directory = std::env::args().nth(1).expect("the directory to write to");
    let directory = Path::new(&directory);
    let images = Images::new();
    create_dir_all(images.path("sub")).expect("a directory");
    let mut count = 0;
    for recipe in [recipes::built(), recipes::crafted()].concat() {
        recipe.build(&images);
        let (start, end, length) = parts(&images.path(recipe.name));
        let parts = [(0, &start[..]), (length - end.len() as u64, &end)];
        seed(directory, recipe.name, recipe.asked, &parts, length);
        count += 1;
    }
    for (name, asked, bytes) in costliest::images() {
        let length = bytes.len() as u64;
        seed(directory, name, asked, &[(0, &bytes)], length);
        count += 1;
    }
    count += limits(directory, &images);
    let backing = images.read(BACKING);
    for (number, calls) in calls::OF_ONE.iter().enumerate() {
        let path = directory.join("c_api").join(format!("calls-{number}"));
        write(
            path,
            calls::with(calls, &backing[..PLAIN.min(backing.len())]),
        )
        .expect("a file");
    }
    create_dir_all(directory.join("location")).expect("a directory");
    for (number, location) in LOCATIONS.iter().enumerate() {
        let path = directory.join("location").join(format!("seed-{number}"));
        write(path, location).expect("a file");
    }
    write(directory.join("receipt").join("text"), RECEIPT).expect("a file");
    println!("seeds of {count} images in {}", directory.display());
}

/// Returns the start of a file, its end after that, and its length.
fn parts(path: &Path) -> (Vec<u8>, Vec<u8>, u64) {
    let file = File::open(path).expect("the image");
    let length = file.metadata().expect("its length").len();
    let read = |offset: u64, most: u64| {
        let size = most.min(length.saturating_sub(offset));
        let mut bytes = vec![0; usize::try_from(size).expect("short")];
        file.read_exact_at(&mut bytes, offset).expect("the bytes");
        bytes
    };
    let start = read(0, START);
    let end = read(START.max(length.saturating_sub(END) / 512 * 512), END + 512);
    (start, end, length)
}

/// Some bytes of an image, with their offset.
type Part<'p> = (u64, &'p [u8]);

fn seed(directory: &Path, name: &str, asked: Option<Format>, parts: &[Part<'_>], length: u64) {
    let put = |target: &str, kind: &str, input: &[u8]| {
        let directory = directory.join(target);
        create_dir_all(&directory).expect("a directory");
        write(directory.join(format!("{name}{kind}")), input).expect("a file");
    };
    let bytes = parts[0].1;
    let start = &bytes[..bytes.len().min(PLAIN)];
    put("auto", "", start);
    let found = || Some(probe(bytes).ok()?.format());
    let format = asked.or_else(found).map_or(u8::MAX, choice);
    put("given", "", &[&[format], start].concat());
    put("json", "", &[&[format, 12], &NAME[..], start].concat());
    put("json", "-graph", &[&[format, 8], &FILE[..], start].concat());
    // Both policies allow findings. The second has limits, and one write in the first sector.
    put("receipt", "", &[&[128 | format, 0], start].concat());
    put(
        "receipt",
        "-write",
        &[&[224 | format % 32, 1, 40, 0, 1], start].concat(),
    );
    for (kind, calls) in calls::OF_EACH {
        put("c_api", kind, &calls::with(calls, start));
    }
    let object = object(asked, parts, length);
    for (kind, switches) in [
        ("", 0),
        ("-thorough", THOROUGH),
        ("-unknown", LENGTH_UNKNOWN),
    ] {
        let object = Object {
            switches,
            ..object.clone()
        };
        put("windows", kind, &object.encoded());
        put("facts", kind, &object.encoded());
        put("verdict", kind, &object.encoded());
    }
}

fn object(asked: Option<Format>, parts: &[Part<'_>], length: u64) -> Object {
    Object {
        format: asked.map_or(u8::MAX, choice),
        switches: 0,
        length,
        windows: windows(parts),
    }
}

/// Writes every field on both sides of its limit, for the targets that reach all of an image.
/// Returns the number of images.
fn limits(directory: &Path, images: &Images) -> usize {
    let mut count = 0;
    for base in field_limits::bases(images) {
        for limit in &base.limits {
            let right = limit.right.iter().map(|(change, _)| *change);
            for change in limit.wrong.iter().copied().chain(right) {
                let bytes = base.changed(change);
                let length = bytes.len() as u64;
                let shown = &bytes[..bytes.len().min(START as usize)];
                let input = object(base.asked, &[(0, shown)], length).encoded();
                for target in ["windows", "facts", "verdict"] {
                    let name = format!("limit-{count}");
                    write(directory.join(target).join(name), &input).expect("a file");
                }
                count += 1;
            }
        }
    }
    count
}

/// Returns the byte that asks for the format.
fn choice(format: Format) -> u8 {
    let index = Format::ALL
        .iter()
        .copied()
        .position(|other| other == format);
    u8::try_from(index.expect("a format")).expect("few formats")
}

/// Returns the runs of sectors that are not all zeros, and the last one.
fn windows(parts: &[Part<'_>]) -> Vec<Window> {
    let mut windows: Vec<Window> = Vec::new();
    let mut shown = 0;
    for (start, bytes) in parts {
        let mut offset = *start;
        for sector in bytes.chunks(512) {
            let at = offset;
            offset += sector.len() as u64;
            let last = offset == start + bytes.len() as u64;
            if !last && (shown > SHOWN || sector.iter().all(|byte| *byte == 0)) {
                continue;
            }
            shown += sector.len();
            match windows.last_mut() {
                Some(window) if window.offset + window.bytes.len() as u64 == at => {
                    window.bytes.extend(sector);
                }
                _ => windows.push(Window {
                    offset: at,
                    bytes: sector.to_vec(),
                }),
            }
        }
    }
    windows
}
