// SPDX-License-Identifier: MIT OR Apache-2.0
//! A chain as JSON: its images, each as it is alone and with how its format came to be known.

use super::object::{Object, Value};
use super::{data_file, location, reason};
use diskprobe::chain::{Chain, Element, ElementKind};
use diskprobe::Image;

/// The images of the chain; `names` are those of its elements.
pub(crate) fn all(chain: &Chain, names: &[Vec<u8>]) -> Value {
    let elements = chain.elements();
    let named = |place: usize| names.get(place).map(Vec::as_slice).unwrap_or_default();
    let images = chain.images().map(|(place, element)| {
        let behind = place.saturating_add(1);
        let data_file = elements
            .get(behind)
            .filter(|next| next.kind() == ElementKind::DataFile);
        one(
            named(place),
            element,
            data_file.map(|file| (named(behind), file)),
        )
    });
    images.collect()
}

fn one(name: &[u8], element: &Element, data_file: Option<(&[u8], &Element)>) -> Object {
    let object = match element.image() {
        Some(image) => super::facts(name, image, data_file.map(|file| file_of(image, file))),
        None => Object::new()
            .text("filename", name)
            .maybe("format", element.format().map(|format| format.as_str()))
            .maybe_text("format-name", name_of_format(element)),
    };
    let error = element.error().map(|error| reason(&error));
    let of_data_file = data_file.and_then(|(_, file)| file.error());
    let of_data_file = of_data_file.map(|error| reason(&error).with("of", "data-file"));
    unopened(object, element)
        .with("format-source", element.format_source().as_str())
        .maybe("error", error.or(of_data_file))
}

/// The recorded name of a format that is not known.
fn name_of_format(element: &Element) -> Option<&[u8]> {
    element.format_name().filter(|_| element.format().is_none())
}

/// What is known of an element without having opened it.
fn unopened(object: Object, element: &Element) -> Object {
    match (element.image(), element.error(), element.location()) {
        (None, None, Some(named)) => object.with("location", location::named(named)),
        _ => object,
    }
}

/// The data file of `image` as it is among its facts, and as it was found.
fn file_of(image: &Image, (name, element): (&[u8], &Element)) -> Object {
    let found = element.image();
    let object = image.data_file().map_or_else(Object::new, data_file);
    let object = object
        .text("full-filename", name)
        .maybe("physical-size", found.and_then(Image::physical_size))
        .maybe("actual-size", found.and_then(Image::allocated_size));
    unopened(object, element)
}
