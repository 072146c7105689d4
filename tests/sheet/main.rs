//! What people hand in, good and bad, read through the library's public face.

mod headings;
mod hostile;
mod reading;
mod samples;
mod support;
mod text_files;
mod web_pages;
