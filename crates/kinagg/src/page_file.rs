//! A page into a file: the whole of it or nothing.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

/// Puts `page` in the place of what `file` had. Whoever looks at it, and whatever ends the program, there is never a part of it.
pub(crate) fn write(file: &Path, page: &str) -> io::Result<()> {
    // A link goes on leading where it leads; a pipe or a terminal is written to.
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
    // As any other program makes files, and not for their owner alone as temporary ones are.
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
