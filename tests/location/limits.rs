// SPDX-License-Identifier: MIT OR Apache-2.0
//! Credentials in locations, and the limits of locations.

use diskprobe::location::Location;
use diskprobe::ErrorKind;
use diskprobe_test_support::location::assert_malformed;
use diskprobe_test_support::message::assert_template;

// The limits of the same names in `src/base/limits.rs`.
const MAX_LOCATION: usize = 4096;
const MAX_LOCATION_OPTIONS: usize = 256;
const MAX_LOCATION_HOSTS: usize = 32;

#[test]
fn credentials_are_found_and_hidden() {
    assert_malformed(&[(
        r#"json:{"driver":"x","file":{"password":5}}"#,
        "json: the option is not a string (offset 28)",
    )]);
    for (input, shown) in [
        ("http://u:p@h/x", "http://***@h/x"),
        ("http://@h/x", "http://@h/x"),
        (
            "iscsi://user%pass@h/iqn.a:b/1",
            "iscsi://***%***@h/iqn.a:b/1",
        ),
        ("nbd+unix://u@/x?socket=/s", "nbd+unix://***@/x?socket=/s"),
        (
            "rbd:p/i:id=me:key=AQ\\:==:rbd_cache=y",
            "rbd:p/i:id=me:key=***:rbd_cache=y",
        ),
        (
            r#"json:{"driver":"http","url":"http://u:p@h/x"}"#,
            r#"json:{"driver":"http","url":"http://***@h/x"}"#,
        ),
        (
            r#"json:{"driver":"http","url":"http:\/\/u:p@h\/x"}"#,
            r#"json:{"driver":"http","url":"***"}"#,
        ),
        (
            r#"json:{"driver":"http","url":"http://h/x","username":"u","password-secret":"s","proxy-username":"v"}"#,
            r#"json:{"driver":"http","url":"http://h/x","username":"***","password-secret":"***","proxy-username":"***"}"#,
        ),
        (
            r#"json:{"driver":"iscsi","transport":"tcp","portal":"h","target":"t","user":"u","password":"p"}"#,
            r#"json:{"driver":"iscsi","transport":"tcp","portal":"h","target":"t","user":"***","password":"***"}"#,
        ),
        (
            r#"json:{"driver":"rbd","filename":"p/i:key=k"}"#,
            r#"json:{"driver":"rbd","filename":"p/i:key=***"}"#,
        ),
        (
            r#"json:{"driver":"rbd","filename":"p/i:key=k:rbd_cache=\\:"}"#,
            r#"json:{"driver":"rbd","filename":"***"}"#,
        ),
        (
            r#"json:{"driver":"luks","key-secret":"s","file.filename":"x"}"#,
            r#"json:{"driver":"luks","key-secret":"***","file.filename":"x"}"#,
        ),
    ] {
        let location = Location::parse(input.as_bytes()).expect(input);
        assert!(location.has_credentials(), "{input}");
        assert_eq!(String::from_utf8_lossy(location.masked()), shown);
    }
}

#[test]
fn a_location_beyond_a_limit_is_refused() {
    let long = |length: usize| "x".repeat(length);
    assert!(Location::parse(long(MAX_LOCATION).as_bytes()).is_ok());
    let many = |count: usize, item: fn(usize) -> String| {
        (0..count).map(item).collect::<Vec<_>>().join(",")
    };
    let options = |count| {
        format!(
            "json:{{\"driver\":\"x\",{}}}",
            many(count, |i| format!("\"{i}a\":1"))
        )
    };
    assert!(Location::parse(options(MAX_LOCATION_OPTIONS - 1).as_bytes()).is_ok());
    let server = |_| r#"{"type":"unix","path":"/s"}"#.to_owned();
    let hosts = |count| {
        let servers = many(count, server);
        format!(r#"json:{{"driver":"gluster","volume":"v","path":"p","server":[{servers}]}}"#)
    };
    let full = Location::parse(hosts(MAX_LOCATION_HOSTS).as_bytes()).expect("within the limit");
    assert_eq!(full.hosts().len(), MAX_LOCATION_HOSTS);
    let monitors = |count: usize| format!("rbd:p/i:mon_host={}", vec!["h"; count].join("\\,"));
    assert!(Location::parse(monitors(MAX_LOCATION_HOSTS).as_bytes()).is_ok());
    let named = |length: usize| {
        format!(
            r#"json:{{"driver":"x","filename":"/x","{}":1}}"#,
            long(length)
        )
    };
    assert!(Location::parse(named(128).as_bytes()).is_ok());
    let deep = |depth: usize| {
        format!(
            r#"json:{{"driver":"x","filename":"/x","a":{}1{}}}"#,
            "[".repeat(depth),
            "]".repeat(depth)
        )
    };
    assert!(Location::parse(deep(15).as_bytes()).is_ok());

    for (input, message) in [
        (
            long(MAX_LOCATION + 1),
            "location: more than 4096 bytes (offset 4096)",
        ),
        (
            options(MAX_LOCATION_OPTIONS),
            "location: more than 256 options (offset 2205)",
        ),
        (
            hosts(MAX_LOCATION_HOSTS + 1),
            "location: more than 32 hosts (offset 957)",
        ),
        (
            ["rbd:p/i", &":rbd_cache=".repeat(MAX_LOCATION_OPTIONS + 1)].concat(),
            "location: more than 256 options (offset 2824)",
        ),
        (
            format!(
                r#"json:{{"driver":"http","url":"http://h","cookie":"a={}"}}"#,
                ";=".repeat(MAX_LOCATION_OPTIONS)
            ),
            "location: more than 256 cookies (offset 562)",
        ),
        (
            monitors(MAX_LOCATION_HOSTS + 1),
            "location: more than 32 hosts (offset 113)",
        ),
        (
            named(129),
            "location: more than 128 bytes in the name of an option (offset 36)",
        ),
    ] {
        let error = Location::parse(input.as_bytes()).expect_err(message);
        assert_eq!(error.to_string(), message);
        assert_template(&error);
        assert_eq!(error.kind(), ErrorKind::LimitExceeded);
    }
    let image = Location::parse(format!("/{}/x", long(4000)).as_bytes()).expect("a path");
    assert!(Location::parse_relative_to(long(94).as_bytes(), &image).is_ok());
    let error = Location::parse_relative_to(long(95).as_bytes(), &image).expect_err("too long");
    assert_eq!(
        error.to_string(),
        "location: more than 4096 bytes in a joined path (offset 0)"
    );
    let error = Location::parse(deep(16).as_bytes()).expect_err("too deep");
    assert_eq!(
        error.to_string(),
        "json: not a JSON object, or nested too deeply (offset 55)"
    );
}
