//! A sandbox that runs on a thread of its own.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::thread::JoinHandle;

use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio_rustls::TlsAcceptor;

use super::fault::{Fault, When};
use super::ledger::{Ledger, Milestone};
use super::server::{self, Order};
use super::world::World;
use super::{Call, Options};
use crate::error::{Error, Kind, Result};

/// The platforms on loopback.
pub struct Sandbox;

impl Sandbox {
    /// Starts a sandbox on a thread of its own. It listens when this returns.
    ///
    /// # Errors
    /// When the port is taken, the ledger's file cannot be used, or the machine has no thread to spare.
    pub fn start(options: &Options) -> Result<Running> {
        let (orders, inbox) = mpsc::unbounded_channel();
        let world = Arc::new(World::new(options, orders)?);
        let (port, serving) = (options.port, Arc::clone(&world));
        let tls = options.tls.clone();
        let (ready, listening) = std::sync::mpsc::channel();
        let thread = std::thread::Builder::new()
            .name("sandbox".to_owned())
            .spawn(move || run(serving, inbox, port, tls, &ready))
            .map_err(|error| no_thread(&error))?;
        // A thread that ended without a word had none to spare for a runtime.
        let address = listening.recv().unwrap_or_else(|_| Err(no_thread(&std::io::Error::other("no runtime"))))?;
        Ok(Running {
            world,
            address,
            scheme: if options.tls.is_some() { "https" } else { "http" },
            thread: Some(thread),
        })
    }

    /// Runs a sandbox, tells its address once it listens, and stops it when `until` returns.
    ///
    /// # Errors
    /// As [`start`](Self::start).
    pub fn serve_until(options: &Options, listening: impl FnOnce(SocketAddr), until: impl FnOnce()) -> Result<()> {
        let running = Self::start(options)?;
        listening(running.addr());
        until();
        running.stop();
        Ok(())
    }
}

/// The sandbox's thread: all of it is here, so that a sandbox can be started from async code too.
fn run(
    world: Arc<World>,
    inbox: mpsc::UnboundedReceiver<Order>,
    port: u16,
    tls: Option<Arc<rustls::ServerConfig>>,
    ready: &std::sync::mpsc::Sender<Result<SocketAddr>>,
) {
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return drop(ready.send(Err(no_thread(&error)))),
    };
    runtime.block_on(async {
        let listener = TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port))).await;
        let listening = listener.and_then(|listener| Ok((listener.local_addr()?, listener)));
        match listening {
            Ok((address, listener)) => {
                // Nobody waits for the address any more only if the starter has gone.
                if ready.send(Ok(address)).is_ok() {
                    server::serve(world, listener, inbox, tls.map(TlsAcceptor::from)).await;
                }
            }
            Err(error) => drop(ready.send(Err(no_port(port, &error)))),
        }
    });
}

/// A sandbox that runs. Dropping it stops it: the port is closed, and so is every connection.
pub struct Running {
    world: Arc<World>,
    address: SocketAddr,
    scheme: &'static str,
    thread: Option<JoinHandle<()>>,
}

impl Running {
    /// Where it listens.
    #[must_use]
    pub const fn addr(&self) -> SocketAddr {
        self.address
    }

    /// Where it listens, as the start of a URL: `http://127.0.0.1:PORT`, or `https`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("{}://{}", self.scheme, self.address)
    }

    /// A copy of the ledger as it is now.
    #[must_use]
    pub fn ledger(&self) -> Ledger {
        self.world.book.copy()
    }

    /// Adds fault rules behind those in force.
    pub fn add_faults(&self, faults: Vec<Fault>) {
        self.world.faults.add(faults);
    }

    /// Takes every fault rule away.
    pub fn clear_faults(&self) {
        self.world.faults.clear();
    }

    /// Holds the requests of a kind, before or after their effect, until they are released.
    pub fn hold(&self, call: Call, when: When) {
        self.world.gates.close(call, when);
    }

    /// Lets held requests of a kind go: all from now on, or only so many.
    pub fn release(&self, call: Call, count: Option<u64>) {
        self.world.gates.open(call, count);
    }

    /// Returns once so many requests of a kind have arrived since the ledger began.
    pub async fn arrived(&self, call: Call, count: u64) {
        self.world.book.reached(Milestone::Arrived(call), count).await;
    }

    /// Returns once so many submissions have withdrawn something.
    pub async fn carried_out(&self, count: u64) {
        self.world.book.reached(Milestone::Effects, count).await;
    }

    /// Returns once so many requests of a kind are being held.
    pub async fn held(&self, call: Call, count: u64) {
        self.world.gates.held(call, count).await;
    }

    /// Forgets what happened: the ledger and its file, every effect, the rules' counts, and whatever is held.
    ///
    /// # Errors
    /// When the ledger's file cannot be written.
    pub fn reset(&self) -> Result<()> {
        self.world.reset().map_err(|error| {
            Error::internal(crate::text!("沙盒账本无法写入:{error}", "the sandbox's ledger cannot be written: {error}"))
        })
    }

    /// Stops it and waits until the port is closed. What has not been carried out by now never will be.
    pub fn stop(mut self) {
        self.end();
    }

    fn end(&mut self) {
        // Where nobody receives, it has ended already.
        let _ = self.world.orders.send(Order::Stop);
        self.join();
    }

    fn join(&mut self) {
        if let Some(thread) = self.thread.take() {
            // Serving has no way to panic of its own; were there one, the port would be closed all the same.
            let _ = thread.join();
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.end();
    }
}

fn no_thread(error: &std::io::Error) -> Error {
    Error::internal(crate::text!("沙盒无法启动:{error}", "the sandbox cannot start: {error}"))
}

fn no_port(port: u16, error: &std::io::Error) -> Error {
    Error::new(
        Kind::Usage,
        crate::text!("沙盒无法监听 127.0.0.1:{port}:{error}", "the sandbox cannot listen on 127.0.0.1:{port}: {error}"),
    )
    .next(crate::text!("换一个端口:--port N(0 为任意空闲端口)", "choose another port: --port N (0: any that is free)"))
}
