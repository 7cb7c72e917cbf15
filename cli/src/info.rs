// SPDX-License-Identifier: MIT OR Apache-2.0
//! `diskprobe info`: the facts of images or chains.

mod chain;
mod human;

use crate::answers::Answers;
use crate::values::{one_of, Output};
use crate::{complain_of_file, Failure};
use diskprobe::chain::{ChainOptions, DataFileDirectory, UnrecordedFormat};
use diskprobe::{probe_path, Format, Image, Options};
use std::ffi::OsString;
use std::os::unix::ffi::OsStrExt;

/// Show the facts of disk images
#[derive(clap::Args)]
#[command(after_help = NOTES)]
pub(crate) struct Info {
    /// Output format: text, or JSON (one object; for several files, one object per line)
    #[arg(long, value_name = "HOW", default_value = "human")]
    output: Output,

    /// Use this format instead of detecting it
    #[arg(short, value_name = "FMT", value_parser = one_of(Format::ALL, Format::as_str))]
    format: Option<Format>,

    /// Show the whole backing chain of each FILE: as a tree, or as a JSON array
    #[arg(long)]
    backing_chain: bool,

    /// If a backing format is not recorded: fail, detect it (unless the image names other files),
    /// assume raw, or apply libvirt's rules
    #[arg(long, value_name = "HOW", default_value = "refuse", requires = "backing_chain",
          value_parser = one_of(UnrecordedFormat::ALL, UnrecordedFormat::as_str))]
    unrecorded_format: UnrecordedFormat,

    /// Read only what the facts require: do not look for other formats that the bytes match
    #[arg(long)]
    quick: bool,

    /// Directory from which relative names of qcow2 data files are resolved: that of the image, the
    /// working directory (as in QEMU), or both, in which case the name must lead to the same file
    /// from both
    #[arg(long, value_name = "WHICH", default_value = "same", requires = "backing_chain",
          value_parser = one_of(DataFileDirectory::ALL, DataFileDirectory::as_str))]
    data_file_directory: DataFileDirectory,

    /// Ignored, because images are never locked; for compatibility with qemu-img info
    #[arg(short = 'U', long)]
    force_share: bool,

    /// Images: regular files or block devices
    #[arg(value_name = "FILE", required = true)]
    files: Vec<OsString>,
}

const NOTES: &str = "\
Examples:
  diskprobe info disk.qcow2
  diskprobe info --output=json *.img | jq -r 'select(.encrypted).filename'
  diskprobe info -f raw /dev/vg/guest
  diskprobe info --backing-chain overlay.qcow2
  diskprobe info -- -odd-name.img

Exit status:
  0  all images were probed, and all chains are complete
  1  an image could not be probed or a chain is incomplete; the reason is on standard error
  2  wrong usage";

/// Runs the command. Returns whether all images were probed and all chains are complete.
pub(crate) fn run(args: &Info) -> Result<bool, Failure> {
    let options = Options::new().format(args.format).thorough(!args.quick);
    let mut answers = Answers::new(args.output, args.files.len(), "\n");
    let mut all_probed = true;
    for file in &args.files {
        let name = file.as_bytes();
        let options = options.clone().file_name(file);
        if args.backing_chain {
            let options = ChainOptions::new().image_options(options);
            let options = options.unrecorded_format(args.unrecorded_format);
            let options = options.data_file_directory(args.data_file_directory);
            all_probed &= chain::show(file, &options, &mut answers)?;
            continue;
        }
        match probe_path(file, &options) {
            Ok(image) => {
                let json = image.json(file, image.allocated_size());
                answers.write(|| human::image(name, &image), json)?;
            }
            Err(error) => {
                answers.write_failure(Image::failure_json(file, &error))?;
                complain_of_file(name, &error);
                all_probed = false;
            }
        }
    }
    Ok(all_probed)
}
