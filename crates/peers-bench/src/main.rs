//! Compares the codec with its peers, in one run: `cargo run --release`. The whole comparison, with tables
//! and chart: `./compare`.

// The generated code of micropb refers to it.
extern crate alloc;

mod digests;
mod engines;
mod parts;
mod race;
mod report;
mod sections;
mod workloads;

use std::fs;
use std::path::PathBuf;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(about = "The codec beside its peers, in one run")]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    /// Only the workloads that have one of these words in their names
    words: Vec<String>,
    /// Also write the figures to this file
    #[arg(long)]
    json: Option<PathBuf>,
}

#[derive(Subcommand)]
enum Command {
    /// Write the workloads that are not hostile: each Kinesis record after its length in 4 bytes, least
    /// significant first
    Files { folder: PathBuf },
    /// Print the figures of one workload, for the codec alone, as JSON
    Time { workload: String },
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments = Arguments::parse();
    match arguments.command {
        Some(Command::Files { folder }) => files(folder)?,
        Some(Command::Time { workload }) => {
            println!("{}", sections::time(&workload).ok_or("no such workload")?.to_json());
        }
        None => {
            let mut report = report::Report::default();
            sections::run(&mut report, &arguments.words);
            report.print_bounds();
            if let Some(path) = arguments.json {
                fs::write(path, format!("{:#}\n", report.to_json()))?;
            }
        }
    }
    Ok(())
}

fn files(folder: PathBuf) -> Result<(), Box<dyn std::error::Error>> {
    fs::create_dir_all(&folder)?;
    for workload in workloads::honest() {
        let mut bytes = Vec::new();
        for data in &workload.kinesis_records {
            bytes.extend(u32::try_from(data.len())?.to_le_bytes());
            bytes.extend(data);
        }
        fs::write(folder.join(&workload.name), bytes)?;
    }
    Ok(())
}
