//! The tasks of a file.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{Attribute, Meta, spanned::Spanned, visit::Visit};

/// A function that is marked `#[task]`.
pub(crate) struct Task {
    /// With the type, trait or module that it stands in: `Server::listen`.
    pub(crate) name: String,
    pub(crate) line: usize,
    /// What stands in the attribute.
    pub(crate) args: TokenStream,
    /// The function without the attribute.
    pub(crate) item: TokenStream,
}

impl Task {
    /// Whether `name` is its name, or the end of it.
    pub(crate) fn is_called(&self, name: &str) -> bool {
        self.name == name || self.name.strip_suffix(name).is_some_and(|before| before.ends_with("::"))
    }
}

/// Finds the tasks in the text of a file.
pub(crate) fn tasks(source: &str) -> syn::Result<Vec<Task>> {
    let mut finder = Finder { path: Vec::new(), found: Vec::new() };
    finder.visit_file(&syn::parse_str(source)?);
    Ok(finder.found)
}

struct Finder {
    path: Vec<String>,
    found: Vec<Task>,
}

impl Finder {
    fn function<F: ToTokens + Clone>(
        &mut self,
        function: &F,
        name: &syn::Ident,
        attributes: impl FnOnce(&mut F) -> &mut Vec<Attribute>,
    ) {
        let mut function = function.clone();
        let attributes = attributes(&mut function);
        let Some(index) = attributes.iter().position(is_task) else { return };
        let args = match attributes.remove(index).meta {
            Meta::List(list) => list.tokens,
            Meta::Path(_) | Meta::NameValue(_) => TokenStream::new(),
        };
        let path: Vec<_> = self.path.iter().cloned().chain([name.to_string()]).collect();
        self.found.push(Task {
            name: path.join("::"),
            line: name.span().start().line,
            args,
            item: function.into_token_stream(),
        });
    }

    fn inside(&mut self, name: String, visit: impl FnOnce(&mut Self)) {
        self.path.push(name);
        visit(self);
        self.path.pop();
    }
}

fn is_task(attribute: &Attribute) -> bool {
    attribute.path().segments.last().is_some_and(|segment| segment.ident == "task")
}

impl<'ast> Visit<'ast> for Finder {
    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        self.function(item, &item.sig.ident, |item| &mut item.attrs);
        syn::visit::visit_item_fn(self, item);
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        self.function(item, &item.sig.ident, |item| &mut item.attrs);
        syn::visit::visit_impl_item_fn(self, item);
    }

    fn visit_trait_item_fn(&mut self, item: &'ast syn::TraitItemFn) {
        self.function(item, &item.sig.ident, |item| &mut item.attrs);
        syn::visit::visit_trait_item_fn(self, item);
    }

    fn visit_item_impl(&mut self, item: &'ast syn::ItemImpl) {
        let name = match &*item.self_ty {
            syn::Type::Path(path) => path.path.segments.last().map(|segment| segment.ident.to_string()),
            ty => ty.span().source_text(),
        };
        self.inside(name.unwrap_or_default(), |this| syn::visit::visit_item_impl(this, item));
    }

    fn visit_item_trait(&mut self, item: &'ast syn::ItemTrait) {
        self.inside(item.ident.to_string(), |this| syn::visit::visit_item_trait(this, item));
    }

    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        self.inside(item.ident.to_string(), |this| syn::visit::visit_item_mod(this, item));
    }
}
