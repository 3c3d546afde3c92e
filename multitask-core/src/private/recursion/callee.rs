//! A call, as its caller sees it.

use alloc::{boxed::Box, rc::Rc};
use core::{fmt, marker::PhantomData, mem, task::Poll};

use super::stack::{Call, CallCell, Driver, Nest};
use crate::{
    Context, Operation, Report,
    private::{
        NeverAgain,
        kind::{Exchange, Kind, Port, Runs, Tasks},
    },
};

/// A call of a machine that may be a recursive one: what the frame of the caller keeps of it.
pub struct Callee<'a, O, K: Kind = Tasks> {
    progress: Progress<'a, O, K>,
}

enum Progress<'a, O, K: Kind> {
    /// It lies in a cell, and has not been run.
    New(Rc<dyn Call<O, K> + 'a>),
    /// Apart, so that the frames of callers are no larger for it.
    Outermost(Box<Outermost<'a, O, K>>),
    /// It is on the stack that the caller's own frame is on, or will be.
    Inner(Rc<dyn Call<O, K> + 'a>),
    Finished(O),
    Over,
}

/// The callee that is the outermost frame of a recursion.
struct Outermost<'a, O, K: Kind> {
    /// Before `call`: it is dropped first, so that its frames go innermost first.
    driver: Driver<'a, K>,
    call: Rc<dyn Call<O, K> + 'a>,
    /// Set by `start`, since that is an attempt by itself.
    attempted: bool,
}

impl<'a, O: 'a, K: Kind + 'a> Callee<'a, O, K> {
    /// A call that is run when it is polled.
    pub(in crate::private) fn new<M: Runs<K, Output = O> + 'a>(machine: M) -> Self {
        Callee { progress: Progress::New(Rc::new(CallCell::new(machine))) }
    }

    /// Runs a callee, without a cell for it if it comes to its end. What follows is its first poll, which attempts
    /// nothing more.
    #[inline]
    pub(in crate::private) fn start<'n, M: Runs<K, Output = O> + 'a>(
        machine: M,
        port: &mut K::Port<'_>,
        nest: &mut Nest<'n, K>,
    ) -> Self
    where
        'a: 'n,
    {
        if !nest.driven {
            return Callee::start_outermost(machine, port);
        }
        let progress = match run(machine, port, nest) {
            Ok(output) => Progress::Finished(output),
            Err(call) => Progress::Inner(call),
        };
        Callee { progress }
    }

    #[inline(never)]
    fn start_outermost<M: Runs<K, Output = O> + 'a>(machine: M, port: &mut K::Port<'_>) -> Self {
        let mut nest = Nest::of_driver();
        let progress = match run(machine, port, &mut nest) {
            Ok(output) => Progress::Finished(output),
            Err(call) => drive(call, port, nest),
        };
        Callee { progress }
    }

    #[inline]
    fn poll<'n>(&mut self, port: &mut K::Port<'_>, nest: &mut Nest<'n, K>) -> Poll<O>
    where
        Self: 'n,
    {
        match &mut self.progress {
            Progress::Inner(call) => call.take_output().map_or(Poll::Pending, Poll::Ready),
            finished @ Progress::Finished(_) => match mem::replace(finished, Progress::Over) {
                Progress::Finished(output) => Poll::Ready(output),
                _ => unreachable!("it has just been looked at"),
            },
            Progress::Outermost(outermost) => outermost.poll(port),
            Progress::New(_) | Progress::Over => self.poll_new(port, nest),
        }
    }

    #[cold]
    #[inline(never)]
    fn poll_new<'n>(&mut self, port: &mut K::Port<'_>, nest: &mut Nest<'n, K>) -> Poll<O>
    where
        Self: 'n,
    {
        let Progress::New(call) = mem::replace(&mut self.progress, Progress::Over) else {
            unreachable!("a call that is over is not polled")
        };
        if nest.driven {
            nest.add_new(call.clone());
            self.progress = Progress::Inner(call);
            return Poll::Pending;
        }
        let mut nest = Nest::of_driver();
        nest.add_new(call.clone());
        self.progress = drive(call, port, nest);
        self.poll(port, &mut Nest::absent())
    }
}

