//! Hex dumps: the recorded output of the tools for 37 bytes, some of them equal.

use crate::run::kinagg;

fn unpacked(input: &str) -> (Option<i32>, String, String) {
    let run = kinagg(&["unpack", "--output", "base64"], input);
    (run.status, run.out, run.err)
}

/// 32 times `A`, and five more.
const DATA: &str = "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUEiCv8gfA==\n";

const XXD: &str = "00000000: 4141 4141 4141 4141 4141 4141 4141 4141  AAAAAAAAAAAAAAAA
00000010: 4141 4141 4141 4141 4141 4141 4141 4141  AAAAAAAAAAAAAAAA
00000020: 220a ff20 7c                             \".. |
";

const HEXDUMP: &str = "00000000  41 41 41 41 41 41 41 41  41 41 41 41 41 41 41 41  |AAAAAAAAAAAAAAAA|
*
00000020  22 0a ff 20 7c                                    |\".. ||
00000025
";

const OD: &str = "0000000 41 41 41 41 41 41 41 41 41 41 41 41 41 41 41 41
*
0000040 22 0a ff 20 7c
0000045
";

const OD_HEX: &str = "000000 41 41 41 41 41 41 41 41 41 41 41 41 41 41 41 41  >AAAAAAAAAAAAAAAA<
*
000020 22 0a ff 20 7c                                   >\".. |<
000025
";

const OD_DECIMAL: &str = "0000000 41 41 41 41 41 41 41 41 41 41 41 41 41 41 41 41
*
0000032 22 0a ff 20 7c
0000037
";

#[test]
fn each_tool_is_read() {
    for dump in [XXD, HEXDUMP, OD, OD_HEX, OD_DECIMAL] {
        assert_eq!(unpacked(dump), (Some(0), DATA.to_owned(), String::new()), "{dump}");
        assert_eq!(unpacked(&dump.repeat(2)), (Some(0), DATA.repeat(2), String::new()), "{dump}");
    }
}

/// `xxd -e` reverses the bytes of each group, which its text shows.
#[test]
fn a_dump_of_words_is_read_by_its_text() {
    let dump = "00000000: 64636261 68676665                    abcdefgh\n";
    assert_eq!(unpacked(dump).1, "YWJjZGVmZ2g=\n");
    let words = "0000000 4241 4443\n0000004\n";
    let (status, out, err) = unpacked(words);
    assert_eq!((status, out.as_str()), (Some(1), ""));
    assert!(err.contains("has words of several bytes, in an unknown order"), "{err}");
}

#[test]
fn what_is_missing_is_said_and_nothing_is_delivered() {
    let lines = |dump: &str, left: &[usize]| {
        left.iter().map(|line| dump.split_inclusive('\n').nth(*line).unwrap()).collect::<String>()
    };
    for (dump, said) in [
        (lines(XXD, &[0, 2]), "line 2: has an offset that does not follow: lines before it are missing"),
        (
            lines(HEXDUMP, &[0, 1, 2]),
            "line 1: the last line of the dump is missing, which is an offset alone",
        ),
        (lines(OD, &[0, 1, 2]), "line 1: the last line of the dump is missing, which is an offset alone"),
        (XXD.replace("\".. |", "\"... "), "line 3: has bytes that are not those of its text"),
        (HEXDUMP.replace("00000020", "fffffff0"), "line 3: record has more than 67108864 bytes"),
    ] {
        let (status, out, err) = unpacked(&dump);
        assert_eq!((status, out.as_str()), (Some(1), ""), "{dump}");
        assert_eq!(err, format!("kinagg: {said}\n"), "{dump}");
    }
}
