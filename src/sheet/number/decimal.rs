//! Numbers in decimal digits, as spreadsheets round them: fifteen digits, and halves away from zero.

/// The digits that a spreadsheet keeps of a number.
const DIGITS: usize = 15;
/// The characters that the format `General` has room for, its point included.
const GENERAL: i32 = 11;
/// Whole numbers below this are shown with all their digits: what `General` shortens to `1.23457E+11` can be read
/// in full in the formula bar.
const WHOLE: f64 = 1e15;

/// A number without its sign: `0.d₁d₂d₃… × 10^point`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Decimal {
    /// Its digits, without zeros at either end; none for zero.
    digits: Vec<u8>,
    point: i32,
}

impl Decimal {
    /// The number rounded to the digits that a spreadsheet keeps.
    pub(super) fn of(number: f64) -> Self {
        let written = format!("{:.*e}", DIGITS - 1, number.abs());
        let (mantissa, exponent) = written.split_once('e').unwrap_or((&written, "0"));
        let digits = mantissa.bytes().filter(u8::is_ascii_digit).map(|digit| digit - b'0').collect();
        Self { digits, point: exponent.parse::<i32>().unwrap_or(0) + 1 }.trimmed()
    }

    /// Ten to this power times as much.
    pub(super) fn shifted(mut self, places: i32) -> Self {
        self.point += places;
        self
    }

    /// Rounded to so many digits behind the point.
    pub(super) fn rounded(mut self, places: i32) -> Self {
        let kept = self.point.saturating_add(places);
        let Ok(kept) = usize::try_from(kept) else {
            return Self { digits: Vec::new(), point: 0 };
        };
        if kept >= self.digits.len() {
            return self;
        }
        let is_up = self.digits[kept] >= 5;
        self.digits.truncate(kept);
        if is_up {
            if let Some(at) = self.digits.iter().rposition(|digit| *digit < 9) {
                self.digits[at] += 1;
                self.digits.truncate(at + 1);
            } else {
                self.digits = vec![1];
                self.point += 1;
            }
        }
        self.trimmed()
    }

    pub(super) fn is_zero(&self) -> bool {
        self.digits.is_empty()
    }

    /// The power of ten of its first digit: 0 for 1 to 9.
    pub(super) fn exponent(&self) -> i32 {
        if self.is_zero() { 0 } else { self.point - 1 }
    }

    /// The digits before the point; none for numbers below one.
    pub(super) fn whole(&self) -> String {
        (0..self.point.max(0)).map(|at| self.digit(at)).collect()
    }

    /// The digits behind the point, without zeros at the end.
    pub(super) fn fraction(&self) -> String {
        let end = i32::try_from(self.digits.len()).unwrap_or(0);
        (self.point..end).map(|at| self.digit(at)).collect()
    }

    fn digit(&self, at: i32) -> char {
        let digit = usize::try_from(at).ok().and_then(|at| self.digits.get(at)).copied().unwrap_or(0);
        char::from(b'0' + digit)
    }

    fn trimmed(mut self) -> Self {
        let zeros = self.digits.iter().take_while(|digit| **digit == 0).count();
        self.digits.drain(..zeros);
        self.point -= i32::try_from(zeros).unwrap_or(0);
        while self.digits.last() == Some(&0) {
            self.digits.pop();
        }
        if self.digits.is_empty() {
            self.point = 0;
        }
        self
    }
}

/// A number as the format `General` shows it.
pub(in crate::sheet) fn general(number: f64) -> String {
    if !number.is_finite() {
        return number.to_string();
    }
    if number.fract() == 0.0 && number.abs() < WHOLE {
        return format!("{:.0}", if number == 0.0 { 0.0 } else { number });
    }
    let sign = if number < 0.0 { "-" } else { "" };
    let exact = Decimal::of(number);
    let places = GENERAL - 2 - exact.exponent().max(0);
    let fixed = exact.clone().rounded(places.max(0));
    let is_short = exact.exponent() < GENERAL && (fixed == exact || exact.exponent() >= -4);
    if is_short && !fixed.is_zero() {
        return format!("{sign}{}", plain(&fixed));
    }
    let exponent = exact.exponent();
    let mantissa = exact.shifted(-exponent).rounded(5);
    // Rounding 9.999999 makes it 10.
    let (mantissa, exponent) = (mantissa.clone().shifted(-mantissa.exponent()), exponent + mantissa.exponent());
    let exponent_sign = if exponent < 0 { '-' } else { '+' };
    format!("{sign}{}E{exponent_sign}{:02}", plain(&mantissa), exponent.abs())
}

fn plain(number: &Decimal) -> String {
    let (whole, fraction) = (number.whole(), number.fraction());
    let whole = if whole.is_empty() { "0" } else { &whole };
    if fraction.is_empty() { whole.to_owned() } else { format!("{whole}.{fraction}") }
}

#[cfg(test)]
mod tests {
    use super::{Decimal, general};
    use proptest::prelude::*;

    #[test]
    fn general_shows_what_excel_shows() {
        for (number, shown) in [
            (0.0, "0"),
            (-0.0, "0"),
            (618.0, "618"),
            (-5.0, "-5"),
            (11.1, "11.1"),
            (0.1 + 0.2, "0.3"),
            (1.0 / 3.0, "0.333333333"),
            (1_234.567_890_12, "1234.56789"),
            (0.05, "0.05"),
            (0.000_012, "0.000012"),
            (0.000_012_345_678_9, "1.23457E-05"),
            (4_975_750_079.0, "4975750079"),
            (999_999_999_999_999.0, "999999999999999"),
            (2_509_090_813_205_382.0, "2.50909E+15"),
            (1e300, "1E+300"),
            (9.999_999_9e20, "1E+21"),
            (-1e-300, "-1E-300"),
            (123_456_789_012.5, "1.23457E+11"),
        ] {
            assert_eq!(general(number), shown);
        }
    }

    #[test]
    fn halves_are_rounded_away_from_zero_in_decimal() {
        let rounded = |number, places| super::plain(&Decimal::of(number).rounded(places));
        assert_eq!(rounded(1.005, 2), "1.01");
        assert_eq!(rounded(2.5, 0), "3");
        assert_eq!(rounded(9.995, 2), "10");
        assert_eq!(rounded(0.5, 0), "1");
        assert_eq!(rounded(0.049, 1), "0");
        assert_eq!(rounded(0.04, 0), "0");
        assert_eq!(rounded(120.0, 2), "120");
    }

    proptest! {
        #[test]
        fn decimals_are_the_number_to_fifteen_digits(number in -1e12_f64..1e12) {
            let back: f64 = super::plain(&Decimal::of(number)).parse().expect("a number");
            prop_assert!((back - number.abs()).abs() <= number.abs() * 1e-14);
        }

        #[test]
        fn general_is_near_the_number_and_short(number in any::<f64>()) {
            let shown = general(number);
            prop_assert!(shown.len() <= 17, "{}", shown);
            if number.is_finite() && number != 0.0 {
                let back: f64 = shown.parse().expect("a number");
                prop_assert!((back - number).abs() <= number.abs() * 1e-4 || number.abs() < 1e-300, "{} {}", number, shown);
            }
        }
    }
}
