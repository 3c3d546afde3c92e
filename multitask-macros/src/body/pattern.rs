//! Questions about patterns, and about expressions that are locals.

use proc_macro2::Span;
use syn::{Expr, Pat, Token, parse_quote_spanned, spanned::Spanned};

use super::search::any_pat;
use crate::names::{LocalId, MentionId, Name};

/// The locals that a pattern binds, in order.
pub(crate) fn collect_bindings(pat: &Pat, out: &mut Vec<LocalId>) {
    struct Collector<'a>(&'a mut Vec<LocalId>);
    impl<'ast> syn::visit::Visit<'ast> for Collector<'_> {
        fn visit_pat_ident(&mut self, pat: &'ast syn::PatIdent) {
            if let Some(Name::Binding(local)) = Name::decode(&pat.ident)
                && !self.0.contains(&local)
            {
                self.0.push(local);
            }
            syn::visit::visit_pat_ident(self, pat);
        }
    }
    syn::visit::Visit::visit_pat(&mut Collector(out), pat);
}

/// Whether a pattern takes every part of what it matches.
pub(crate) fn binds_all(pat: &Pat) -> bool {
    match pat {
        Pat::Ident(pat) => pat.by_ref.is_none(),
        Pat::Lit(_) | Pat::Path(_) | Pat::Range(_) | Pat::Const(_) => true,
        Pat::Paren(pat) => binds_all(&pat.pat),
        Pat::Type(pat) => binds_all(&pat.pat),
        Pat::Tuple(pat) => pat.elems.iter().all(binds_all),
        Pat::TupleStruct(pat) => pat.elems.iter().all(binds_all),
        Pat::Struct(pat) => pat.rest.is_none() && pat.fields.iter().all(|field| binds_all(&field.pat)),
        Pat::Or(pat) => pat.cases.iter().all(binds_all),
        _ => false,
    }
}

/// Whether a pattern takes every part of what it matches, or binds nothing.
pub(crate) fn takes_all_or_none(pat: &Pat) -> bool {
    let mut bound = Vec::new();
    collect_bindings(pat, &mut bound);
    bound.is_empty() || binds_all(pat)
}

/// Whether a pattern means the same where a borrow is matched.
pub(crate) fn can_be_opened(pat: &Pat) -> bool {
    !any_pat(pat, |pat| match pat {
        // How the elements of an array are dropped depends on whether any is moved, anywhere.
        Pat::Reference(_) | Pat::Slice(_) => true,
        Pat::Ident(pat) => {
            pat.by_ref.is_some()
                || pat.subpat.as_ref().is_some_and(|(_, inner)| {
                    let mut bound = Vec::new();
                    collect_bindings(inner, &mut bound);
                    !bound.is_empty()
                })
        }
        _ => false,
    })
}

/// The local that an expression is.
pub(crate) fn local_of(expr: &Expr) -> Option<LocalId> {
    mention_of(expr).map(|(local, _)| local)
}

/// The same, and which mention of it that is.
pub(crate) fn mention_of(expr: &Expr) -> Option<(LocalId, MentionId)> {
    match expr {
        Expr::Paren(e) => mention_of(&e.expr),
        Expr::Path(path) => match Name::of_path(path) {
            Some(Name::Mention(local, mention)) => Some((local, mention)),
            Some(Name::Binding(_) | Name::Argument(_)) | None => None,
        },
        _ => None,
    }
}

/// Whether a pattern borrows by `ref` from what it matches, which then lives as long as what it binds.
pub(super) fn binds_reference(pat: &Pat) -> bool {
    any_pat(pat, |pat| matches!(pat, Pat::Ident(pat) if pat.by_ref.is_some()))
}

/// The same, but for what is behind a reference: that belongs to another.
pub(super) fn borrows_value(pat: &Pat) -> bool {
    match pat {
        Pat::Type(pat) => borrows_value(&pat.pat),
        Pat::Reference(_) => false,
        pat => binds_reference(pat),
    }
}

/// Whether a pattern is one that borrows by `ref mut`.
pub(crate) fn is_exclusive_borrow(pat: &Pat) -> bool {
    matches!(pat, Pat::Ident(pat) if pat.by_ref.is_some() && pat.mutability.is_some())
}

/// A borrow of what a pattern matches.
pub(super) fn borrow_of(matched: &Expr, is_exclusive: bool, span: Span) -> Expr {
    let mutability = is_exclusive.then(<Token![mut]>::default);
    parse_quote_spanned!(span=> &#mutability #matched)
}

/// What `pat` is where a borrow is matched.
pub(super) fn pattern_of_borrow(pat: &Pat, is_exclusive: bool) -> Pat {
    let mutability = is_exclusive.then(<Token![mut]>::default);
    match pat {
        Pat::Type(typed) => {
            let ty = &typed.ty;
            Pat::Type(syn::PatType {
                attrs: Vec::new(),
                pat: Box::new(pattern_of_borrow(&typed.pat, is_exclusive)),
                colon_token: typed.colon_token,
                ty: Box::new(parse_quote_spanned!(ty.span()=> &#mutability #ty)),
            })
        }
        pat => parse_quote_spanned!(pat.span()=> &#mutability (#pat)),
    }
}
