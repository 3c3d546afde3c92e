//! The user's body as it is, for the compiler to check; it is never run.
//!
//! The machine is not what the user wrote: a borrow that is taken again is no borrow to rustc in between, a local in a
//! frame can be assigned to whether it is `mut` or not, and lints about the user's code would speak of ours. So the
//! expansion contains the body a second time, as the body of a closure that is never called, in which a yield is a plain
//! call. What rustc refuses there it refuses, in the user's own words and places; and what it warns of, it warns of
//! there alone.
//!
//! That what is waited for borrows from the task itself is also asked there, of simple calls: the call is there a second
//! time, in a branch that leaves the function. See `private::shadow` of the core crate.

use std::collections::BTreeMap;

use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::{
    Block, Expr, FnArg, Pat, PatIdent, Stmt, Type,
    visit::{self, Visit},
    visit_mut::{self, VisitMut},
};

use crate::{
    args::{Args, Exchange, Kind},
    body::{KeptReference, items::is_declared_once, resolve::mentions_yield},
    item::{Item, inferable},
    names::internal,
};

/// The statement that has the body checked.
pub(crate) fn shadow(item: &Item, kept: &[KeptReference], args: &Args) -> TokenStream {
    let Some(mut body) = item.body.clone() else { return TokenStream::new() };
    body.stmts.retain(|stmt| !matches!(stmt, Stmt::Item(_)));
    WithoutItems.visit_block_mut(&mut body);
    let krate = &args.krate;
    let private = quote!(#krate::__private);
    let [task, this_task] = ["task", "this_task"].map(internal);
    let (mark, context, imports) = match &args.kind {
        Kind::Task => (quote!(@check [#krate]), TokenStream::new(), quote!(use #krate::Operation as _;)),
        Kind::Coroutine(exchange) => {
            let Exchange { yields, resumes } = &**exchange;
            (
                quote!(@exchange [#krate]),
                quote!([#yields] [#resumes]),
                quote!(use #private::{PrepareCoroutine as _, PrepareIterator as _, PrepareLent as _};),
            )
        }
    };
    let mut marks =
        Marks { mark, this_task: this_task.clone(), context, references: references(item, &body), kept, asks: false };
    let mut body = marks.set(body.into_token_stream());
    let asked = marks.asks.then(|| {
        let imports = matches!(args.kind, Kind::Task).then(|| {
            quote! {
                #[allow(unused_imports)]
                use #private::{AskOperation as _, AskOther as _, YieldCall as _, YieldOther as _};
            }
        });
        quote! {
            #imports
            let #task = ();
            let #this_task = #private::keeper(&#task);
        }
    });
    let lent = lent_parameters(item, &private);
    if !lent.is_empty() {
        body = quote!({ #lent #body });
    }
    let output = inferable(&item.output());
    quote! {
        if false {
            #[allow(unused_imports)]
            #imports
            #asked
            #private::check(move || -> #output #body);
        }
    }
}

/// Statements by which the parameters that are lent are there as long as one resume.
fn lent_parameters(item: &Item, private: &TokenStream) -> TokenStream {
    let Some(lending) = &item.lending else { return TokenStream::new() };
    let parameters = item.sig.inputs.iter().enumerate().filter_map(|(index, input)| match input {
        FnArg::Typed(input) if lending.is_lent(index) => match (&*input.pat, &*input.ty) {
            (Pat::Ident(PatIdent { ident, mutability: None, .. }), Type::Reference(ty)) => Some((ident, ty)),
            _ => None,
        },
        _ => None,
    });
    let parameters = parameters.map(|(ident, ty)| {
        let lent = if ty.mutability.is_some() { quote!(lent_mut) } else { quote!(lent) };
        // Errors mention it.
        let resume = format_ident!("{}_of_one_resume", ident);
        quote_spanned!(ident.span()=> #[allow(non_snake_case)] let #resume = (); let #ident = #private::#lent(&#resume, #ident);)
    });
    parameters.collect()
}

/// Drops the items that the expansion declares once for both.
struct WithoutItems;

impl VisitMut for WithoutItems {
    fn visit_block_mut(&mut self, block: &mut Block) {
        if block.stmts.iter().any(|stmt| matches!(stmt, Stmt::Item(_))) && mentions_yield(block.to_token_stream()) {
            block.stmts.retain(|stmt| !matches!(stmt, Stmt::Item(item) if is_declared_once(item)));
        }
        visit_mut::visit_block_mut(self, block);
    }

    fn visit_item_mut(&mut self, _: &mut syn::Item) {}
}

/// What marks each `yield_!` and `yield_from!`, so that the macro expands to a call.
struct Marks<'k> {
    mark: TokenStream,
    /// The variable that stands for the task, where it is worth asking whether it would be borrowed from.
    this_task: Ident,
    context: TokenStream,
    /// Variables that are references by their looks.
    references: Vec<String>,
    kept: &'k [KeptReference],
    /// Whether it is asked anywhere.
    asks: bool,
}

impl Marks<'_> {
    fn set(&mut self, tokens: TokenStream) -> TokenStream {
        let mut output = TokenStream::new();
        // How much of `yield_ !` has gone by.
        let mut seen = 0;
        for token in tokens {
            let token = match token {
                TokenTree::Group(group) => {
                    let inner = self.set(group.stream());
                    let stream = if seen == 2 { self.marked(inner) } else { inner };
                    let mut changed = Group::new(group.delimiter(), stream);
                    changed.set_span(group.span());
                    seen = 0;
                    TokenTree::Group(changed)
                }
                TokenTree::Ident(ident) => {
                    seen = usize::from(ident == "yield_" || ident == "yield_from");
                    TokenTree::Ident(ident)
                }
                TokenTree::Punct(punct) => {
                    seen = if seen == 1 && punct.as_char() == '!' { 2 } else { 0 };
                    TokenTree::Punct(punct)
                }
                token => {
                    seen = 0;
                    token
                }
            };
            output.extend([token]);
        }
        output
    }

    fn marked(&mut self, yielded: TokenStream) -> TokenStream {
        let may_borrow = self.may_borrow(yielded.clone());
        self.asks |= may_borrow;
        let mut kept = BTreeMap::new();
        if may_borrow {
            self.find_kept(yielded.clone(), &mut kept);
        }
        let kept = kept.into_values().flatten();
        let Marks { mark, this_task, context, .. } = self;
        let this_task = may_borrow.then_some(this_task);
        quote!(#mark [#this_task #(#kept)*] #context #yielded)
    }

    /// References that the task keeps while what is yielded borrows from what they refer to: it mentions parts, calls
    /// methods, or is lent all of it. None in the place of one that may be given away there.
    fn find_kept(&self, yielded: TokenStream, found: &mut BTreeMap<String, Option<Ident>>) {
        let mut tokens = yielded.into_iter().peekable();
        while let Some(token) = tokens.next() {
            match token {
                TokenTree::Group(group) => self.find_kept(group.stream(), found),
                TokenTree::Ident(ident) => {
                    let Some(reference) = self.kept.iter().find(|reference| ident == reference.name) else { continue };
                    let is_opened = matches!(tokens.peek(), Some(TokenTree::Punct(punct)) if punct.as_char() == '.');
                    let entry = found.entry(reference.name.clone()).or_insert_with(|| Some(ident));
                    *entry = entry.take().filter(|_| is_opened || !reference.is_given);
                }
                TokenTree::Punct(_) | TokenTree::Literal(_) => {}
            }
        }
    }

    /// Whether there may be a borrow in what is yielded, by its looks: to ask takes the compiler time.
    fn may_borrow(&self, yielded: TokenStream) -> bool {
        yielded.into_iter().any(|token| match token {
            TokenTree::Group(group) => self.may_borrow(group.stream()),
            TokenTree::Ident(ident) => {
                self.references.contains(&ident.to_string())
                    || self.kept.iter().any(|reference| !reference.is_given && ident == reference.name)
            }
            TokenTree::Punct(punct) => matches!(punct.as_char(), '&' | '.'),
            TokenTree::Literal(_) => false,
        })
    }
}

/// The variables that are references by their looks.
fn references(item: &Item, body: &Block) -> Vec<String> {
    struct Search(Vec<String>);
    impl<'ast> Visit<'ast> for Search {
        fn visit_local(&mut self, local: &'ast syn::Local) {
            if let (Pat::Ident(pat), Some(init)) = (&local.pat, &local.init)
                && matches!(*init.expr, Expr::Reference(_))
            {
                self.0.push(pat.ident.to_string());
            }
            visit::visit_local(self, local);
        }
    }
    let lent = item.sig.inputs.iter().enumerate().filter_map(|(index, input)| match input {
        FnArg::Typed(input) if item.lending.as_ref().is_some_and(|lending| lending.is_lent(index)) => match &*input.pat
        {
            Pat::Ident(pat) => Some(pat.ident.to_string()),
            _ => None,
        },
        _ => None,
    });
    let mut search = Search(lent.collect());
    search.visit_block(body);
    search.0
}

/// Which macro a mark is found in.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Marked {
    Yield,
    YieldFrom,
}

/// What `yield_!` or `yield_from!` with a mark expands to; none if `input` has no mark.
pub(crate) fn expand_marked(which: Marked, input: &TokenStream) -> Option<TokenStream> {
    let mut tokens = input.clone().into_iter();
    let Some(TokenTree::Punct(at)) = tokens.next() else { return None };
    let Some(TokenTree::Ident(mark)) = tokens.next() else { return None };
    if at.as_char() != '@' {
        return None;
    }
    if mark == "named" {
        return Some(TokenStream::new());
    }
    let mut group = || match tokens.next() {
        Some(TokenTree::Group(group)) => Some(group.stream()),
        _ => None,
    };
    let (krate, asking) = (group()?, Asking::parse(group()?));
    let private = quote!(#krate::__private);
    if mark == "exchange" {
        let exchange = (group()?, group()?);
        return Some(expand_in_coroutine(which, &private, &asking, exchange, tokens.collect()));
    }
    let operation: TokenStream = tokens.collect();
    if operation.is_empty() {
        return Some(quote!(#private::output_of(#private::typed(), #krate::give_way())));
    }
    let call = internal("__yielded");
    let this_task = &asking.this_task;
    let kept = quote! {
        match (match #operation { #call => (&#private::yielded(&#call)).prepare_yield(#call) }) {
            #call => (&#private::asked(&#call)).kept(&#this_task, #call),
        }
    };
    let kept = asked(&operation, &private, &asking, kept);
    Some(quote!(#private::output_of(#kept, #operation)))
}

/// What a mark says of the question whether what is waited for would borrow from the task.
struct Asking {
    /// The variable that stands for the task; none if it is not asked.
    this_task: Option<Ident>,
    /// The parameters that the task keeps, while the operation borrows from what they refer to.
    kept: Vec<Ident>,
}

impl Asking {
    fn parse(tokens: TokenStream) -> Asking {
        let mut idents = tokens.into_iter().filter_map(|token| match token {
            TokenTree::Ident(ident) => Some(ident),
            _ => None,
        });
        Asking { this_task: idents.next(), kept: idents.collect() }
    }

    /// Statements by which those parameters live no longer than the task.
    fn shorten(&self, private: &TokenStream) -> TokenStream {
        let shortened = self.kept.iter().map(|parameter| {
            // Errors mention it.
            let in_task = format_ident!("{}_in_this_task", parameter);
            let variable = if parameter == "self" { this() } else { parameter.clone() };
            quote! {
                #[allow(non_snake_case)]
                let #in_task = ();
                let #variable = #private::lent_mut(&#in_task, #parameter);
            }
        });
        shortened.collect()
    }
}

/// Asks `kept` in a branch that leaves the function, if `operation` is simple enough to be there twice. Evaluates to the
/// type of what `operation` evaluates to.
fn asked(operation: &TokenStream, private: &TokenStream, asking: &Asking, kept: TokenStream) -> TokenStream {
    let is_simple = |operation: Expr| is_simple_call(&operation);
    if asking.this_task.is_none() || !syn::parse2(operation.clone()).is_ok_and(is_simple) {
        return quote!(#private::typed());
    }
    let typed = internal("__typed");
    let start = operation.clone().into_iter().next().map_or_else(Span::call_site, |token| token.span());
    let kept = located(kept, start);
    let shortened = asking.shorten(private);
    let kept = if shortened.is_empty() { kept } else { without_self(kept) };
    quote! {{
        let #typed = #private::typed();
        if #private::unknown() {
            #shortened
            #private::same(&#typed, #kept);
            return #private::absent();
        }
        #typed
    }}
}

/// A call, said to be at `place`; what is in it stays where it is.
fn located(call: TokenStream, place: Span) -> TokenStream {
    let locate = |mut token: TokenTree| {
        token.set_span(token.span().located_at(place));
        token
    };
    call.into_iter().map(locate).collect()
}

/// What stands for `self` where that is borrowed for a shorter time.
fn this() -> Ident {
    internal("__this")
}

/// `tokens` with [`this`] in the place of `self`.
fn without_self(tokens: TokenStream) -> TokenStream {
    let replace = |token| match token {
        TokenTree::Group(group) => {
            let mut changed = Group::new(group.delimiter(), without_self(group.stream()));
            changed.set_span(group.span());
            TokenTree::Group(changed)
        }
        TokenTree::Ident(ident) if ident == "self" => {
            let mut this = this();
            this.set_span(this.span().located_at(ident.span()));
            TokenTree::Ident(this)
        }
        token => token,
    };
    tokens.into_iter().map(replace).collect()
}

/// Whether an expression is a call that borrows, of which all types are known without what becomes of its value.
fn is_simple_call(expr: &Expr) -> bool {
    match expr {
        Expr::MethodCall(call) if call.method == "timeout" || call.method == "deadline" => {
            is_simple_call(&call.receiver)
        }
        Expr::MethodCall(call) => is_simple(&call.receiver) && call.args.iter().all(is_simple),
        Expr::Call(call) => {
            matches!(*call.func, Expr::Path(_)) && !call.args.is_empty() && call.args.iter().all(is_simple)
        }
        _ => false,
    }
}

/// Whether an expression is a literal, a variable or a part of one, or the borrow of that.
fn is_simple(expr: &Expr) -> bool {
    match expr {
        Expr::Lit(_) => true,
        Expr::Path(path) => path.path.get_ident().is_some_and(|name| name.to_string().starts_with(char::is_lowercase)),
        Expr::Field(e) => is_simple(&e.base),
        Expr::Index(e) => is_simple(&e.expr) && is_simple(&e.index),
        Expr::Range(e) => e.start.iter().chain(&e.end).all(|end| is_simple(end)),
        Expr::Reference(e) => is_simple(&e.expr),
        Expr::Paren(e) => is_simple(&e.expr),
        Expr::Unary(e) => is_simple(&e.expr),
        _ => false,
    }
}

fn expand_in_coroutine(
    which: Marked,
    private: &TokenStream,
    asking: &Asking,
    (yields, resumes): (TokenStream, TokenStream),
    value: TokenStream,
) -> TokenStream {
    match which {
        Marked::Yield => {
            let value = if value.is_empty() { quote!(()) } else { value };
            quote! {
                #private::given_after::<#resumes>(#private::give(#private::absent_port::<#yields, #resumes>(), #value))
            }
        }
        Marked::YieldFrom => {
            let (sub, this_task) = (internal("__sub"), &asking.this_task);
            let kept = quote! {
                match (#value) {
                    #sub => #private::kept_from::<#yields, #resumes, _, _>(
                        &#this_task,
                        (&&&#private::sub_kind(&#sub)).prepare(#sub),
                    ),
                }
            };
            let kept = asked(&value, private, asking, kept);
            quote! {
                #private::return_of::<#yields, #resumes, _>(
                    #kept,
                    match #value { #sub => (&&#private::sub_kind(&#sub)).prepare(#sub) },
                )
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marked(text: &str) -> String {
        let mut marks = Marks {
            mark: quote!(@check [k]),
            this_task: Ident::new("t", Span::call_site()),
            context: TokenStream::new(),
            references: vec!["r".into()],
            kept: &[("e", true), ("l", false)]
                .map(|(name, is_given)| KeptReference { name: name.to_owned(), is_given }),
            asks: false,
        };
        marks.set(text.parse().unwrap()).to_string().replace(' ', "")
    }

    #[test]
    fn every_yield_is_marked_also_in_a_macro() {
        assert_eq!(
            marked("f(yield_!(a), m::yield_!(yield_!()), vec![yield_!(b)])"),
            "f(yield_!(@check[k][]a),m::yield_!(@check[k][]yield_!(@check[k][])),vec![yield_!(@check[k][]b)])"
        );
    }

    #[test]
    fn what_may_borrow_is_asked() {
        assert_eq!(marked("yield_!(f(&a))"), "yield_!(@check[k][t]f(&a))");
        assert_eq!(marked("yield_!(a.f())"), "yield_!(@check[k][t]a.f())");
        assert_eq!(marked("yield_!(f(r))"), "yield_!(@check[k][t]f(r))");
        assert_eq!(marked("yield_!(f(a, 0.5))"), "yield_!(@check[k][]f(a,0.5))");
    }

    #[test]
    fn what_is_kept_while_it_is_borrowed_is_named() {
        assert_eq!(marked("yield_!(e.f())"), "yield_!(@check[k][te]e.f())");
        assert_eq!(marked("yield_!(f(&mut e.x))"), "yield_!(@check[k][te]f(&mute.x))");
        assert_eq!(marked("yield_!(f(e, &e.x))"), "yield_!(@check[k][t]f(e,&e.x))");
        assert_eq!(marked("yield_!(f(l))"), "yield_!(@check[k][tl]f(l))");
        assert_eq!(marked("yield_!(f(e))"), "yield_!(@check[k][]f(e))");
    }

    #[test]
    fn a_marked_yield_is_a_call() {
        let expand = |text: &str| {
            expand_marked(Marked::Yield, &text.parse().unwrap()).map(|tokens| tokens.to_string().replace(' ', ""))
        };
        assert_eq!(expand("@check [k] [t] a"), Some("k::__private::output_of(k::__private::typed(),a)".into()));
        assert_eq!(
            expand("@check [k] [t]"),
            Some("k::__private::output_of(k::__private::typed(),k::give_way())".into())
        );
        assert_eq!(expand("@named"), Some(String::new()));
        assert_eq!(expand("a"), None);
    }
}
