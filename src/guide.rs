// SPDX-License-Identifier: MIT OR Apache-2.0
//! The guide: pages of `docs/`, for readers of the Rust documentation.
//!
//! They also describe the command line tool, whose JSON objects have the facts of the library.

/// A page whose links to other pages lead to the modules of those pages.
macro_rules! page {
    ($name:ident, $file:literal) => {
        #[doc = "[chain.md]: chain\n[errors.md]: errors"]
        #[doc = "[formats.md#what-is-read]: formats#what-is-read"]
        #[doc = "[info.md]: info\n[info.md#chains]: info#chains"]
        #[doc = "[location.md]: location\n[safety.md]: safety\n"]
        #[doc = include_str!(concat!("../docs/", $file))]
        pub mod $name {}
    };
}

page!(info, "info.md");
page!(chain, "chain.md");
page!(safety, "safety.md");
page!(scan, "scan.md");
page!(location, "location.md");
page!(errors, "errors.md");
page!(formats, "formats.md");

/// The example of README.md, which compiles.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}
