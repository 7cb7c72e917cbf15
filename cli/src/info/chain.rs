// SPDX-License-Identifier: MIT OR Apache-2.0
//! `diskprobe info --backing-chain`: a chain, up to the first failure if there is one.

use crate::answers::Answers;
use crate::text::{short, shown};
use crate::{complain, complain_of_file, location};
use diskprobe::chain::{Chain, ChainOptions, Element, ElementKind, ElementState, FormatSource};
use diskprobe::escape;
use diskprobe::location::Location;
use std::ffi::OsStr;
use std::io::Result;
use std::os::unix::ffi::OsStrExt;

/// Prints the chain of `file`. Returns whether it is complete.
pub(super) fn show(file: &OsStr, options: &ChainOptions, answers: &mut Answers) -> Result<bool> {
    let walked = Chain::open_path(file, options);
    let chain = match &walked {
        Ok(chain) => chain,
        Err(broken) => broken.partial_chain(),
    };
    let names = chain.element_names();
    answers.write(|| tree(chain, &names), chain.json())?;
    if let Err(broken) = &walked {
        let error = broken.error();
        let last = shown(names.last().map(Vec::as_slice).unwrap_or_default());
        match chain.elements().last().map(Element::kind) {
            Some(ElementKind::Backing) => {
                complain(file.as_bytes(), format!("backing file {last}: {error}"));
            }
            Some(ElementKind::DataFile) => {
                complain(file.as_bytes(), format!("data file {last}: {error}"));
            }
            _ => complain_of_file(file.as_bytes(), error),
        }
    }
    Ok(walked.is_ok())
}

/// Returns the chain as a tree, with one line for each element.
fn tree(chain: &Chain, names: &[Vec<u8>]) -> String {
    let elements = chain.elements();
    let parent = |element| chain.parent(element).map(Element::index);
    let lines = elements.iter().zip(names).enumerate();
    let lines = lines.map(|(index, (element, name))| {
        // A data file is followed by the backing file of the same image, if any.
        let next = elements.get(index.saturating_add(1));
        let branch = match next {
            _ if element.kind() == ElementKind::Top => "",
            Some(next) if parent(next) == parent(element) => "├─ ",
            _ => "└─ ",
        };
        let (steps, what) = match element.kind() {
            ElementKind::DataFile => (element.depth(), "data file "),
            _ => (element.depth().saturating_sub(1), ""),
        };
        let indent = "   ".repeat(usize::try_from(steps).unwrap_or(0));
        let (name, described) = (escape(name), described(element));
        format!("{indent}{branch}{what}{name}: {described}\n")
    });
    lines.collect()
}

fn described(element: &Element) -> String {
    let source = element.format_source();
    let format = match (element.format(), element.format_name()) {
        (Some(format), _) => format!("{format} ({source})"),
        (None, Some(name)) => format!("{} (recorded, unknown)", shown(name)),
        (None, None) if source == FormatSource::Unknown => "format unknown".into(),
        (None, None) => source.to_string(),
    };
    let slice = element.location().and_then(Location::slice);
    let format = match slice {
        Some(slice) => format!("{format}, {}", location::slice(slice)),
        None => format,
    };
    match element.state() {
        ElementState::Failed(error) => format!("{format}: {error}"),
        ElementState::Probed(image) => match image.virtual_size() {
            Some(size) => format!("{format}, {}", short(size)),
            None => format,
        },
        _ => format!("{format}, not opened"),
    }
}
