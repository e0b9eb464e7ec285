//! Decodes the data of a record in JSON.

use kinesis_agg_shapes::Data;

use super::text::printed;
use crate::base64::{self, Ending};

/// Appends the bytes to `bytes`.
///
/// # Errors
/// Why the text is invalid, as the end of a sentence whose subject is the text.
pub(crate) fn decode(data: &Data<'_>, bytes: &mut Vec<u8>) -> Result<Ending, String> {
    let text = match data {
        Data::Bytes(data) => {
            bytes.extend_from_slice(data);
            return Ok(Ending::Whole);
        }
        Data::Text(text) => text.as_bytes(),
    };
    let begin = bytes.len();
    let error = match base64::decode(text, bytes) {
        Ok(ending) => return Ok(ending),
        Err(error) => error,
    };
    bytes.truncate(begin);
    // As `json.dumps(answer, default=str)` writes bytes, or a Buffer within a text.
    match printed::only_record(text) {
        Some((data, false)) => {
            bytes.extend_from_slice(&data);
            Ok(Ending::Whole)
        }
        Some((data, true)) => {
            bytes.extend_from_slice(&data);
            Ok(Ending::CutOff)
        }
        None => Err(error),
    }
}
