//! Macros in a body: what is known of their arguments.
//!
//! A macro's arguments are tokens, which no visitor enters. The arguments of the standard macros, and of any other one
//! whose arguments happen to be expressions, are parsed, changed and printed again by [`with_arguments`].

use proc_macro2::{Delimiter, Group, Spacing, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{Expr, Ident, Macro, Token, parse::ParseStream, punctuated::Punctuated, visit::Visit};

use super::{branch::match_expr, pattern};
use crate::names::{LocalId, MentionId, Name};

/// What a macro does with an argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ArgumentUse {
    /// Takes a shared reference to it, as `println!` does.
    Shared,
    /// Calls a method on it, as `write!` does.
    Receiver,
    /// Evaluates it to a value, as `vec!` does.
    Value,
    /// Anything: the macro is not a standard one.
    Unknown,
}

/// One argument of a macro: `expr`, `name = expr` or `name: expr`.
pub(crate) struct Argument {
    prefix: TokenStream,
    name: Option<Ident>,
    pub(crate) expr: Expr,
}

/// The arguments of a macro as expressions.
pub(crate) struct Arguments {
    pub(crate) list: Vec<Argument>,
    /// `vec![x; n]`
    pub(crate) repeat: bool,
    trailing: bool,
}

impl syn::parse::Parse for Argument {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        if input.peek(Ident) && (input.peek2(Token![=]) && !input.peek2(Token![==]) || is_label(input)) {
            let name: Ident = input.parse()?;
            let sign: TokenTree = input.parse()?;
            return Ok(Argument { prefix: quote!(#name #sign), name: Some(name), expr: input.parse()? });
        }
        Ok(Argument { prefix: TokenStream::new(), name: None, expr: input.parse()? })
    }
}

fn is_label(input: ParseStream<'_>) -> bool {
    input.peek2(Token![:]) && !input.peek2(Token![::])
}

impl syn::parse::Parse for Arguments {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let mut list: Vec<Argument> = Vec::new();
        let mut trailing = false;
        while !input.is_empty() {
            list.push(input.parse()?);
            trailing = false;
            if input.is_empty() {
                break;
            }
            if list.len() == 1 && input.peek(Token![;]) {
                input.parse::<Token![;]>()?;
                list.push(Argument { prefix: TokenStream::new(), name: None, expr: input.parse()? });
                return Ok(Arguments { list, repeat: true, trailing });
            }
            input.parse::<Token![,]>()?;
            trailing = true;
        }
        Ok(Arguments { list, repeat: false, trailing })
    }
}

impl ToTokens for Arguments {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        for (i, argument) in self.list.iter().enumerate() {
            if i > 0 {
                tokens.extend(if self.repeat { quote!(;) } else { quote!(,) });
            }
            tokens.extend(argument.prefix.clone());
            argument.expr.to_tokens(tokens);
        }
        if self.trailing && !self.list.is_empty() {
            tokens.extend(quote!(,));
        }
    }
}

/// The arguments of `mac`, if they are expressions.
pub(crate) fn arguments(mac: &Macro) -> Option<Arguments> {
    syn::parse2(split_named(mac.tokens.clone()).0).ok()
}

/// Changes the arguments of `mac`; false if they are not expressions.
pub(crate) fn with_arguments(mac: &mut Macro, change: impl FnOnce(&mut Arguments)) -> bool {
    let Some(mut arguments) = arguments(mac) else { return false };
    change(&mut arguments);
    let named = split_named(std::mem::take(&mut mac.tokens)).1;
    mac.tokens = arguments.to_token_stream();
    mac.tokens.extend(named.map(TokenTree::Group));
    true
}

/// The name of the macro: the last segment of its path.
pub(crate) fn name(mac: &Macro) -> String {
    mac.path.segments.last().map(|segment| segment.ident.to_string()).unwrap_or_default()
}

/// How much of a yield is kept as text.
const LONGEST_TEXT: usize = 80;

/// A macro's call as it is written, in one line.
pub(crate) fn written(mac: &Macro) -> String {
    let arguments = mac.delimiter.span().join().source_text();
    let arguments = arguments.unwrap_or_else(|| format!("({})", mac.tokens));
    let text = format!("{}!{arguments}", name(mac));
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(LONGEST_TEXT) {
        Some((end, _)) => format!("{} ..", line[..end].trim_end()),
        None => line,
    }
}

