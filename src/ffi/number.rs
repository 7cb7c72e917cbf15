// SPDX-License-Identifier: MIT OR Apache-2.0
//! Enumerations and truth values, which C passes as numbers. build.rs generates the C types from
//! the definitions of the Rust enumerations: see `named_enum!`.

use super::guard::{get, or};
use super::handle::{needed_text, set};
use crate::base::error::ErrorKind;
use crate::base::format::Format;
use crate::base::named::Named;
use crate::chain::{DataFileDirectory, ElementKind, FormatSource, UnrecordedFormat};
use crate::image::{Content, EncryptionFormat, Feature, ReferenceKind, Tool};
use crate::location::{LocationKind, Protocol, Transport};
use crate::policy::{Finding, ViolationKind};
use core::ffi::{c_char, c_uint, CStr};
use core::marker::PhantomData;

/// A number from C: a value of `E`, 0, or any other number.
#[repr(transparent)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Number<E> {
    number: c_uint,
    of: PhantomData<E>,
}

impl<E> Number<E> {
    pub(super) const ZERO: Self = Number::of(0);

    pub(super) const fn of(number: c_uint) -> Self {
        Number {
            number,
            of: PhantomData,
        }
    }
}

impl<E> Default for Number<E> {
    fn default() -> Self {
        Self::ZERO
    }
}

impl<E: Named> From<E> for Number<E> {
    fn from(value: E) -> Self {
        Number::of(value.number())
    }
}

impl<E: Named> From<Option<E>> for Number<E> {
    fn from(value: Option<E>) -> Self {
        value.map_or(Self::ZERO, Number::from)
    }
}

impl<E: Named> Number<E> {
    pub(super) fn is_zero(self) -> bool {
        self.number == 0
    }

    pub(super) fn value(self) -> Option<E> {
        E::from_number(self.number)
    }

    /// Returns the static name, or `unknown` for a number without a value.
    pub(super) fn name(self) -> *const c_char {
        self.name_by(E::c_name)
    }

    pub(super) fn name_by(self, name: impl FnOnce(E) -> &'static CStr) -> *const c_char {
        let name = || match (self.value(), self.number) {
            (Some(value), _) => name(value),
            (None, 0) => E::ZERO_NAME,
            (None, _) => c"unknown",
        };
        or(c"unknown", name).as_ptr()
    }

    /// Parses a name from C. Writes 0 if it is not the name of a value.
    pub(super) fn parse(
        name: *const c_char,
        out: *mut Self,
        parse: impl FnOnce(&[u8]) -> Option<E>,
    ) -> bool {
        let value = or(None, || parse(needed_text(name, "name is NULL").ok()?));
        set(out, value.into());
        value.is_some()
    }
}

/// Runs a getter of an enumeration: 0 if the fact is absent.
pub(super) fn get_enum<T, E: Named>(
    handle: *const T,
    body: impl FnOnce(&T) -> Option<E>,
) -> Number<E> {
    get(handle, None, body).into()
}

/// A `bool` from C, read as a byte: a caller without prototypes can pass any number.
#[repr(transparent)]
#[derive(Clone, Copy, Debug)]
pub struct Bool(pub(super) u8);

impl Bool {
    pub(super) fn is_true(self) -> bool {
        self.0 != 0
    }
}

macro_rules! numbers {
    ($( $c_type:ident = $enumeration:ident; )*) => {
        $( pub type $c_type = Number<$enumeration>; )*

        #[test]
        fn each_alias_has_the_name_that_the_enumeration_states() {
            $( assert_eq!($enumeration::IN_C.0, stringify!($c_type)); )*
        }
    };
}

numbers! {
    diskprobe_status = ErrorKind;
    diskprobe_format = Format;
    diskprobe_encryption = EncryptionFormat;
    diskprobe_feature = Feature;
    diskprobe_reference_kind = ReferenceKind;
    diskprobe_content_kind = Content;
    diskprobe_tool = Tool;
    diskprobe_finding = Finding;
    diskprobe_violation_kind = ViolationKind;
    diskprobe_storage_type = LocationKind;
    diskprobe_protocol = Protocol;
    diskprobe_transport = Transport;
    diskprobe_element_kind = ElementKind;
    diskprobe_unrecorded_format = UnrecordedFormat;
    diskprobe_data_file_directory = DataFileDirectory;
    diskprobe_format_source = FormatSource;
}

/// `DISKPROBE_STATUS_OK`.
pub(super) const OK: diskprobe_status = Number::ZERO;
