//! The README: every command in it is run word for word, and has the output that it shows.

use std::fs;
use std::path::Path;
use std::process::Command;

/// Commands after `$ `, and their output.
fn commands() -> Vec<(String, String)> {
    let readme = include_str!("../../README.md");
    let blocks = readme.split("```console\n").skip(1).map(|rest| rest.split("```").next().unwrap());
    let command = |block: &'static str| block.split("$ ").skip(1);
    blocks
        .flat_map(command)
        .map(|text| text.split_once('\n').unwrap())
        .map(|(command, output)| (command.to_owned(), output.to_owned()))
        .collect()
}

#[test]
fn each_command_prints_what_the_readme_says() {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("readme");
    let _ = fs::remove_dir_all(&directory);
    fs::create_dir_all(&directory).unwrap();
    for file in
        fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/commands/commands.in")).unwrap()
    {
        let file = file.unwrap();
        fs::copy(file.path(), directory.join(file.file_name())).unwrap();
    }
    let program = Path::new(env!("CARGO_BIN_EXE_kinagg")).parent().unwrap();
    let path = format!("{}:{}", program.display(), std::env::var("PATH").unwrap());
    assert!(commands().len() >= 8);
    for (command, output) in commands() {
        let run = Command::new("sh")
            .arg("-c")
            .arg(&command)
            .current_dir(&directory)
            .env("PATH", &path)
            .output()
            .unwrap();
        let printed = [run.stdout, run.stderr].concat();
        assert_eq!(String::from_utf8(printed).unwrap(), output, "{command}");
    }
}
