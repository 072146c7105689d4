//! What people hand in and get back: reading, encodings, columns, writing, templates.

pub mod headings;
