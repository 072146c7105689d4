//! Events become a bar, log lines, or JSON lines. One place decides which.
