//! NULL, misaligned, too long and overlapping memory is refused before a reference to it exists. Under Miri,
//! or with AddressSanitizer, a reference that must not be made ends the test.

use core::ffi::c_void;
use core::{mem, ptr};

use super::*;
use crate::keys::*;
use crate::reader::*;
use crate::texts::*;

/// Two user records in an aggregate.
fn aggregate() -> Vec<u8> {
    let lent = Lent::new();
    lent.init();
    for data in [b"one", b"two"] {
        assert_eq!(unsafe { kagg_add(lent.aggregator(), &user_record("key", data)) }, Status::OK);
    }
    let mut record = Record::EMPTY;
    assert_eq!(unsafe { kagg_finish(lent.aggregator(), &mut record) }, Status::OK);
    bytes(record.data, record.data_len).to_vec()
}

/// The same place, one byte further.
fn off_by_one<T>(pointer: *mut T) -> *mut T {
    pointer.wrapping_byte_add(1)
}

/// A place at which nothing is.
fn nowhere<T>() -> *mut T {
    ptr::without_provenance_mut(0x1000)
}

#[test]
fn null_is_an_answer_everywhere() {
    let lent = Lent::new();
    let mut out = Record::EMPTY;
    let record = user_record("key", b"data");
    unsafe {
        let buffer = lent.buffer();
        let aggregator = lent.aggregator();
        assert_eq!(kagg_init(ptr::null_mut(), buffer, 512, ptr::null_mut(), 0), Status::NULL);
        assert_eq!(kagg_init(aggregator, ptr::null_mut(), 512, ptr::null_mut(), 0), Status::NULL);
        assert_eq!(kagg_init(aggregator, buffer, 512, ptr::null_mut(), 1), Status::NULL);
        let no_digest = kagg_init_with_digest(aggregator, buffer, 512, ptr::null_mut(), 0, None, buffer);
        assert_eq!(no_digest, Status::NULL);
        assert_eq!(kagg_add(ptr::null_mut(), &record), Status::NULL);
        assert!(!kagg_would_fit(ptr::null(), &record));
        assert_eq!((kagg_size(ptr::null()), kagg_count(ptr::null())), (0, 0));
        assert_eq!(kagg_finish(ptr::null_mut(), &mut out), Status::NULL);
        assert_eq!(kagg_clear(ptr::null_mut()), Status::NULL);
        assert_eq!(kagg_replace_buffer(ptr::null_mut(), buffer, 512, &mut out), Status::NULL);
        assert_eq!(kagg_set_size_limit(ptr::null_mut(), 1), Status::NULL);
        assert_eq!(kagg_set_record_limit(ptr::null_mut(), 1), Status::NULL);

        lent.init();
        let aggregator = lent.aggregator();
        assert_eq!(kagg_add(aggregator, ptr::null()), Status::NULL);
        assert!(!kagg_would_fit(aggregator, ptr::null()));
        assert_eq!(kagg_add(aggregator, &UserRecord { partition_key: ptr::null(), ..record }), Status::NULL);
        assert_eq!(kagg_add(aggregator, &UserRecord { data: ptr::null(), ..record }), Status::NULL);
        let explicit = UserRecord { explicit_hash_key_len: 3, ..record };
        assert_eq!(kagg_add(aggregator, &explicit), Status::NULL);
        assert_eq!(kagg_count(aggregator), 0);
        assert_eq!(
            kagg_add(aggregator, &UserRecord { data: ptr::null(), data_len: 0, ..record }),
            Status::OK
        );
        let empty = UserRecord { partition_key: ptr::null(), partition_key_len: 0, ..record };
        assert_eq!(kagg_add(aggregator, &empty), Status::PARTITION_KEY);
        assert_eq!(kagg_finish(aggregator, ptr::null_mut()), Status::NULL);
        assert_eq!(kagg_replace_buffer(aggregator, ptr::null_mut(), 512, &mut out), Status::NULL);
        assert_eq!(kagg_count(aggregator), 1);

        let data = aggregate();
        let (start, len) = (data.as_ptr().cast(), data.len());
        let mut reader: Box<Reader> = Box::new(zeroed());
        let mut error = ParseError::NONE;
        assert_eq!(kagg_parse(ptr::null_mut(), start, len), Status::NULL);
        assert_eq!(kagg_parse(&mut *reader, ptr::null(), len), Status::NULL);
        assert_eq!(kagg_parse_with_digest(&mut *reader, start, len, None, ptr::null_mut()), Status::NULL);
        assert_eq!(kagg_parse(&mut *reader, ptr::null(), 0), Status::NOT_AN_AGGREGATE);
        assert_eq!(kagg_deaggregate(&mut *reader, ptr::null(), 1, start, len), Status::NULL);
        assert_eq!(kagg_deaggregate(&mut *reader, ptr::null(), 0, ptr::null(), 1), Status::NULL);
        assert_eq!(kagg_parse(&mut *reader, start, len), Status::OK);
        assert_eq!(kagg_next(&mut *reader, ptr::null_mut()), Status::NULL);
        assert_eq!(kagg_reason(&*reader, ptr::null_mut()), Status::NULL);
        assert_eq!(kagg_reason(ptr::null(), &mut error), Status::NULL);
        assert_eq!(kagg_next(ptr::null_mut(), &mut { record }), Status::NULL);
        assert_eq!((kagg_left(ptr::null()), kagg_left(&*reader)), (0, 2));
        assert!(!kagg_is_aggregated(ptr::null(), len) && !kagg_is_aggregated(ptr::null(), 0));
        assert!(!kagg_is_aggregated_with_digest(start, len, None, ptr::null_mut()));

        let mut hash_key = HashKey { high: 7, low: 7 };
        let mut shard = 7;
        assert_eq!(kagg_hash_key_of(ptr::null(), 1, &mut hash_key), Status::NULL);
        assert_eq!(kagg_hash_key_of(c"k".as_ptr(), 1, ptr::null_mut()), Status::NULL);
        let no_digest = kagg_hash_key_of_with_digest(c"k".as_ptr(), 1, None, ptr::null_mut(), &mut hash_key);
        assert_eq!(no_digest, Status::NULL);
        assert_eq!(kagg_hash_key_parse(ptr::null(), 1, &mut hash_key), Status::NULL);
        assert_eq!(kagg_hash_key_parse(c"1".as_ptr(), 1, ptr::null_mut()), Status::NULL);
        assert_eq!(kagg_hash_key_parse(ptr::null(), 0, &mut hash_key), Status::EXPLICIT_HASH_KEY);
        assert_eq!(kagg_shard_of(ptr::null(), 1, &hash_key, &mut shard), Status::NULL);
        assert_eq!(kagg_shard_of(ptr::null(), 0, &hash_key, &mut shard), Status::NO_SHARD);
        assert_eq!(kagg_even_split(ptr::null_mut(), 1), Status::NULL);
        assert_eq!(kagg_even_split(ptr::null_mut(), 0), Status::NO_SHARD);
        let mut range = [HashKeyRange { start: hash_key, end: hash_key }];
        assert_eq!(kagg_shard_of(range.as_ptr(), 1, ptr::null(), &mut shard), Status::NULL);
        assert_eq!(kagg_shard_of(range.as_mut_ptr(), 1, &hash_key, ptr::null_mut()), Status::NULL);
        assert_eq!(kagg_parse_error_text(ptr::null(), ptr::null_mut(), 0), 0);
        assert_eq!(kagg_parse_error_text(&error, ptr::null_mut(), 9), 0);
        assert_eq!(kagg_hash_key_text(ptr::null(), ptr::null_mut(), 0), 0);
        assert_eq!(kagg_hash_key_text(&hash_key, ptr::null_mut(), 0), 21);
        kagg_md5(ptr::null_mut(), ptr::null(), 0, ptr::null_mut());
        kagg_md5(ptr::null_mut(), ptr::null(), 1, [0; 16].as_mut_ptr());
        assert_eq!((hash_key, shard), (HashKey { high: 7, low: 7 }, 7), "nothing was written");
    }
}

