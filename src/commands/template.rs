//! `unpromo template`: a blank sheet, or one that is filled in for the sandbox.

use super::intake::layouts;
use super::{Context, operation_of};
use crate::cli;
use crate::error::{Error, Result};
use crate::sheet::{write_sample, write_template};
use crate::shell::quote_path;
use crate::text;

pub(super) fn template(context: &Context, args: &cli::Template) -> Result<u8> {
    let place = args.output.display();
    if args.output.exists() {
        return Err(Error::usage(text!("{place} 已经存在", "{place} exists already")).next(text!(
            "请换一个文件名；template 不会覆盖已有的文件",
            "choose another name; template overwrites nothing"
        )));
    }
    let path = quote_path(&args.output);
    let said = if args.sample {
        write_sample(&args.output, operation_of(&args.operation)?.sample().workbook)?;
        text!(
            "已写好样表 {place}；在沙盒上试一试：unpromo run {path} --sandbox --dry-run",
            "wrote the sample {place}; try it in the sandbox: unpromo run {path} --sandbox --dry-run"
        )
    } else {
        for layout in layouts(Some(&args.operation)) {
            write_template(&args.output, &layout, context.lang)?;
        }
        text!(
            "已写好空白表格 {place}；填好后先运行：unpromo run {path} --dry-run",
            "wrote the blank sheet {place}; fill it in, then: unpromo run {path} --dry-run"
        )
    };
    context.screen().say(&said);
    Ok(0)
}
