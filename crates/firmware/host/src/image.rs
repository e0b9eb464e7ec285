//! Checks of an image: the sections and symbols of an ELF file.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use object::{File, Object, ObjectSection, ObjectSymbol, SectionKind, SymbolKind};

/// Parts of the names of forbidden functions: panics, allocators, floating point and divisions in software.
const FORBIDDEN: [&str; 8] =
    ["panicking", "rust_alloc", "alloc::", "__aeabi_f", "__aeabi_d", "divmod", "udivdi3", "umoddi3"];

/// Returns the bytes of the sections in flash, without the vector table, whose length depends on the
/// processor.
pub(crate) fn flash(path: &Path) -> Result<u64> {
    let bytes = fs::read(path)?;
    let image = File::parse(&*bytes)?;
    let size = |name| {
        image.section_by_name(name).map(|section| section.size()).with_context(|| format!("no {name}"))
    };
    Ok(size(".text")? + size(".rodata")? + size(".data")?)
}

/// Checks that no forbidden function is linked, and that every static has the expected section and owner.
pub(crate) fn inspect(path: &Path) -> Result<()> {
    let bytes = fs::read(path)?;
    let image = File::parse(&*bytes)?;
    let mut seen = 0;
    for symbol in image.symbols().filter(|symbol| !symbol.is_undefined() && symbol.size() > 0) {
        let name = format!("{:#}", rustc_demangle::demangle(symbol.name()?));
        let forbidden = FORBIDDEN.iter().find(|part| name.contains(**part));
        ensure!(forbidden.is_none(), "{}: {name} is linked", path.display());
        seen += usize::from(name.contains("kinesis_agg"));
        let section = symbol.section_index().and_then(|index| image.section_by_index(index).ok());
        let kind = section.map(|section| section.kind());
        if symbol.kind() == SymbolKind::Data
            && matches!(kind, Some(SectionKind::Data | SectionKind::UninitializedData))
        {
            ensure!(!name.starts_with("kinesis_agg"), "{}: the codec has a static, {name}", path.display());
            ensure!(
                kind == Some(SectionKind::UninitializedData),
                "{}: {name} takes flash: it does not lie in .bss",
                path.display()
            );
        }
    }
    ensure!(seen > 5, "{}: only {seen} symbols of the codec: was it stripped?", path.display());
    Ok(())
}
