// SPDX-License-Identifier: MIT OR Apache-2.0
//! Detection by the table of formats.

use super::content::is_bitlocker;
use super::hint::content_hint;
use crate::base::cold::cold_path;
use crate::base::detectable::Detectable;
use crate::base::error::{Detected, Reason};
use crate::base::format::Format;
use crate::base::hint::ContentHint;
use crate::base::named::Set;
use crate::base::options::Options;
use crate::base::text::Text;
use crate::base::view::{Head, Incomplete, View};
use crate::formats::{dmg, each_match, luks2, vmdk, vpc, Seen};
use crate::image::{EncryptionFacts, EncryptionFormat, Facts};

/// The formats whose magic the first sector has.
pub(crate) struct Signatures {
    /// The format that QEMU's probing detects; raw if it detects none.
    pub(crate) detected: Format,
    pub(crate) probed: Set<Format>,
    unprobed: Set<Format>,
}

impl Signatures {
    pub(crate) fn of(head: &Head<'_>) -> Self {
        let mut found = Signatures {
            detected: Format::Raw,
            probed: Set::default(),
            unprobed: Set::default(),
        };
        let wanted = |seen| seen != Seen::Similar;
        each_match(head, wanted, |format, seen| {
            if seen == Seen::Unprobed {
                return found.unprobed.insert(format);
            }
            if found.detected == Format::Raw {
                found.detected = format;
            }
            found.probed.insert(format);
        });
        found
    }

    /// Returns whether the first sector has a magic of the format.
    pub(crate) fn has(&self, format: Format) -> bool {
        self.probed.contains(format) || self.unprobed.contains(format)
    }

    /// Checks that the caller allows the detected format and every format in `probed`.
    pub(crate) fn check_allowed(
        &self,
        format: Format,
        head: &Head<'_>,
        allowed: Detectable,
    ) -> Result<(), Reason> {
        if allowed == Detectable::ALL {
            return Ok(());
        }
        cold_path();
        let mut all = core::iter::once(format).chain(self.probed.values());
        if let Some(format) = all.find(|format| !allowed.allows(*format)) {
            let what = Detected::Format(format);
            return Err(Reason::NotAllowed { what });
        }
        let is_descriptor = self.probed.contains(Format::Vmdk) && vmdk::is_descriptor(head);
        match is_descriptor && !allowed.contains(Detectable::VMDK_DESCRIPTOR) {
            true => Err(Reason::NotAllowed {
                what: Detected::VmdkDescriptor,
            }),
            false => Ok(()),
        }
    }

    /// Returns the format that QEMU detects from the bytes and the file name.
    pub(crate) fn detect(&self, view: &View<'_>, options: &Options) -> Result<Format, Incomplete> {
        // QEMU gives the name the same score as cloop's magic, and tries dmg before cloop.
        let is_weak = matches!(self.detected, Format::Raw | Format::Cloop);
        if options.named_dmg && is_weak && dmg::trailer_is_there(view)? {
            return Ok(Format::Dmg);
        }
        Ok(self.detected)
    }

    /// Adds the facts in the first sector that QEMU's probing ignores.
    pub(crate) fn add_unprobed<'a>(&self, head: &Head<'a>, facts: &mut Facts<Text<'a>>) {
        for format in self.unprobed.values() {
            match format {
                Format::Luks => add_encryption(facts, format, luks2::finding(head)),
                Format::Dmg => add_encryption(facts, format, dmg::encrypted::finding()),
                _ => facts.also_matches.insert(format),
            }
        }
        if facts.format == Format::Raw {
            if facts.encryption.is_none() && is_bitlocker(head) {
                let encryption = EncryptionFacts::of(EncryptionFormat::BitLocker);
                facts.encryption = Some(Box::new(encryption));
            }
            let wanted = |seen| seen == Seen::Similar;
            each_match(head, wanted, |format, _| {
                if !self.unprobed.contains(format) {
                    facts.also_matches.insert(format);
                }
            });
        }
    }
}

/// Adds the facts at the end of the file, except trailers.
pub(crate) fn add_end(view: &View<'_>, facts: &mut Facts<Text<'_>>) -> Result<(), Incomplete> {
    if dmg::ends_encrypted(view)? {
        add_encryption(facts, Format::Dmg, dmg::encrypted::finding());
    }
    if facts.format == Format::Vpc {
        facts.headers_differ |= vpc::footers_differ(view)?;
    }
    Ok(())
}

/// Adds encryption that QEMU treats as raw data.
fn add_encryption<'a>(
    facts: &mut Facts<Text<'a>>,
    format: Format,
    encryption: EncryptionFacts<Text<'a>>,
) {
    if facts.format == Format::Raw && facts.encryption.is_none() {
        facts.encryption = Some(Box::new(encryption));
    } else if facts.format != format {
        facts.also_matches.insert(format);
    }
}

/// Adds to a wrong-format error what the bytes look like.
pub(crate) fn describe_mismatch(view: &View<'_>, stop: Incomplete) -> Incomplete {
    let Incomplete::Failed(Reason::WrongFormat {
        format,
        missing,
        offset,
        instead: ContentHint::Unknown,
    }) = stop
    else {
        return stop;
    };
    match view.head() {
        Ok(head) => {
            let detected = Signatures::of(&head).detected;
            // An error message does not justify another read, which could fail and hide the reason.
            let instead = match detected == Format::Vmdk && vmdk::is_descriptor(&head) {
                true => ContentHint::VmdkDescriptor,
                false => content_hint(&head, detected, view.length().known()),
            };
            Incomplete::Failed(Reason::WrongFormat {
                format,
                missing,
                offset,
                instead,
            })
        }
        Err(Incomplete::Need(range)) => Incomplete::Need(range),
        Err(Incomplete::Failed(_)) => stop,
    }
}
