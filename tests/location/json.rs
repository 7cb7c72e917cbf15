// SPDX-License-Identifier: MIT OR Apache-2.0
//! `json:` locations: the files and servers that they name.

use diskprobe::location::Location;
use diskprobe::ErrorKind;
use diskprobe_test_support::location::{assert_malformed, assert_name, line};

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

#[test]
fn an_escaped_list_of_cookies_is_masked_as_a_whole() {
    let input = r#"json:{"driver":"http","url":"http://h/x","cookie":"a=b; \t c=d=e"}"#;
    let location = Location::parse(input.as_bytes()).expect("a location");
    assert_eq!(
        line(&location),
        "network protocol=http tcp=h,80 path=x a=b c=d=e"
    );
    let masked = r#"json:{"driver":"http","url":"http://h/x","cookie":"***"}"#;
    assert_eq!(location.masked(), masked.as_bytes());
}

#[test]
fn a_json_location_names_servers() {
    assert_name(&[
        (
            r#"json:{"driver":"http","url":"http://h/x?q","cookie":"a=b;  c=d=e","readahead":1,"timeout":2}"#,
            "network protocol=http tcp=h,80 path=x query=q a=b c=d=e readahead=1 timeout=2",
        ),
        (
            r#"json:{"driver":"https","url":"https://h/x","sslverify":"off"}"#,
            "network protocol=https tcp=h,443 path=x sslverify=false",
        ),
        (
            r#"json:{"driver":"ftps","url":"ftps://h/x","sslverify":true,"cookie":"a"}"#,
            "network protocol=ftps tcp=h,990 path=x sslverify=true ignored=cookie credentials=yes",
        ),
        (
            r#"json:{"driver":"nbd","server":{"type":"inet","host":"::1","port":"1"},"export":"e","tls-creds":"t"}"#,
            "network protocol=nbd tcp=::1,1 path=e ignored=tls-creds",
        ),
        (
            r#"json:{"driver":"nbd","server.type":"unix","server.path":"/s"}"#,
            "network protocol=nbd unix=/s,-",
        ),
        (
            r#"json:{"driver":"nbd","host":"h"}"#,
            "network protocol=nbd tcp=h,10809",
        ),
        // libguestfs writes this form.
        (
            r#"json:{"driver":"nbd","host":"h","port":1234}"#,
            "network protocol=nbd tcp=h,1234",
        ),
        (
            r#"json:{"driver":"nbd","path":"/s","export":""}"#,
            "network protocol=nbd unix=/s,- path=",
        ),
        (
            r#"json:{"driver":"gluster","volume":"v","path":"p","server":[{"type":"tcp","host":"a","port":"1"},{"type":"unix","socket":"/s"}]}"#,
            "network protocol=gluster tcp=a,1 unix=/s,- volume=v path=p",
        ),
        (
            r#"json:{"driver":"gluster","volume":"v","path":"p","server.1.type":"inet","server.1.host":"b","server.0.type":"inet","server.0.host":"a"}"#,
            "network protocol=gluster tcp=a,24007 tcp=b,24007 volume=v path=p",
        ),
        (
            r#"json:{"driver":"gluster","filename":"gluster://h/v/p"}"#,
            "network protocol=gluster tcp=h,24007 volume=v path=p",
        ),
        (
            r#"json:{"driver":"iscsi","transport":"tcp","portal":"h:1","target":"iqn.a:b"}"#,
            "network protocol=iscsi tcp=h,1 path=iqn.a:b/0",
        ),
        (
            r#"json:{"driver":"iscsi","transport":"tcp","portal":"[::1]:2","target":"t","lun":"3"}"#,
            "network protocol=iscsi tcp=[::1],2 path=t/3",
        ),
        (
            r#"json:{"driver":"iscsi","transport":"iser","portal":"h","target":"t"}"#,
            "network protocol=iscsi rdma=h,3260 path=t/0 qemu-only=yes",
        ),
        (
            r#"json:{"driver":"iscsi","transport":"tcp","portal":"[::1]","target":"t","lun":4}"#,
            "network protocol=iscsi tcp=[::1],3260 path=t/4",
        ),
        (
            r#"json:{"driver":"sheepdog","vdi":"d","server":{"type":"inet","host":"h"},"tag":""}"#,
            "network protocol=sheepdog tcp=h,7000 path=d",
        ),
        (
            r#"json:{"driver":"ssh","path":"p","server":{"host":"h","port":"2"},"user":"u","host_key_check":"no"}"#,
            "network protocol=ssh tcp=h,2 path=p user=u check=no",
        ),
        (
            r#"json:{"driver":"rbd","pool":"p","image":"i","snapshot":"s","conf":"/c","server":[{"host":"a","port":"0"},{"host":"b","port":"1"}]}"#,
            "network protocol=rbd tcp=a,- tcp=b,1 volume=p path=i snapshot=s conf=/c",
        ),
        (
            r#"json:{"driver":"rbd","pool":"p","namespace":"n","image":"i","user":"u"}"#,
            "network protocol=rbd volume=p path=n/i id=u",
        ),
        (
            r#"json:{"driver":"rbd","pool":"p","namespace":"","image":"i","auth-client-required":["cephx"]}"#,
            "network protocol=rbd volume=p path=i ignored=auth-client-required.0",
        ),
        (
            r#"json:{"driver":"ssh","path":"p","host":"h","host-key-check":{"mode":"none"}}"#,
            "network protocol=ssh tcp=h,22 path=p check=none",
        ),
        (
            r#"json:{"driver":"ssh","path":"p","host":"h","host-key-check.mode":"hash","host-key-check.type":"sha256","host-key-check.hash":"ab"}"#,
            "network protocol=ssh tcp=h,22 path=p check=sha256:ab",
        ),
        (
            r#"json:{"driver":"nfs","path":"/p","server":{"type":"inet","host":"h"},"group":9}"#,
            "network protocol=nfs tcp=h,- path=/p gid=+9 qemu-only=yes",
        ),
        (
            r#"json:{"driver":"rbd","filename":"rbd:p/i:mon_host=h\\:1"}"#,
            "network protocol=rbd tcp=h,1 volume=p path=i",
        ),
        (
            r#"json:{"driver":"nfs","path":"/p","server":{"type":"inet","host":"h"},"user":0,"group":9}"#,
            "network protocol=nfs tcp=h,- path=/p uid=+0 gid=+9",
        ),
        (
            r#"json:{"driver":"vxhs","vdisk-id":"x","server":{"host":"h"}}"#,
            "network protocol=vxhs tcp=h,9999 path=x",
        ),
    ]);
    assert_malformed(&[
        (r#"json:{"driver":"http"}"#, "json: no url (offset 5)"),
        (
            r#"json:{"driver":"iscsi","transport":"tcp","portal":"h","target":"t","lun":"03"}"#,
            "json: the lun is not a whole number (offset 68)",
        ),
        (
            r#"json:{"driver":"iscsi","transport":"tcp","portal":"h:0","target":"t"}"#,
            "json: the port is 0 (offset 53)",
        ),
        (
            r#"json:{"driver":"rbd","pool":"p","image":"n/i"}"#,
            "json: a slash in the name of the image (offset 42)",
        ),
        (
            r#"json:{"driver":"rbd","pool":"p","namespace":"m/n","image":"i"}"#,
            "json: a slash in the name of the namespace (offset 46)",
        ),
        (
            r#"json:{"driver":"rbd","pool":"p","image":"i","auth-client-required":"cephx"}"#,
            "json: an option that is not supported (offset 45)",
        ),
        (
            r#"json:{"driver":"gluster","volume":"v","path":"p","server":[{"type":"inet","host":"h","port":0}]}"#,
            "json: the port is 0 (offset 86)",
        ),
        (
            r#"json:{"driver":"nfs","path":"/p","server":{"type":"inet","host":"h","port":"1"}}"#,
            "json: NFS has no port here (offset 69)",
        ),
        (
            r#"json:{"driver":"nfs","path":"p","server":{"type":"inet","host":"h"}}"#,
            "json: no slash before the name of the file (offset 29)",
        ),
        (
            r#"json:{"driver":"nfs","path":"/p","server":{"type":"inet","host":"h"},"user":4294967296}"#,
            "json: the option user is not a whole number below 2^32 (offset 70)",
        ),
        (
            r#"json:{"driver":"ssh","path":"p","host":"h","host_key_check":"maybe"}"#,
            "json: unknown check of the host key (offset 61)",
        ),
        (
            r#"json:{"driver":"ssh","path":"p","host":"h","host-key-check":{"mode":"no"}}"#,
            "json: unknown check of the host key (offset 69)",
        ),
        (
            r#"json:{"driver":"http","url":"https://h/x"}"#,
            "json: not a URI of the driver's own protocol (offset 29)",
        ),
        (
            r#"json:{"driver":"http","url":"http://h/\u00e9"}"#,
            "json: invalid byte in the URI (offset 29)",
        ),
        (
            r#"json:{"driver":"http","url":"http://h/ "}"#,
            "json: invalid byte in the URI (offset 38)",
        ),
        (
            r#"json:{"driver":"http","url":"http://h/x","readahead":"1"}"#,
            "json: the option readahead is not a whole number below 2^64 (offset 42)",
        ),
        (
            r#"json:{"driver":"https","url":"https://h/x","sslverify":"on"}"#,
            "json: the option sslverify is not true, false or \"off\" (offset 44)",
        ),
        (
            r#"json:{"driver":"https","url":"https://h/x","cookie":"a=b; c"}"#,
            "json: a cookie without a value (offset 58)",
        ),
        (
            r#"json:{"driver":"https","url":"https://h/x","cookie":"a=b;"}"#,
            "json: a cookie without a value (offset 57)",
        ),
        (
            r#"json:{"driver":"nbd"}"#,
            "json: no server, path or host (offset 5)",
        ),
        (
            r#"json:{"driver":"nbd","host":"h","path":"/s"}"#,
            "json: more than one of server, path and host (offset 5)",
        ),
        (
            r#"json:{"driver":"nbd","host":"h","port":true}"#,
            "json: the option port is not a string (offset 33)",
        ),
        (
            r#"json:{"driver":"nbd","host":"h","port":0}"#,
            "json: the port is 0 (offset 33)",
        ),
        (
            r#"json:{"driver":"nbd","host":"h","port":65536}"#,
            "json: the port is not a number from 0 to 65535 (offset 33)",
        ),
        (
            r#"json:{"driver":"nbd","host":"h","port":1.0}"#,
            "json: the option port is not a whole number below 2^64 (offset 33)",
        ),
        (
            r#"json:{"driver":"nbd","host":"h","port":"65536"}"#,
            "json: the port is not a number from 0 to 65535 (offset 40)",
        ),
        (
            r#"json:{"driver":"nbd","host":"a b"}"#,
            "json: invalid byte in the host name (offset 30)",
        ),
        (
            r#"json:{"driver":"nbd","path":""}"#,
            "json: no socket (offset 29)",
        ),
        (
            r#"json:{"driver":"nbd","server":{"type":"vsock"}}"#,
            "json: the type of a server is not inet, tcp or unix (offset 39)",
        ),
        (
            r#"json:{"driver":"nbd","server":{"host":"h"}}"#,
            "json: no server type (offset 5)",
        ),
        (
            r#"json:{"driver":"gluster","volume":"v","path":"p","server":[]}"#,
            "json: no server (offset 5)",
        ),
        (
            r#"json:{"driver":"gluster","volume":"v","path":"p","server":"h"}"#,
            "json: the option server is not a list (offset 50)",
        ),
        (
            r#"json:{"driver":"gluster","volume":"v","path":"p","server":{"host":"h"}}"#,
            "json: not in a list of objects (offset 60)",
        ),
        (
            r#"json:{"driver":"gluster","volume":"v","path":"p","server":["h"]}"#,
            "json: not in a list of objects (offset 50)",
        ),
        (
            r#"json:{"driver":"gluster","volume":"v","path":"p","server":[{"a.b":1}]}"#,
            "json: not an option name (offset 61)",
        ),
        (
            r#"json:{"driver":"gluster","volume":"v","path":"p","server.1.type":"tcp"}"#,
            "json: a list index is missing (offset 5)",
        ),
        (
            r#"json:{"driver":"iscsi","transport":"rdma","portal":"h","target":"t"}"#,
            "json: the transport is not tcp or iser (offset 36)",
        ),
        (
            r#"json:{"driver":"iscsi","transport":"tcp","portal":"::1","target":"t"}"#,
            "json: no host (offset 51)",
        ),
        (
            r#"json:{"driver":"iscsi","transport":"tcp","portal":"h","target":"t","lun":"x"}"#,
            "json: the lun is not a whole number (offset 68)",
        ),
        (
            r#"json:{"driver":"ssh","path":"p","host":"h","server":{"host":"h"}}"#,
            "json: both server and host (offset 5)",
        ),
        (
            r#"json:{"driver":"ssh","path":"p","server":{"type":"unix","path":"/s"}}"#,
            "json: the type of the server is not inet (offset 50)",
        ),
        (
            r#"json:{"driver":"rbd","pool":"p"}"#,
            "json: no image (offset 5)",
        ),
        (
            r#"json:{"driver":"rbd","filename":"p/i:mon_host=a,b"}"#,
            "rbd: invalid byte in the host name (offset 47)",
        ),
    ]);
}
