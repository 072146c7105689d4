//! All that the requests of one sandbox share.

use std::path::Path;

use tokio::sync::mpsc;

use super::fault::Faults;
use super::gates::Gates;
use super::ledger::Book;
use super::platform::Platform;
use super::server::Order;
use super::temu::Temu;
use super::top::Top;
use super::wechat::Wechat;
use super::{Call, Options};
use crate::error::Result;

/// All that the requests of one sandbox share.
pub(super) struct World {
    pub book: Book,
    pub faults: Faults,
    pub gates: Gates,
    pub platforms: Vec<Box<dyn Platform>>,
    pub orders: mpsc::UnboundedSender<Order>,
}

impl World {
    /// A world as its options and its ledger's file say.
    pub fn new(options: &Options, orders: mpsc::UnboundedSender<Order>) -> Result<Self> {
        let world = Self {
            book: Book::open(options.ledger.as_deref().map(Path::new))?,
            faults: Faults::new(options.faults.clone()),
            gates: Gates::default(),
            platforms: vec![Box::new(Temu::new(options)), Box::new(Top::new(options)), Box::new(Wechat::new(options))],
            orders,
        };
        world.book.look(|entries| {
            for entry in entries.iter().filter(|entry| entry.effect) {
                let platform = world.platforms.iter().find(|platform| platform.name() == entry.platform);
                if let Some(platform) = platform {
                    platform.restore(entry);
                }
            }
        });
        Ok(world)
    }

    /// Which platform and call a path is.
    pub fn route(&self, path: &str) -> Option<(&dyn Platform, Call)> {
        self.platforms.iter().find_map(|platform| Some((platform.as_ref(), platform.route(path)?)))
    }

    /// Forgets what happened: the ledger, its file, every effect, the rules' counts, and whatever is held.
    pub fn reset(&self) -> std::io::Result<()> {
        for platform in &self.platforms {
            platform.reset();
        }
        self.faults.rewind();
        self.gates.open_all();
        self.book.clear()
    }
}
