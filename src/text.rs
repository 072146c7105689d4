//! Sentences in both languages of the screen, written side by side so that neither is forgotten.

use serde::{Deserialize, Serialize};

/// The language of the screen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Lang {
    /// Simplified Chinese.
    Zh,
    /// English.
    #[default]
    En,
}

impl Lang {
    /// The language for a locale name such as `zh_CN.UTF-8`: Chinese for `zh*`, English for all else.
    #[must_use]
    pub fn from_locale(locale: &str) -> Self {
        let is_chinese = locale.get(..2).is_some_and(|head| head.eq_ignore_ascii_case("zh"));
        if is_chinese { Self::Zh } else { Self::En }
    }

    /// Picks the word of this language.
    #[must_use]
    pub const fn pick(self, zh: &'static str, en: &'static str) -> &'static str {
        match self {
            Self::Zh => zh,
            Self::En => en,
        }
    }
}

/// One sentence, in Chinese and in English. Made with [`text!`](crate::text!).
///
/// The journal keeps both, so that a result can be written again in the other language.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Text {
    /// The Chinese sentence.
    pub zh: String,
    /// The English sentence.
    pub en: String,
}

impl Text {
    /// The sentence in the given language.
    #[must_use]
    pub fn say(&self, lang: Lang) -> &str {
        match lang {
            Lang::Zh => &self.zh,
            Lang::En => &self.en,
        }
    }

    /// Words that are the same in both languages: a platform's own, a path, a name.
    #[must_use]
    pub fn verbatim(words: impl Into<String>) -> Self {
        let words = words.into();
        Self { zh: words.clone(), en: words }
    }

    /// Its lines, each in both languages.
    pub fn lines(&self) -> impl Iterator<Item = Self> + '_ {
        self.zh.lines().zip(self.en.lines()).map(|(zh, en)| Self { zh: zh.to_owned(), en: en.to_owned() })
    }

    /// This sentence with another behind it.
    #[must_use]
    pub fn then(mut self, next: &Self) -> Self {
        self.zh.push_str(&next.zh);
        if !self.en.is_empty() && !self.en.ends_with(char::is_whitespace) && !next.en.starts_with(char::is_whitespace) {
            self.en.push(' ');
        }
        self.en.push_str(&next.en);
        self
    }
}

/// Makes a [`Text`](crate::text::Text) from a Chinese and an English format string:
/// `text!("第 {row} 行", "row {row}")`.
#[macro_export]
macro_rules! text {
    ($zh:literal, $en:literal $(, $($args:tt)+)?) => {
        $crate::text::Text {
            zh: format!($zh $(, $($args)+)?),
            en: format!($en $(, $($args)+)?),
        }
    };
}
