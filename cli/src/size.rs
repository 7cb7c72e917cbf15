// SPDX-License-Identifier: MIT OR Apache-2.0
//! Sizes for people.

const UNITS: [&str; 7] = ["bytes", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];

/// The size in its largest binary unit, to three digits, and exactly: `9.77 MiB (10240001 bytes)`.
pub(crate) fn exact(bytes: u64) -> String {
    if bytes < 1024 {
        return short(bytes);
    }
    format!("{} ({bytes} bytes)", short(bytes))
}

/// The size in its largest binary unit, to three digits: `9.77 MiB`.
pub(crate) fn short(bytes: u64) -> String {
    let power = bytes.checked_ilog2().map_or(0, |log| log / 10);
    let unit = 1u64
        .checked_shl(power.saturating_mul(10))
        .unwrap_or(u64::MAX);
    let name = UNITS.get(power as usize).unwrap_or(&"");
    #[allow(clippy::cast_precision_loss)] // Three digits are shown.
    let count = bytes as f64 / unit as f64;
    let decimals = match count {
        count if count < 10.0 => 2,
        count if count < 100.0 => 1,
        _ => 0,
    };
    let digits = format!("{count:.decimals$}");
    let digits = match digits.contains('.') {
        true => digits.trim_end_matches('0').trim_end_matches('.'),
        false => &digits,
    };
    let name = if bytes == 1 { "byte" } else { name };
    format!("{digits} {name}")
}

#[cfg(test)]
mod tests {
    use super::{exact, short};

    #[test]
    fn three_digits_and_a_unit() {
        for (bytes, text) in [
            (0, "0 bytes"),
            (1, "1 byte"),
            (1000, "1000 bytes"),
            (1023, "1023 bytes"),
            (1024, "1 KiB"),
            (1536, "1.5 KiB"),
            (196_928, "192 KiB"),
            (10_240_001, "9.77 MiB"),
            (104_857_599, "100 MiB"),
            (10 << 30, "10 GiB"),
            (5 << 40, "5 TiB"),
            (3 << 50, "3 PiB"),
            (u64::MAX, "16 EiB"),
        ] {
            assert_eq!(short(bytes), text, "{bytes}");
        }
    }

    #[test]
    fn the_bytes_are_given_once() {
        assert_eq!(exact(512), "512 bytes");
        assert_eq!(exact(67_108_864), "64 MiB (67108864 bytes)");
    }
}
