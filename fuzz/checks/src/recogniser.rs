//! What `kinagg` makes of any bytes: an answer, in bounded memory, and nothing that was not there.

/// The largest record and the longest line, in bytes.
const MAX: u64 = 1 << 16;

/// What may stand between two records.
const BETWEEN: [&[u8]; 3] = [b"", b"\n", b"\r\n"];

/// Reads an input as a FILE without options.
///
/// # Panics
/// A record is longer than allowed, or than what it was read from; or raw bytes do not add up to the input.
pub fn recogniser(input: &[u8]) {
    let found = kinagg::recognise(input, MAX);
    let sizes = || found.records.iter().map(Vec::len);
    assert!(sizes().all(|size| size as u64 <= MAX), "a record of {:?} bytes", sizes().max());
    assert!(found.records.len() <= input.len() + 1, "{} records", found.records.len());
    // A star in a hex dump stands for any number of lines.
    assert!(sizes().sum::<usize>() <= input.len() || input.contains(&b'*'), "{:?}", found.records);
    if found.is_raw && !found.is_bad {
        let mut rest = input;
        for record in &found.records {
            rest = behind(rest, record).unwrap_or_else(|| panic!("{record:02x?} is not at {rest:02x?}"));
        }
        assert!(BETWEEN.contains(&rest), "{rest:02x?} is left");
    }
}

/// What stands behind a record, which may have the end of a line before it.
fn behind<'a>(bytes: &'a [u8], record: &[u8]) -> Option<&'a [u8]> {
    BETWEEN.iter().find_map(|between| bytes.strip_prefix(*between)?.strip_prefix(record))
}
