//! A file of text: its encoding is told once, and it is decoded from its beginning as often as it is read.

use std::fs::File;
use std::io::{Seek as _, SeekFrom, Take};

use super::encoding::{Told, tell};
use super::file::SheetFile;
use super::misread;
use super::text_stream::TextStream;
use crate::error::{Error, Result};
use crate::sheet::place::cell_place;
use crate::sheet::show::excerpt;
use crate::text;

/// A file of text.
pub(super) struct TextFile {
    opened: File,
    told: Told,
}

impl TextFile {
    /// Tells the encoding. `is_markup`: the text may name its own encoding, as HTML and XML do.
    pub(super) fn open(file: &SheetFile, mut opened: File, most_bytes: u64, is_markup: bool) -> Result<Self> {
        let size = opened.metadata().map_err(|fault| file.broken(fault))?.len();
        if size > most_bytes {
            let limit = most_bytes >> 20;
            return Err(file.too_big(&text!("文件超过 {limit} MiB", "the file is larger than {limit} MiB")));
        }
        let told = tell(file, &mut opened, is_markup)?;
        Ok(Self { opened, told })
    }

    /// The text from its beginning.
    pub(super) fn stream(&self, file: &SheetFile) -> Result<TextStream<Take<&File>>> {
        let Told { encoding, mark, end, .. } = self.told;
        let mut source = &self.opened;
        source.seek(SeekFrom::Start(mark)).map_err(|fault| file.broken(fault))?;
        let source = std::io::Read::take(source, end.saturating_sub(mark));
        Ok(TextStream::new(source, encoding.new_decoder_without_bom_handling()))
    }

    /// Refuses a cell that makes sense in another encoding and none in the one that was taken.
    pub(super) fn check_encoding(
        &self,
        file: &SheetFile,
        cell: &str,
        worksheet: &str,
        column: u32,
        row: u64,
    ) -> Result<()> {
        if !self.told.is_doubtful {
            return Ok(());
        }
        let Some((encoding, meant)) = misread::other_encoding(cell) else {
            return Ok(());
        };
        let (shown, place) = (file.shown(), cell_place(worksheet, column, row));
        let (found, meant) = (excerpt(cell), excerpt(&meant));
        Err(Error::usage(text!(
            "{shown} 的编码不是 UTF-8 或 GB18030，像是 {encoding}：{place} 会读成“{found}”，原文可能是“{meant}”",
            "{shown} is neither UTF-8 nor GB18030 but seems to be {encoding}: {place} would be read as \"{found}\", and was perhaps \"{meant}\""
        ))
        .next(text!(
            "请用 Excel 打开，确认文字正常后另存为 .xlsx 或 “CSV UTF-8” 再试",
            "open it in Excel, see that the words are right, and save it as .xlsx or as \"CSV UTF-8\""
        )))
    }
}
