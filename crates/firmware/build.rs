//! Gives the linker the memory layout of the board for the target.

use std::error::Error;
use std::path::Path;
use std::{env, fs};

fn main() -> Result<(), Box<dyn Error>> {
    let target = env::var("TARGET")?;
    let (board, scripts): (_, &[&str]) = match target.as_str() {
        "thumbv6m-none-eabi" => ("microbit", &["link.x"]),
        "thumbv7m-none-eabi" | "thumbv7em-none-eabihf" => ("mps2-an386", &["link.x"]),
        "thumbv8m.main-none-eabi" => ("mps2-an505", &["link.x"]),
        "riscv32imac-unknown-none-elf" => ("virt", &["memory.x", "link.x"]),
        other => return Err(format!("there is no board for {other}: say --target").into()),
    };
    let out = env::var("OUT_DIR")?;
    fs::copy(format!("boards/{board}.x"), Path::new(&out).join("memory.x"))?;
    println!("cargo:rustc-link-search={out}");
    println!("cargo:rustc-check-cfg=cfg(armv6m, values(none()))");
    if target.starts_with("thumbv6m") {
        println!("cargo:rustc-cfg=armv6m");
    }
    println!(
        "cargo:rustc-check-cfg=cfg(board, values(\"microbit\", \"mps2-an386\", \"mps2-an505\", \"virt\"))"
    );
    println!("cargo:rustc-cfg=board=\"{board}\"");
    for script in scripts {
        println!("cargo:rustc-link-arg-bins=-T{script}");
    }
    if env::var_os("CARGO_FEATURE_DEFMT").is_some() {
        println!("cargo:rustc-link-arg-bins=-Tdefmt.x");
    }
    println!("cargo:rerun-if-changed=boards");
    Ok(())
}
