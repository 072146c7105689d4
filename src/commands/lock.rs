//! One process a job: an OS lock that goes when the process does, however it ends.

use std::fs::{File, OpenOptions, TryLockError};

use crate::error::{Error, Result};
use crate::home::Home;
use crate::journal::JobInfo;
use crate::text;

/// Held while a process works on a job.
#[derive(Debug)]
pub(super) struct JobLock {
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
            Ok(()) => Ok(Self { _file: file }),
            Err(TryLockError::WouldBlock) => Err(busy(job, holder)),
            Err(TryLockError::Error(why)) => {
                Err(Error::internal(text!("锁不住 {place}:{why}", "cannot lock {place}: {why}")))
            }
        }
    }

    /// Whether another process works on a job now.
    pub fn is_taken(home: &Home, job: i64) -> bool {
        Self::take(home, job, None).is_err_and(|why| why.kind == crate::error::Kind::Usage)
    }
}

fn busy(job: i64, holder: Option<&JobInfo>) -> Error {
    let pid = holder.map_or(0, |holder| holder.pid);
    Error::usage(text!(
        "任务 {job} 正由另一个 unpromo 进程({pid})执行",
        "another unpromo process ({pid}) is working on job {job}"
    ))
    .next(text!("请等它结束,或在它的窗口里按 Ctrl-C", "wait until it ends, or press Ctrl-C in its window"))
}
