// SPDX-License-Identifier: MIT OR Apache-2.0
//! A verdict as JSON.

use super::bytes;
use super::image::{failure, findings, readings, reference};
use crate::base::error::Error;
use crate::base::json::{any, json, Json};
use crate::image::Image;
use crate::policy::{Verdict, Violation};
use core::fmt::Display;
use std::path::Path;

impl Verdict {
    /// Returns the verdict as a JSON object, with the facts of `image` on which it is based.
    /// `docs/safety.md` explains every key.
    pub fn json<'a>(
        &'a self,
        file_name: impl AsRef<Path> + 'a,
        image: &'a Image,
    ) -> impl Display + 'a {
        let members = move |object: &mut Json<'_>| {
            object
                .text("filename", Some(bytes(file_name.as_ref())))
                .value("accepted", Some(self.is_accepted()))
                .objects("violations", Some(self.violations().iter()), violation)
                .text("format", Some(image.format().as_str()))
                .value("virtual-size", image.virtual_size())
                .objects("references", any(image.references()), reference);
            readings(object, image);
            findings(object, image);
        };
        json(move |json| json.object(&members))
    }

    /// Returns the JSON object for the verdict on an image that cannot be probed: the image is not
    /// accepted.
    pub fn failure_json<'a>(
        file_name: impl AsRef<Path> + 'a,
        error: &'a Error,
    ) -> impl Display + 'a {
        let members = move |object: &mut Json<'_>| {
            failure(object, file_name.as_ref(), error);
            object.value("accepted", Some(false));
        };
        json(move |json| json.object(&members))
    }
}

fn violation(object: &mut Json<'_>, violation: &Violation) {
    object
        .text("token", Some(violation.token()))
        .text("message", Some(violation.to_string()));
}
