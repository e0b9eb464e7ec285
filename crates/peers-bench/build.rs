//! Generates readers and writers of the message with the peers' own generators.

use std::env;
use std::path::PathBuf;

use protox::prost::Message as _;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo::rerun-if-changed=proto");
    let out = PathBuf::from(env::var("OUT_DIR")?);
    let descriptors = out.join("aggregated.bin");
    std::fs::write(&descriptors, protox::compile(["aggregated.proto"], ["proto"])?.encode_to_vec())?;

    let mut micropb = micropb_gen::Generator::new();
    micropb.use_container_alloc();
    micropb.compile_fdset_file(&descriptors, out.join("micropb.rs"))?;

    // Without keeping unknown fields, which the documentation recommends for speed.
    buffa_build::Config::new()
        .files(&["aggregated.proto"])
        .descriptor_set(&descriptors)
        .preserve_unknown_fields(false)
        .include_file("buffa.rs")
        .compile()
}
