//! A function whose calls of itself can be known for such: they need no frame of an unknown type.
//!
//! Such a call makes another frame of the machine's own type, which the machine keeps on a stack of its own
//! (`private::itself` of the core crate). That is right only if the callee is certainly this function, and if caller and
//! callee may have the same type of frame, lifetimes included. Any other call is left to [`Recursion`](super::Recursion).
//!
//! What the function's name means is known from the body, but for what macros declare, and for an associated function
//! without a receiver, whose name alone means another function: `fn connect(..) { yield_!(connect(..)) }` in an `impl`. The
//! macro does not see what is around a function. But one that calls itself whatever happens would never end; and for what
//! is left, the expansion returns a call by the name where it is not reached, which only compiles if it is of the
//! function's own type.

use std::collections::BTreeSet;

use proc_macro2::{Delimiter, Ident, Spacing, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{
    BinOp, Expr, ExprPath, FnArg, GenericArgument, GenericParam, Generics, Lifetime, PathArguments, ReturnType, Type,
    UseTree, parse_quote,
    visit::{self, Visit},
    visit_mut::VisitMut,
};

use crate::{
    body::{Locals, items::item_name},
    item::{Item, inferable},
};

/// A function, as its body calls it.
#[derive(Clone)]
pub(crate) struct Itself {
    name: Ident,
    /// Its type parameters, which a call must name, since it may have others.
    generics: Vec<Ident>,
    /// The types of its parameters, as they can be written in the body.
    parameters: Vec<TokenStream>,
    /// The name in the first of its calls that have been found.
    first_call: Option<Ident>,
}

impl Itself {
    /// None if it does not call itself, or may not be known for itself where it does; `locals` are those of its body.
    pub(crate) fn of(item: &Item, locals: &Locals) -> Option<Itself> {
        let sig = &item.sig;
        let mut search = Search::new(&sig.ident);
        search.visit_block(item.body.as_ref()?);
        if !search.calls || search.is_unclear || locals.ids().any(|local| sig.ident == locals[local].name) {
            return None;
        }
        let types: Option<Vec<&Type>> = sig.inputs.iter().map(type_of).collect();
        let types = types?;
        if item.lending.is_some() || sig.unsafety.is_some() || is_opaque(&sig.output) {
            return None;
        }
        let mut lifetimes = Lifetimes::default();
        types.iter().for_each(|ty| lifetimes.visit_type(ty));
        let is_shadowed = || types.iter().any(|ty| mentions_any(ty.to_token_stream(), &search.declared));
        if lifetimes.is_unknown || !lifetimes.may_be_the_same() || is_shadowed() {
            return None;
        }
        let parameters = types.into_iter().map(|ty| inferable(&with_any_lifetimes(ty))).collect();
        Some(Itself { name: sig.ident.clone(), generics: generics(&sig.generics), parameters, first_call: None })
    }

    /// The types of its parameters.
    pub(crate) fn parameters(&self) -> &[TokenStream] {
        &self.parameters
    }

    /// Whether an expression calls it; that it is called is noted.
    pub(crate) fn takes_for_call(&mut self, expr: &Expr) -> bool {
        let Expr::Call(call) = expr else { return false };
        let Expr::Path(ExprPath { qself: None, path, .. }) = &*call.func else { return false };
        let is_call = path.leading_colon.is_none()
            && path.segments.len() == 1
            && path.segments[0].ident == self.name
            && given(&path.segments[0].arguments).is_some_and(|given| given == self.generics)
            && call.args.len() == self.parameters.len();
        if is_call {
            self.first_call.get_or_insert_with(|| path.segments[0].ident.clone());
        }
        is_call
    }

    pub(crate) fn is_called(&self) -> bool {
        self.first_call.is_some()
    }

    /// The name in the first of its calls.
    pub(crate) fn first_call(&self) -> Option<&Ident> {
        self.first_call.as_ref()
    }
}

/// The type and const parameters.
pub(crate) fn generics(generics: &Generics) -> Vec<Ident> {
    let names = generics.params.iter().filter_map(|parameter| match parameter {
        GenericParam::Type(parameter) => Some(&parameter.ident),
        GenericParam::Const(parameter) => Some(&parameter.ident),
        GenericParam::Lifetime(_) => None,
    });
    names.cloned().collect()
}

/// What is given for them, if it is just names.
fn given(arguments: &PathArguments) -> Option<Vec<Ident>> {
    let arguments = match arguments {
        PathArguments::None => return Some(Vec::new()),
        PathArguments::AngleBracketed(arguments) => &arguments.args,
        PathArguments::Parenthesized(_) => return None,
    };
    let name = |argument: &GenericArgument| match argument {
        GenericArgument::Type(Type::Path(path)) if path.qself.is_none() => path.path.get_ident().cloned(),
        _ => None,
    };
    arguments.iter().map(name).collect()
}

/// None of a receiver: where there is one, the function's name alone means another function.
fn type_of(input: &FnArg) -> Option<&Type> {
    match input {
        FnArg::Receiver(_) => None,
        FnArg::Typed(input) => Some(&input.ty),
    }
}

fn is_opaque(output: &ReturnType) -> bool {
    let mut lifetimes = Lifetimes::default();
    lifetimes.visit_return_type(output);
    lifetimes.is_unknown
}

/// A type whose lifetimes are to be inferred; those that belong to the type itself stay.
fn with_any_lifetimes(ty: &Type) -> Type {
    struct Replace;
    impl VisitMut for Replace {
        fn visit_lifetime_mut(&mut self, lifetime: &mut Lifetime) {
            if lifetime.ident != "static" {
                *lifetime = parse_quote!('_);
            }
        }
        fn visit_type_bare_fn_mut(&mut self, _: &mut syn::TypeBareFn) {}
        fn visit_trait_bound_mut(&mut self, _: &mut syn::TraitBound) {}
    }
    let mut ty = ty.clone();
    Replace.visit_type_mut(&mut ty);
    ty
}

/// What the body says of the function's name, and of others.
struct Search<'a> {
    name: &'a Ident,
    /// There may be a call.
    calls: bool,
    /// What follows need not be reached.
    has_branched: bool,
    /// Or the name may mean something else somewhere.
    is_unclear: bool,
    /// The names of items in the body.
    declared: BTreeSet<String>,
}

impl<'a> Search<'a> {
    fn new(name: &'a Ident) -> Self {
        Search { name, calls: false, has_branched: false, is_unclear: false, declared: BTreeSet::new() }
    }

    /// In a macro the name must be that of what is called. `Self` says that this is no function of a module.
    fn tokens(&mut self, tokens: TokenStream) {
        let mut tokens = tokens.into_iter().peekable();
        let mut after_keyword = false;
        while let Some(token) = tokens.next() {
            match token {
                TokenTree::Group(group) => self.tokens(group.stream()),
                TokenTree::Ident(ident) => {
                    if ident == *self.name {
                        let is_called = match tokens.peek() {
                            Some(TokenTree::Group(group)) => group.delimiter() == Delimiter::Parenthesis,
                            // `::`
                            Some(TokenTree::Punct(punct)) => {
                                punct.as_char() == ':' && punct.spacing() == Spacing::Joint
                            }
                            _ => false,
                        };
                        self.calls |= is_called;
                        self.is_unclear |= !is_called || after_keyword || !self.has_branched;
                    }
                    self.is_unclear |= ident == "Self";
                    after_keyword = ident == "fn";
                }
                TokenTree::Punct(_) | TokenTree::Literal(_) => after_keyword = false,
            }
        }
    }

    fn import(&mut self, tree: &UseTree) {
        match tree {
            UseTree::Path(path) => self.import(&path.tree),
            UseTree::Name(name) => self.declare(&name.ident),
            UseTree::Rename(rename) => self.declare(&rename.rename),
            UseTree::Glob(_) => self.is_unclear = true,
            UseTree::Group(group) => group.items.iter().for_each(|tree| self.import(tree)),
        }
    }

    fn declare(&mut self, name: &Ident) {
        self.is_unclear |= name == self.name;
        self.declared.insert(name.to_string());
    }
}

impl<'ast> Visit<'ast> for Search<'_> {
    fn visit_item(&mut self, item: &'ast syn::Item) {
        match item {
            syn::Item::Use(item) => self.import(&item.tree),
            syn::Item::Macro(item) if item.ident.is_some() => self.tokens(item.mac.tokens.clone()),
            item => match item_name(item) {
                Some(name) => self.declare(name),
                None => self.is_unclear |= !matches!(item, syn::Item::Impl(_)),
            },
        }
    }

    fn visit_expr(&mut self, expr: &'ast Expr) {
        let first = match expr {
            Expr::If(e) => &e.cond,
            Expr::Match(e) => &e.expr,
            Expr::While(e) => &e.cond,
            Expr::ForLoop(e) => &e.expr,
            Expr::Binary(e) if matches!(e.op, BinOp::And(_) | BinOp::Or(_)) => &e.left,
            expr => return visit::visit_expr(self, expr),
        };
        self.visit_expr(first);
        self.has_branched = true;
        visit::visit_expr(self, expr);
    }

    fn visit_local_init(&mut self, init: &'ast syn::LocalInit) {
        self.visit_expr(&init.expr);
        if let Some((_, diverge)) = &init.diverge {
            self.has_branched = true;
            self.visit_expr(diverge);
        }
    }

    fn visit_macro(&mut self, mac: &'ast syn::Macro) {
        self.tokens(mac.tokens.clone());
    }

    fn visit_ident(&mut self, ident: &'ast Ident) {
        self.is_unclear |= ident == "Self";
    }
}

