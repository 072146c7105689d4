//! What has been deactivated, under which number, and what that does to later look-ups.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::sandbox::{Listed, Second};

/// A request to deactivate a coupon.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Order {
    pub coupon: u64,
    pub request_no: String,
    pub reason: String,
    /// Epoch ms.
    pub at: u64,
}

impl Order {
    /// Whether two requests say the same, whenever they came.
    fn is_same(&self, other: &Self) -> bool {
        (self.coupon, &self.request_no, &self.reason) == (other.coupon, &other.request_no, &other.reason)
    }
}

/// What became of an order.
pub(super) enum Taken {
    /// The coupon is deactivated by it. `second`: it had been deactivated before.
    Now { second: bool },
    /// It is the same as one that was carried out: the same answer, and nothing happens.
    Before(Order),
    /// Its number was used for something else.
    NumberUsed,
    /// The coupon was deactivated under another number.
    Already,
}

/// The orders of all merchants. Each merchant is a world of its own.
pub(super) struct Book {
    listed: Listed,
    second: Second,
    pages: Mutex<Pages>,
}

#[derive(Default)]
struct Pages {
    /// By merchant and number.
    orders: HashMap<(u64, String), Order>,
    /// By merchant and coupon: the number, and how many more look-ups do not show it.
    coupons: HashMap<(u64, u64), (String, u32)>,
    nonces: HashSet<(u64, String)>,
}

impl Book {
    pub fn new(listed: Listed, second: Second) -> Self {
        Self { listed, second, pages: Mutex::default() }
    }

    fn pages(&self) -> MutexGuard<'_, Pages> {
        self.pages.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether a nonce is new; it is not the next time.
    pub fn is_new(&self, merchant: u64, nonce: &str) -> bool {
        self.pages().nonces.insert((merchant, nonce.to_owned()))
    }

    /// Takes an order, or says why not. `is_done`: the coupon was deactivated before all orders.
    pub fn take(&self, merchant: u64, order: &Order, is_done: bool) -> Taken {
        let mut pages = self.pages();
        if let Some(earlier) = pages.orders.get(&(merchant, order.request_no.clone())) {
            return if earlier.is_same(order) { Taken::Before(earlier.clone()) } else { Taken::NumberUsed };
        }
        let second = is_done || pages.coupons.contains_key(&(merchant, order.coupon));
        if second && self.second == Second::Refuse {
            return Taken::Already;
        }
        pages.carry_out(merchant, order.clone(), self.listed);
        Taken::Now { second }
    }

    /// Takes up an order that an earlier process carried out.
    pub fn restore(&self, merchant: u64, order: Order) {
        self.pages().carry_out(merchant, order, self.listed);
    }

    /// The order that a look-up shows.
    pub fn shown(&self, merchant: u64, coupon: u64) -> Option<Order> {
        let mut pages = self.pages();
        let (number, hidden) = pages.coupons.get_mut(&(merchant, coupon))?;
        if *hidden > 0 {
            if self.listed != Listed::Always {
                *hidden -= 1;
            }
            return None;
        }
        let number = number.clone();
        pages.orders.get(&(merchant, number)).cloned()
    }

    /// Forgets everything.
    pub fn forget(&self) {
        *self.pages() = Pages::default();
    }
}

impl Pages {
    fn carry_out(&mut self, merchant: u64, order: Order, listed: Listed) {
        let hidden = match listed {
            Listed::For(look_ups) => look_ups,
            Listed::Always => u32::MAX,
        };
        self.coupons.insert((merchant, order.coupon), (order.request_no.clone(), hidden));
        self.orders.insert((merchant, order.request_no.clone()), order);
    }
}
