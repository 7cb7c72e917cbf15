// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Debug` output ends in logs: it shows no password and no control character.

use diskprobe::chain::{Chain, ChainOptions, LocalFiles, Lookup, OpenRequest, Opened, Opener};
use diskprobe::location::{DiskTarget, Location};
use diskprobe::scan::graph::GraphBuilder;
use diskprobe::scan::{scan, ScanOptions, ScanTarget};
use diskprobe::{probe_buffer, Error, Image, Options, Policy, Prober};
use diskprobe_test_support::build::{vhd_checksum, Build, Qcow2, Vpc, MIB};
use diskprobe_test_support::patched;
use std::fmt::Debug;
use std::ops::ControlFlow;

const SECRET: &str = "pa55w0rd";

/// Asserts that `value` shows neither the secret, nor a control character, nor bytes as numbers.
#[track_caller]
fn assert_hidden(value: &dyn Debug) {
    for shown in [format!("{value:?}"), format!("{value:#?}")] {
        assert!(!shown.contains(SECRET), "{shown}");
        assert!(!shown.contains('\x1b'), "{shown}");
        // The start of the secret as a list of numbers.
        assert!(
            !shown.replace([' ', '\n'], "").contains("112,97,53"),
            "{shown}"
        );
    }
}

/// Locations with the secret in each place where a location can have one.
fn locations() -> Vec<String> {
    [
        "https://user:S@host/x",
        "https://host/x?token=S",
        "https://user:S/1@host/x",
        "unknown://S@host/x?S",
        "rbd:pool/image:id=me:key=S",
        r#"json:{"driver":"https","url":"https://h/x","cookie":"a=1; session=S"}"#,
        r#"json:{"driver":"https","url":"https://h/x","cookie":"a\u003dS"}"#,
        r#"json:{"driver":"https","url":"https://h/x?S","password":"S"}"#,
        r#"json:{"driver":"ftp","url":"ftp://me:S@h/x?S","cookie":"S"}"#,
    ]
    .map(|location| location.replace('S', SECRET))
    .to_vec()
}

fn probed(bytes: &[u8]) -> Image {
    let length = u64::try_from(bytes.len()).ok();
    probe_buffer(bytes, length, &Options::new()).expect("an image")
}

fn overlay(backing: &str) -> Vec<u8> {
    Qcow2::new(MIB).backing(backing, "raw").bytes()
}

#[test]
fn facts_of_an_image() {
    for secret in locations() {
        let image = probed(&overlay(&secret));
        assert_hidden(&image);
        assert_hidden(&image.backing().expect("a backing file"));
        assert_hidden(&image.references());
        assert_hidden(&image.references().next().expect("a reference"));

        let image = probed(&Qcow2::new(MIB).data_file(&secret).bytes());
        assert_hidden(&image);
        assert_hidden(&image.data_file().expect("a data file"));

        let text = format!(
            "# Disk DescriptorFile\nversion=1\nCID=1\nparentCID=ffffffff\n\
             createType=\"monolithicFlat\"\nRW 2048 FLAT \"{}\" 0\n",
            secret.replace('"', "'")
        );
        let image = probed(text.as_bytes());
        assert_hidden(&image);
        assert_hidden(&image.extents());
        assert_hidden(&image.extents().next().expect("an extent"));

        let mut child = Vpc::new(64 * MIB).bytes();
        child.resize(64 << 10, 0);
        let name: Vec<u8> = secret.encode_utf16().flat_map(u16::to_be_bytes).collect();
        let changes = [(60, &4u32.to_be_bytes()[..]), (512 + 64, &name)];
        let image = probed(&vhd_checksum(patched(&child, &changes), 0));
        assert_hidden(&image);
        assert_hidden(&image.parent().expect("a parent"));
    }
}

