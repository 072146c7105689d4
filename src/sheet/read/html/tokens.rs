//! HTML as tags and text, with those attributes that matter for a table.

use std::io::Read;
use std::mem::take;

use html5gum::emitters::callback::{CallbackEmitter, CallbackEvent};
use html5gum::{Error, IoReader, Span, Tokenizer};

/// A piece of HTML.
#[derive(Debug)]
pub(super) enum Token {
    /// A tag that opens.
    Open(Tag),
    /// A tag that closes, by its name.
    Close(String),
    /// Text between tags, without entities.
    Text(String),
    /// The file ends inside a tag or a comment.
    CutOff,
}

/// A tag that opens.
#[derive(Debug, Default)]
pub(super) struct Tag {
    pub(super) name: String,
    pub(super) style: String,
    pub(super) class: String,
    /// Whether it has the attribute `hidden`.
    pub(super) is_hidden: bool,
    pub(super) rowspan: Option<String>,
    pub(super) colspan: Option<String>,
    /// How many columns a `col` is about.
    pub(super) span: Option<String>,
    /// What kind of field an `input` is.
    pub(super) kind: String,
    /// The number and the formula that Excel writes beside the text of a cell.
    pub(super) number: String,
    pub(super) formula: String,
}

/// Which attribute is being read.
#[derive(Clone, Copy, Debug)]
enum Attribute {
    Style,
    Class,
    Rowspan,
    Colspan,
    Span,
    Kind,
    Number,
    Formula,
    Other,
}

impl Tag {
    /// Begins an attribute; of several of one name the first counts.
    fn begin(&mut self, name: &[u8]) -> Attribute {
        let is_first = |value: &str, attribute| if value.is_empty() { attribute } else { Attribute::Other };
        match name {
            b"style" => is_first(&self.style, Attribute::Style),
            b"class" => is_first(&self.class, Attribute::Class),
            b"type" => is_first(&self.kind, Attribute::Kind),
            b"x:num" => is_first(&self.number, Attribute::Number),
            b"x:fmla" => is_first(&self.formula, Attribute::Formula),
            b"rowspan" if self.rowspan.is_none() => Attribute::Rowspan,
            b"colspan" if self.colspan.is_none() => Attribute::Colspan,
            b"span" if self.span.is_none() => Attribute::Span,
            b"hidden" => {
                self.is_hidden = true;
                Attribute::Other
            }
            _ => Attribute::Other,
        }
    }

    fn set(&mut self, attribute: Attribute, value: &[u8]) {
        let value = String::from_utf8_lossy(value).into_owned();
        match attribute {
            Attribute::Style => self.style = value,
            Attribute::Class => self.class = value,
            Attribute::Rowspan => self.rowspan = Some(value),
            Attribute::Colspan => self.colspan = Some(value),
            Attribute::Span => self.span = Some(value),
            Attribute::Kind => self.kind = value,
            Attribute::Number => self.number = value,
            Attribute::Formula => self.formula = value,
            Attribute::Other => (),
        }
    }
}

/// The pieces of a page, one after another.
pub(super) fn tokens(source: impl Read) -> impl Iterator<Item = std::io::Result<Token>> {
    let (mut tag, mut attribute) = (Tag::default(), Attribute::Other);
    let words = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let mut emitter = CallbackEmitter::new(move |event: CallbackEvent<'_>, _: Span<()>| match event {
        CallbackEvent::OpenStartTag { name } => {
            (tag, attribute) = (Tag { name: words(name), ..Tag::default() }, Attribute::Other);
            None
        }
        CallbackEvent::AttributeName { name } => {
            attribute = tag.begin(name);
            None
        }
        CallbackEvent::AttributeValue { value } => {
            tag.set(attribute, value);
            None
        }
        CallbackEvent::CloseStartTag { .. } => Some(Token::Open(take(&mut tag))),
        CallbackEvent::EndTag { name } => Some(Token::Close(words(name))),
        CallbackEvent::String { value } => Some(Token::Text(words(value))),
        CallbackEvent::Error(
            Error::EofInTag
            | Error::EofBeforeTagName
            | Error::EofInComment
            | Error::EofInDoctype
            | Error::EofInScriptHtmlCommentLikeText,
        ) => Some(Token::CutOff),
        CallbackEvent::Comment { .. } | CallbackEvent::Doctype { .. } | CallbackEvent::Error(_) => None,
    });
    // Scripts, styles and titles hold text that only looks like tags.
    emitter.naively_switch_states(true);
    Tokenizer::new_with_emitter(IoReader::new(source), emitter)
}
