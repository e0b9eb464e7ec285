//! Many digests at once equal digests one by one.

use arbitrary::{Arbitrary, Result, Unstructured};
use md5::{Digest, Md5};
use md5_lanes::{Backend, digest_all_with};

const POOL_LEN: usize = 1 << 12;
const MAX_MESSAGES: usize = 200;
/// So that one input takes at most milliseconds.
const MAX_TOTAL: usize = 1 << 14;

/// Every back end gives the digests of `md-5`, in order, for any lengths and addresses of messages. Digests
/// without a message stay unchanged.
pub fn lanes(input: &[u8]) {
    let mut u = Unstructured::new(input);
    let surplus = usize::from(u8::arbitrary(&mut u).unwrap_or(0) % 4);
    let pool: Box<[u8]> = (0..POOL_LEN as u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    let mut places = Vec::new();
    let mut total = 0;
    while let Ok(place) = Place::next(&mut u)
        && !u.is_empty()
        && places.len() < MAX_MESSAGES
    {
        let repeats = if place.repeated { 1 + u8::arbitrary(&mut u).unwrap_or(0) % 64 } else { 1 };
        total += place.len * usize::from(repeats);
        if total > MAX_TOTAL {
            break;
        }
        places.extend((0..repeats).map(|_| place));
    }
    // With its own allocation, a message ends where the allocation does, so AddressSanitizer notices a read
    // beyond it.
    let own: Vec<Box<[u8]>> = places.iter().map(|place| pool[place.start..][..place.len].into()).collect();
    let messages: Vec<&[u8]> = places
        .iter()
        .zip(&own)
        .map(|(place, own)| if place.shared { &pool[place.start..][..place.len] } else { own })
        .collect();
    let expected: Vec<[u8; 16]> = messages
        .iter()
        .map(|message| Md5::digest(message).into())
        .chain((0..surplus).map(|_| [0xA5; 16]))
        .collect();
    for backend in Backend::all_available() {
        let mut digests = vec![[0xA5; 16]; expected.len()];
        digest_all_with(backend, &messages, &mut digests);
        assert_eq!(digests, expected, "{backend:?}: {places:?}");
    }
}

/// The position of a message in the pool.
#[derive(Clone, Copy, Debug)]
struct Place {
    start: usize,
    len: usize,
    shared: bool,
    repeated: bool,
}

impl Place {
    fn next(u: &mut Unstructured<'_>) -> Result<Self> {
        let kind = u8::arbitrary(u)?;
        let len = match kind % 8 {
            // Mostly of one block, also of two, of some, of many.
            0..=3 => usize::from(u8::arbitrary(u)? % 64),
            4..=5 => usize::from(u8::arbitrary(u)? % 136),
            6 => usize::from(u16::arbitrary(u)? % 1024),
            _ => usize::from(u16::arbitrary(u)?) % (POOL_LEN + 1),
        };
        let room = POOL_LEN - len;
        let start = if kind & 8 == 0 { room } else { usize::from(u16::arbitrary(u)?) % (room + 1) };
        Ok(Self { start, len, shared: kind & 16 == 0, repeated: kind & 32 != 0 })
    }
}
