//! Measures the stack, RAM and instructions that the codec takes. Writes lines of label, tab and figure into
//! the file `measures`.

use core::hint::black_box;

use embedded_io::Write;
use kinesis_agg::{
    AggregatedRecord, Aggregator, DeaggregatedRecord, Decoder, KeyIndexEntry, KeySlot, KinesisRecord,
    Md5Engine, UserRecord, UserRecords,
};
use static_cell::ConstStaticCell;

use crate::host_file::HostFile;
use crate::machine::Counter;
use crate::paint::stack_of;
use crate::{Failure, hostile, plant};

const BUFFER_LEN: usize = 3072;
const USER_RECORDS: usize = 64;
/// The data of each user record.
const DATA: [u8; 32] = [0x5A; 32];
/// As many distinct keys as key slots.
const KEYS: [&str; 16] = [
    "sensor-00",
    "sensor-01",
    "sensor-02",
    "sensor-03",
    "sensor-04",
    "sensor-05",
    "sensor-06",
    "sensor-07",
    "sensor-08",
    "sensor-09",
    "sensor-10",
    "sensor-11",
    "sensor-12",
    "sensor-13",
    "sensor-14",
    "sensor-15",
];

static BUFFER: ConstStaticCell<[u8; BUFFER_LEN]> = ConstStaticCell::new([0; BUFFER_LEN]);

type Sixteen<'b, M> = Aggregator<&'b mut [u8], [KeySlot; 16], M>;

/// Measures everything with this digest.
pub fn measure(engine: impl Md5Engine + Copy) -> Result<(), Failure> {
    let buffer = BUFFER.try_take().ok_or(Failure::Busy)?.as_mut_slice();
    let mut report = Report(HostFile::create(c"measures")?);
    let mut counter = Counter::start().ok_or(Failure::Busy)?;

    report.line(
        "RAM, `Aggregator` of 16 keys without its buffer",
        size_of::<Aggregator<[u8; 0], [KeySlot; 16]>>(),
    )?;
    report.line("RAM, `AggregatedRecord`", size_of::<AggregatedRecord<'_>>())?;
    report.line(
        "RAM, `AggregatedRecord` with a lent index",
        size_of::<AggregatedRecord<'_, &[KeyIndexEntry<'_>]>>(),
    )?;
    report.line("RAM, `UserRecords`", size_of::<UserRecords<'_>>())?;
    report.line("RAM, `UserRecord`", size_of::<UserRecord<'_>>())?;

    let empty = count(&mut counter, || {
        for_each_record(1, |record| {
            black_box(record);
        })
    });
    let mut one_key = Sixteen::new_with(buffer, [KeySlot::EMPTY; 16], engine);
    let added = count(&mut counter, || for_each_record(1, |record| _ = black_box(one_key.add(record))));
    report.line("instructions, `add` of 32 bytes, 1 key", per(added - empty, USER_RECORDS))?;
    let buffer = check(one_key)?;

    let mut keys = Sixteen::new_with(buffer, [KeySlot::EMPTY; 16], engine);
    let added = count(&mut counter, || for_each_record(16, |record| _ = black_box(keys.add(record))));
    report.line("instructions, `add` of 32 bytes, 16 keys", per(added - empty, USER_RECORDS))?;
    let finished = count(&mut counter, || _ = black_box(keys.finish()));
    let size = keys.size();
    report.line("instructions a byte, `finish`", per(finished, size))?;

    let full = keys.finish().ok_or(Failure::Different)?;
    let read = count(&mut counter, || _ = black_box(read_unverified(full)));
    report.line("instructions a user record, parse and iterate without digest", per(read, USER_RECORDS))?;
    if read_unverified(full) != USER_RECORDS {
        return Err(Failure::Different);
    }
    report.line("stack, parse and iterate", stack_of(|| _ = black_box(read_strict(full.data, engine))))?;
    report.line("stack, `deaggregate`", stack_of(|| _ = black_box(read_lenient(full, engine))))?;
    let buffer = check(keys)?;

    let mut deepest = 0;
    let mut aggregator = Sixteen::new_with(buffer, [KeySlot::EMPTY; 16], engine);
    for_each_record(16, |record| {
        deepest = deepest.max(stack_of(|| plant::stack(|| _ = black_box(aggregator.add(black_box(record))))));
    });
    report.line("stack, `add`", deepest)?;
    report.line("stack, `finish`", stack_of(|| _ = black_box(aggregator.finish())))?;
    let buffer = check(aggregator)?;

    let data = hostile::aggregate(buffer, engine).ok_or(Failure::Different)?;
    if read_strict(data, engine) != hostile::TAGS {
        return Err(Failure::Different);
    }
    report.line("stack, parse and iterate, hostile", stack_of(|| _ = black_box(read_strict(data, engine))))
}

/// Adds the same user records every time, with `keys` keys in turn.
fn for_each_record(keys: usize, mut add: impl FnMut(&UserRecord<'_>)) {
    for number in 0..USER_RECORDS {
        let key = KEYS.get(number & (keys - 1)).copied().unwrap_or_default();
        add(&UserRecord::new(key, &DATA));
    }
}

/// Checks that all user records were added.
fn check<'b, M: Md5Engine>(aggregator: Sixteen<'b, M>) -> Result<&'b mut [u8], Failure> {
    match aggregator.user_record_count() {
        USER_RECORDS => Ok(aggregator.into_buffer()),
        _ => Err(Failure::Different),
    }
}

#[inline(never)]
fn read_unverified(record: KinesisRecord<'_>) -> usize {
    let Ok(aggregated) = Decoder::new().unverified().parse(record.data) else { return 0 };
    let mut seen = 0;
    for record in aggregated {
        seen += usize::from(!black_box(record.data).is_empty());
    }
    seen
}

#[inline(never)]
fn read_strict(data: &[u8], engine: impl Md5Engine) -> usize {
    let Ok(aggregated) = Decoder::new().with_engine(engine).parse(data) else { return 0 };
    let mut seen = 0;
    for record in aggregated {
        seen += look(record);
    }
    seen
}

#[inline(never)]
fn read_lenient(record: KinesisRecord<'_>, engine: impl Md5Engine) -> usize {
    let mut seen = 0;
    for record in Decoder::new().with_engine(engine).deaggregate(record.partition_key, record.data) {
        seen += look(record);
    }
    seen
}

/// Reads every field of a user record.
fn look(record: DeaggregatedRecord<'_>) -> usize {
    record.tags.iter().filter(|tag| !black_box(tag).key.is_empty()).count()
}

#[inline(never)]
fn count(counter: &mut Counter, work: impl FnOnce()) -> u32 {
    counter.count(work)
}

/// Returns the rounded quotient.
fn per(total: u32, parts: usize) -> usize {
    (total as usize + parts / 2) / parts
}

/// Writes the lines.
struct Report(HostFile);

impl Report {
    fn line(&mut self, label: &str, figure: usize) -> Result<(), Failure> {
        writeln!(self.0, "{label}\t{figure}").map_err(|_| Failure::Host)
    }
}
