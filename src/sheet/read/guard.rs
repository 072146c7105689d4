//! A fence around the workbook library: a panic that a hostile file provokes in it is an error.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Once;

use super::file::SheetFile;
use crate::error::Result;

thread_local! {
    /// Whether this thread is inside the library, where a panic says something about the file alone.
    static INSIDE: Cell<bool> = const { Cell::new(false) };
}

/// Runs work of the library. A panic inside it means a damaged file and is not printed; one inside
/// [`outside`] is somebody else's and goes on.
pub(super) fn inside<T>(file: &SheetFile, work: impl FnOnce() -> Result<T>) -> Result<T> {
    keep_quiet_inside();
    let before = INSIDE.replace(true);
    let done = catch_unwind(AssertUnwindSafe(work));
    let still_inside = INSIDE.replace(before);
    match done {
        Ok(result) => result,
        Err(_) if still_inside => Err(file.broken("unexpected content")),
        Err(panic) => resume_unwind(panic),
    }
}

/// Runs work that is not the library's, from inside it.
pub(super) fn outside<T>(work: impl FnOnce() -> T) -> T {
    let before = INSIDE.replace(false);
    let done = work();
    INSIDE.set(before);
    done
}

/// Panics of the library are answers, so they are not printed.
fn keep_quiet_inside() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let print = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            if !INSIDE.get() {
                print(panic);
            }
        }));
    });
}

#[cfg(test)]
mod tests {
    use super::{SheetFile, inside, outside};
    use std::path::Path;

    #[test]
    fn a_panic_of_the_library_is_a_damaged_file_and_ours_stays_a_panic() {
        let file = SheetFile::new(Path::new("week.xlsx"));
        let error = inside::<()>(&file, || panic!("hostile")).expect_err("damaged");
        assert!(error.what.en.contains("week.xlsx is damaged"), "{error}");
        let ours = std::panic::catch_unwind(|| inside::<()>(&file, || outside(|| panic!("our own mistake"))));
        assert!(ours.is_err());
    }
}