/// Whether this is `yield_!` or `yield_from!`.
pub(crate) fn is_yield(mac: &Macro) -> bool {
    mac.path.segments.last().is_some_and(|segment| segment.ident == "yield_" || segment.ident == "yield_from")
}

/// Where the format string of a formatting macro is among its arguments.
pub(crate) fn format_position(name: &str) -> Option<usize> {
    Some(match name {
        "print" | "println" | "eprint" | "eprintln" | "format" | "format_args" | "panic" | "todo" | "unimplemented"
        | "unreachable" | "trace" | "debug" | "info" | "warn" | "error" | "bail" | "anyhow" => 0,
        "write" | "writeln" | "assert" | "debug_assert" | "ensure" => 1,
        "assert_eq" | "assert_ne" | "debug_assert_eq" | "debug_assert_ne" => 2,
        _ => return None,
    })
}

/// What the macro called `name` does with its argument at `index`.
pub(crate) fn argument_use(name: &str, index: usize) -> ArgumentUse {
    match (name, index) {
        ("write" | "writeln", 0) => ArgumentUse::Receiver,
        ("assert" | "debug_assert" | "ensure", 0) | ("vec" | "matches" | "dbg", _) => ArgumentUse::Value,
        _ if format_position(name).is_some() => ArgumentUse::Shared,
        _ => ArgumentUse::Unknown,
    }
}

/// Whether a macro's arguments are all evaluated, in order, before anything else happens.
pub(crate) fn evaluates_all(name: &str) -> bool {
    match name {
        "vec" => true,
        "trace" | "debug" | "info" | "warn" | "error" | "ensure" => false,
        _ => format_position(name).is_some(),
    }
}

/// Whether the macro called `name` evaluates its argument at `index` whenever it comes to an end.
pub(crate) fn is_evaluated(name: &str, index: usize) -> bool {
    let is_message = is_assertion(name) && format_position(name).is_some_and(|position| index >= position);
    evaluates_all(name) && !is_message && !name.starts_with("debug_")
}

/// Whether a macro's arguments, and what they borrow from, end with it, and not with the statement that it is in.
pub(crate) fn ends_its_temporaries(name: &str) -> bool {
    matches!(name, "print" | "println" | "eprint" | "eprintln" | "format")
}

/// Whether the arguments after the first ones are evaluated only if an assertion fails.
pub(crate) fn is_assertion(name: &str) -> bool {
    matches!(name, "assert" | "assert_eq" | "assert_ne" | "debug_assert" | "debug_assert_eq" | "debug_assert_ne")
}

