//! The output of each command, word for word, in the Markdown files of `tests/commands`. `TRYCMD=overwrite`
//! updates them.

#[test]
fn commands_print_what_is_written_down() {
    trycmd::TestCases::new().case("tests/commands/*.md");
}
