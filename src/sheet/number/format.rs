//! One number format: what it makes of a number.

use super::code::{Piece, sections};
use super::date;
use super::decimal::Decimal;

/// What a sheet shows for a number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::sheet) enum Shown {
    /// The number as the format `General` shows it.
    General,
    /// This text.
    Text(String),
    /// A date or time, as this text.
    Moment(String),
    /// A date or time, and the format is not known.
    UnclearMoment,
    /// The format is not known.
    Unclear,
}

/// A number format.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::sheet) enum NumberFormat {
    /// `General`, and the format of text.
    General,
    /// Sections for positive numbers, negative ones and zero, as far as they are there.
    Numbers(Vec<Section>),
    /// A date or time.
    Date(Vec<Piece>),
    /// A date or time whose look depends on the system's language, or is not known.
    UnclearDate,
    /// Not known.
    Unclear,
}

/// What is shown before, for and behind the digits.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::sheet) struct Section {
    before: String,
    after: String,
    /// The digits before the point that are always shown.
    whole: usize,
    /// The digits behind the point that are always shown, and those that are shown where they are not zero.
    places: (usize, usize),
    has_point: bool,
    is_grouped: bool,
    percents: i32,
    /// The digits of the exponent, and whether a plus is shown.
    exponent: Option<(usize, bool)>,
    has_digits: bool,
}

impl NumberFormat {
    /// The format of a code.
    pub(in crate::sheet) fn parse(code: &str) -> Self {
        if code.trim().is_empty() {
            return Self::General;
        }
        let Some(sections) = sections(code) else {
            return if is_like_a_date(code) { Self::UnclearDate } else { Self::Unclear };
        };
        if matches!(sections[0][..], [Piece::General | Piece::Text]) {
            return Self::General;
        }
        if sections[0].iter().any(|piece| matches!(piece, Piece::Date(..) | Piece::Elapsed(..))) {
            let [pieces, rest @ ..] = &sections[..] else {
                return Self::UnclearDate;
            };
            // A second section is that of negative numbers or, as Excel writes it, of text.
            let is_known = date::is_known(pieces) && rest.iter().all(|section| matches!(section[..], [Piece::Text]));
            return if is_known { Self::Date(pieces.clone()) } else { Self::UnclearDate };
        }
        let numbers = sections.iter().take(3).map(|pieces| Section::of(pieces));
        numbers.collect::<Option<Vec<_>>>().map_or(Self::Unclear, Self::Numbers)
    }

    /// The format that Excel has under a number, without a code in the file. Those that depend on the system's
    /// language show something else on every machine.
    pub(in crate::sheet) fn built_in(id: u16) -> Self {
        let code = match id {
            0 | 49 => "General",
            1 => "0",
            2 => "0.00",
            3 => "#,##0",
            4 => "#,##0.00",
            9 => "0%",
            10 => "0.00%",
            11 => "0.00E+00",
            18 => "h:mm AM/PM",
            19 => "h:mm:ss AM/PM",
            20 => "h:mm",
            21 => "h:mm:ss",
            37 | 38 => "#,##0_);(#,##0)",
            39 | 40 => "#,##0.00_);(#,##0.00)",
            45 => "mm:ss",
            46 => "[h]:mm:ss",
            14..=17 | 22 | 27..=36 | 47 | 50..=58 => return Self::UnclearDate,
            _ => return Self::Unclear,
        };
        Self::parse(code)
    }

    /// What the sheet shows for a number.
    pub(in crate::sheet) fn show(&self, number: f64, is_1904: bool) -> Shown {
        match self {
            Self::General => Shown::General,
            Self::Unclear => Shown::Unclear,
            Self::UnclearDate => Shown::UnclearMoment,
            Self::Date(pieces) => date::show(pieces, number, is_1904).map_or(Shown::UnclearMoment, Shown::Moment),
            Self::Numbers(_) if !number.is_finite() => Shown::Unclear,
            Self::Numbers(sections) => {
                let shown = Section::choose(sections, number);
                // A format that shows nothing hides the number from whoever looks.
                shown.filter(|shown| !shown.trim().is_empty()).map_or(Shown::Unclear, Shown::Text)
            }
        }
    }
}

/// Whether a code that is not known is one of dates: it has their letters outside of quotes and brackets.
fn is_like_a_date(code: &str) -> bool {
    let unquoted = code.split('"').step_by(2);
    let bare = unquoted.flat_map(|part| part.split('[').map(|piece| piece.rsplit(']').next().unwrap_or(piece)));
    let mut lower = bare.map(str::to_ascii_lowercase);
    lower.any(|part| part.contains(['y', 'd', 'h', 's']) || part.contains("mm") || part.contains("aaa"))
}

