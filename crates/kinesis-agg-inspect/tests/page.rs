//! How a page shows hostile keys and data, and what its policy allows.
#![expect(clippy::unwrap_used, reason = "a test that panics has failed")]

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use kinesis_agg::{Aggregator, UserRecord};
use kinesis_agg_inspect::page::{STYLE, STYLE_SHA256, document};
use kinesis_agg_inspect::shown::{Escaped, Grouped, Hex, Percent, Preview};
use kinesis_agg_inspect::{Options, inspect};
use sha2::{Digest, Sha256};

const HOSTILE: [&str; 6] = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "\u{1b}]0;title\u{7}",
    "user\u{202e}gpj.exe",
    "&lt;b&gt;",
    "zero\u{200b}width\u{feff}",
];

#[test]
fn hostile_keys_and_data_are_text_and_nothing_else() {
    for hostile in HOSTILE {
        let mut aggregator = Aggregator::new([0; 4096]);
        aggregator.add(&UserRecord::new(hostile, hostile)).unwrap();
        let data = aggregator.finish().unwrap().data.to_vec();
        let page = document(&inspect(&data, &Options::default()), hostile);
        assert!(!page.contains("<script") && !page.contains("<img"), "{page}");
        let acts = |c: char| c.is_control() && c != '\n' || "\u{202e}\u{200b}\u{feff}".contains(c);
        assert!(!page.contains(acts), "{page}");
    }
    let data = [0xF3, 0x89, 0x9A, 0xC2];
    let page = document(&inspect(&data, &Options::default()), "&lt;b&gt;");
    assert!(page.contains("&amp;lt;b&amp;gt;"), "what looks escaped is escaped again");
}

#[test]
fn the_policy_allows_the_style_sheet_and_nothing_else() {
    let page = document(&inspect(b"plain", &Options::default()), "");
    assert_eq!(STANDARD.encode(Sha256::digest(STYLE)), STYLE_SHA256);
    assert!(page.contains(&format!("<style>{STYLE}</style>")), "written as it was digested");
    let policy = format!(
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'sha256-{STYLE_SHA256}'; \
         base-uri 'none'; form-action 'none'\">"
    );
    assert!(page.contains(&policy), "{page}");
    assert!(!page.contains("style=") && !page.contains("http://") && !page.contains("https://"));
}

#[test]
fn what_is_shown_cannot_act() {
    assert_eq!(Escaped("\u{1b}]0;x\u{7}").to_string(), "\\u{1b}]0;x\\u{7}");
    assert_eq!(Escaped("a\u{202e}b\u{2066}\u{200b}").to_string(), "a\\u{202e}b\\u{2066}\\u{200b}");
    assert_eq!(Escaped("it's \"é\"\n\\").to_string(), "it's \\\"é\\\"\\n\\\\");
    assert_eq!(Preview::data("aéb".as_bytes(), 2).to_string(), "\"aé\"…");
    assert_eq!(Preview::data(&[0, 1, 0xFF], 2).to_string(), "00 01…");
    assert_eq!(Preview::data(b"{\"a\": 1\\\x1b", 9).to_string(), "\"{\"a\": 1\\\\\\u{1b}\"");
    assert_eq!(Preview::key(b"a\"b\x1b", 9).to_string(), "\"a\\\"b\\u{1b}\"");
    assert_eq!(Preview::data(b"", 2).to_string(), "\"\"");
    assert_eq!(Hex::new(&[0xAB, 1], 9).to_string(), "AB 01");
    assert_eq!(Grouped(0).to_string(), "0");
    assert_eq!(Grouped(999).to_string(), "999");
    assert_eq!(Grouped(1_000).to_string(), "1,000");
    assert_eq!(Grouped(1_002_003).to_string(), "1,002,003");
    assert_eq!(Grouped(u64::MAX).to_string(), "18,446,744,073,709,551,615");
    assert_eq!(Percent { part: 1, whole: 8 }.to_string(), "12.5 %");
    assert_eq!(Percent { part: 1, whole: 0 }.to_string(), "0.0 %");
}
