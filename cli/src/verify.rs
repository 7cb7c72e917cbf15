// SPDX-License-Identifier: MIT OR Apache-2.0
//! `diskprobe verify`: whether an image is still what `diskprobe check --receipt` accepted.

use crate::answers::put;
use crate::{complain, Failure};
use diskprobe::{escape, probe_path, Error, ErrorKind, Receipt};
use std::ffi::{OsStr, OsString};
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::absolute;

/// Check whether an image is still what `check --receipt` accepted
#[derive(clap::Args)]
#[command(after_help = NOTES)]
pub(crate) struct Verify {
    /// The receipt, as written by `diskprobe check --receipt=RECEIPT`
    #[arg(value_name = "RECEIPT")]
    receipt: OsString,

    /// The image: a regular file or block device
    #[arg(value_name = "FILE")]
    file: OsString,
}

const NOTES: &str = "\
The format, virtual size, encryption, backing format, references and findings are compared. The
content of the disk is not.

Examples:
  diskprobe check --receipt=disk.receipt disk.qcow2
  diskprobe verify disk.receipt disk.qcow2

Exit status:
  0  all of these are the same
  1  one of these differs, or the image or the receipt cannot be read; standard error says which
  2  wrong usage";

/// Larger than the receipt of any image: a name takes at most ten characters for each byte, and an
/// image records at most 64 KiB of names.
const MAX_RECEIPT: usize = 1 << 20;

/// Returns whether the image is still the same.
pub(crate) fn run(args: &Verify) -> Result<bool, Failure> {
    let receipt = match read(&args.receipt) {
        Ok(receipt) => receipt,
        Err(error) => {
            complain(args.receipt.as_bytes(), error);
            return Ok(false);
        }
    };
    let name = args.file.as_bytes();
    let path = absolute(&args.file).ok();
    let image = probe_path(&args.file, &receipt.options().file_name(&args.file));
    match image.and_then(|image| receipt.verify(&image, path.as_deref())) {
        Ok(()) => put(&format!("{}: unchanged\n", escape(name)))?,
        Err(error) => {
            complain(name, error);
            return Ok(false);
        }
    }
    Ok(true)
}

fn read(name: &OsStr) -> Result<Receipt, Error> {
    let file = File::open(name)?;
    let (mut text, mut part) = (Vec::new(), [0; 4096]);
    // The sandbox allows no other way to read.
    while let count @ 1.. = file.read_at(&mut part, u64::try_from(text.len()).unwrap_or(0))? {
        text.extend(part.iter().take(count));
        if text.len() > MAX_RECEIPT {
            let message = format!("receipt: longer than {MAX_RECEIPT} bytes");
            return Err(Error::new(ErrorKind::InvalidArgument, message));
        }
    }
    Receipt::parse(&text)
}

/// Writes a receipt to a new file that only its owner can read, because names in it can contain
/// credentials.
pub(crate) fn write(name: &OsStr, receipt: &Receipt) -> Result<(), Error> {
    let mut options = OpenOptions::new();
    let mut file = options
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(name)?;
    writeln!(file, "{receipt}")?;
    Ok(file.sync_all()?)
}
