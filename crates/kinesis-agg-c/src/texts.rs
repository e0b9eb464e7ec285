//! Texts for people: statuses, parse errors, hash keys.

use core::ffi::{CStr, c_char};
use core::fmt::{self, Write};

use crate::codec;
use crate::memory::{Memory, object};
use crate::types::{HashKey, ParseError, Status};

/// See the header.
#[unsafe(no_mangle)]
pub extern "C" fn kagg_status_text(status: Status) -> *const c_char {
    #[cfg(feature = "planted-panic")]
    let status = planted(status);
    let text: &CStr = match status {
        Status::OK => c"done",
        Status::END => c"no more user records",
        Status::EMPTY => c"nothing is held",
        Status::FULL => c"the aggregate is full",
        Status::TOO_LARGE => c"the user record can never fit",
        Status::BUFFER_TOO_SMALL => c"the buffer can hold no user record",
        Status::PARTITION_KEY => c"the partition key has not 1 to 256 code points",
        Status::EXPLICIT_HASH_KEY => c"the hash key is not a decimal below 2^128",
        Status::NOT_UTF8 => c"a key is not UTF-8",
        Status::NOT_AN_AGGREGATE => c"the data is no aggregate",
        Status::NO_SHARD => c"no range contains the hash key",
        Status::NOT_EMPTY => c"something is held",
        Status::NULL => c"a pointer is NULL",
        Status::MISALIGNED => c"a pointer is misaligned",
        Status::LENGTH => c"a length exceeds the address space",
        Status::OVERLAP => c"memory overlaps that of the aggregator, of the reader or of the input",
        Status::NOT_INITIALIZED => c"not initialised, or in use",
        _ => c"another error",
    };
    text.as_ptr()
}

/// A panic that can be reached, so that the check is seen to fail.
#[cfg(feature = "planted-panic")]
#[expect(clippy::indexing_slicing, reason = "it is to panic")]
fn planted(status: Status) -> Status {
    [Status::OK, status][usize::try_from(status.0).unwrap_or_default()]
}

/// Bytes that are written as far as there is room, and counted whether or not there is.
struct Out {
    place: *mut u8,
    /// Bytes there are, without the NUL.
    room: usize,
    written: usize,
}

impl Write for Out {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for byte in text.bytes() {
            if self.written < self.room {
                // SAFETY: in what `write_text` was given.
                unsafe { self.place.add(self.written).write(byte) };
            }
            self.written = self.written.saturating_add(1);
        }
        Ok(())
    }
}

/// Writes a text and a NUL, as `snprintf` does. The length of the whole text, 0 where there is none.
///
/// # Safety
/// So many bytes can be written.
unsafe fn write_text(out: *mut c_char, len: usize, text: impl FnOnce(&mut Out) -> fmt::Result) -> usize {
    let memory = Memory::new(out, len);
    if memory.check().is_err() {
        return 0;
    }
    let mut out = Out { place: memory.start(), room: len.saturating_sub(1), written: 0 };
    if text(&mut out).is_err() {
        out.written = 0;
    }
    if len > 0 {
        // SAFETY: at most at `len - 1`.
        unsafe { out.place.add(out.written.min(out.room)).write(0) };
    }
    out.written
}

/// See the header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kagg_parse_error_text(
    error: *const ParseError,
    text: *mut c_char,
    len: usize,
) -> usize {
    let Ok(error) = object(error) else { return 0 };
    // SAFETY: not NULL and aligned; any bits are integers.
    let error = unsafe { error.read() };
    // SAFETY: the contract of the header.
    unsafe {
        write_text(text, len, |out| match codec::parse_error_kind(&error) {
            Some(kind) => write!(out, "{kind} at byte {}", error.offset),
            None => out.write_str("no error"),
        })
    }
}

/// See the header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kagg_hash_key_text(
    hash_key: *const HashKey,
    text: *mut c_char,
    len: usize,
) -> usize {
    let Ok(hash_key) = object(hash_key) else { return 0 };
    // SAFETY: not NULL and aligned; any bits are integers.
    let hash_key = unsafe { hash_key.read() };
    // SAFETY: the contract of the header.
    unsafe { write_text(text, len, |out| codec::with_decimal(hash_key, |digits| out.write_str(digits))) }
}
