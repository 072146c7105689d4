//! One process an account, whatever the shop is called and whichever journal remembers it: the rate limit belongs to
//! the account.
//!
//! An account's lock is a file in two folders: beside the journal's own file, which links lead to as well, and in the
//! user's data folder, which all of the user's journals share. Beside each lock stands a file that says who holds it,
//! since Windows lets nobody read a locked one, and when the last holder let go.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};
use std::time::Duration;

use ring::digest::{SHA256, digest};
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::hex::hex;
use crate::home::Home;
use crate::job::Event;
use crate::journal::Lane;
use crate::shop::Shop;
use crate::text;
use crate::text::Text;

/// The accounts that a job works for.
#[derive(Debug)]
pub(in crate::commands) struct Accounts {
    accounts: Vec<Account>,
    /// The first is beside the journal.
    folders: Vec<PathBuf>,
}

/// One account.
#[derive(Debug)]
struct Account {
    /// The name of its files.
    file: String,
    /// What the shop is called here.
    shop: String,
}

/// Who holds an account, or held it last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::commands) struct Holder {
    pub pid: u32,
    /// `None`: it works by hand.
    pub job: Option<i64>,
    /// What the shop is called there.
    pub shop: String,
    /// When it let go, and so the latest time at which it sent something: epoch ms.
    released_at: Option<i64>,
}

/// An account that another process works for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::commands) struct Busy {
    /// What the shop is called here.
    pub shop: String,
    /// `None` where it could not be found out.
    pub holder: Option<Holder>,
}

/// The accounts, held. Dropping it lets them go.
#[derive(Debug)]
pub(in crate::commands) struct AccountLocks {
    held: Vec<Held>,
    /// The latest time at which an earlier holder may have sent something: epoch ms.
    sent_before: Option<i64>,
}

#[derive(Debug)]
struct Held {
    /// Closing it gives the lock back.
    _file: File,
    note: PathBuf,
    holder: Holder,
}

impl Accounts {
    /// The accounts of a job's shops. A job in the embedded sandbox has none: the platform is its own.
    pub fn of(home: &Home, shops: &[(Lane, Shop)], is_sandbox: bool) -> Result<Self> {
        let mut accounts: Vec<Account> = Vec::new();
        for (_, shop) in shops.iter().filter(|_| !is_sandbox) {
            let file = file_name(shop);
            if accounts.iter().all(|known| known.file != file) {
                accounts.push(Account { file, shop: shop.name.clone() });
            }
        }
        let folders = if accounts.is_empty() { Vec::new() } else { home.account_locks()? };
        Ok(Self { accounts, folders })
    }

    /// Takes all of them for a job, or none where another process holds one.
    pub fn try_take(&self, job: Option<i64>) -> Result<std::result::Result<AccountLocks, Busy>> {
        let mut locks = AccountLocks { held: Vec::new(), sent_before: None };
        for account in &self.accounts {
            for (folder, is_own) in self.folders.iter().zip([true].into_iter().chain(std::iter::repeat(false))) {
                let note = folder.join(format!("{}.holder", account.file));
                let lock = folder.join(format!("{}.lock", account.file));
                match try_lock(&lock) {
                    Ok(file) => locks.add(file, note, account, job),
                    Err(TryLockError::WouldBlock) => {
                        let holder = read(&note).filter(|holder| holder.released_at.is_none());
                        return Ok(Err(Busy { shop: account.shop.clone(), holder }));
                    }
                    // The folder that is shared may be another user's, or on a disk without locks.
                    Err(TryLockError::Error(_)) if !is_own => {}
                    Err(TryLockError::Error(why)) => {
                        let place = lock.display();
                        return Err(Error::internal(text!("锁不住 {place}：{why}", "cannot lock {place}: {why}")));
                    }
                }
            }
        }
        // Only now: what is let go again because another one is busy must not look as if it had been used.
        locks.held.iter().for_each(Held::tell);
        Ok(Ok(locks))
    }

    /// With `--no-wait`: takes all of them now, or says who holds one. Without it they are waited for later.
    pub fn take_without_waiting(&self, no_wait: bool, job: Option<i64>) -> Result<Option<AccountLocks>> {
        if !no_wait {
            return Ok(None);
        }
        self.try_take(job)?.map(Some).map_err(|busy| busy.refusal())
    }
}

impl AccountLocks {
    fn add(&mut self, file: File, note: PathBuf, account: &Account, job: Option<i64>) {
        let now = now_ms();
        // A holder that did not say when it let go was ended: it may have sent something a moment ago.
        let before = read(&note).map(|holder| holder.released_at.map_or(now, |at| at.min(now)));
        self.sent_before = self.sent_before.max(before);
        let holder = Holder { pid: std::process::id(), job, shop: account.shop.clone(), released_at: None };
        self.held.push(Held { _file: file, note, holder });
    }

    /// How long to wait before the first request, so that the account's limit holds over the change of its holder.
    pub fn pause(&self, per_second: Option<f64>) -> Duration {
        let (Some(before), Some(rate)) = (self.sent_before, per_second) else { return Duration::ZERO };
        let since = Duration::from_millis(u64::try_from(now_ms().saturating_sub(before)).unwrap_or_default());
        Duration::try_from_secs_f64(1.0 / rate).unwrap_or_default().saturating_sub(since)
    }
}

impl Drop for AccountLocks {
    fn drop(&mut self) {
        let now = now_ms();
        for held in &mut self.held {
            // What was not told was never used.
            if read(&held.note).as_ref() == Some(&held.holder) {
                held.holder.released_at = Some(now);
                held.tell();
            }
        }
    }
}

impl Held {
    /// For people and for the next holder; that it cannot be noted is no reason to stop.
    fn tell(&self) {
        let _ = fs::write(&self.note, serde_json::to_string(&self.holder).unwrap_or_default());
    }
}

