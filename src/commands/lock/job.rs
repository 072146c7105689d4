//! One process a job: an OS lock that goes when the process does, however it ends.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::Write;
use std::path::Path;

use crate::error::{Error, Result};
use crate::home::Home;
use crate::journal::JobInfo;
use crate::text;

/// Held while a process works on a job.
#[derive(Debug)]
pub(in crate::commands) struct JobLock {
    /// Closing it gives the lock back.
    _file: File,
}

impl JobLock {
    /// Takes a job for this process.
    pub fn take(home: &Home, job: i64, holder: Option<&JobInfo>) -> Result<Self> {
        let path = home.make_locks()?.join(format!("job-{job}.lock"));
        let place = path.display();
        let file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .read(true)
            .write(true)
            .open(&path)
            .map_err(|why| Error::internal(text!("写不了 {place}:{why}", "cannot write {place}: {why}")))?;
        match file.try_lock() {
            Ok(()) => {
                // For people who meet the lock; that it cannot be noted is no reason to stop.
                let _ = file.set_len(0).and_then(|()| write!(&file, "{}", std::process::id()));
                Ok(Self { _file: file })
            }
            Err(TryLockError::WouldBlock) => Err(busy(job, pid_in(&path).or(holder.map(|holder| holder.pid)))),
            Err(TryLockError::Error(why)) => {
                Err(Error::internal(text!("锁不住 {place}:{why}", "cannot lock {place}: {why}")))
            }
        }
    }

    /// The jobs that processes work on now, each with its process as far as known.
    pub fn held(home: &Home) -> Vec<(i64, Option<u32>)> {
        let entries = std::fs::read_dir(home.locks()).into_iter().flatten().flatten();
        let held = entries.filter_map(|entry| {
            let name = entry.file_name().into_string().ok()?;
            let job = name.strip_prefix("job-")?.strip_suffix(".lock")?.parse().ok()?;
            let file = File::open(entry.path()).ok()?;
            matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock)).then(|| (job, pid_in(&entry.path())))
        });
        let mut held: Vec<_> = held.collect();
        held.sort_unstable();
        held
    }

    /// Whether another process works on a job now.
    pub fn is_taken(home: &Home, job: i64) -> bool {
        Self::take(home, job, None).is_err_and(|why| why.kind == crate::error::Kind::Usage)
    }
}

/// The process that noted itself in a lock's file. Windows does not let others read a locked file.
fn pid_in(path: &Path) -> Option<u32> {
    std::fs::read_to_string(path).ok()?.trim().parse().ok()
}

fn busy(job: i64, pid: Option<u32>) -> Error {
    let pid = pid.map_or_else(|| "?".to_owned(), |pid| pid.to_string());
    Error::usage(text!(
        "任务 {job} 正由另一个 unpromo 进程({pid})执行",
        "another unpromo process ({pid}) is working on job {job}"
    ))
    .next(text!("请等它结束,或在它的窗口里按 Ctrl-C", "wait until it ends, or press Ctrl-C in its window"))
}