impl<'a, O: 'a, K: Kind + 'a> Outermost<'a, O, K> {
    fn poll(&mut self, port: &mut K::Port<'_>) -> Poll<O> {
        if mem::take(&mut self.attempted) || !self.driver.run(port) {
            return Poll::Pending;
        }
        self.call.take_output().map_or(Poll::Pending, Poll::Ready)
    }
}

/// Runs a callee to its end, or adds it to the nest.
#[inline(always)]
fn run<'a, 'n, O: 'a, K: Kind + 'a, M: Runs<K, Output = O> + 'a>(
    mut machine: M,
    port: &mut K::Port<'_>,
    nest: &mut Nest<'n, K>,
) -> Result<O, Rc<dyn Call<O, K> + 'a>>
where
    'a: 'n,
{
    let poll = nest.run_here(&mut machine, port);
    if let Some(Poll::Ready(output)) = poll {
        return Ok(output);
    }
    let call = Rc::new(CallCell::new(machine));
    match poll {
        Some(_) => nest.add_suspended(call.clone()),
        None => nest.add_new(call.clone()),
    }
    Err(call)
}

/// Drives a recursion whose outermost frame is that of `call`, until it is suspended.
fn drive<'a, O: 'a, K: Kind + 'a>(
    call: Rc<dyn Call<O, K> + 'a>,
    port: &mut K::Port<'_>,
    nest: Nest<'a, K>,
) -> Progress<'a, O, K> {
    let mut driver = Driver::new(nest);
    if driver.is_to_be_run() && driver.run(port) {
        drop(driver);
        return Progress::Finished(call.take_output().expect("the outermost frame has finished"));
    }
    Progress::Outermost(Box::new(Outermost { driver, call, attempted: true }))
}

impl<O> Callee<'_, O> {
    /// A callee that is on its caller's stack has been described before its caller.
    fn describe(&self, report: &mut Report) {
        if let Progress::Outermost(outermost) = &self.progress {
            outermost.driver.describe(report);
        }
    }
}

impl<O, K: Kind> fmt::Debug for Callee<'_, O, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Callee").finish_non_exhaustive()
    }
}

impl<'a, O: 'a, Y: 'a, In: 'a> Runs<Exchange<Y, In>> for Callee<'a, O, Exchange<Y, In>> {
    type Output = O;

    fn run<'n>(&mut self, port: &mut Port<Y, In>, nest: &mut Nest<'n, Exchange<Y, In>>) -> Poll<O>
    where
        Self: 'n,
    {
        self.poll(port, nest)
    }
}

/// A call of a task that may be a recursive one, as an operation.
pub struct Recursive<'a, O>(pub(super) Callee<'a, O>);

impl<O> fmt::Debug for Recursive<'_, O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recursive").finish_non_exhaustive()
    }
}

impl<'a, O: 'a> Operation for Recursive<'a, O> {
    type Output = O;
    type Wait = Callee<'a, O>;

    #[inline]
    fn begin(self) -> Callee<'a, O> {
        self.0
    }

    fn poll(wait: &mut Callee<'a, O>, again: impl FnOnce() -> Self, cx: &mut Context<'_>) -> Poll<O> {
        Self::poll_nested(wait, again, cx, &mut Nest::absent(), PhantomData)
    }

    #[inline]
    fn poll_nested<'n>(
        wait: &mut Callee<'a, O>,
        _: impl FnOnce() -> Self,
        cx: &mut Context<'_>,
        nest: &mut Nest<'n>,
        _outlives: PhantomData<&'n Callee<'a, O>>,
    ) -> Poll<O> {
        if cx.is_describing() {
            cx.describe(|report| wait.describe(report));
            return Poll::Pending;
        }
        wait.poll(cx, nest)
    }

    fn describe(wait: &mut Callee<'a, O>, _: impl FnOnce() -> Self, report: &mut Report) {
        wait.describe(report);
    }
}

#[diagnostic::do_not_recommend]
impl<'a, O: 'a> NeverAgain<Recursive<'a, O>> for Callee<'a, O> {}
