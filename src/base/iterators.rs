// SPDX-License-Identifier: MIT OR Apache-2.0
//! Iterators with named types, so that callers can store them, and one for a few items in order.

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

/// Iterates over a few items in the order of their keys; those with equal keys keep their order.
/// The time is quadratic, but a sort of std is 5 KB of code for each type.
pub(crate) fn in_order<T, K: Ord + Copy>(
    items: &[T],
    key: impl Fn(&T) -> K,
) -> impl Iterator<Item = &T> {
    let mut last = None;
    core::iter::from_fn(move || {
        // Unlike `enumerate`, this cannot overflow.
        let items = (0..items.len()).zip(items);
        let keyed = items.map(|(index, item)| ((key(item), index), item));
        let later = keyed.filter(|(key, _)| Some(*key) > last);
        let (key, item) = later.min_by_key(|(key, _)| *key)?;
        last = Some(key);
        Some(item)
    })
}

#[cfg(test)]
mod tests {
    use super::in_order;

    #[test]
    fn items_are_in_the_order_of_a_stable_sort() {
        let items = [(3, 'a'), (1, 'b'), (3, 'c'), (0, 'd'), (1, 'e'), (3, 'f')];
        let mut sorted = items;
        sorted.sort_by_key(|(key, _)| *key);
        assert!(in_order(&items, |(key, _)| *key).eq(&sorted));
        assert_eq!(in_order(&items[..0], |(key, _)| *key).count(), 0);
    }
}
