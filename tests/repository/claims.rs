//! The claims at the top of the README have the figures of the tables that they come from.

use crate::documentation::{page, table};
use crate::peers::writers_with;

/// The README in one line, so that line breaks do not matter.
fn readme() -> String {
    page("README.md").split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The cells of the row of a table that begins with `name`.
fn cells<'t>(table: &'t str, name: &str) -> Vec<&'t str> {
    let row = table.lines().find(|line| line.starts_with(&format!("| {name} |")));
    row.unwrap_or_else(|| panic!("no row {name}")).split('|').map(str::trim).skip(2).collect()
}

#[test]
fn the_speeds_are_those_of_the_table_of_figures() {
    let text = page("README.md");
    let figures = table(&text, "figures");
    // A cell is like `5.6 M, 564 MB`.
    let millions =
        |row: &str, column: usize| cells(figures, row)[column].split(' ').next().unwrap().to_owned();
    let claim = format!(
        "one core reads {} million and builds {} million user records of 100 bytes a second, and reads {} million in batches",
        millions("read one Kinesis record", 0),
        millions("build one Kinesis record", 0),
        millions("read 200 Kinesis records", 1),
    );
    assert!(readme().contains(&claim), "{claim}");
}

#[test]
fn the_sizes_are_the_budgets_of_the_firmware() {
    let budgets = page("crates/firmware/budgets.md");
    let number = |row: &str| cells(&budgets, row)[0].parse::<usize>().unwrap();
    let (flash, ram) =
        (number("flash, aggregate only"), number("RAM, `Aggregator` of 16 keys without its buffer"));
    let claim = format!(
        "at most {},{:03} bytes of flash and {ram} bytes of RAM beside its buffer",
        flash / 1000,
        flash % 1000
    );
    assert!(readme().contains(&claim), "{claim}");
}

#[test]
fn the_losses_of_the_python_module_are_those_of_the_vectors() {
    let claim = format!("lost user records in {} recorded runs", writers_with("lost", "python").len());
    assert!(readme().contains(&claim), "{claim}");
}
