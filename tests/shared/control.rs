use std::io::{Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::time::Duration;

/// Asks a sandbox something at a control path; gives back the answer's body.
pub fn ask(sandbox: impl ToSocketAddrs, method: &str, path: &str, body: &str) -> String {
    let mut socket = TcpStream::connect(sandbox).expect("the sandbox's port");
    socket.set_read_timeout(Some(Duration::from_secs(60))).expect("a timeout");
    let length = body.len();
    write!(
        socket,
        "{method} /_sandbox/{path} HTTP/1.1\r\nhost: sandbox\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{body}"
    )
    .expect("sent");
    let mut answer = String::new();
    socket.read_to_string(&mut answer).expect("an answer");
    let (head, body) = answer.split_once("\r\n\r\n").expect("a head");
    assert!(head.starts_with("HTTP/1.1 200"), "{method} {path}: {answer}");
    body.to_owned()
}
