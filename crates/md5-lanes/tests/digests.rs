//! `digest` and every back end give the digests of `md-5`, for any lengths and any number of messages.

use md5::{Digest, Md5};
use md5_lanes::{Backend, digest, digest_all, digest_all_with};
use proptest::prelude::*;

fn check(messages: &[&[u8]]) {
    let expected: Vec<[u8; 16]> = messages.iter().map(|message| Md5::digest(message).into()).collect();
    for (message, expected) in messages.iter().zip(&expected) {
        assert!(digest(message) == *expected, "{} bytes alone", message.len());
    }
    for backend in Backend::all_available() {
        let mut digests = vec![[0; 16]; messages.len()];
        digest_all_with(backend, messages, &mut digests);
        assert!(
            digests == expected,
            "{backend:?}: {:?}",
            messages.iter().map(|m| m.len()).collect::<Vec<_>>()
        );
    }
}

/// Bytes that differ at every position.
fn bytes(len: usize) -> Vec<u8> {
    (0..len as u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8).collect()
}

#[test]
fn every_length_up_to_300_alone_and_in_every_number_of_lanes() {
    let data = bytes(400);
    for len in 0..=300 {
        check(&[&data[..len]]);
    }
    let all: Vec<&[u8]> = (0..=300).map(|len| &data[len % 100..][..len]).collect();
    check(&all);
    for count in 0..=100 {
        check(&all[300 - count..]);
        check(&vec![&data[..count]; count]);
    }
}

/// AddressSanitizer and Miri would notice a read beyond the end: see `.ci/machines`.
#[test]
fn messages_that_end_where_their_allocation_does() {
    let data = bytes(200);
    let own: Vec<Box<[u8]>> = (0..=130).map(|len| data[..len].into()).collect();
    let messages: Vec<&[u8]> = own.iter().map(|message| &**message).collect();
    check(&messages);
    // Messages of one block alone, of two alone, and of both in small groups.
    check(&messages[..56]);
    check(&messages[56..120]);
    messages[50..70].chunks(7).for_each(check);
}

#[test]
fn what_has_no_counterpart_is_left_alone() {
    let mut digests = [[7; 16]; 3];
    digest_all(&[b"abc"], &mut digests);
    assert_eq!(digests[1..], [[7; 16]; 2]);
    assert_eq!(digests[0], <[u8; 16]>::from(Md5::digest(b"abc")));
    digest_all(&[b"abc", b"", b"", b"more"], &mut digests);
    assert_eq!(digests[2], <[u8; 16]>::from(Md5::digest(b"")));
    digest_all(&[], &mut []);
}

#[test]
fn very_unequal_lengths() {
    let data = bytes(1 << 20);
    let mut random = 0x2545_F491_4F6C_DD1D_u64;
    let messages: Vec<&[u8]> = (0..256)
        .map(|_| {
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            &data[..1 << (random % 21)]
        })
        .collect();
    check(&messages);
}

#[test]
fn the_scalar_back_end_is_always_there_and_the_best_is_the_last() {
    let all: Vec<Backend> = Backend::all_available().collect();
    assert_eq!(all[0].lanes(), 1);
    assert_eq!(all.last(), Some(&Backend::best()));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_sets_of_lengths(lengths in proptest::collection::vec(prop_oneof![0..200_usize, 0..5000_usize], 0..200)) {
        let data = bytes(6000);
        let messages: Vec<&[u8]> =
            lengths.iter().enumerate().map(|(n, len)| &data[n % 1000..][..*len]).collect();
        check(&messages);
    }
}
