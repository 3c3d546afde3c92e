//! The names of locals, inside the compiler and outside.
//!
//! [`resolve`](crate::body::resolve) gives every local a [`LocalId`], and every mention of one a [`MentionId`]. Both
//! travel inside the syntax tree, as identifiers that no user writes, so that any piece of the tree can be looked at,
//! moved or printed on its own. [`emit`](crate::lower::rewrite) turns them back into what the user wrote.

use proc_macro2::{Ident, Span};

const PREFIX: &str = "__multitask";

/// A local variable, an argument, or a temporary that the compiler has made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct LocalId(pub(crate) usize);

/// One place in the body where a local is mentioned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct MentionId(pub(crate) usize);

/// What an identifier of the resolved tree stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Name {
    /// A pattern binds the local here.
    Binding(LocalId),
    /// The local is mentioned here.
    Mention(LocalId, MentionId),
    /// An argument of a yield's operation, by its position: evaluated once, before the operation begins.
    Argument(usize),
}

impl Name {
    /// The identifier that stands for this name in the tree.
    pub(crate) fn encode(self, span: Span) -> Ident {
        let text = match self {
            Name::Binding(local) => format!("{PREFIX}_b_{}", local.0),
            Name::Mention(local, mention) => format!("{PREFIX}_m_{}_{}", local.0, mention.0),
            Name::Argument(index) => format!("{PREFIX}_a_{index}"),
        };
        Ident::new(&text, span)
    }

    /// What `ident` stands for, if it is one of ours.
    pub(crate) fn decode(ident: &Ident) -> Option<Name> {
        let text = ident.to_string();
        let mut parts = text.strip_prefix(PREFIX)?.split('_').skip(1);
        let kind = parts.next()?;
        let mut number = || parts.next()?.parse::<usize>().ok();
        match kind {
            "b" => Some(Name::Binding(LocalId(number()?))),
            "m" => Some(Name::Mention(LocalId(number()?), MentionId(number()?))),
            "a" => Some(Name::Argument(number()?)),
            _ => None,
        }
    }

    /// What a path expression stands for, if it is one of ours.
    pub(crate) fn of_path(path: &syn::ExprPath) -> Option<Name> {
        Name::decode(path.path.get_ident()?)
    }
}

/// A name of the compiler's own, which cannot meet one of the user's.
pub(crate) fn internal(text: &str) -> Ident {
    Ident::new(text, Span::mixed_site())
}

/// A path expression of one identifier.
pub(crate) fn path_expr(ident: Ident) -> syn::Expr {
    syn::Expr::Path(syn::ExprPath { attrs: Vec::new(), qself: None, path: ident.into() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_survives_the_tree() {
        for name in [Name::Binding(LocalId(3)), Name::Mention(LocalId(12), MentionId(7)), Name::Argument(0)] {
            assert_eq!(Name::decode(&name.encode(Span::call_site())), Some(name));
        }
        assert_eq!(Name::decode(&Ident::new("buf", Span::call_site())), None);
        assert_eq!(Name::decode(&Ident::new("__multitask", Span::call_site())), None);
    }
}
