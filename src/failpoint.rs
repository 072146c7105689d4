//! Named points at the edges of what must hold: before and after each commit, each request, each file.
//! The tests end the program there, as a power cut or a kill would, and look at what is left.
//!
//! A release has none of this: without `debug_assertions` the macro is nothing, and so is this module.
//! In a debug build `UNPROMO_FAILPOINT=submit.before_send:3` ends the process at the third pass of that
//! point.

/// A point at which a test may end the program.
#[cfg(debug_assertions)]
macro_rules! failpoint {
    ($name:literal) => {
        $crate::failpoint::pass($name)
    };
}

/// A point at which a test may end the program: nothing in a release.
#[cfg(not(debug_assertions))]
macro_rules! failpoint {
    ($name:literal) => {};
}

pub(crate) use failpoint;

#[cfg(debug_assertions)]
pub use debug::{NAMES, VARIABLE, pass, with_hook};

#[cfg(debug_assertions)]
mod debug {
    use std::cell::RefCell;
    use std::sync::LazyLock;
    use std::sync::atomic::{AtomicU64, Ordering};

    /// The variable that names a point and its pass: `NAME:N`.
    pub const VARIABLE: &str = "UNPROMO_FAILPOINT";

    /// Every point, in the order in which a run meets them.
    pub const NAMES: &[&str] = &[
        "run.job_made",
        "run.rows_read",
        "run.job_counts",
        "journal.before_commit",
        "journal.after_commit",
        "recover.before_record",
        "recover.after_record",
        "plan.before_send",
        "plan.after_answer",
        "plan.before_record",
        "plan.after_record",
        "plan.before_duplicates",
        "plan.after_duplicates",
        "run.planned",
        "run.before_confirm",
        "run.confirmed",
        "submit.before_intend",
        "submit.after_intend",
        "submit.before_send",
        "submit.after_answer",
        "submit.before_record",
        "submit.after_record",
        "submit.before_retreat",
        "submit.after_retreat",
        "settle.before_record",
        "settle.after_record",
        "run.ended",
        "run.before_result",
        "result.before_rename",
        "result.after_rename",
        "run.before_done",
        "run.done",
    ];

    /// Where this process is to end, and how many passes are left until then.
    static END: LazyLock<Option<(String, AtomicU64)>> = LazyLock::new(|| {
        let wanted = std::env::var(VARIABLE).ok()?;
        let (name, pass) = wanted.rsplit_once(':').unwrap_or((&wanted, "1"));
        assert!(NAMES.contains(&name), "{VARIABLE}: there is no point {name:?}");
        let passes = pass.parse().unwrap_or_else(|_| panic!("{VARIABLE}: {pass:?} is no number"));
        Some((name.to_owned(), AtomicU64::new(passes)))
    });

    /// What a simulation does at a point.
    pub type Hook = Box<dyn Fn(&'static str)>;

    thread_local! {
        static HOOK: RefCell<Option<Hook>> = const { RefCell::new(None) };
    }

    /// Calls `hook` at every point that this thread passes while `work` runs. It may unwind.
    pub fn with_hook<T>(hook: Hook, work: impl FnOnce() -> T) -> T {
        struct Unhook;
        impl Drop for Unhook {
            fn drop(&mut self) {
                HOOK.set(None);
            }
        }
        HOOK.set(Some(hook));
        let _unhook = Unhook;
        work()
    }

    /// Passes a point, or ends there.
    ///
    /// # Panics
    /// When the variable names no point, so that no test ever waits for one that does not exist.
    pub fn pass(name: &'static str) {
        debug_assert!(NAMES.contains(&name), "{name} is missing in the list of points");
        HOOK.with_borrow(|hook| {
            if let Some(hook) = hook {
                hook(name);
            }
        });
        if let Some((wanted, passes)) = &*END
            && wanted == name
            && passes.fetch_sub(1, Ordering::SeqCst) == 1
        {
            // As with SIGKILL no destructor runs and nothing is flushed; and it needs no unsafe code.
            std::process::abort();
        }
    }
}
