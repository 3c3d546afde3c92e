//! Programs that are a little smaller than a given one.

use std::collections::BTreeSet;

use quote::ToTokens;
use syn::{
    Block, Expr, File, Item, Stmt, Token, parse::Parser, parse_quote, punctuated::Punctuated, visit::Visit,
    visit_mut::VisitMut,
};

use crate::batch::Source;

/// All programs that are one edit smaller, the smallest first.
pub(super) fn candidates(source: &Source) -> Vec<Source> {
    let file: File = syn::parse_str(&source.items).expect("a program can be parsed");
    let mut seen = BTreeSet::from([source.items.clone()]);
    let mut candidates: Vec<Source> = without_parameters(&file, source);
    candidates.extend(without_items(&file).map(|file| written(&file, source.call.clone())));
    for index in 0.. {
        let mut edited = file.clone();
        let mut editor = Editor { remaining: Some(index) };
        editor.visit_file_mut(&mut edited);
        if editor.remaining.is_some() {
            break;
        }
        if declares_all(&edited) {
            candidates.push(written(&edited, source.call.clone()));
        }
    }
    candidates.retain(|candidate| seen.insert(candidate.items.clone()));
    candidates.sort_by_key(|candidate| candidate.items.len());
    candidates.retain(|candidate| candidate.items.len() < written(&file, String::new()).items.len() + 1);
    candidates
}

fn written(file: &File, call: String) -> Source {
    let items = file.to_token_stream().to_string();
    // As the generator writes it, for those who look for it.
    Source { items: items.replace("# [task]", "#[task]"), call }
}

fn without_items(file: &File) -> impl Iterator<Item = File> {
    (0..file.items.len()).filter_map(|index| {
        let mut file = file.clone();
        match file.items.remove(index) {
            Item::Fn(item) if item.sig.ident == "body" => None,
            _ => Some(file),
        }
    })
}

/// The programs without one of the parameters of `body`, or without its output.
fn without_parameters(file: &File, source: &Source) -> Vec<Source> {
    let mut candidates = Vec::new();
    let Ok(Expr::Call(call)) = syn::parse_str::<Expr>(&source.call) else { return candidates };
    for index in 0..call.args.len() {
        let (mut file, mut call) = (file.clone(), call.clone());
        call.args = call.args.into_iter().enumerate().filter(|(i, _)| *i != index).map(|(_, arg)| arg).collect();
        if let Some(body) = body(&mut file) {
            let inputs = std::mem::take(&mut body.sig.inputs);
            body.sig.inputs =
                inputs.into_iter().enumerate().filter(|(i, _)| *i != index).map(|(_, input)| input).collect();
        }
        candidates.push(written(&file, call.to_token_stream().to_string()));
    }
    let mut file = file.clone();
    if let Some(body) = body(&mut file) {
        body.sig.output = syn::ReturnType::Default;
        if let Some(Stmt::Expr(_, semi @ None)) = body.block.stmts.last_mut() {
            *semi = Some(Default::default());
        }
        candidates.push(written(&file, source.call.clone()));
    }
    candidates
}

fn body(file: &mut File) -> Option<&mut syn::ItemFn> {
    file.items.iter_mut().find_map(|item| match item {
        Item::Fn(item) if item.sig.ident == "body" => Some(item),
        _ => None,
    })
}

/// Makes one edit, that at a given position among all possible ones.
struct Editor {
    /// How many edits come before it; none once it is made.
    remaining: Option<usize>,
}

impl Editor {
    /// Whether it is now.
    fn now(&mut self) -> bool {
        match self.remaining {
            Some(0) => {
                self.remaining = None;
                true
            }
            Some(more) => {
                self.remaining = Some(more - 1);
                false
            }
            None => false,
        }
    }

