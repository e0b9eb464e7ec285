//! The budgets: a Markdown table of measured figures.
//!
//! Each row is a label, and each column is a folder `machine/digest`. The file `measures` of the folder has
//! lines of label, tab and figure.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};

/// Prints the measured table. Fails if a figure is above its budget or missing, or if it has no budget.
pub(crate) fn apply(table: &Path, folder: &Path) -> Result<()> {
    let text = fs::read_to_string(table)?;
    let mut rows =
        text.lines().filter_map(cells).filter(|row| !row.iter().skip(1).all(|cell| cell.starts_with('-')));
    let head = rows.next().context("a table without a head")?;
    let columns: Vec<&str> = head.iter().skip(1).map(|cell| cell.trim_matches('`')).collect();
    let mut measured =
        columns.iter().map(|column| measures(&folder.join(column))).collect::<Result<Vec<_>>>()?;

    println!("| measured, in brackets what is allowed | {} |", columns.join(" | "));
    println!("|---|{}", "---|".repeat(columns.len()));
    let mut faults = Vec::new();
    for row in rows {
        let (label, budgets) = row.split_first().context("an empty row")?;
        let mut line = format!("| {label} |");
        ensure!(budgets.len() == columns.len(), "{label}: {} figures", budgets.len());
        for ((budget, column), measured) in budgets.iter().zip(&columns).zip(&mut measured) {
            let allowed: u64 = budget.parse().with_context(|| format!("{label}: {budget} is no figure"))?;
            let figure =
                measured.remove(*label).with_context(|| format!("{column}: {label} was not measured"))?;
            line += &format!(" {figure} ({allowed}) |");
            if figure > allowed {
                faults.push(format!("{column}: {label}: {figure} where {allowed} are allowed"));
            }
        }
        println!("{line}");
    }
    for (column, rest) in columns.iter().zip(measured) {
        faults.extend(rest.keys().map(|label| format!("{column}: {label} has no budget")));
    }
    ensure!(faults.is_empty(), "{}", faults.join("\n"));
    Ok(())
}

/// Returns the cells of a row; `None` if the line is no row.
fn cells(line: &str) -> Option<Vec<&str>> {
    let row = line.trim().strip_prefix('|')?.strip_suffix('|')?;
    Some(row.split('|').map(|cell| cell.trim()).collect())
}

fn measures(folder: &Path) -> Result<HashMap<String, u64>> {
    let path = folder.join("measures");
    let text = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
    text.lines()
        .map(|line| {
            let (label, figure) = line.split_once('\t').with_context(|| format!("no tab in {line:?}"))?;
            Ok((label.to_owned(), figure.parse()?))
        })
        .collect()
}
