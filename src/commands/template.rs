//! `unpromo template`: a blank sheet.

use super::Context;
use super::intake::layouts;
use crate::cli;
use crate::error::{Error, Result};
use crate::sheet::write_template;
use crate::text;

pub(super) fn template(context: &Context, args: &cli::Template) -> Result<u8> {
    let place = args.output.display();
    if args.output.exists() {
        return Err(Error::usage(text!("{place} 已经存在", "{place} exists already")).next(text!(
            "请换一个文件名,空表不会覆盖已有的文件",
            "choose another name; a blank sheet overwrites nothing"
        )));
    }
    for layout in layouts(Some(&args.operation)) {
        write_template(&args.output, &layout, context.lang)?;
    }
    context.screen().say(&text!(
        "已写好空表 {place};填好后先运行:unpromo run {place} --dry-run",
        "wrote the blank sheet {place}; fill it in, then: unpromo run {place} --dry-run"
    ));
    Ok(0)
}
