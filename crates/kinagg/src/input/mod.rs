//! Reads lines and Kinesis records from files and standard input, and reports bad input.
//!
//! ```text
//!   files   (options, limits)      the arguments of a command -> its inputs, and their lines
//!   kinesis_records                the same -> their Kinesis records   (in_memory: for tests)
//!   source  (live, unfold, progress)   a file -> bytes, uncompressed, bounded
//!   recognise                      how it begins -> what it is (format)
//!   read                           -> the reader of that format:
//!     json/                          -> records of answers, events and what wraps them
//!     json_lines  (lines, line)      -> records of this program's own lines
//!     log                            -> records of the events in lines of a log
//!     text/                          -> records pasted or printed as text
//!     raw                            -> records one after another
//!   data                           text or numbers in JSON -> the bytes of a record
//!   sink    (batch)                records -> digests, many at once -> the command
//!   report  (place)                bad or doubtful input -> standard error, the exit status
//! ```

mod batch;
mod data;
mod files;
mod format;
mod in_memory;
mod json;
mod json_lines;
mod kinesis_records;
mod limits;
pub(crate) mod line;
mod lines;
mod live;
mod log;
mod options;
mod place;
mod progress;
mod raw;
mod read;
mod recognise;
mod record;
mod report;
mod sink;
mod source;
mod text;
mod zstd;

pub(crate) use self::files::Input;
pub(crate) use self::format::Format;
pub use self::in_memory::{Recognised, recognise};
pub(crate) use self::kinesis_records::KinesisRecords;
pub(crate) use self::record::KinesisRecord;
pub(crate) use self::report::{Failure, Status, complain};
pub(crate) use self::zstd::ZstdReader;
