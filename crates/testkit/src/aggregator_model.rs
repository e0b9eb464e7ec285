//! What an [`Aggregator`] should do, modelled by a plain list of user records.

use kinesis_agg::{AddError, AddFlushingError, Aggregator, KeySlot, KinesisRecord, OuterKeyError};

use crate::record::OwnedRecord;
use crate::reference::{self, key_error};

#[derive(Clone, Debug)]
pub enum Operation {
    Add(OwnedRecord),
    AddOrSend(OwnedRecord, bool),
    Finish,
    FinishAs(String, Option<String>),
    FinishOrPlain,
    Flush(bool),
    ReplaceBuffer,
    Clear,
}

/// The expected content and answers of an aggregator.
#[derive(Clone, Debug)]
pub struct Model {
    pub buffer_len: usize,
    pub size_limit: usize,
    pub record_limit: usize,
    pub held: Vec<OwnedRecord>,
    pub sealed: bool,
}

impl Model {
    fn capacity(&self) -> usize {
        self.buffer_len.min(self.size_limit).min(self.record_limit)
    }

    fn fits(&self, records: &[OwnedRecord]) -> bool {
        let size = reference::size(records);
        size <= self.capacity() && size + records[0].partition_key.len() <= self.record_limit
    }

    fn add(&self, record: &OwnedRecord) -> Result<(), AddError> {
        if let Some(error) = record.key_error() {
            return Err(AddError::Key(error));
        }
        if self.buffer_len < 29 {
            return Err(AddError::BufferTooSmall { len: self.buffer_len, needed: 29 });
        }
        let alone = reference::size(std::slice::from_ref(record));
        let outer = record.partition_key.len();
        let fits_plain = record.tags.is_empty() && record.data.len() + outer <= self.record_limit;
        if alone + outer > self.record_limit {
            return Err(AddError::TooLarge { size: alone + outer, limit: self.record_limit, fits_plain });
        }
        if alone > self.capacity() {
            return Err(AddError::TooLarge { size: alone, limit: self.capacity(), fits_plain });
        }
        let all: Vec<_> = self.held.iter().chain([record]).cloned().collect();
        if self.sealed || !self.fits(&all) { Err(AddError::Full) } else { Ok(()) }
    }

    fn max_data_len(&self, record: &OwnedRecord) -> Option<usize> {
        let with = |len| OwnedRecord { data: vec![0; len], ..record.clone() };
        self.add(&with(0)).ok()?;
        let (mut fits, mut too_many) = (0, 1 << 12);
        while fits + 1 < too_many {
            let middle = (fits + too_many) / 2;
            if self.add(&with(middle)).is_ok() { fits = middle } else { too_many = middle }
        }
        Some(fits)
    }

    fn check_record(&self, record: &KinesisRecord<'_>) {
        assert_eq!(record.user_records, self.held.len());
        assert_eq!(reference::user_records(record.data), self.held);
        assert!(
            record.data.len() <= self.capacity() && record.size() <= self.record_limit,
            "a limit is exceeded"
        );
    }

    fn check_outer(&self, record: &KinesisRecord<'_>) {
        assert_eq!(record.partition_key, self.held[0].partition_key);
        assert_eq!(record.explicit_hash_key, self.held[0].explicit_hash_key.as_deref());
    }
}

type Tested<'s> = Aggregator<Vec<u8>, &'s mut [KeySlot]>;

fn check_state(aggregator: &Tested<'_>, model: &Model, exact: bool) {
    assert_eq!(aggregator.user_record_count(), model.held.len());
    assert_eq!(aggregator.is_empty(), model.held.is_empty());
    assert_eq!(aggregator.is_sealed(), model.sealed);
    assert_eq!(aggregator.capacity(), model.capacity());
    let held: Vec<OwnedRecord> = aggregator.user_records().map(OwnedRecord::from).collect();
    assert_eq!(held, model.held);
    assert_eq!(aggregator.user_records().len(), model.held.len());
    if exact {
        assert_eq!(aggregator.size(), reference::size(&model.held));
        let outer = model.held.first().map_or(0, |first| first.partition_key.len());
        let limit = model.capacity().min(model.record_limit.saturating_sub(outer));
        let room = if model.sealed { 0 } else { limit.saturating_sub(aggregator.size().max(20)) };
        assert_eq!(aggregator.room(), room);
    }
}

/// Checks that the longest outer partition key within the limit of the Kinesis record is accepted, and no
/// longer one.
fn check_longest_outer_key(aggregator: &mut Tested<'_>, model: &Model) {
    let Some(longest) =
        model.record_limit.checked_sub(aggregator.size()).filter(|len| (1..256).contains(len))
    else {
        return;
    };
    let (fits, too_long) = ("k".repeat(longest), "k".repeat(longest + 1));
    let limit = model.record_limit;
    assert_eq!(
        aggregator.finish_as(&too_long, None),
        Err(OuterKeyError::TooLarge { size: limit + 1, limit })
    );
    let record = aggregator.finish_as(&fits, None).unwrap().expect("something is held");
    assert_eq!(record.size(), limit);
}

