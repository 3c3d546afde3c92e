//! `#[cfg]` and `#[cfg_attr]` in a function.
//!
//! What a false `#[cfg]` takes away need not even have a type, so every piece of the expansion that comes of it would have
//! to be under the attribute. Only rustc knows whether a predicate holds. So it is asked first: the function is there
//! twice, with the attribute carried out as if the predicate held, and as if it did not; each under its own `#[cfg]`, and
//! marked as a task again. rustc takes one of them away before it is expanded, so that many predicates make many steps,
//! but not more and more functions.

use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{
    Attribute, Block, Expr, FnArg, GenericParam, Meta, Signature, Stmt, Token,
    parse::Parser,
    punctuated::Punctuated,
    visit_mut::{self, VisitMut},
};

use crate::{
    body::macros::{self, ArgumentUse},
    item::Item,
};

/// The function once for each outcome of its first predicate; none if it has no predicate.
pub(crate) fn expand(item: &mut Item, args: &TokenStream, krate: &syn::Path) -> Option<TokenStream> {
    let predicate = first_predicate(item)?;
    let versions = [true, false].map(|holds| {
        let written = (item.sig.clone(), item.body.clone());
        resolve(item, &predicate, holds);
        let condition = if holds { quote!(#predicate) } else { quote!(not(#predicate)) };
        let Item { attrs, vis, defaultness, sig, body, .. } = &*item;
        let body = body.as_ref().map_or_else(|| quote!(;), ToTokens::to_token_stream);
        let version = quote! {
            #[cfg(#condition)]
            #[#krate::task(#args)]
            #(#attrs)* #vis #defaultness #sig #body
        };
        (item.sig, item.body) = written;
        version
    });
    Some(versions.into_iter().collect())
}

/// The first predicate in a function, of which an outer one comes before those inside of what it takes away.
pub(crate) fn first_predicate(item: &mut Item) -> Option<TokenStream> {
    let mut found = None;
    walk(item, Find(&mut found));
    found
}

/// Carries out what depends on `predicate`.
pub(crate) fn resolve(item: &mut Item, predicate: &TokenStream, holds: bool) {
    walk(item, Resolve { predicate, holds });
}

fn walk(item: &mut Item, attributes: impl Attributes) {
    let mut walk = Walk(attributes);
    walk.visit_signature_mut(&mut item.sig);
    item.body.iter_mut().for_each(|body| walk.visit_block_mut(body));
}

/// Whether there is a `#[cfg]` or a `#[cfg_attr]` in `tokens`.
pub(crate) fn is_in(tokens: TokenStream) -> bool {
    let mut after_sign = false;
    tokens.into_iter().any(|token| {
        let is_attribute = std::mem::replace(&mut after_sign, is_punct(&token, '#'));
        let TokenTree::Group(group) = token else { return false };
        let first = group.stream().into_iter().next();
        let is_cfg = matches!(first, Some(TokenTree::Ident(name)) if name == "cfg" || name == "cfg_attr");
        is_attribute && is_cfg || is_in(group.stream())
    })
}

fn is_punct(token: &TokenTree, sign: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == sign)
}

/// An attribute that depends on a predicate.
struct Conditional {
    /// Without `not`s around it.
    predicate: TokenStream,
    /// The outcome that the attribute asks for.
    outcome: bool,
    /// What the attribute stands for then; none for `#[cfg]`.
    attributes: Option<Vec<Meta>>,
}

impl Conditional {
    fn of(attr: &Attribute) -> Option<Conditional> {
        let Meta::List(list) = &attr.meta else { return None };
        let (mut predicate, attributes) = if list.path.is_ident("cfg") {
            (list.tokens.clone(), None)
        } else if list.path.is_ident("cfg_attr") {
            let parts = Punctuated::<Meta, Token![,]>::parse_terminated.parse2(list.tokens.clone()).ok()?;
            let mut parts = parts.into_iter();
            (parts.next()?.into_token_stream(), Some(parts.collect()))
        } else {
            return None;
        };
        let mut outcome = true;
        while let Some(inner) = negated(&predicate) {
            (predicate, outcome) = (inner, !outcome);
        }
        is_predicate(&predicate).then_some(Conditional { predicate, outcome, attributes })
    }
}

/// `p` of `not(p)`.
fn negated(predicate: &TokenStream) -> Option<TokenStream> {
    let mut tokens = predicate.clone().into_iter();
    match (tokens.next(), tokens.next(), tokens.next()) {
        (Some(TokenTree::Ident(not)), Some(TokenTree::Group(inner)), None) if not == "not" => Some(inner.stream()),
        _ => None,
    }
}

/// Whether this may be one predicate; what is none is left to rustc to refuse.
fn is_predicate(tokens: &TokenStream) -> bool {
    let mut tokens = tokens.clone().into_iter();
    matches!(tokens.next(), Some(TokenTree::Ident(_))) && !tokens.any(|token| is_punct(&token, ','))
}

/// What is done with the attributes of each node that can be taken away.
trait Attributes {
    /// Whether the node stays.
    fn keep(&mut self, attrs: &mut Vec<Attribute>) -> bool;
}

struct Find<'a>(&'a mut Option<TokenStream>);

