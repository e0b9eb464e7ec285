//! In a terminal: colours, progress, and nothing of them elsewhere.
#![cfg(unix)]

use std::fs::File;
use std::io::{Read, Write};
use std::process::Stdio;
use std::thread;
use std::time::Duration;

use nix::pty::{Winsize, openpty};

use crate::run::command;

const SIZE: Winsize = Winsize { ws_row: 24, ws_col: 100, ws_xpixel: 0, ws_ypixel: 0 };

/// What is seen on a terminal that is the program's standard error, while its input comes in two parts.
fn seen(arguments: &[&str], environment: &[(&str, &str)], parts: [&str; 2], pause: Duration) -> String {
    let terminal = openpty(&SIZE, None).unwrap();
    let mut command = command(arguments);
    command.env("TERM", "xterm-256color").env_remove("NO_COLOR").env_remove("CI");
    command.envs(environment.iter().copied());
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::from(terminal.slave)).spawn().unwrap();
    // The other end of the terminal is the program's alone, so that reading ends with it.
    drop(command);
    let mut stdin = child.stdin.take().unwrap();
    let mut master = File::from(terminal.master);
    let screen = thread::spawn(move || {
        let mut screen = vec![];
        let mut buffer = [0; 4096];
        while let Ok(len @ 1..) = master.read(&mut buffer) {
            screen.extend_from_slice(&buffer[..len]);
        }
        String::from_utf8(screen).unwrap()
    });
    stdin.write_all(parts[0].as_bytes()).unwrap();
    thread::sleep(pause);
    stdin.write_all(parts[1].as_bytes()).unwrap();
    drop(stdin);
    child.wait_with_output().unwrap();
    screen.join().unwrap()
}

#[test]
fn complaints_are_coloured_on_a_terminal_unless_no_color_is_set() {
    let coloured = seen(&["unpack"], &[], ["no record, this?", ""], Duration::ZERO);
    assert!(
        coloured.starts_with("\x1b[1m\x1b[31mkinagg:\x1b[0m \x1b[1mstandard input:\x1b[0m neither"),
        "{coloured:?}"
    );
    for environment in [("NO_COLOR", "1"), ("TERM", "dumb")] {
        let plain = seen(&["unpack"], &[environment], ["no record, this?", ""], Duration::ZERO);
        assert!(plain.starts_with("kinagg: standard input: neither"), "{plain:?}");
        assert!(!plain.contains('\x1b'), "{plain:?}");
    }
}

#[test]
fn progress_is_shown_when_it_takes_long_and_is_gone_in_the_end() {
    let line = "{\"partition_key\": \"a\", \"text\": \"x\"}\n".repeat(10_000);
    let screen = seen(&["verify"], &[], [&line, &line], Duration::from_millis(1300));
    assert!(screen.contains("standard input ") && screen.contains("KiB"), "{screen:?}");
    let last = screen.rsplit('\r').next().unwrap();
    assert_eq!(last, "\x1b[2K", "{screen:?}");
}

#[test]
fn a_short_run_shows_no_progress() {
    let line = "{\"partition_key\": \"a\", \"text\": \"x\"}\n";
    assert_eq!(seen(&["verify"], &[], [line, line], Duration::ZERO), "");
}