    fn block(&mut self, block: &mut Block) {
        for index in 0..block.stmts.len() {
            if self.now() {
                block.stmts.remove(index);
                return;
            }
            if self.now() {
                block.stmts.truncate(index);
                return;
            }
            let inner = match &mut block.stmts[index] {
                Stmt::Expr(expr, _) => inner_block(expr),
                Stmt::Local(local) => local.init.as_mut().and_then(|init| inner_block(&mut init.expr)),
                _ => None,
            };
            if let Some(inner) = inner
                && !inner.stmts.is_empty()
                && self.now()
            {
                // What the block does comes before; its tail stays.
                let mut stmts = std::mem::take(&mut inner.stmts);
                if let Some(Stmt::Expr(_, None)) = stmts.last() {
                    inner.stmts.extend(stmts.pop());
                }
                block.stmts.splice(index..index, stmts);
                return;
            }
        }
    }
}

/// The block that an expression is, or that a construct has.
fn inner_block(expr: &mut Expr) -> Option<&mut Block> {
    match expr {
        Expr::Block(e) => Some(&mut e.block),
        Expr::If(e) => Some(&mut e.then_branch),
        Expr::Loop(e) => Some(&mut e.body),
        Expr::While(e) => Some(&mut e.body),
        Expr::ForLoop(e) => Some(&mut e.body),
        Expr::Paren(e) => inner_block(&mut e.expr),
        _ => None,
    }
}

impl VisitMut for Editor {
    fn visit_block_mut(&mut self, block: &mut Block) {
        self.block(block);
        if self.remaining.is_some() {
            syn::visit_mut::visit_block_mut(self, block);
        }
    }

    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        for part in parts(expr) {
            if self.now() {
                *expr = part;
                return;
            }
        }
        if !matches!(expr, Expr::Lit(_) | Expr::Path(_)) {
            for simple in ["()", "0", "true", "loud(\"z\")", "Some(loud(\"z\"))", "Some(0)", "\"z\"", "op(\"z\", ())"] {
                if self.now() {
                    *expr = syn::parse_str(simple).expect("it is an expression");
                    return;
                }
            }
        }
        match expr {
            Expr::Match(e) => {
                for index in 0..e.arms.len() {
                    if e.arms[index].guard.is_some() && self.now() {
                        e.arms[index].guard = None;
                        return;
                    }
                    if self.now() {
                        e.arms.remove(index);
                        return;
                    }
                }
            }
            Expr::If(e) if e.else_branch.is_some() && self.now() => {
                e.else_branch = None;
                return;
            }
            _ => {}
        }
        syn::visit_mut::visit_expr_mut(self, expr);
    }

    fn visit_local_mut(&mut self, local: &mut syn::Local) {
        if let Some(init) = &mut local.init
            && init.diverge.is_some()
            && self.now()
        {
            init.diverge = None;
            return;
        }
        syn::visit_mut::visit_local_mut(self, local);
    }

    fn visit_macro_mut(&mut self, mac: &mut syn::Macro) {
        let arguments = Punctuated::<Expr, Token![,]>::parse_terminated.parse2(mac.tokens.clone());
        if let Ok(mut arguments) = arguments {
            arguments.iter_mut().for_each(|argument| self.visit_expr_mut(argument));
            mac.tokens = arguments.to_token_stream();
        }
    }

    fn visit_type_mut(&mut self, _: &mut syn::Type) {}
}

