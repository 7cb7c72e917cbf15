// SPDX-License-Identifier: MIT OR Apache-2.0
//! The core: a pure function from the known bytes of an image to its facts.

use super::other;
use super::signatures::{describe_mismatch, Signatures};
use crate::base::detectable::Detectable;
use crate::base::error::{Detected, Reason};
use crate::base::format::Format;
use crate::base::hint::ContentHint;
use crate::base::options::Options;
use crate::base::text::Text;
use crate::base::view::{Head, Incomplete, View};
use crate::formats::{Driver, DRIVERS, MAGICS};
use crate::image::{Facts, Feature};

/// Returns the facts of the image in `view`, for the specified or detected format.
pub(crate) fn inspect<'a>(
    view: &View<'a>,
    options: &Options,
) -> Result<Facts<Text<'a>>, Incomplete> {
    if options.thorough && (options.format.is_none() || options.also_matches) {
        other::prepare(view)?;
    }
    if let Some(format) = options.format {
        let given = inspect_given(view, driver(format)?);
        let mut facts = given.map_err(|stop| describe_mismatch(view, stop))?;
        if options.also_matches {
            let head = view.head()?;
            add_others(view, &head, &Signatures::of(&head), true, &mut facts)?;
        }
        if options.thorough {
            other::add_to_given(view, options, &mut facts)?;
        }
        return Ok(facts);
    }
    let head = view.head()?;
    let signatures = Signatures::of(&head);
    let format = signatures.detect(view, options)?;
    signatures.check_allowed(format, &head, options.detectable)?;
    let mut inspected = facts(view, driver(format)?);
    // Facts are large, so they are completed in place.
    if let Ok(facts) = &mut inspected {
        // A descriptor inside of a sparse image names extents if the header records no size.
        if facts.extents.is_some() && !options.detectable.contains(Detectable::VMDK_DESCRIPTOR) {
            let what = Detected::VmdkDescriptor;
            return Err(Reason::NotAllowed { what }.into());
        }
        add_others(view, &head, &signatures, options.thorough, facts)?;
    }
    inspected
}

fn driver(format: Format) -> Result<&'static Driver, Reason> {
    let driver = DRIVERS.iter().find(|driver| driver.format == format);
    driver.ok_or(Reason::UnsupportedFormat { format })
}

/// Returns the facts of an image of a specified format, if the bytes have its magic.
fn inspect_given<'a>(view: &View<'a>, driver: &Driver) -> Result<Facts<Text<'a>>, Incomplete> {
    if let Some(missing) = driver.missing {
        let format = driver.format;
        if !Signatures::of(&view.head()?).has(format) {
            let magic = MAGICS.iter().find(|magic| magic.format == format);
            let first = magic.and_then(|magic| magic.parts.first());
            let offset = first.map_or(0, |(offset, _)| u64::try_from(*offset).unwrap_or(0));
            let wrong = Incomplete::Failed(Reason::WrongFormat {
                format,
                missing,
                offset,
                instead: ContentHint::Unknown,
            });
            if format != Format::Vmdk {
                return Err(wrong);
            }
            // QEMU reads any bytes as a descriptor if the format is given.
            return facts(view, driver).map_err(|stop| match stop {
                Incomplete::Need(range) => Incomplete::Need(range),
                Incomplete::Failed(_) => wrong,
            });
        }
    }
    facts(view, driver)
}

/// Returns the facts of an image that has the magic. If its version is unknown and that is allowed,
/// only the format is certain.
#[inline]
fn facts<'a>(view: &View<'a>, driver: &Driver) -> Result<Facts<Text<'a>>, Incomplete> {
    let mut answer = (driver.inspect)(view);
    // Facts are large, so they are not moved.
    if let Err(Incomplete::Failed(reason)) = answer {
        if view.is_unknown(Err(reason)).is_ok() {
            let mut facts = Facts::of(driver.format);
            facts.features.insert(Feature::UnknownRequired);
            answer = Ok(facts);
        }
    }
    answer
}

/// Adds the other formats and content that the bytes match.
fn add_others<'a>(
    view: &View<'a>,
    head: &Head<'a>,
    signatures: &Signatures,
    thorough: bool,
    facts: &mut Facts<Text<'a>>,
) -> Result<(), Incomplete> {
    facts.also_matches = signatures.probed.without(facts.format);
    facts.incomplete_scan = true;
    signatures.add_unprobed(head, facts);
    match thorough {
        true => other::add(view, head, facts),
        false => Ok(()),
    }
}
