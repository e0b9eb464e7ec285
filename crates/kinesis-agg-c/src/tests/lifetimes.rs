//! What stays valid for how long, as the header says it.

use core::ffi::c_void;
use core::mem::MaybeUninit;
use core::ptr;

use super::*;
use crate::keys::kagg_md5;
use crate::reader::*;

fn add(lent: &Lent, data: &[u8]) -> Status {
    unsafe { kagg_add(lent.aggregator(), &user_record("key", data)) }
}

#[test]
fn a_record_used_after_clear_leads_into_the_buffer() {
    let lent = Lent::new();
    lent.init();
    assert_eq!(add(&lent, b"first"), Status::OK);
    unsafe {
        let aggregator = lent.aggregator();
        let mut record = Record::EMPTY;
        assert_eq!(kagg_finish(aggregator, &mut record), Status::OK);
        let mut again = Record::EMPTY;
        assert_eq!(kagg_finish(aggregator, &mut again), Status::OK);
        assert_eq!((record.data, record.data_len), (again.data, again.data_len));
        assert_eq!(kagg_clear(aggregator), Status::OK);
        assert_eq!(kagg_add(aggregator, &user_record("another", b"another")), Status::OK);
        // Its bytes are others now, and lie where they may be read.
        let inside = lent.buffer().addr()..lent.buffer().addr() + 512;
        for (start, len) in [(record.data, record.data_len), (record.partition_key.cast(), 3)] {
            assert!(inside.contains(&start.addr()) && start.addr() + len <= inside.end);
            for place in 0..len {
                let _ = start.cast::<u8>().add(place).read();
            }
        }
        assert_eq!(kagg_finish(aggregator, &mut record), Status::OK);
        assert_eq!(bytes(record.partition_key.cast(), record.partition_key_len), b"another");
    }
}

#[test]
fn a_full_buffer_is_sent_while_the_next_is_filled() {
    let lent = Lent::new();
    lent.init();
    let mut next = [0_u64; 16];
    let mut full = Record::EMPTY;
    unsafe {
        let start: *mut c_void = next.as_mut_ptr().cast();
        assert_eq!(kagg_replace_buffer(lent.aggregator(), start, 128, &mut full), Status::EMPTY);
        assert_eq!(add(&lent, b"first"), Status::OK);
        assert_eq!(kagg_replace_buffer(lent.aggregator(), start, 128, &mut full), Status::OK);
        let before = bytes(full.data, full.data_len).to_vec();
        assert_eq!(add(&lent, b"second"), Status::OK);
        let mut second = Record::EMPTY;
        assert_eq!(kagg_finish(lent.aggregator(), &mut second), Status::OK);
        assert_eq!(bytes(full.data, full.data_len), before);
        assert_eq!(bytes(full.partition_key.cast(), full.partition_key_len), b"key");
        // The old buffer can be lent again.
        let old = lent.buffer();
        assert_eq!(kagg_replace_buffer(lent.aggregator(), old, 512, &mut second), Status::OK);
        let mut reader: Box<Reader> = Box::new(zeroed());
        assert_eq!(kagg_parse(&mut *reader, second.data, second.data_len), Status::OK);
        let mut record = user_record("", b"");
        assert_eq!(kagg_next(&mut *reader, &mut record), Status::OK);
        // What it gave outlives the reader.
        drop(reader);
        assert_eq!(bytes(record.data, record.data_len), b"second");
    }
}

#[test]
fn moved_aggregators_and_copied_readers_go_on() {
    let lent = Lent::new();
    lent.init();
    assert_eq!(add(&lent, b"first"), Status::OK);
    unsafe {
        // As memcpy does: bytes that were never written are copied, too.
        let mut moved = lent.aggregator().cast::<MaybeUninit<Aggregator>>().read();
        let moved: *mut Aggregator = moved.as_mut_ptr();
        lent.aggregator().write(zeroed());
        assert_eq!(kagg_add(moved, &user_record("key", b"second")), Status::OK);
        let mut sealed = Record::EMPTY;
        assert_eq!(kagg_finish(moved, &mut sealed), Status::OK);
        let mut reader: Box<Reader> = Box::new(zeroed());
        assert_eq!(kagg_parse(&mut *reader, sealed.data, sealed.data_len), Status::OK);
        let mut record = user_record("", b"");
        assert_eq!(kagg_next(&mut *reader, &mut record), Status::OK);
        let mut copy = Box::new((&raw const *reader).cast::<MaybeUninit<Reader>>().read());
        for reader in [&raw mut *reader, copy.as_mut_ptr()] {
            assert_eq!(kagg_next(reader, &mut record), Status::OK);
            assert_eq!(bytes(record.data, record.data_len), b"second");
            assert_eq!(kagg_next(reader, &mut record), Status::END);
        }
    }
}

/// An MD5 that calls the library for the aggregator for which it is called.
unsafe extern "C" fn meddling(context: *mut c_void, message: *const c_void, len: usize, digest: *mut u8) {
    unsafe {
        let aggregator: *mut Aggregator = context.cast();
        assert_eq!(kagg_add(aggregator, &user_record("key", b"more")), Status::NOT_INITIALIZED);
        assert_eq!(kagg_clear(aggregator), Status::NOT_INITIALIZED);
        assert_eq!(kagg_count(aggregator), 0);
        kagg_md5(ptr::null_mut(), message, len, digest);
    }
}

#[test]
fn a_digest_that_calls_its_aggregator_finds_none() {
    let lent = Lent::new();
    unsafe {
        let aggregator = lent.aggregator();
        let buffer = lent.buffer();
        let context = aggregator.cast();
        let answer =
            kagg_init_with_digest(aggregator, buffer, 512, ptr::null_mut(), 0, Some(meddling), context);
        assert_eq!(answer, Status::OK);
        assert_eq!(kagg_add(aggregator, &user_record("key", b"data")), Status::OK);
        let mut record = Record::EMPTY;
        assert_eq!(kagg_finish(aggregator, &mut record), Status::OK);
        assert!(kagg_is_aggregated(record.data, record.data_len));
        assert_eq!(kagg_count(aggregator), 1);
    }
}

/// An MD5 that calls the library for the reader for which it is called.
unsafe extern "C" fn prying(context: *mut c_void, message: *const c_void, len: usize, digest: *mut u8) {
    unsafe {
        let reader: *mut Reader = context.cast();
        assert_eq!(kagg_next(reader, &mut user_record("", b"")), Status::NOT_INITIALIZED);
        assert_eq!(kagg_left(reader), 0);
        kagg_md5(ptr::null_mut(), message, len, digest);
    }
}

#[test]
fn a_digest_that_calls_its_reader_finds_none() {
    let lent = Lent::new();
    lent.init();
    assert_eq!(add(&lent, b"data"), Status::OK);
    let mut sealed = Record::EMPTY;
    let mut reader: Box<Reader> = Box::new(zeroed());
    let reader: *mut Reader = &mut *reader;
    unsafe {
        assert_eq!(kagg_finish(lent.aggregator(), &mut sealed), Status::OK);
        // The second time, the reader was ready before.
        for _ in 0..2 {
            let answer =
                kagg_parse_with_digest(reader, sealed.data, sealed.data_len, Some(prying), reader.cast());
            assert_eq!((answer, kagg_left(reader)), (Status::OK, 1));
        }
    }
}