/// Notes which locals the texts of a macro of which nothing is known may name: `log!("{x}")`. Their mentions stand
/// behind its tokens, in a group of their own.
pub(crate) fn note_named(mac: &mut Macro, mut mention: impl FnMut(&str, Span) -> Option<Ident>) {
    let mut named = Vec::new();
    names_in_texts(mac.tokens.clone(), &mut named);
    let mentions: Vec<_> = named.iter().filter_map(|(name, span)| mention(name, *span)).collect();
    if !mentions.is_empty() {
        let group = Group::new(Delimiter::None, quote!(@ #(#mentions)*));
        mac.tokens.extend([TokenTree::Group(group)]);
    }
}

/// The tokens of a macro, and what [`note_named`] has put behind them.
fn split_named(tokens: TokenStream) -> (TokenStream, Option<Group>) {
    let mut tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let named = tokens.pop_if(|last| match last {
        TokenTree::Group(group) if group.delimiter() == Delimiter::None => {
            matches!(group.stream().into_iter().next(), Some(TokenTree::Punct(punct)) if punct.as_char() == '@')
        }
        _ => false,
    });
    let named = named.and_then(|named| match named {
        TokenTree::Group(group) => Some(group),
        TokenTree::Ident(_) | TokenTree::Punct(_) | TokenTree::Literal(_) => None,
    });
    (tokens.into_iter().collect(), named)
}

/// Takes away what [`note_named`] has put there.
pub(crate) fn forget_named(mac: &mut Macro) {
    mac.tokens = split_named(std::mem::take(&mut mac.tokens)).0;
}

fn names_in_texts(tokens: TokenStream, found: &mut Vec<(String, Span)>) {
    for token in tokens {
        match token {
            TokenTree::Group(group) => names_in_texts(group.stream(), found),
            TokenTree::Literal(literal) => {
                let text = literal.to_string();
                if text.starts_with(['"', 'r']) {
                    for name in captures(&text) {
                        if found.iter().all(|(other, _)| *other != name) {
                            found.push((name, literal.span()));
                        }
                    }
                }
            }
            TokenTree::Ident(_) | TokenTree::Punct(_) => {}
        }
    }
}

/// What [`note_named`] has noted, and where.
pub(crate) fn named(mac: &Macro) -> Vec<(LocalId, MentionId, Span)> {
    let (_, named) = split_named(mac.tokens.clone());
    let mentions = named.into_iter().flat_map(|named| named.stream()).filter_map(|token| match token {
        TokenTree::Ident(ident) => mention_of(&ident).map(|(local, mention)| (local, mention, ident.span())),
        TokenTree::Group(_) | TokenTree::Punct(_) | TokenTree::Literal(_) => None,
    });
    mentions.collect()
}

/// The locals that a macro which tells something is given by their names alone: `info!(?user, bytes, "sent")`.
pub(crate) fn told_by_name(mac: &Macro) -> Vec<(LocalId, Span)> {
    let mut found = Vec::new();
    if !tells(&name(mac)) {
        return found;
    }
    let mut is_start = true;
    let mut tokens = split_named(mac.tokens.clone()).0.into_iter().peekable();
    while let Some(token) = tokens.next() {
        let is_end = tokens.peek().is_none_or(|next| matches!(next, TokenTree::Punct(punct) if punct.as_char() == ','));
        match &token {
            TokenTree::Literal(_) if is_start => break,
            TokenTree::Punct(punct) if punct.as_char() == ',' => is_start = true,
            TokenTree::Punct(punct) if is_start && matches!(punct.as_char(), '?' | '%') => {}
            TokenTree::Ident(ident) if is_start && is_end => {
                found.extend(mention_of(ident).map(|(local, _)| (local, ident.span())));
            }
            _ => is_start = false,
        }
    }
    found
}

/// Whether the macro called `name` is known for what crates make of it: it may also be another one.
pub(crate) fn is_of_others(name: &str) -> bool {
    fails(name) || matches!(name, "trace" | "debug" | "info" | "warn" | "error")
}

/// Whether a macro makes an error of a text or of a value, or leaves the function with it.
fn fails(name: &str) -> bool {
    matches!(name, "bail" | "ensure" | "anyhow")
}

/// Whether a macro tells a log something: it takes what it is given by reference, and fields by name.
pub(crate) fn tells(name: &str) -> bool {
    matches!(name, "trace" | "debug" | "info" | "warn" | "error" | "event" | "span") || name.ends_with("_span")
}

/// The mentions of locals that stand alone among the tokens of a macro of which nothing is known: it may take them.
pub(crate) fn bare_mentions(mac: &Macro) -> Vec<(LocalId, MentionId)> {
    let name = name(mac);
    let mut found = Vec::new();
    if is_yield(mac) || !fails(&name) && argument_use(&name, 0) != ArgumentUse::Unknown || tells(&name) {
        return found;
    }
    match arguments(mac) {
        // What is formatted is only looked at.
        Some(arguments) if fails(&name) && arguments.has_text() => {}
        Some(arguments) => {
            found.extend(arguments.list.iter().filter_map(|argument| pattern::mention_of(&argument.expr)));
        }
        None => bare_among(split_named(mac.tokens.clone()).0, &mut found),
    }
    found
}

fn mention_of(ident: &Ident) -> Option<(LocalId, MentionId)> {
    match Name::decode(ident) {
        Some(Name::Mention(local, mention)) => Some((local, mention)),
        Some(Name::Binding(_) | Name::Argument(_)) | None => None,
    }
}

/// See [`bare_mentions`]; in tokens that are no expressions.
fn bare_among(tokens: TokenStream, found: &mut Vec<(LocalId, MentionId)>) {
    let is_end = |token: Option<&TokenTree>| match token {
        None => true,
        Some(TokenTree::Punct(punct)) => matches!(punct.as_char(), ',' | ';' | ':' | '=' | '>'),
        Some(_) => false,
    };
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    for (index, token) in tokens.iter().enumerate() {
        match token {
            TokenTree::Group(group) => bare_among(group.stream(), found),
            TokenTree::Ident(ident) => {
                let before = index.checked_sub(1).map(|before| &tokens[before]);
                if is_end(before) && is_end(tokens.get(index + 1)) {
                    found.extend(mention_of(ident));
                }
            }
            TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
    }
}

/// Whether there is a macro in `block` that may be one with a `return` in it.
pub(crate) fn may_leave(block: &syn::Block) -> bool {
    struct Finder(bool);
    impl<'ast> Visit<'ast> for Finder {
        fn visit_macro(&mut self, mac: &'ast Macro) {
            self.0 |= !stays(&name(mac)) || has_unknown_macro(mac.tokens.clone());
        }

        fn visit_expr_closure(&mut self, _: &'ast syn::ExprClosure) {}

        fn visit_expr_async(&mut self, _: &'ast syn::ExprAsync) {}

        fn visit_item(&mut self, _: &'ast syn::Item) {}

        fn visit_pat(&mut self, _: &'ast syn::Pat) {}

        fn visit_type(&mut self, _: &'ast syn::Type) {}
    }
    let mut finder = Finder(false);
    finder.visit_block(block);
    finder.0
}

/// Whether a macro of which nothing is known is called in `tokens`.
fn has_unknown_macro(tokens: TokenStream) -> bool {
    let mut before = None;
    for token in tokens {
        match &token {
            TokenTree::Group(group) if has_unknown_macro(group.stream()) => return true,
            TokenTree::Punct(punct) if punct.as_char() == '!' && punct.spacing() == Spacing::Alone => {
                if let Some(TokenTree::Ident(ident)) = &before
                    && ident != "return"
                    && !stays(&ident.to_string())
                {
                    return true;
                }
            }
            _ => {}
        }
        before = Some(token);
    }
    false
}

/// Whether the macro called `name` is a standard one, or one that tells something: nothing in it leaves the function.
fn stays(name: &str) -> bool {
    const OTHERS: [&str; 17] = [
        "yield_",
        "yield_from",
        "vec",
        "matches",
        "dbg",
        "concat",
        "stringify",
        "line",
        "column",
        "file",
        "module_path",
        "cfg",
        "env",
        "option_env",
        "include_str",
        "include_bytes",
        "json",
    ];
    !fails(name) && (format_position(name).is_some() || tells(name) || OTHERS.contains(&name))
}

/// The names that a format string captures: `x` of `"{x:?} {0}"`, and `w` of `"{0:w$}"`.
pub(crate) fn captures(format: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut add = |name: &str| {
        let is_name = name.chars().next().is_some_and(|c| c == '_' || c.is_alphabetic());
        if is_name && name.chars().all(|c| c == '_' || c.is_alphanumeric()) && !names.iter().any(|n| n == name) {
            names.push(name.to_owned());
        }
    };
    let mut rest = format;
    while let Some(open) = rest.find('{') {
        rest = &rest[open + 1..];
        if let Some(escaped) = rest.strip_prefix('{') {
            rest = escaped;
            continue;
        }
        let Some(close) = rest.find('}') else { break };
        let (name, spec) = rest[..close].split_once(':').unwrap_or((&rest[..close], ""));
        add(name.trim());
        for piece in spec.split('$').rev().skip(1) {
            let start = piece.rfind(|c: char| c != '_' && !c.is_alphanumeric()).map_or(0, |at| at + 1);
            add(&piece[start..]);
        }
        rest = &rest[close + 1..];
    }
    names
}

impl Arguments {
    fn has_text(&self) -> bool {
        let is_text = |expr: &Expr| matches!(expr, Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(_), .. }));
        self.list.iter().any(|argument| is_text(&argument.expr))
    }

    /// Writes the captures of the format string at `position` out as arguments: `"{x}"` to `"{x}", x = x`.
    ///
    /// `resolve` makes the expression for a captured name, or none where the name is no local.
    pub(crate) fn write_out_captures(&mut self, position: usize, resolve: impl Fn(&str, Span) -> Option<Expr>) {
        let Some(Argument { expr: Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(format), .. }), .. }) =
            self.list.get(position)
        else {
            return;
        };
        let span = format.span();
        let given: Vec<String> =
            self.list.iter().filter_map(|argument| argument.name.as_ref().map(ToString::to_string)).collect();
        for name in captures(&format.value()) {
            if given.contains(&name) {
                continue;
            }
            if let Some(expr) = resolve(&name, span) {
                let ident = Ident::new(&name, span);
                self.list.push(Argument { prefix: quote!(#ident =), name: Some(ident), expr });
            }
        }
    }
}

/// `matches!(expr, pattern if guard)` as the `match` that it stands for.
pub(crate) fn open_matches(mac: &Macro) -> Option<Expr> {
    let parser = |input: ParseStream<'_>| {
        let expr: Expr = input.parse()?;
        input.parse::<Token![,]>()?;
        let pattern = syn::Pat::parse_multi_with_leading_vert(input)?;
        let guard = if input.peek(Token![if]) {
            input.parse::<Token![if]>()?;
            let guard: Expr = input.parse()?;
            quote!(if #guard)
        } else {
            TokenStream::new()
        };
        input.parse::<Option<Token![,]>>()?;
        let arms = vec![syn::parse_quote!(#pattern #guard => true,), syn::parse_quote!(_ => false,)];
        let matched = match_expr(expr, arms);
        // An operator may follow, where a `match` would be a statement.
        Ok(syn::parse_quote!((#matched)))
    };
    syn::parse::Parser::parse2(parser, mac.tokens.clone()).ok()
}

/// `dbg!(a, b)` as what it stands for, with the user's text of each argument.
pub(crate) fn open_dbg(mac: &Macro) -> Option<Expr> {
    let exprs = syn::parse::Parser::parse2(Punctuated::<Expr, Token![,]>::parse_terminated, mac.tokens.clone()).ok()?;
    let values: Vec<Expr> = exprs
        .iter()
        .map(|expr| {
            let text = expr.to_token_stream().to_string();
            let value = crate::names::internal("value");
            syn::parse_quote!(match #expr {
                #value => {
                    ::std::eprintln!("[{}:{}:{}] {} = {:#?}", ::std::file!(), ::std::line!(), ::std::column!(), #text, &#value);
                    #value
                }
            })
        })
        .collect();
    match values.as_slice() {
        [] => None,
        [value] => Some(value.clone()),
        values => Some(syn::parse_quote!((#(#values),*))),
    }
}

/// Gives an `assert!` without a message the one that it would print, in the user's words.
pub(crate) fn write_out_message(mac: &mut Macro) {
    if !matches!(name(mac).as_str(), "assert" | "debug_assert") {
        return;
    }
    // As it was written: tokens that have been parsed are printed with other spaces.
    let text = mac.tokens.to_string();
    with_arguments(mac, |arguments| {
        if let [condition] = arguments.list.as_slice() {
            let text = text.trim_end_matches(',').trim_end().replace('{', "{{").replace('}', "}}");
            let message =
                syn::LitStr::new(&format!("assertion failed: {text}"), syn::spanned::Spanned::span(&condition.expr));
            arguments.list.push(Argument { prefix: TokenStream::new(), name: None, expr: syn::parse_quote!(#message) });
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn captures_of_format_strings() {
        assert_eq!(captures("{x} {{y}} {0} {z:?} {x}"), ["x", "z"]);
        assert_eq!(captures("{:>width$.prec$} {a:b$}"), ["prec", "width", "a", "b"]);
        assert_eq!(captures("{} {:?} {1:2$}"), [""; 0]);
    }

    #[test]
    fn arguments_are_printed_as_they_were() {
        for text in ["\"{} {n}\", a + 1, n = b", "x; 4", "a, b,", "target: \"x\", y == z"] {
            let mac: Macro = syn::parse_str(&format!("m!({text})")).unwrap();
            let printed = arguments(&mac).unwrap().to_token_stream().to_string();
            assert_eq!(printed, mac.tokens.to_string());
        }
    }

    #[test]
    fn arguments_that_are_no_expressions() {
        let mac: Macro = syn::parse_str("m!(a => b)").unwrap();
        assert!(arguments(&mac).is_none());
    }
}