/// Whether one of `names` stands in `tokens`.
fn mentions_any(tokens: TokenStream, names: &BTreeSet<String>) -> bool {
    !names.is_empty()
        && tokens.into_iter().any(|token| match token {
            TokenTree::Group(group) => mentions_any(group.stream(), names),
            TokenTree::Ident(ident) => names.contains(&ident.to_string()),
            TokenTree::Punct(_) | TokenTree::Literal(_) => false,
        })
}

/// The lifetimes in the types of parameters.
///
/// A callee whose frame has the type of its caller's has the same lifetimes, too. Where a lifetime may be a shorter one,
/// that is no more than to be the same as itself. Where it may not, a call with another lifetime would not compile; with
/// one lifetime in all, there is none that the arguments could have instead but `'static`.
#[derive(Default)]
struct Lifetimes {
    elided: usize,
    named: BTreeSet<Ident>,
    /// There is one where it may not be a shorter one, for all that is known.
    fixed: bool,
    /// What is visited now may not be another type.
    in_fixed: bool,
    /// There are types of which nothing is known.
    is_unknown: bool,
}

impl Lifetimes {
    fn may_be_the_same(&self) -> bool {
        !self.fixed || self.elided + self.named.len() <= 1
    }

    fn note(&mut self, lifetime: Option<&Lifetime>) {
        match lifetime {
            Some(lifetime) if lifetime.ident == "static" => return,
            Some(lifetime) if lifetime.ident != "_" => {
                self.named.insert(lifetime.ident.clone());
            }
            _ => self.elided += 1,
        }
        self.fixed |= self.in_fixed;
    }

