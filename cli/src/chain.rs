// SPDX-License-Identifier: MIT OR Apache-2.0
//! `diskprobe info --backing-chain`: one chain after another, each as far as it was reached.

use crate::args::{Info, Output};
use crate::location::start;
use crate::size::short;
use crate::text::{escaped, shown};
use crate::{complain, json};
use diskprobe::chain::{Chain, ChainOptions, Element, ElementKind, FormatSource};
use diskprobe::location::file_name;
use diskprobe::Options;
use std::fmt::Write as _;
use std::io::{self, Write};
use std::os::unix::ffi::OsStrExt;

/// Whether every chain is whole; the error of writing to `out`.
pub(crate) fn run(args: &Info, image: &Options, out: &mut impl Write) -> io::Result<bool> {
    let several = args.files.len() > 1;
    let mut all_whole = true;
    let mut gap = "";
    for file in &args.files {
        let name = file.as_bytes();
        let options = ChainOptions::new()
            .image(&image.file_name(name))
            .unrecorded_format(args.unrecorded_format);
        let walked = Chain::open_path(file, &options);
        let chain = match &walked {
            Ok(chain) => chain,
            Err(broken) => broken.partial_chain(),
        };
        let names = names(chain);
        match args.output {
            Output::Human => {
                write!(out, "{gap}{}", tree(chain, &names))?;
                gap = "\n";
            }
            Output::Json if several => {
                writeln!(out, "{}", json::line(&json::chain::all(chain, &names))?)?;
            }
            Output::Json => {
                writeln!(out, "{}", json::pretty(&json::chain::all(chain, &names))?)?;
            }
        }
        out.flush()?;
        if let Err(broken) = &walked {
            complain(name, &reason(chain, &names, &broken.error()));
            all_whole = false;
        }
    }
    Ok(all_whole)
}

/// What each element is called: as `qemu-img` does, by the path from here or by what is recorded.
fn names(chain: &Chain) -> Vec<Vec<u8>> {
    let mut names: Vec<Vec<u8>> = Vec::new();
    for element in chain.elements() {
        let above = element.parent().and_then(|parent| names.get(parent));
        let above = above.map(Vec::as_slice).unwrap_or_default();
        let name = match element.location() {
            None => start(element.recorded().unwrap_or_default()).to_vec(),
            Some(location) => match (location.relative_name(), location.local_path()) {
                (Some(relative), Some(_)) => file_name(relative, above).into_owned(),
                (None, Some(path)) => path.to_vec(),
                (_, None) => location.text().to_vec(),
            },
        };
        names.push(name);
    }
    names
}

/// Why the chain that starts with its first element is broken at its last.
fn reason(chain: &Chain, names: &[Vec<u8>], error: &diskprobe::Error) -> String {
    let name = shown(names.last().map(Vec::as_slice).unwrap_or_default());
    match chain.elements().last().map(Element::kind) {
        Some(ElementKind::Backing) => format!("backing file {name}: {error}"),
        Some(ElementKind::DataFile) => format!("data file {name}: {error}"),
        _ => error.to_string(),
    }
}

/// The chain as a tree: one line for each element.
fn tree(chain: &Chain, names: &[Vec<u8>]) -> String {
    let elements = chain.elements();
    let mut tree = String::new();
    for (place, (element, name)) in elements.iter().zip(names).enumerate() {
        // A data file is followed by the backing file of the same image, if there is one.
        let next = elements.get(place.saturating_add(1));
        let is_last = next.is_none_or(|next| next.parent() != element.parent());
        let branch = match (element.kind(), is_last) {
            (ElementKind::Top, _) => "",
            (_, true) => "└─ ",
            (_, false) => "├─ ",
        };
        let steps = match element.kind() {
            ElementKind::DataFile => element.depth(),
            _ => element.depth().saturating_sub(1),
        };
        let indent = "   ".repeat(usize::try_from(steps).unwrap_or(0));
        let what = match element.kind() {
            ElementKind::DataFile => "data file ",
            _ => "",
        };
        let (name, described) = (escaped(name), described(element));
        let _ = writeln!(tree, "{indent}{branch}{what}{name}: {described}");
    }
    tree
}

fn described(element: &Element) -> String {
    let format = match (element.format(), element.format_name()) {
        (Some(format), _) => format!("{format} ({})", element.format_source()),
        (None, Some(name)) => format!("{} (recorded, not known)", shown(name)),
        (None, None) if element.format_source() == FormatSource::Unknown => "format unknown".into(),
        (None, None) => element.format_source().to_string(),
    };
    match (element.image(), element.error()) {
        (_, Some(error)) => format!("{format}: {error}"),
        (Some(image), None) => match image.virtual_size() {
            Some(size) => format!("{format}, {}", short(size)),
            None => format,
        },
        (None, None) => format!("{format}, not opened"),
    }
}
