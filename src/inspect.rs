// SPDX-License-Identifier: MIT OR Apache-2.0
//! The core: a pure function from what is known of an image to its facts.

use crate::facts::Facts;
use crate::formats::{add_unprobed, detect, inspect_as, matches, say_what_it_is};
use crate::options::Options;
use crate::readings;
use crate::text::Text;
use crate::view::{Stop, View};

/// The facts of the image in `view`: of the format asked for, or of the one that its bytes show.
pub(crate) fn inspect<'a>(view: &View<'a>, options: &Options) -> Result<Facts<Text<'a>>, Stop> {
    match options.format {
        Some(format) => {
            let mut facts = inspect_as(view, format).map_err(|stop| say_what_it_is(view, stop))?;
            if options.thorough {
                readings::add_to_asked(view, options, &mut facts)?;
            }
            Ok(facts)
        }
        None => {
            if options.thorough {
                readings::prepare(view)?;
            }
            let head = view.head()?;
            let signatures = matches(&head);
            let format = detect(view, &signatures, options)?;
            let mut inspected = inspect_as(view, format);
            if let Ok(facts) = &mut inspected {
                facts.also_matches = signatures.all.without(format);
                facts.unseen = true;
                add_unprobed(&head, facts);
                if options.thorough {
                    readings::add(view, &head, facts)?;
                }
            }
            inspected
        }
    }
}
