//! `kinagg`: see the library of this name, which is the program.

use std::process::ExitCode;

fn main() -> ExitCode {
    kinagg::main()
}
