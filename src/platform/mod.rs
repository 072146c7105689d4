//! The platforms: one trait, the one HTTP client, and a file (or folder) for each operation.
//!
//! This room knows nothing of sheets or journals. Adding an operation is adding a file and one line
//! in [`OPERATIONS`].

mod client;
mod failure;
#[cfg(feature = "fuzzing")]
pub(crate) mod fuzzing;
mod lenient;
mod paging;
mod temu;
mod top;
mod wechat;
mod wording;

use std::future::Future;
use std::pin::Pin;

pub use client::Limits;
use client::Link;
pub use failure::{CredentialsTrouble, Failure};
#[doc(hidden)] // for benches
pub use temu::read_listing as read_temu_listing;

use crate::error::{Error, Result};
use crate::model::{Column, FactColumn, GroupSheet, Item, Target};
use crate::shop::Shop;
use crate::text;
use crate::text::{Lang, Text};

/// Every operation, in the order in which help lists them.
pub static OPERATIONS: &[&dyn Operation] =
    &[&temu::TemuActivity, &top::GiftItem, &wechat::WechatCoupon, &top::ItemPool];

/// The operation with this name.
#[must_use]
pub fn operation(name: &str) -> Option<&'static dyn Operation> {
    OPERATIONS.iter().copied().find(|operation| operation.name() == name)
}

/// A call under way.
pub type Call<'a, T> = Pin<Box<dyn Future<Output = std::result::Result<T, Failure>> + Send + 'a>>;

/// One kind of work on one platform.
pub trait Operation: Sync {
    /// The stable name: `temu-activity`.
    fn name(&self) -> &'static str;
    /// What people call it.
    fn title(&self) -> Text;
    /// The platform whose shops it works for: `temu`.
    fn platform(&self) -> &'static str;
    /// What it reads from a sheet.
    fn columns(&self) -> &'static [Column];
    /// The headings of what it tells about a target in a result.
    fn facts(&self) -> &'static [FactColumn];
    /// What it tells about a target: one text for each of [`facts`](Self::facts).
    fn describe(&self, target: &Target, lang: Lang) -> Vec<String>;
    /// What it tells about a match in one sentence, where its columns are not enough.
    fn sentence(&self, _target: &Target) -> Option<Text> {
        None
    }
    /// The further worksheet of a result, where targets are made of parts.
    fn groups(&self) -> Option<&'static GroupSheet> {
        None
    }
    /// The parts of a target: for each one text for each of the columns of [`groups`](Self::groups).
    fn describe_groups(&self, _target: &Target, _lang: Lang) -> Vec<Vec<String>> {
        Vec::new()
    }
    /// A sheet to try it with, for the sandbox.
    fn sample(&self) -> Sample;
    /// What the platform promises.
    fn promises(&self) -> Promises;
    /// Submissions and look-ups a second for each shop, unless the user says otherwise.
    fn default_rate(&self) -> f64;
    /// What a row's own details rule out; `Ok` where the target fits.
    ///
    /// # Errors
    /// Says why the target does not fit the row.
    fn admits(&self, _row: &crate::model::Row, _target: &Target) -> std::result::Result<(), Text> {
        Ok(())
    }
    /// Whether what a look-up shows as done was done under this request number. `false` only where the
    /// platform names another one.
    fn is_done_by(&self, _target: &Target, _request_no: &str) -> bool {
        true
    }
    /// What a person must know before saying yes, beside the counts.
    fn warning(&self) -> Option<Text> {
        None
    }
    /// Makes the part that looks items up.
    ///
    /// # Errors
    /// When the shop's credentials are for another platform, or cannot be used.
    fn finder(&self, shop: &Shop, limits: Limits) -> Result<Box<dyn Find>>;
    /// Makes the part that submits. Never called in a dry run.
    ///
    /// # Errors
    /// When the shop's credentials cannot be used, or the operation only looks up.
    fn submitter(&self, shop: &Shop, limits: Limits) -> Result<Box<dyn Submit>>;
    /// Asks the platform who the shop is, without side effects.
    ///
    /// # Errors
    /// When the shop's credentials cannot be used; what the platform says is the call's own result.
    fn identify<'a>(&'a self, shop: &'a Shop, limits: Limits) -> Result<Call<'a, Identity>>;
}

/// A sheet to try an operation with; it comes with the program.
#[derive(Clone, Copy, Debug)]
pub struct Sample {
    /// The file's name.
    pub name: &'static str,
    /// The `.xlsx` file.
    pub workbook: &'static [u8],
}

/// A shop cannot be used for another platform's operation.
fn of_another_platform(shop: &Shop) -> Error {
    let (name, platform) = (&shop.name, shop.credentials.platform());
    Error::usage(text!(
        "店铺“{name}”属于 {platform} 平台,不能用于这个操作",
        "the shop '{name}' is of the platform {platform}, which is not this operation's"
    ))
}

/// What a platform promises of an operation. Retry rules follow from this alone.
#[expect(clippy::struct_excessive_bools, reason = "each is a promise of its own, and they come in most combinations")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Promises {
    /// Whether there is anything to submit; without, the operation only looks up.
    pub submits: bool,
    /// Whether an item is looked up at the platform; without, rows are their own targets and planning sends
    /// nothing.
    pub looks_up: bool,
    /// Whether a look-up tells afterwards what became of a submission.
    pub settles: bool,
    /// Whether sending a submission again under the same request number is harmless.
    pub repeats: bool,
}

/// Looks items up for one shop.
pub trait Find: Send + Sync {
    /// The item's targets that can be withdrawn now; empty where the platform knows none.
    fn find<'a>(&'a self, item: &'a Item) -> Call<'a, Vec<Target>>;
    /// The same to settle or verify what was submitted: only an answer that names the account proves that something
    /// is gone.
    fn find_again<'a>(&'a self, item: &'a Item) -> Call<'a, Vec<Target>> {
        self.find(item)
    }
}

/// Submits for one shop.
pub trait Submit: Send + Sync {
    /// Submits one target, once: it neither retries nor follows redirects.
    fn submit<'a>(&'a self, submission: &'a Submission) -> Call<'a, Accepted>;
}

/// One submission.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Submission {
    /// The item that the target belongs to.
    pub item: Item,
    /// What is to be withdrawn.
    pub target: Target,
    /// The words that go with it.
    pub reason: String,
    /// The number under which a repeat is harmless; empty where the platform knows none.
    pub request_no: String,
}

/// Who a login is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Identity {
    /// The shop's name at the platform.
    pub name: Option<String>,
}

/// The platform took a submission.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Accepted {
    /// Its words, where it had any.
    pub words: Option<String>,
}
