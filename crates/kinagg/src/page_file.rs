//! Writes a page to a file, either whole or not at all.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

/// Replaces the content of `file` by `page`. Nobody ever sees a part of it, even if the program is stopped.
pub(crate) fn write(file: &Path, page: &str) -> io::Result<()> {
    // A symbolic link keeps its target. A pipe or a terminal is written to directly.
    let target = fs::canonicalize(file).unwrap_or_else(|_| file.to_owned());
    let existing = fs::metadata(&target).ok();
    if existing.as_ref().is_some_and(|metadata| !metadata.is_file()) {
        return fs::write(&target, page);
    }
    let directory = target.parent().filter(|parent| !parent.as_os_str().is_empty());
    let directory = directory.unwrap_or(Path::new("."));
    fs::metadata(directory)?;
    let mut builder = tempfile::Builder::new();
    builder.prefix(".kinagg-");
    // With the permissions of an ordinary file, not those of a temporary one.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let mut temporary = builder.tempfile_in(directory)?;
    temporary.write_all(page.as_bytes())?;
    if let Some(existing) = existing {
        temporary.as_file().set_permissions(existing.permissions())?;
    }
    temporary.persist(&target)?;
    Ok(())
}
