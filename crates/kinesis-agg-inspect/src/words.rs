//! Sentences about the whole, for the terminal and for the page.

use alloc::format;
use alloc::string::String;

use crate::inspection::{Inspection, Verdict};
use crate::shown::{Count, Grouped, Percent, bytes};

impl Inspection<'_> {
    /// The verdict in a word or two.
    pub fn title(&self) -> &'static str {
        match self.verdict {
            Verdict::Aggregate { .. } => "aggregated record, whole and correct",
            Verdict::Plain(_) => "plain record",
            Verdict::Broken(_) => "broken aggregated record",
        }
    }

    /// What consumers do with it, and why.
    pub fn explanation(&self) -> String {
        match &self.verdict {
            Verdict::Aggregate { user_records } => {
                let user_records = Count(*user_records, "user record", "user records");
                format!("Consumers deliver {user_records}.")
            }
            Verdict::Plain(None) => {
                "It does not begin with the magic F3 89 9A C2: consumers deliver the data unchanged.".into()
            }
            Verdict::Plain(Some(guess)) => format!(
                "It does not begin with the magic F3 89 9A C2: consumers deliver the data unchanged. But it is \
                 suspicious: {guess}."
            ),
            Verdict::Broken(error) => {
                format!(
                    "Not a valid aggregate, so a careful consumer delivers it unchanged, as a plain record: {error}."
                )
            }
        }
    }

    /// What remains of a broken record.
    pub fn recovery(&self) -> Option<String> {
        matches!(self.verdict, Verdict::Broken(_)).then(|| {
            let all = Count(self.user_records.total, "user record", "user records");
            format!(
                "Readable up to byte {} of {}. Recoverable: {} of {all}, with {} of data.",
                Grouped::of(self.readable),
                Grouped::of(self.data.len()),
                Grouped::of(self.recoverable),
                bytes(self.recoverable_bytes),
            )
        })
    }

    /// How much of the limit it fills.
    pub fn fill(&self) -> String {
        let percent = Percent { part: self.data.len(), whole: self.size_limit };
        format!("{percent} of {}", bytes(self.size_limit))
    }
}
