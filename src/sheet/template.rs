//! A blank sheet for an operation.

use std::path::Path;

use crate::error::Result;
use crate::text::Lang;

use super::layout::Layout;

/// x
pub fn write_template(_path: &Path, _layout: &Layout, _lang: Lang) -> Result<()> {
    Ok(())
}
