// SPDX-License-Identifier: MIT OR Apache-2.0
//! A chain as JSON: the facts of each image, as for a single image, and the source of its format.

use super::{image, location, reason};
use crate::base::json::{json, Json};
use crate::chain::{Chain, Element, ElementKind};
use crate::image::Image;
use crate::location::Location;
use core::fmt::Display;

impl Chain {
    /// Returns the images as a JSON array of objects, each called by its
    /// [name](Chain::element_names). `docs/info.md` explains every key.
    ///
    /// The chain of an error ends with the element at fault, which has the key `error`.
    pub fn json(&self) -> impl Display + '_ {
        json(move |json| {
            let names = self.element_names();
            let named = |place: usize| Some((self.elements().get(place)?, names.get(place)?));
            json.list(self.images(), |list, image| {
                let place = image.index();
                let name = names.get(place).map_or(&[][..], Vec::as_slice);
                let data_file = named(place.saturating_add(1));
                let data_file = data_file.filter(|(next, _)| next.kind() == ElementKind::DataFile);
                list.object(|object| one(object, image, name, data_file));
            });
        })
    }
}

/// An element and its name.
type Named<'a> = (&'a Element, &'a Vec<u8>);

fn one(object: &mut Json<'_>, element: &Element, name: &[u8], data_file: Option<Named<'_>>) {
    let format = element.format();
    match element.image() {
        Some(image) => image::facts(object, name, image.allocated_size(), image, |object| {
            if let Some(data_file) = data_file {
                opened_data_file(object, data_file);
            }
        }),
        None => {
            // A recorded name is shown if it is not that of a known format.
            let format_name = element.format_name().filter(|_| format.is_none());
            object
                .text("filename", Some(name))
                .text("format", format.map(|format| format.as_str()))
                .text("format-name", format_name);
        }
    }
    unopened(object, element);
    let slice = element.location().and_then(Location::slice);
    object.member("slice", slice, location::slice);
    object.text("format-source", Some(element.format_source().as_str()));
    let of_image = element.error().map(|error| (error, None));
    let of_data_file = data_file.and_then(|(file, _)| Some((file.error()?, Some("data-file"))));
    object.member("error", of_image.or(of_data_file), |object, (error, of)| {
        reason(object, error);
        object.text("of", of);
    });
}

/// Adds the location of an element that was left unopened.
fn unopened(object: &mut Json<'_>, element: &Element) {
    if element.image().is_none() && element.error().is_none() {
        object.member("location", element.location(), location::named);
    }
}

fn opened_data_file(object: &mut Json<'_>, (element, name): Named<'_>) {
    let image = element.image();
    object
        .text("full-filename", Some(name))
        .value("physical-size", image.and_then(Image::physical_size))
        .value("actual-size", image.and_then(Image::allocated_size));
    unopened(object, element);
}
