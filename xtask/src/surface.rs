//! What a crate makes public, and what a file of entry points mentions: both read from the source.
//!
//! Functions are named as one calls them: `function` or `Type::function`. Modules are private
//! in these crates and `unreachable_pub` is a lint, so `pub` means public. Functions that a `macro_rules!`
//! generates are not seen.

use std::collections::BTreeSet;
use std::path::Path;

use syn::visit::{self, Visit};
use syn::{Attribute, GenericArgument, ImplItem, Item, PathArguments, TraitItem, Type, Visibility};

use crate::cargo::read;

/// Names such as `Statement::parse`.
pub(crate) type Names = BTreeSet<String>;

/// Every public function below the file `root`, the `lib.rs` of a crate or the `mod.rs` of a module: free
/// functions, methods, and what is written out in trait implementations of public types. The modules `apart`
/// of that file are left out.
pub(crate) fn public_functions(root: &Path, apart: &[&str]) -> Result<Names, String> {
    let folder = root.parent().unwrap_or(Path::new(""));
    let mut inside = parse(root)?.items;
    inside.retain(
        |item| !matches!(item, Item::Mod(module) if apart.iter().any(|name| module.ident == name)),
    );
    let mut items = Vec::new();
    flatten(inside, folder, &mut items)?;
    Ok(public_among(&items))
}

fn public_among(items: &[Item]) -> Names {
    let types: Names = items.iter().filter_map(public_type).collect();
    let hidden_traits: Names = items
        .iter()
        .filter_map(|item| match item {
            Item::Trait(item) if !is_public(&item.vis) => Some(item.ident.to_string()),
            _ => None,
        })
        .collect();

    let mut names = Names::new();
    for item in items {
        match item {
            Item::Fn(item) if is_public(&item.vis) => {
                names.insert(item.sig.ident.to_string());
            }
            Item::Trait(item) if is_public(&item.vis) => {
                for inner in &item.items {
                    if let TraitItem::Fn(function) = inner {
                        names.insert(format!("{}::{}", item.ident, function.sig.ident));
                    }
                }
            }
            Item::Impl(item) => {
                let Some(of) = last_name(&item.self_ty) else { continue };
                let of_trait = item.trait_.as_ref().and_then(|(path, _)| path.segments.last());
                if let Some(name) = of_trait
                    && (!types.contains(&of) || hidden_traits.contains(&name.ident.to_string()))
                {
                    continue;
                }
                for inner in &item.items {
                    if let ImplItem::Fn(function) = inner
                        && !is_left_out(&function.attrs)
                        && (of_trait.is_some() || is_public(&function.vis))
                    {
                        names.insert(format!("{of}::{}", function.sig.ident));
                    }
                }
            }
            _ => {}
        }
    }
    names
}

/// Puts the items of one file and of the modules below it into `items`, without tests and `defmt`.
fn collect(file: &Path, folder: &Path, items: &mut Vec<Item>) -> Result<(), String> {
    let parsed = parse(file)?;
    flatten(parsed.items, folder, items)
}

fn flatten(from: Vec<Item>, folder: &Path, items: &mut Vec<Item>) -> Result<(), String> {
    for item in from {
        if is_left_out(attributes(&item)) {
            continue;
        }
        let Item::Mod(module) = item else {
            items.push(item);
            continue;
        };
        let name = module.ident.to_string();
        let inside = folder.join(&name);
        if let Some((_, content)) = module.content {
            flatten(content, &inside, items)?;
            continue;
        }
        let beside = folder.join(format!("{name}.rs"));
        let file = if beside.is_file() { beside } else { inside.join("mod.rs") };
        collect(&file, &inside, items)?;
    }
    Ok(())
}

fn public_type(item: &Item) -> Option<String> {
    let (visibility, name) = match item {
        Item::Enum(item) => (&item.vis, &item.ident),
        Item::Struct(item) => (&item.vis, &item.ident),
        Item::Union(item) => (&item.vis, &item.ident),
        _ => return None,
    };
    is_public(visibility).then(|| name.to_string())
}

fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        _ => &[],
    }
}

