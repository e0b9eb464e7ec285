//! Real inputs, inputs that the fuzzer found, and their beginnings pass the check of the recogniser.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that fails panics")]

use std::fs;
use std::path::Path;

use checks::recogniser;

#[test]
fn recogniser_answers_every_input_and_its_beginnings() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for folder in ["../corpus/recogniser", "../../crates/kinagg/tests/cases"] {
        let mut count = 0;
        for entry in fs::read_dir(root.join(folder)).unwrap() {
            let input = fs::read(entry.unwrap().path()).unwrap();
            recogniser(&input);
            // For a long input, a few dozen.
            let step = input.len() / 50 + 1;
            (0..input.len()).step_by(step).for_each(|len| recogniser(&input[..len]));
            count += 1;
        }
        assert!(count > 0, "{folder}");
    }
}
