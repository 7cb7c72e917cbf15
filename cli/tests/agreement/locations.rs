// SPDX-License-Identifier: MIT OR Apache-2.0
//! Compares locations with recorded answers of libvirt 11.3. The answers are not part of this
//! repository.

use crate::TOOL;
use diskprobe::chain::{Chain, ChainOptions, Identity, OpenRequest, Opened, Opener};
use diskprobe::location::{DiskTarget, Location};
use diskprobe::Error;
use diskprobe_test_support::build::{Build, Qcow2, MIB};
use diskprobe_test_support::oracle::{trial, VECTORS};
use diskprobe_test_support::tool::Run;
use diskprobe_test_support::trials;
use diskprobe_test_support::vectors::{read, text};
use libtest_mimic::Trial;
use serde_json::Value;
use std::path::Path;

pub(crate) fn trials() -> Vec<Trial> {
    let mut trials = trials![[VECTORS];
        locations_differ_only_for_known_reasons,
        joined_paths_match_libvirt,
        relative_backing_paths_match_libvirt,
        disk_targets_match_libvirt,
    ];
    let name = "locations::document_lists_each_stricter_rule";
    trials.push(trial(name, &[], document_lists_each_stricter_rule));
    trials
}

/// Locations that diskprobe refuses and libvirt accepts: the location, the reason, and the row in
/// docs/location.md. Lines that are recorded as accidents are not listed.
const STRICTER: &[(&str, &str, &str)] = &[
    (
        "nbd:h:0",
        "QEMU connects to port 0, libvirt to the default port",
        "`nbd:h:0`",
    ),
    (
        "nfs://h:2049/e",
        "QEMU ignores the port, libvirt keeps it",
        "`nfs://h:2049/x`",
    ),
    (
        r#"json:{"driver":"file","filename":"/x","file":{"driver":"nbd"}}"#,
        "QEMU refuses the option, libvirt ignores it",
        "`json:` with an option that could change",
    ),
    (
        r#"json:{"file":{"driver":"raw","offset":1234,"size":5768,"file":{"driver":"file","filename":"/var/lib/libvirt/images/i.qcow2"}}}"#,
        "QEMU refuses a size that is not a multiple of 512",
        "`json:` with a `size` that is",
    ),
    (
        "fat:rw:/d",
        "QEMU takes rw as an option, libvirt as part of the path",
        "`fat:floppy:/d`",
    ),
    (
        "nbd+unix:///x?foo=1&socket=/s",
        "no socket is found; QEMU refuses it too",
        "a transport `unix` without a socket",
    ),
    (
        "nbd+unix:///x?socket=/s%20t",
        "QEMU decodes the socket, libvirt does not",
        "`nbd+unix:///x?socket=/s%20t`",
    ),
    (
        "rbd:pool@x/img",
        "QEMU takes pool@x as the pool, libvirt x/img as the snapshot",
        "`rbd:pool@x/img`",
    ),
    (
        "rbd:pool/img@a/b",
        "QEMU takes img@a as a namespace, libvirt a/b as the snapshot",
        "`rbd:pool@x/img`",
    ),
    (
        "rbd:pool/img::",
        "an option without a value",
        "`rbd:pool/img:x`",
    ),
    (
        "rbd:pool/img:foo\\",
        "an option without a value",
        "`rbd:pool/img:x`",
    ),
    (
        "rbd:pool/img:mon_host=h1,h2",
        "no host has a comma in its name, and Ceph reads two",
        "`rbd:p/i:mon_host=a,b`",
    ),
    (
        r#"json:{"driver": "https", "url": "https+unix:///f?socket=/s"}"#,
        "libvirt loses the socket",
        "`https+unix:///x?socket=/s`",
    ),
    (
        r#"json:{"driver": "rbd", "pool": "p", "image": "i", "server": {"host": "h"}}"#,
        "libvirt ignores the host, because it is not in a list",
        "`json:` option whose value has the wrong JSON type",
    ),
];

/// Locations that only QEMU understands. diskprobe accepts and marks them.
const QEMU_ONLY: &[&str] = &[
    "file:/x",
    "file:///x",
    "iser://h/iqn/0",
    "nvme://0000:01:00.0/1",
    r#"json:{"file":{"filename":"/x"}}"#,
    r#"json:{"driver": "qcow2", "file": {"driver": "file", "filename": "/x"}}"#,
    r#"json:{"driver": "vmdk", "file": {"driver": "file", "filename": "/x"}}"#,
    r#"json:{"driver": "raw", "file": {"driver": "raw", "file": {"driver": "file", "filename": "/x"}}}"#,
    r#"json:{"driver": "raw", "offset": "512", "file": {"driver": "file", "filename": "/x"}}"#,
    r#"json:{"driver": "nfs", "server": {"host": "h", "type": "inet"}, "path": "/p"}"#,
];