#[test]
fn misaligned_structs_are_refused() {
    let lent = Lent::new();
    let mut out = Record::EMPTY;
    let record = user_record("key", b"data");
    unsafe {
        let buffer = lent.buffer();
        let slots = lent.slots();
        let aggregator = lent.aggregator();
        assert_eq!(kagg_init(off_by_one(aggregator), buffer, 512, slots, 4), Status::MISALIGNED);
        assert_eq!(kagg_init(aggregator, buffer, 512, off_by_one(slots), 3), Status::MISALIGNED);
        assert_eq!(
            kagg_init(aggregator, buffer.byte_add(1), 511, slots, 4),
            Status::OK,
            "bytes may lie anywhere"
        );
        assert_eq!(kagg_init(aggregator, buffer, 512, off_by_one(slots), 0), Status::OK, "so may no slots");
        assert_eq!(kagg_add(off_by_one(aggregator), &record), Status::MISALIGNED);
        assert_eq!(kagg_add(aggregator, off_by_one((&raw const record).cast_mut())), Status::MISALIGNED);
        assert_eq!(kagg_add(aggregator, &record), Status::OK);
        assert_eq!(kagg_finish(off_by_one(aggregator), &mut out), Status::MISALIGNED);
        assert_eq!(kagg_finish(aggregator, off_by_one(&mut out)), Status::MISALIGNED);
        assert_eq!(kagg_size(off_by_one(aggregator)), 0);

        let data = aggregate();
        let (start, len) = (data.as_ptr().cast(), data.len());
        let mut reader: Box<Reader> = Box::new(zeroed());
        let mut error = ParseError::NONE;
        assert_eq!(kagg_parse(off_by_one(&mut *reader), start, len), Status::MISALIGNED);
        assert_eq!(kagg_parse(&mut *reader, start, len), Status::OK);
        assert_eq!(kagg_reason(&*reader, off_by_one(&mut error)), Status::MISALIGNED);
        assert_eq!(kagg_reason(off_by_one(&mut *reader), &mut error), Status::MISALIGNED);
        assert_eq!(kagg_next(&mut *reader, off_by_one(&mut { record })), Status::MISALIGNED);
        assert_eq!(kagg_next(off_by_one(&mut *reader), &mut { record }), Status::MISALIGNED);
        let mut hash_keys = [HashKey { high: 0, low: 0 }; 2];
        let mut range = [HashKeyRange { start: hash_keys[0], end: hash_keys[0] }; 2];
        assert_eq!(
            kagg_hash_key_of(c"k".as_ptr(), 1, off_by_one(hash_keys.as_mut_ptr())),
            Status::MISALIGNED
        );
        assert_eq!(kagg_even_split(off_by_one(range.as_mut_ptr()), 1), Status::MISALIGNED);
        assert_eq!(
            kagg_shard_of(off_by_one(range.as_mut_ptr()), 1, &hash_keys[0], &mut 0),
            Status::MISALIGNED
        );
        assert_eq!(kagg_parse_error_text(off_by_one(&mut error), ptr::null_mut(), 0), 0);
    }
}