fn check_questions(aggregator: &Tested<'_>, model: &Model, record: &OwnedRecord) {
    let tags = record.tags();
    assert_eq!(aggregator.would_fit(&record.with(&tags)), model.add(record).is_ok());
    assert_eq!(aggregator.max_data_len(&record.with(&tags)), model.max_data_len(record));
}

pub fn run(operations: Vec<Operation>, mut model: Model, slots: usize) {
    // Whether every distinct key is certainly remembered, so that sizes are those of the official order.
    let exact = slots >= 512;
    let mut slots = vec![KeySlot::EMPTY; slots];
    let mut aggregator = Aggregator::new_in(vec![0xAA; model.buffer_len], slots.as_mut_slice())
        .with_size_limit(model.size_limit)
        .with_record_limit(model.record_limit);
    for operation in operations {
        match operation {
            Operation::Add(record) => {
                let tags = record.tags();
                if exact {
                    check_questions(&aggregator, &model, &record);
                }
                let expected = model.add(&record);
                let answer = aggregator.add(&record.with(&tags));
                if exact {
                    assert_eq!(answer, expected);
                }
                if answer.is_ok() {
                    model.held.push(record);
                }
            }
            Operation::AddOrSend(record, fails) => {
                let tags = record.tags();
                let mut sent = None;
                let answer = aggregator.add_flushing(&record.with(&tags), |full| {
                    model.check_record(&full);
                    model.check_outer(&full);
                    sent = Some(full.user_records);
                    if fails { Err("no network") } else { Ok(()) }
                });
                let expected = model.add(&record);
                if exact {
                    assert_eq!(sent.is_some(), expected == Err(AddError::Full));
                }
                match answer {
                    Ok(()) => {
                        if sent.is_some() {
                            model.held.clear();
                            model.sealed = false;
                        }
                        model.held.push(record);
                    }
                    Err(AddFlushingError::Send(error)) => {
                        assert_eq!((error, fails), ("no network", true));
                        model.sealed = true;
                    }
                    Err(AddFlushingError::Add(error)) => {
                        assert_eq!(sent, None, "a record that can never be added sends nothing");
                        assert_eq!(Err(error), expected);
                    }
                }
            }
            Operation::Finish => {
                if !model.held.is_empty() {
                    check_longest_outer_key(&mut aggregator, &model);
                }
                for _ in 0..2 {
                    let record = aggregator.finish();
                    assert_eq!(record.is_some(), !model.held.is_empty());
                    if let Some(record) = record {
                        model.check_record(&record);
                        model.check_outer(&record);
                        if exact {
                            assert_eq!(record.data, reference::write(&model.held));
                        }
                    }
                    model.sealed = !model.held.is_empty();
                }
            }
            Operation::FinishAs(partition_key, explicit_hash_key) => {
                let size = aggregator.size() + partition_key.len();
                let answer = aggregator.finish_as(&partition_key, explicit_hash_key.as_deref());
                if let Some(error) = key_error(&partition_key, explicit_hash_key.as_deref()) {
                    assert_eq!(answer, Err(OuterKeyError::Key(error)));
                } else if !model.held.is_empty() && size > model.record_limit {
                    assert_eq!(answer, Err(OuterKeyError::TooLarge { size, limit: model.record_limit }));
                } else {
                    let record = answer.unwrap();
                    assert_eq!(record.is_some(), !model.held.is_empty());
                    if let Some(record) = record {
                        model.check_record(&record);
                        assert_eq!(record.partition_key, partition_key);
                        assert_eq!(record.explicit_hash_key, explicit_hash_key.as_deref());
                    }
                    model.sealed = !model.held.is_empty();
                }
            }
            Operation::FinishOrPlain => {
                if let Some(record) = aggregator.finish_plain_if_single() {
                    model.check_outer(&record);
                    if let [lone] = model.held.as_slice()
                        && lone.tags.is_empty()
                        && !reference::is_framed(&lone.data)
                    {
                        assert_eq!((record.data, record.user_records), (lone.data.as_slice(), 1));
                    } else {
                        model.check_record(&record);
                    }
                }
                model.sealed = !model.held.is_empty();
            }
            Operation::Flush(fails) => {
                let answer = aggregator.flush(|full| {
                    model.check_record(&full);
                    if fails { Err(()) } else { Ok(()) }
                });
                match answer {
                    Ok(()) => {
                        model.held.clear();
                        model.sealed = false;
                    }
                    Err(()) => model.sealed = true,
                }
            }
            Operation::ReplaceBuffer => match aggregator.replace_buffer(vec![0x55; model.buffer_len]) {
                Ok(full) => {
                    let record = full.as_record().unwrap();
                    model.check_record(&record);
                    model.check_outer(&record);
                    assert_eq!(full.into_buffer().len(), model.buffer_len);
                    model.held.clear();
                    model.sealed = false;
                }
                Err(next) => {
                    assert!(model.held.is_empty());
                    assert_eq!(next, vec![0x55; model.buffer_len]);
                }
            },
            Operation::Clear => {
                aggregator.clear();
                model.held.clear();
                model.sealed = false;
            }
        }
        check_state(&aggregator, &model, exact);
    }
}
