//! "Copy as cURL (bash)": the quoting of bash, as far as it makes words.

use super::cursor::{Cursor, Pieces, is_blank};
use super::lines::{Command, has_swallowed, misread, next_word};
use super::start;
use super::trouble::Trouble;

/// Reads one command to its end and gives its words.
pub(super) fn command(cursor: &mut Cursor<'_>) -> Result<Command, Trouble> {
    let mut words = Vec::new();
    let began = *cursor;
    while next_word(cursor, &began, '\\')? {
        if let Some(trouble) = misread(cursor) {
            return Err(trouble);
        }
        if cursor.peek() == Some('#') {
            cursor.skip_while(|c| c != '\n');
            break;
        }
        if is_end(cursor.peek()) {
            break;
        }
        words.push(word(cursor)?);
    }
    let line = cursor.line();
    if is_end(cursor.peek()) {
        cursor.bump();
    }
    Ok(Command { words, escape: '\\', line })
}

const fn is_end(next: Option<char>) -> bool {
    matches!(next, None | Some('\n' | ';' | '&' | '|'))
}

fn word(cursor: &mut Cursor<'_>) -> Result<String, Trouble> {
    let mut word = Pieces::default();
    let began = *cursor;
    loop {
        let opened = *cursor;
        if cursor.eat("'") {
            single_quoted(cursor, &mut word).ok_or_else(|| cut_off(&opened))?;
        } else if cursor.eat("$'") {
            ansi_quoted(cursor, &mut word).ok_or_else(|| cut_off(&opened))?;
        } else if cursor.eat("\"") || cursor.eat("$\"") {
            double_quoted(cursor, &mut word, &opened)?;
        } else {
            // Two copies without a line break between them: the next command begins in the middle of a word.
            let is_word = cursor.since(&began).is_empty() || !start::is_command(cursor.rest());
            if is_word && bare(cursor, &mut word)? {
                continue;
            }
            return Ok(word.into_text());
        }
        if has_swallowed(&opened, cursor) {
            return Err(cut_off(&opened));
        }
    }
}

/// One character outside of quotes. `false`: the word ends here.
fn bare(cursor: &mut Cursor<'_>, word: &mut Pieces) -> Result<bool, Trouble> {
    if let Some(trouble) = misread(cursor) {
        return Err(trouble);
    }
    let place = *cursor;
    if cursor.eat_continuation('\\') {
        // A line's end that is escaped is nothing at all.
        return if cursor.peek().is_none() { Err(Trouble::CutAfter { line: place.line() }) } else { Ok(true) };
    }
    if is_variable(cursor.rest()) {
        return Err(Trouble::Variable { line: place.line() });
    }
    if cursor.eat("\\") {
        cursor.bump().into_iter().for_each(|c| word.push(c));
        return Ok(true);
    }
    match cursor.peek() {
        Some(c) if !is_end(Some(c)) && !is_blank(c) => {
            cursor.bump();
            word.push(c);
            Ok(true)
        }
        _ => Ok(false),
    }
}

/// What bash replaces by a value that is known to it alone. A browser writes none.
fn is_variable(text: &str) -> bool {
    let begins_name = |c: char| c.is_ascii_alphabetic() || matches!(c, '_' | '{' | '(');
    text.strip_prefix('$').is_some_and(|rest| rest.starts_with(begins_name)) || text.starts_with('`')
}

fn cut_off(opened: &Cursor<'_>) -> Trouble {
    Trouble::CutOff { line: opened.line() }
}

fn single_quoted(cursor: &mut Cursor<'_>, word: &mut Pieces) -> Option<()> {
    loop {
        match cursor.bump()? {
            '\'' => return Some(()),
            c => word.push(c),
        }
    }
}

fn double_quoted(cursor: &mut Cursor<'_>, word: &mut Pieces, opened: &Cursor<'_>) -> Result<(), Trouble> {
    loop {
        if cursor.eat("\\\n") {
            continue;
        }
        // A copy for cmd in which nothing tells that it is one reads the same, but for its variables.
        if is_variable(cursor.rest()) || start::is_percent_variable(cursor.rest()) {
            return Err(Trouble::Variable { line: cursor.line() });
        }
        match cursor.bump().ok_or_else(|| cut_off(opened))? {
            '"' => return Ok(()),
            '\\' if matches!(cursor.peek(), Some('$' | '`' | '"' | '\\')) => {
                cursor.bump().into_iter().for_each(|c| word.push(c));
            }
            c => word.push(c),
        }
    }
}

