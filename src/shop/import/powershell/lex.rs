//! The tokens of PowerShell, as far as a copied request needs them.

use super::super::cursor::{Cursor, Pieces, is_blank};
use super::super::lines::misread;
use super::super::start::is_command;
use super::super::trouble::Trouble;

/// A token.
#[derive(Clone, PartialEq, Eq)]
#[cfg_attr(test, derive(Debug))]
pub(super) enum Token {
    /// A bare word: a name, a parameter, a variable with its members, a type.
    Word(String),
    /// What a quoted string stands for.
    Text(String),
    /// One of `( ) { } , =`; `@{` is `{`.
    Sign(char),
    /// A line's end or a semicolon within brackets.
    Break,
}

/// Reads one statement to its end and gives its tokens.
pub(super) fn statement(cursor: &mut Cursor<'_>) -> Result<Vec<Token>, Trouble> {
    let mut tokens = Vec::new();
    let mut opened = Vec::new();
    loop {
        let continued = skip_blanks(cursor);
        let place = *cursor;
        if opened.is_empty() && is_next_statement(&tokens, cursor.rest()) {
            return Ok(tokens);
        }
        if let Some(trouble) = misread(cursor) {
            return Err(trouble);
        }
        match cursor.bump() {
            Some('\n') if opened.is_empty() && !tokens.is_empty() && is_torn(cursor.rest()) => {}
            None | Some('\n') if continued.is_some() && opened.is_empty() => {
                return Err(Trouble::CutAfter { line: continued.as_ref().map_or(1, Cursor::line) });
            }
            None | Some('\n' | ';') if opened.is_empty() => return Ok(tokens),
            None => return Err(Trouble::CutOff { line: opened.first().map_or(1, Cursor::line) }),
            Some('\n' | ';') => tokens.push(Token::Break),
            Some('#') => cursor.skip_while(|c| c != '\n'),
            Some('"') => tokens.push(Token::Text(double_quoted(cursor, &place)?)),
            Some('\'') => tokens.push(Token::Text(single_quoted(cursor).ok_or_else(|| cut_off(&place))?)),
            Some('@') if cursor.peek() == Some('{') => {}
            Some(c @ ('(' | '{')) => {
                opened.push(place);
                tokens.push(Token::Sign(c));
            }
            Some(c @ (')' | '}')) => {
                opened.pop();
                tokens.push(Token::Sign(c));
            }
            Some(c @ (',' | '=')) => tokens.push(Token::Sign(c)),
            Some(_) => {
                *cursor = place;
                tokens.push(Token::Word(word(cursor)));
            }
        }
    }
}

fn cut_off(opened: &Cursor<'_>) -> Trouble {
    Trouble::CutOff { line: opened.line() }
}

/// Steps over blanks and continued lines; the place of the last sign that a line goes on.
fn skip_blanks<'a>(cursor: &mut Cursor<'a>) -> Option<Cursor<'a>> {
    let mut continued = None;
    loop {
        cursor.skip_while(is_blank);
        let place = *cursor;
        if !cursor.eat_continuation('`') {
            return continued;
        }
        continued = Some(place);
    }
}

/// Whether another statement begins right behind a value: two copies without a line break between them.
fn is_next_statement(tokens: &[Token], rest: &str) -> bool {
    matches!(tokens.last(), Some(Token::Text(_) | Token::Sign(')' | '}'))) && is_command(rest)
}

/// Whether the next line can only be a further part of the same statement: a parameter of the command.
fn is_torn(rest: &str) -> bool {
    rest.trim_start().strip_prefix('-').is_some_and(|name| name.starts_with(|c: char| c.is_ascii_alphabetic()))
}

fn word(cursor: &mut Cursor<'_>) -> String {
    let mut word = String::new();
    word.extend(cursor.bump());
    while let Some(c) = cursor.peek().filter(|c| !c.is_whitespace() && !"\"'(){},;=".contains(*c)) {
        cursor.bump();
        word.push(c);
    }
    word
}

fn single_quoted(cursor: &mut Cursor<'_>) -> Option<String> {
    let mut text = String::new();
    loop {
        match cursor.bump()? {
            '\'' if !cursor.eat("'") => return Some(text),
            c => text.push(c),
        }
    }
}