/// Keys that libvirt's answers do not have.
const OURS: [&str; 6] = [
    "input",
    "ignored",
    "qemu_only",
    "credentials",
    "rbd_namespace",
    "rbd_user",
];

fn locations(arguments: &[&str]) -> Run {
    let mut all = vec!["location", "--output=json"];
    all.extend(arguments);
    TOOL.run(Path::new("."), &all)
}

fn is_refused(answer: &Value) -> bool {
    answer.get("error").is_some() || answer["type"] == "unknown"
}

/// Returns the answer without the keys that libvirt does not have. libvirt reads no format from
/// `json:` locations.
fn comparable(input: &str, answer: &Value) -> Value {
    let is_json = input.starts_with("json:");
    let mut answer = answer.clone();
    let object = answer.as_object_mut().expect("an object");
    let is_ours = |key: &str| OURS.contains(&key) || is_json && key == "format";
    object.retain(|key, _| !is_ours(key));
    if input.contains("host-key-check") {
        // libvirt knows only the older host_key_check.
        object.remove("ssh_host_key_check");
    }
    answer
}

fn document_lists_each_stricter_rule() {
    let document = include_str!("../../../docs/location.md");
    for (input, _, row) in STRICTER {
        let start = format!("| {row}");
        let has_row = document.lines().any(|line| line.starts_with(&start));
        assert!(has_row, "{input}: docs/location.md has no row {row}");
    }
}

fn locations_differ_only_for_known_reasons() {
    let vectors = read("parse.jsonl");
    let mut arguments = vec!["--"];
    arguments.extend(vectors.iter().map(|vector| text(&vector["input"])));
    let answers = locations(&arguments).json_lines();
    assert_eq!(answers.len(), vectors.len());

    let (mut same, mut refused, mut accidents, mut stricter, mut qemu_only) = (0, 0, 0, 0, 0);
    let mut stale: Vec<_> = STRICTER.iter().map(|(listed, ..)| *listed).collect();
    for (vector, answer) in vectors.iter().zip(&answers) {
        let input = text(&vector["input"]);
        let is_accident = vector.get("quirk").is_some();
        match (vector["rc"].as_i64().expect("rc"), is_refused(answer)) {
            (-1, true) => refused += 1,
            (-1, false) => {
                assert!(QEMU_ONLY.contains(&input), "{input}: accepted: {answer}");
                assert_eq!(answer["qemu_only"], true, "{input}");
                qemu_only += 1;
            }
            (_, true) if is_accident => accidents += 1,
            (_, true) => {
                stale.retain(|listed| *listed != input);
                let is_listed = STRICTER.iter().any(|(listed, ..)| *listed == input);
                assert!(is_listed, "{input}: refused: {answer}");
                stricter += 1;
            }
            (result, false) => {
                assert_eq!(comparable(input, answer), vector["expect"], "{input}");
                assert_eq!(answer.get("qemu_only"), None, "{input}");
                // 1 means that libvirt cannot represent a part of the location.
                let has_credentials = answer.get("credentials").is_some();
                let is_lost = [":key=", "-secret", "username", "cookie"];
                assert!(
                    has_credentials == (result == 1)
                        || has_credentials && is_lost.iter().any(|name| input.contains(name)),
                    "{input}"
                );
                same += 1;
            }
        }
    }
    println!(
        "parse.jsonl: {} lines: {same} the same, {refused} refused by both; refused by us alone: \
         {accidents} accidents of libvirt, {stricter} with different meanings for different \
         programs; {qemu_only} that only QEMU understands",
        vectors.len()
    );
    assert!(same > 0 && refused > 0);
    assert_eq!(stale, [""; 0], "listed, but libvirt is as strict");
}

/// Returns the image of a line of `join.jsonl` as a location.
fn image(image: &Value) -> String {
    let path = text(&image["path"]);
    let Some(protocol) = image["protocol"].as_str() else {
        return path.to_owned();
    };
    let (host, port) = (text(&image["hosts"][0]["name"]), &image["hosts"][0]["port"]);
    let volume = image["volume"].as_str();
    let path = volume.map_or(path.to_owned(), |volume| format!("{volume}/{path}"));
    match protocol {
        "rbd" => format!("rbd:{path}:mon_host={host}\\:{port}"),
        _ => format!("{protocol}://{host}:{port}/{path}"),
    }
}

