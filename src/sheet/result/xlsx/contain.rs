//! Keeps what goes wrong inside `rust_xlsxwriter` from ending the program.

use std::any::Any;
use std::cell::Cell;
use std::io::{self, ErrorKind};
use std::panic::{self, AssertUnwindSafe};
use std::sync::Once;

use rust_xlsxwriter::XlsxError;

thread_local! {
    static IS_CONTAINED: Cell<bool> = const { Cell::new(false) };
}

/// Does a piece of work on a workbook, and turns whatever goes wrong into an I/O error.
///
/// `rust_xlsxwriter` panics where its temporary file cannot be written, so on a full disk. Such a panic is
/// nobody's mistake and is reported as any other error; after it, the workbook is only good for being dropped.
pub(super) fn contain(work: impl FnOnce() -> Result<(), XlsxError>) -> io::Result<()> {
    keep_quiet_while_contained();
    let was_contained = IS_CONTAINED.replace(true);
    let end = panic::catch_unwind(AssertUnwindSafe(work));
    IS_CONTAINED.set(was_contained);
    match end {
        Ok(Ok(())) => Ok(()),
        Ok(Err(XlsxError::IoError(error) | XlsxError::TempFileError(_, error))) => Err(error),
        Ok(Err(XlsxError::ZipError(error))) => Err(error.into()),
        Ok(Err(error)) => Err(io::Error::other(error)),
        Err(panic) => Err(explain(panic.as_ref())),
    }
}

/// The I/O error that a panic tells of: its words hold the error's debug form.
fn explain(panic: &(dyn Any + Send)) -> io::Error {
    let words = panic.downcast_ref::<String>().map(String::as_str);
    let words = words.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("unknown");
    let full = [ErrorKind::StorageFull, ErrorKind::QuotaExceeded, ErrorKind::FileTooLarge];
    match full.into_iter().find(|kind| words.contains(&format!("{kind:?}"))) {
        Some(kind) => io::Error::from(kind),
        None => io::Error::other(words.to_owned()),
    }
}

/// A contained panic becomes an error message; the usual report of a crash beside it would only frighten.
fn keep_quiet_while_contained() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let usual = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            if !IS_CONTAINED.get() {
                usual(panic);
            }
        }));
    });
}

#[cfg(test)]
mod tests {
    use super::contain;
    use rust_xlsxwriter::XlsxError;
    use std::io::{Error, ErrorKind};

    #[test]
    fn a_panic_over_a_full_disk_is_a_full_disk() {
        // As `expect` words it.
        let full = Error::from(ErrorKind::StorageFull);
        let error = contain(|| panic!("Couldn't write to xml file: {full:?}"));
        assert_eq!(error.expect_err("an error").kind(), ErrorKind::StorageFull);
    }

    #[test]
    fn any_other_panic_keeps_its_words() {
        let error = contain(|| panic!("odd")).expect_err("an error");
        assert_eq!((error.kind(), error.to_string().as_str()), (ErrorKind::Other, "odd"));
    }

    #[test]
    fn an_error_stays_what_it_was() {
        let denied = || Err(XlsxError::IoError(Error::from(ErrorKind::PermissionDenied)));
        assert_eq!(contain(denied).expect_err("an error").kind(), ErrorKind::PermissionDenied);
        assert!(contain(|| Ok(())).is_ok());
    }
}
