//! Bounds on the input, so that no input takes more memory or disk space than that.

/// A Kinesis record has at most 10 MiB, which is 14 MiB of base64. The rest is for what others write around
/// it.
const DEFAULT_MAX: u64 = 64 * 1024 * 1024;

/// Enough for an hour of a large stream, and little enough that a decompression bomb of a gigabyte ends.
const DEFAULT_MAX_UNFOLDED: u64 = 1 << 34;

/// Named at each option: a heading for all that follow would also cover the options of the command.
const HEADING: &str = "Bounds on the input";

#[derive(Clone, Copy, Debug, clap::Args)]
pub(crate) struct Limits {
    /// The longest line, and the longest JSON of a record
    #[arg(long, value_name = "BYTES", default_value_t = DEFAULT_MAX, hide_short_help = true, help_heading = HEADING)]
    pub(super) max_line: u64,

    /// The largest record, before and after decompression
    #[arg(long, value_name = "BYTES", default_value_t = DEFAULT_MAX, hide_short_help = true, help_heading = HEADING)]
    pub(super) max_record: u64,

    /// The most bytes that a compressed input or user record may have when decompressed
    #[arg(long, value_name = "BYTES", default_value_t = DEFAULT_MAX_UNFOLDED, hide_short_help = true, help_heading = HEADING)]
    pub(super) max_unfolded: u64,
}

impl Limits {
    /// The same bound for each of them.
    pub(super) fn of(max: u64) -> Self {
        Self { max_line: max, max_record: max, max_unfolded: max }
    }

    /// Whether a record may have so many bytes.
    pub(super) fn holds_record(self, len: usize) -> bool {
        u64::try_from(len).is_ok_and(|len| len <= self.max_record)
    }

    /// # Errors
    /// The record is too large.
    pub(super) fn check_record(self, data: &[u8]) -> Result<(), String> {
        if self.holds_record(data.len()) { Ok(()) } else { Err(self.record_too_large()) }
    }

    pub(super) fn record_too_large(self) -> String {
        format!("record has more than {} bytes", self.max_record)
    }
}
