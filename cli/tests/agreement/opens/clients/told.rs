// SPDX-License-Identifier: MIT OR Apache-2.0
//! What QEMU passes to a client library, and what the tool's answer says, as lines in one notation.

use diskprobe_test_support::oracle::program;
use serde_json::Value;
use std::collections::BTreeSet;

type Lines = BTreeSet<String>;

/// Returns what QEMU passed, according to the log. `None`: it did not open the image.
pub(super) fn told(log: &Lines) -> Option<Lines> {
    let opens = log.iter().find_map(|line| line.strip_prefix("opens "))?;
    let all = log.iter().map(String::as_str).chain([opens]);
    let all: Vec<(&str, &str)> = all.filter_map(|line| line.split_once(' ')).collect();
    let of = |key: &str| {
        all.iter()
            .find(|(name, _)| *name == key)
            .map(|(_, value)| *value)
    };
    let mut lines = Lines::new();
    let mut add = |key: &str, value: Option<&str>| {
        lines.extend(value.map(|value| format!("{key} {value}")));
    };
    match opens.split('.').next()? {
        "rbd" => {
            add("volume", of("rbd.pool"));
            add("snapshot", of("rbd.snapshot"));
            add("user", of("rbd.user"));
            add("conf", of("rbd.conf"));
            let (namespace, image) = (of("rbd.namespace").unwrap_or_default(), of("rbd.image")?);
            let path = match (namespace, image.contains('/')) {
                ("", false) => image.to_owned(),
                // In the tool's answer, a slash ends the namespace.
                ("", true) => format!("{image} in no namespace"),
                (namespace, _) if namespace.contains('/') => format!("{image} in {namespace}"),
                (namespace, _) => format!("{namespace}/{image}"),
            };
            add("path", Some(&path));
            for (_, option) in all.iter().filter(|(name, _)| *name == "rbd.option") {
                let (name, value) = option.split_once('=')?;
                // Ceph treats a blank in a name as an underscore, and port 0 as no port.
                if name.replace(' ', "_") != "mon_host" {
                    add("option", Some(name));
                    continue;
                }
                let hosts = value.split([',', ';', ' ']).filter(|host| !host.is_empty());
                for host in hosts.map(|host| server(host, "")) {
                    let host = host
                        .strip_suffix('0')
                        .filter(|rest| rest.ends_with(' '))
                        .unwrap_or(&host);
                    add("server", Some(host));
                }
            }
        }
        "iscsi" => {
            let server = server(of("iscsi.portal")?, "3260");
            add(
                "server",
                Some(&format!("{server} {}", of("iscsi.transport")?)),
            );
            add(
                "path",
                Some(&format!("{}/{}", of("iscsi.target")?, of("iscsi.lun")?)),
            );
            add("user", of("iscsi.user"));
        }
        "nfs" => {
            add(
                "server",
                Some(&format!("{} ", unbracketed(of("nfs.server")?))),
            );
            let (directory, name) = (of("nfs.directory").unwrap_or_default(), of("nfs.name")?);
            add("path", Some(&format!("{directory}{name}")));
            add("user", of("nfs.user"));
            add("group", of("nfs.group"));
        }
        "ssh" => {
            let server = format!("{} {}", unbracketed(of("ssh.host")?), of("ssh.port")?);
            let (host, port) = of("host")?.rsplit_once(' ')?;
            let socket = format!("{} {}", unbracketed(host), plain_port(port));
            add("server", Some(&socket));
            add("server", Some(&server));
            add("path", of("ssh.path"));
            add("check", Some(of("ssh.check").unwrap_or("none")));
            add(
                "user",
                of("ssh.user").filter(|user| *user != default_user()),
            );
        }
        _ => {
            add("volume", of("gluster.volume"));
            add("path", of("gluster.path"));
            for (_, server) in all.iter().filter(|(name, _)| *name == "gluster.server") {
                let (host, rest) = server.split_once(' ')?;
                add("server", Some(&format!("{} {rest}", unbracketed(host))));
            }
        }
    }
    Some(lines)
}

