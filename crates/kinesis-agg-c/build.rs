//! Gives the shared library the name by which programs find it again.

fn main() {
    if std::env::var("CARGO_CFG_TARGET_OS").as_deref() == Ok("linux") {
        println!("cargo:rustc-cdylib-link-arg=-Wl,-soname,libkinesis_agg.so.0");
    }
    println!("cargo:rerun-if-changed=build.rs");
}
