//! What browsers put on the clipboard, after Chrome's own rules for each shell (its developer tools'
//! network log: the POSIX, Windows and PowerShell escapes, now and in earlier years).

use serde_json::json;

use crate::firefox::{self, Firefox};

/// A request as the browser sent it.
#[derive(Clone, Debug)]
pub struct Request {
    pub method: &'static str,
    pub url: String,
    pub headers: Vec<(String, String)>,
    pub body: String,
}

pub const HOST: &str = "seller.kuajingmaihuo.com";
pub const LOOK_UP: &str =
    "/marvel-mms/cn/api/kiana/gambit/marketing/enroll/feedback/queryValidActivity4FeedBackOffline";
pub const SUBMISSION: &str = "/marvel-mms/cn/api/kiana/ultraman/FeedbackMmsExecuteRpcService/submitFeedback";

impl Request {
    pub fn look_up() -> Self {
        Self::to(&format!("https://{HOST}{LOOK_UP}"), "0aAfx-look-up", r#"{"productId":"4975750079"}"#)
    }

    pub fn submission() -> Self {
        let body = r#"{"feedbackType":8,"remark":"申请退出","businessId":2509090813203861,"activityName":"清仓甩卖"}"#;
        Self::to(&format!("https://{HOST}{SUBMISSION}"), "0aAfx-submission", body)
    }

    /// Both requests of a mall.
    pub fn both_of(mall_id: &str) -> [Self; 2] {
        [Self::look_up(), Self::submission()].map(|request| request.with("mallid", mall_id))
    }

    fn to(url: &str, anti_content: &str, body: &str) -> Self {
        let headers = [
            ("accept", "*/*"),
            ("accept-language", "zh-CN,zh;q=0.9"),
            ("anti-content", anti_content),
            ("content-type", "application/json"),
            ("cookie", "_bee=a%2Fb^c; SUB_PASS_ID=eyJ0IjoiMSJ9!{x}; note=\\back\\slash; money=$1`2"),
            ("mallid", "634418224869329"),
            ("origin", "https://seller.kuajingmaihuo.com"),
            ("sec-ch-ua", "\"Chromium\";v=\"142\", \"Not_A Brand\";v=\"99\""),
            ("sec-ch-ua-platform", "\"Windows\""),
            ("user-agent", "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/142.0.0.0"),
        ];
        Self {
            method: "POST",
            url: url.to_owned(),
            headers: headers.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec(),
            body: body.to_owned(),
        }
    }

    pub fn without(mut self, header: &str) -> Self {
        self.headers.retain(|(name, _)| name != header);
        self
    }

    pub fn with(self, header: &str, value: &str) -> Self {
        let mut changed = self.without(header);
        changed.headers.push((header.to_owned(), value.to_owned()));
        changed
    }

    pub fn at(mut self, url: &str) -> Self {
        url.clone_into(&mut self.url);
        self
    }

    fn beside(&self, apart: &[&str]) -> impl Iterator<Item = &(String, String)> {
        self.headers.iter().filter(move |(name, _)| !apart.contains(&name.as_str()))
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(header, _)| header == name).map(|(_, value)| value.as_str())
    }
}

/// A menu entry, in one of the browsers' generations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Menu {
    Bash,
    /// Bash as it was copied when every character beyond ASCII was escaped by its UTF-16 halves.
    OldBash,
    FirefoxBash,
    /// Characters beyond ASCII are lost in it.
    Cmd,
    /// Outer quotes escaped for the first time, in 2024.
    CmdOf2024,
    /// Outer quotes bare, all else escaped.
    MiddleCmd,
    /// The same on one line, `&` escaped, as from 2016 to 2018.
    CmdOf2016,
    /// Quotes doubled.
    OldCmd,
    FirefoxCmd(Firefox),
    PowerShell,
    Har,
}

impl Menu {
    pub const ALL: [Self; 16] = [
        Self::Bash,
        Self::OldBash,
        Self::FirefoxBash,
        Self::Cmd,
        Self::CmdOf2024,
        Self::MiddleCmd,
        Self::CmdOf2016,
        Self::OldCmd,
        Self::FirefoxCmd(Firefox::Doubled),
        Self::FirefoxCmd(Firefox::DollarsBackticked),
        Self::FirefoxCmd(Firefox::DollarsEscaped),
        Self::FirefoxCmd(Firefox::OuterEscaped),
        Self::FirefoxCmd(Firefox::BackslashesSingle),
        Self::FirefoxCmd(Firefox::Now),
        Self::PowerShell,
        Self::Har,
    ];

