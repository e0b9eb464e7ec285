//! The user records for the tests.

use kinesis_agg::{HashKey, UserRecord};

/// An owned user record.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Owned {
    pub(crate) partition_key: String,
    pub(crate) explicit_hash_key: Option<String>,
    pub(crate) data: Vec<u8>,
}

impl Owned {
    pub(crate) fn as_user_record(&self) -> UserRecord<'_> {
        UserRecord::new(&self.partition_key, &self.data)
            .with_explicit_hash_key(self.explicit_hash_key.as_deref())
    }

    pub(crate) fn hash_key(&self) -> HashKey {
        HashKey::of_record(&self.partition_key, self.explicit_hash_key.as_deref()).unwrap()
    }

    /// Its number. All data begins with it.
    pub(crate) fn number(&self) -> u32 {
        u32::from_be_bytes(self.data[..4].try_into().unwrap())
    }
}

/// User records with mixed keys, short and long, few and many, also with explicit hash keys. Their data has 4
/// to 300 bytes and begins with their number.
pub(crate) fn records(count: u32) -> Vec<Owned> {
    (0..count).map(record).collect()
}

fn record(number: u32) -> Owned {
    let mixed = number.wrapping_mul(0x9E37_79B9);
    let partition_key = match mixed >> 29 {
        0 => format!("sensor-{number}"),
        1 => format!("Zürich-€-😀-{}", mixed % 50),
        2 => "long".repeat(60),
        _ => format!("key-{}", mixed % 1000),
    };
    let explicit_hash_key =
        mixed.is_multiple_of(11).then(|| (u128::from(mixed % 97) * (u128::MAX / 97)).to_string());
    let len = [0, 10, 40, 100, 296][mixed as usize / 7 % 5];
    let mut data = number.to_be_bytes().to_vec();
    data.extend((0..len).map(|byte| (mixed >> (byte % 25)) as u8));
    Owned { partition_key, explicit_hash_key, data }
}
