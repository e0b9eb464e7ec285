//! The proof that no panic is reachable leaves out no public function: `crates/proof` contains each of them,
//! by type and name.

use std::fs;
use std::path::{Path, PathBuf};

use crate::sources::rust_files;
use syn::{ImplItem, Item, Visibility};

fn source(path: impl AsRef<Path>) -> String {
    fs::read_to_string(path).unwrap()
}

/// Public functions, by their types, and public types.
fn public_items(file: &syn::File) -> Vec<String> {
    let is_public = |visibility: &Visibility| matches!(visibility, Visibility::Public(_));
    let type_name = |item: &syn::ItemImpl| match &*item.self_ty {
        syn::Type::Path(path) => path.path.segments.last().unwrap().ident.to_string(),
        _ => String::new(),
    };
    let mut found = Vec::new();
    for item in &file.items {
        match item {
            Item::Fn(function) if is_public(&function.vis) => found.push(format!("{}(", function.sig.ident)),
            Item::Impl(block) if block.trait_.is_none() => {
                for item in &block.items {
                    match item {
                        ImplItem::Fn(function) if is_public(&function.vis) => {
                            found.push(format!("{}::{}(", type_name(block), function.sig.ident));
                        }
                        _ => {}
                    }
                }
            }
            Item::Struct(item) if is_public(&item.vis) => found.push(format!(": {}", item.ident)),
            Item::Enum(item) if is_public(&item.vis) => found.push(format!(": {}", item.ident)),
            _ => {}
        }
    }
    found
}

#[test]
fn every_public_function_and_type_is_in_the_proof() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let proof: String = rust_files(&root.join("crates/proof/src")).iter().map(source).collect();
    let mut seen = 0;
    // What allocates can fail to.
    let without_allocation = |path: &PathBuf| !path.ends_with("aggregate/on_heap.rs");
    for path in rust_files(&root.join("src")).into_iter().filter(without_allocation) {
        let file = syn::parse_file(&source(&path)).expect("Rust");
        for item in public_items(&file) {
            assert!(proof.contains(&item), "`{item}` of {} is not in crates/proof", path.display());
            seen += 1;
        }
    }
    assert!(seen > 100, "only {seen} public items were found");
}
