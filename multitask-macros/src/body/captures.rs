//! What a `move` closure takes of the locals that it mentions: parts of them, where it mentions only parts.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{
    Expr, Member, Pat,
    visit::{self, Visit},
};

use super::{
    macros,
    pattern::{binds_all, collect_bindings},
    visit_mentions,
};
use crate::names::{LocalId, MentionId, Name};

/// The parts of a place that are mentioned.
#[derive(Clone)]
pub(crate) enum Parts {
    /// All of it.
    Whole,
    /// These fields, or parts of them.
    Fields(Vec<(Member, Parts)>),
}

impl Parts {
    pub(crate) fn is_whole(&self) -> bool {
        matches!(self, Parts::Whole)
    }

    fn add(&mut self, path: &[Member]) {
        match (path, &mut *self) {
            ([], _) => *self = Parts::Whole,
            (_, Parts::Whole) => {}
            ([first, rest @ ..], Parts::Fields(fields)) => {
                if let Some((_, parts)) = fields.iter_mut().find(|(member, _)| member == first) {
                    return parts.add(rest);
                }
                let mut parts = Parts::Fields(Vec::new());
                parts.add(rest);
                fields.push((first.clone(), parts));
            }
        }
    }
}

/// A local that a closure mentions.
pub(crate) struct Capture {
    pub(crate) local: LocalId,
    pub(crate) mentions: Vec<MentionId>,
    pub(crate) parts: Parts,
    /// A pattern takes a part of it.
    pub(crate) is_opened: bool,
}

/// The locals that a closure mentions, in the order of their first mentions.
pub(crate) fn captures(closure: &Expr) -> Vec<Capture> {
    let mut search = Search(Vec::new());
    search.visit_expr(closure);
    let mut captures = search.0;
    let mut own = Bound(Vec::new());
    own.visit_expr(closure);
    captures.retain(|capture| !own.0.contains(&capture.local));
    captures
}

/// The locals that a closure declares itself.
struct Bound(Vec<LocalId>);

impl<'ast> Visit<'ast> for Bound {
    fn visit_pat(&mut self, pat: &'ast Pat) {
        collect_bindings(pat, &mut self.0);
    }
}

struct Search(Vec<Capture>);

impl Search {
    fn add(&mut self, local: LocalId, mention: MentionId, path: &[Member]) {
        let index = self.0.iter().position(|capture| capture.local == local).unwrap_or_else(|| {
            self.0.push(Capture { local, mentions: Vec::new(), parts: Parts::Fields(Vec::new()), is_opened: false });
            self.0.len() - 1
        });
        self.0[index].mentions.push(mention);
        self.0[index].parts.add(path);
    }

    /// A pattern that takes a place apart.
    fn open(&mut self, place: &Expr, pat: &Pat) {
        let pat = if let Pat::Type(typed) = pat { &typed.pat } else { pat };
        let Expr::Path(root) = place else { return };
        if matches!(pat, Pat::Tuple(_) | Pat::Struct(_) | Pat::Slice(_))
            && !binds_all(pat)
            && let Some(Name::Mention(local, mention)) = Name::of_path(root)
        {
            self.add(local, mention, &[]);
            self.0.iter_mut().filter(|capture| capture.local == local).for_each(|capture| capture.is_opened = true);
        }
    }

    fn tokens(&mut self, tokens: TokenStream) {
        visit_mentions(tokens, &mut |local, mention| self.add(local, mention, &[]));
    }
}

impl<'ast> Visit<'ast> for Search {
    fn visit_expr(&mut self, expr: &'ast Expr) {
        let mut path = Vec::new();
        let mut place = expr;
        loop {
            match place {
                Expr::Field(e) => {
                    path.insert(0, e.member.clone());
                    place = &e.base;
                }
                Expr::Paren(e) => place = &e.expr,
                Expr::Path(root) => {
                    if let Some(Name::Mention(local, mention)) = Name::of_path(root) {
                        self.add(local, mention, &path);
                    }
                    return;
                }
                _ => break,
            }
        }
        match expr {
            Expr::Match(e) => e.arms.iter().for_each(|arm| self.open(&e.expr, &arm.pat)),
            Expr::Let(e) => self.open(&e.expr, &e.pat),
            _ => {}
        }
        match expr {
            Expr::Macro(mac) => self.visit_macro(&mac.mac),
            Expr::Verbatim(tokens) => self.tokens(tokens.clone()),
            expr => visit::visit_expr(self, expr),
        }
    }

    fn visit_macro(&mut self, mac: &'ast syn::Macro) {
        match macros::arguments(mac) {
            Some(arguments) => arguments.list.iter().for_each(|argument| {
                let mut inner = Search(std::mem::take(&mut self.0));
                inner.visit_expr(&argument.expr);
                self.0 = inner.0;
            }),
            None => self.tokens(mac.to_token_stream()),
        }
    }

    fn visit_local(&mut self, local: &'ast syn::Local) {
        if let Some(init) = &local.init {
            self.open(&init.expr, &local.pat);
        }
        visit::visit_local(self, local);
    }

    fn visit_item(&mut self, _: &'ast syn::Item) {}
}