    /// Those for cmd that write any character.
    pub fn cmd() -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(|menu| {
            matches!(menu, Self::CmdOf2024 | Self::MiddleCmd | Self::CmdOf2016 | Self::OldCmd | Self::FirefoxCmd(_))
        })
    }

    /// "Copy", or with several requests "Copy all".
    pub fn copy(self, requests: &[Request]) -> String {
        let each =
            |copy: fn(&Request) -> String, between: &str| requests.iter().map(copy).collect::<Vec<_>>().join(between);
        match self {
            Self::Bash => each(|request| curl(request, bash, " \\\n  "), " ;\n"),
            Self::OldBash => each(|request| curl(request, old_bash, " "), " ;\n"),
            Self::FirefoxBash => each(firefox::bash_copy, "\n"),
            Self::Cmd => each(|request| curl(request, cmd, " ^\n  "), " &\r\n"),
            Self::CmdOf2024 => each(|request| curl(request, cmd_of_2024, " ^\n  "), " &\r\n"),
            Self::MiddleCmd => each(|request| curl(request, middle_cmd, " ^\n  "), " &\r\n"),
            Self::CmdOf2016 => each(|request| curl(request, cmd_of_2016, " "), " &\r\n"),
            Self::OldCmd => each(|request| curl(request, old_cmd, " "), " &\r\n"),
            Self::FirefoxCmd(firefox) => {
                let copies: Vec<String> = requests.iter().map(|request| firefox.copy(request)).collect();
                copies.join("\n")
            }
            Self::PowerShell => each(power_shell, ";\r\n"),
            Self::Har => har(requests),
        }
    }
}

fn curl(request: &Request, escape: fn(&str) -> String, between: &str) -> String {
    let mut parts = vec![format!("curl {}", escape(&request.url))];
    if request.method != "POST" {
        parts.push(format!("-X {}", escape(request.method)));
    }
    for (name, value) in request.beside(&["cookie"]) {
        let line = if value.trim().is_empty() { format!("{name};") } else { format!("{name}: {value}") };
        parts.push(format!("-H {}", escape(&line)));
    }
    if let Some(cookie) = request.header("cookie") {
        parts.push(format!("-b {}", escape(cookie)));
    }
    parts.push(format!("--data-raw {}", escape(&request.body)));
    parts.push("--compressed".to_owned());
    parts.join(between)
}

pub fn bash(text: &str) -> String {
    let is_escaped = |c: char| c.is_control() || c == '!';
    if !text.contains(|c| is_escaped(c) || c == '\'') {
        return format!("'{text}'");
    }
    let mut out = String::from("$'");
    for c in text.chars() {
        match c {
            '\\' => out.push_str("\\\\"),
            '\'' => out.push_str("\\'"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            c if is_escaped(c) => out.extend([format!("\\u{:04x}", u32::from(c))]),
            c => out.push(c),
        }
    }
    out + "'"
}

pub fn old_bash(text: &str) -> String {
    if text.chars().all(|c| matches!(c, ' '..='~') && c != '\'') {
        return format!("'{text}'");
    }
    let mut out = String::from("$'");
    for unit in text.encode_utf16() {
        match unit {
            0x5c => out.push_str("\\\\"),
            0x27 => out.push_str("\\'"),
            0x0a => out.push_str("\\n"),
            0x0d => out.push_str("\\r"),
            0x20..=0x7e => out.extend(char::from_u32(unit.into())),
            0..=0xff => out.extend([format!("\\x{unit:02x}")]),
            _ => out.extend([format!("\\u{unit:04x}")]),
        }
    }
    out + "'"
}

fn carets(text: &str, plain: &str) -> String {
    let mut out = String::new();
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' => out.push_str("^\\^\\"),
            '"' => out.push_str("^\\^\""),
            '\r' if chars.peek() == Some(&'\n') => {}
            '\n' => out.push_str("^\n\n"),
            '%' => {
                out.push_str("^%");
                if chars.peek().is_some_and(|next| next.is_ascii_alphanumeric() || *next == '_') {
                    out.push('^');
                }
            }
            c if c.is_ascii_alphanumeric() || c.is_whitespace() || plain.contains(c) => out.push(c),
            c => out.extend(['^', c]),
        }
    }
    out
}