/// Splits `HOST[:PORT]` as the client libraries do. Returns both with a blank between them.
fn server(text: &str, default: &str) -> String {
    let (host, port) = match text.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => (host, port),
        _ => (text, default),
    };
    format!("{} {}", unbracketed(host), plain_port(port))
}

/// Returns a host without the brackets of an IPv6 address, which QEMU 7.2 keeps and 10.0 removes.
fn unbracketed(host: &str) -> &str {
    let inner = host
        .strip_prefix('[')
        .and_then(|host| host.strip_suffix(']'));
    inner.unwrap_or(host)
}

/// Returns a port without leading zeros, which no client library treats as octal.
fn plain_port(port: &str) -> String {
    let number = port.parse::<u16>();
    number.map_or(port.to_owned(), |number| number.to_string())
}

/// Returns the user that QEMU's ssh driver uses if a location has none.
fn default_user() -> String {
    let output = program("id").arg("-un").output().expect("id starts");
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

/// Returns what the tool's answer says.
pub(super) fn named(string: &str, found: &Value) -> Lines {
    let mut lines = Lines::new();
    let protocol = found["protocol"].as_str().expect("a protocol");
    let of = |key: &str| found[key].as_str();
    let mut add = |key: &str, value: Option<&str>| {
        lines.extend(value.map(|value| format!("{key} {value}")));
    };
    add("volume", of("volume"));
    add("snapshot", of("snapshot"));
    add("conf", of("config_file"));
    // For these protocols, the slash before the path in a URI is part of the path.
    let is_rooted = matches!(protocol, "nfs" | "ssh") && !string.starts_with("json:");
    let root = if is_rooted { "/" } else { "" };
    add(
        "path",
        of("path").map(|path| format!("{root}{path}")).as_deref(),
    );
    for host in found["hosts"].as_array().into_iter().flatten() {
        let transport = host["transport"].as_str().expect("a transport");
        let name = host["name"]
            .as_str()
            .or(host["socket"].as_str())
            .expect("a name");
        let port = host["port"]
            .as_u64()
            .map(|port| port.to_string())
            .unwrap_or_default();
        let name = unbracketed(name);
        let line = match protocol {
            "iscsi" if port.is_empty() => format!("{name} 3260 {transport}"),
            "iscsi" => format!("{name} {port} {transport}"),
            "gluster" if transport == "unix" => format!("{name} 0 unix"),
            // QEMU 7.2 uses TCP for RDMA; 10.0 refuses it.
            "gluster" if port.is_empty() => format!("{name} 24007 tcp"),
            "gluster" => format!("{name} {port} tcp"),
            _ => format!("{name} {port}"),
        };
        add("server", Some(&line));
    }
    match protocol {
        "rbd" => {
            add("user", of("rbd_user"));
            // QEMU always sets this option.
            add("option", Some("rbd_cache"));
            for name in found["ignored"].as_array().into_iter().flatten() {
                let name = name.as_str().expect("a name");
                match name.contains("auth-client-required") {
                    true => add("option", Some("auth_client_required")),
                    false if is_of_a_node(name) => {}
                    false => add("option", Some(name)),
                }
            }
        }
        "nfs" => {
            add(
                "user",
                of("nfs_user").map(|user| user.trim_start_matches('+')),
            );
            add(
                "group",
                of("nfs_group").map(|group| group.trim_start_matches('+')),
            );
        }
        "ssh" => {
            add("user", of("ssh_user"));
            let check = of("ssh_host_key_check").unwrap_or("yes");
            let check = check.split(':').next();
            add(
                "check",
                check.map(|check| match check {
                    "no" => "none",
                    "yes" | "known_hosts" => "known",
                    other => other,
                }),
            );
        }
        _ => {}
    }
    lines
}

/// Returns whether every node has an option, so that QEMU does not pass it to the client.
fn is_of_a_node(name: &str) -> bool {
    let name = name.rsplit('.').next();
    matches!(name, Some("read-only" | "node-name" | "discard"))
}
