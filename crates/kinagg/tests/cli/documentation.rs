//! The commands of the pages in `docs`, run word for word.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

/// Commands of `console` blocks and their output. A line `...` stands for any lines.
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

/// The pages in a folder and its subfolders.
fn pages(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(pages(&path));
        } else if path.extension().is_some_and(|extension| extension == "md") {
            found.push(path);
        }
    }
    found
}

#[test]
fn the_examples_of_the_pages_print_what_these_say() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let program = Path::new(env!("CARGO_BIN_EXE_kinagg")).parent().unwrap().to_owned();
    let path = env::join_paths([program].into_iter().chain(env::split_paths(&env::var_os("PATH").unwrap())))
        .unwrap();
    let written = Path::new(env!("CARGO_TARGET_TMPDIR")).join("page.html");
    let mut with_examples = Vec::new();
    for page in pages(&root.join("docs")) {
        let name = page.file_name().unwrap().to_str().unwrap().to_owned();
        for (command, expected) in examples(&fs::read_to_string(&page).unwrap()) {
            let there = command.replace("page.html", written.to_str().unwrap());
            let mut bash = Command::new("bash");
            let output = bash.args(["-c", &there]).current_dir(&root).env("PATH", &path).output().unwrap();
            let printed =
                [output.stdout, output.stderr].map(|text| String::from_utf8(text).unwrap()).concat();
            assert!(fits(&expected, &printed), "{name}: {command} prints\n{printed}");
            with_examples.push(name.clone());
        }
    }
    let counted = |name: &str| with_examples.iter().filter(|page| *page == name).count();
    assert_eq!(
        ["format.md", "inspect.md", "lambda.md", "shards.md"].map(|name| counted(name) > 0),
        [true; 4]
    );
}