impl Section {
    /// A section for numbers; `None` where something in it is not known.
    fn of(pieces: &[Piece]) -> Option<Self> {
        let mut this = Self::default();
        let is_digits =
            |piece: &Piece| matches!(piece, Piece::Place(_) | Piece::Point | Piece::Comma | Piece::Exponent(_));
        let Some(first) = pieces.iter().position(is_digits) else {
            (this.before, this.percents) = words(pieces)?;
            return Some(this);
        };
        let last = pieces.iter().rposition(is_digits)?;
        let (before, after) = (words(&pieces[..first])?, words(&pieces[last + 1..])?);
        (this.before, this.after, this.percents) = (before.0, after.0, before.1 + after.1);
        this.read_digits(&pieces[first..=last])?;
        Some(this)
    }

    fn read_digits(&mut self, pieces: &[Piece]) -> Option<()> {
        self.has_digits = true;
        let (mut is_required, mut is_in_exponent) = (false, false);
        for (at, piece) in pieces.iter().enumerate() {
            match piece {
                Piece::Place('0' | '#') if is_in_exponent => {
                    if let Some((digits, _)) = &mut self.exponent {
                        *digits += 1;
                    }
                }
                Piece::Place('0') if self.has_point => self.places = (self.places.1 + 1, self.places.1 + 1),
                Piece::Place('#') if self.has_point => self.places.1 += 1,
                Piece::Place('0') => {
                    self.whole += 1;
                    is_required = true;
                }
                // A place that may be empty behind one that may not counts like it.
                Piece::Place('#') => self.whole += usize::from(is_required),
                Piece::Point if !self.has_point => self.has_point = true,
                Piece::Comma if !self.has_point && at > 0 && matches!(pieces.get(at + 1), Some(Piece::Place(_))) => {
                    self.is_grouped = true;
                }
                Piece::Exponent(has_plus) if self.exponent.is_none() => {
                    self.exponent = Some((0, *has_plus));
                    is_in_exponent = true;
                }
                _ => return None,
            }
        }
        // An exponent in steps of three, or grouped, is rarer than what is worth knowing.
        let is_scientific = self.exponent.is_some();
        (!is_scientific || self.whole == 1 && !self.is_grouped && self.percents == 0).then_some(())
    }

    /// The text of a number by the section that is for it.
    fn choose(sections: &[Self], number: f64) -> Option<String> {
        let positive = sections.first()?;
        match sections {
            [_, negative, ..] if number < 0.0 => Some(negative.show(number, false)),
            [_, _, zero] if number == 0.0 => Some(zero.show(number, false)),
            _ => Some(positive.show(number, number < 0.0)),
        }
    }

    fn show(&self, number: f64, has_sign: bool) -> String {
        let digits = if self.has_digits { self.digits(number) } else { String::new() };
        // What is rounded to zero has no sign.
        let is_zero = !digits.bytes().any(|byte| (b'1'..=b'9').contains(&byte));
        let sign = if has_sign && (!is_zero || !self.has_digits) { "-" } else { "" };
        format!("{sign}{}{digits}{}", self.before, self.after).trim().to_owned()
    }

    fn digits(&self, number: f64) -> String {
        let decimal = Decimal::of(number).shifted(2 * self.percents);
        let places = i32::try_from(self.places.1).unwrap_or(0);
        let Some((exponent_digits, has_plus)) = self.exponent else {
            return self.fixed(&decimal.rounded(places));
        };
        let exponent = decimal.exponent();
        let mantissa = decimal.shifted(-exponent).rounded(places);
        let exponent = exponent + mantissa.exponent();
        let mantissa = mantissa.clone().shifted(-mantissa.exponent());
        let sign = if exponent < 0 {
            "-"
        } else if has_plus {
            "+"
        } else {
            ""
        };
        format!("{}E{sign}{:0exponent_digits$}", self.fixed(&mantissa), exponent.abs())
    }

    fn fixed(&self, decimal: &Decimal) -> String {
        let whole = decimal.whole();
        let mut shown = format!("{}{whole}", "0".repeat(self.whole.saturating_sub(whole.len())));
        if self.is_grouped {
            shown = grouped(&shown);
        }
        if self.has_point {
            let fraction = decimal.fraction();
            shown.push('.');
            shown.push_str(&fraction);
            shown.push_str(&"0".repeat(self.places.0.saturating_sub(fraction.len())));
        }
        shown
    }
}

