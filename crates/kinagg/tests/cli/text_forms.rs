//! Records of every length in every text form, alone, in sequences and broken into lines. They come out as
//! they went in, or there is a note.

use kinesis_agg::{Md5, Md5Engine};

use crate::run::base64;

/// Bytes that look like none of the text forms, the same in each run.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        self.0 >> 33
    }

    fn bytes(&mut self, len: usize) -> Vec<u8> {
        (0..len).map(|_| self.next().to_le_bytes()[0]).collect()
    }
}

/// An aggregate of about this size, with a right digest or a wrong one.
fn aggregate(len: usize, is_right: bool, random: &mut Random) -> Vec<u8> {
    let data = random.bytes(len.saturating_sub(29).clamp(1, 120));
    let record = [&[8, 0, 0x1A, u8::try_from(data.len()).unwrap()][..], &data].concat();
    let message = [b"\x0A\x01k\x1A", &[u8::try_from(record.len()).unwrap()][..], &record].concat();
    let mut digest = Md5.digest(&message);
    digest[3] ^= u8::from(!is_right);
    [b"\xF3\x89\x9A\xC2", &message[..], &digest].concat()
}

type Form = (&'static str, fn(&[u8]) -> String);

fn list(data: &[u8], separator: &str, number: fn(&u8) -> String) -> String {
    data.iter().map(number).collect::<Vec<_>>().join(separator)
}

fn hex(data: &[u8]) -> String {
    list(data, "", |byte| format!("{byte:02x}"))
}

fn escaped(data: &[u8], quote: char, shown: impl Fn(u8) -> Option<String>) -> String {
    let one = |byte: &u8| match char::from(*byte) {
        '\\' => "\\\\".to_owned(),
        char if char == quote => format!("\\{char}"),
        ' '..='~' => char::from(*byte).to_string(),
        _ => shown(*byte).unwrap_or_else(|| format!("\\x{byte:02x}")),
    };
    data.iter().map(one).collect()
}

fn c_name(byte: u8) -> Option<String> {
    let name = match byte {
        7 => 'a',
        8 => 'b',
        9 => 't',
        10 => 'n',
        11 => 'v',
        12 => 'f',
        13 => 'r',
        _ => return None,
    };
    Some(format!("\\{name}"))
}

fn python(data: &[u8]) -> String {
    let name = |byte: u8| c_name(byte).filter(|_| b"\t\n\r".contains(&byte));
    let quote = if data.contains(&b'\'') && !data.contains(&b'"') { '"' } else { '\'' };
    format!("b{quote}{}{quote}", escaped(data, quote, name))
}

/// As each language prints bytes, according to its documentation.
const FORMS: [Form; 17] = [
    ("base64", |data| base64(data)),
    ("hex", hex),
    ("hex with blanks", |data| list(data, " ", |byte| format!("{byte:02X}"))),
    ("python", python),
    ("python list, rust, javascript", |data| format!("[{}]", list(data, ", ", u8::to_string))),
    ("java", |data| format!("[{}]", list(data, ", ", |byte| byte.cast_signed().to_string()))),
    ("go %v", |data| format!("[{}]", list(data, " ", u8::to_string))),
    ("go %#v", |data| format!("[]byte{{{}}}", list(data, ", ", |byte| format!("{byte:#x}")))),
    ("go %q", |data| format!("\"{}\"", escaped(data, '"', c_name))),
    ("rust {:02x?}", |data| format!("[{}]", list(data, ", ", |byte| format!("{byte:02x}")))),
    ("rust {:x?}", |data| format!("[{}]", list(data, ", ", |byte| format!("{byte:x}")))),
    ("c string", |data| format!("\"{}\"", list(data, "", |byte| format!("\\x{byte:02x}")))),
    ("c octal", |data| format!("\"{}\"", list(data, "", |byte| format!("\\{byte:03o}")))),
    ("c array", |data| {
        format!("unsigned char x[] = {{{}}};", list(data, ", ", |byte| format!("0x{byte:02x}")))
    }),
    ("javascript", |data| format!("<Buffer {}>", list(data, " ", |byte| format!("{byte:02x}")))),
    ("uint8array", |data| {
        format!("Uint8Array({}) [\n  {}\n]", data.len(), list(data, ",\n  ", u8::to_string))
    }),
    ("decimal", |data| list(data, " ", u8::to_string)),
];

/// The data of the user records of whole aggregates, and other records unchanged.
fn came_out(input: &str) -> kinagg::Recognised {
    kinagg::recognise(input.as_bytes(), 1 << 20)
}

/// Records of this length: plain ones, printable ones, aggregates with a right digest and with a wrong one.
fn of_length(len: usize, random: &mut Random) -> [Vec<u8>; 4] {
    let text = random.bytes(len).iter().map(|byte| b' '.wrapping_add(byte % 95)).collect();
    [random.bytes(len), text, aggregate(len, true, random), aggregate(len, false, random)]
}

#[test]
fn a_record_in_any_text_form_comes_out_or_the_doubt_is_said() {
    let mut random = Random(1);
    for len in 1..=200 {
        for record in of_length(len, &mut random) {
            for (name, form) in FORMS {
                let input = form(&record);
                let found = came_out(&input);
                let is_right = found.records == [record.as_slice()] && !found.is_bad;
                assert!(
                    is_right || found.is_doubtful || found.is_bad,
                    "{name}: {input}\n{:02x?}",
                    found.records
                );
                // Only texts that are too short to be recognised are refused.
                assert!(is_right || found.is_doubtful || len <= 4, "{name}: {input}\n{:02x?}", found.records);
            }
        }
    }
}

#[test]
fn records_in_a_sequence_come_out_or_the_doubt_is_said() {
    let mut random = Random(2);
    for round in 0..400 {
        let records: Vec<Vec<u8>> = (0..2 + round % 4)
            .map(|i| of_length(1 + (round * 7 + i * 13) % 200, &mut random)[(round + i) % 4].clone())
            .collect();
        for (name, form) in FORMS {
            let input = records.iter().map(|record| form(record) + "\n").collect::<String>();
            let found = came_out(&input);
            let is_right = found.records == records && !found.is_bad;
            assert!(is_right || found.is_doubtful || found.is_bad, "{name}: {input}\n{:02x?}", found.records);
        }
    }
}

fn wrapped(text: &str, width: usize) -> String {
    text.as_bytes().chunks(width).map(|line| format!("{}\n", str::from_utf8(line).unwrap())).collect()
}

/// Words separated by spaces, so many in each line.
fn wrapped_words(text: &str, width: usize) -> String {
    let words: Vec<_> = text.split(' ').collect();
    words.chunks(width).map(|line| line.join(" ") + "\n").collect()
}

#[test]
fn records_broken_into_lines_come_out_or_the_doubt_is_said() {
    let mut random = Random(3);
    let forms: [Form; 7] = [
        ("base64 at 64", |data| wrapped(&base64(data), 64)),
        ("base64 at 76", |data| wrapped(&base64(data), 76)),
        ("hex at 60", |data| wrapped(&hex(data), 60)),
        ("hex at 64", |data| wrapped(&hex(data), 64)),
        ("hex, 16 bytes a line", |data| wrapped_words(&list(data, " ", |byte| format!("{byte:02x}")), 16)),
        ("decimal, 16 a line", |data| wrapped_words(&list(data, " ", u8::to_string), 16)),
        ("c, 12 bytes a line", |data| {
            let lines = wrapped_words(&list(data, ", ", |byte| format!("0x{byte:02x}")), 12);
            format!("unsigned char x[] = {{\n{lines}}};\nunsigned int x_len = {};\n", data.len())
        }),
    ];
    for len in 1..=200 {
        let records = of_length(len, &mut random);
        for record in &records {
            for (name, form) in forms {
                let input = form(record);
                let found = came_out(&input);
                let is_right = found.records == [record.as_slice()] && !found.is_bad;
                assert!(is_right || found.is_doubtful, "{name}, {len}: {input}\n{:02x?}", found.records);
            }
        }
        for (name, form) in forms {
            let input = records.iter().map(|record| form(record)).collect::<String>();
            let found = came_out(&input);
            let is_right = found.records == records && !found.is_bad;
            assert!(is_right || found.is_doubtful, "{name}, {len}: {input}\n{:02x?}", found.records);
        }
    }
}

#[test]
fn a_whole_aggregate_is_joined_without_a_doubt_however_long_its_last_line_is() {
    let mut random = Random(4);
    for len in 1..=200 {
        let record = aggregate(len, true, &mut random);
        let plain = random.bytes(1 + len % 20);
        for width in [64, 76] {
            let found = came_out(&(wrapped(&base64(&record), width) + &base64(&plain) + "\n"));
            assert_eq!(
                (found.records, found.is_doubtful),
                (vec![record.clone(), plain.clone()], false),
                "{len} {width}"
            );
        }
    }
}
