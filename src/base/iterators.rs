// SPDX-License-Identifier: MIT OR Apache-2.0
//! Iterators with named types, so that callers can store them.

/// Defines a public iterator that converts the items of a slice.
macro_rules! iterator {
    (
        $(#[$about:meta])* $name:ident over $item:ty => $output:ty: $convert:expr;
        Debug: $shown:expr
    ) => {
        $(#[$about])*
        #[derive(Clone)]
        pub struct $name<'a>(pub(crate) core::slice::Iter<'a, $item>);

        impl<'a> Iterator for $name<'a> {
            type Item = $output;

            fn next(&mut self) -> Option<$output> {
                let convert: fn(&'a $item) -> $output = $convert;
                self.0.next().map(convert)
            }

            fn size_hint(&self) -> (usize, Option<usize>) {
                self.0.size_hint()
            }
        }

        impl<'a> DoubleEndedIterator for $name<'a> {
            fn next_back(&mut self) -> Option<Self::Item> {
                let convert: fn(&'a $item) -> $output = $convert;
                self.0.next_back().map(convert)
            }
        }

        impl core::fmt::Debug for $name<'_> {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.debug_list().entries(self.clone().map($shown)).finish()
            }
        }

        impl ExactSizeIterator for $name<'_> {}
        impl core::iter::FusedIterator for $name<'_> {}
    };
}
pub(crate) use iterator;
