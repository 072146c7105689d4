//! What people get back: real files, read again with the tools that others read them with.

#[path = "result/by_hand.rs"]
mod by_hand;
#[path = "result/csv.rs"]
mod csv_file;
#[path = "result/jsonl.rs"]
mod jsonl_file;
#[path = "result/places.rs"]
mod places;
#[path = "result/support.rs"]
mod support;
#[path = "result/workbook.rs"]
mod workbook;
