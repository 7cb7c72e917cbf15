// SPDX-License-Identifier: MIT OR Apache-2.0
//! `diskprobe info`: the facts of one image or of one chain after another.

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
    /// For people; or for programs: one JSON object for one FILE, one on each line for several
    #[arg(long, value_name = "HOW", default_value = "human")]
    output: Output,

    /// The format that the images have, instead of the one that their bytes show
    #[arg(short, value_name = "FMT", value_parser = one_of(Format::ALL, Format::as_str))]
    format: Option<Format>,

    /// Show the images under each FILE too: as an array, or as a tree
    #[arg(long)]
    backing_chain: bool,

    /// Of a backing file whose format is not recorded: give up; go by its bytes, unless they name
    /// other files; take it for raw
    #[arg(long, value_name = "HOW", default_value = "refuse", requires = "backing_chain",
          value_parser = one_of(UnrecordedFormat::ALL, UnrecordedFormat::as_str))]
    unrecorded_format: UnrecordedFormat,

    /// Where relative names of qcow2 data files start: in the directory of the image, in the working
    /// directory as for QEMU itself, or in both, which must then have the same file
    #[arg(long, value_name = "WHICH", default_value = "same", requires = "backing_chain",
          value_parser = one_of(DataFileDirectory::ALL, DataFileDirectory::as_str))]
    data_file_directory: DataFileDirectory,

    /// Changes nothing, because nothing is locked: for habits from `qemu-img info`
    #[arg(short = 'U', long)]
    force_share: bool,

    /// The images: regular files or block devices
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
  0  every image was probed, and every chain is whole
  1  some image could not be, or some chain is broken; the standard error says why
  2  wrong usage";

/// Returns whether every image could be probed, and every chain is whole.
pub(crate) fn run(args: &Info) -> Result<bool, Failure> {
    let options = Options::new().format(args.format).thorough(true);
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
