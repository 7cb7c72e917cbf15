// SPDX-License-Identifier: MIT OR Apache-2.0
//! Locations in every syntax except `json:`: the files and servers that they name.

use diskprobe::location::{DiskTarget, Location};
use diskprobe_test_support::location::{assert_malformed, assert_name};
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

#[test]
fn a_path_names_a_file() {
    assert_name(&[
        ("", "file path="),
        ("base.img", "file path=base.img"),
        ("../a//b/./c", "file path=../a//b/./c"),
        ("/srv/base.img", "file path=/srv/base.img"),
        ("./a:b", "file path=./a:b"),
        ("/srv/nbd:host:1", "file path=/srv/nbd:host:1"),
        ("100%25 [x]@y?z#w", "file path=100%25 [x]@y?z#w"),
        ("file:x", "file path=x qemu-only=yes"),
        ("file:/srv/a%20b", "file path=/srv/a%20b qemu-only=yes"),
        ("file://host/x", "file path=//host/x qemu-only=yes"),
        ("file:file:x", "file path=file:x qemu-only=yes"),
        ("fat:/srv/floppy", "dir path=/srv/floppy format=fat"),
        ("fat:rel", "dir path=rel format=fat"),
    ]);
    let bytes = Location::parse(b"a\xff\n/b:c").expect("any bytes but NUL");
    let path = Path::new(OsStr::from_bytes(b"a\xff\n/b:c"));
    assert_eq!(bytes.local_path(), Some(path));
    assert_malformed(&[
        ("/srv/a\0b", "location: a NUL byte (offset 6)"),
        (
            "fat:floppy:/srv",
            "fat: a colon in the directory (offset 10)",
        ),
    ]);
}

