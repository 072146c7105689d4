//! `unpromo completions SHELL`.

use std::io::{self, Write};

use crate::cli::{self, Completions};
use crate::error::{Error, Result};
use crate::text::Lang;

/// Prints the completions for a shell to standard output; descriptions are in the language of the screen.
///
/// # Errors
/// When standard output cannot be written.
pub fn run(args: &Completions, lang: Lang) -> Result<()> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut cli::command(lang), "unpromo", &mut script);
    print(&script)
}

/// Writes to standard output. A closed pipe (`| head`) is an end like any other.
pub(super) fn print(bytes: &[u8]) -> Result<()> {
    let mut out = io::stdout().lock();
    match out.write_all(bytes).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Error::internal(crate::text!("无法写到标准输出:{error}", "cannot write to standard output: {error}")))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use clap::ValueEnum;
    use clap_complete::Shell;

    use crate::cli;
    use crate::text::Lang;

    #[test]
    fn every_shell_gets_a_script_that_knows_the_commands_in_both_languages() {
        for shell in Shell::value_variants() {
            for lang in [Lang::Zh, Lang::En] {
                let mut script = Vec::new();
                clap_complete::generate(*shell, &mut cli::command(lang), "unpromo", &mut script);
                let script = String::from_utf8(script).expect("text");
                for word in ["resume", "dry-run", "from-curl", "max-in-flight"] {
                    assert!(script.contains(word), "{shell} {lang:?}: {word}");
                }
                if [Shell::Bash, Shell::Zsh, Shell::Fish].contains(shell) {
                    assert!(script.contains("temu-activity"), "{shell} {lang:?} completes operations");
                }
            }
        }
    }
}
