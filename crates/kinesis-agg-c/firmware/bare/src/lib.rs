//! The codec for C without the header: does what `engine_library.h` does, with the same answers, but believes
//! every pointer and has one aggregator and one reader, in statics. The difference is what the header costs.
#![no_std]

use core::ffi::c_void;
use core::mem::MaybeUninit;
use core::{ptr, slice, str};

use codec::{AddError, Aggregator, Decoder, KeySlot, Md5Fn, UserRecord, UserRecords, md5_fn};

/// What `kagg_user_record` and `kagg_record` begin with.
#[repr(C)]
#[derive(Debug)]
pub struct Parts {
    partition_key: *const u8,
    partition_key_len: usize,
    explicit_hash_key: *const u8,
    explicit_hash_key_len: usize,
    data: *const u8,
    data_len: usize,
}

impl Parts {
    #[inline(always)]
    fn new(partition_key: &str, explicit_hash_key: Option<&str>, data: &[u8]) -> Self {
        Self {
            partition_key: partition_key.as_ptr(),
            partition_key_len: partition_key.len(),
            explicit_hash_key: explicit_hash_key.map_or(ptr::null(), str::as_ptr),
            explicit_hash_key_len: explicit_hash_key.map_or(0, str::len),
            data: data.as_ptr(),
            data_len: data.len(),
        }
    }
}

/// `kagg_user_record`.
#[repr(C)]
#[derive(Debug)]
pub struct Item {
    parts: Parts,
    sub_sequence_number: u64,
    aggregated: i32,
}

/// `kagg_record`.
#[repr(C)]
#[derive(Debug)]
pub struct Record {
    parts: Parts,
    user_records: usize,
}

unsafe extern "C" {
    fn small_md5(context: *mut c_void, message: *const c_void, len: usize, digest: *mut u8);
}

fn digest(message: &[u8]) -> [u8; 16] {
    let mut digest = [0; 16];
    // SAFETY: it reads the message and writes 16 bytes.
    unsafe { small_md5(ptr::null_mut(), message.as_ptr().cast(), message.len(), digest.as_mut_ptr()) };
    digest
}

type Held = Aggregator<&'static mut [u8], &'static mut [KeySlot], Md5Fn<fn(&[u8]) -> [u8; 16]>>;
static mut HELD: MaybeUninit<Held> = MaybeUninit::uninit();
static mut READ: MaybeUninit<UserRecords<'static>> = MaybeUninit::uninit();

fn held() -> &'static mut Held {
    let held = &raw mut HELD;
    // SAFETY: one thread, no reference outlives a call, and `engine_init` comes first.
    unsafe { (*held).assume_init_mut() }
}

/// As `kagg_init_with_digest`.
///
/// # Safety
/// Buffer and slots are lent for ever.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bare_init(buffer: *mut u8, len: usize, slots: *mut KeySlot, count: usize) {
    // SAFETY: the caller's word; one thread.
    unsafe {
        let buffer = slice::from_raw_parts_mut(buffer, len);
        let slots = slice::from_raw_parts_mut(slots, count);
        HELD = MaybeUninit::new(Aggregator::new_with(buffer, slots, md5_fn(digest)));
    }
}

/// The record; `None` if a key is not UTF-8.
///
/// # Safety
/// The item and what it points at are there.
#[inline(always)]
unsafe fn user_record(item: &Item) -> Option<UserRecord<'_>> {
    // SAFETY: the caller's word.
    unsafe {
        let text = |start, len| str::from_utf8(slice::from_raw_parts(start, len)).ok();
        let explicit = item.parts.explicit_hash_key;
        let explicit =
            if explicit.is_null() { None } else { Some(text(explicit, item.parts.explicit_hash_key_len)?) };
        let data = slice::from_raw_parts(item.parts.data, item.parts.data_len);
        let record = UserRecord::new(text(item.parts.partition_key, item.parts.partition_key_len)?, data);
        Some(record.with_explicit_hash_key(explicit))
    }
}

/// As `kagg_add`.
///
/// # Safety
/// The item and what it points at are there.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bare_add(item: &Item) -> i32 {
    // SAFETY: the caller's word.
    match unsafe { user_record(item) }.map(|record| held().add(&record)) {
        Some(Ok(())) => 0,
        Some(Err(AddError::Full)) => 3,
        _ => 17,
    }
}

/// As `kagg_would_fit`: no image calls it, but the codec is compiled as for a library that has it.
///
/// # Safety
/// The item and what it points at are there.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bare_would_fit(item: &Item) -> bool {
    // SAFETY: the caller's word.
    unsafe { user_record(item) }.is_some_and(|record| held().would_fit(&record))
}

/// As `kagg_finish`.
#[unsafe(no_mangle)]
pub extern "C" fn bare_finish(out: &mut Record) -> bool {
    let Some(record) = held().finish() else { return false };
    *out = Record {
        parts: Parts::new(record.partition_key, record.explicit_hash_key, record.data),
        user_records: record.user_records,
    };
    true
}

/// As `kagg_clear`.
#[unsafe(no_mangle)]
pub extern "C" fn bare_clear() {
    held().clear();
}

/// As `kagg_parse_with_digest`: `false` for what is no aggregate.
///
/// # Safety
/// The data is lent until the last user record was taken.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bare_open(data: *const u8, len: usize) -> bool {
    let digest: fn(&[u8]) -> [u8; 16] = digest;
    // SAFETY: the caller's word; one thread.
    unsafe {
        let data = slice::from_raw_parts(data, len);
        READ = MaybeUninit::new(Decoder::new().with_engine(md5_fn(digest)).deaggregate("", data));
        let read = &raw const READ;
        (*read).assume_init_ref().is_aggregated()
    }
}

/// As `kagg_next`: `false` if there are no more.
#[unsafe(no_mangle)]
pub extern "C" fn bare_next(out: &mut Item) -> bool {
    let read = &raw mut READ;
    // SAFETY: one thread, no reference outlives a call, and `bare_open` comes first.
    let Some(record) = (unsafe { (*read).assume_init_mut() }).next() else { return false };
    *out = Item {
        parts: Parts::new(record.partition_key, record.explicit_hash_key, record.data),
        sub_sequence_number: record.sub_sequence_number,
        aggregated: i32::from(record.aggregated),
    };
    true
}

#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    loop {}
}
