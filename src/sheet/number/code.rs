//! The format code of a number, `#,##0.00;[Red]-#,##0.00`, in pieces.

/// One piece of a section.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::sheet) enum Piece {
    /// Words that are shown as they are.
    Words(String),
    /// A digit's place: `0`, `#` or `?`.
    Place(char),
    /// The decimal point.
    Point,
    /// A comma, which groups thousands between places.
    Comma,
    /// A percent sign.
    Percent,
    /// `E+` or `E-`: whether a plus is shown.
    Exponent(bool),
    /// A run of one date letter, in lower case: `yyyy`, `mm`.
    Date(char, usize),
    /// Elapsed time: `[h]`, `[mm]`.
    Elapsed(char, usize),
    /// `AM/PM`.
    HalfDay,
    /// `General`.
    General,
    /// The place of text: `@`.
    Text,
}

/// The sections of a format code; `None` where something in it is not known.
pub(super) fn sections(code: &str) -> Option<Vec<Vec<Piece>>> {
    let mut sections = vec![Vec::new()];
    let mut rest = code;
    while let Some(c) = rest.chars().next() {
        if c == ';' {
            sections.push(Vec::new());
            rest = &rest[1..];
            continue;
        }
        let (piece, taken) = piece(rest, c)?;
        if let Some(section) = sections.last_mut() {
            match (piece, section.last_mut()) {
                (Some(Piece::Words(words)), Some(Piece::Words(before))) => before.push_str(&words),
                (Some(piece), _) => section.push(piece),
                (None, _) => (),
            }
        }
        rest = &rest[taken..];
    }
    (sections.len() <= 4).then_some(sections)
}

/// The next piece, `None` where it shows nothing, and how many bytes it takes.
fn piece(rest: &str, c: char) -> Option<(Option<Piece>, usize)> {
    let words = |words: &str, taken| Some((Some(Piece::Words(words.to_owned())), taken));
    let next = || rest.chars().nth(1);
    match c {
        '"' => {
            let end = rest[1..].find('"')? + 1;
            words(&rest[1..end], end + 1)
        }
        '\\' | '!' => {
            let shown = next()?;
            words(shown.encode_utf8(&mut [0; 4]), 1 + shown.len_utf8())
        }
        // The room of a character, and a character that fills the cell.
        '_' => words(" ", 1 + next()?.len_utf8()),
        '*' => Some((None, 1 + next()?.len_utf8())),
        '[' => bracketed(rest),
        '0' | '#' | '?' => Some((Some(Piece::Place(c)), 1)),
        '.' => Some((Some(Piece::Point), 1)),
        ',' => Some((Some(Piece::Comma), 1)),
        '%' => Some((Some(Piece::Percent), 1)),
        '@' => Some((Some(Piece::Text), 1)),
        'E' | 'e' if matches!(next(), Some('+' | '-')) => Some((Some(Piece::Exponent(next() == Some('+'))), 2)),
        'G' | 'g' if starts_with(rest, "general") => Some((Some(Piece::General), "general".len())),
        'A' | 'a' if starts_with(rest, "am/pm") => Some((Some(Piece::HalfDay), "am/pm".len())),
        'y' | 'Y' | 'm' | 'M' | 'd' | 'D' | 'h' | 'H' | 's' | 'S' => {
            let count = rest.chars().take_while(|other| other.eq_ignore_ascii_case(&c)).count();
            Some((Some(Piece::Date(c.to_ascii_lowercase(), count)), count))
        }
        // Other letters mean something in some language's Excel; what is no letter of ASCII is shown as it is.
        c if c.is_ascii_alphabetic() || c.is_control() => None,
        c => words(&rest[..c.len_utf8()], c.len_utf8()),
    }
}

/// `[Red]`, `[$¥-804]`, `[h]`. Conditions, other digits and system formats are not known.
fn bracketed(rest: &str) -> Option<(Option<Piece>, usize)> {
    let end = rest.find(']')?;
    let (inner, taken) = (&rest[1..end], end + 1);
    if let Some(currency) = inner.strip_prefix('$') {
        let (sign, locale) = currency.split_once('-').unwrap_or((currency, ""));
        // Beyond a language there can be a calendar, other digits, or a format of the system's.
        let is_language = locale.len() <= 4 && locale.bytes().all(|byte| byte.is_ascii_hexdigit());
        let piece = (!sign.is_empty()).then(|| Piece::Words(sign.to_owned()));
        return is_language.then_some((piece, taken));
    }
    let lower = inner.to_ascii_lowercase();
    let first = lower.chars().next()?;
    if matches!(first, 'h' | 'm' | 's') && lower.chars().all(|c| c == first) {
        return Some((Some(Piece::Elapsed(first, lower.len())), taken));
    }
    let is_color =
        matches!(lower.as_str(), "black" | "blue" | "cyan" | "green" | "magenta" | "red" | "white" | "yellow")
            || lower.strip_prefix("color").is_some_and(|number| number.trim().parse::<u8>().is_ok())
            || matches!(inner, "黑色" | "蓝色" | "青色" | "绿色" | "洋红" | "红色" | "白色" | "黄色");
    is_color.then_some((None, taken))
}

fn starts_with(rest: &str, word: &str) -> bool {
    rest.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word))
}
