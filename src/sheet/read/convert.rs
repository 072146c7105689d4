//! The workbook library's values in our words.

use calamine::ExcelDateTime;

use super::file::SheetFile;
use crate::error::Error;

/// A date, a time or both, as ISO 8601 writes them: `2026-11-22`, `08:30:00`, `2026-11-22T08:30:00`.
pub(super) fn moment(when: &ExcelDateTime) -> String {
    let (year, month, day, hour, minute, second, _) = when.to_ymd_hms_milli();
    let days = when.as_f64();
    if when.is_duration() || days < 1.0 {
        return format!("{:02.0}:{minute:02}:{second:02}", (days * 24.0 + 1e-9).max(0.0).floor());
    }
    if (hour, minute, second) == (0, 0, 0) {
        return format!("{year:04}-{month:02}-{day:02}");
    }
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}")
}

/// What the library says of a file that it cannot read.
pub(super) fn library_fault(file: &SheetFile, fault: &dyn std::error::Error) -> Error {
    file.broken(fault)
}

#[cfg(test)]
mod tests {
    use super::moment;
    use calamine::{ExcelDateTime, ExcelDateTimeType};

    #[test]
    fn moments_are_written_as_iso_does() {
        let said = |value, kind| moment(&ExcelDateTime::new(value, kind, false));
        assert_eq!(said(45_943.0, ExcelDateTimeType::DateTime), "2025-10-13");
        assert_eq!(said(45_943.5, ExcelDateTimeType::DateTime), "2025-10-13T12:00:00");
        assert_eq!(said(0.5, ExcelDateTimeType::DateTime), "12:00:00");
        assert_eq!(said(1.5, ExcelDateTimeType::TimeDelta), "36:00:00");
        assert_eq!(said(f64::NAN, ExcelDateTimeType::TimeDelta).len(), 8);
        assert!(said(f64::MAX, ExcelDateTimeType::DateTime).starts_with("9999-12-31"));
    }
}
