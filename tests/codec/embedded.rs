//! What firmware relies on: an aggregator in a `static`, and values that are held across `await`.

use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::Mutex;
use std::task::{Context, Poll, Waker};

use kinesis_agg::{Aggregator, KeySlot, Md5, Sizing, UserRecord, deaggregate};

const READINGS: Sizing = Sizing::new(8, 4).with_partition_keys(2, 8);

static AGGREGATOR: Mutex<Aggregator<[u8; READINGS.buffer_len()], [KeySlot; 8]>> =
    Mutex::new(Aggregator::new_in([0; READINGS.buffer_len()], [KeySlot::EMPTY; 8]));

/// Also with limits and a digest.
static LIMITED: Mutex<Aggregator<[u8; 256], [KeySlot; 4], Md5>> = Mutex::new(
    Aggregator::new_with([0; 256], [KeySlot::EMPTY; 4], Md5).with_size_limit(200).with_record_limit(220),
);

#[test]
fn an_aggregator_lives_in_a_static() {
    let mut aggregator = AGGREGATOR.lock().unwrap();
    for key in ["sensor-7", "sensor-8"].into_iter().cycle().take(READINGS.user_records) {
        aggregator.add(&UserRecord::new(key, b"21.5")).unwrap();
    }
    assert_eq!(aggregator.finish().unwrap().data.len(), READINGS.buffer_len());
    assert_eq!(LIMITED.lock().unwrap().capacity(), 200);
}

/// Waits once: the first poll lets others run.
#[derive(Default)]
struct Turn {
    given: bool,
}

impl Future for Turn {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        if self.given {
            return Poll::Ready(());
        }
        self.given = true;
        Poll::Pending
    }
}

/// A producer that waits with a full Kinesis record while the aggregator continues in the other buffer, and a
/// reader that waits between user records.
async fn produce_and_read() -> usize {
    let mut aggregator = Aggregator::new([0; 64]);
    let mut spare = [0; 64];
    let mut read = 0;
    for _ in 0..5 {
        aggregator.add(&UserRecord::new("sensor-7", b"21.5")).unwrap();
        Turn::default().await;
        let full = aggregator.replace_buffer(spare).unwrap();
        aggregator.add(&UserRecord::new("sensor-7", b"21.6")).unwrap();
        Turn::default().await;
        let record = full.as_record().unwrap();
        for user_record in deaggregate(record.partition_key, record.data) {
            Turn::default().await;
            assert!(user_record.data.starts_with(b"21."));
            read += 1;
        }
        spare = full.into_buffer();
    }
    read + aggregator.user_record_count()
}

fn run<T>(task: impl Future<Output = T> + Send) -> (T, usize) {
    let mut task = pin!(task);
    let mut waited = 0;
    loop {
        match task.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(done) => return (done, waited),
            Poll::Pending => waited += 1,
        }
    }
}

#[test]
fn everything_can_be_held_while_a_task_waits() {
    let (user_records, waited) = run(produce_and_read());
    assert_eq!(user_records, 10);
    assert!(waited > 10);
}
