//! The samples of the firmware: readings of eight sensors, the same on the device and on the host.
#![no_std]
#![forbid(unsafe_code)]

use kinesis_agg::UserRecord;

/// The number of samples.
pub const COUNT: usize = 600;

/// The length of the longest reading in bytes.
const MAX_LEN: usize = 64;

/// Partition keys of different lengths, one of them not ASCII, each with an explicit hash key. All have one,
/// because AWS's Python module gives a user record without one the explicit hash key of another in the same
/// aggregate.
const SENSORS: [(&str, &str); 8] = [
    ("sensor-7", "1"),
    ("sensor-8", "1"),
    ("boiler", "0"),
    ("Zürich-€-😀", "170141183460469231731687303715884105728"),
    ("boiler", "340282366920938463463374607431768211455"),
    ("g", "2"),
    ("sensor-7", "340282366920938463463374607431768211455"),
    ("hall/north/door", "42"),
];

/// One reading of one sensor.
#[derive(Clone, Debug)]
pub struct Sample {
    sensor: (&'static str, &'static str),
    reading: [u8; MAX_LEN],
    len: usize,
}

impl Sample {
    /// Makes the user record of the reading.
    pub fn user_record(&self) -> UserRecord<'_> {
        let (partition_key, explicit_hash_key) = self.sensor;
        let data = self.reading.get(..self.len).unwrap_or_default();
        UserRecord::new(partition_key, data).with_explicit_hash_key(explicit_hash_key)
    }
}

/// Makes endless samples with a pseudo-random number generator (xorshift).
#[derive(Clone, Debug)]
pub struct Samples(u32);

impl Default for Samples {
    fn default() -> Self {
        Self(0x2545_F491)
    }
}

impl Samples {
    fn random(&mut self) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 17;
        self.0 ^= self.0 << 5;
        (self.0 >> 8) as usize
    }
}

impl Iterator for Samples {
    type Item = Sample;

    fn next(&mut self) -> Option<Sample> {
        let sensor = *SENSORS.get(self.random() % SENSORS.len())?;
        let len = self.random() % MAX_LEN;
        let mut reading = [0; MAX_LEN];
        reading[..len].fill_with(|| self.random() as u8);
        Some(Sample { sensor, reading, len })
    }
}