/// True for `#[cfg(test)]` and `#[cfg(feature = "defmt")]`: the panic check is built without either.
fn is_left_out(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("cfg")
            && attribute.meta.require_list().is_ok_and(|list| {
                let condition = list.tokens.to_string();
                condition == "test" || condition.contains("defmt")
            })
    })
}

/// Every function that the code of `file` names by a path: `function`, `Type::function`.
///
/// A method call with a dot does not say whose method it is and does not count. `show::<Type>` counts as
/// `Type::fmt`, because a `Formatter` cannot be made by hand.
pub(crate) fn mentioned_functions(file: &Path) -> Result<Names, String> {
    Ok(mentioned_in(&parse(file)?))
}

fn mentioned_in(file: &syn::File) -> Names {
    let mut mentions = Mentions(Names::new());
    mentions.visit_file(file);
    mentions.0
}

struct Mentions(Names);

impl<'a> Visit<'a> for Mentions {
    fn visit_expr_path(&mut self, path: &'a syn::ExprPath) {
        let segments = &path.path.segments;
        if let Some(last) = segments.last() {
            self.0.insert(last.ident.to_string());
            let owner = match &path.qself {
                Some(of) => last_name(&of.ty),
                None => segments.iter().nth_back(1).map(|owner| owner.ident.to_string()),
            };
            if let Some(owner) = owner {
                self.0.insert(format!("{owner}::{}", last.ident));
            }
            if last.ident == "show"
                && let PathArguments::AngleBracketed(arguments) = &last.arguments
                && let Some(GenericArgument::Type(of)) = arguments.args.first()
                && let Some(of) = last_name(of)
            {
                self.0.insert(format!("{of}::fmt"));
            }
        }
        visit::visit_expr_path(self, path);
    }
}

fn last_name(of: &Type) -> Option<String> {
    match of {
        Type::Path(path) => path.path.segments.last().map(|segment| segment.ident.to_string()),
        Type::Reference(reference) => last_name(&reference.elem),
        _ => None,
    }
}

fn parse(file: &Path) -> Result<syn::File, String> {
    syn::parse_file(&read(file)?)
        .map_err(|error| format!("{} is not Rust that can be read ({error})", file.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn public(source: &str) -> Vec<String> {
        let mut items = Vec::new();
        flatten(syn::parse_file(source).unwrap().items, Path::new(""), &mut items).unwrap();
        public_among(&items).into_iter().collect()
    }

    #[test]
    fn functions_methods_and_written_out_traits_of_public_types_are_public() {
        let source = "
            pub fn free() {}
            mod inner { pub const fn deeper() {} }
            pub struct Seen<'a>(&'a u8);
            impl<'a> Seen<'a> { pub fn method(&self) {} fn private(&self) {} pub(crate) fn ours() {} }
            impl Iterator for Seen<'_> { type Item = u8; fn next(&mut self) -> Option<u8> { None } }
            pub trait Open { fn must(&self); }
        ";
        let expected =
            ["Open::must", "Seen::method", "Seen::next", "deeper", "free"].map(str::to_owned);
        assert_eq!(public(source), expected);
    }

    #[test]
    fn tests_defmt_and_what_is_hidden_are_not_public() {
        let source = "
            #[cfg(test)] mod tests { pub fn check_all() {} }
            #[cfg(feature = \"defmt\")] impl defmt::Format for Seen { fn format(&self) {} }
            pub struct Seen;
            struct Hidden;
            trait Private { fn secret(&self); }
            impl Private for Seen { fn secret(&self) {} }
            impl Default for Hidden { fn default() -> Self { Hidden } }
            fn below() {}
        ";
        assert_eq!(public(source), [""; 0]);
    }

    #[test]
    fn a_mention_is_a_path_and_not_a_method_call() {
        let source = "fn run() { free(); keep(Seen::method(&x)); x.dotted(); show::<Wrong>(&y); }";
        let names = mentioned_in(&syn::parse_file(source).unwrap());
        for name in ["free", "Seen::method", "Wrong::fmt"] {
            assert!(names.contains(name), "{name}");
        }
        assert!(!names.iter().any(|name| name.contains("dotted")));
    }
}
