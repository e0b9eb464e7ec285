//! On a terminal there are colours and progress; elsewhere there are none.
#![cfg(unix)]

use std::fs::File;
use std::io::{Read, Write};
use std::process::Stdio;
use std::sync::mpsc::channel;
use std::thread;
use std::time::{Duration, Instant};

use nix::pty::{Winsize, openpty};

use crate::run::command;

const SIZE: Winsize = Winsize { ws_row: 24, ws_col: 100, ws_xpixel: 0, ws_ypixel: 0 };

/// Only a hang takes this long.
const PATIENCE: Duration = Duration::from_secs(120);

/// The output on a terminal that is the program's standard error. The input is `text`, repeated until `until`
/// appears.
fn seen(arguments: &[&str], environment: &[(&str, &str)], text: &str, until: &str) -> String {
    let terminal = openpty(&SIZE, None).unwrap();
    let mut command = command(arguments);
    command.env("TERM", "xterm-256color").env_remove("NO_COLOR").env_remove("CI");
    command.envs(environment.iter().copied());
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::from(terminal.slave)).spawn().unwrap();
    // Only the program has the other end of the terminal, so reading ends with it.
    drop(command);
    let mut stdin = child.stdin.take().unwrap();
    let mut master = File::from(terminal.master);
    let (sender, parts) = channel();
    let reader = thread::spawn(move || {
        let mut buffer = [0; 4096];
        while let Ok(len @ 1..) = master.read(&mut buffer) {
            sender.send(buffer[..len].to_vec()).unwrap();
        }
    });
    let mut screen = vec![];
    let begin = Instant::now();
    loop {
        stdin.write_all(text.as_bytes()).unwrap();
        screen.extend(parts.try_iter().flatten());
        if String::from_utf8_lossy(&screen).contains(until) {
            break;
        }
        assert!(begin.elapsed() < PATIENCE, "{until} is not seen");
    }
    drop(stdin);
    child.wait_with_output().unwrap();
    reader.join().unwrap();
    screen.extend(parts.iter().flatten());
    String::from_utf8(screen).unwrap()
}

#[test]
fn complaints_are_coloured_on_a_terminal_unless_no_color_is_set() {
    let coloured = seen(&["unpack"], &[], "no record, this?", "");
    assert!(
        coloured.starts_with("\x1b[1m\x1b[31mkinagg:\x1b[0m \x1b[1mstandard input:\x1b[0m neither"),
        "{coloured:?}"
    );
    for environment in [("NO_COLOR", "1"), ("TERM", "dumb")] {
        let plain = seen(&["unpack"], &[environment], "no record, this?", "");
        assert!(plain.starts_with("kinagg: standard input: neither"), "{plain:?}");
        assert!(!plain.contains('\x1b'), "{plain:?}");
    }
}

#[test]
fn progress_is_shown_when_it_takes_long_and_is_gone_in_the_end() {
    let line = "{\"partition_key\": \"a\", \"text\": \"x\"}\n".repeat(10_000);
    let screen = seen(&["verify"], &[], &line, "iB/s");
    assert!(screen.contains("standard input "), "{screen:?}");
    let last = screen.rsplit('\r').next().unwrap();
    assert_eq!(last, "\x1b[2K", "{screen:?}");
}
