//! What people get back: real files, read again with the tools that others read them with.

mod by_hand;
mod csv;
mod jsonl;
mod places;
mod support;
mod workbook;
