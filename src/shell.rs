//! Words on a command line, quoted for the shell that the user has: what a message tells to type can be pasted.

use std::borrow::Cow;
use std::path::Path;

/// How a shell quotes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shell {
    /// `sh`, `bash`, `zsh`, `fish`.
    Posix,
    /// The Windows command prompt.
    Cmd,
    /// PowerShell.
    PowerShell,
}

impl Shell {
    /// The shell that the program was most likely started from.
    #[must_use]
    pub fn current() -> Self {
        // On Windows only the command prompt hands this variable to the programs it starts.
        match (cfg!(windows), std::env::var_os("PROMPT")) {
            (false, _) => Self::Posix,
            (true, Some(_)) => Self::Cmd,
            (true, None) => Self::PowerShell,
        }
    }

    /// One word as this shell reads it back.
    #[must_use]
    pub fn quote(self, word: &str) -> Cow<'_, str> {
        // At its beginning a shell expands an equals sign.
        if !word.is_empty() && !word.starts_with('=') && word.chars().all(|c| self.is_literal(c)) {
            return Cow::Borrowed(word);
        }
        Cow::Owned(match self {
            Self::Posix => format!("'{}'", word.replace('\'', r"'\''")),
            Self::PowerShell if word.chars().any(acts_in_double_quotes) => single_quoted(word),
            // No file name on Windows has a double quote.
            Self::Cmd | Self::PowerShell => format!("\"{word}\""),
        })
    }

    fn is_literal(self, c: char) -> bool {
        let is_plain = c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | '/' | ':' | '+' | '=');
        is_plain || (c == '\\' && self != Self::Posix)
    }
}

/// What PowerShell obeys between double quotes. It takes curly quotes for straight ones.
const fn acts_in_double_quotes(c: char) -> bool {
    matches!(c, '$' | '`' | '"' | '\u{201c}'..='\u{201e}')
}

/// Between single quotes PowerShell obeys nothing but a single quote, straight or curly; doubled, it is one.
fn single_quoted(word: &str) -> String {
    let mut out = String::from("'");
    for c in word.chars() {
        if matches!(c, '\'' | '\u{2018}'..='\u{201b}') {
            out.push(c);
        }
        out.push(c);
    }
    out.push('\'');
    out
}

/// A path as the user's shell reads it back. One that begins like an option is written so that it is none.
#[must_use]
pub fn quote_path(path: &Path) -> String {
    let text = path.to_string_lossy();
    let text = if text.starts_with('-') { Cow::Owned(format!(".{}{text}", std::path::MAIN_SEPARATOR)) } else { text };
    Shell::current().quote(&text).into_owned()
}

/// Any other word as the user's shell reads it back.
#[must_use]
pub fn quote(word: &str) -> String {
    Shell::current().quote(word).into_owned()
}

#[cfg(test)]
mod tests {
    use super::Shell;

    #[test]
    fn what_a_shell_reads_as_it_is_stays_as_it_is() {
        for word in ["week.xlsx", "周报.csv", "../a/b_c-d.xlsx", "2/s"] {
            for shell in [Shell::Posix, Shell::Cmd, Shell::PowerShell] {
                assert_eq!(shell.quote(word), word);
            }
        }
        assert_eq!(Shell::Cmd.quote(r"C:\表\week.xlsx"), r"C:\表\week.xlsx");
    }

    #[test]
    fn each_shell_has_its_own_quotes() {
        for (word, posix, cmd, power_shell) in [
            ("my week.xlsx", "'my week.xlsx'", "\"my week.xlsx\"", "\"my week.xlsx\""),
            ("it's.xlsx", r"'it'\''s.xlsx'", "\"it's.xlsx\"", "\"it's.xlsx\""),
            ("$HOME.xlsx", "'$HOME.xlsx'", "\"$HOME.xlsx\"", "'$HOME.xlsx'"),
            ("“周报”.xlsx", "'“周报”.xlsx'", "\"“周报”.xlsx\"", "'“周报”.xlsx'"),
            ("$it’s.xlsx", "'$it’s.xlsx'", "\"$it’s.xlsx\"", "'$it’’s.xlsx'"),
            ("", "''", "\"\"", "\"\""),
        ] {
            assert_eq!(Shell::Posix.quote(word), posix);
            assert_eq!(Shell::Cmd.quote(word), cmd);
            assert_eq!(Shell::PowerShell.quote(word), power_shell);
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_shell_reads_back_what_was_quoted() {
        for word in ["a b", "it's", "$HOME `id` \\ \"x\" *?[]{}~!#;&|<>()", "两 份", "'", "\\"] {
            let script = format!("printf %s {}", Shell::Posix.quote(word));
            let output = std::process::Command::new("sh").arg("-c").arg(script).output().expect("a shell");
            assert_eq!(String::from_utf8(output.stdout).expect("text"), word);
        }
    }

    #[test]
    fn a_path_that_looks_like_an_option_is_written_as_a_path() {
        let quoted = super::quote_path(std::path::Path::new("-o.xlsx"));
        assert!(quoted.starts_with('.') && quoted.ends_with("-o.xlsx"), "{quoted}");
    }
}
