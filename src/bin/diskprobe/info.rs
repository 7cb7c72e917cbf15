// SPDX-License-Identifier: MIT OR Apache-2.0
//! `diskprobe info`.

use crate::args::{Info, Output};
use crate::shown::Shown;
use crate::{human, json};
use diskprobe::{probe_path, Options};
use std::io::{self, Write};
use std::os::unix::ffi::OsStrExt;
use std::process::ExitCode;

const SOME_FAILED: u8 = 1;

pub(crate) fn run(arguments: &Info) -> ExitCode {
    match show_all(arguments, &mut io::stdout().lock()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(SOME_FAILED),
        // Who reads has seen enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("diskprobe: cannot write: {error}");
            ExitCode::from(SOME_FAILED)
        }
    }
}

/// Shows every image. Returns whether all could be probed.
fn show_all(arguments: &Info, out: &mut impl Write) -> io::Result<bool> {
    let options = Options::new().format(arguments.format);
    let several = arguments.files.len() > 1;
    let mut all_probed = true;
    for (number, file) in arguments.files.iter().enumerate() {
        let name = file.as_bytes();
        match probe_path(file, &options) {
            Ok(image) => match arguments.output {
                Output::Human => {
                    if number > 0 {
                        writeln!(out)?;
                    }
                    human::write(out, name, &image)?;
                }
                Output::Json => write_json(out, &json::image(name, &image), several)?,
            },
            Err(error) => {
                all_probed = false;
                eprintln!("diskprobe: {}: {error}", Shown(name));
                if several && arguments.output == Output::Json {
                    write_json(out, &json::failure(name, &error), several)?;
                }
            }
        }
        out.flush()?;
    }
    Ok(all_probed)
}

fn write_json(out: &mut impl Write, object: &json::Object, one_line: bool) -> io::Result<()> {
    if one_line {
        serde_json::to_writer(&mut *out, object)?;
    } else {
        serde_json::to_writer_pretty(&mut *out, object)?;
    }
    writeln!(out)
}
