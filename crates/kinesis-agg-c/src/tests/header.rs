//! The header and these functions agree: a C compiler sees the header beside the functions as they are here,
//! and every number and layout of Rust as an assertion.

use core::mem::{align_of, offset_of, size_of};
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::{env, fs};

use codec::Sizing;

use crate::status::STATUSES;
use crate::types::*;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn header() -> String {
    fs::read_to_string(root().join("include/kinesis_agg.h")).unwrap()
}

/// The functions of this library, as C declares them.
fn functions() -> String {
    let mut declarations = String::new();
    for file in ["aggregator", "keys", "reader", "texts"] {
        let source = fs::read_to_string(root().join(format!("src/{file}.rs"))).unwrap();
        for function in source.split("extern \"C\" fn ").skip(1) {
            let (name, rest) = function.split_once('(').unwrap();
            let (arguments, rest) = rest.split_once(')').unwrap();
            let (answer, _) = rest.split_once('{').unwrap();
            let answer =
                answer.trim().strip_prefix("->").map_or("void".to_owned(), |answer| c_type(answer.trim()));
            let arguments: Vec<String> = arguments
                .split(',')
                .filter(|argument| !argument.trim().is_empty())
                .map(|argument| c_type(argument.split_once(':').unwrap().1.trim()))
                .collect();
            writeln!(declarations, "{answer} {name}({});", arguments.join(", ")).unwrap();
        }
    }
    declarations
}

fn c_type(rust: &str) -> String {
    if let Some(rust) = rust.strip_prefix("*mut ") {
        return format!("{} *", c_type(rust));
    }
    if let Some(rust) = rust.strip_prefix("*const ") {
        return format!("const {} *", c_type(rust));
    }
    let c = match rust {
        "bool" => "bool",
        "c_char" => "char",
        "c_void" => "void",
        "u8" => "uint8_t",
        "usize" => "size_t",
        "Aggregator" => "kagg_aggregator",
        "Digest" => "kagg_digest",
        "HashKey" => "kagg_hash_key",
        "HashKeyRange" => "kagg_hash_key_range",
        "KeySlot" => "kagg_key_slot",
        "ParseError" => "kagg_parse_error",
        "Reader" => "kagg_reader",
        "Record" => "kagg_record",
        "Status" => "kagg_status",
        "UserRecord" => "kagg_user_record",
        other => panic!("{other} is no type of the header"),
    };
    c.to_owned()
}

/// Whether a C compiler takes this.
fn compiles(text: &str) -> Result<(), String> {
    let compiler = env::var_os("CC").unwrap_or("cc".into());
    let mut child = Command::new(compiler)
        .args([
            "-std=c11",
            "-Wall",
            "-Wextra",
            "-Wpedantic",
            "-Werror",
            "-fsyntax-only",
            "-x",
            "c",
            "-",
            "-I",
        ])
        .arg(root().join("include"))
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("a C compiler");
    child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    if output.status.success() { Ok(()) } else { Err(String::from_utf8_lossy(&output.stderr).into_owned()) }
}

/// Names in code of C that begin with this and are followed by that.
fn declared<'h>(code: &'h str, prefix: &str, end: char) -> Vec<&'h str> {
    let mut names = Vec::new();
    for line in code.lines().filter(|line| !line.trim_start().starts_with(['*', '/', '#'])) {
        for (place, _) in line.match_indices(prefix) {
            let name = line[place..].split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap();
            if line[place + name.len()..].trim_start().starts_with(end) {
                names.push(name);
            }
        }
    }
    names.sort_unstable();
    names.dedup();
    names
}

#[test]
fn functions_are_those_of_the_header() {
    let functions = functions();
    let header = header();
    let here = declared(&functions, "kagg_", '(');
    assert_eq!(here, declared(&header, "kagg_", '('));
    assert!(here.len() > 20, "{here:?}");
    // Two declarations of one function must be of one type.
    compiles(&format!("#include \"kinesis_agg.h\"\n{functions}")).unwrap();
    let other = functions.replacen("size_t", "short", 1);
    assert_ne!(other, functions);
    assert!(compiles(&format!("#include \"kinesis_agg.h\"\n{other}")).is_err(), "it can fail");
}

/// Assertions in C.
struct Assertions(String);

impl Assertions {
    fn equal(&mut self, c: &str, rust: impl Into<u64>) {
        writeln!(self.0, "_Static_assert(({c}) == {}, \"{c}\");", rust.into()).unwrap();
    }
}

