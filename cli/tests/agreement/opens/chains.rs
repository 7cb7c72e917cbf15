// SPDX-License-Identifier: MIT OR Apache-2.0
//! Random chains.

use super::{is_documented, number_and_seed, Classes, Tracer, TOOL};
use diskprobe_test_support::build::{Build, Qcow2, Qed, MIB};
use diskprobe_test_support::random::Random;
use diskprobe_test_support::Images;
use serde_json::Value;
use std::collections::BTreeSet;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

/// Directories of the images. The programs run in `work`, where some names of the others exist.
const DIRECTORIES: [&str; 4] = ["img", "img/sub", "vm:1", "work"];

/// Options of a `json:` location: some change nothing, some change the files, some are unknown.
const OPTIONS: [&str; 22] = [
    r#""read-only":true"#,
    r#""node-name":"n1""#,
    r#""cache.direct":false"#,
    r#""cache":{"no-flush":true}"#,
    r#""discard":"unmap""#,
    r#""detect-zeroes":"off""#,
    r#""force-share":true"#,
    r#""locking":"off""#,
    r#""l2-cache-size":1048576"#,
    r#""overlap-check":"none""#,
    r#""backing":null"#,
    r#""backing":"""#,
    r#""backing":{"driver":"raw","file":{"driver":"file","filename":"OTHER"}}"#,
    r#""backing.driver":"qcow2","backing.file.driver":"file","backing.file.filename":"OTHER""#,
    r#""backing.file.filename":"OTHER""#,
    r#""data-file":{"driver":"file","filename":"OTHER"}"#,
    r#""data-file.driver":"file","data-file.filename":"OTHER""#,
    r#""offset":512"#,
    r#""size":"1048576""#,
    r#""size":1024"#,
    r#""x":1"#,
    r#""filename":"OTHER""#,
];

/// Formats that are recorded for any file.
const RECORDED: [&str; 6] = ["raw", "qcow2", "qed", "file", "host_device", "nbd"];

struct Pool<'a> {
    images: &'a Images,
    random: Random,
    /// Names from the directory of the pool.
    files: Vec<(String, &'static str)>,
}

