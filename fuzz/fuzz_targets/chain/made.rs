// SPDX-License-Identifier: MIT OR Apache-2.0
//! Files that name each other, from any bytes. Their headers are valid except for bytes that the
//! input changes.

/// Where a file of this number is, by its usual name.
pub(crate) const DIRECTORY: &str = "/d/";
/// Files are numbered by one digit.
const MOST_FILES: usize = 10;

/// The input, byte by byte; zeros after its end.
pub(crate) struct Input<'a>(pub(crate) &'a [u8]);

impl Input<'_> {
    pub(crate) fn byte(&mut self) -> u8 {
        let Some((first, rest)) = self.0.split_first() else {
            return 0;
        };
        self.0 = rest;
        *first
    }

    /// A number below `end`.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        usize::from(self.byte()) % end
    }

    fn bytes(&mut self) -> Vec<u8> {
        let length = usize::from(self.byte()).min(self.0.len());
        let (bytes, rest) = self.0.split_at(length);
        self.0 = rest;
        bytes.to_vec()
    }
}

pub(crate) fn files(input: &mut Input<'_>) -> Vec<Vec<u8>> {
    let number = 1 + input.below(MOST_FILES);
    (0..number).map(|_| file(input)).collect()
}

fn file(input: &mut Input<'_>) -> Vec<u8> {
    let mut file = match input.below(8) {
        0 => vec![0; 512],
        1 => qed(input),
        2 => qcow(input),
        3 => vmdk(input),
        4 => vdi(input),
        5 => input.bytes(),
        _ => qcow2(input),
    };
    for _ in 0..input.below(4) {
        let place = usize::from(input.byte()) | usize::from(input.byte()) << 8;
        let new = input.byte();
        if let Some(byte) = file.get_mut(place) {
            *byte = new;
        }
    }
    file
}

