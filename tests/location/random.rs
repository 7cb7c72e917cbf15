// SPDX-License-Identifier: MIT OR Apache-2.0
//! The parser of locations returns a location or an error for any bytes. The text of a location
//! names the same file as the location.

use diskprobe::chain::{Chain, ChainOptions, Identity, OpenRequest, Opened, Opener};
use diskprobe::location::Location;
use diskprobe::Error;
use diskprobe_test_support::build::{Build, Qcow2, MIB};
use diskprobe_test_support::location::line;
use diskprobe_test_support::message::assert_template;
use proptest::prelude::*;
use std::os::unix::ffi::OsStrExt;

/// The maximum size of a location: `MAX_LOCATION` in `src/base/limits.rs`.
const MAX_LOCATION: usize = 4096;

/// Parts of all syntaxes.
const PARTS: [&str; 58] = [
    "json:",
    "{",
    "}",
    "[",
    "]",
    "\"",
    ":",
    ",",
    ".",
    "file",
    "driver",
    "raw",
    "offset",
    "size",
    "filename",
    "server",
    "0",
    "1",
    "host",
    "port",
    "type",
    "inet",
    "unix",
    "path",
    "socket",
    "nbd",
    "rbd",
    "gluster",
    "iscsi",
    "http",
    "https",
    "ssh",
    "nfs",
    "vxhs",
    "nvme",
    "fat",
    "url",
    "://",
    "/",
    "//",
    "?",
    "#",
    "@",
    "%2f",
    "%00",
    "\\",
    "\\u00e9",
    "\\;",
    "+",
    "exportname=",
    "mon_host=",
    "key=",
    "password",
    "cookie",
    "=",
    ";",
    "x",
    "\u{e9}",
];

/// Makes a sequence of parts that resembles a location.
fn composed() -> impl Strategy<Value = Vec<u8>> {
    let part = prop::sample::select(PARTS.to_vec());
    prop::collection::vec(part, 0..24).prop_map(|parts| parts.concat().into_bytes())
}

/// Makes a location with a byte replaced, or truncated.
fn damaged() -> impl Strategy<Value = Vec<u8>> {
    let whole = prop::sample::select(vec![
        &b"nbd+unix:///export?socket=/run/sock"[..],
        b"nbd:[::1]:10809:exportname=a:b",
        b"rbd:pool/img@snap:id=a:key=k:mon_host=[\\:\\:1]\\:6789\\;h2:conf=/c",
        b"https://user:password@host:443/a%20b?query",
        b"gluster+rdma://host/volume/path",
        b"nvme://0000:01:00.0/1",
        br#"json:{"driver":"raw","offset":512,"file":{"driver":"file","filename":"/\u00e9"}}"#,
        br#"json:{"file.driver":"gluster","file.volume":"v","file.path":"p","file.server.0.type":"unix","file.server.0.path":"/s"}"#,
        br#"json:{"driver":"https","url":"https://u@h/x","cookie":"a=b; c=d","timeout":5}"#,
        br#"json:{"driver":"iscsi","transport":"tcp","portal":"[::1]:1","target":"t","lun":1,"user":"u"}"#,
    ]);
    (
        whole,
        any::<prop::sample::Index>(),
        any::<u8>(),
        any::<bool>(),
    )
        .prop_map(|(whole, index, byte, cut)| {
            let index = index.index(whole.len());
            let mut bytes = whole.to_vec();
            bytes[index] = byte;
            if cut {
                bytes.truncate(index);
            }
            bytes
        })
}

fn check(input: &[u8]) {
    let location = match Location::parse(input) {
        Ok(location) => location,
        Err(error) => {
            let offset = error.offset().expect("an offset in the location");
            assert!(offset <= input.len() as u64, "{error}");
            assert_template(&error);
            return;
        }
    };
    if !location.has_credentials() && location.cookies().next().is_none() {
        assert_eq!(location.masked(), input);
    } else if !input.starts_with(b"json:") && location.masked().len() <= MAX_LOCATION {
        let shown = Location::parse(location.masked()).expect("a text that is a location");
        assert_eq!(line(&shown), line(&location));
    }
    // Parsing a recorded path again gives the same path.
    if let Some(path) = location.local_path().filter(|path| path.is_absolute()) {
        let bytes = path.as_os_str().as_bytes();
        let again = Location::parse(bytes).expect("a path");
        assert_eq!(again.local_path(), Some(path));
        let image = Location::from_path("/any/image");
        let relative = Location::parse_relative_to(bytes, &image).expect("a path");
        assert_eq!(relative.local_path(), Some(path));
    }
}

/// Makes each image when it is opened. Its backing file has the next name.
struct Overlays<'n> {
    names: std::slice::Iter<'n, String>,
    image: Vec<u8>,
}

impl Opener for Overlays<'_> {
    fn open(&mut self, _: &OpenRequest<'_>) -> Result<Opened<'_>, Error> {
        let left = self.names.len() as u64;
        let image = Qcow2::new(MIB);
        let image = match self.names.next() {
            Some(name) => image.backing(name, "qcow2"),
            None => image,
        };
        self.image = image.bytes();
        let source = Opened::source(Box::new(&self.image[..]));
        // Each image has its own identity, so that no name is a loop.
        Ok(source.identity(Identity::new(0, left)))
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_location_of_random_parts_gives_an_answer_or_an_error(input in composed()) {
        check(&input);
    }

    #[test]
    fn a_damaged_location_gives_an_answer_or_an_error(input in damaged()) {
        check(&input);
    }

    #[test]
    fn random_bytes_give_an_answer_or_an_error(input in prop::collection::vec(any::<u8>(), 0..64)) {
        check(&input);
    }

    /// The name from the first image of a chain to the last must refer to the same file as
    /// following each name in turn. Only paths are compared; links are not followed.
    #[test]
    fn a_relative_backing_path_leads_to_the_same_file(
        names in prop::collection::vec("(\\.\\./|[a-c]/){0,3}[a-c]", 1..5)
    ) {
        let mut reached = Location::parse(b"/x/top").expect("a path");
        for name in &names {
            reached = Location::parse_relative_to(name.as_bytes(), &reached).expect("a path");
        }
        let mut overlays = Overlays { names: names.iter(), image: Vec::new() };
        let top = Location::from_path("/x/top");
        let chain = Chain::open(top, &mut overlays, &ChainOptions::new()).expect("a chain");
        let [_, first, ..] = chain.elements() else {
            panic!("no backing file");
        };
        let last = chain.elements().last().expect("a backing file");
        prop_assert_eq!(last.depth() as usize, names.len());
        let collapsed = chain.relative_backing_path(first, last).expect("all are relative");
        let top = Location::parse(b"/x/top").expect("a path");
        let directly = Location::parse_relative_to(&collapsed, &top).expect("a path");
        prop_assert_eq!(directly.path(), reached.path());
    }
}
