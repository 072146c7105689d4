//! The user's wish to stop.

use tokio::sync::watch;

/// Asks a job to stop: nothing new is sent, what is in flight is waited for.
#[derive(Clone, Debug)]
pub struct Stop(watch::Sender<bool>);

impl Default for Stop {
    fn default() -> Self {
        Self(watch::Sender::new(false))
    }
}

impl Stop {
    /// Asks to stop.
    pub fn request(&self) {
        self.0.send_replace(true);
    }

    /// Whether someone asked.
    #[must_use]
    pub fn is_requested(&self) -> bool {
        *self.0.borrow()
    }

    /// Waits until someone asks.
    pub async fn requested(&self) {
        // The sender is held here, so the wait can only end by a request.
        let _ = self.0.subscribe().wait_for(|stop| *stop).await;
    }
}
