//! The public API, item by item, equals the committed one: `tests/golden/public-api.rs`.
//!
//! The listing comes from the source: the re-exports of `lib.rs` and the public items of `schema`, with trait
//! implementations and derives, without documentation, bodies and private parts. A change is visible in it,
//! and belongs in the changelog.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::sources::rust_files;
use syn::{
    Attribute, Fields, FnArg, ImplItem, Item, ItemImpl, Pat, Signature, TraitItem, UseTree, Visibility,
};

fn parsed(path: impl AsRef<Path>) -> syn::File {
    syn::parse_file(&fs::read_to_string(path).unwrap()).expect("Rust")
}

fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

/// The names in a `use`, which must not rename.
fn used(tree: &UseTree, names: &mut BTreeSet<String>) {
    match tree {
        UseTree::Path(path) => used(&path.tree, names),
        UseTree::Name(name) => _ = names.insert(name.ident.to_string()),
        UseTree::Group(group) => group.items.iter().for_each(|tree| used(tree, names)),
        UseTree::Rename(_) | UseTree::Glob(_) => panic!("a public re-export is by name"),
    }
}

/// The public names of a file: what it defines and what it re-exports.
fn public_names(file: &syn::File) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for item in &file.items {
        match item {
            Item::Use(item) if is_public(&item.vis) => used(&item.tree, &mut names),
            _ => names.extend(defined(item)),
        }
    }
    names
}

/// The name of a public item that is not a module.
fn defined(item: &Item) -> Option<String> {
    let (visibility, name) = match item {
        Item::Const(item) => (&item.vis, &item.ident),
        Item::Enum(item) => (&item.vis, &item.ident),
        Item::Fn(item) => (&item.vis, &item.sig.ident),
        Item::Static(item) => (&item.vis, &item.ident),
        Item::Struct(item) => (&item.vis, &item.ident),
        Item::Trait(item) => (&item.vis, &item.ident),
        Item::Type(item) => (&item.vis, &item.ident),
        Item::Union(item) => (&item.vis, &item.ident),
        _ => return None,
    };
    is_public(visibility).then(|| name.to_string())
}

/// The attributes that users can rely on.
fn keep_attributes(attributes: &mut Vec<Attribute>) {
    let kept = ["cfg", "cfg_attr", "default", "deprecated", "derive", "must_use", "non_exhaustive", "repr"];
    attributes.retain(|attribute| kept.iter().any(|name| attribute.path().is_ident(name)));
}

/// The `mut` of an argument is not part of the API.
fn bare(signature: &mut Signature) {
    for argument in &mut signature.inputs {
        match argument {
            FnArg::Receiver(receiver) if receiver.reference.is_none() => receiver.mutability = None,
            FnArg::Typed(argument) => {
                if let Pat::Ident(name) = &mut *argument.pat {
                    name.mutability = None;
                }
            }
            FnArg::Receiver(_) => {}
        }
    }
}

/// That a struct has private fields is part of its API. Which fields is not.
fn hide_private(fields: &mut Fields) {
    match fields {
        Fields::Named(fields) => {
            let all = fields.named.len();
            let mut public: Vec<syn::Field> =
                fields.named.iter().filter(|field| is_public(&field.vis)).cloned().collect();
            public.iter_mut().for_each(|field| keep_attributes(&mut field.attrs));
            if public.len() < all {
                public.push(syn::parse::Parser::parse_str(syn::Field::parse_named, "private: _").unwrap());
            }
            fields.named = public.into_iter().collect();
        }
        Fields::Unnamed(fields) => {
            for field in &mut fields.unnamed {
                keep_attributes(&mut field.attrs);
                if !is_public(&field.vis) {
                    field.ty = syn::parse_str("_").unwrap();
                }
            }
        }
        Fields::Unit => {}
    }
}

