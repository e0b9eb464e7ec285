//! Plain records that look like an aggregate in another encoding.

use kinesis_agg_inspect::Guess;

use crate::input::{KinesisRecord, complain};

/// Names the first such record of a run.
#[derive(Debug, Default)]
pub(crate) struct Suspicion {
    has_said: bool,
}

impl Suspicion {
    /// Examines a record. An aggregate is none.
    pub(crate) fn examine(&mut self, record: &KinesisRecord<'_>) {
        if self.has_said {
            return;
        }
        if let Some(guess) = Guess::of_encoded(record.data) {
            self.has_said = true;
            complain(format_args!(
                "{}: taken as a plain record, but it is suspicious: {guess}; `kinagg verify` names every such record",
                record.place
            ));
        }
    }
}
