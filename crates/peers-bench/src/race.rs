//! Times several ways to do the same, in turn.
//!
//! On a machine whose speed drifts, times that are measured one after another do not compare. So every
//! contestant runs once in each round, and each round begins with another one. A ratio is the median of the
//! ratios within the rounds.

use std::time::{Duration, Instant};

/// The shortest time of a measurement. The work is repeated to reach it.
const LEAST: Duration = Duration::from_micros(500);
/// The time for a race.
const TOTAL: Duration = Duration::from_millis(2500);
const ROUNDS: std::ops::RangeInclusive<usize> = 15..=301;

pub struct Race<'a> {
    contestants: Vec<(String, Box<dyn FnMut() + 'a>)>,
}

/// The seconds of each contestant in each round.
pub struct Times {
    pub names: Vec<String>,
    rounds: Vec<Vec<f64>>,
}

impl<'a> Race<'a> {
    pub fn new() -> Self {
        Self { contestants: Vec::new() }
    }

    pub fn enter(&mut self, name: &str, work: impl FnMut() + 'a) {
        self.contestants.push((name.to_owned(), Box::new(work)));
    }

    pub fn run(mut self) -> Times {
        let mut repeats = Vec::new();
        let mut round = Duration::ZERO;
        for (_, work) in &mut self.contestants {
            time(1, work);
            let once = time(1, work).max(Duration::from_nanos(1));
            let times = (LEAST.as_nanos() / once.as_nanos() + 1) as u32;
            repeats.push(times);
            round += once * times;
        }
        let rounds = (TOTAL.as_nanos() / round.as_nanos()) as usize;
        let rounds = rounds.clamp(*ROUNDS.start(), *ROUNDS.end()) | 1;
        let count = self.contestants.len();
        let rounds = (0..rounds).map(|number| {
            let mut seconds = vec![0.0; count];
            for n in 0..count {
                let turn = (number + n) % count;
                let work = &mut self.contestants[turn].1;
                seconds[turn] = time(repeats[turn], work).as_secs_f64() / f64::from(repeats[turn]);
            }
            seconds
        });
        let rounds = rounds.collect();
        Times { names: self.contestants.into_iter().map(|(name, _)| name).collect(), rounds }
    }
}

impl Times {
    fn position(&self, name: &str) -> Option<usize> {
        self.names.iter().position(|other| other == name)
    }

    /// Seconds.
    pub fn median(&self, name: &str) -> Option<f64> {
        let n = self.position(name)?;
        Some(median(self.rounds.iter().map(|round| round[n])))
    }

    /// The ratio of two times.
    pub fn ratio(&self, name: &str, of: &str) -> Option<f64> {
        let (n, of) = (self.position(name)?, self.position(of)?);
        Some(median(self.rounds.iter().map(|round| round[n] / round[of])))
    }
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn time(repeats: u32, work: &mut impl FnMut()) -> Duration {
    let start = Instant::now();
    for _ in 0..repeats {
        work();
    }
    start.elapsed()
}
