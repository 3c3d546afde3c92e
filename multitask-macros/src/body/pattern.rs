//! Questions about patterns, and about expressions that are locals.

use syn::{Expr, Pat};

use crate::names::{LocalId, Name};

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
        Pat::Ident(pat) => pat.by_ref.is_none() && pat.subpat.is_none(),
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

/// The local that an expression is.
pub(crate) fn local_of(expr: &Expr) -> Option<LocalId> {
    match expr {
        Expr::Paren(e) => local_of(&e.expr),
        Expr::Path(path) => match Name::of_path(path) {
            Some(Name::Mention(local, _)) => Some(local),
            Some(Name::Binding(_) | Name::Argument(_)) | None => None,
        },
        _ => None,
    }
}
