//! "Copy as PowerShell": a session object with user agent and cookies, then `Invoke-WebRequest`.

mod lex;

use std::collections::HashMap;

use self::lex::Token;
use super::cursor::Cursor;
use super::trouble::Trouble;
use super::{CopiedRequest, CopyForm};

const COMMANDS: &[&str] = &["Invoke-WebRequest", "Invoke-RestMethod", "iwr", "irm"];

/// Whether these are certainly the first words of a statement that is read here, whatever stands before them.
pub(super) fn is_certain(text: &str) -> bool {
    let Some(rest) = text.strip_prefix('$') else {
        return COMMANDS[..2].iter().any(|command| {
            let name = text.get(..command.len()).filter(|name| name.eq_ignore_ascii_case(command));
            name.is_some() && text[command.len()..].trim_start().starts_with('-')
        });
    };
    if !begins(text) {
        return false;
    }
    let (_, value) = rest.split_once('=').unwrap_or_default();
    value.trim_start().get(.."New-Object".len()).is_some_and(|word| word.eq_ignore_ascii_case("New-Object"))
}

/// Whether a line begins a statement that is read here.
pub(super) fn begins(line: &str) -> bool {
    let name_end = line.find(|c: char| !c.is_alphanumeric() && c != '_' && c != '-').unwrap_or(line.len());
    if is_command(&line[..name_end]) {
        return true;
    }
    let Some(rest) = line.strip_prefix('$') else { return false };
    let name_end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
    let after = rest[name_end..].trim_start();
    name_end > 0 && (after.starts_with('=') || after.starts_with('.'))
}

fn is_command(word: &str) -> bool {
    COMMANDS.iter().any(|command| command.eq_ignore_ascii_case(word))
}

/// What the session objects hold so far, by the names of their variables.
#[derive(Default)]
pub(super) struct Sessions {
    by_name: HashMap<String, Session>,
    /// The line of the last assignment that no request has followed yet.
    unused: Option<usize>,
}

#[derive(Default)]
struct Session {
    user_agent: Option<String>,
    cookies: Vec<String>,
}

impl Sessions {
    /// Reads one statement, and gives the request it makes, if it makes one.
    pub(super) fn statement(&mut self, cursor: &mut Cursor<'_>) -> Result<Option<CopiedRequest>, Trouble> {
        let line = cursor.line();
        let tokens = lex::statement(cursor)?;
        if let Some(at) = tokens.iter().position(|token| matches!(token, Token::Word(word) if is_command(word))) {
            self.unused = None;
            return match self.request(&tokens[at + 1..]) {
                None => Err(Trouble::CutAfter { line }),
                request => Ok(request),
            };
        }
        if let Some(Token::Word(target)) = tokens.first() {
            self.assign(&target.to_lowercase(), &tokens);
            self.unused = Some(line);
        }
        Ok(None)
    }

    /// The line on which the text breaks off before the request that its session belongs to.
    pub(super) const fn cut_after(&self) -> Option<usize> {
        self.unused
    }

    fn assign(&mut self, target: &str, tokens: &[Token]) {
        let mut texts = tokens.iter().filter_map(|token| match token {
            Token::Text(text) => Some(text),
            _ => None,
        });
        match target.split_once('.') {
            None if target.starts_with('$') => drop(self.by_name.insert(target.to_owned(), Session::default())),
            Some((name, "useragent")) => {
                self.by_name.entry(name.to_owned()).or_default().user_agent = texts.next().cloned();
            }
            Some((name, "cookies.add")) => {
                if let (Some(cookie), Some(value)) = (texts.next(), texts.next()) {
                    self.by_name.entry(name.to_owned()).or_default().cookies.push(format!("{cookie}={value}"));
                }
            }
            _ => {}
        }
    }

    fn request(&self, tokens: &[Token]) -> Option<CopiedRequest> {
        let mut call = Call::default();
        let mut tokens = tokens;
        while let Some((token, rest)) = tokens.split_first() {
            tokens = rest;
            let Token::Word(word) = token else { continue };
            match word.trim_end_matches(':').to_lowercase().as_str() {
                "-uri" => call.url = value(tokens),
                "-method" => call.method = value(tokens),
                "-contenttype" => call.content_type = value(tokens),
                "-useragent" => call.user_agent = value(tokens),
                "-body" => call.body = body(tokens),
                "-headers" => call.headers = table(tokens),
                "-websession" => call.session = value(tokens).and_then(|name| self.by_name.get(&name.to_lowercase())),
                _ => {}
            }
        }
        call.finish()
    }
}