impl Pool<'_> {
    fn absolute(&self, name: &str) -> String {
        self.images.path(name).to_str().expect("UTF-8").to_owned()
    }

    /// Returns the absolute name of a random file.
    fn any(&mut self) -> String {
        let (name, _) = self.random.choose(&self.files).clone();
        self.absolute(&name)
    }

    /// Returns one of the names by which `from` can record `to`.
    fn path(&mut self, from: &str, to: &str) -> String {
        let up = "../".repeat(from.matches('/').count());
        match self.random.below(8) {
            0..=2 => self.absolute(to),
            3 => format!("./{up}{to}"),
            4 => to.rsplit('/').next().expect("a name").to_owned(),
            5 => {
                let name = format!("link{}", self.random.below(1000));
                let directory = from.rsplit_once('/').map_or("", |(directory, _)| directory);
                let link = self.images.path(directory).join(&name);
                match symlink(self.absolute(to), link) {
                    Ok(()) => name,
                    Err(_) => self.absolute(to),
                }
            }
            _ => format!("{up}{to}"),
        }
    }

    /// Returns the node of a local file, sometimes with options or below the driver raw.
    fn node(&mut self, to: &str) -> String {
        let name = match self.random.below(6) {
            0 => format!("../{to}"),
            1 => to.rsplit('/').next().expect("a name").to_owned(),
            _ => self.absolute(to),
        };
        let driver = *self.random.choose(&[
            r#""driver":"file","#,
            r#""driver":"file","#,
            r#""driver":"file","#,
            "",
            r#""driver":"host_device","#,
        ]);
        let options = self.options(8);
        let file = format!(r#"{{{driver}{options}"filename":"{name}"}}"#);
        match self.random.below(6) {
            0 => {
                let options = self.options(2);
                format!(r#"{{"driver":"raw",{options}"file":{file}}}"#)
            }
            1 if self.random.once_in(3) => format!(r#"{{"driver":"qcow2","file":{file}}}"#),
            _ => file,
        }
    }

    /// Returns an option and a comma once in `times` calls, otherwise an empty text.
    fn options(&mut self, times: usize) -> String {
        if !self.random.once_in(times) {
            return String::new();
        }
        let option = *self.random.choose(&OPTIONS);
        option.replace("OTHER", &self.any()) + ","
    }

    /// Returns a location of `to`, which has the format.
    fn location(&mut self, from: &str, to: &str, format: &str) -> String {
        match self.random.below(10) {
            0 => format!("file:{}", self.absolute(to)),
            1 => format!("file:../{to}"),
            2..=5 => {
                let node = self.node(to);
                let options = self.options(3);
                let driver = match self.random.below(5) {
                    0 | 1 => String::new(),
                    2 => r#""driver":"raw","#.to_owned(),
                    _ => format!(r#""driver":"{format}","#),
                };
                match self.random.below(8) {
                    0 => format!("json:{node}"),
                    1 if !node.contains("\"file\":") => {
                        let flat = node.trim_matches(['{', '}']).replace(r#","#, r#","file."#);
                        let flat = flat
                            .replacen('"', r#""file."#, 1)
                            .replace(r#""file.""#, r#""file."#);
                        format!("json:{{{driver}{flat}}}")
                    }
                    _ => format!(r#"json:{{{driver}{options}"file":{node}}}"#),
                }
            }
            _ => self.path(from, to),
        }
    }

    /// Returns the format to record.
    fn recorded(&mut self, format: &'static str) -> &'static str {
        match self.random.below(12) {
            0 => "",
            1 => self.random.choose::<&str>(&RECORDED),
            2 if format == "raw" => "file",
            _ => format,
        }
    }

    fn data_file(&mut self, from: &str) -> String {
        let (to, _) = self.random.choose(&self.files).clone();
        match self.random.below(8) {
            0 => format!("file:{}", self.absolute(&to)),
            1 => format!(
                r#"json:{{"driver":"file","filename":"{}"}}"#,
                self.absolute(&to)
            ),
            2 => "nbd:unix:/s".to_owned(),
            _ => self.path(from, &to),
        }
    }
}

/// Makes the images of one chain. Returns the name of the top image relative to `work`.
fn make(images: &Images, random: Random) -> String {
    for directory in DIRECTORIES {
        std::fs::create_dir_all(images.path(directory)).expect("a directory");
    }
    let mut pool = Pool {
        images,
        random,
        files: Vec::new(),
    };
    for name in ["a.raw", "b.raw", "vm:1/a.raw"] {
        let directory = *pool.random.choose(&DIRECTORIES);
        let name = match name.contains('/') {
            true => name.to_owned(),
            false => format!("{directory}/{name}"),
        };
        images.write(&name, vec![0; 1 << 20]);
        pool.files.push((name, "raw"));
    }
    // Relative names of data files and of json: exist in two directories.
    if pool.random.once_in(2) && !images.path("work/a.raw").exists() {
        images.write("work/a.raw", vec![0; 1 << 20]);
        pool.files.push(("work/a.raw".into(), "raw"));
    }
    let number = 1 + pool.random.below(4);
    let mut top = String::new();
    for index in 0..=number {
        let directory = *pool.random.choose(&DIRECTORIES);
        let name = format!("{directory}/{index}.img");
        let (to, format) = match pool.random.below(8) {
            0 => pool.random.choose(&pool.files).clone(),
            _ => pool.files.last().expect("a file").clone(),
        };
        let backing = pool.location(&name, &to, format);
        let recorded = pool.recorded(format);
        let (bytes, own) = match pool.random.below(10) {
            0 if index != number => (Qed::new(MIB).backing(&backing, recorded).bytes(), "qed"),
            1 | 2 => {
                let data_file = pool.data_file(&name);
                let image = Qcow2::new(MIB).data_file(&data_file);
                let image = match pool.random.once_in(2) {
                    true => image.backing(&backing, recorded),
                    false => image,
                };
                (image.bytes(), "qcow2")
            }
            3 if index != number => (vec![0; 1 << 20], "raw"),
            _ => (Qcow2::new(MIB).backing(&backing, recorded).bytes(), "qcow2"),
        };
        images.write(&name, bytes);
        pool.files.push((name.clone(), own));
        top = name;
    }
    // Both programs read a path with a colon as a location, unless a slash comes first.
    format!("../{top}")
}

/// Returns the message of an error without its offset.
pub(super) fn reason(error: &Value) -> &str {
    let message = error["message"].as_str().expect("a message");
    message.split(" (offset").next().expect("a first part")
}

/// Returns the files and servers of a chain.
fn listed(working: &Path, chain: &Value) -> (BTreeSet<PathBuf>, bool) {
    let mut files = BTreeSet::new();
    let mut is_local = true;
    for image in chain.as_array().expect("an array") {
        is_local &= image.get("location").is_none();
        let data_file = &image["data-file"];
        is_local &= data_file.get("location").is_none();
        for name in [&image["filename"], &data_file["full-filename"]] {
            if let Some(name) = name.as_str().filter(|_| image.get("location").is_none()) {
                let path = working.join(name).canonicalize();
                files.insert(path.unwrap_or_else(|error| panic!("{name}: {error}")));
            }
        }
    }
    (files, is_local)
}

pub(super) fn a_whole_chain_lists_the_files_that_are_opened() {
    let (number, seed) = number_and_seed();
    let tracer = Tracer::new();
    let mut classes = Classes::default();
    let begun = std::time::Instant::now();
    let mut wrong = Vec::new();
    for index in 0..number {
        let images = Images::new();
        let top = make(&images, Random::of(seed, index));
        let within = images.directory().canonicalize().expect("a directory");
        let working = within.join("work");
        let arguments = [
            "info",
            "--backing-chain",
            "--output=json",
            "--unrecorded-format=probe",
            "-f",
            "qcow2",
            &top,
        ];
        let ours = TOOL.run(&working, &arguments);
        let chain = ours.json();
        let opened = tracer.open(&working, &within, &["-f", "qcow2", &top]);
        let last = chain.as_array().and_then(|chain| chain.last());
        let error = last.and_then(|last| last.get("error"));
        match error {
            Some(error) => {
                let code = error["code"].as_str().expect("a code");
                if opened.is_ok && !is_documented(reason(error)) {
                    wrong.push(format!("{index}: not documented: {chain:#}"));
                }
                match opened.is_ok {
                    true => classes.add(format!("{code}, opened by QEMU: {}", reason(error))),
                    false => classes.add(format!("{code}, refused by QEMU")),
                }
            }
            None => {
                let (files, is_local) = listed(&working, &chain);
                // The files are the same, but no two nodes may have one name.
                let is_named_twice = opened.error.contains("Duplicate nodes with node-name");
                if files != opened.files || opened.is_ok != is_local && !is_named_twice {
                    wrong.push(format!(
                        "{index}: {top}: listed {files:?}, opened {:?}, {} {chain:#}",
                        opened.files, opened.error
                    ));
                }
                let length = files.len();
                classes.add(format!("whole, {length} files, agreed"));
            }
        }
    }
    classes.print("chains", number, seed);
    println!("{:?}", begun.elapsed());
    classes.assert_none_differ(&wrong, number);
}
