//! Whether there is such a thing in an expression, or in a pattern.

use syn::{
    Expr, Pat,
    visit::{self, Visit},
};

/// Whether `found` holds for an expression in `expr`, or for all of it.
pub(crate) fn any_expr(expr: &Expr, found: impl FnMut(&Expr) -> bool) -> bool {
    let mut search = ExprSearch(found, false);
    search.visit_expr(expr);
    search.1
}

/// Whether `found` holds for a pattern in `pat`, or for all of it.
pub(crate) fn any_pat(pat: &Pat, found: impl FnMut(&Pat) -> bool) -> bool {
    let mut search = PatSearch(found, false);
    search.visit_pat(pat);
    search.1
}

struct ExprSearch<F>(F, bool);

impl<'ast, F: FnMut(&Expr) -> bool> Visit<'ast> for ExprSearch<F> {
    fn visit_expr(&mut self, expr: &'ast Expr) {
        self.1 |= (self.0)(expr);
        visit::visit_expr(self, expr);
    }
}

struct PatSearch<F>(F, bool);

impl<'ast, F: FnMut(&Pat) -> bool> Visit<'ast> for PatSearch<F> {
    fn visit_pat(&mut self, pat: &'ast Pat) {
        self.1 |= (self.0)(pat);
        visit::visit_pat(self, pat);
    }
}
