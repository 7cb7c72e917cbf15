// SPDX-License-Identifier: MIT OR Apache-2.0
//! `ffi-tests/symbols`: every function of the header, and the version node that introduced it; and
//! the linker's version script, with the same nodes and functions.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

const SYMBOLS: &str = "ffi-tests/symbols";
const HEADER: &str = "include/diskprobe.h";
const MAP: &str = "build-aux/libdiskprobe.map";
const MANIFEST: &str = "Cargo.toml";

/// Adds the functions that the header declares and the list lacks, with the node of this version.
/// A listed function that the header lacks is an error: a released function is never removed.
pub(crate) fn update(root: &Path, write: bool) -> Result<(), String> {
    let read = |name: &str| {
        fs::read_to_string(root.join(name)).map_err(|error| format!("{name}: {error}"))
    };
    let (header, old) = (read(HEADER)?, read(SYMBOLS)?);
    let new = updated(&old, &header, &node(&read(MANIFEST)?)?)?;
    let script = version_script(&new)?;
    for (name, new) in [(SYMBOLS, new), (MAP, script)] {
        if read(name)? == new {
            continue;
        }
        if !write {
            let message = format!("{name} is out of date; run cargo xtask update symbols");
            return Err(message);
        }
        fs::write(root.join(name), new).map_err(|error| format!("{name}: {error}"))?;
    }
    Ok(())
}

/// Returns the list with the functions that the header adds to it.
fn updated(old: &str, header: &str, node: &str) -> Result<String, String> {
    let (comments, mut lines): (Vec<_>, Vec<_>) =
        old.lines().partition(|line| line.starts_with('#'));
    let names = lines.iter().filter_map(|line| line.split("@@").next());
    let (listed, declared) = (names.collect(), declared(header));
    if let Some(removed) = BTreeSet::difference(&listed, &declared).next() {
        let message = format!("{SYMBOLS} lists {removed}, which {HEADER} does not declare");
        return Err(message);
    }
    let added = declared.difference(&listed);
    let added: Vec<_> = added.map(|name| format!("{name}@@{node}")).collect();
    if added.is_empty() {
        return Ok(old.to_owned());
    }
    lines.extend(added.iter().map(String::as_str));
    lines.sort_unstable();
    Ok([comments, lines].concat().join("\n") + "\n")
}

/// Returns the names of the functions that a header declares, each at the start of a line.
fn declared(header: &str) -> BTreeSet<&str> {
    let lines = header.lines();
    let code = lines.filter(|line| line.starts_with(|first: char| first.is_ascii_alphabetic()));
    let names = code.filter_map(|line| line.split_once('(')?.0.rsplit([' ', '*']).next());
    let names = names.filter(|name| name.starts_with("diskprobe_"));
    names.collect()
}

/// Returns the version node of the functions that are new in the version of a manifest. The node
/// has the major and minor number of that version.
fn node(manifest: &str) -> Result<String, String> {
    let version = manifest
        .lines()
        .find_map(|line| line.strip_prefix("version = \"")?.split_once('.'));
    let (major, rest) = version.ok_or(format!("{MANIFEST}: no version"))?;
    let minor = rest.split('.').next().unwrap_or_default();
    Ok(format!("DISKPROBE_{major}.{minor}"))
}

/// Returns the version script for a list. Each node inherits from the one before it.
fn version_script(symbols: &str) -> Result<String, String> {
    let mut nodes: BTreeMap<Vec<u32>, Vec<&str>> = BTreeMap::new();
    for line in symbols.lines().filter(|line| !line.starts_with('#')) {
        let (name, node) = line
            .split_once("@@DISKPROBE_")
            .ok_or(format!("{SYMBOLS}: {line} has no node"))?;
        let numbers: Result<Vec<u32>, _> = node.split('.').map(str::parse).collect();
        let numbers = numbers.map_err(|error| format!("{SYMBOLS}: {line}: {error}"))?;
        nodes.entry(numbers).or_default().push(name);
    }
    let mut script = String::from(
        "/* SPDX-License-Identifier: MIT OR Apache-2.0 */\n\
         /* The functions that libdiskprobe.so exports, by the version that added them. Generated\n \
          * from ffi-tests/symbols by `cargo xtask update symbols`. */\n",
    );
    let mut previous = String::new();
    for (numbers, names) in nodes {
        let numbers: Vec<String> = numbers.iter().map(u32::to_string).collect();
        let node = format!("DISKPROBE_{}", numbers.join("."));
        let names: String = names
            .iter()
            .map(|name| format!("        {name};\n"))
            .collect();
        let (local, parent) = match &*previous {
            "" => ("    local:\n        *;\n", String::new()),
            parent => ("", format!(" {parent}")),
        };
        script += &format!("{node} {{\n    global:\n{names}{local}}}{parent};\n");
        previous = node;
    }
    Ok(script)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "\
/* diskprobe_comment() */
typedef struct diskprobe_image diskprobe_image;
typedef int64_t (*diskprobe_read_callback)(void *opaque);
const char *diskprobe_version(void);
void diskprobe_image_free(diskprobe_image *image);
";

    const OLD: &str = "# A comment.\ndiskprobe_version@@DISKPROBE_0.9\n";

    #[test]
    fn new_functions_get_the_node_of_the_version_which_inherits_from_the_last() {
        let node = node("[workspace.package]\nversion = \"0.10.3\"\n").unwrap();
        let new = updated(OLD, HEADER, &node).unwrap();
        let listed = "# A comment.\n\
                      diskprobe_image_free@@DISKPROBE_0.10\n\
                      diskprobe_version@@DISKPROBE_0.9\n";
        assert_eq!(new, listed);
        let script = version_script(&new).unwrap();
        let nodes = "\
DISKPROBE_0.9 {
    global:
        diskprobe_version;
    local:
        *;
};
DISKPROBE_0.10 {
    global:
        diskprobe_image_free;
} DISKPROBE_0.9;
";
        assert!(script.ends_with(nodes), "{script}");
    }

    #[test]
    fn a_removed_function_is_an_error() {
        let old = "diskprobe_image_close@@DISKPROBE_0.1\n";
        assert!(updated(old, HEADER, "DISKPROBE_0.1").is_err());
    }

    #[test]
    fn a_function_without_a_node_is_an_error() {
        assert!(version_script("diskprobe_version\n").is_err());
        assert!(version_script("diskprobe_version@@DISKPROBE_x\n").is_err());
    }
}
