//! The two operations on the Taobao Open Platform, as their users run them: the real binary, real files, a
//! sandbox that verifies every signature and writes down what it accepted.

mod gift;
mod headings;
mod pool;
mod shop;
mod stage;
