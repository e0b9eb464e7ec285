//! What each command prints, word for word, in the Markdown files of `tests/commands`; `TRYCMD=overwrite` takes a change over.

#[test]
fn commands_print_what_is_written_down() {
    trycmd::TestCases::new().case("tests/commands/*.md");
}