/// The item without its private parts.
fn outside(mut item: Item) -> Item {
    match &mut item {
        Item::Const(item) => keep_attributes(&mut item.attrs),
        Item::Enum(item) => {
            keep_attributes(&mut item.attrs);
            for variant in &mut item.variants {
                keep_attributes(&mut variant.attrs);
                variant.fields.iter_mut().for_each(|field| keep_attributes(&mut field.attrs));
            }
        }
        Item::Fn(item) => {
            keep_attributes(&mut item.attrs);
            bare(&mut item.sig);
            item.block.stmts.clear();
        }
        Item::Struct(item) => {
            keep_attributes(&mut item.attrs);
            hide_private(&mut item.fields);
        }
        Item::Type(item) => keep_attributes(&mut item.attrs),
        Item::Trait(item) => {
            keep_attributes(&mut item.attrs);
            for item in &mut item.items {
                match item {
                    TraitItem::Fn(item) => {
                        keep_attributes(&mut item.attrs);
                        bare(&mut item.sig);
                        item.default.iter_mut().for_each(|block| block.stmts.clear());
                    }
                    TraitItem::Type(item) => keep_attributes(&mut item.attrs),
                    TraitItem::Const(item) => keep_attributes(&mut item.attrs),
                    _ => panic!("a kind of item that the listing does not know"),
                }
            }
        }
        _ => panic!("a kind of item that the listing does not know"),
    }
    item
}

/// The public part of an `impl`; `None` if there is none.
fn outside_of_impl(mut block: ItemImpl, names: &BTreeSet<String>) -> Option<(String, ItemImpl)> {
    keep_attributes(&mut block.attrs);
    let of_trait = block.trait_.is_some();
    block.items.retain_mut(|item| match item {
        ImplItem::Fn(item) => {
            keep_attributes(&mut item.attrs);
            bare(&mut item.sig);
            item.block.stmts.clear();
            !of_trait && is_public(&item.vis)
        }
        ImplItem::Const(item) => {
            keep_attributes(&mut item.attrs);
            item.expr = syn::parse_str("_").unwrap();
            !of_trait && is_public(&item.vis)
        }
        ImplItem::Type(_) => of_trait,
        _ => panic!("a kind of item that the listing does not know"),
    });
    // The first public name is that of the type, or of the trait that is implemented for foreign types.
    let mut header = block.clone();
    header.items.clear();
    let name_of = |ty: &syn::Type| match ty {
        syn::Type::Path(path) => path.path.segments.last().map(|segment| segment.ident.to_string()),
        syn::Type::Reference(reference) => match &*reference.elem {
            syn::Type::Path(path) => path.path.segments.last().map(|segment| segment.ident.to_string()),
            _ => None,
        },
        _ => None,
    };
    let of_type = name_of(&block.self_ty).filter(|name| names.contains(name));
    let text = printed(vec![Item::Impl(header)]);
    let of_header = || {
        let words = text.split(|letter: char| !letter.is_alphanumeric() && letter != '_');
        words.map(str::to_owned).find(|word| names.contains(word))
    };
    let name = if of_trait { of_type.or_else(of_header)? } else { of_type? };
    (of_trait || !block.items.is_empty()).then_some((name, block))
}

fn printed(items: Vec<Item>) -> String {
    prettyplease::unparse(&syn::File { shebang: None, attrs: Vec::new(), items })
}

/// In the order of the listing.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Item,
    Own,
    Trait,
}

/// Collects the items of a file and of its inline modules.
fn collect(items: Vec<Item>, names: &BTreeSet<String>, found: &mut Vec<(String, Kind, String)>) {
    for item in items {
        match item {
            Item::Mod(module) => {
                let gates: Vec<Attribute> = module
                    .attrs
                    .iter()
                    .filter(|attribute| attribute.path().is_ident("cfg"))
                    .cloned()
                    .collect();
                let mut inner = module.content.map(|(_, items)| items).unwrap_or_default();
                for item in &mut inner {
                    if let Item::Impl(block) = item {
                        block.attrs.extend(gates.iter().cloned());
                    }
                }
                collect(inner, names, found);
            }
            Item::Impl(block) => {
                if let Some((name, block)) = outside_of_impl(block, names) {
                    let kind = if block.trait_.is_some() { Kind::Trait } else { Kind::Own };
                    found.push((name, kind, printed(vec![Item::Impl(block)])));
                }
            }
            Item::Macro(item) => {
                let traits: &[&str] = match &item.mac.path {
                    path if path.is_ident("print_as") => &["fmt::Debug", "defmt::Format"],
                    path if path.is_ident("display_texts") => &["fmt::Display"],
                    path if path.is_ident("error_texts") => &["fmt::Display", "core::error::Error"],
                    _ => &[],
                };
                let tokens = item.mac.tokens.to_string();
                let impls = traits.iter().map(|name| Item::Impl(macro_impl(&tokens, name)));
                collect(impls.collect(), names, found);
            }
            item => {
                if let Some(name) = defined(&item).filter(|name| names.contains(name)) {
                    found.push((name, Kind::Item, printed(vec![outside(item)])));
                }
            }
        }
    }
}

