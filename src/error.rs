//! What stops a command: the kind (which is the exit code), what happened, and what to do next.

use std::fmt;

use crate::text::{Lang, Text};

/// The result of anything that can stop a command.
pub type Result<T> = std::result::Result<T, Error>;

/// Why a command ended as it did. Each kind is one exit code of the contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Something on this machine, or in this program, broke: a full disk, a damaged journal.
    Internal,
    /// The command line, a sheet or a setting is wrong; nothing was sent.
    Usage,
    /// The shop's credentials are missing, refused or expired.
    Credentials,
    /// Done, but some rows were rejected, failed, not looked up, or are in doubt.
    Incomplete,
    /// The platform cannot be reached.
    Unreachable,
    /// The user stopped it.
    Interrupted,
}

impl Kind {
    /// The process's exit code.
    #[must_use]
    pub const fn exit_code(self) -> u8 {
        match self {
            Self::Internal => 1,
            Self::Usage => 2,
            Self::Credentials => 3,
            Self::Incomplete => 4,
            Self::Unreachable => 5,
            Self::Interrupted => 130,
        }
    }
}

/// What stopped a command, in words for the person at the screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// The kind, from which the exit code follows.
    pub kind: Kind,
    /// What happened, to what, and where.
    pub what: Text,
    /// What the user can do now.
    pub next: Option<Text>,
}

impl Error {
    /// An error of a kind.
    #[must_use]
    pub const fn new(kind: Kind, what: Text) -> Self {
        Self { kind, what, next: None }
    }

    /// A wrong command line, sheet or setting.
    #[must_use]
    pub const fn usage(what: Text) -> Self {
        Self::new(Kind::Usage, what)
    }

    /// A fault of this machine or this program.
    #[must_use]
    pub const fn internal(what: Text) -> Self {
        Self::new(Kind::Internal, what)
    }

    /// Adds what the user can do now.
    #[must_use]
    pub fn next(mut self, next: Text) -> Self {
        self.next = Some(next);
        self
    }

    /// Both sentences, on two lines.
    #[must_use]
    pub fn say(&self, lang: Lang) -> String {
        match &self.next {
            Some(next) => format!("{}\n  {}", self.what.say(lang), next.say(lang)),
            None => self.what.say(lang).to_owned(),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.say(Lang::En))
    }
}

impl std::error::Error for Error {}
