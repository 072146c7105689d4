//! Nothing sent twice, nothing lost, whatever answers come and whatever this machine does: the real
//! program against the sandbox, whose ledger is the witness.

mod bench;
#[path = "../shared/control.rs"]
mod control;
#[cfg(unix)]
mod disk;
mod doubt;
mod flaws;
mod frames;
mod generic;
mod hostile;
#[path = "../shared/login.rs"]
mod login;
mod lookups;
#[cfg(unix)]
mod machine;
mod own;
mod secrets;
mod settled;
mod subject;
mod submissions;
mod table;
mod tls;
#[path = "../shared/wait.rs"]
mod wait;