impl Busy {
    /// Who works for the account.
    pub fn sentence(&self) -> Text {
        let Some(Holder { pid, job, shop, .. }) = &self.holder else {
            return text!("另一个 unpromo 进程正在使用这个账号", "another unpromo process is working for this account");
        };
        match job {
            Some(job) => text!(
                "进程 {pid} 正在为这个账号执行任务 {job}（店铺 {shop}）",
                "process {pid} is working for this account: job {job}, shop {shop}"
            ),
            None => text!(
                "进程 {pid} 正在为这个账号手工操作（店铺 {shop}）",
                "process {pid} is working for this account by hand, shop {shop}"
            ),
        }
    }

    /// What hosts are told of it.
    pub fn event(&self) -> Event {
        let holder = self.holder.as_ref();
        Event::AccountBusy {
            shop: self.shop.clone(),
            pid: holder.map(|holder| holder.pid),
            job: holder.and_then(|holder| holder.job),
            why: self.sentence(),
        }
    }

    /// With `--no-wait`: nothing was sent.
    pub fn refusal(&self) -> Error {
        let shop = &self.shop;
        let what = text!("店铺 {shop}：", "shop {shop}: ").then(&self.sentence());
        Error::usage(what.then(&text!("；什么也没有提交", "; nothing was sent"))).next(text!(
            "等它做完再运行；不写 --no-wait 就会自动等到轮到为止",
            "try again when it has ended; without --no-wait this run would wait for its turn"
        ))
    }
}

/// Named by the account and, on this machine itself, by the port: each sandbox is a platform of its own.
fn file_name(shop: &Shop) -> String {
    let account = format!("{} {}", shop.account(), shop.credentials.loopback_port().unwrap_or_default());
    let hash = hex(digest(&SHA256, account.as_bytes()).as_ref());
    format!("account-{}-{}", shop.credentials.platform(), &hash[..16])
}

fn try_lock(path: &Path) -> std::result::Result<File, TryLockError> {
    let file = OpenOptions::new().create(true).truncate(false).read(true).write(true).open(path);
    let file = file.map_err(TryLockError::Error)?;
    file.try_lock().map(|()| file)
}

fn read(note: &Path) -> Option<Holder> {
    serde_json::from_str(&fs::read_to_string(note).ok()?).ok()
}

fn now_ms() -> i64 {
    jiff::Timestamp::now().as_millisecond()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shop::Credentials;

    fn shop(name: &str, url: &str, number: usize) -> (Lane, Shop) {
        let credentials = Credentials::of_sandbox("temu", url, number).expect("credentials");
        let shop = Shop { name: name.to_owned(), credentials, added_at: 0 };
        (Lane { lane: 0, shop: name.to_owned(), account: shop.account() }, shop)
    }

    fn accounts(folder: &Path, shops: &[(Lane, Shop)]) -> Accounts {
        let accounts = shops.iter().map(|(_, shop)| Account { file: file_name(shop), shop: shop.name.clone() });
        Accounts { accounts: accounts.collect(), folders: vec![folder.to_owned()] }
    }

    #[test]
    fn all_accounts_are_taken_or_none() {
        let folder = tempfile::tempdir().expect("a folder");
        let url = "http://127.0.0.1:8750";
        let (one, two, three) = (shop("one", url, 0), shop("two", url, 1), shop("three", url, 2));
        let first = accounts(folder.path(), std::slice::from_ref(&two));
        let second = accounts(folder.path(), &[one.clone(), two, three.clone()]);
        let held = first.try_take(Some(7)).expect("locks").expect("free");
        let busy = second.try_take(Some(8)).expect("locks").expect_err("busy");
        assert_eq!(busy.shop, "two");
        assert!(busy.sentence().en.contains("job 7") && busy.sentence().en.contains("shop two"), "{busy:?}");
        // What it had taken before it found one busy is free again.
        let third = accounts(folder.path(), &[one, three]);
        drop(third.try_take(None).expect("locks").expect("free"));
        drop(held);
        drop(second.try_take(Some(8)).expect("locks").expect("free"));
    }

    #[test]
    fn a_sandbox_at_another_port_is_another_platform_and_another_name_for_a_shop_is_not() {
        let name = |(_, shop): &(Lane, Shop)| file_name(shop);
        let one = name(&shop("one", "http://127.0.0.1:8750", 0));
        assert_eq!(one, name(&shop("uno", "http://localhost:8750/", 0)));
        assert_ne!(one, name(&shop("one", "http://127.0.0.1:8751", 0)));
        assert_ne!(one, name(&shop("one", "http://127.0.0.1:8750", 1)));
    }

    #[test]
    fn the_next_holder_waits_a_period_after_the_last_and_after_one_that_was_killed() {
        let folder = tempfile::tempdir().expect("a folder");
        let accounts = accounts(folder.path(), &[shop("one", "http://127.0.0.1:8750", 0)]);
        let first = accounts.try_take(None).expect("locks").expect("free");
        assert_eq!(first.pause(Some(0.001)), Duration::ZERO, "nobody was there before");
        drop(first);
        let second = accounts.try_take(None).expect("locks").expect("free");
        assert!(second.pause(Some(0.001)) > Duration::from_secs(900));
        assert_eq!(second.pause(None), Duration::ZERO);
        // A process that is killed gives the lock back and says nothing.
        let Held { note, .. } = &second.held[0];
        let note = note.clone();
        let left = fs::read_to_string(&note).expect("a note");
        drop(second);
        fs::write(&note, left.replace(&std::process::id().to_string(), "1")).expect("written");
        let third = accounts.try_take(None).expect("locks").expect("free");
        assert!(third.pause(Some(0.001)) > Duration::from_secs(900));
    }
}
