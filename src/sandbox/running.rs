//! A sandbox that runs on a thread of its own.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::thread::JoinHandle;

use tokio::net::TcpListener;
use tokio::sync::mpsc;

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
        let runtime =
            tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(|error| no_thread(&error))?;
        let (orders, inbox) = mpsc::unbounded_channel();
        let world = Arc::new(World::new(options, orders)?);
        let wanted = SocketAddr::from((Ipv4Addr::LOCALHOST, options.port));
        let listener = runtime.block_on(TcpListener::bind(wanted)).map_err(|error| no_port(options.port, &error))?;
        let address = listener.local_addr().map_err(|error| no_port(options.port, &error))?;
        let serving = Arc::clone(&world);
        let thread = std::thread::Builder::new()
            .name("sandbox".to_owned())
            .spawn(move || runtime.block_on(server::serve(serving, listener, inbox)))
            .map_err(|error| no_thread(&error))?;
        Ok(Running { world, address, thread: Some(thread) })
    }

    /// Runs a sandbox until the process ends, and tells its address once it listens.
    ///
    /// # Errors
    /// As [`start`](Self::start).
    pub fn serve_forever(options: &Options, listening: impl FnOnce(SocketAddr)) -> Result<()> {
        let mut running = Self::start(options)?;
        listening(running.addr());
        running.join();
        Ok(())
    }
}

/// A sandbox that runs. Dropping it stops it: the port is closed, and so is every connection.
pub struct Running {
    world: Arc<World>,
    address: SocketAddr,
    thread: Option<JoinHandle<()>>,
}

impl Running {
    /// Where it listens.
    #[must_use]
    pub const fn addr(&self) -> SocketAddr {
        self.address
    }

    /// Where it listens, as the start of a URL: `http://127.0.0.1:PORT`, or `https://…` with a certificate.
    #[must_use]
    pub fn url(&self) -> String {
        let scheme = if self.world.tls.is_some() { "https" } else { "http" };
        format!("{scheme}://{}", self.address)
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