/// The name of some file, in one of the ways that a name can be spelt in.
fn name(input: &mut Input<'_>) -> Vec<u8> {
    let way = input.below(20);
    let file = input.below(MOST_FILES);
    let name = match way {
        0 => format!("./{file}"),
        1 => format!("{DIRECTORY}{file}"),
        // The same file by another name.
        2 => format!("link{file}"),
        3 => format!("file:{DIRECTORY}{file}"),
        4 => format!(r#"json:{{"driver":"file","filename":"{DIRECTORY}{file}"}}"#),
        5 | 6 => {
            let (offset, size) = (512 * input.below(3), 512 * input.below(4));
            format!(
                r#"json:{{"driver":"raw","offset":{offset},"size":{size},"file":{{"driver":"file","filename":"{DIRECTORY}{file}"}}}}"#
            )
        }
        7 => format!("nbd://host/{file}"),
        8 => format!("https://host/d/{file}"),
        9 => format!("json:{{\"driver\":\"qcow2\",\"file\":\"{file}\"}}"),
        10 => format!("nvme://0000:01:00.0/{file}"),
        11 => format!("fat:{DIRECTORY}{file}"),
        12 => format!("../d/{file}"),
        13 => String::new(),
        14 => return input.bytes(),
        _ => file.to_string(),
    };
    name.into_bytes()
}

fn format_name(input: &mut Input<'_>) -> Option<Vec<u8>> {
    const NAMES: [&str; 10] = [
        "qcow2", "raw", "qcow2", "qed", "qcow", "vmdk", "vdi", "vhd", "dir", "luks",
    ];
    match input.below(14) {
        known if known < NAMES.len() => Some(NAMES[known].into()),
        10 => Some(input.bytes()),
        _ => None,
    }
}

fn qcow2(input: &mut Input<'_>) -> Vec<u8> {
    let flags = input.byte();
    let has = |bit: u8| flags & 1 << bit != 0;
    let mut image = vec![0; 2048];
    put(&mut image, 0, b"QFI\xfb");
    let fields: [(usize, u32); 7] = [
        (4, if has(7) { 2 } else { 3 }),
        (20, 16),
        (36, 1),
        (56, 1),
        (96, 4),
        (100, 104),
        // That the guest's data is in another file.
        (76, u32::from(has(6)) << 2),
    ];
    for (place, value) in fields {
        put(&mut image, place, &value.to_be_bytes());
    }
    for (place, value) in [(24, 1 << 20), (40, 3 << 16), (48, 1 << 16)] {
        put(&mut image, place, &u64::to_be_bytes(value));
    }
    let mut at = if has(7) { 72 } else { 104 };
    let mut extension = |kind: u32, data: &[u8]| {
        let length = u32::try_from(data.len()).expect("small");
        put(&mut image, at, &kind.to_be_bytes());
        put(&mut image, at + 4, &length.to_be_bytes());
        put(&mut image, at + 8, data);
        at += 8 + data.len().next_multiple_of(8);
    };
    let backing = (flags & 3 != 0).then(|| name(input));
    if let Some(format) = backing.as_ref().and_then(|_| format_name(input)) {
        extension(0xe279_2aca, &format);
    }
    if has(5) {
        extension(0x4441_5441, &name(input));
    }
    extension(0, b"");
    if let Some(name) = backing {
        let length = u32::try_from(name.len()).expect("small");
        put(&mut image, 1024, &name);
        put(&mut image, 8, &1024u64.to_be_bytes());
        put(&mut image, 16, &length.to_be_bytes());
    }
    image
}

fn qed(input: &mut Input<'_>) -> Vec<u8> {
    let name = name(input);
    let flags = u64::from(input.byte() & 5);
    let length = u32::try_from(name.len()).expect("small");
    let mut image = vec![0; 1024];
    put(&mut image, 0, b"QED\0");
    for (place, value) in [(4, 65536), (8, 4), (12, 1), (56, 512), (60, length)] {
        put(&mut image, place, &u32::to_le_bytes(value));
    }
    for (place, value) in [(16, flags), (40, 65536), (48, 1 << 20)] {
        put(&mut image, place, &u64::to_le_bytes(value));
    }
    put(&mut image, 512, &name);
    image
}

fn qcow(input: &mut Input<'_>) -> Vec<u8> {
    let name = name(input);
    let length = u32::try_from(name.len()).expect("small");
    let mut image = vec![0; 1024];
    put(&mut image, 0, b"QFI\xfb");
    put(&mut image, 7, &[1]);
    if length != 0 {
        put(&mut image, 8, &512u64.to_be_bytes());
        put(&mut image, 16, &length.to_be_bytes());
    }
    put(&mut image, 24, &(1u64 << 20).to_be_bytes());
    put(&mut image, 32, &[12, 9]);
    put(&mut image, 40, &48u64.to_be_bytes());
    put(&mut image, 512, &name);
    image
}

/// A text that names its extents, or its parent as well.
fn vmdk(input: &mut Input<'_>) -> Vec<u8> {
    let has_parent = input.byte() % 2 == 1;
    let (cid, name) = (u32::from(input.byte()), name(input));
    let name = String::from_utf8_lossy(&name).replace(['"', '\n'], "");
    let parent = match has_parent {
        true => format!("parentCID={cid:08x}\nparentFileNameHint=\"{name}\"\n"),
        false => "parentCID=ffffffff\n".to_owned(),
    };
    let text = format!(
        "# Disk DescriptorFile\nversion=1\nCID=fffffffe\n{parent}createType=\"monolithicFlat\"\n\
         RW 2048 FLAT \"{name}\" 0\n"
    );
    let mut image = text.into_bytes();
    image.resize(image.len().next_multiple_of(512), 0);
    image
}

fn vdi(input: &mut Input<'_>) -> Vec<u8> {
    let mut image = vec![0; 512];
    put(&mut image, 0, b"<<< QEMU VM Virtual Disk Image >>>\n");
    for (place, value) in [
        (64, 0xbeda_107f),
        (68, 0x0001_0001),
        (72, 400),
        (76, 1),
        (340, 512),
        (344, 1024),
        (360, 512),
        (376, 1 << 20),
        (384, 1),
    ] {
        put(&mut image, place, &u32::to_le_bytes(value));
    }
    // Of a parent image.
    put(&mut image, 440, &[input.byte() & 1]);
    image
}

fn put(image: &mut Vec<u8>, place: usize, bytes: &[u8]) {
    let end = place + bytes.len();
    if image.len() < end {
        image.resize(end, 0);
    }
    image[place..end].copy_from_slice(bytes);
}