#[test]
fn numbers_are_those_of_the_header() {
    let header = header();
    let mut assertions = Assertions("#include \"kinesis_agg.h\"\n".to_owned());
    for (name, value) in STATUSES.iter().chain(KINDS) {
        assertions.equal(name, *value);
    }
    compiles(&assertions.0).unwrap();
    let mut here: Vec<_> = STATUSES.iter().chain(KINDS).map(|(name, _)| *name).collect();
    here.extend(["KAGG_STATUS_WIDTH", "KAGG_PARSE_ERROR_KIND_WIDTH"]);
    here.sort_unstable();
    assert_eq!(
        declared(&header, "KAGG_", '=').iter().filter(|name| **name != "KAGG_OK").count() + 1,
        here.len()
    );
}

#[test]
fn layouts_are_those_of_the_header() {
    let mut assertions = Assertions("#include \"kinesis_agg.h\"\n#include <stdalign.h>\n".to_owned());
    macro_rules! layout {
        ($($rust:ident $c:literal: $($field:ident)*;)*) => {$(
            assertions.equal(&format!("sizeof({})", $c), size_of::<$rust>() as u64);
            assertions.equal(&format!("alignof({})", $c), align_of::<$rust>() as u64);
            $(
                let place = format!("offsetof({}, {})", $c, stringify!($field));
                assertions.equal(&place, offset_of!($rust, $field) as u64);
            )*
        )*};
    }
    layout! {
        Aggregator "kagg_aggregator":;
        HashKey "kagg_hash_key": high low;
        HashKeyRange "kagg_hash_key_range": start end;
        KeySlot "kagg_key_slot":;
        ParseError "kagg_parse_error": found offset kind limit;
        Reader "kagg_reader":;
        Record "kagg_record": partition_key partition_key_len explicit_hash_key explicit_hash_key_len data data_len
            user_records;
        Status "kagg_status":;
        UserRecord "kagg_user_record": partition_key partition_key_len explicit_hash_key explicit_hash_key_len data
            data_len sub_sequence_number aggregated;
    }
    compiles(&assertions.0).unwrap();
}

#[test]
fn the_macro_for_buffers_has_no_conversion_of_signs() {
    let mut code =
        "#include \"kinesis_agg.h\"\n#pragma GCC diagnostic error \"-Wsign-conversion\"\n".to_owned();
    code += "size_t buffer_len(size_t n);\n";
    code += "size_t buffer_len(size_t n) { return KAGG_BUFFER_LEN(n, n, n, n, n); }\n";
    compiles(&code).unwrap();
}

/// The sizes of both widths, of which the compiler above has seen one.
#[test]
fn opaque_sizes_are_those_of_the_header_on_every_target() {
    let header = header();
    let defined = |name: &str| -> Vec<usize> {
        let prefix = format!("#define {name} ");
        header.lines().filter_map(|line| line.strip_prefix(&prefix)?.parse().ok()).collect()
    };
    assert_eq!(defined("KAGG_AGGREGATOR_WORDS"), [AGGREGATOR_WORDS]);
    assert_eq!(defined("KAGG_READER_WORDS"), [READER_WORDS_64, READER_WORDS_32]);
}

#[test]
fn without_the_width_of_pointers_the_header_is_refused() {
    let hidden = "#include <stdint.h>\n#undef UINTPTR_MAX\n#include \"kinesis_agg.h\"\n";
    assert!(compiles(hidden).unwrap_err().contains("UINTPTR_MAX is not defined"));
}

#[test]
fn the_macro_for_buffers_is_the_codecs_rule() {
    let mut assertions = Assertions("#include \"kinesis_agg.h\"\n".to_owned());
    for user_records in [1, 30, 4000] {
        for data_len in [0, 8, 120, 121, 122, 127, 128, 16_300, 16_384, 3_000_000] {
            for (partition_keys, partition_key_len) in [(1, 8), (4, 127), (128, 128), (129, 256), (20_000, 8)]
            {
                for explicit_hash_keys in [0, 1, 128, 129] {
                    let sizing = Sizing::new(user_records, data_len)
                        .with_partition_keys(partition_keys, partition_key_len)
                        .with_explicit_hash_keys(explicit_hash_keys);
                    let c = format!(
                        "KAGG_BUFFER_LEN({user_records}, {data_len}, {partition_keys}, {partition_key_len}, \
                         {explicit_hash_keys})"
                    );
                    assertions.equal(&c, sizing.buffer_len() as u64);
                }
            }
        }
    }
    compiles(&assertions.0).unwrap();
}
