//! The constructs of a function as the user wrote them: what a suspended task is in.

use std::ops::Range;

use syn::{Block, Expr, spanned::Spanned, visit::Visit};

/// A loop, a branch, or a block.
pub(crate) struct Construct {
    pub(crate) line: usize,
    /// Its head.
    pub(crate) text: String,
    /// The pieces of the source that are inside of it: its blocks, and the patterns whose bindings belong to these.
    inside: Vec<Range<usize>>,
}

/// All constructs of a body, outer ones before those inside them.
pub(crate) struct Outline(Vec<Construct>);

impl Outline {
    pub(crate) fn new(body: &Block, source: &str) -> Outline {
        let mut collector = Collector { source, constructs: Vec::new() };
        collector.visit_block(body);
        Outline(collector.constructs)
    }

    pub(crate) fn construct(&self, index: usize) -> &Construct {
        &self.0[index]
    }

    /// The constructs around a position in the source, the outermost one first.
    pub(crate) fn around(&self, position: usize) -> Vec<usize> {
        let contains = |construct: &Construct| construct.inside.iter().any(|range| range.contains(&position));
        (0..self.0.len()).filter(|&index| contains(&self.0[index])).collect()
    }
}

/// How much of the source is shown in a line of its own.
pub(crate) const LONGEST_LINE: usize = 96;

/// A piece of the source in one line, of at most so many characters; the end of a longer one is left out.
pub(crate) fn one_line(text: &str, longest: usize) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(longest) {
        Some((end, _)) => format!("{} ..", &line[..end]),
        None => line,
    }
}

struct Collector<'a> {
    source: &'a str,
    constructs: Vec<Construct>,
}

fn range(node: &impl Spanned) -> Range<usize> {
    node.span().byte_range()
}

impl Collector<'_> {
    /// A construct whose head is the text of `head`.
    fn push(&mut self, head: Range<usize>, inside: Vec<Range<usize>>) {
        let line = self.source[..head.start].matches('\n').count() + 1;
        let text = one_line(&self.source[head], LONGEST_LINE);
        self.constructs.push(Construct { line, text, inside });
    }

    /// A construct that is but a block.
    fn push_block(&mut self, keyword: Range<usize>, block: &Block) {
        self.push(keyword, vec![range(block)]);
        let construct = self.constructs.last_mut().expect("a construct has been added");
        construct.text = format!("{} {{ .. }}", construct.text).trim_start().to_owned();
    }

    /// `from`: where its head begins, with an `else` before it.
    fn if_(&mut self, e: &syn::ExprIf, from: usize) {
        self.visit_expr(&e.cond);
        let mut inside = patterns(&e.cond);
        inside.push(range(&e.then_branch));
        self.push(from..range(&e.then_branch).start, inside);
        self.visit_block(&e.then_branch);
        let Some((token, otherwise)) = &e.else_branch else { return };
        if let Expr::If(e) = &**otherwise {
            return self.if_(e, range(token).start);
        }
        self.push(range(token), vec![range(otherwise)]);
        self.block_or_expr(otherwise);
    }

    /// The blocks of branches are no constructs of their own.
    fn block_or_expr(&mut self, expr: &Expr) {
        match expr {
            Expr::Block(e) if e.label.is_none() => self.visit_block(&e.block),
            expr => self.visit_expr(expr),
        }
    }
}

/// The patterns of a condition.
fn patterns(condition: &Expr) -> Vec<Range<usize>> {
    match condition {
        Expr::Let(e) => vec![range(&e.pat)],
        Expr::Binary(e) => [patterns(&e.left), patterns(&e.right)].concat(),
        Expr::Paren(e) => patterns(&e.expr),
        _ => Vec::new(),
    }
}

impl<'ast> Visit<'ast> for Collector<'_> {
    fn visit_expr(&mut self, expr: &'ast Expr) {
        let whole = range(expr);
        match expr {
            Expr::Closure(_) | Expr::Async(_) | Expr::Const(_) => return,
            Expr::If(e) => return self.if_(e, whole.start),
            Expr::Loop(e) => self.push(whole.start..range(&e.body).start, vec![whole]),
            Expr::While(e) => self.push(whole.start..range(&e.body).start, vec![whole]),
            Expr::ForLoop(e) => self.push(whole.start..range(&e.body).start, vec![range(&e.pat), range(&e.body)]),
            Expr::Match(e) => {
                let arms = range(&e.expr).end..whole.end;
                self.push(whole.start..arms.start, vec![arms]);
            }
            Expr::Block(e) => {
                let start = whole.start;
                self.push_block(start..e.label.as_ref().map_or(start, |label| range(label).end), &e.block);
            }
            Expr::Unsafe(e) => self.push_block(range(&e.unsafe_token), &e.block),
            _ => {}
        }
        syn::visit::visit_expr(self, expr);
    }

    fn visit_arm(&mut self, arm: &'ast syn::Arm) {
        let whole = range(&arm.pat).start..range(&arm.body).end;
        self.push(whole.start..range(&arm.fat_arrow_token).end, vec![whole]);
        self.block_or_expr(&arm.body);
    }

    fn visit_local(&mut self, local: &'ast syn::Local) {
        let Some(init) = &local.init else { return };
        self.visit_expr(&init.expr);
        if let Some((token, diverge)) = &init.diverge {
            self.push(range(token), vec![range(diverge)]);
            self.block_or_expr(diverge);
        }
    }

    fn visit_item(&mut self, _: &'ast syn::Item) {}
}
