//! The host's side of the firmware; `.ci/firmware` calls it.
//!
//! ```text
//!   host compare FOLDER           the files that the images have written there are what the samples become
//!   host python FILE              these lines of JSON, the Python module's, are the samples
//!   host inspect IMAGE ...        no panic, allocator, float or division is linked; the codec has no statics
//!   host flash LABEL IMAGE        a line for the file `measures`
//!   host budgets TABLE FOLDER     nothing there costs more than the table says; prints what was measured
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