#[test]
fn lengths_beyond_the_address_space_are_refused() {
    let half = isize::MAX as usize + 1;
    let lent = Lent::new();
    let mut reader: Box<Reader> = Box::new(zeroed());
    let mut range = [HashKeyRange { start: HashKey { high: 0, low: 0 }, end: HashKey { high: 0, low: 0 } }];
    unsafe {
        let buffer = lent.buffer();
        for len in [half, usize::MAX] {
            let aggregator = lent.aggregator();
            assert_eq!(kagg_init(aggregator, buffer, len, ptr::null_mut(), 0), Status::LENGTH);
            assert_eq!(kagg_init(aggregator, buffer, 512, nowhere(), len), Status::LENGTH);
            assert_eq!(kagg_parse(&mut *reader, nowhere(), len), Status::LENGTH);
            assert!(!kagg_is_aggregated(nowhere(), len));
            assert_eq!(kagg_hash_key_of(nowhere(), len, &mut range[0].start), Status::LENGTH);
            assert_eq!(kagg_even_split(range.as_mut_ptr(), len), Status::LENGTH);
            assert_eq!(kagg_shard_of(range.as_ptr(), len, &range[0].start, &mut 0), Status::LENGTH);
            lent.init();
            let record =
                UserRecord { data: nowhere::<c_void>().cast_const(), data_len: len, ..user_record("k", b"") };
            assert_eq!(kagg_add(lent.aggregator(), &record), Status::LENGTH);
        }
        let last: *mut c_void = ptr::without_provenance_mut(usize::MAX - 3);
        assert_eq!(kagg_parse(&mut *reader, last, 8), Status::LENGTH);
    }
}

