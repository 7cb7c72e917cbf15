// SPDX-License-Identifier: MIT OR Apache-2.0
//! Text output: names, sizes, times, rows and columns.

use diskprobe::escape;
use diskprobe::location::without_credentials;
use std::fmt::Display;

/// Returns the escaped name. A space at either end is escaped too, because it would be invisible.
pub(crate) fn shown(name: &[u8]) -> String {
    let mut out = escape(name).to_string();
    if out.ends_with(' ') {
        out.pop();
        out.push_str("\\x20");
    }
    if out.starts_with(' ') {
        out.replace_range(..1, "\\x20");
    }
    out
}

/// Returns a recorded location, formatted as by [`shown`], without its credentials.
pub(crate) fn shown_location(recorded: &[u8]) -> String {
    shown(&without_credentials(recorded))
}

/// Returns the names, separated by commas; `None` if there are none.
pub(crate) fn joined(names: impl Iterator<Item = impl Display>) -> Option<String> {
    let names: Vec<_> = names.map(|name| name.to_string()).collect();
    (!names.is_empty()).then(|| names.join(", "))
}

/// Returns the size with three digits in its largest binary unit, and in bytes:
/// `9.77 MiB (10240001 bytes)`.
pub(crate) fn exact(bytes: u64) -> String {
    match bytes {
        0..1024 => short(bytes),
        _ => format!("{} ({bytes} bytes)", short(bytes)),
    }
}

/// Returns the size with three digits in its largest binary unit: `9.77 MiB`.
pub(crate) fn short(bytes: u64) -> String {
    const UNITS: [&str; 7] = ["bytes", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];
    let power = bytes.checked_ilog2().map_or(0, |log| log / 10);
    #[allow(clippy::cast_precision_loss)] // Three digits are shown.
    let count = bytes as f64 / 1024f64.powi(power as i32);
    let unit = UNITS.get(power as usize).unwrap_or(&"");
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
    let unit = if bytes == 1 { "byte" } else { unit };
    format!("{digits} {unit}")
}

/// Returns a time in seconds since 1970 as `YYYY-MM-DD hh:mm:ss UTC`.
#[allow(clippy::arithmetic_side_effects)] // No value can reach 2^64.
pub(crate) fn utc(seconds: u64) -> String {
    let (days, second) = (seconds / 86_400, seconds % 86_400);
    // In a calendar that starts on the 1st of March, the leap day is the last of its year.
    let days = days + 719_468; // Since the year 0.
    let (era, day) = (days / 146_097, days % 146_097);
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let (year, month) = match month {
        0..10 => (era * 400 + year, month + 3),
        _ => (era * 400 + year + 1, month - 9),
    };
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    format!("{year}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02} UTC")
}

/// Labels and values, one line each, with aligned values.
#[derive(Default)]
pub(crate) struct Rows(String);

impl Rows {
    /// Adds a row, if there is a value.
    pub(crate) fn row(&mut self, label: &str, value: Option<impl Display>) -> &mut Self {
        self.list(label, value.into_iter())
    }

    /// Adds a row for each value of a list. Only the first has the label.
    pub(crate) fn list(&mut self, label: &str, values: impl Iterator<Item: Display>) -> &mut Self {
        let mut label = match label {
            "" => String::new(),
            label => format!("{label}:"),
        };
        for value in values {
            // The width of the longest label, "backing file format", with a colon and a space.
            self.0.push_str(&format!("{label:21}{value}\n"));
            label.clear();
        }
        self
    }

    pub(crate) fn take(&mut self) -> String {
        std::mem::take(&mut self.0)
    }
}

/// Columns are at most this wide. A longer cell moves the rest of its own row only: a single long
/// name must not widen the rows of thousands of other files.
const WIDEST: usize = 128;

/// Returns a table with aligned columns; those listed in `right` are right-aligned. Headings
/// are separated by `|`.
pub(crate) fn aligned<const N: usize>(
    headings: &str,
    rows: impl Iterator<Item = [String; N]>,
    right: &[usize],
) -> String {
    let mut headings = headings.split('|').map(str::to_owned);
    let headings = [(); N].map(|()| headings.next().unwrap_or_default());
    let rows: Vec<_> = std::iter::once(headings).chain(rows).collect();
    let width = |cell: &String| cell.chars().count();
    let mut widths = [0; N];
    for row in &rows {
        for (widest, cell) in widths.iter_mut().zip(row) {
            let width = width(cell);
            if width <= WIDEST {
                *widest = width.max(*widest);
            }
        }
    }
    let lines = rows.iter().map(|row| {
        let mut line = String::new();
        for (column, (cell, widest)) in row.iter().zip(widths).enumerate() {
            let gap = if column == 0 { "" } else { "  " };
            let blanks = " ".repeat(widest.saturating_sub(width(cell)));
            match right.contains(&column) {
                true => line.extend([gap, &blanks, cell]),
                false => line.extend([gap, cell, &blanks]),
            }
        }
        format!("{}\n", line.trim_end())
    });
    lines.collect()
}

#[cfg(test)]
mod tests {
    use super::{aligned, exact, short, shown, utc, WIDEST};

    #[test]
    fn sizes_have_three_digits_and_a_unit() {
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
    fn exact_sizes_give_the_bytes_once() {
        assert_eq!(exact(512), "512 bytes");
        assert_eq!(exact(67_108_864), "64 MiB (67108864 bytes)");
    }

    #[test]
    fn a_cell_that_is_too_long_does_not_widen_other_rows() {
        let row = |first: &str| [first.to_owned(), "b".to_owned()];
        let widest = "w".repeat(WIDEST);
        let table = aligned("A|B", [row(&widest), row("a")].into_iter(), &[]);
        let lengths: Vec<usize> = table.lines().map(str::len).collect();
        assert_eq!(lengths, [WIDEST + 3; 3]);
        let longer = format!("{widest}w");
        let table = aligned("A|B", [row(&longer), row("aa")].into_iter(), &[]);
        assert_eq!(table, format!("A   B\n{longer}  b\naa  b\n"));
    }

    #[test]
    fn times_are_written_as_people_write_them() {
        for (seconds, text) in [
            (0, "1970-01-01 00:00:00 UTC"),
            (951_782_399, "2000-02-28 23:59:59 UTC"),
            (951_782_400, "2000-02-29 00:00:00 UTC"),
            (978_307_199, "2000-12-31 23:59:59 UTC"),
            (1_107_172_800, "2005-01-31 12:00:00 UTC"),
            (4_107_542_400, "2100-03-01 00:00:00 UTC"),
            (5_241_652_095, "2136-02-07 06:28:15 UTC"),
        ] {
            assert_eq!(utc(seconds), text);
        }
    }

    #[test]
    fn blanks_at_the_ends_of_a_name_are_escaped() {
        for (name, text) in [
            (&b" "[..], r"\x20"),
            (b" a b ", r"\x20a b\x20"),
            (b"\x1b\\", r"\x1b\\"),
        ] {
            assert_eq!(shown(name), text);
        }
    }
}