pub fn cmd(text: &str) -> String {
    let escaped = carets(text, "_-:=+~'/.,?;*");
    let ascii: String = escaped.chars().map(|c| if matches!(c, ' '..='~' | '\r' | '\n') { c } else { ' ' }).collect();
    format!("^\"{ascii}^\"")
}

pub fn middle_cmd(text: &str) -> String {
    let quote = if text.contains(['\r', '\n']) { "^\"" } else { "\"" };
    format!("{quote}{}{quote}", carets(text, "_-:=+~'/.,?;()*`&"))
}

pub fn cmd_of_2024(text: &str) -> String {
    format!("^\"{}^\"", carets(text, "_-:=+~'/.,?;()*`"))
}

pub fn cmd_of_2016(text: &str) -> String {
    let quote = if text.contains(['\r', '\n']) { "^\"" } else { "\"" };
    format!("{quote}{}{quote}", carets(text, "_-:=+~'/.,?;()*`"))
}

pub fn old_cmd(text: &str) -> String {
    let escaped = text.replace('"', "\"\"").replace('%', "\"%\"").replace('\\', "\\\\");
    format!("\"{escaped}\"")
}

pub fn ps(text: &str) -> String {
    let mut out = String::from("\"");
    for unit in text.encode_utf16() {
        match char::from_u32(unit.into()) {
            Some(c @ ('`' | '$' | '"')) => out.extend(['`', c]),
            Some(c @ ' '..='~') => out.push(c),
            _ => out.extend([format!("$([char]{unit})")]),
        }
    }
    out + "\""
}

fn power_shell(request: &Request) -> String {
    let mut out = String::from("$session = New-Object Microsoft.PowerShell.Commands.WebRequestSession\n");
    if let Some(agent) = request.header("user-agent") {
        out.extend([format!("$session.UserAgent = {}\n", ps(agent))]);
    }
    for cookie in request.header("cookie").into_iter().flat_map(|cookies| cookies.split("; ")) {
        let (name, value) = cookie.split_once('=').expect("a cookie has a name");
        let (name, value, host) = (ps(name), ps(value), ps(".kuajingmaihuo.com"));
        out.extend([format!("$session.Cookies.Add((New-Object System.Net.Cookie({name}, {value}, \"/\", {host})))\n")]);
    }
    let mut parts = vec![format!("Invoke-WebRequest -UseBasicParsing -Uri {}", ps(&request.url))];
    parts.push(format!("-Method {}", ps(request.method)));
    parts.push("-WebSession $session".to_owned());
    let mut headers = vec![("authority".to_owned(), HOST.to_owned()), ("method".to_owned(), "POST".to_owned())];
    headers.extend(request.beside(&["cookie", "user-agent", "content-type"]).cloned());
    let lines: Vec<String> = headers.iter().map(|(name, value)| format!("{}={}", ps(name), ps(value))).collect();
    parts.push(format!("-Headers @{{\n{}\n}}", lines.join("\n  ")));
    if let Some(kind) = request.header("content-type") {
        parts.push(format!("-ContentType {}", ps(kind)));
    }
    let body = ps(&request.body);
    parts.push(if request.body.is_ascii() {
        format!("-Body {body}")
    } else {
        format!("-Body ([System.Text.Encoding]::UTF8.GetBytes({body}))")
    });
    out + &parts.join(" `\n")
}

fn har(requests: &[Request]) -> String {
    let entries: Vec<_> = requests
        .iter()
        .map(|request| {
            let mut headers = vec![json!({"name": ":authority", "value": HOST})];
            headers.extend(request.headers.iter().map(|(name, value)| json!({"name": name, "value": value})));
            json!({
                "startedDateTime": "2026-11-22T02:00:00.000Z",
                "request": {"method": request.method, "url": request.url, "headers": headers, "cookies": [],
                            "postData": {"mimeType": "application/json", "text": request.body}},
                "response": {"status": 200, "content": {"text": "{}"}},
            })
        })
        .collect();
    serde_json::to_string_pretty(&json!({"log": {"version": "1.2", "entries": entries}})).expect("JSON")
}
