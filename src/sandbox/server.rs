//! The listening socket and its connections.

use std::net::SocketAddr;
use std::sync::{Arc, Weak};
use std::time::Duration;

use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio_rustls::TlsAcceptor;

use super::exchange;
use super::line::{Line, Wire};
use super::world::World;

/// What a serving sandbox can be told.
pub(super) enum Order {
    /// End now.
    Stop,
    /// Close the port for a while, and the connections unless they are kept.
    StopListening { off_for: Duration, keep: bool, spare: Arc<Line> },
}

/// Serves until it is told to stop.
pub(super) async fn serve(
    world: Arc<World>,
    listener: TcpListener,
    mut orders: mpsc::UnboundedReceiver<Order>,
    tls: Option<TlsAcceptor>,
) {
    let Ok(address) = listener.local_addr() else { return };
    let server = auto::Builder::new(TokioExecutor::new());
    let mut lines: Vec<Weak<Line>> = Vec::new();
    let mut listener = Some(listener);
    loop {
        let Some(open) = &listener else {
            listener = Some(listen_again(address).await);
            continue;
        };
        tokio::select! {
            biased;
            order = orders.recv() => match order {
                None | Some(Order::Stop) => return,
                Some(Order::StopListening { off_for, keep, spare }) => {
                    listener = None;
                    for line in lines.drain(..).filter_map(|line| line.upgrade()) {
                        if !keep && !Arc::ptr_eq(&line, &spare) {
                            line.cut(false);
                        }
                    }
                    tokio::time::sleep(off_for).await;
                }
            },
            accepted = open.accept() => match accepted {
                Ok((socket, _)) => {
                    if lines.len() == lines.capacity() {
                        lines.retain(|line| line.strong_count() > 0);
                    }
                    lines.push(connect(&world, &server, tls.clone(), socket));
                }
                // Out of file descriptors, say: others will end.
                Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
            },
        }
    }
}

/// The port again, as soon as it can be had.
async fn listen_again(address: SocketAddr) -> TcpListener {
    loop {
        match TcpListener::bind(address).await {
            Ok(listener) => return listener,
            Err(_) => tokio::time::sleep(Duration::from_millis(5)).await,
        }
    }
}

/// Serves one connection on a task of its own.
fn connect(
    world: &Arc<World>,
    server: &auto::Builder<TokioExecutor>,
    tls: Option<TlsAcceptor>,
    socket: TcpStream,
) -> Weak<Line> {
    // Small answers should not wait for one another; a socket that is gone already needs no setting.
    let _ = socket.set_nodelay(true);
    let line = Arc::new(Line::default());
    let wire = Wire::new(socket, Arc::clone(&line));
    let (shared, own) = (Arc::clone(world), Arc::clone(&line));
    let service = service_fn(move |request| exchange::answer(Arc::clone(&shared), Arc::clone(&own), request));
    let server = server.clone();
    let task = tokio::spawn(async move {
        // A client that goes away in the middle, or that does not trust us, is no news.
        match tls {
            None => drop(server.serve_connection(TokioIo::new(wire), service).await),
            Some(tls) => {
                if let Ok(wire) = tls.accept(wire).await {
                    drop(server.serve_connection(TokioIo::new(wire), service).await);
                }
            }
        }
    });
    line.belongs_to(task.abort_handle());
    Arc::downgrade(&line)
}
