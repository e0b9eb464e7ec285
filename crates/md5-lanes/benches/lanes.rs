//! Many digests at once beside one after the other: `cargo bench -p md5-lanes`.
//!
//! Every figure is the time of `md-5`, one message after the other, over that of a back end, taken in turn in one run; the
//! median of many pairs. To be run on a quiet machine: load flatters these ratios.

use std::hint::black_box;
use std::time::{Duration, Instant};

use md5::{Digest, Md5};
use md5_lanes::{Backend, digest_all_with};

fn main() {
    let data: Vec<u8> = (0..1_u32 << 20).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    let mut random = Random(20_261_124);
    let workloads: Vec<(&str, Vec<usize>)> = vec![
        ("200 x 50 KiB", vec![50 << 10; 200]),
        ("100 x 2 KiB", vec![2 << 10; 100]),
        ("10,000 keys of 5 to 40 bytes", (0..10_000).map(|_| 5 + random.below(36)).collect()),
        ("256 x 1 KiB to 1 MiB, log-uniform", (0..256).map(|_| 1024_usize << random.below(11)).collect()),
    ];
    print!("{:<36}", "messages");
    let backends: Vec<Backend> = Backend::all_available().collect();
    backends.iter().for_each(|backend| print!("{:>16}", format!("{backend:?}").replace("Backend", "")));
    println!();
    for (name, lengths) in &workloads {
        let messages: Vec<&[u8]> = lengths.iter().map(|len| &data[data.len() - len..]).collect();
        let mut digests = vec![[0; 16]; messages.len()];
        print!("{name:<36}");
        for backend in &backends {
            let ratio = ratio(
                || {
                    for message in &messages {
                        black_box(Md5::digest(black_box(message)));
                    }
                },
                || digest_all_with(*backend, black_box(&messages), black_box(&mut digests)),
            );
            print!("{ratio:>16.2}");
        }
        println!();
    }
}

struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % bound as u64) as usize
    }
}

/// The time of `unit` over that of `work`: the median over pairs taken in turn.
fn ratio(mut unit: impl FnMut(), mut work: impl FnMut()) -> f64 {
    let mut ratios: Vec<f64> =
        (0..31).map(|_| time(&mut unit).as_secs_f64() / time(&mut work).as_secs_f64()).collect();
    ratios.sort_by(f64::total_cmp);
    ratios[ratios.len() / 2]
}

fn time(work: &mut impl FnMut()) -> Duration {
    let start = Instant::now();
    work();
    start.elapsed()
}
