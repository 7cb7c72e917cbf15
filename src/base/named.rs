// SPDX-License-Identifier: MIT OR Apache-2.0
//! Enumerations whose every value has one short, stable name.

/// A value of an enumeration that [`named_enum!`] made.
pub(crate) trait Named: Copy + 'static {
    const ALL: &'static [Self];

    /// A bit of its own for each value.
    fn bit(self) -> u32;
}

/// Defines an enumeration together with the names of its values.
macro_rules! named_enum {
    (
        $(#[$about:meta])*
        $enumeration:ident { $( $(#[$value_about:meta])* $value:ident = $name:literal, )* }
    ) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $enumeration {
            $( $(#[$value_about])* $value, )*
        }

        impl $enumeration {
            /// Every value, in the order of the enumeration.
            pub const ALL: &'static [Self] = &[ $( Self::$value, )* ];

            /// Returns the short, stable name.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $( Self::$value => $name, )* }
            }

            /// The name as a C string.
            #[allow(dead_code)] // Most are only needed by the C layer, some not there.
            pub(crate) fn c_name(self) -> &'static core::ffi::CStr {
                match self {
                    $( Self::$value => $crate::base::named::c_string(concat!($name, "\0")), )*
                }
            }

            /// The value of that name; exactly as spelt, no aliases.
            #[allow(dead_code)] // Not every enumeration is parsed from bytes.
            pub(crate) fn from_bytes(name: &[u8]) -> Option<Self> {
                let mut all = Self::ALL.iter().copied();
                all.find(|value| value.as_str().as_bytes() == name)
            }
        }

        impl $crate::base::named::Named for $enumeration {
            const ALL: &'static [Self] = Self::ALL;

            fn bit(self) -> u32 {
                1u32.checked_shl(self as u32).unwrap_or(0)
            }
        }

        impl core::fmt::Display for $enumeration {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl core::str::FromStr for $enumeration {
            type Err = $crate::Error;

            /// Parses a name exactly as [`as_str`](Self::as_str) spells it.
            fn from_str(name: &str) -> Result<Self, $crate::Error> {
                Self::from_bytes(name.as_bytes()).ok_or_else(|| {
                    $crate::base::error::Reason::InvalidArgument(
                        concat!("not the name of a ", stringify!($enumeration))
                    ).into()
                })
            }
        }
    };
}
pub(crate) use named_enum;

/// `text`, whose only NUL is its last byte, as a C string.
pub(crate) const fn c_string(text: &'static str) -> &'static core::ffi::CStr {
    match core::ffi::CStr::from_bytes_with_nul(text.as_bytes()) {
        Ok(text) => text,
        Err(_) => c"",
    }
}

/// A set of such values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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

    /// The same set, less one value.
    pub(crate) fn without(mut self, value: T) -> Self {
        self.bits &= !value.bit();
        self
    }

    pub(crate) fn contains(self, value: T) -> bool {
        self.bits & value.bit() != 0
    }

    pub(crate) fn iter(self) -> impl Iterator<Item = T> {
        T::ALL
            .iter()
            .copied()
            .filter(move |value| self.contains(*value))
    }
}
