// SPDX-License-Identifier: MIT OR Apache-2.0
//! Enumerations that are defined once for Rust, C, names and documentation.

use core::ffi::CStr;

/// An enumeration that [`named_enum!`] defines.
pub trait Named: Copy + PartialEq + 'static {
    const ALL: &'static [Self];
    /// The name of the value 0 if that value exists only in C; otherwise empty.
    #[cfg_attr(not(feature = "capi"), allow(dead_code))]
    const ZERO_NAME: &'static CStr;
    /// The C type, and the name of the constant for 0 without the prefix.
    #[cfg(test)]
    const IN_C: (&'static str, &'static str);

    /// Returns the number of the value in C.
    fn number(self) -> u32;

    /// Returns the name as a C string.
    fn c_name(self) -> &'static CStr;

    /// Returns the value with this number; `None` if it is unknown.
    fn from_number(number: u32) -> Option<Self>;

    /// Returns the bit of the value in a [`Set`].
    fn bit(self) -> u32 {
        1u32.wrapping_shl(self.number())
    }
}

/// Defines an enumeration: each value with its documentation, its number and its short, stable
/// name.
///
/// The number is ABI: values are only appended, and `ffi-tests/abi.c` lists them all. The part `C`
/// names the type in C. Its braces contain the value 0, which C needs and which Rust expresses as
/// `None` or `Ok`. build.rs reads the same text and writes the `enum` of the C header; a constant
/// is named after the type and the name of the value: `DISKPROBE_FORMAT_RAW`.
macro_rules! named_enum {
    (
        $(#[$about:meta])*
        $enumeration:ident {
            $( $(#[$value_about:meta])* $value:ident = $number:literal => $name:literal, )*
        }
        $(
            C $c_type:ident {
                $( $(#[$zero_about:meta])* $zero:ident = 0 => $zero_name:literal, )?
            }
        )?
    ) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        #[non_exhaustive]
        pub enum $enumeration {
            $( $(#[$value_about])* $value = $number, )*
        }

        // A set has 32 bits.
        $( const _: () = assert!($number < 32); )*

        impl $enumeration {
            /// Every value, in the order of the enumeration.
            pub const ALL: &'static [Self] = &[ $( Self::$value, )* ];

            /// Returns the short, stable name.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $( Self::$value => $name, )* }
            }

            /// Parses a name exactly as [`as_str`](Self::as_str) spells it.
            #[allow(dead_code)] // Not every enumeration is parsed from bytes.
            pub(crate) fn from_bytes(name: &[u8]) -> Option<Self> {
                let mut all = Self::ALL.iter().copied();
                all.find(|value| value.as_str().as_bytes() == name)
            }
        }

        impl $crate::base::named::Named for $enumeration {
            const ALL: &'static [Self] = Self::ALL;
            const ZERO_NAME: &'static core::ffi::CStr =
                $crate::base::named::c_string(concat!($( $( $zero_name, )? )? "\0"));
            #[cfg(test)]
            const IN_C: (&'static str, &'static str) = (
                concat!($( stringify!($c_type) )?),
                concat!($( $( stringify!($zero) )? )?),
            );

            fn number(self) -> u32 {
                self as u32
            }

            fn from_number(number: u32) -> Option<Self> {
                match number {
                    $( $number => Some(Self::$value), )*
                    _ => None,
                }
            }

            fn c_name(self) -> &'static core::ffi::CStr {
                match self {
                    $( Self::$value => $crate::base::named::c_string(concat!($name, "\0")), )*
                }
            }
        }

        impl core::fmt::Display for $enumeration {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl AsRef<str> for $enumeration {
            fn as_ref(&self) -> &str {
                self.as_str()
            }
        }

        impl core::str::FromStr for $enumeration {
            type Err = $crate::Error;

            /// Parses the [name](Self::as_str) of one of the values in [`ALL`](Self::ALL), exactly
            /// as spelt.
            fn from_str(name: &str) -> Result<Self, $crate::Error> {
                Self::from_bytes(name.as_bytes()).ok_or_else(|| {
                    let all = Self::ALL.iter().map(|value| value.as_str()).collect();
                    $crate::Error::unknown_name(stringify!($enumeration), name, all)
                })
            }
        }
    };
}
pub(crate) use named_enum;

/// Returns `text`, whose only NUL is its last byte, as a C string.
pub(crate) const fn c_string(text: &'static str) -> &'static CStr {
    match CStr::from_bytes_with_nul(text.as_bytes()) {
        Ok(text) => text,
        Err(_) => c"",
    }
}

/// A set of values of an enumeration.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Set<T> {
    bits: u32,
    of: core::marker::PhantomData<T>,
}

impl<T> Default for Set<T> {
    fn default() -> Self {
        Set {
            bits: 0,
            of: core::marker::PhantomData,
        }
    }
}

impl<T: Named + core::fmt::Debug> core::fmt::Debug for Set<T> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_set().entries(self.values()).finish()
    }
}

impl<T: Named> FromIterator<T> for Set<T> {
    fn from_iter<I: IntoIterator<Item = T>>(values: I) -> Self {
        values.into_iter().fold(Set::default(), |mut set, value| {
            set.insert(value);
            set
        })
    }
}

impl<T: Named> Set<T> {
    pub(crate) fn insert(&mut self, value: T) {
        self.bits |= value.bit();
    }

    /// Returns the set without one value.
    pub(crate) fn without(mut self, value: T) -> Self {
        self.bits &= !value.bit();
        self
    }

    pub(crate) fn contains(self, value: T) -> bool {
        self.bits & value.bit() != 0
    }

    pub(crate) fn values(self) -> Values<T> {
        Values { left: self }
    }

    /// Removes the value with this number from the set and returns it.
    fn take(&mut self, number: u32) -> Option<T> {
        let value = T::from_number(number)?;
        *self = self.without(value);
        Some(value)
    }
}

/// The values of a set, in the order of their enumeration.
///
/// ```
/// use diskprobe::{Finding, Policy, Values};
/// struct Report {
///     denied: Values<Finding>,
/// }
/// let report = Report { denied: Policy::new().denied() };
/// assert_eq!(report.denied.len(), 11);
/// ```
#[derive(Clone)]
pub struct Values<T> {
    left: Set<T>,
}

impl<T: Named> Iterator for Values<T> {
    type Item = T;

    fn next(&mut self) -> Option<T> {
        self.left.take(self.left.bits.trailing_zeros())
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let count = usize::try_from(self.left.bits.count_ones()).ok();
        (count.unwrap_or(0), count)
    }
}

impl<T: Named> DoubleEndedIterator for Values<T> {
    fn next_back(&mut self) -> Option<T> {
        self.left.take(self.left.bits.checked_ilog2()?)
    }
}

impl<T: Named + core::fmt::Debug> core::fmt::Debug for Values<T> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_list().entries(self.clone()).finish()
    }
}

impl<T: Named> ExactSizeIterator for Values<T> {}
impl<T: Named> core::iter::FusedIterator for Values<T> {}

#[cfg(test)]
mod tests {
    use super::Named;
    use crate::{chain, location};
    use std::collections::BTreeSet;

    /// The lines of ffi-tests/abi.c that state the numbers of `E`.
    fn lines<E: Named + core::fmt::Debug>() -> Vec<String> {
        let (c_type, zero) = E::IN_C;
        let line = |name: &str, number: u32| {
            let type_name = c_type.trim_start_matches("diskprobe_");
            let constant = format!("{type_name}_{name}").replace('-', "_");
            format!("IS({}, {number});", constant.to_uppercase())
        };
        assert!(E::ALL.is_sorted_by_key(|value| value.number()));
        let zero = (!zero.is_empty()).then(|| line(zero, 0));
        let named = |value: &E| {
            assert_eq!(E::from_number(value.number()), Some(*value));
            line(value.c_name().to_str().unwrap(), value.number())
        };
        zero.into_iter().chain(E::ALL.iter().map(named)).collect()
    }

    #[test]
    fn every_number_is_listed_in_abi_c_and_none_changes() {
        let all: BTreeSet<String> = [
            lines::<crate::ErrorKind>(),
            lines::<crate::Format>(),
            lines::<crate::EncryptionFormat>(),
            lines::<crate::Feature>(),
            lines::<crate::ReferenceKind>(),
            lines::<crate::Content>(),
            lines::<crate::Tool>(),
            lines::<crate::Finding>(),
            lines::<crate::ViolationKind>(),
            lines::<location::LocationKind>(),
            lines::<location::Protocol>(),
            lines::<location::Transport>(),
            lines::<chain::ElementKind>(),
            lines::<chain::UnrecordedFormat>(),
            lines::<chain::DataFileDirectory>(),
            lines::<chain::FormatSource>(),
        ]
        .concat()
        .into_iter()
        .collect();
        let listed = include_str!("../../ffi-tests/abi.c").lines();
        let listed = listed.filter(|line| line.starts_with("IS("));
        let listed: BTreeSet<String> = listed.map(str::to_owned).collect();
        let missing: Vec<_> = all.difference(&listed).collect();
        let changed: Vec<_> = listed.difference(&all).collect();
        assert!(missing.is_empty(), "append to ffi-tests/abi.c: {missing:?}");
        assert!(changed.is_empty(), "numbers are ABI, restore {changed:?}");
    }
}