/// The words of pieces without digits, and how many percent signs are among them.
fn words(pieces: &[Piece]) -> Option<(String, i32)> {
    pieces.iter().try_fold((String::new(), 0), |(mut words, percents), piece| match piece {
        Piece::Words(more) => {
            words.push_str(more);
            Some((words, percents))
        }
        Piece::Percent => {
            words.push('%');
            Some((words, percents + 1))
        }
        _ => None,
    })
}

fn grouped(digits: &str) -> String {
    let len = digits.len();
    let each = digits.char_indices().flat_map(|(at, digit)| {
        let comma = (at > 0 && (len - at).is_multiple_of(3)).then_some(',');
        comma.into_iter().chain([digit])
    });
    each.collect()
}

#[cfg(test)]
mod tests {
    use super::{NumberFormat, Shown};

    fn shown(code: &str, number: f64) -> String {
        match NumberFormat::parse(code).show(number, false) {
            Shown::Text(text) | Shown::Moment(text) => text,
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn numbers_are_shown_as_excel_shows_them() {
        for (code, number, text) in [
            ("0%", 0.3, "30%"),
            ("0.0%", 0.125, "12.5%"),
            ("0.00", 11.1, "11.10"),
            ("0000", 618.0, "0618"),
            ("\"¥\"#,##0.00", 9.9, "¥9.90"),
            ("[$¥-804]#,##0.00;[Red]-[$¥-804]#,##0.00", -1234.5, "-¥1,234.50"),
            ("#,##0", 1_234_567.0, "1,234,567"),
            ("#,##0", 0.4, "0"),
            ("#,##0.00_);(#,##0.00)", -5.0, "(5.00)"),
            ("#,##0.00_ ", 5.0, "5.00"),
            ("_ ¥* #,##0.00_ ", 5.0, "¥5.00"),
            ("0.##", 1.5, "1.5"),
            ("0.##", 1.0, "1."),
            ("#.00", 0.5, ".50"),
            ("0.00E+00", 4_975_750_079.0, "4.98E+09"),
            ("0\"折\"", 5.0, "5折"),
            ("0元", 5.0, "5元"),
            ("0\\-0", 12.0, "Unclear"),
            ("0.00;-0.00;\"无\"", 0.0, "无"),
            ("0.00", -0.001, "0.00"),
            ("0.00", 1.005, "1.01"),
            ("General", 0.5, "General"),
            ("@", 0.5, "General"),
            (";;;", 5.0, "Unclear"),
            ("# ?/?", 0.5, "Unclear"),
            ("0,", 5000.0, "Unclear"),
            ("[>100]0;0.0", 5.0, "Unclear"),
            ("[DBNum1]General", 5.0, "Unclear"),
        ] {
            assert_eq!(shown(code, number), text, "{code}");
        }
    }

    #[test]
    fn dates_are_shown_where_their_look_is_the_same_everywhere() {
        for (code, number, text) in [
            ("yyyy-mm-dd", 45_943.0, "2025-10-13"),
            ("yyyy/m/d;@", 45_943.0, "2025/10/13"),
            ("yyyy\"年\"m\"月\"d\"日\"", 45_943.0, "2025年10月13日"),
            ("[$-804]yyyy年m月d日", 45_943.0, "2025年10月13日"),
            ("m\"月\"d\"日\"", 45_970.0, "11月9日"),
            ("yyyy-mm-dd hh:mm:ss", 45_943.5, "2025-10-13 12:00:00"),
            ("h:mm", 0.25, "6:00"),
            ("h:mm AM/PM", 0.75, "6:00 PM"),
            ("[h]:mm:ss", 1.5, "36:00:00"),
            ("mm:ss", 0.001, "01:26"),
            ("d-mmm-yy", 45_943.0, "UnclearMoment"),
            ("[$-F800]dddd, mmmm dd, yyyy", 45_943.0, "UnclearMoment"),
            ("yyyy-mm-dd", -1.0, "UnclearMoment"),
            ("aaaa", 45_943.0, "UnclearMoment"),
        ] {
            assert_eq!(shown(code, number), text, "{code}");
        }
        assert_eq!(NumberFormat::built_in(14).show(45_943.0, false), Shown::UnclearMoment);
        assert_eq!(NumberFormat::built_in(10).show(0.3, false), Shown::Text("30.00%".to_owned()));
    }
}
