// SPDX-License-Identifier: MIT OR Apache-2.0
//! `json:` locations of servers, and those that are malformed.

use diskprobe::location::Location;
use diskprobe_test_support::location::{assert_malformed, assert_name, line};

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
            "network protocol=rbd volume=p path=n/i namespace=n id=u",
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
