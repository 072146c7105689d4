//! A server that answers submissions with HTTP/2 frames of its choice. Look-ups it answers as ever.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use hyper::Response;
use hyper::body::Bytes;
use rustls::ServerConfig;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use crate::bench::{Bench, CLEARANCE, CLEARANCE_ID, SPU};

/// What becomes of one submission.
#[derive(Clone, Copy, Debug)]
pub enum Turn {
    /// It is taken.
    Take,
    /// Its stream is reset.
    Reset(h2::Reason),
    /// The connection says goodbye, naming its last stream, and ends. Ours is stream 1.
    Goodbye { last: u32 },
}

#[derive(Default)]
struct Script {
    /// The activity's name.
    name: String,
    turns: Mutex<Vec<Turn>>,
    taken: AtomicUsize,
    connections: AtomicUsize,
}

/// The server, which runs until its test ends.
pub struct Front {
    address: SocketAddr,
    script: Arc<Script>,
    /// Dropping it ends the server.
    _end: oneshot::Sender<()>,
}

impl Front {
    pub fn start(tls: Arc<ServerConfig>, turns: Vec<Turn>) -> Self {
        Self::named(tls, turns, CLEARANCE)
    }

    /// The same with another name for the activity.
    pub fn named(tls: Arc<ServerConfig>, turns: Vec<Turn>, name: &str) -> Self {
        let script = Arc::new(Script { name: name.to_owned(), turns: Mutex::new(turns), ..Script::default() });
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).expect("a port");
        let address = listener.local_addr().expect("an address");
        let (acceptor, told) = (TlsAcceptor::from(tls), Arc::clone(&script));
        let (end, ended) = oneshot::channel();
        let listening = async move {
            while let Ok((socket, _)) = listener.accept().await {
                tokio::spawn(serve(acceptor.clone(), socket, Arc::clone(&told)));
            }
        };
        std::thread::spawn(move || {
            runtime.block_on(async {
                tokio::select! {
                    () = listening => {}
                    _ = ended => {}
                }
            });
        });
        Self { address, script, _end: end }
    }

    /// Points the bench's shop here.
    pub fn takes_over(&self, bench: &Bench) {
        let file = bench.home().join("shops.toml");
        let here = format!("https://{}", self.address);
        let text = std::fs::read_to_string(&file).expect("the shop file").replace(&bench.sandbox.url(), &here);
        std::fs::write(&file, text).expect("written");
    }

    /// How many submissions were taken.
    pub fn taken(&self) -> usize {
        self.script.taken.load(Ordering::SeqCst)
    }
}

impl Script {
    fn next(&self) -> Turn {
        let mut turns = self.turns.lock().expect("the turns");
        if turns.is_empty() { Turn::Take } else { turns.remove(0) }
    }

    /// Whether the next submission, which comes on a connection of its own, meets a goodbye.
    fn goodbye(&self) -> Option<u32> {
        let is_first = self.connections.fetch_add(1, Ordering::SeqCst) == 0;
        let mut turns = self.turns.lock().expect("the turns");
        match turns.first() {
            Some(Turn::Goodbye { last }) if !is_first => {
                let last = *last;
                turns.remove(0);
                Some(last)
            }
            _ => None,
        }
    }
}

async fn serve(acceptor: TlsAcceptor, socket: TcpStream, script: Arc<Script>) {
    let Ok(stream) = acceptor.accept(socket).await else { return };
    if let Some(last) = script.goodbye() {
        return say_goodbye(stream, last).await;
    }
    let Ok(mut connection) = h2::server::handshake(stream).await else { return };
    while let Some(Ok((request, respond))) = connection.accept().await {
        answer(request.uri().path(), respond, &script);
    }
}

/// Frames by hand: settings, and once the request is here, the goodbye.
async fn say_goodbye(mut stream: TlsStream<TcpStream>, last: u32) {
    const SETTINGS: [u8; 9] = [0, 0, 0, 4, 0, 0, 0, 0, 0];
    let _ = stream.write_all(&SETTINGS).await;
    let _ = stream.flush().await;
    let mut seen = Vec::new();
    // The body is a frame of its own, and the only one with braces in it.
    while !seen.contains(&b'}') {
        match stream.read_buf(&mut seen).await {
            Ok(read) if read > 0 => {}
            _ => return,
        }
    }
    let mut goodbye = vec![0, 0, 8, 7, 0, 0, 0, 0, 0];
    goodbye.extend(last.to_be_bytes());
    goodbye.extend([0; 4]);
    let _ = stream.write_all(&goodbye).await;
    let _ = stream.shutdown().await;
    // What the other side still says is read, so that the goodbye is not lost to a reset.
    while stream.read_buf(&mut seen).await.is_ok_and(|read| read > 0) {}
}

fn answer(path: &str, mut respond: h2::server::SendResponse<Bytes>, script: &Script) {
    let body = if path.ends_with("submitFeedback") {
        match script.next() {
            Turn::Reset(reason) => return respond.send_reset(reason),
            _ => script.taken.fetch_add(1, Ordering::SeqCst),
        };
        r#"{"result":null,"success":true,"errorCode":1000000,"errorMsg":null}"#.to_owned()
    } else {
        let enrollment = format!(r#"{{"enrollId":{CLEARANCE_ID},"enrollSessions":[]}}"#);
        let name = serde_json::to_string(&script.name).expect("JSON");
        let list = format!(r#"[{{"activityName":{name},"activityType":27,"feedbackEnrollInfoList":[{enrollment}]}}]"#);
        format!(r#"{{"result":{{"productId":{SPU},"activityList":{list}}},"success":true,"errorCode":1000000}}"#)
    };
    let head = Response::builder().header("content-type", "application/json").body(()).expect("a head");
    if let Ok(mut stream) = respond.send_response(head, false) {
        let _ = stream.send_data(body.into(), true);
    }
}
