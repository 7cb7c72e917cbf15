// SPDX-License-Identifier: MIT OR Apache-2.0
//! `ffi-tests/symbols`: every function of the header, and the version node that introduced it.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

const SYMBOLS: &str = "ffi-tests/symbols";
const HEADER: &str = "include/diskprobe.h";
const MAP: &str = "build-aux/libdiskprobe.map";

/// Adds the functions that the header declares and the list lacks, with the newest version node.
/// A listed function that the header lacks is an error: a released function is never removed.
pub(crate) fn update(root: &Path, write: bool) -> Result<(), String> {
    let read = |name: &str| {
        fs::read_to_string(root.join(name)).map_err(|error| format!("{name}: {error}"))
    };
    let (header, map, old) = (read(HEADER)?, read(MAP)?, read(SYMBOLS)?);
    let new = updated(&old, &header, newest_node(&map))?;
    if new == old {
        return Ok(());
    }
    if !write {
        let message = format!("{SYMBOLS} is out of date; run cargo xtask update symbols");
        return Err(message);
    }
    fs::write(root.join(SYMBOLS), new).map_err(|error| format!("{SYMBOLS}: {error}"))
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

/// Returns the name of the last node of a version script.
fn newest_node(map: &str) -> &str {
    let mut nodes = map.lines().filter_map(|line| line.strip_suffix(" {"));
    nodes.next_back().expect("a version node")
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

    #[test]
    fn new_functions_get_the_newest_node() {
        let old = "# A comment.\ndiskprobe_version@@DISKPROBE_0\n";
        let node = newest_node("DISKPROBE_0 {\n};\nDISKPROBE_0.2 {\n} DISKPROBE_0;\n");
        let new = "# A comment.\n\
                   diskprobe_image_free@@DISKPROBE_0.2\n\
                   diskprobe_version@@DISKPROBE_0\n";
        assert_eq!(updated(old, HEADER, node).as_deref(), Ok(new));
    }

    #[test]
    fn a_removed_function_is_an_error() {
        let old = "diskprobe_image_close@@DISKPROBE_0\n";
        assert!(updated(old, HEADER, "DISKPROBE_0").is_err());
    }
}