#[test]
fn only_a_bare_path_is_relative_to_the_image() {
    for (input, is_relative_to_image) in [
        ("a/b", true),
        ("", true),
        ("/a/b", false),
        ("file:a/b", false),
        ("fat:a", false),
        (r#"json:{"driver":"file","filename":"a/b"}"#, false),
        ("http://h/a/b", false),
    ] {
        let location = Location::parse(input.as_bytes()).expect(input);
        assert_eq!(
            location.is_relative_to_image(),
            is_relative_to_image,
            "{input}"
        );
    }
}

#[test]
fn a_relative_path_is_joined_to_the_directory_of_the_image() {
    let joined = |image: &Location| {
        let location = Location::parse_relative_to(b"b", image);
        location.map(|location| location.path().expect("a path").to_vec())
    };
    for (image, expected) in [
        ("a", "./b"),
        ("d/a", "d/b"),
        ("/d/a", "/d/b"),
        ("/a", "/b"),
        // QEMU would read it as a protocol.
        ("vm:1/a", "./vm:1/b"),
        ("nbd:h:1/a", "./nbd:h:1/b"),
        ("vm:1", "./b"),
        ("./vm:1/a", "./vm:1/b"),
    ] {
        let path = joined(&Location::from_path(image)).expect(image);
        assert_eq!(String::from_utf8_lossy(&path), expected, "{image}");
        let again = Location::parse(&path).expect(image);
        assert_eq!(again.local_path(), Some(Path::new(expected)), "{image}");
    }
    for image in ["https://h/vm:1/a", "ssh://h/vm:1/a", "gluster://h/v/vm:1/a"] {
        let image = Location::parse(image.as_bytes()).expect(image);
        assert!(joined(&image).expect("on the server").ends_with(b"vm:1/b"));
    }
    for image in [
        "nbd://h/d/a",
        "nbd+unix:///d/a?socket=/s",
        "nbd:h:1:exportname=d/a",
        "nbd:unix:/s",
        r#"json:{"driver":"nbd","host":"h","export":"d/a"}"#,
        r#"json:{"driver":"qcow2","file":{"driver":"nbd","path":"/s","export":"d/a"}}"#,
        "nvme://0000:01:00.0/1",
        "foo:d/a",
    ] {
        let location = Location::parse(image.as_bytes()).expect(image);
        let error = joined(&location).expect_err(image);
        let words = "location: relative to an image that has no directory (offset 0)";
        assert_eq!(error.to_string(), words, "{image}");
    }
}

#[test]
fn an_unknown_protocol_is_kept_by_name() {
    assert_name(&[
        ("a:b", "unknown protocol=a"),
        (":", "unknown protocol="),
        ("JSON:{}", "unknown protocol=JSON"),
        ("HTTP://h/x", "unknown protocol=HTTP"),
        ("host_device:/dev/sda", "unknown protocol=host_device"),
        ("sheepdog:host:7000:disk", "unknown protocol=sheepdog"),
        (
            "smb://me:pw@h/x?a=b@c",
            "unknown protocol=smb credentials=yes",
        ),
        ("smb:me:pw@h/x", "unknown protocol=smb credentials=yes"),
        ("smb:/a@b", "unknown protocol=smb"),
        ("x+y://h", "unknown protocol=x+y"),
        (r#"json:{"driver":"quorum"}"#, "unknown protocol=quorum"),
    ]);
    let hidden = Location::parse(b"smb://me:pw@h/x?a=b@c").expect("unknown");
    assert_eq!(hidden.masked(), b"smb://***@h/x?a=b@c");
}

#[test]
fn a_uri_names_hosts_and_a_path() {
    assert_name(&[
        ("http://h", "network protocol=http tcp=h,80 path="),
        (
            "http://h:0/a//b",
            "network protocol=http tcp=h,80 path=a//b",
        ),
        (
            "https://h/a%2fb%20c?x=%20&y",
            "network protocol=https tcp=h,443 path=a/b c query=x=%20&y",
        ),
        (
            "ftp://[2001:db8::1]/x",
            "network protocol=ftp tcp=2001:db8::1,21 path=x",
        ),
        (
            "ftps://127.0.0.1:2/x",
            "network protocol=ftps tcp=127.0.0.1,2 path=x",
        ),
        ("tftp://h/x", "network protocol=tftp tcp=h,69 path=x"),
        ("nbd://h", "network protocol=nbd tcp=h,10809"),
        ("nbd+tcp://h:1//x", "network protocol=nbd tcp=h,1 path=/x"),
        (
            "nbd+unix:///x?socket=/run/a",
            "network protocol=nbd unix=/run/a,- path=x",
        ),
        ("nbd+rdma://h/x", "network protocol=nbd rdma=h,- path=x"),
        (
            "gluster://h/vol/a/b",
            "network protocol=gluster tcp=h,24007 volume=vol path=a/b",
        ),
        (
            "gluster+unix:///v/p?socket=/s",
            "network protocol=gluster unix=/s,- volume=v path=p",
        ),
        (
            "gluster+rdma://h:5/v/p",
            "network protocol=gluster rdma=h,5 volume=v path=p",
        ),
        (
            "iser://h/iqn.a:b/1",
            "network protocol=iscsi rdma=h,- path=iqn.a:b/1 qemu-only=yes",
        ),
        (
            "iscsi://h/iqn.a:b/1?target_user=u&target_password=p",
            "network protocol=iscsi tcp=h,3260 path=iqn.a:b/1 ignored=query credentials=yes",
        ),
        (
            "iscsi://h/iqn.a:b/1",
            "network protocol=iscsi tcp=h,3260 path=iqn.a:b/1",
        ),
        ("ssh://h/srv/x", "network protocol=ssh tcp=h,22 path=srv/x"),
        (
            "ssh://h/x?host_key_check=no",
            "network protocol=ssh tcp=h,22 path=x check=no qemu-only=yes",
        ),
        (
            "ssh://h/x?a=b&host_key_check=md5:%30",
            "network protocol=ssh tcp=h,22 path=x check=md5:0 ignored=query qemu-only=yes",
        ),
        (
            "nfs://h/x?uid=1&gid=0&debug=2",
            "network protocol=nfs tcp=h,- path=x uid=+1 gid=+0 ignored=query qemu-only=yes",
        ),
        (
            "iscsi://h/a%41bc%42/2147483647",
            "network protocol=iscsi tcp=h,3260 path=aAbcB/2147483647",
        ),
        ("iscsi://h/t", "network protocol=iscsi tcp=h,3260 path=t"),
        (
            "ssh://h/a..b/.c",
            "network protocol=ssh tcp=h,22 path=a..b/.c",
        ),
        (
            "nfs://h/export/x",
            "network protocol=nfs tcp=h,- path=export/x",
        ),
        ("vxhs://h/id", "network protocol=vxhs tcp=h,9999 path=id"),
        (
            "sheepdog://h/disk",
            "network protocol=sheepdog tcp=h,7000 path=disk",
        ),
        (
            "nvme://00AF:01:1f.7/3",
            "nvme nvme=00af:01:1f.7/3 qemu-only=yes",
        ),
    ]);
    assert_malformed(&[
        ("://h", "location: no protocol (offset 0)"),
        ("http:x", "location: no // after the protocol (offset 5)"),
        ("http:///x", "URI: no host (offset 7)"),
        (
            "http://h:/x",
            "URI: the port is not a number from 0 to 65535 (offset 9)",
        ),
        (
            "http://h:65536/x",
            "URI: the port is not a number from 0 to 65535 (offset 9)",
        ),
        (
            "http://h:+1/x",
            "URI: the port is not a number from 0 to 65535 (offset 9)",
        ),
        ("http://h/a b", "URI: invalid byte in the URI (offset 10)"),
        ("http://h/\u{e9}", "URI: invalid byte in the URI (offset 9)"),
        (
            "http://h/a%2",
            "URI: % without two hexadecimal digits (offset 10)",
        ),
        ("http://h/a%00", "URI: an escaped NUL byte (offset 10)"),
        (
            "http://h/?%zz",
            "URI: % without two hexadecimal digits (offset 10)",
        ),
        (
            "http://h/a#b",
            "URI: a URI of a disk image must not have a fragment (offset 10)",
        ),
        (
            "http://a,b/",
            "URI: invalid byte in the host name (offset 8)",
        ),
        (
            "http://a%41/",
            "URI: invalid byte in the host name (offset 8)",
        ),
        ("http://[::1/", "URI: the bracket is not closed (offset 7)"),
        ("http://[::g]/", "URI: not an IPv6 address (offset 8)"),
        (
            "http://[::1]x/",
            "URI: neither a port nor a path after the host (offset 12)",
        ),
        (
            "http+udp://h/x",
            "URI: the transport is not tcp, unix or rdma (offset 5)",
        ),
        ("http+unix:///x?socket=/s", "URI: no socket (offset 15)"),
        ("nbd+unix:///x", "URI: no socket (offset 11)"),
        ("nbd+unix:///x?socket=", "URI: no socket (offset 21)"),
        (
            "nbd+unix:///x?socket=/a&b",
            "URI: invalid byte in the socket path (offset 23)",
        ),
        (
            "nbd+unix://h/x?socket=/a",
            "URI: a host is specified, but the transport is a Unix socket (offset 11)",
        ),
        (
            "gluster://h/vol",
            "URI: no volume, or no path after it (offset 11)",
        ),
        (
            "gluster://h//x",
            "URI: no volume, or no path after it (offset 11)",
        ),
        (
            "gluster://h/vol//x",
            "URI: no volume, or no path after it (offset 11)",
        ),
        (
            "gluster://h/vol/../x",
            "URI: a path with the name . or .. (offset 11)",
        ),
        (
            "nbd://h/a/%2e/b",
            "URI: a path with the name . or .. (offset 7)",
        ),
        ("ssh://h/..", "URI: a path with the name . or .. (offset 7)"),
        (
            "nfs://h/a/.",
            "URI: a path with the name . or .. (offset 7)",
        ),
        ("nfs://h:2049/x", "URI: NFS has no port here (offset 8)"),
        (
            "nfs://h/x?uid=010",
            "URI: not a whole number below 2^32 (offset 14)",
        ),
        (
            "nfs://h/x?gid=4294967296",
            "URI: not a whole number below 2^32 (offset 14)",
        ),
        (
            "nfs://h/x?uid=1&",
            "URI: an option without a value (offset 16)",
        ),
        (
            "nfs://h/x?uid=1&uid=1",
            "URI: the option occurs twice (offset 16)",
        ),
        (
            "nfs://h/x?a=1",
            "URI: the option is not supported (offset 10)",
        ),
        (
            "ssh://h/x?host_key_check=maybe",
            "URI: unknown check of the host key (offset 25)",
        ),
        ("ssh://h/x?socket=/s", "URI: SSH has no sockets (offset 10)"),
        ("iscsi://h:0/t/0", "URI: the port is 0 (offset 10)"),
        ("iscsi://h/a@b/0", "URI: an @ in the path (offset 11)"),
        (
            "iscsi://h/a%41b%42/0",
            "URI: an escape too close to another (offset 15)",
        ),
        ("iscsi://h//0", "URI: no path (offset 10)"),
        (
            "iscsi://h/t/01",
            "URI: the lun is not a whole number (offset 12)",
        ),
        (
            "iscsi://h/t/2147483648",
            "URI: the lun is not a whole number (offset 12)",
        ),
        (
            "iscsi://h/t/0/1",
            "URI: the lun is not a whole number (offset 12)",
        ),
        (
            "iscsi://h/t/0?iser=1",
            "URI: the option is not supported (offset 14)",
        ),
        ("iscsi://h/", "URI: no path (offset 9)"),
        ("rbd://h/p/i", "URI: rbd does not support URIs (offset 0)"),
        ("nvme:x", "nvme: no // after the protocol (offset 5)"),
        (
            "nvme://0000:01:00.0",
            "nvme: no namespace after the address (offset 7)",
        ),
        (
            "nvme://0000:01:20.0/1",
            "nvme: not a PCI address such as 0000:01:00.0 (offset 7)",
        ),
        (
            "nvme://0000:01:00.0/0",
            "nvme: the namespace is not a number from 1 to 4294967295 (offset 20)",
        ),
    ]);
}

#[test]
fn the_old_syntax_of_nbd_names_a_host_or_a_socket() {
    assert_name(&[
        ("nbd:h:1", "network protocol=nbd tcp=h,1"),
        (
            "nbd:[fe80::1%eth0]:7",
            "network protocol=nbd tcp=fe80::1%eth0,7",
        ),
        (
            "nbd:[::1]:7:exportname=a:b",
            "network protocol=nbd tcp=::1,7 path=a:b",
        ),
        ("nbd:h:1:exportname=", "network protocol=nbd tcp=h,1 path="),
        ("nbd:unix:/run/s", "network protocol=nbd unix=/run/s,-"),
        (
            "nbd:unix:s:exportname=x y",
            "network protocol=nbd unix=s,- path=x y",
        ),
        (
            "nbd:h:1:exportname=a:exportname=b",
            "network protocol=nbd tcp=h,1 path=a:exportname=b",
        ),
    ]);
    assert_malformed(&[
        ("nbd:", "nbd: no port (offset 4)"),
        ("nbd:h", "nbd: no port (offset 5)"),
        ("nbd::1", "nbd: no host (offset 4)"),
        (
            "nbd:h:",
            "nbd: the port is not a number from 0 to 65535 (offset 6)",
        ),
        ("nbd:h:0", "nbd: the port is 0 (offset 6)"),
        ("nbd:[fe80::1%]:7", "nbd: not an IPv6 address (offset 5)"),
        (
            "nbd:fdcc::1:10809",
            "nbd: an IPv6 address must be in brackets (offset 4)",
        ),
        (
            "nbd:h:1:x",
            "nbd: the port is not a number from 0 to 65535 (offset 6)",
        ),
        (
            "nbd:h: 1",
            "nbd: the port is not a number from 0 to 65535 (offset 6)",
        ),
        ("nbd:unix:", "nbd: no socket (offset 9)"),
        (
            "nbd:::1:6000",
            "nbd: an IPv6 address must be in brackets (offset 4)",
        ),
        ("nbd:[::1]", "nbd: no port (offset 9)"),
        (
            "nbd:h:1:exportname=a://b",
            "location: contains ://, so that libvirt parses it as a URI (offset 4)",
        ),
    ]);
}

#[test]
fn the_syntax_of_rbd_names_an_image_and_its_monitors() {
    assert_name(&[
        ("rbd:img", "network protocol=rbd path=img"),
        ("rbd:pool/img", "network protocol=rbd volume=pool path=img"),
        (
            "rbd:pool/ns/img@s@t",
            "network protocol=rbd volume=pool path=ns/img snapshot=s@t namespace=ns",
        ),
        (
            r"rbd:p/i@s:id=admin:conf=/etc/ceph.conf:mon_host=a\:1\;b\,c:rbd_cache=y\:z",
            "network protocol=rbd tcp=a,1 tcp=b,- tcp=c,- volume=p path=i snapshot=s \
             conf=/etc/ceph.conf id=admin ignored=rbd_cache",
        ),
        (
            r"rbd:p/i:mon host=[\:\:1]\:6789\;[fe80\:\:2]\:0",
            "network protocol=rbd tcp=::1,6789 tcp=fe80::2,- volume=p path=i",
        ),
        (
            r"rbd:p/i:mon host=a\:1:auth client_required=cephx",
            "network protocol=rbd tcp=a,1 volume=p path=i ignored=auth client_required",
        ),
        (
            "rbd:p/i:conf=a:conf=b",
            "network protocol=rbd volume=p path=i conf=b",
        ),
        (
            "rbd:p/i@s:key=a@b",
            "network protocol=rbd volume=p path=i snapshot=s ignored=key credentials=yes",
        ),
        (
            "rbd:p/i:key=AQ==:rbd cache=y",
            "network protocol=rbd volume=p path=i ignored=key ignored=rbd cache credentials=yes",
        ),
    ]);
    assert_malformed(&[
        (
            r"rbd:p/i:mon_host=a\:1:mon host=b\:1",
            "rbd: mon_host occurs twice (offset 22)",
        ),
        (
            r"rbd:p/i:mon-host=a\:1",
            "rbd: the option is not supported (offset 8)",
        ),
        (
            "rbd:p/i:id=a:key=b@c",
            "rbd: an @ in the options, but no snapshot (offset 18)",
        ),
        (
            "rbd:i:conf=/c",
            "rbd: a slash in the options, but no pool (offset 11)",
        ),
        (
            "rbd:p//i",
            "rbd: no namespace between the slashes (offset 6)",
        ),
        ("rbd:p/n/", "rbd: no image (offset 6)"),
        (
            r"rbd:p/i:id=a\:b",
            "rbd: an escape in the name of the user (offset 12)",
        ),
        (
            "rbd:p/i:log_file=/x",
            "rbd: the option is not supported (offset 8)",
        ),
        ("rbd:", "rbd: no image (offset 4)"),
        ("rbd:p/", "rbd: no image (offset 6)"),
        ("rbd:/i", "rbd: no pool before the slash (offset 4)"),
        (
            r"rbd:p\:q/i",
            "rbd: an escape in the name of the image (offset 5)",
        ),
        (
            "rbd:p@q/i",
            "rbd: a slash in the name of the snapshot (offset 7)",
        ),
        ("rbd:p/i:x", "rbd: an option without a value (offset 8)"),
        ("rbd:p/i:id=a:id=b", "rbd: id occurs twice (offset 13)"),
        (
            "rbd:p/i:mon_host=a:mon_host=b",
            "rbd: mon_host occurs twice (offset 19)",
        ),
        (
            r"rbd:p/i:mon_host=[\:\:1]",
            "rbd: no port after the bracket (offset 24)",
        ),
        (
            "rbd:p/i:conf=http://x",
            "location: contains ://, so that libvirt parses it as a URI (offset 4)",
        ),
        (
            r"rbd:p/i:conf=a\b",
            "rbd: an escape in the name of a file (offset 14)",
        ),
        (
            r"rbd:p/i:mon_host=a\:b",
            "rbd: the port is not a number from 0 to 65535 (offset 20)",
        ),
        (
            "rbd:p/i:mon_host=a,b",
            "rbd: invalid byte in the host name (offset 18)",
        ),
        (r"rbd:p/i:mon_host=\;a", "rbd: no host (offset 17)"),
        (
            r"rbd:p/i:mon_host=a\xb",
            "rbd: neither a port nor an escaped separator after the host (offset 18)",
        ),
    ]);
}

#[test]
fn a_target_is_a_disk_and_an_index() {
    for (text, found) in [
        ("vda", Some((&b"vda"[..], None))),
        ("vda[0]", Some((b"vda", Some(0)))),
        ("vda[07]", Some((b"vda", Some(7)))),
        ("vda[4294967295]", Some((b"vda", Some(u32::MAX)))),
        ("[1]", Some((b"", Some(1)))),
        ("", Some((b"", None))),
        ("vda[4294967296]", None),
        ("vda[]", None),
        ("vda[1", None),
        ("vda[1]x", None),
        ("vda[1][1]", None),
        ("vda[-1]", None),
        ("vda[ 1]", None),
    ] {
        let target = DiskTarget::parse(text.as_bytes()).map(|target| (target.disk, target.index));
        assert_eq!(target, found, "{text}");
    }
}