/// `$'…'`, with the escapes of C.
fn ansi_quoted(cursor: &mut Cursor<'_>, word: &mut Pieces) -> Option<()> {
    loop {
        match cursor.bump()? {
            '\'' => return Some(()),
            '\\' => escape(cursor, word)?,
            c => word.push(c),
        }
    }
}

fn escape(cursor: &mut Cursor<'_>, word: &mut Pieces) -> Option<()> {
    match cursor.bump()? {
        'a' => word.push('\u{7}'),
        'b' => word.push('\u{8}'),
        'e' | 'E' => word.push('\u{1b}'),
        'f' => word.push('\u{c}'),
        'n' => word.push('\n'),
        'r' => word.push('\r'),
        't' => word.push('\t'),
        'v' => word.push('\u{b}'),
        'x' => match number(cursor, 16, 2) {
            Some(byte) => word.push_byte(low_byte(byte)),
            None => "\\x".chars().for_each(|c| word.push(c)),
        },
        letter @ ('u' | 'U') => match number(cursor, 16, if letter == 'u' { 4 } else { 8 }) {
            Some(code) => word.push_code(code),
            None => ['\\', letter].into_iter().for_each(|c| word.push(c)),
        },
        'c' => word.push_byte(low_byte(u32::from(cursor.bump()?)) & 0x1f),
        c @ ('\\' | '\'' | '"' | '?') => word.push(c),
        c @ '0'..='7' => {
            let first = c.to_digit(8).unwrap_or(0);
            let mut value = first;
            for _ in 0..2 {
                let Some(digit) = cursor.peek().and_then(|c| c.to_digit(8)) else { break };
                cursor.bump();
                value = value * 8 + digit;
            }
            word.push_byte(low_byte(value));
        }
        c => ['\\', c].into_iter().for_each(|c| word.push(c)),
    }
    Some(())
}

fn low_byte(value: u32) -> u8 {
    value.to_le_bytes()[0]
}

/// At most so many digits; `None` where there is not one.
fn number(cursor: &mut Cursor<'_>, radix: u32, most: usize) -> Option<u32> {
    let mut value = None;
    for _ in 0..most {
        let Some(digit) = cursor.peek().and_then(|c| c.to_digit(radix)) else { break };
        cursor.bump();
        value = Some(value.unwrap_or(0_u32).wrapping_mul(radix).wrapping_add(digit));
    }
    value
}

#[cfg(test)]
mod tests {
    use super::{Cursor, Trouble, command};

    fn words(text: &str) -> Vec<String> {
        command(&mut Cursor::new(text)).expect("words").words
    }

    #[test]
    fn quotes_join_to_words() {
        assert_eq!(words(r#"curl -H'a: b' --x="c d"e\ f g"#), ["curl", "-Ha: b", "--x=c de f", "g"]);
        assert_eq!(words(r#""a\"b\\c\$d\`e\n""#), [r#"a"b\c$d`e\n"#]);
        assert_eq!(words("'a\nb' ''"), ["a\nb", ""]);
    }

    #[test]
    fn escapes_of_c_are_read() {
        assert_eq!(words(r"$'it\'s\n\\n \u4e2d \U0001f600 \ud83d\ude00 \x41\101 \q'"), ["it's\n\\n 中 😀 😀 AA \\q"]);
        // UTF-8 by bytes, and the Latin-1 that old browsers wrote.
        assert_eq!(words(r"$'\xe4\xb8\xad|\xe9'"), ["中|é"]);
    }

    #[test]
    fn lines_go_on_after_a_backslash() {
        assert_eq!(words("curl 'a' \\\n  -H 'b' \\\r\n  -H 'c' \\ \n d"), ["curl", "a", "-H", "b", "-H", "c", "d"]);
    }

    #[test]
    fn a_command_ends_at_a_line_or_a_sign() {
        let mut cursor = Cursor::new("a 'b' ;\nc & d # e ' f\ng");
        let all: Vec<_> = (0..5).map(|_| command(&mut cursor).expect("words").words).collect();
        assert_eq!(all, [vec!["a", "b"], vec![], vec!["c"], vec!["d"], vec!["g"]]);
    }

    #[test]
    fn an_open_quote_is_told_by_its_line() {
        for text in ["curl \\\n 'a\nb", "curl \\\n \"a\\", "curl \\\n $'\\'"] {
            assert_eq!(command(&mut Cursor::new(text)), Err(Trouble::CutOff { line: 2 }), "{text}");
        }
    }
}
