//! The truth about what was sent; durable. Every query of it lives here.
