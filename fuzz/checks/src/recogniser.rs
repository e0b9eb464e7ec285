//! `kinagg` has an answer for any bytes, in bounded memory, and invents nothing.

/// The largest record and the longest line, in bytes.
const MAX: u64 = 1 << 16;

/// The possible bytes between two records.
const BETWEEN: [&[u8]; 3] = [b"", b"\n", b"\r\n"];

/// Reads an input as a FILE without options.
///
/// # Panics
/// A record is longer than allowed, or than its input; or the pieces of raw bytes do not add up to the input.
pub fn recogniser(input: &[u8]) {
    let found = kinagg::recognise(input, MAX);
    let sizes = || found.records.iter().map(Vec::len);
    assert!(sizes().all(|size| size as u64 <= MAX), "a record of {:?} bytes", sizes().max());
    assert!(found.records.len() <= input.len() + 1, "{} records", found.records.len());
    // A star in a hex dump represents any number of lines.
    assert!(sizes().sum::<usize>() <= input.len() || input.contains(&b'*'), "{:?}", found.records);
    if found.is_raw && !found.is_bad {
        let mut rest = input;
        for record in &found.records {
            rest = behind(rest, record).unwrap_or_else(|| panic!("{record:02x?} is not at {rest:02x?}"));
        }
        assert!(BETWEEN.contains(&rest), "{rest:02x?} is left");
    }
}

/// The bytes after a record, which may have a line end before them.
fn behind<'a>(bytes: &'a [u8], record: &[u8]) -> Option<&'a [u8]> {
    BETWEEN.iter().find_map(|between| bytes.strip_prefix(*between)?.strip_prefix(record))
}