    fn within(&mut self, fixed: bool, visit: impl FnOnce(&mut Self)) {
        let before = self.in_fixed;
        self.in_fixed |= fixed;
        visit(self);
        self.in_fixed = before;
    }
}

/// Whether the parameters of a type of this name may be subtypes: of those that are known to all.
fn is_covariant(name: &Ident) -> bool {
    const NAMES: [&str; 14] = [
        "Option", "Result", "Vec", "VecDeque", "Box", "Rc", "Arc", "Cow", "BTreeMap", "BTreeSet", "HashMap", "HashSet",
        "Iter", "Chars",
    ];
    NAMES.iter().any(|known| name == known)
}

impl<'ast> Visit<'ast> for Lifetimes {
    fn visit_type(&mut self, ty: &'ast Type) {
        match ty {
            Type::Reference(reference) => {
                self.note(reference.lifetime.as_ref());
                self.within(reference.mutability.is_some(), |this| this.visit_type(&reference.elem));
            }
            Type::Array(_) | Type::Slice(_) | Type::Tuple(_) | Type::Paren(_) | Type::Group(_) | Type::Never(_) => {
                visit::visit_type(self, ty);
            }
            Type::Path(_) => visit::visit_type(self, ty),
            Type::TraitObject(_) if self.in_fixed => {
                // It may have a lifetime that is not written.
                self.fixed = true;
                visit::visit_type(self, ty);
            }
            Type::TraitObject(_) | Type::BareFn(_) | Type::Ptr(_) => {
                self.within(true, |this| visit::visit_type(this, ty))
            }
            // `impl Trait`, a macro, and what syn does not know.
            _ => self.is_unknown = true,
        }
    }

    fn visit_path_segment(&mut self, segment: &'ast syn::PathSegment) {
        self.is_unknown |= segment.ident == "Self";
        self.within(!is_covariant(&segment.ident), |this| this.visit_path_arguments(&segment.arguments));
    }

    fn visit_lifetime(&mut self, lifetime: &'ast Lifetime) {
        self.note(Some(lifetime));
    }

