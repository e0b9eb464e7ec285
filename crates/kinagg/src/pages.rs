//! `kinagg completions` and `kinagg man`: descriptions of the program for other programs.

use std::io::{self, Write};
use std::path::PathBuf;

use clap::Command;
use clap_complete::Shell;
use clap_mangen::Man;

use crate::input::{Status, complain};

/// Print the completions for a shell
#[derive(Debug, clap::Args)]
#[command(after_help = COMPLETION_EXAMPLES)]
pub(crate) struct Completions {
    shell: Shell,
}

const COMPLETION_EXAMPLES: &str = "Examples:
  kinagg completions bash > ~/.local/share/bash-completion/completions/kinagg
  kinagg completions zsh > ~/.zfunc/_kinagg
  kinagg completions fish > ~/.config/fish/completions/kinagg.fish";

impl Completions {
    pub(crate) fn run(&self, mut command: Command) -> io::Result<Status> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut command, "kinagg", &mut script);
        print(&script)
    }
}

/// Print a man page, or write all of them
#[derive(Debug, clap::Args)]
#[command(after_help = MAN_EXAMPLES)]
pub(crate) struct ManPages {
    /// The command to describe; without one, all of kinagg
    command: Option<String>,

    /// Write the pages of all commands to this directory
    #[arg(long, value_name = "DIRECTORY", conflicts_with = "command")]
    dir: Option<PathBuf>,
}

const MAN_EXAMPLES: &str = "Examples:
  kinagg man unpack | man -l -
  kinagg man --dir ~/.local/share/man/man1";

impl ManPages {
    pub(crate) fn run(&self, mut command: Command) -> io::Result<Status> {
        if let Some(dir) = &self.dir {
            let written = clap_mangen::generate_to(command, dir);
            return Ok(match written {
                Ok(()) => Status::Good,
                Err(error) => {
                    complain(format_args!("{}: {error}", dir.display()));
                    Status::Bad
                }
            });
        }
        command.build();
        let page = match &self.command {
            None => Some(&command),
            Some(name) => command.find_subcommand(name),
        };
        let Some(page) = page else {
            let name = self.command.as_deref().unwrap_or_default();
            let message = format!("no command `{name}`; `kinagg help` lists them");
            command.error(clap::error::ErrorKind::InvalidSubcommand, message).exit()
        };
        let mut text = Vec::new();
        Man::new(page.clone()).render(&mut text)?;
        print(&text)
    }
}

fn print(text: &[u8]) -> io::Result<Status> {
    io::stdout().lock().write_all(text)?;
    Ok(Status::Good)
}
