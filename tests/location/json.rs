// SPDX-License-Identifier: MIT OR Apache-2.0
//! `json:` locations: the files and servers that they name.

use diskprobe::location::Location;
use diskprobe::ErrorKind;
use diskprobe_test_support::location::{assert_malformed, assert_name};

#[test]
fn a_json_location_names_a_file_or_device() {
    assert_name(&[
        (
            r#"json:{"driver":"file","filename":"/a b"}"#,
            "file path=/a b",
        ),
        (
            r#"json: {"file.driver":"file","file.filename":"rel"} "#,
            "file path=rel",
        ),
        (
            r#"json:{"file":{"driver":"file","filename":"/\u00e9\/\"\ud83d\ude00"}}"#,
            r#"file path=/\xc3\xa9/\"\xf0\x9f\x98\x80"#,
        ),
        (
            r#"json:{"file":{"driver":"file"},"file.filename":"nbd:h:1"}"#,
            "file path=nbd:h:1",
        ),
        (
            r#"json:{"driver":"file","filename":"/x","locking":"off","cache":{"direct":true}}"#,
            "file path=/x ignored=locking ignored=cache.direct",
        ),
        (
            r#"json:{"file":{"filename":"nbd:h:1"}}"#,
            "file path=nbd:h:1 qemu-only=yes",
        ),
        (
            r#"json:{"file.filename":"/x","read-only":true,"file.cache.no-flush":"on"}"#,
            "file path=/x ignored=read-only ignored=file.cache.no-flush qemu-only=yes",
        ),
        (
            r#"json:{"driver":"host_device","filename":"/dev/sda"}"#,
            "block path=/dev/sda",
        ),
        (
            r#"json:{"driver":"host_cdrom","filename":"/dev/sr0"}"#,
            "block path=/dev/sr0",
        ),
        (
            r#"json:{"driver":"nvme","device":"0000:01:00.0","namespace":4294967295}"#,
            "nvme nvme=0000:01:00.0/4294967295",
        ),
    ]);
    assert_malformed(&[
        (
            "json:",
            "json: not a JSON object, or nested too deeply (offset 5)",
        ),
        (
            "json:[]",
            "json: not a JSON object, or nested too deeply (offset 5)",
        ),
        (
            "json:{}x",
            "json: not a JSON object, or nested too deeply (offset 7)",
        ),
        (
            "json:{'driver':'file'}",
            "json: not a JSON object, or nested too deeply (offset 6)",
        ),
        ("json:{}", "json: no driver (offset 5)"),
        (
            r#"json:{"driver":1}"#,
            "json: the option driver is not a string (offset 7)",
        ),
        (r#"json:{"filename":"/x"}"#, "json: no driver (offset 5)"),
        (r#"json:{"file":"node"}"#, "json: no driver (offset 5)"),
        (r#"json:{"driver":"file"}"#, "json: no filename (offset 5)"),
        (
            r#"json:{"driver":"file","filename":null}"#,
            "json: the option filename is not a string (offset 23)",
        ),
        (
            r#"json:{"driver":"file","filename":"a\u0000b"}"#,
            "json: a NUL character (offset 34)",
        ),
        (
            r#"json:{"driver":"file","filename":"a\ud800b"}"#,
            "json: unpaired surrogate (offset 34)",
        ),
        (
            r#"json:{"driver":"file","filename":"/a","filename":"/b"}"#,
            "json: the option occurs twice (offset 39)",
        ),
        (
            r#"json:{"file.driver":"file","file":{"filename":"/x"}}"#,
            "json: the option occurs twice (offset 28)",
        ),
        (
            r#"json:{"file":1,"file.driver":"file"}"#,
            "json: the option occurs twice (offset 16)",
        ),
        (
            r#"json:{"driver":"file","":"/x"}"#,
            "json: not an option name (offset 23)",
        ),
        (
            r#"json:{"driver":"nvme","device":"0:1:0.0","namespace":1}"#,
            "json: not a PCI address such as 0000:01:00.0 (offset 32)",
        ),
        (
            r#"json:{"driver":"nvme","device":"0000:01:00.0"}"#,
            "json: the namespace is not a number from 1 to 4294967295 (offset 5)",
        ),
    ]);
    let latin1 = Location::parse(b"json:{\"driver\":\"file\",\"filename\":\"/\xe9\"}");
    let latin1 = latin1.expect_err("not UTF-8").to_string();
    assert_eq!(latin1, "json: not UTF-8 (offset 35)");
}

#[test]
fn a_raw_driver_selects_a_slice() {
    assert_name(&[
        (
            r#"json:{"driver":"raw","file":{"driver":"file","filename":"/x"}}"#,
            "file path=/x format=raw",
        ),
        (
            r#"json:{"driver":"raw","offset":512,"size":1024,"file.driver":"file","file.filename":"/x"}"#,
            "file path=/x format=raw slice=512+1024",
        ),
        (
            r#"json:{"driver":"raw","offset":1,"size":9223372035781033472,"file":{"driver":"file","filename":"/x"}}"#,
            "file path=/x format=raw slice=1+9223372035781033472",
        ),
        (
            r#"json:{"file":{"driver":"raw","offset":0,"file":{"driver":"host_device","filename":"/x"}}}"#,
            "block path=/x slice=0+",
        ),
        // As QEMU writes numbers.
        (
            r#"json:{"driver":"raw","offset":"1","size":"512","file":{"driver":"file","filename":"/x"}}"#,
            "file path=/x format=raw slice=1+512 qemu-only=yes",
        ),
        // Without a driver, the slice belongs to the recorded format, which must be raw.
        (
            r#"json:{"offset":512,"file":{"driver":"file","filename":"/x"}}"#,
            "file path=/x slice=512+ qemu-only=yes",
        ),
        (
            r#"json:{"driver":"raw","file":{"driver":"raw","size":512,"file":{"filename":"/x"}}}"#,
            "file path=/x format=raw slice=0+512 qemu-only=yes",
        ),
        (
            r#"json:{"driver":"qcow2","file":{"driver":"raw","size":512,"file":{"driver":"nbd","path":"/s"}}}"#,
            "network protocol=nbd unix=/s,- format=qcow2 slice=0+512 qemu-only=yes",
        ),
    ]);
    let file = r#""file":{"driver":"file","filename":"/x"}"#;
    let whole_number = "is not a whole number below 2^64";
    let too_far = "json: the slice ends beyond what a disk can have (offset 5)";
    for (options, expected) in [
        (
            r#""offset":"""#,
            format!("json: the option offset {whole_number} (offset 22)"),
        ),
        (
            r#""offset":" 1""#,
            format!("json: the option offset {whole_number} (offset 22)"),
        ),
        (
            r#""offset":-1"#,
            format!("json: the option offset {whole_number} (offset 22)"),
        ),
        (
            r#""offset":{}"#,
            format!("json: the option offset {whole_number} (offset 22)"),
        ),
        (
            r#""size":1e3"#,
            format!("json: the option size {whole_number} (offset 22)"),
        ),
        (
            r#""size":"1k""#,
            format!("json: the option size {whole_number} (offset 22)"),
        ),
        (
            r#""size":null"#,
            format!("json: the option size {whole_number} (offset 22)"),
        ),
        (
            r#""size":18446744073709551616"#,
            format!("json: the option size {whole_number} (offset 22)"),
        ),
        (
            r#""size":0"#,
            "json: the option size is 0, which programs interpret differently (offset 22)".into(),
        ),
        (
            r#""size":"513""#,
            "json: the option size is not a multiple of 512 (offset 22)".into(),
        ),
        (r#""offset":1,"size":9223372035781033984"#, too_far.into()),
        (
            r#""offset":512,"size":18446744073709551104"#,
            too_far.into(),
        ),
        (r#""offset":9223372036854775808"#, too_far.into()),
    ] {
        let location = format!(r#"json:{{"driver":"raw",{options},{file}}}"#);
        assert_malformed(&[(&location, &expected)]);
    }
    assert_malformed(&[
        (
            r#"json:{"driver":"raw","file":"node"}"#,
            "json: no object of the name file (offset 5)",
        ),
        (
            r#"json:{"driver":"raw","file":{}}"#,
            "json: no object of the name file (offset 5)",
        ),
        (
            r#"json:{"driver":"raw","size":512,"file":{"driver":"raw","size":512,"file":{"filename":"/x"}}}"#,
            "json: a slice of a slice, which is not supported (offset 5)",
        ),
        (
            r#"json:{"driver":"file","filename":"/x","offset":512}"#,
            "json: the option offset belongs to the driver raw, and not here (offset 39)",
        ),
        (
            r#"json:{"driver":"qcow2","size":512,"file":{"filename":"/x"}}"#,
            "json: the option size belongs to the driver raw, and not here (offset 24)",
        ),
    ]);
}

#[test]
fn a_format_driver_determines_the_format() {
    for format in [
        "bochs",
        "cloop",
        "dmg",
        "luks",
        "parallels",
        "qcow",
        "qcow2",
        "qed",
        "vdi",
        "vhdx",
        "vmdk",
        "vpc",
    ] {
        let json =
            format!(r#"json:{{"driver":"{format}","file":{{"driver":"file","filename":"/x"}}}}"#);
        let expected = format!("file path=/x format={format} qemu-only=yes");
        assert_name(&[(&json, &expected)]);
    }
    assert_name(&[
        (
            r#"json:{"driver":"qcow2","l2-cache-size":1048576,"overlap-check":{"template":"all"},"encrypt.format":"aes","file.filename":"/x"}"#,
            "file path=/x format=qcow2 ignored=l2-cache-size ignored=overlap-check.template ignored=encrypt.format qemu-only=yes",
        ),
        // The format of libvirt is not one of QEMU's drivers, nor is a filter followed.
        (
            r#"json:{"driver":"cow","file":{"driver":"file","filename":"/x"}}"#,
            "unknown protocol=cow",
        ),
        (
            r#"json:{"driver":"dir","file":{"driver":"file","filename":"/x"}}"#,
            "unknown protocol=dir",
        ),
        (
            r#"json:{"driver":"throttle","throttle-group":"g","file":{"driver":"file","filename":"/x"}}"#,
            "unknown protocol=throttle",
        ),
        (
            r#"json:{"driver":"raw","file":{"driver":"blkdebug","image":"/x"}}"#,
            "unknown protocol=blkdebug",
        ),
    ]);
    let below = "json: a format driver below another driver, which is not supported";
    assert_malformed(&[
        (
            r#"json:{"driver":"raw","file":{"driver":"qcow2","file":{"driver":"file","filename":"/x"}}}"#,
            &format!("{below} (offset 39)"),
        ),
        (
            r#"json:{"file":{"driver":"luks","file":{"driver":"file","filename":"/x"}}}"#,
            &format!("{below} (offset 24)"),
        ),
        (
            r#"json:{"driver":"qcow2","file":{"driver":"raw","file":{"driver":"raw","file":{"filename":"/x"}}}}"#,
            &format!("{below} (offset 64)"),
        ),
        (
            r#"json:{"driver":"qcow2"}"#,
            "json: no object of the name file (offset 5)",
        ),
    ]);
}

/// QEMU follows or refuses such an option. The library cannot follow it.
#[test]
fn an_option_that_may_change_the_files_or_bytes_is_refused() {
    let files = "names, replaces or removes files, which is not supported here";
    let unknown = "json: an option that is not supported";
    let at_top = |option: &str| {
        let file = r#""file":{"driver":"file","filename":"/x"}"#;
        [
            format!(r#"json:{{{option},{file}}}"#),
            format!(r#"json:{{"driver":"qcow2",{option},{file}}}"#),
            format!(r#"json:{{"driver":"raw",{file},{option}}}"#),
        ]
    };
    let below = |option: &str| {
        [
            format!(r#"json:{{"file":{{{option},"driver":"file","filename":"/x"}}}}"#),
            format!(r#"json:{{"file":{{"driver":"raw",{option},"file.filename":"/x"}}}}"#),
            format!(r#"json:{{"driver":"file",{option},"filename":"/x"}}"#),
            format!(r#"json:{{"driver":"nbd",{option},"path":"/x"}}"#),
        ]
    };
    for (option, name) in [
        (r#""backing":{"driver":"file","filename":"/y"}"#, "backing"),
        (r#""backing.file.filename":"/y""#, "backing"),
        (r#""backing":null"#, "backing"),
        (r#""backing":"""#, "backing"),
        (r#""backing":"node""#, "backing"),
        (r#""backing":{}"#, "backing"),
        (r#""backing":[]"#, "backing"),
        (
            r#""data-file":{"driver":"file","filename":"/y"}"#,
            "data-file",
        ),
        (r#""data-file.filename":"/y""#, "data-file"),
        (r#""data-file":"node""#, "data-file"),
        (r#""extents.0.filename":"/y""#, "extents"),
        (
            r#""extents":[{"driver":"file","filename":"/y"}]"#,
            "extents",
        ),
        (r#""header":{"filename":"/y"}"#, "header"),
    ] {
        for location in at_top(option).into_iter().chain(below(option)) {
            let expected = format!("json: the option {name} {files}");
            assert_refused(&location, &expected);
        }
    }
    for option in [
        r#""x":1"#,
        r#""cache.writeback":true"#,
        r#""node-name":null"#,
        r#""cache":{}"#,
        r#""read-only":{}"#,
        r#""drivers":1"#,
    ] {
        for location in at_top(option).into_iter().chain(below(option)) {
            assert_refused(&location, unknown);
        }
    }
    assert_refused(
        r#"json:{"driver":"file","filename":"/x","file":{"driver":"nbd"}}"#,
        unknown,
    );
    for (location, name) in [
        (
            r#"json:{"driver":"rbd","pool":"p","image":"i","encrypt":{"format":"luks"}}"#,
            "encrypt",
        ),
        (
            r#"json:{"driver":"vpc","force_size_calc":"x","file.filename":"/x"}"#,
            "force_size_calc",
        ),
        (
            r#"json:{"driver":"nbd","path":"/s","x-dirty-bitmap":"b"}"#,
            "x-dirty-bitmap",
        ),
        (
            r#"json:{"driver":"file","filename":"/x","pr-manager":"p"}"#,
            "pr-manager",
        ),
        (
            r#"json:{"driver":"gluster","volume":"v","path":"p","server":[{"type":"inet","host":"h"}],"logfile":"/l"}"#,
            "logfile",
        ),
        (
            r#"json:{"driver":"sheepdog","vdi":"d","server":{"type":"inet","host":"h"},"snap-id":1}"#,
            "snap-id",
        ),
        (
            r#"json:{"driver":"sheepdog","vdi":"d","server":{"type":"inet","host":"h"},"tag":"t"}"#,
            "tag",
        ),
        (
            r#"json:{"filename":"/y","file":{"driver":"file","filename":"/x"}}"#,
            "filename",
        ),
        (
            r#"json:{"driver":"raw","encrypt.format":"aes","file.filename":"/x"}"#,
            "encrypt",
        ),
    ] {
        assert_refused(location, &format!("json: the option {name} "));
    }
}

#[track_caller]
fn assert_refused(location: &str, message: &str) {
    let error = Location::parse(location.as_bytes()).expect_err(location);
    assert_eq!(error.kind(), ErrorKind::InvalidLocation, "{location}");
    let found = error.to_string();
    assert!(found.starts_with(message), "{location}: {found}");
}
