//! Sequences of operations on an aggregator, compared with the model of the codec's own tests.

use arbitrary::{Arbitrary, Result, Unstructured};

use crate::arbitrary_input::{any_record, hash_key_text, key, list};
use testkit::aggregator_model::{Model, Operation, run};

/// Runs operations on an aggregator and on a plain list.
///
/// # Panics
/// They differ.
pub fn aggregate_ops(input: &[u8]) {
    let mut u = Unstructured::new(input);
    let Ok((model, slots)) = model(&mut u) else { return };
    run(list(&mut u, 60, operation), model, slots);
}

fn model(u: &mut Unstructured<'_>) -> Result<(Model, usize)> {
    let limit = |u: &mut Unstructured<'_>, otherwise| {
        let byte = u8::arbitrary(u)?;
        Ok(if byte < 192 { otherwise } else { 1 + usize::from(u16::arbitrary(u)?) % 2000 })
    };
    let buffer_len = match u8::arbitrary(u)? {
        byte @ 0..=59 => usize::from(byte),
        byte => usize::from(byte - 59) * 15,
    };
    let (size_limit, record_limit) = (limit(u, usize::MAX)?, limit(u, 1 << 20)?);
    // With 512 slots and so few operations every distinct key is remembered, so sizes are exact.
    let slots = match u8::arbitrary(u)? {
        byte @ 0..=39 => usize::from(byte),
        _ => 512,
    };
    Ok((Model { buffer_len, size_limit, record_limit, held: Vec::new(), sealed: false }, slots))
}

fn operation(u: &mut Unstructured<'_>) -> Result<Operation> {
    Ok(match u8::arbitrary(u)? {
        0..=127 => Operation::Add(any_record(u)?),
        128..=191 => Operation::AddOrSend(any_record(u)?, bool::arbitrary(u)?),
        192..=203 => Operation::Finish,
        204..=215 => {
            let explicit_hash_key = if bool::arbitrary(u)? { Some(hash_key_text(u)?) } else { None };
            Operation::FinishAs(key(u)?, explicit_hash_key)
        }
        216..=227 => Operation::FinishOrPlain,
        228..=239 => Operation::Flush(bool::arbitrary(u)?),
        240..=251 => Operation::ReplaceBuffer,
        _ => Operation::Clear,
    })
}
