//! The commands of `docs/inspect.md`, run word for word.

use std::path::Path;
use std::process::Command;
use std::{env, fs};

/// Commands of `console` blocks and what they print; `...` in a line of its own stands for any lines.
fn examples(text: &str) -> Vec<(String, String)> {
    let mut examples = Vec::new();
    for block in text.split("```console\n").skip(1) {
        for example in block.split("```").next().unwrap().split("$ ").skip(1) {
            let (command, output) = example.split_once('\n').unwrap();
            examples.push((command.to_owned(), output.to_owned()));
        }
    }
    examples
}

fn fits(expected: &str, printed: &str) -> bool {
    let mut rest = printed;
    let parts: Vec<&str> = expected.split("...\n").collect();
    for (position, part) in parts.iter().enumerate() {
        let found = if position == 0 { rest.starts_with(part).then_some(0) } else { rest.find(part) };
        let Some(at) = found else { return false };
        rest = rest[at..].strip_prefix(part).unwrap();
    }
    parts.len() > 1 || rest.is_empty()
}

#[test]
fn the_examples_of_the_page_print_what_it_says() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let text = fs::read_to_string(root.join("docs/inspect.md")).unwrap();
    let examples = examples(&text);
    assert!(examples.len() > 4);
    let program = Path::new(env!("CARGO_BIN_EXE_kinagg")).parent().unwrap().to_owned();
    let path = env::join_paths([program].into_iter().chain(env::split_paths(&env::var_os("PATH").unwrap())))
        .unwrap();
    for (command, expected) in examples {
        let page = Path::new(env!("CARGO_TARGET_TMPDIR")).join("page.html");
        let there = command.replace("page.html", page.to_str().unwrap());
        let output =
            Command::new("bash").args(["-c", &there]).current_dir(&root).env("PATH", &path).output().unwrap();
        let printed = String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap();
        assert!(fits(&expected, &printed), "{command} prints\n{printed}");
    }
}
