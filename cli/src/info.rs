// SPDX-License-Identifier: MIT OR Apache-2.0
//! `diskprobe info`: one answer after another, each written before the next image is opened.

use crate::args::{Info, Output};
use crate::{chain, complain, human, json};
use diskprobe::Options;
use std::io::{self, Write};
use std::os::unix::ffi::OsStrExt;

/// Whether every image could be probed; the error of writing to `out`.
pub(crate) fn run(args: &Info, out: &mut impl Write) -> io::Result<bool> {
    let options = Options::new().format(args.format).thorough(true);
    if args.backing_chain {
        return chain::run(args, &options, out);
    }
    let several = args.files.len() > 1;
    let mut all_probed = true;
    let mut gap = "";
    for file in &args.files {
        let name = file.as_bytes();
        let probed = diskprobe::probe_path(file, &options.file_name(name));
        match (&probed, args.output) {
            (Ok(image), Output::Human) => {
                write!(out, "{gap}{}", human::image(name, image))?;
                gap = "\n";
            }
            (Ok(image), Output::Json) if several => {
                writeln!(out, "{}", json::line(&json::image(name, image))?)?;
            }
            (Ok(image), Output::Json) => {
                writeln!(out, "{}", json::pretty(&json::image(name, image))?)?;
            }
            (Err(error), Output::Json) if several => {
                writeln!(out, "{}", json::line(&json::failure(name, error))?)?;
            }
            (Err(_), _) => {}
        }
        out.flush()?;
        if let Err(error) = probed {
            complain(name, &error);
            all_probed = false;
        }
    }
    Ok(all_probed)
}
