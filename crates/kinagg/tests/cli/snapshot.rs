//! Compares whole outputs with files in `snapshots`.

use std::path::Path;
use std::{env, fs};

/// Compares with the file of that name. `UPDATE_GOLDEN=1` writes it; read the difference before you commit
/// it.
pub(crate) fn assert_snapshot(name: &str, output: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cli/snapshots").join(name);
    if env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(&path, output).unwrap();
    }
    let expected = fs::read_to_string(&path).unwrap_or_default();
    assert!(expected == output, "{}: it is now\n{output}", path.display());
}
