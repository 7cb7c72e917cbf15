// SPDX-License-Identifier: MIT OR Apache-2.0
//! Checks that the layers in `docs/architecture.md` are those of the code: the table has exactly
//! the imports between the folders of `src/`, and each import leads to a lower layer of the
//! picture.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

const DOCUMENT: &str = include_str!("../../docs/architecture.md");

/// The folders that each folder imports.
type Imports = BTreeMap<String, BTreeSet<String>>;

#[test]
fn table_has_exactly_the_imports_of_the_code() {
    let documented = table();
    let found = imports();
    for (folder, imports) in &found {
        assert_eq!(
            documented.get(folder),
            Some(imports),
            "row `{folder}` of the table in docs/architecture.md and the imports of src/{folder}"
        );
    }
    let folders = |imports: &Imports| imports.keys().cloned().collect::<Vec<_>>();
    assert_eq!(folders(&documented), folders(&found), "folders of src/");
}

#[test]
fn imports_lead_to_a_lower_layer() {
    let layers = picture();
    let layer = |folder: &str| {
        let is_here = |layer: &Vec<String>| layer.iter().any(|name| name == folder);
        let found = layers.iter().position(is_here);
        found.unwrap_or_else(|| panic!("{folder}/ is not in the picture of docs/architecture.md"))
    };
    for (folder, imports) in imports() {
        for import in imports {
            assert!(layer(&import) > layer(&folder), "{folder} imports {import}");
        }
    }
    assert_eq!(layers.concat().len(), table().len(), "{layers:?}");
}

#[test]
fn imports_of_every_form_are_found() {
    let text = "use crate::base::text;\nuse crate::{image::{A, B}, Error};\n\
                use super::super::io;\nuse super::own;\n// crate::comment\n\
                #[cfg(test)]\nmod tests {\n    use crate::scan;\n}\n";
    let exports = BTreeMap::from([("Error".to_owned(), "base".to_owned())]);
    let found: Vec<_> = names(text, 2)
        .into_iter()
        .map(|name| exports.get(&name).cloned().unwrap_or(name))
        .collect();
    assert_eq!(found, ["base", "image", "base", "io"]);
}

/// The rows of the table: the folder in the first cell, the imports in the last.
fn table() -> Imports {
    let rows = DOCUMENT.lines().filter(|line| line.starts_with("| `"));
    let row = |line: &str| {
        let cells: Vec<_> = line.split('|').map(str::trim).collect();
        let [_, folder, _, imports, _] = cells[..] else {
            panic!("{line}: must have three cells");
        };
        let names = imports.split(',').map(|name| name.trim().replace('`', ""));
        let imports = names.filter(|name| !name.is_empty()).collect();
        (folder.replace('`', ""), imports)
    };
    rows.map(row).collect()
}

/// The layers of the picture from the top down: the words that end with a slash, in each line.
fn picture() -> Vec<Vec<String>> {
    let (_, picture) = DOCUMENT.split_once("```text\n").expect("a picture");
    let (picture, _) = picture.split_once("```").expect("its end");
    let lines = picture.lines().filter(|line| line.starts_with('│'));
    let folders = |line: &str| {
        let words = line.split_whitespace();
        let names = words.filter_map(|word| word.strip_suffix('/'));
        names.map(str::to_owned).collect::<Vec<_>>()
    };
    lines
        .map(folders)
        .filter(|layer| !layer.is_empty())
        .collect()
}

/// The imports between the folders of `src/`, outside of test code.
fn imports() -> Imports {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let exports = exports(&fs::read_to_string(root.join("lib.rs")).expect("src/lib.rs"));
    let mut imports = Imports::new();
    for file in sources(&root) {
        let module = file
            .strip_prefix(&root)
            .expect("a file of src")
            .with_extension("");
        let parts: Vec<_> = module
            .iter()
            .map(|part| part.to_str().expect("UTF-8"))
            .collect();
        let folder = parts[0];
        // The guide is documentation only.
        if matches!(folder, "lib" | "guide") {
            continue;
        }
        let all = imports.entry(folder.to_owned()).or_default();
        for name in names(
            &fs::read_to_string(&file).expect("a source file"),
            parts.len(),
        ) {
            let import = exports.get(&name).cloned().unwrap_or(name);
            if import != folder {
                all.insert(import);
            }
        }
    }
    imports
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    let files = paths.flat_map(|path| match path.is_dir() {
        true => sources(&path),
        false => vec![path],
    });
    files
        .filter(|file| file.extension() == Some("rs".as_ref()))
        .filter(|file| !file.with_extension("").iter().any(|part| part == "tests"))
        .collect()
}

/// The folder from which `lib.rs` exports each name.
fn exports(lib: &str) -> BTreeMap<String, String> {
    let statements = lib
        .split("pub use ")
        .skip(1)
        .filter_map(|rest| rest.split(';').next());
    let names = |statement: &'_ str| {
        let folder = words(statement)[0].clone();
        let names = words(statement).into_iter().skip(1);
        names
            .map(move |name| (name, folder.clone()))
            .collect::<Vec<_>>()
    };
    statements.flat_map(names).collect()
}

fn words(text: &str) -> Vec<String> {
    let words = text.split(|c: char| !(c.is_alphanumeric() || c == '_'));
    words
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

/// What the code of a module names at the root of the crate. The module is at `depth` below it.
fn names(text: &str, depth: usize) -> Vec<String> {
    let code = text
        .split("#[cfg(test)]\nmod tests {")
        .next()
        .unwrap_or_default();
    let lines = code
        .lines()
        .map(|line| line.split("//").next().unwrap_or_default());
    let code = lines.collect::<Vec<_>>().join("\n");
    let code = code.replace(&"super::".repeat(depth), "crate::");
    let paths = code.split("crate::").skip(1);
    paths.flat_map(heads).collect()
}

/// The first parts of a path, or of each path in a group.
fn heads(path: &str) -> Vec<String> {
    let Some(group) = path.strip_prefix('{') else {
        return words(path).into_iter().take(1).collect();
    };
    let mut depth = 1;
    let mut top_level = String::new();
    for c in group.chars() {
        depth += i32::from(c == '{') - i32::from(c == '}');
        match depth {
            0 => break,
            1 => top_level.push(c),
            _ => {}
        }
    }
    let members = top_level
        .split(',')
        .filter_map(|member| words(member).into_iter().next());
    members.collect()
}
