//! Forms of pasted text, and their results.

use inspect_page::{explain, pasted};

const BASE64: &str = "84mawgoIc2Vuc29yLTcaCAgAGgQyMS41TyTZaCQg5ngWLnO8TlnxNg==";

#[test]
fn one_aggregate_is_recognised_in_every_shape() {
    let data = pasted::decode(BASE64).unwrap();
    assert_eq!((data.len(), &data[..4]), (40, [0xF3, 0x89, 0x9A, 0xC2].as_slice()));
    let hex: String = data.iter().map(|byte| format!("{byte:02X} ")).collect();
    let shapes = [
        BASE64.trim_end_matches('=').into(),
        format!("\"{BASE64}\"\n"),
        format!("{}\r\n{}", &BASE64[..20], &BASE64[20..]),
        BASE64.replace('+', "-").replace('/', "_"),
        hex.to_lowercase(),
        hex,
        format!("{{\"Records\": [{{\"PartitionKey\": \"data\", \"Data\": \"{BASE64}\"}}]}}"),
        format!("{{\"Records\": [{{\"kinesis\": {{\"data\":\"{BASE64}\"}}}}]}}"),
    ];
    for shape in shapes {
        assert_eq!(pasted::decode(&shape).as_ref(), Ok(&data), "{shape}");
    }
}

#[test]
fn a_text_that_was_cut_off_is_decoded_as_far_as_it_goes() {
    let whole = pasted::decode(BASE64).unwrap();
    // The two symbols 84 are hex digits as well.
    for cut in 3..BASE64.len() {
        let data = pasted::decode(&BASE64[..cut]).unwrap();
        assert!(whole.starts_with(&data) && data.len() >= cut * 3 / 4 - 1, "{cut}");
    }
}

#[test]
fn what_is_neither_is_named_without_acting() {
    for text in
        ["", "{}", "{\"data\": 1}", "<script>alert(1)</script>", "\u{1b}]0;x", "\u{202e}", "é", "=", "a=b"]
    {
        assert!(pasted::decode(text).is_err(), "{text:?}");
        let html = explain(text, 51_200);
        assert!(!html.contains("<script") && !html.contains(['\u{1b}', '\u{202e}']), "{html}");
    }
}