#[test]
fn overlapping_memory_is_refused() {
    let lent = Lent::new();
    let mut next = [0_u64; 8];
    unsafe {
        let aggregator = lent.aggregator();
        let buffer = lent.buffer();
        let slots = lent.slots();
        assert_eq!(kagg_init(aggregator, aggregator.cast(), 8, slots, 4), Status::OVERLAP);
        assert_eq!(
            kagg_init(aggregator, aggregator.cast::<c_void>().byte_add(8), 8, slots, 4),
            Status::OVERLAP
        );
        assert_eq!(kagg_init(aggregator, buffer, 512, aggregator.cast(), 1), Status::OVERLAP);
        assert_eq!(kagg_init(aggregator, buffer, 512, buffer.byte_add(504).cast(), 1), Status::OVERLAP);
        assert_eq!(kagg_add(aggregator, &user_record("k", b"")), Status::NOT_INITIALIZED);
        // Neighbours do not overlap.
        assert_eq!(kagg_init(aggregator, buffer, 504, buffer.byte_add(504).cast(), 1), Status::OK);
        assert_eq!(kagg_init(aggregator, buffer, 504, slots, 4), Status::OK);
        let mut out = Record::EMPTY;
        for place in [aggregator.cast::<c_void>(), buffer, slots.cast(), buffer.byte_add(500)] {
            let inside = UserRecord { data: place, data_len: 4, ..user_record("key", b"") };
            assert_eq!(kagg_add(aggregator, &inside), Status::OVERLAP);
            assert!(!kagg_would_fit(aggregator, &inside));
            let inside =
                UserRecord { partition_key: place.cast(), partition_key_len: 4, ..user_record("", b"") };
            assert_eq!(kagg_add(aggregator, &inside), Status::OVERLAP);
            let explicit = UserRecord {
                explicit_hash_key: place.cast(),
                explicit_hash_key_len: 4,
                ..user_record("key", b"")
            };
            assert_eq!(kagg_add(aggregator, &explicit), Status::OVERLAP);
            assert_eq!(kagg_replace_buffer(aggregator, place, 4, &mut out), Status::OVERLAP);
        }
        assert_eq!(kagg_add(aggregator, &user_record("key", b"data")), Status::OK);
        for place in [aggregator.cast::<Record>(), buffer.cast(), buffer.byte_add(448).cast()] {
            assert_eq!(kagg_finish(aggregator, place), Status::OVERLAP);
        }
        let next: *mut c_void = next.as_mut_ptr().cast();
        assert_eq!(kagg_replace_buffer(aggregator, next, 64, next.cast()), Status::OVERLAP);
        assert_eq!((kagg_count(aggregator), kagg_finish(aggregator, &mut out)), (1, Status::OK));

        let mut data = [0_u64; 512];
        let data: *mut c_void = data.as_mut_ptr().cast();
        let mut reader: Box<Reader> = Box::new(zeroed());
        let inside = data.cast::<Reader>();
        assert_eq!(kagg_parse(inside, data, 4096), Status::OVERLAP);
        assert_eq!(kagg_deaggregate(inside, data.cast(), 8, ptr::null(), 0), Status::OVERLAP);
        let reader: *mut Reader = &mut *reader;
        assert_eq!(kagg_deaggregate(reader, ptr::null(), 0, data, 4096), Status::OK);
        assert_eq!(kagg_next(reader, data.cast()), Status::OVERLAP);
        assert_eq!(kagg_reason(reader, data.cast()), Status::OVERLAP);
        assert_eq!(kagg_reason(reader, reader.cast()), Status::OVERLAP);
        assert_eq!(kagg_next(reader, reader.cast()), Status::OVERLAP);
        assert_eq!(kagg_left(reader), 1);
        // The partition key is lent to the reader as the data is.
        assert_eq!(kagg_deaggregate(reader, data.cast(), 4096, ptr::null(), 0), Status::OK);
        assert_eq!(kagg_next(reader, data.cast()), Status::OVERLAP);
        assert_eq!(kagg_left(reader), 1);
        // Data and partition key are only read: they may be the same memory.
        assert_eq!(kagg_deaggregate(reader, data.cast(), 8, data, 4096), Status::OK);
        // So is the data of a reader that refused it.
        assert_eq!(kagg_parse(reader, data, 4096), Status::NOT_AN_AGGREGATE);
        assert_eq!(kagg_reason(reader, data.cast()), Status::OVERLAP);
        assert_eq!(kagg_reason(reader, reader.cast()), Status::OVERLAP);
        let mut error = ParseError::NONE;
        assert_eq!(kagg_reason(reader, ptr::null_mut()), Status::NULL);
        assert_eq!(kagg_reason(reader, off_by_one(&mut error)), Status::MISALIGNED);
        assert_eq!((kagg_reason(reader, &mut error), error.kind), (Status::OK, Kind::NO_MAGIC));
        assert_eq!(kagg_deaggregate(reader, data.cast(), 8, data, 4096), Status::OK);
        // What is refused leaves the reader as it was.
        assert_eq!(kagg_parse(reader, ptr::null(), 1), Status::NULL);
        assert_eq!(kagg_deaggregate(reader, reader.cast(), 8, ptr::null(), 0), Status::OVERLAP);
        assert_eq!(kagg_left(reader), 1);
    }
}

