// SPDX-License-Identifier: MIT OR Apache-2.0
//! Of any bytes, the parser of locations gives an answer or an error; and the text of a location
//! names the same as the location.

use diskprobe::location::{backing_name, relative_backing_path, Location};
use proptest::prelude::*;

/// Parts of the syntaxes.
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

/// Almost a location.
fn composed() -> impl Strategy<Value = Vec<u8>> {
    let part = prop::sample::select(PARTS.to_vec());
    prop::collection::vec(part, 0..24).prop_map(|parts| parts.concat().into_bytes())
}

/// A location with a byte replaced, or cut.
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
            return;
        }
    };
    if !location.has_credentials() {
        assert_eq!(location.text(), input);
    } else if !input.starts_with(b"json:") && location.text().len() <= MAX_LOCATION {
        let shown = Location::parse(location.text()).expect("a text that is a location");
        assert_eq!(format!("{shown:?}"), format!("{location:?}"));
    }
    // A path that is recorded unchanged names the same again.
    if let Some(path) = location.local_path().filter(|path| path.starts_with(b"/")) {
        let again = Location::parse(path).expect("a path");
        assert_eq!(again.local_path(), Some(path));
        assert_eq!(&*backing_name(path, b"/any/image"), path);
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

    /// The name that leads from the first image of a chain to the last names the same as following
    /// each name in turn. Paths are compared: no link is followed.
    #[test]
    fn a_relative_backing_path_leads_to_the_same_file(
        names in prop::collection::vec("(\\.\\./|[a-c]/){0,3}[a-c]", 1..5)
    ) {
        let mut reached = Location::parse(b"/x/top").expect("a path");
        for name in &names {
            reached = Location::parse_relative_to(name.as_bytes(), &reached).expect("a path");
        }
        let collapsed = relative_backing_path(names.iter().map(|name| Some(name.as_bytes())));
        let collapsed = collapsed.expect("all are relative");
        let top = Location::parse(b"/x/top").expect("a path");
        let directly = Location::parse_relative_to(&collapsed, &top).expect("a path");
        prop_assert_eq!(directly.path(), reached.path());
    }
}
