// SPDX-License-Identifier: MIT OR Apache-2.0
//! Chains: each image starts further on in the input.

use crate::oracle::{assert_text, written};
use crate::APART;
use diskprobe::chain::UnrecordedFormat;
use diskprobe::chain::{Chain, ChainOptions, ElementKind, OpenRequest, Opened, Opener};
use diskprobe::location::Location;
use diskprobe::{Error, Options, Source};
use std::ffi::OsStr;
use std::io;
use std::os::unix::ffi::OsStrExt;

struct Part<'b>(&'b [u8]);

impl Source for Part<'_> {
    fn read_at(&mut self, mut buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        let offset = usize::try_from(offset).unwrap_or(usize::MAX);
        let there = self.0.get(offset..).unwrap_or_default();
        io::Write::write(&mut buffer, there)
    }

    fn length(&mut self) -> io::Result<Option<u64>> {
        Ok(u64::try_from(self.0.len()).ok())
    }
}

struct Parts<'b>(&'b [u8]);

impl Opener for Parts<'_> {
    fn open(&mut self, request: &OpenRequest<'_>) -> Result<Opened<'_>, Error> {
        if request.location().local_path().is_none() {
            return Ok(Opened::unopened());
        }
        let bytes = self.0;
        self.0 = bytes.get(APART..).unwrap_or_default();
        Ok(Opened::source(Box::new(Part(bytes))))
    }
}

pub(crate) fn walked(name: &[u8], bytes: &[u8], options: &Options) {
    let options = ChainOptions::new().image_options(options.clone());
    let options = options.unrecorded_format(UnrecordedFormat::Probe);
    let walked = Chain::open(
        Location::from_path(OsStr::from_bytes(name)),
        &mut Parts(bytes),
        &options,
    );
    let chain = match &walked {
        Ok(chain) => chain,
        Err(broken) => broken.partial_chain(),
    };
    let names = chain.element_names();
    assert_eq!(names.len(), chain.elements().len());
    let list = written(chain.json());
    let listed = list.as_array().expect("a list");
    let images = chain.elements().iter();
    let images = images.filter(|element| element.kind() != ElementKind::DataFile);
    let images: Vec<_> = images.map(|image| &names[image.index()]).collect();
    assert_eq!(listed.len(), images.len());
    for (object, name) in listed.iter().zip(images) {
        assert_text(object, "filename", Some(name));
    }
}