#[test]
fn arguments_of_functions_that_keep_nothing_may_overlap() {
    let mut apart = HashKey { high: 0, low: 0 };
    let mut key = [0x6B6B_6B6B_6B6B_6B6B_u64; 2];
    let text = [b'k'; 16];
    let mut ranges = [HashKeyRange { start: apart, end: HashKey { high: 0, low: 9 } }; 2];
    let mut number = [0_u64; 8];
    unsafe {
        assert_eq!(kagg_hash_key_of(text.as_ptr().cast(), 16, &mut apart), Status::OK);
        let start = key.as_mut_ptr();
        assert_eq!(kagg_hash_key_of(start.cast(), 16, start.cast()), Status::OK);
        assert_eq!(key, [apart.high, apart.low]);

        let start = number.as_mut_ptr();
        start.cast::<[u8; 3]>().write(*b"123");
        assert_eq!(kagg_hash_key_parse(start.cast(), 3, start.cast()), Status::OK);
        assert_eq!(number[..2], [0, 123]);
        assert_eq!(kagg_hash_key_text(start.cast(), start.cast(), 64), 3);
        assert_eq!(start.cast::<[u8; 4]>().read(), *b"123\0");

        let start = ranges.as_mut_ptr();
        assert_eq!(kagg_shard_of(start, 2, start.cast(), start.cast()), Status::OK);
        assert_eq!(start.cast::<usize>().read(), 0);
    }
}

#[test]
fn an_aggregator_that_could_not_be_initialised_again_is_forgotten() {
    let lent = Lent::new();
    let (aggregator, buffer, slots) = (lent.aggregator(), lent.buffer(), lent.slots());
    let no_slots = ptr::null_mut();
    unsafe {
        for (buffer, len, slots, count, answer) in [
            (ptr::null_mut(), 512, slots, 4, Status::NULL),
            (buffer, 512, no_slots, 4, Status::NULL),
            (buffer, 512, off_by_one(slots), 3, Status::MISALIGNED),
            (buffer, usize::MAX, slots, 4, Status::LENGTH),
            (buffer, 512, slots, usize::MAX, Status::LENGTH),
            (buffer, 512, buffer.cast(), 4, Status::OVERLAP),
        ] {
            lent.init();
            assert_eq!(kagg_init(aggregator, buffer, len, slots, count), answer);
            assert_eq!(kagg_add(aggregator, &user_record("key", b"data")), Status::NOT_INITIALIZED);
        }
        lent.init();
        assert_eq!(kagg_init(off_by_one(aggregator), buffer, 512, slots, 4), Status::MISALIGNED);
        assert_eq!(kagg_add(aggregator, &user_record("key", b"data")), Status::OK);
    }
}

#[test]
fn what_was_not_initialised_is_not_used() {
    let record = user_record("key", b"data");
    for byte in 0..=u8::MAX {
        let mut aggregator = mem::MaybeUninit::<Aggregator>::uninit();
        let mut reader = Box::new(mem::MaybeUninit::<Reader>::uninit());
        unsafe {
            aggregator.as_mut_ptr().write_bytes(byte, 1);
            reader.as_mut_ptr().write_bytes(byte, 1);
            let (aggregator, reader) = (aggregator.as_mut_ptr(), reader.as_mut_ptr());
            assert_eq!(kagg_add(aggregator, &record), Status::NOT_INITIALIZED);
            assert_eq!(kagg_finish(aggregator, &mut { Record::EMPTY }), Status::NOT_INITIALIZED);
            assert_eq!(kagg_clear(aggregator), Status::NOT_INITIALIZED);
            assert!(!kagg_would_fit(aggregator, &record) && kagg_size(aggregator) == 0);
            assert_eq!((kagg_next(reader, &mut { record }), kagg_left(reader)), (Status::NOT_INITIALIZED, 0));
            assert_eq!(kagg_reason(reader, &mut { ParseError::NONE }), Status::NOT_INITIALIZED);
        }
    }
}

#[test]
fn an_aggregator_is_no_reader() {
    let lent = Lent::new();
    lent.init();
    let record = user_record("key", b"data");
    let mut states = Box::new((zeroed::<Reader>(), zeroed::<Reader>()));
    let (reader, other) = (&raw mut states.0, &raw mut states.1);
    let aggregator: *mut Aggregator = other.cast();
    unsafe {
        assert_eq!(kagg_deaggregate(reader, ptr::null(), 0, ptr::null(), 0), Status::OK);
        assert_eq!(kagg_add(reader.cast(), &record), Status::NOT_INITIALIZED);
        assert_eq!(kagg_init(aggregator, lent.buffer(), 512, ptr::null_mut(), 0), Status::OK);
        assert_eq!(kagg_next(other, &mut { record }), Status::NOT_INITIALIZED);
        assert_eq!(kagg_reason(other, &mut { ParseError::NONE }), Status::NOT_INITIALIZED);
        assert_eq!(kagg_add(aggregator, &record), Status::OK);
    }
}
