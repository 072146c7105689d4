//! A fence around the workbook library: a panic that a hostile file provokes in it is an error.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Once;

use super::file::SheetFile;
use crate::error::Result;

thread_local! {
    /// Whether this thread is inside the library, where a panic says something about the file alone.
    static INSIDE: Cell<bool> = const { Cell::new(false) };
}

/// Runs work of the library. A panic in it means a damaged file, and is not printed.
pub(super) fn inside<T>(file: &SheetFile, work: impl FnOnce() -> Result<T>) -> Result<T> {
    keep_quiet_inside();
    let before = INSIDE.replace(true);
    let done = catch_unwind(AssertUnwindSafe(work));
    INSIDE.set(before);
    done.unwrap_or_else(|_| Err(file.broken("unexpected content")))
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
    use super::{SheetFile, inside};
    use std::path::Path;

    #[test]
    fn a_panic_of_the_library_is_a_damaged_file() {
        let file = SheetFile::new(Path::new("week.xlsx"));
        let error = inside::<()>(&file, || panic!("hostile")).expect_err("damaged");
        assert!(error.what.en.contains("week.xlsx is damaged"), "{error}");
        assert_eq!(inside(&file, || Ok(1)), Ok(1));
    }
}
