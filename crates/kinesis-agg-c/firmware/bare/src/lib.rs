//! The engine of the firmware as a thin layer over the codec: pointers are believed, texts are UTF-8, and
//! everything lies in one static. `engine_library.h` does the same through the header; the difference is what
//! the header costs.
#![no_std]

use core::ffi::c_void;
use core::mem::MaybeUninit;
use core::{ptr, slice, str};

use codec::{AddError, Aggregator, Decoder, KeySlot, Md5Fn, UserRecord, md5_fn};

/// `kagg_user_record`.
#[repr(C)]
#[derive(Debug)]
pub struct Item {
    partition_key: *const u8,
    partition_key_len: usize,
    explicit_hash_key: *const u8,
    explicit_hash_key_len: usize,
    data: *const u8,
    data_len: usize,
    sub_sequence_number: u64,
    aggregated: i32,
}

/// `kagg_record`.
#[repr(C)]
#[derive(Debug)]
pub struct Record {
    partition_key: *const u8,
    partition_key_len: usize,
    explicit_hash_key: *const u8,
    explicit_hash_key_len: usize,
    data: *const u8,
    data_len: usize,
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

type Held = Aggregator<&'static mut [u8], [KeySlot; 16], Md5Fn<fn(&[u8]) -> [u8; 16]>>;
static mut HELD: MaybeUninit<Held> = MaybeUninit::uninit();

fn held() -> &'static mut Held {
    let held = &raw mut HELD;
    // SAFETY: one thread, no reference outlives a call, and `engine_init` comes first.
    unsafe { (*held).assume_init_mut() }
}

/// See engine.h.
///
/// # Safety
/// The buffer is lent for ever.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn engine_init(buffer: *mut u8, len: usize) {
    // SAFETY: the caller's word; one thread.
    unsafe {
        let buffer = slice::from_raw_parts_mut(buffer, len);
        HELD = MaybeUninit::new(Aggregator::new_with(buffer, [KeySlot::EMPTY; 16], md5_fn(digest)));
    }
}

/// # Safety
/// The item and what it points at are there.
unsafe fn user_record(item: &Item) -> UserRecord<'_> {
    // SAFETY: the caller's word.
    unsafe {
        let text = |start, len| str::from_utf8_unchecked(slice::from_raw_parts(start, len));
        let explicit = item.explicit_hash_key;
        let explicit =
            if explicit.is_null() { None } else { Some(text(explicit, item.explicit_hash_key_len)) };
        let data = slice::from_raw_parts(item.data, item.data_len);
        UserRecord::new(text(item.partition_key, item.partition_key_len), data)
            .with_explicit_hash_key(explicit)
    }
}

/// See engine.h.
///
/// # Safety
/// The item and what it points at are there.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn engine_add(item: &Item) -> i32 {
    // SAFETY: the caller's word.
    match held().add(&unsafe { user_record(item) }) {
        Ok(()) => 0,
        Err(AddError::Full) => 3,
        _ => 17,
    }
}

/// As `kagg_would_fit`: no image calls it, but the codec is compiled as for a library that has it.
///
/// # Safety
/// The item and what it points at are there.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn engine_would_fit(item: &Item) -> bool {
    // SAFETY: the caller's word.
    held().would_fit(&unsafe { user_record(item) })
}

/// See engine.h.
#[unsafe(no_mangle)]
pub extern "C" fn engine_finish(out: &mut Record) -> bool {
    let Some(record) = held().finish() else { return false };
    *out = Record {
        partition_key: record.partition_key.as_ptr(),
        partition_key_len: record.partition_key.len(),
        explicit_hash_key: record.explicit_hash_key.map_or(ptr::null(), str::as_ptr),
        explicit_hash_key_len: record.explicit_hash_key.map_or(0, str::len),
        data: record.data.as_ptr(),
        data_len: record.data.len(),
        user_records: record.user_records,
    };
    true
}

/// See engine.h.
#[unsafe(no_mangle)]
pub extern "C" fn engine_clear() {
    held().clear();
}

/// See engine.h.
///
/// # Safety
/// The data is there.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn engine_read(data: *const u8, len: usize, take: extern "C" fn(&Item)) -> bool {
    // SAFETY: the caller's word.
    let data = unsafe { slice::from_raw_parts(data, len) };
    // As the library does: leniently, with a look at the error.
    let digest: fn(&[u8]) -> [u8; 16] = digest;
    let user_records = Decoder::new().with_engine(md5_fn(digest)).deaggregate("", data);
    if user_records.error().is_some() {
        return false;
    }
    for record in user_records {
        take(&Item {
            partition_key: record.partition_key.as_ptr(),
            partition_key_len: record.partition_key.len(),
            explicit_hash_key: record.explicit_hash_key.map_or(ptr::null(), str::as_ptr),
            explicit_hash_key_len: record.explicit_hash_key.map_or(0, str::len),
            data: record.data.as_ptr(),
            data_len: record.data.len(),
            sub_sequence_number: record.sub_sequence_number,
            aggregated: i32::from(record.aggregated),
        });
    }
    true
}

#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    loop {}
}