    fn visit_expr(&mut self, _: &'ast Expr) {}
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{args::Args, body::resolve, diag::Errors, lending::Lending};

    /// Whether calls by the name `f` can be known to be of the function itself.
    #[track_caller]
    fn check(text: &str, expected: bool) {
        assert_eq!(itself(text).is_some(), expected, "{text}");
    }

    fn itself(text: &str) -> Option<Itself> {
        let mut item: Item = syn::parse_str(text).unwrap();
        let mut errors = Errors::default();
        let mut args = Args::parse(TokenStream::new(), &mut errors);
        item.lending = Lending::take(&mut item, &mut args, &mut errors);
        let mut locals = Locals::default();
        let arguments = item.arguments(&mut locals, &mut errors);
        let mut block = item.body.clone().unwrap();
        resolve::resolve(&mut block, &mut locals, &mut errors, &arguments.locals);
        errors.finish().unwrap();
        Itself::of(&item, &locals)
    }

    #[test]
    fn type_parameters_must_be_said_to_be_the_same() {
        let mut f =
            itself("fn f<'a, T, const N: usize>(n: &'a [T; N]) { if n > 0 { yield_!(f::<T, N>(n)); } }").unwrap();
        let mut check = |call: &str, expected: bool| {
            assert_eq!(f.takes_for_call(&syn::parse_str(call).unwrap()), expected, "{call}");
        };
        check("f::<T, N>(n)", true);
        check("f(n)", false);
        check("f::<T>(n)", false);
        check("f::<N, T>(n)", false);
        check("f::<_, N>(n)", false);
        check("f::<T, N>(n, m)", false);
        check("self::f::<T, N>(n)", false);
        check("g::<T, N>(n)", false);
    }

    #[test]
    fn a_call_by_the_name_is_one_of_itself() {
        check("fn f(n: u64) -> u64 { if n < 2 { n } else { yield_!(f(n - 1)) + yield_!(f(n - 2)) } }", true);
        check("fn f(n: u64) { while n > 0 { println!(\"{}\", yield_!(f(n - 1))); } }", true);
        check("fn f(n: u64) { let 1.. = n else { return }; yield_!(f(n - 1)); }", true);
        check("fn f(n: u64) { if n > 0 { yield_!(g(n - 1)); } }", false);
        check("fn f(n: u64) { if n > 0 { yield_!(self::f(n - 1)); } }", true);
    }

    #[test]
    fn a_name_that_may_mean_something_else_is_not_that_of_the_function() {
        check("fn f(n: u64, f: fn(u64) -> Op) { if n > 0 { yield_!(f(n - 1)); } }", false);
        check("fn f(n: u64) { if n > 0 { let f = |n| op(n); yield_!(f(n - 1)); } }", false);
        check("fn f(n: u64) { if n > 0 { fn f(n: u64) {} yield_!(f(n - 1)); } }", false);
        check("fn f(n: u64) { use other::f; if n > 0 { yield_!(f(n - 1)); } }", false);
        check("fn f(n: u64) { use other::*; if n > 0 { yield_!(f(n - 1)); } }", false);
        check("fn f(n: u64) { declare!(f); if n > 0 { yield_!(f(n - 1)); } }", false);
        check("fn f(n: u64) { declare! { fn f() {} } if n > 0 { yield_!(f(n - 1)); } }", false);
        // In an `impl`, perhaps.
        check("fn f(&self, n: u64) { if n > 0 { yield_!(f(n - 1)); } }", false);
        check("fn f(n: u64) { if n > Self::MIN { yield_!(f(n - 1)); } }", false);
        check("fn f(n: u64) -> Thing { Thing { inner: yield_!(f(n))? } }", false);
    }

    #[test]
    fn a_frame_of_another_type_is_another_function_s() {
        check("fn f(n: u64, t: impl Clone) { if n > 0 { yield_!(f(n - 1, t)); } }", false);
        check("fn f(n: u64) -> impl Clone { if n > 0 { yield_!(f(n - 1)); } }", false);
        check("fn f(n: N) { struct N; if n > 0 { yield_!(f(n - 1)); } }", false);
        check("fn f(#[lend] n: &mut u64) { if *n > 0 { yield_!(f(&mut *n)); } }", false);
    }

    #[test]
    fn several_lifetimes_must_be_free_to_be_shorter() {
        check("fn f(n: &u64, m: &[u64]) { if *n > 0 { yield_!(f(n, m)); } }", true);
        check("fn f<'a>(n: &'a Cell<&'a u64>) { if *n > 0 { yield_!(f(n)); } }", true);
        check("fn f(n: &Cell<&u64>) { if *n > 0 { yield_!(f(n)); } }", false);
        check("fn f(n: Option<&u64>, m: Vec<&'static str>) { if *n > 0 { yield_!(f(n)); } }", true);
        check("fn f(n: &u64, m: &mut Vec<&u64>) { if *n > 0 { yield_!(f(n, m)); } }", false);
        check("fn f(n: &u64, m: &mut dyn Debug) { if *n > 0 { yield_!(f(n, m)); } }", false);
        check("fn f(n: &u64, m: &dyn Debug) { if *n > 0 { yield_!(f(n, m)); } }", true);
    }
}