fn joined_paths_match_libvirt() {
    let vectors = read("join.jsonl");
    let (mut same, mut refused, mut stricter) = (0, 0, 0);
    for vector in &vectors {
        let recorded = text(&vector["recorded"]);
        let relative_to = format!("--relative-to={}", image(&vector["parent"]));
        let answer = locations(&[&relative_to, "--", recorded]);
        let answer = match answer.out.is_empty() {
            true => serde_json::json!({ "error": answer.err }),
            false => answer.json(),
        };
        let mut expected = vector["expect"].clone();
        // An export has no directory, and QEMU refuses a name that is relative to one.
        let is_joined = expected.get("relpath").is_some();
        if vector["parent"]["protocol"] == "nbd" && is_joined {
            assert!(is_refused(&answer), "{relative_to} {recorded}: {answer}");
            stricter += 1;
            continue;
        }
        if expected.is_null() {
            assert!(is_refused(&answer), "{relative_to} {recorded}: {answer}");
            refused += 1;
            continue;
        }
        // diskprobe opens nothing, so it reports a directory as a file.
        if expected["type"] == "dir" {
            expected["type"] = "file".into();
        }
        assert_eq!(
            comparable(recorded, &answer),
            expected,
            "{relative_to} {recorded}"
        );
        same += 1;
    }
    println!(
        "join.jsonl: {} lines: {same} the same, {refused} refused by both, {stricter} by us alone, \
         below an NBD export",
        vectors.len()
    );
    assert!(same > 0);
}

/// Opens the images in order, whatever their names are.
struct InOrder {
    images: Vec<Vec<u8>>,
    opened: usize,
}

impl Opener for InOrder {
    fn open(&mut self, _: &OpenRequest<'_>) -> Result<Opened<'_>, Error> {
        let image = &self.images[self.opened];
        self.opened += 1;
        let identity = Identity::new(1, self.opened as u64);
        Ok(Opened::source(Box::new(image.as_slice())).identity(identity))
    }
}

/// Walks a chain in which each image records the next name. `None` is an absolute path.
fn chain_of(names: &[Option<&str>]) -> Chain {
    let overlays = names.iter().enumerate().map(|(index, name)| {
        let absolute = format!("/absolute/{index}");
        let name = name.unwrap_or(&absolute);
        Qcow2::new(MIB).backing(name, "qcow2").bytes()
    });
    let mut images: Vec<Vec<u8>> = overlays.collect();
    images.push(Qcow2::new(MIB).bytes());
    let mut opener = InOrder { images, opened: 0 };
    let top = Location::from_path("/images/top");
    Chain::open(top, &mut opener, &ChainOptions::new()).expect("a chain")
}

fn relative_backing_paths_match_libvirt() {
    let vectors = read("relative.jsonl");
    for vector in &vectors {
        let names = vector["chain"].as_array().expect("a chain").iter();
        let names: Vec<_> = names.map(|element| element["relpath"].as_str()).collect();
        let chain = chain_of(&names);
        // Index 0 is the added top, so the images of the vector start at index 1.
        let element = |key: &str| {
            let index = vector[key].as_u64().expect("an index");
            chain
                .elements()
                .get(usize::try_from(index).expect("small") + 1)
        };
        let (top, base) = (element("top"), element("base"));
        let name = top
            .zip(base)
            .and_then(|(top, base)| chain.relative_backing_path(top, base));
        let expected = vector["expect"].as_str().map(str::as_bytes);
        assert_eq!(name.as_deref(), expected, "{}", vector["id"]);
    }
    println!("relative.jsonl: {} lines are the same", vectors.len());
}

fn disk_targets_match_libvirt() {
    let vectors = read("index.jsonl");
    let mut stricter = 0;
    for vector in &vectors {
        let input = text(&vector["input"]);
        match DiskTarget::parse(input.as_bytes()) {
            Some(found) => {
                assert_eq!(vector["ok"], true, "{input}");
                assert_eq!(text(&vector["target"]).as_bytes(), found.disk, "{input}");
                let index = found.index.unwrap_or_default();
                assert_eq!(vector["index"], index, "{input}");
            }
            // libvirt parses numbers with a C function that accepts a sign.
            None if input == "vda[+1]" => stricter += 1,
            None => assert_eq!(vector["ok"], false, "{input}"),
        }
    }
    println!(
        "index.jsonl: {} lines, refused by us alone: {stricter}",
        vectors.len()
    );
}
