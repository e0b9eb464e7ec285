//! The code behind the page `docs/reference/inspect.html`: pasted text in, HTML out.
//!
//! ```text
//!   build.sh   WebAssembly, style sheet and script into one file
//!   lib        memory between the script and the walk: the only `unsafe`
//!   pasted     base64, hex digits, or JSON with either in it
//! ```
#![cfg_attr(target_arch = "wasm32", no_std)]
#![deny(unsafe_op_in_unsafe_fn)]

extern crate alloc;

pub mod pasted;

use alloc::string::String;
use core::ptr;

use kinesis_agg_inspect::{Options, inspect, page};

#[cfg(target_arch = "wasm32")]
#[global_allocator]
static ALLOCATOR: dlmalloc::GlobalDlmalloc = dlmalloc::GlobalDlmalloc;

#[cfg(target_arch = "wasm32")]
#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    core::arch::wasm32::unreachable()
}

/// HTML about the pasted text: a fragment for the page.
pub fn explain(text: &str, size_limit: usize) -> String {
    match pasted::decode(text) {
        Ok(data) => page::fragment(&inspect(&data, &Options { size_limit, ..Options::default() })),
        Err(error) => page::complaint(&error),
    }
}

/// Allocates `len` bytes. Pass them to [`explain_pasted`] or [`release`].
#[unsafe(no_mangle)]
pub extern "C" fn reserve(len: usize) -> *mut u8 {
    alloc::boxed::Box::into_raw(alloc::vec![0_u8; len].into_boxed_slice()).cast()
}

/// Frees memory.
///
/// # Safety
/// `start` and `len` come from [`reserve`] or from an answer, and were not freed yet.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn release(start: *mut u8, len: usize) {
    // SAFETY: the caller's promise; both are boxes of bytes.
    drop(unsafe { take(start, len) });
}

/// [`explain`] for UTF-8 text in memory from [`reserve`], which it frees. The answer is HTML: its start in
/// the upper 32 bits, its length in the lower.
///
/// # Safety
/// The same as for [`release`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn explain_pasted(start: *mut u8, len: usize, size_limit: usize) -> u64 {
    // SAFETY: the caller's promise.
    let text = unsafe { take(start, len) };
    let html = explain(&String::from_utf8_lossy(&text), size_limit).into_bytes().into_boxed_slice();
    let len = html.len() as u64;
    (alloc::boxed::Box::into_raw(html).cast::<u8>() as u64) << 32 | len
}

/// # Safety
/// The same as for [`release`].
unsafe fn take(start: *mut u8, len: usize) -> alloc::boxed::Box<[u8]> {
    // SAFETY: the caller promises that a box of this length was turned into this pointer.
    unsafe { alloc::boxed::Box::from_raw(ptr::slice_from_raw_parts_mut(start, len)) }
}
