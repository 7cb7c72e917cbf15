// SPDX-License-Identifier: MIT OR Apache-2.0
//! Headers, each described once in a table.

use crate::base::field::places;
use crate::base::number::Number;
use byteorder::ByteOrder;
use nom::IResult;

/// Defines a structure of an image from the table of its fields: `OFFSET NAME: TYPE`, in the order
/// of the file. The macro generates the struct, its nom parser and, for each field, a method of the
/// same name that returns the [`Field`](crate::base::field::Field) for checks and error messages.
///
/// Bytes without a field are skipped. If the specification uses another name for a field, that name
/// follows the type as `= "Name"`. A structure that contains text borrows the text: `struct
/// Header<'a>` and `&'a [u8; 32]`. For a part of a structure, a range replaces the length, and
/// offsets count from the start of the whole structure.
macro_rules! header {
    (
        $(#[$about:meta])*
        $visible:vis struct $header:ident $(<$life:lifetime>)?
            ($name:literal, $order:ident, $length:literal) $fields:tt
    ) => {
        $crate::base::header::header! {
            $(#[$about])*
            $visible struct $header $(<$life>)? ($name, $order, 0..$length) $fields
        }
    };
    (
        $(#[$about:meta])*
        $visible:vis struct $header:ident $(<$life:lifetime>)?
            ($name:literal, $order:ident, $from:literal..$to:literal) {
            $( $(#[$field_about:meta])* $offset:literal $field:ident: $type:ty $(= $spelt:literal)?, )*
        }
    ) => {
        $(#[$about])*
        $visible struct $header $(<$life>)? {
            /// Offset of the structure in the file.
            start: u64,
            $( $(#[$field_about])* #[allow(dead_code)] $visible $field: $type, )*
        }

        #[allow(dead_code)] // Not every header needs all of them.
        impl $(<$life>)? $header $(<$life>)? {
            $visible const STRUCTURE: $crate::base::field::Structure =
                $crate::base::field::Structure::new($name);
            /// Length in bytes.
            $visible const LENGTH: u32 = $to - $from;

            /// Parses the structure, which is at offset `start` of the file.
            #[inline]
            $visible fn parse(
                start: u64,
                input: &$($life)? [u8],
            ) -> nom::IResult<&$($life)? [u8], Self> {
                const {
                    let fields = [ $( ($offset, <$type as $crate::base::number::Number>::WIDTH), )* ];
                    assert!($crate::base::header::is_ordered(&fields, $from, $to));
                }
                const LENGTH: usize = $to - $from;
                let (rest, bytes) = $crate::base::number::first::<LENGTH>(input)?;
                $(
                    let $field = $crate::base::header::field::<$type, byteorder::$order>(
                        bytes,
                        $offset - $from,
                    )?;
                )*
                Ok((rest, $header { start, $( $field, )* }))
            }

            /// Reads the structure at offset `start` of the file.
            #[inline]
            $visible fn read(
                view: &$crate::base::view::View<$($life)?>,
                start: u64,
            ) -> Result<Self, $crate::base::view::Incomplete> {
                let parser = |input| Self::parse(start, input);
                let from = start.saturating_add($from);
                view.parse(from, Self::LENGTH, Self::STRUCTURE.name, parser)
            }

            /// The structure at its offset in the file.
            #[inline]
            $visible fn structure(&self) -> $crate::base::field::Structure {
                Self::STRUCTURE.at(self.start)
            }

            $(
                /// The field with its offset in the file.
                #[inline]
                $visible fn $field(&self) -> $crate::base::field::Field {
                    let value = $crate::base::number::Number::value(&self.$field);
                    let name = $crate::base::header::spelling!($field $(, $spelt)?);
                    self.structure().field(name, $offset, value)
                }
            )*
        }
    };
}
pub(crate) use header;

/// The name of a field in the specification.
macro_rules! spelling {
    ($field:ident) => {
        stringify!($field)
    };
    ($field:ident, $spelt:literal) => {
        $spelt
    };
}
pub(crate) use spelling;

/// Parses the field at `offset` of a structure.
#[inline(always)]
pub(crate) fn field<'a, T: Number<'a>, E: ByteOrder>(
    structure: &'a [u8],
    offset: usize,
) -> Result<T, nom::Err<nom::error::Error<&'a [u8]>>> {
    let rest = structure.get(offset..).unwrap_or_default();
    T::parse::<E>(rest).map(|(_rest, value)| value)
}

/// Parses the structures of `length` bytes that fill `bytes`, the first at offset `start`.
pub(crate) fn parse_all<'a, T: 'a>(
    start: u64,
    length: u32,
    bytes: &'a [u8],
    parse: fn(u64, &'a [u8]) -> IResult<&'a [u8], T>,
) -> impl Iterator<Item = T> + 'a {
    let parts = bytes.chunks_exact(usize::try_from(length).unwrap_or(usize::MAX));
    let parts = parts.zip(places(start, length.into()));
    parts.filter_map(move |(part, start)| Some(parse(start, part).ok()?.1))
}

/// Whether the fields, each with its offset and width, follow each other between two offsets.
pub(crate) const fn is_ordered(fields: &[(usize, usize)], from: usize, to: usize) -> bool {
    let (mut end, mut rest) = (from, fields);
    while let [(offset, width), more @ ..] = rest {
        if *offset < end {
            return false;
        }
        (end, rest) = (offset.saturating_add(*width), more);
    }
    end <= to
}
