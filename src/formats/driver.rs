// SPDX-License-Identifier: MIT OR Apache-2.0
//! How formats are recognised and read: the types of the table of formats.

use crate::base::format::Format;
use crate::base::text::Text;
use crate::base::view::{Incomplete, Part, View};
use crate::image::Facts;

/// Returns whether a file has a format's trailer at an offset where any program searches for it.
/// The second parameter has the last bytes of the file.
type Trailer = fn(&View<'_>, &[u8]) -> Result<bool, Incomplete>;

/// Reads the facts of an image.
type Inspect = for<'a> fn(&View<'a>) -> Result<Facts<Text<'a>>, Incomplete>;

/// How one format is read.
pub(crate) struct Driver {
    pub(crate) format: Format,
    /// The error if the format is specified and its magic is missing from the first sector. `None`:
    /// `inspect` checks the bytes itself.
    pub(crate) missing: Option<&'static str>,
    pub(crate) trailer: Option<Trailer>,
    pub(crate) inspect: Inspect,
}

/// What a magic shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Seen {
    /// QEMU's probing detects the format.
    Probed,
    /// The bytes have the format, but QEMU's probing does not know it.
    Unprobed,
    /// The bytes start like the format, but QEMU's probing does not know the version or variant.
    /// Other programs may require less.
    Similar,
}

/// Bytes of the first sector by which a format is recognised.
#[cfg_attr(not(test), allow(dead_code))] // The tables of the documents have the rest.
pub(crate) struct Magic {
    pub(crate) format: Format,
    pub(crate) seen: Seen,
    pub(crate) parts: &'static [Part],
    /// What bytes at offsets cannot express.
    pub(crate) test: Option<&'static str>,
}

/// Defines the table of formats: `FORMAT: MODULE, missing TEXT, trailer TEST { MAGIC; MAGIC; }`.
/// A magic is `SEEN: OFFSET BYTES, OFFSET BYTES and WORDS TEST`.
macro_rules! drivers {
    ($(
        $format:ident: $module:ident $(, missing $missing:literal)? $(, trailer $trailer:path)? {
            $( $seen:ident: $( $offset:literal $bytes:literal ),* $( and $words:literal $test:path )?; )*
        }
    )*) => {
        pub(crate) const DRIVERS: &[Driver] = &[ $( Driver {
            format: Format::$format,
            missing: $crate::formats::driver::option!($($missing)?),
            trailer: $crate::formats::driver::option!($($trailer)?),
            inspect: $module::inspect,
        } ),* ];

        pub(crate) const MAGICS: &[Magic] = &[ $( $( Magic {
            format: Format::$format,
            seen: Seen::$seen,
            parts: &[ $( ($offset, $bytes) ),* ],
            test: $crate::formats::driver::option!($($words)?),
        }, )* )* ];

        /// Calls `found` for each magic that `wanted` selects and the first sector has. There is
        /// separate code for each row, because a loop over the rows would take twice as long.
        #[inline(always)]
        pub(crate) fn each_match(
            head: &Head<'_>,
            wanted: impl Fn(Seen) -> bool,
            mut found: impl FnMut(Format, Seen),
        ) {
            $( $(
                if wanted(Seen::$seen) $( && head.has($offset, $bytes) )* $( && $test(head) )? {
                    found(Format::$format, Seen::$seen);
                }
            )* )*
        }
    };
}
pub(super) use drivers;

macro_rules! option {
    () => {
        None
    };
    ($value:expr) => {
        Some($value)
    };
}
pub(super) use option;
