//! Items in a block that waits.

use proc_macro2::{Ident, TokenStream, TokenTree};

use super::build::Builder;
use crate::diag::text;

impl Builder<'_> {
    /// An item in a block that waits. It is declared once, around the expansion of the whole body: nothing else there
    /// may mean something else by its name.
    pub(super) fn item(&mut self, item: syn::Item, block: &TokenStream) {
        if let Some(name) = item_name(&item)
            && count(&self.text, name) != count(block, name)
        {
            self.errors.at(&item, text::ITEM_IN_BLOCK);
        }
        self.items.push(item);
    }
}

/// How often `name` stands in `tokens`.
pub(super) fn count(tokens: &TokenStream, name: &Ident) -> usize {
    let count = |token| match token {
        TokenTree::Group(group) => count(&group.stream(), name),
        TokenTree::Ident(ident) => usize::from(ident == *name),
        TokenTree::Punct(_) | TokenTree::Literal(_) => 0,
    };
    tokens.clone().into_iter().map(count).sum()
}

/// The name that an item declares, where it is the only one.
pub(crate) fn item_name(item: &syn::Item) -> Option<&Ident> {
    match item {
        syn::Item::Const(item) => Some(&item.ident),
        syn::Item::Enum(item) => Some(&item.ident),
        syn::Item::Fn(item) => Some(&item.sig.ident),
        syn::Item::Macro(item) => item.ident.as_ref(),
        syn::Item::Mod(item) => Some(&item.ident),
        syn::Item::Static(item) => Some(&item.ident),
        syn::Item::Struct(item) => Some(&item.ident),
        syn::Item::Trait(item) => Some(&item.ident),
        syn::Item::Type(item) => Some(&item.ident),
        syn::Item::Union(item) => Some(&item.ident),
        _ => None,
    }
}

/// Whether an item of a block that waits is declared once for all pieces of the expansion, and not in each of them.
pub(crate) fn is_declared_once(item: &syn::Item) -> bool {
    !matches!(item, syn::Item::Use(_))
}
