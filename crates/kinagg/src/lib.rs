//! `kinagg`: packs, unpacks and checks aggregated Kinesis records, as JSON lines.
//!
//! ```text
//!   input/     files -> lines -> fields       reports what is wrong, and in which line
//!      |
//!   pack.rs, unpack.rs, verify.rs, hash_key.rs, inspect/, stats/
//!      |
//!   output.rs  JSON lines -> standard output
//!
//!   stop.rs    signals -> the end of the input, for `pack`
//! ```
#![forbid(unsafe_code)]

mod base64;
mod hash_key;
mod input;
mod inspect;
mod kcl;
mod key_filter;
mod output;
mod pack;
mod page_file;
mod pages;
mod plain_line;
mod put_records;
mod stats;
mod stop;
mod suspicion;
mod unfold;
mod unpack;
mod verify;
mod visible;

use std::io;
use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};

use crate::input::{Status, complain};
use crate::output::Output;

#[doc(hidden)]
pub use crate::input::{Recognised, recognise};

/// Packs, unpacks and checks aggregated Kinesis records.
///
/// Reads JSON lines, the JSON of AWS, base64, hex, printed bytes and raw bytes, also compressed. Writes JSON
/// lines, in constant memory. If an input can be read in two ways, it says which one it took.
#[derive(Debug, Parser)]
#[command(version, propagate_version = true, after_help = EXIT_STATUS)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

const EXIT_STATUS: &str = "\
Examples:
  aws kinesis get-records --shard-iterator \"$ITERATOR\" | kinagg unpack --text
  kinagg pack --key-field id events.jsonl | kinagg verify

Exit status: 0 on success, 1 if input was bad or could not be read, 2 if the arguments were wrong.";

#[derive(Debug, Subcommand)]
enum Command {
    Pack(pack::Pack),
    Unpack(unpack::Unpack),
    Verify(verify::Verify),
    HashKey(hash_key::HashKeys),
    Inspect(inspect::Inspect),
    Stats(stats::Stats),
    Completions(pages::Completions),
    Man(pages::ManPages),
}

impl Command {
    fn run(&self, output: &mut Output) -> io::Result<Status> {
        let status = match self {
            Self::Pack(pack) => pack.run(output)?,
            Self::Unpack(unpack) => unpack.run(output)?,
            Self::Verify(verify) => verify.run(output)?,
            Self::HashKey(hash_keys) => hash_keys.run(output)?,
            Self::Inspect(inspect) => inspect.run(output)?,
            Self::Stats(stats) => stats.run(output)?,
            Self::Completions(completions) => completions.run(Arguments::command())?,
            Self::Man(pages) => pages.run(Arguments::command())?,
        };
        output.flush()?;
        Ok(status)
    }
}

/// The program: parses its arguments, runs the command, and returns the exit status.
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match arguments.command.run(&mut Output::new()) {
        Ok(Status::Good) => ExitCode::SUCCESS,
        Ok(Status::Bad) => ExitCode::FAILURE,
        // The reader has read enough: a closed pipe, as in `kinagg unpack | head`, is no error.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            complain(format_args!("standard output: {error}"));
            ExitCode::FAILURE
        }
    }
}
