//! `kinagg`: the library of this name is the program.

use std::process::ExitCode;

fn main() -> ExitCode {
    kinagg::main()
}