fn double_quoted(cursor: &mut Cursor<'_>, opened: &Cursor<'_>) -> Result<String, Trouble> {
    let mut text = Pieces::default();
    loop {
        let place = *cursor;
        match cursor.bump().ok_or_else(|| cut_off(opened))? {
            '"' if !cursor.eat("\"") => return Ok(text.into_text()),
            '`' => backtick(cursor, &mut text).ok_or_else(|| cut_off(opened))?,
            '$' if cursor.eat("([char]") => {
                let code = char_code(cursor).ok_or_else(|| Trouble::Variable { line: place.line() })?;
                text.push_code(code);
            }
            // The beginning of the next copy: this one is cut off.
            '$' if super::is_certain(place.rest()) => return Err(cut_off(opened)),
            // A browser escapes every `$`, so this one was put in by hand.
            '$' if cursor.peek().is_some_and(|c| c.is_alphabetic() || "_({:?$^".contains(c)) => {
                return Err(Trouble::Variable { line: place.line() });
            }
            c => text.push(c),
        }
    }
}

fn backtick(cursor: &mut Cursor<'_>, text: &mut Pieces) -> Option<()> {
    if cursor.eat_newline() {
        return Some(());
    }
    match cursor.bump()? {
        '0' => text.push('\0'),
        'a' => text.push('\u{7}'),
        'b' => text.push('\u{8}'),
        'e' => text.push('\u{1b}'),
        'f' => text.push('\u{c}'),
        'n' => text.push('\n'),
        'r' => text.push('\r'),
        't' => text.push('\t'),
        'v' => text.push('\u{b}'),
        'u' if cursor.eat("{") => {
            let code = number(cursor, 16)?;
            text.push_code(code);
            cursor.eat("}");
        }
        c => text.push(c),
    }
    Some(())
}

/// The rest of `$([char]20013)` or `$([char]0x4e2d)`.
fn char_code(cursor: &mut Cursor<'_>) -> Option<u32> {
    cursor.skip_while(is_blank);
    let code = if cursor.eat("0x") || cursor.eat("0X") { number(cursor, 16)? } else { number(cursor, 10)? };
    cursor.skip_while(is_blank);
    cursor.eat(")").then_some(code)
}

fn number(cursor: &mut Cursor<'_>, radix: u32) -> Option<u32> {
    let start = cursor.rest();
    cursor.skip_while(|c| c.is_digit(radix));
    let digits = &start[..start.len() - cursor.rest().len()];
    u32::from_str_radix(digits, radix).ok()
}

#[cfg(test)]
mod tests {
    use super::{Cursor, Token, Trouble, statement};

    fn text(quoted: &str) -> String {
        match statement(&mut Cursor::new(quoted)).expect("tokens").as_slice() {
            [Token::Text(text)] => text.clone(),
            tokens => panic!("{tokens:?}"),
        }
    }

    #[test]
    fn strings_are_read() {
        assert_eq!(text(r#""a`"b`$c``d""e`n""#), "a\"b$c`d\"e\n");
        assert_eq!(text(r#""$([char]20013)$([char]0x6587)$([char]55357)$([char]56832)`u{1F600}""#), "中文😀😀");
        assert_eq!(text("'it''s $x `n'"), "it's $x `n");
        assert_eq!(text("\"5$ $\""), "5$ $");
    }

    #[test]
    fn a_variable_is_told_and_not_guessed() {
        for quoted in ["\n\"$cookie\"", "\n\"$(Get-Date)\"", "\n\"${x}\"", "\n\"$([char]$x)\""] {
            let mut cursor = Cursor::new(quoted);
            cursor.bump();
            assert_eq!(statement(&mut cursor).err(), Some(Trouble::Variable { line: 2 }), "{quoted}");
        }
    }

    #[test]
    fn statements_end_outside_of_brackets() {
        let mut cursor = Cursor::new("a `\r\n b @{\n\"c\"=\"d\"\n}; e");
        assert_eq!(statement(&mut cursor).expect("tokens").len(), 9);
        assert_eq!(statement(&mut cursor).expect("tokens"), [Token::Word("e".to_owned())]);
    }

    #[test]
    fn what_is_open_is_told_by_its_line() {
        for open in ["a\\\n", "a @{\n\"b\"", "a (\n", "a \"b\n", "a 'b\n"] {
            let result = statement(&mut Cursor::new(open));
            if open.starts_with("a\\") {
                assert!(result.is_ok());
            } else {
                assert_eq!(result.err(), Some(Trouble::CutOff { line: 1 }), "{open}");
            }
        }
    }
}
