// SPDX-License-Identifier: MIT OR Apache-2.0
//! The core: a pure function from what is known of an image to its facts.

use super::other;
use super::signatures::{add_unprobed, describe_mismatch, detect, matches};
use crate::base::format::Format;
use crate::base::named::Set;
use crate::base::options::Options;
use crate::base::text::Text;
use crate::base::view::{Head, Incomplete, View};
use crate::formats::inspect_as;
use crate::image::Facts;

/// The facts of the image in `view`: of the format asked for, or of the one that its bytes show.
pub(crate) fn inspect<'a>(
    view: &View<'a>,
    options: &Options,
) -> Result<Facts<Text<'a>>, Incomplete> {
    if options.thorough && (options.format.is_none() || options.also_matches) {
        other::prepare(view)?;
    }
    match options.format {
        Some(format) => {
            let mut facts =
                inspect_as(view, format).map_err(|stop| describe_mismatch(view, stop))?;
            if options.also_matches {
                let head = view.head()?;
                add_others(view, &head, matches(&head).all, true, &mut facts)?;
            }
            if options.thorough {
                other::add_to_asked(view, options, &mut facts)?;
            }
            Ok(facts)
        }
        None => {
            let head = view.head()?;
            let signatures = matches(&head);
            let format = detect(view, &signatures, options)?;
            let mut inspected = inspect_as(view, format);
            if let Ok(facts) = &mut inspected {
                add_others(view, &head, signatures.all, options.thorough, facts)?;
            }
            inspected
        }
    }
}

/// Adds what else the bytes could be read as, given the formats whose signature they start with.
fn add_others<'a>(
    view: &View<'a>,
    head: &Head<'a>,
    signatures: Set<Format>,
    thorough: bool,
    facts: &mut Facts<Text<'a>>,
) -> Result<(), Incomplete> {
    facts.also_matches = signatures.without(facts.format);
    facts.incomplete_scan = true;
    add_unprobed(head, facts);
    match thorough {
        true => other::add(view, head, facts),
        false => Ok(()),
    }
}
