// SPDX-License-Identifier: MIT OR Apache-2.0
//! Reads that do not move the file offset.

use super::sys;
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;

/// The largest alignment of offset, length and memory that `O_DIRECT` can require.
const BLOCK: usize = 4096;

/// Reads at `offset`, as `pread` does, even if the descriptor was opened with `O_DIRECT`.
#[inline]
pub(crate) fn read_at(file: &File, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
    match file.read_at(buffer, offset) {
        Err(error) if error.raw_os_error() == Some(libc::EINVAL) && sys::is_direct(file) => {
            read_aligned(file, buffer, offset)
        }
        result => result,
    }
}

/// Reads whole blocks into aligned memory and copies the part that was requested.
#[cold]
fn read_aligned(file: &File, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
    let block = BLOCK as u64;
    let start = offset.checked_div(block).unwrap_or(0).saturating_mul(block);
    let skip = usize::try_from(offset.saturating_sub(start)).unwrap_or(0);
    let length = skip.saturating_add(buffer.len());
    let length = length.checked_next_multiple_of(BLOCK);
    let length = length.ok_or(io::ErrorKind::OutOfMemory)?;
    let mut memory = vec![0; length.saturating_add(BLOCK)];
    let unaligned = memory.as_ptr().align_offset(BLOCK);
    let blocks = memory
        .get_mut(unaligned..)
        .and_then(|blocks| blocks.get_mut(..length));
    let blocks = blocks.ok_or(io::ErrorKind::OutOfMemory)?;
    let got = file.read_at(blocks, start)?;
    let read = blocks.get(skip..got).unwrap_or_default();
    let length = read.len().min(buffer.len());
    if let (Some(to), Some(from)) = (buffer.get_mut(..length), read.get(..length)) {
        to.copy_from_slice(from);
    }
    Ok(length)
}

#[cfg(test)]
mod tests {
    use super::{read_aligned, BLOCK};
    use std::fs::File;

    #[test]
    #[cfg_attr(miri, ignore = "reads a file")]
    fn an_aligned_read_returns_the_requested_part() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/base/limits.rs");
        let whole = std::fs::read(path).expect("a source file");
        let file = File::open(path).expect("a source file");
        let end = whole.len();
        for (offset, length) in [
            (0, 10),
            (5, BLOCK),
            (BLOCK - 1, 2),
            (end - 3, 100),
            (end, 8),
        ] {
            let mut buffer = vec![0; length];
            let got = read_aligned(&file, &mut buffer, offset as u64).expect("bytes");
            let expected = &whole[offset..(offset + length).min(end)];
            assert_eq!(&buffer[..got], expected, "{offset} {length}");
        }
    }
}