#[derive(Default)]
struct Call<'a> {
    url: Option<String>,
    method: Option<String>,
    content_type: Option<String>,
    user_agent: Option<String>,
    body: Option<String>,
    headers: Vec<(String, String)>,
    session: Option<&'a Session>,
}

impl Call<'_> {
    fn finish(mut self) -> Option<CopiedRequest> {
        let user_agent = self.user_agent.or_else(|| self.session.and_then(|session| session.user_agent.clone()));
        let cookies = self.session.map(|session| session.cookies.join("; ")).filter(|cookies| !cookies.is_empty());
        let beside = [("content-type", self.content_type), ("user-agent", user_agent), ("cookie", cookies)];
        self.headers.extend(beside.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))));
        let url = self.url.filter(|url| url.contains("://"))?;
        Some(CopiedRequest::new(
            CopyForm::Command,
            self.method.as_deref().unwrap_or("GET"),
            url,
            self.headers,
            self.body,
        ))
    }
}

/// The value of a parameter: a string or a bare word.
fn value(tokens: &[Token]) -> Option<String> {
    match tokens.first()? {
        Token::Text(text) | Token::Word(text) => Some(text.clone()),
        _ => None,
    }
}

/// A body: a string, or `([System.Text.Encoding]::UTF8.GetBytes("…"))`.
fn body(tokens: &[Token]) -> Option<String> {
    let is_wrapping = |token: &&Token| match token {
        Token::Sign('(') => true,
        Token::Word(word) => word.starts_with('['),
        _ => false,
    };
    match tokens.iter().find(|token| !is_wrapping(token))? {
        Token::Text(text) => Some(text.clone()),
        _ => None,
    }
}

/// `@{ "name"="value" … }`.
fn table(tokens: &[Token]) -> Vec<(String, String)> {
    let mut pairs = Vec::new();
    let inside = tokens.iter().skip_while(|token| **token != Token::Sign('{')).skip(1);
    let inside: Vec<&Token> = inside.take_while(|token| **token != Token::Sign('}')).collect();
    for window in inside.windows(3) {
        if let [Token::Text(name) | Token::Word(name), Token::Sign('='), Token::Text(value)] = window {
            pairs.push((name.clone(), value.clone()));
        }
    }
    pairs
}

#[cfg(test)]
mod tests {
    use super::{Sessions, begins};
    use crate::shop::import::cursor::Cursor;

    #[test]
    fn a_statement_is_told_from_a_prompt() {
        for line in ["$session = New-Object X", "$s.UserAgent = \"x\"", "invoke-webrequest -Uri", "iwr \"x\"", "$r=iwr"]
        {
            assert!(begins(line), "{line}");
        }
        for line in ["$ curl 'x'", "curl", "$'x'", "", "$", "中文"] {
            assert!(!begins(line), "{line}");
        }
    }

    #[test]
    fn a_session_belongs_to_its_variable() {
        let mut cursor = Cursor::new(concat!(
            "$a = New-Object Microsoft.PowerShell.Commands.WebRequestSession\n",
            "$a.Cookies.Add((New-Object System.Net.Cookie(\"x\", \"1\", \"/\", \"example.com\")))\n",
            "$a.Cookies.Add((New-Object System.Net.Cookie(\"y\", \"2\", \"/\", \"example.com\")))\n",
            "$b = New-Object Microsoft.PowerShell.Commands.WebRequestSession\n",
            "Invoke-WebRequest -UseBasicParsing -Uri \"https://example.com/\" `\n-WebSession $A `\n-Headers @{\n\"n\"=\"v\"\n  m='w'\n}\n",
            "Invoke-WebRequest -Uri https://example.com/b -WebSession $b -Method:POST",
        ));
        let mut sessions = Sessions::default();
        let mut requests = Vec::new();
        while cursor.peek().is_some() {
            requests.extend(sessions.statement(&mut cursor).expect("a statement"));
        }
        let [first, second] = requests.as_slice() else { panic!("{requests:?}") };
        let headers: Vec<_> = first.headers.iter().map(|(name, value)| (name.as_str(), value.expose())).collect();
        assert_eq!(headers, [("n", "v"), ("m", "w"), ("cookie", "x=1; y=2")]);
        assert!(second.headers.is_empty());
    }
}