/// The expressions in an expression.
fn parts(expr: &Expr) -> Vec<Expr> {
    fn block(block: &Block) -> Expr {
        parse_quote!(#block)
    }
    match expr {
        Expr::Array(e) => e.elems.iter().cloned().collect(),
        Expr::Assign(e) => vec![(*e.right).clone()],
        Expr::Binary(e) => vec![(*e.left).clone(), (*e.right).clone()],
        Expr::Block(e) => match &e.block.stmts[..] {
            [Stmt::Expr(only, None)] => vec![only.clone()],
            _ if e.label.is_some() => vec![block(&e.block)],
            _ => Vec::new(),
        },
        Expr::Break(e) => e.expr.iter().map(|e| (**e).clone()).collect(),
        Expr::Call(e) => e.args.iter().cloned().collect(),
        Expr::Cast(e) => vec![(*e.expr).clone()],
        Expr::Closure(e) => vec![(*e.body).clone()],
        Expr::Field(e) => vec![(*e.base).clone()],
        Expr::ForLoop(e) => vec![(*e.expr).clone(), block(&e.body)],
        Expr::If(e) => {
            let mut parts = vec![block(&e.then_branch), (*e.cond).clone()];
            parts.extend(e.else_branch.iter().map(|(_, otherwise)| (**otherwise).clone()));
            parts
        }
        Expr::Index(e) => vec![(*e.expr).clone(), (*e.index).clone()],
        Expr::Let(e) => vec![(*e.expr).clone(), parse_quote!(true)],
        Expr::Loop(e) => vec![block(&e.body)],
        Expr::Macro(e) => {
            let arguments = Punctuated::<Expr, Token![,]>::parse_terminated.parse2(e.mac.tokens.clone());
            let mut parts: Vec<Expr> = arguments.into_iter().flatten().collect();
            // What an operation evaluates to.
            if let [Expr::Call(call)] = &parts[..] {
                parts.extend(call.args.last().cloned());
            }
            parts
        }
        Expr::Match(e) => {
            let mut parts = vec![(*e.expr).clone()];
            parts.extend(e.arms.iter().map(|arm| (*arm.body).clone()));
            parts
        }
        Expr::MethodCall(e) => std::iter::once((*e.receiver).clone()).chain(e.args.iter().cloned()).collect(),
        Expr::Paren(e) => vec![(*e.expr).clone()],
        Expr::Reference(e) => vec![(*e.expr).clone()],
        Expr::Return(e) => e.expr.iter().map(|e| (**e).clone()).collect(),
        Expr::Struct(e) => e.fields.iter().map(|field| field.expr.clone()).collect(),
        Expr::Try(e) => vec![(*e.expr).clone()],
        Expr::Tuple(e) => e.elems.iter().cloned().collect(),
        Expr::Unary(e) => vec![(*e.expr).clone()],
        Expr::While(e) => vec![block(&e.body)],
        _ => Vec::new(),
    }
}

/// Whether all names with a number, as the generator gives them, are declared somewhere: or it cannot compile.
fn declares_all(file: &File) -> bool {
    #[derive(Default)]
    struct Names {
        declared: BTreeSet<String>,
        mentioned: BTreeSet<String>,
    }
    impl<'ast> Visit<'ast> for Names {
        fn visit_pat_ident(&mut self, pat: &'ast syn::PatIdent) {
            self.declared.insert(pat.ident.to_string());
            syn::visit::visit_pat_ident(self, pat);
        }
        fn visit_signature(&mut self, signature: &'ast syn::Signature) {
            self.declared.insert(signature.ident.to_string());
            syn::visit::visit_signature(self, signature);
        }
        fn visit_item_const(&mut self, item: &'ast syn::ItemConst) {
            self.declared.insert(item.ident.to_string());
        }
        fn visit_label(&mut self, label: &'ast syn::Label) {
            self.declared.insert(label.name.to_string());
        }
        fn visit_lifetime(&mut self, lifetime: &'ast syn::Lifetime) {
            self.mentioned.insert(lifetime.to_string());
        }
        fn visit_expr_path(&mut self, path: &'ast syn::ExprPath) {
            self.mentioned.extend(path.path.get_ident().map(ToString::to_string));
        }
        fn visit_macro(&mut self, mac: &'ast syn::Macro) {
            let arguments = Punctuated::<Expr, Token![,]>::parse_terminated.parse2(mac.tokens.clone());
            arguments.iter().flatten().for_each(|argument| self.visit_expr(argument));
        }
    }
    let mut names = Names::default();
    names.visit_file(file);
    let numbered = |name: &String| name.ends_with(|c: char| c.is_ascii_digit());
    names.mentioned.iter().filter(|name| numbered(name)).all(|name| names.declared.contains(name))
}