/// The impl that a macro makes of `[generics] Type, ...`.
fn macro_impl(tokens: &str, name: &str) -> ItemImpl {
    // Up to the bracket that closes the first one, and on to the first comma that is in none.
    let end = |open: &str, close: &str, last: char, text: &str| {
        let mut depth = 0;
        let is_end = |c: char| {
            depth += i32::from(open.contains(c)) - i32::from(close.contains(c));
            depth == 0 && c == last
        };
        text.find(is_end).expect("generics and a type")
    };
    let (generics, of) = tokens.split_at(end("[", "]", ']', tokens));
    let (generics, of) = (&generics[1..], &of[1..]);
    let of = &of[..end("<", ">", ',', of)];
    let gate = if name == "defmt::Format" { r#"#[cfg(feature = "defmt")]"# } else { "" };
    syn::parse_str(&format!("{gate} impl<{generics}> {name} for {of} {{}}")).expect("an impl")
}

/// Every public item by name: the item, its own methods, its traits.
fn listing() -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let lib = parsed(root.join("lib.rs"));
    let modules: Vec<String> = lib
        .items
        .iter()
        .filter_map(|item| match item {
            Item::Mod(module) if is_public(&module.vis) => Some(module.ident.to_string()),
            _ => None,
        })
        .collect();
    assert_eq!(modules, [""; 0], "public modules");
    let mut names = public_names(&lib);
    assert!(names.remove("schema"), "the only module that is re-exported");
    let of_schema = public_names(&parsed(root.join("message/schema.rs")));
    names.extend(of_schema.iter().cloned());
    let mut found = Vec::new();
    let mut files = rust_files(&root);
    files.sort();
    for path in files {
        collect(parsed(path).items, &names, &mut found);
    }
    for name in &names {
        assert!(found.iter().any(|(found, ..)| found == name), "{name} is public and was not found");
    }
    // The sort is stable: own methods keep the order of the source.
    found.sort_by_cached_key(|(name, kind, text)| {
        (name.clone(), *kind, if *kind == Kind::Trait { text.clone() } else { String::new() })
    });
    let in_schema = |name: &String| if of_schema.contains(name) { "schema::" } else { "" };
    let mut listing = String::from(
        "// The public API. Written by `UPDATE_GOLDEN=1 cargo test --test repository public_api`.\n",
    );
    let mut last = "";
    for (name, _, text) in &found {
        if name != last {
            listing.push_str(&format!("\n// {}{name}\n", in_schema(name)));
        }
        listing.push_str(text);
        last = name;
    }
    listing
}

/// With `UPDATE_GOLDEN` set, the listing is written again.
#[test]
fn the_public_api_is_the_committed_one() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/public-api.rs");
    let listing = listing();
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(&path, &listing).unwrap();
    }
    let golden = fs::read_to_string(&path).unwrap();
    for (number, (line, golden)) in listing.lines().zip(golden.lines()).enumerate() {
        assert_eq!(
            line,
            golden,
            "line {}: the public API has changed; UPDATE_GOLDEN=1 takes the change over",
            number.saturating_add(1)
        );
    }
    assert_eq!(listing.lines().count(), golden.lines().count(), "the public API has grown or shrunk");
}

/// The source does not mention auto traits.
#[test]
fn public_types_can_be_sent_shared_and_moved() {
    use kinesis_agg::*;
    fn check<T: Send + Sync + Unpin + std::panic::UnwindSafe>() {}
    check::<Aggregator<[u8; 64]>>();
    check::<ShardedAggregator<(), (), ()>>();
    check::<OwnedKinesisRecord<Vec<u8>>>();
    check::<AggregatedRecord<'_>>();
    check::<UserRecords<'_>>();
    check::<Decoder>();
    check::<Filtered<'_, UserRecords<'_>>>();
    check::<(UserRecord<'_>, DeaggregatedRecord<'_>, KinesisRecord<'_>, Tag<'_>, Tags<'_>, TagsIter<'_>)>();
    check::<(KeySlot, KeyIndexEntry<'_>, HashKey, HashKeyRange, DecimalString, Md5, RangeFilter)>();
    check::<(AddError, OuterKeyError, ShardedAddError, AggregatorsError<(), ()>, ParseError, KeyError)>();
    check::<(HashKeyError, HashKeyRangeError, ShardMapError)>();
}