#[test]
fn locations_and_their_parts() {
    for secret in locations() {
        let masked = Location::parse(secret.as_bytes());
        let Ok(location) = masked else {
            assert_hidden(&masked);
            continue;
        };
        assert_hidden(&location);
        assert_hidden(&location.cookies());
        assert_hidden(&location.cookies().collect::<Vec<_>>());
        assert_hidden(&location.ignored());
        assert_hidden(&location.details());
    }
    let unix = format!("nbd:unix:/\x1b{SECRET}");
    let location = Location::parse(unix.as_bytes()).expect("a location");
    let host = location.hosts().next().expect("a host");
    let shown = format!("{host:?}");
    assert!(
        shown.contains(r#"socket: Some("/\x1bpa55w0rd")"#),
        "{shown}"
    );
    let nvme = Location::parse(b"nvme://0000:01:00.0/1").expect("a location");
    let shown = format!("{:?}", nvme.nvme_namespace().expect("a namespace"));
    assert!(shown.contains(r#"address: "0000:01:00.0""#), "{shown}");
    let shown = format!("{:?}", DiskTarget::parse(b"v\x1bda[1]"));
    assert!(shown.contains(r#"disk: "v\x1bda""#), "{shown}");
}

#[test]
fn a_displayed_location_masks_cookies() {
    for location in &locations()[5..7] {
        let location = Location::parse(location.as_bytes()).expect("a location");
        assert!(!location.to_string().contains(SECRET), "{location}");
        let values: Vec<_> = location
            .cookies()
            .map(|cookie| cookie.secret_value())
            .collect();
        assert!(values.contains(&SECRET.as_bytes()));
    }
}

#[test]
fn locations_with_different_secrets_differ() {
    for secret in locations() {
        let [one, same, other] = [&secret, &secret, &secret.replace(SECRET, "other")]
            .map(|text| Location::parse(text.as_bytes()).ok());
        assert_eq!(one, same);
        assert!(one.is_none() || one != other, "{secret}");
    }
}

/// Opens the top image only.
struct Top(Vec<u8>);

impl Opener for Top {
    fn open(&mut self, request: &OpenRequest<'_>) -> Result<Opened<'_>, Error> {
        assert_hidden(request);
        match request.location().local_path() {
            Some(_) => Ok(Opened::source(Box::new(&self.0[..]))),
            None => Ok(Opened::unopened()),
        }
    }
}

#[test]
fn chains_and_lookups() {
    for secret in locations() {
        let mut opener = Top(overlay(&secret));
        let top = Location::from_path("/srv/disk.qcow2");
        let result = Chain::open(top, &mut opener, &ChainOptions::new());
        assert_hidden(&result);
        assert_hidden(&result.map(|chain| chain.elements().to_vec()));
        assert_hidden(&Lookup::name(secret.as_bytes()).disk(b"v\x1bda"));
    }
    assert_hidden(&LocalFiles::unrestricted());
}

#[test]
fn graphs_of_scans() {
    let pool = tempfile::tempdir().expect("a temporary directory");
    for (index, secret) in locations().iter().enumerate() {
        std::fs::write(pool.path().join(index.to_string()), overlay(secret)).expect("a file");
    }
    let mut builder = GraphBuilder::new();
    let target = ScanTarget::Directory(pool.path().to_owned());
    let summary = scan([target], &ScanOptions::new(), |entry| {
        assert_hidden(&entry);
        builder.add(&entry);
        ControlFlow::Continue(())
    });
    assert_eq!(summary.failures, 0);
    assert_hidden(&builder);
    let graph = builder.resolve();
    assert_eq!(graph.nodes().len(), locations().len());
    assert_hidden(&graph);
    assert_hidden(&graph.nodes()[0].edges()[0]);
}

#[test]
fn a_prober_shows_none_of_its_bytes() {
    let bytes = overlay(&locations()[0]);
    let mut prober = Prober::new(&Options::new());
    while let Some(read) = prober.next_read().expect("a read") {
        let from = usize::try_from(read.preferred.offset).expect("small");
        let to = usize::try_from(read.preferred.end()).expect("small");
        let part = &bytes[from.min(bytes.len())..to.min(bytes.len())];
        prober.feed(read.preferred.offset, part).expect("fed");
        assert_hidden(&prober);
    }
    assert_hidden(&prober);
}

#[test]
fn a_policy_shows_its_directories_as_text() {
    let policy = Policy::new().allow_backing_under("/srv/\x1bbase");
    let shown = format!("{:?}", policy.expect("a policy"));
    assert!(shown.contains(r#""/srv/\u{1b}base""#), "{shown}");
}
