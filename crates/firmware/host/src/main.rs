//! The host side of the firmware. `.ci/firmware` calls it.
//!
//! ```text
//!   host compare FOLDER           compares the files that the images wrote there with the samples
//!   host python FILE              compares these lines of JSON, from the Python module, with the samples
//!   host inspect IMAGE ...        fails on a panic, allocator, float, division or static of the codec
//!   host flash LABEL IMAGE        prints a line for the file `measures`
//!   host budgets TABLE FOLDER     fails if a figure there exceeds its budget in the table; prints all
//! ```

mod budgets;
mod compare;
mod frames;
mod image;

use std::path::Path;

use anyhow::{Result, bail};

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["compare", folder] => compare::compare(Path::new(folder)),
        ["python", lines] => compare::python(Path::new(lines)),
        ["inspect", images @ ..] if !images.is_empty() => {
            images.iter().try_for_each(|image| image::inspect(Path::new(image)))
        }
        ["flash", label, image] => {
            println!("{label}\t{}", image::flash(Path::new(image))?);
            Ok(())
        }
        ["budgets", table, folder] => budgets::apply(Path::new(table), Path::new(folder)),
        _ => bail!("the arguments are in the first lines of crates/firmware/host/src/main.rs"),
    }
}