impl Attributes for Find<'_> {
    fn keep(&mut self, attrs: &mut Vec<Attribute>) -> bool {
        if self.0.is_none() {
            *self.0 = attrs.iter().find_map(Conditional::of).map(|conditional| conditional.predicate);
        }
        true
    }
}

struct Resolve<'a> {
    predicate: &'a TokenStream,
    holds: bool,
}

impl Attributes for Resolve<'_> {
    fn keep(&mut self, attrs: &mut Vec<Attribute>) -> bool {
        let mut stays = true;
        let asked = self.predicate.to_string();
        for attr in std::mem::take(attrs) {
            match Conditional::of(&attr) {
                Some(Conditional { predicate, outcome, attributes }) if predicate.to_string() == asked => {
                    let is_so = outcome == self.holds;
                    stays &= is_so || attributes.is_some();
                    let attributes = attributes.into_iter().flatten().filter(|_| is_so);
                    attrs.extend(attributes.map(|meta| Attribute { meta, ..attr.clone() }));
                }
                _ => attrs.push(attr),
            }
        }
        stays
    }
}

/// Goes through all that rustc would take away from a function, but not through the items in it.
struct Walk<A>(A);

impl<A: Attributes> Walk<A> {
    fn keep_stmt(&mut self, stmt: &mut Stmt) -> bool {
        match stmt {
            Stmt::Local(stmt) => self.0.keep(&mut stmt.attrs),
            Stmt::Macro(stmt) => self.0.keep(&mut stmt.attrs),
            Stmt::Expr(expr, _) => self.keep_expr(expr),
            Stmt::Item(item) => item_attributes(item).is_none_or(|attrs| self.0.keep(attrs)),
        }
    }

    fn keep_expr(&mut self, expr: &mut Expr) -> bool {
        attributes(expr).is_none_or(|attrs| self.0.keep(attrs))
    }
}

/// Keeps the elements of a list for which `keep` says so.
fn retain<T, P: Default>(list: &mut Punctuated<T, P>, mut keep: impl FnMut(&mut T) -> bool) {
    let pairs = std::mem::take(list).into_pairs();
    *list = pairs.filter_map(|mut pair| keep(pair.value_mut()).then_some(pair)).collect();
}

impl<A: Attributes> VisitMut for Walk<A> {
    fn visit_signature_mut(&mut self, sig: &mut Signature) {
        retain(&mut sig.generics.params, |parameter| match parameter {
            GenericParam::Lifetime(parameter) => self.0.keep(&mut parameter.attrs),
            GenericParam::Type(parameter) => self.0.keep(&mut parameter.attrs),
            GenericParam::Const(parameter) => self.0.keep(&mut parameter.attrs),
        });
        retain(&mut sig.inputs, |input| match input {
            FnArg::Receiver(input) => self.0.keep(&mut input.attrs),
            FnArg::Typed(input) => self.0.keep(&mut input.attrs),
        });
        visit_mut::visit_signature_mut(self, sig);
    }

