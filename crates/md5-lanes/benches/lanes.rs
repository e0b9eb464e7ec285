//! Many digests at once beside one after the other: `cargo bench -p md5-lanes`. Words choose shapes by name.
//!
//! Every figure is the time of `md-5`, one message after the other, over that of a back end, taken in turn in one run; the
//! median of many pairs. To be run on a quiet machine: load flatters these ratios.

use std::hint::black_box;
use std::time::{Duration, Instant};

use md5::{Digest, Md5};
use md5_lanes::{Backend, digest_all_with};

const PAIRS: usize = 31;
/// What a measurement takes at least, by repeating the work.
const LEAST: Duration = Duration::from_micros(500);

struct Shape {
    name: String,
    messages: Vec<Vec<u8>>,
    /// How many messages are given at once.
    chunk: usize,
}

fn main() {
    let chosen: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with("--")).collect();
    let backends: Vec<Backend> = Backend::all_available().collect();
    print!("{:<44}{:>12}", "messages", "md-5, ns");
    backends.iter().for_each(|backend| print!("{:>10}", format!("{backend:?}").replace("Backend", "")));
    println!();
    for shape in shapes() {
        if chosen.is_empty() || chosen.iter().any(|word| shape.name.contains(word.as_str())) {
            report(&shape, &backends);
        }
    }
}

/// Lengths of messages, in bytes.
fn shapes() -> Vec<Shape> {
    let mut random = Random(20_261_124);
    let mut shapes = Vec::new();
    let mut add = |name: &str, chunk: usize, lengths: Vec<usize>| {
        let messages = lengths.iter().map(|len| bytes(*len)).collect();
        shapes.push(Shape { name: name.into(), messages, chunk });
    };
    add("200 x 50 KiB", 200, vec![50 << 10; 200]);
    add("100 x 2 KiB", 100, vec![2 << 10; 100]);
    let log_uniform = (0..256).map(|_| (1024.0 * 2_f64.powf(10.0 * random.unit())) as usize);
    add("256 x 1 KiB to 1 MiB, log-uniform", 256, log_uniform.collect());
    let keys: Vec<usize> = (0..10_000).map(|_| random.among(5, 40)).collect();
    add("10,000 keys of 5 to 40 bytes", 10_000, keys.clone());
    for chunk in [256, 128, 64] {
        add(&format!("10,000 keys of 5 to 40 bytes, {chunk} at once"), chunk, keys.clone());
    }
    add("10,000 x 0 bytes", 10_000, vec![0; 10_000]);
    add("10,000 x 56 to 119 bytes", 10_000, (0..10_000).map(|_| random.among(56, 119)).collect());
    add("10,000 x 0 to 119 bytes", 10_000, (0..10_000).map(|_| random.among(0, 119)).collect());
    add("1,000 x 120 to 1,000 bytes", 1_000, (0..1_000).map(|_| random.among(120, 1_000)).collect());
    add("1,000 x 0 to 4,000 bytes", 1_000, (0..1_000).map(|_| random.among(0, 4_000)).collect());
    for count in [1, 2, 3, 4, 5, 8, 16] {
        add(&format!("{count} x 20 bytes"), count, vec![20; count]);
    }
    for count in [1, 2, 3, 5] {
        add(&format!("{count} x 1,000 bytes"), count, vec![1_000; count]);
    }
    add("2 of 20 bytes and 2 of 100", 4, vec![20, 100, 20, 100]);
    add("1 of 50 KiB among 100 keys", 101, [vec![20; 50], vec![50 << 10], vec![20; 50]].concat());
    shapes
}

fn report(shape: &Shape, backends: &[Backend]) {
    let messages: Vec<&[u8]> = shape.messages.iter().map(Vec::as_slice).collect();
    let mut expected = vec![[0; 16]; messages.len()];
    let mut digests = expected.clone();
    let mut one_by_one = || {
        for (message, digest) in black_box(&messages).iter().zip(black_box(&mut expected)) {
            *digest = Md5::digest(message).into();
        }
    };
    let once = time(1, &mut one_by_one);
    let repeats = (LEAST.as_nanos() / once.as_nanos().max(1) + 1) as usize;
    let alone = (0..PAIRS).map(|_| time(repeats, &mut one_by_one)).min().unwrap_or_default();
    print!("{:<44}{:>12.0}", shape.name, alone.as_nanos() as f64 / (repeats * messages.len()) as f64);
    for backend in backends {
        let mut at_once = || {
            for (messages, digests) in
                black_box(&messages).chunks(shape.chunk).zip(black_box(&mut digests).chunks_mut(shape.chunk))
            {
                digest_all_with(*backend, messages, digests);
            }
        };
        print!("{:>10.2}", ratio(repeats, &mut one_by_one, &mut at_once));
    }
    println!();
    assert_eq!(digests, expected);
}

/// The time of `unit` over that of `work`: the median over pairs taken in turn.
fn ratio(repeats: usize, mut unit: impl FnMut(), mut work: impl FnMut()) -> f64 {
    let mut ratios: Vec<f64> = (0..PAIRS)
        .map(|_| time(repeats, &mut unit).as_secs_f64() / time(repeats, &mut work).as_secs_f64())
        .collect();
    ratios.sort_by(f64::total_cmp);
    ratios[PAIRS / 2]
}

fn time(repeats: usize, mut work: impl FnMut()) -> Duration {
    let start = Instant::now();
    for _ in 0..repeats {
        work();
    }
    start.elapsed()
}

/// Bytes that differ everywhere.
fn bytes(len: usize) -> Vec<u8> {
    (0..len as u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8).collect()
}

struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    /// From 0 to 1.
    fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Both included.
    fn among(&mut self, least: usize, most: usize) -> usize {
        least + (self.next() % (most - least + 1) as u64) as usize
    }
}