    fn visit_block_mut(&mut self, block: &mut Block) {
        block.stmts.retain_mut(|stmt| self.keep_stmt(stmt));
        visit_mut::visit_block_mut(self, block);
    }

    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        match expr {
            Expr::Match(e) => e.arms.retain_mut(|arm| self.0.keep(&mut arm.attrs)),
            Expr::Struct(e) => retain(&mut e.fields, |field| self.0.keep(&mut field.attrs)),
            Expr::Call(syn::ExprCall { args: list, .. })
            | Expr::MethodCall(syn::ExprMethodCall { args: list, .. })
            | Expr::Array(syn::ExprArray { elems: list, .. })
            | Expr::Tuple(syn::ExprTuple { elems: list, .. }) => retain(list, |element| self.keep_expr(element)),
            _ => {}
        }
        visit_mut::visit_expr_mut(self, expr);
    }

    fn visit_pat_struct_mut(&mut self, pat: &mut syn::PatStruct) {
        retain(&mut pat.fields, |field| self.0.keep(&mut field.attrs));
        visit_mut::visit_pat_struct_mut(self, pat);
    }

    /// In the arguments of a macro of which nothing is known an attribute is the macro's.
    fn visit_macro_mut(&mut self, mac: &mut syn::Macro) {
        let name = macros::name(mac);
        let is_known = macros::is_yield(mac) || macros::argument_use(&name, 0) != ArgumentUse::Unknown;
        // Others stay as they are written.
        if is_known && is_in(mac.tokens.clone()) {
            macros::with_arguments(mac, |arguments| {
                if name == "vec" && !arguments.repeat {
                    arguments.list.retain_mut(|element| self.keep_expr(&mut element.expr));
                }
                arguments.list.iter_mut().for_each(|argument| self.visit_expr_mut(&mut argument.expr));
            });
        }
    }

    fn visit_item_mut(&mut self, _: &mut syn::Item) {}
}

/// The attributes of one of these kinds of a node; none for another one.
macro_rules! attributes_of {
    ($node:ident: $kind:ident::{$($variant:ident),* $(,)?}) => {
        match $node {
            $($kind::$variant(node) => Some(&mut node.attrs),)*
            _ => None,
        }
    };
}

/// The attributes of an expression. (Those before an operator belong to its first operand, where rustc refuses them.)
fn attributes(expr: &mut Expr) -> Option<&mut Vec<Attribute>> {
    attributes_of!(expr: Expr::{
        Array, Async, Block, Break, Call, Closure, Const, Continue, Field, ForLoop, If, Index, Lit, Loop, Macro, Match,
        MethodCall, Paren, Path, Range, Reference, Repeat, Return, Struct, Try, Tuple, Unary, Unsafe, While,
    })
}

fn item_attributes(item: &mut syn::Item) -> Option<&mut Vec<Attribute>> {
    use syn::Item;
    attributes_of!(item: Item::{
        Const, Enum, ExternCrate, Fn, ForeignMod, Impl, Macro, Mod, Static, Struct, Trait, TraitAlias, Type, Union, Use,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_and_what_looks_like_one() {
        let is_in = |text: &str| is_in(text.parse().unwrap());
        assert!(is_in("a, #[cfg(b)] c") && is_in("f({ #[cfg_attr(b, c)] d })"));
        assert!(!is_in("list[cfg]") && !is_in("cfg!(b)") && !is_in("#[allow(cfg)] a"));
    }

    #[test]
    fn a_predicate_without_what_denies_it() {
        let of = |attr: Attribute| Conditional::of(&attr).map(|found| (found.predicate.to_string(), found.outcome));
        assert_eq!(of(syn::parse_quote!(#[cfg(a)])), Some(("a".into(), true)));
        assert_eq!(of(syn::parse_quote!(#[cfg_attr(not(a), b)])), Some(("a".into(), false)));
        assert_eq!(of(syn::parse_quote!(#[cfg(not(not(a)))])), Some(("a".into(), true)));
        assert_eq!(of(syn::parse_quote!(#[cfg()])), None);
        assert_eq!(of(syn::parse_quote!(#[cfg(a, b)])), None);
        assert_eq!(of(syn::parse_quote!(#[allow(a)])), None);
    }
}
