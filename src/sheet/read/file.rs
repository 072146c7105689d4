//! The file that was handed in, and the sentences for what can be wrong with it as a whole.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};
use crate::plain::quoted;
use crate::text;

/// The endings under which people keep sheets.
const ENDINGS: [&str; 8] = ["xlsx", "xlsm", "xls", "xlsb", "ods", "csv", "tsv", "txt"];
/// How alike two names must be for one to be suggested for the other: 1 is the same.
const ALIKE: f64 = 0.75;
/// How many names of a folder are looked at for a suggestion.
const NAMES_LOOKED_AT: usize = 10_000;

/// The file that was handed in.
#[derive(Clone, Debug)]
pub(in crate::sheet) struct SheetFile {
    path: PathBuf,
}

impl SheetFile {
    pub(super) fn new(path: &Path) -> Self {
        Self { path: path.to_owned() }
    }

    /// The path as the user gave it, harmless for a screen.
    pub(in crate::sheet) fn shown(&self) -> String {
        quoted(&self.path.to_string_lossy()).into_owned()
    }

    /// The file's own name, for the places of a sheet without worksheets.
    pub(in crate::sheet) fn name(&self) -> String {
        self.path.file_name().unwrap_or(self.path.as_os_str()).to_string_lossy().into_owned()
    }

    /// The ending in lower case, without its dot; empty where there is none.
    pub(in crate::sheet) fn ending(&self) -> String {
        self.path.extension().map(|ending| ending.to_string_lossy().to_ascii_lowercase()).unwrap_or_default()
    }

    /// Opens it for reading.
    pub(super) fn open(&self) -> Result<File> {
        let about = std::fs::metadata(&self.path).map_err(|fault| self.unopened(&fault))?;
        let shown = self.shown();
        if about.is_dir() {
            return Err(Error::usage(text!("{shown} 是文件夹,不是表格", "{shown} is a folder, not a sheet"))
                .next(text!("请给出文件夹里的那个表格文件", "name the sheet inside it")));
        }
        if !about.is_file() {
            return Err(Error::usage(text!("{shown} 不是普通文件", "{shown} is not a regular file"))
                .next(text!("请先把内容保存成文件", "save what it holds to a file first")));
        }
        if about.len() == 0 {
            return Err(Error::usage(text!("{shown} 是空文件(0 字节)", "{shown} is empty (0 bytes)")).next(text!(
                "可能没有保存或下载完整,请重新保存一次",
                "it was perhaps not saved or downloaded whole; save it again"
            )));
        }
        if self.name().starts_with("~$") {
            return Err(Error::usage(text!(
                "{shown} 是 Excel 打开表格时的临时文件,不是表格本身",
                "{shown} is the mark that Excel leaves beside an open workbook, not the workbook"
            ))
            .next(text!("请给出名字不带 ~$ 的那个文件", "name the file without the ~$")));
        }
        File::open(&self.path).map_err(|fault| self.unopened(&fault))
    }

    fn unopened(&self, fault: &io::Error) -> Error {
        let shown = self.shown();
        if matches!(fault.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) {
            let error = Error::usage(text!("找不到表格 {shown}", "there is no sheet {shown}"));
            return error.next(self.similar().map_or_else(
                || text!("请检查文件夹和文件名", "check the folder and the name"),
                |similar| text!("是不是 {similar}?", "did you mean {similar}?"),
            ));
        }
        Error::usage(text!("打不开 {shown}: {fault}", "cannot open {shown}: {fault}")).next(text!(
            "如果它正在别的程序里打开,请先关闭;也请检查读取权限",
            "close it if another program has it open, and check that you may read it"
        ))
    }

    /// The sheets of the folder whose names are most like this one.
    fn similar(&self) -> Option<String> {
        let wanted = self.name().to_lowercase();
        let folder = self.path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let mut names: Vec<(f64, PathBuf)> = std::fs::read_dir(folder)
            .ok()?
            .take(NAMES_LOOKED_AT)
            .filter_map(|entry| Some(entry.ok()?.path()))
            .filter(|path| {
                path.extension().is_some_and(|ending| ENDINGS.iter().any(|known| ending.eq_ignore_ascii_case(known)))
            })
            .filter_map(|path| Some((strsim::jaro_winkler(&wanted, &path.file_name()?.to_str()?.to_lowercase()), path)))
            .filter(|(alike, path)| *alike >= ALIKE && path.is_file())
            .collect();
        names.sort_by(|(a, one), (b, other)| b.total_cmp(a).then_with(|| one.cmp(other)));
        let bare = self.path.parent().is_none_or(|folder| folder.as_os_str().is_empty());
        let shown = names.iter().take(3).map(|(_, path)| {
            let path = if bare { path.file_name().map_or(path.as_path(), Path::new) } else { path };
            quoted(&path.to_string_lossy()).into_owned()
        });
        Some(shown.collect::<Vec<_>>().join(", ")).filter(|names| !names.is_empty())
    }

    /// It cannot be read to its end.
    pub(super) fn broken(&self, why: impl std::fmt::Display) -> Error {
        let (shown, why) = (self.shown(), why.to_string());
        let why = quoted(&why);
        Error::usage(text!("{shown} 已损坏或不完整: {why}", "{shown} is damaged or incomplete: {why}")).next(text!(
            "请用 Excel 或 WPS 打开它,另存为新的 .xlsx 再试",
            "open it in Excel, WPS or LibreOffice, save it as a new .xlsx, and try that"
        ))
    }

    /// Its end is missing.
    pub(super) fn cut_off(&self) -> Error {
        self.cut_off_at(&text!("下载或复制时中断", "a download or copy that was broken off"))
    }

    /// Its end is missing, as this shows.
    pub(super) fn cut_off_at(&self, why: &crate::text::Text) -> Error {
        let shown = self.shown();
        let (zh, en) = (&why.zh, &why.en);
        Error::usage(text!("{shown} 不完整：文件末尾缺失（{zh}）", "{shown} is incomplete: its end is missing ({en})"))
            .next(text!("请重新下载或复制一次", "download or copy it again"))
    }

    /// It has a password.
    pub(super) fn encrypted(&self) -> Error {
        let shown = self.shown();
        Error::usage(text!("{shown} 有打开密码,无法读取", "{shown} is protected by a password")).next(text!(
            "请在 Excel 里打开,去掉密码(文件 > 信息 > 保护工作簿),保存后再试",
            "open it in Excel, remove the password (File > Info > Protect Workbook), save, and try again"
        ))
    }

    /// It asks for more than its bounds.
    pub(super) fn too_big(&self, what: &crate::text::Text) -> Error {
        let shown = self.shown();
        let (zh, en) = (&what.zh, &what.en);
        Error::usage(text!("{shown} 太大: {zh}", "{shown} is too big: {en}")).next(text!(
            "请只把需要的行复制到一个新表格里,或拆成几个",
            "copy only the rows that are needed into a new workbook, or split it into several"
        ))
    }

    /// It is something else than a sheet.
    pub(super) fn other(&self, what: &crate::text::Text) -> Error {
        let shown = self.shown();
        let (zh, en) = (&what.zh, &what.en);
        Error::usage(text!("{shown} 不是表格: {zh}", "{shown} is not a sheet: {en}")).next(text!(
            "可以读取 .xlsx .xls .xlsb .ods .csv .tsv;请在 Excel 或 WPS 里另存为 .xlsx",
            "sheets are .xlsx, .xls, .xlsb, .ods, .csv and .tsv; save it as .xlsx from Excel, WPS or LibreOffice"
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::SheetFile;

    #[test]
    fn a_missing_sheet_names_those_that_are_like_it() {
        let folder = tempfile::tempdir().expect("a folder");
        for name in ["weekly.xlsx", "weekly.csv", "weekly.txt.bak", "unrelated.ods"] {
            std::fs::write(folder.path().join(name), "x").expect("a file");
        }
        let error = SheetFile::new(&folder.path().join("wekly.xlsx")).open().expect_err("it is not there");
        let next = error.next.expect("what to do").en;
        assert!(next.contains("weekly.xlsx") && next.contains("weekly.csv") && !next.contains("unrelated"), "{next}");
    }

    #[test]
    fn folders_empty_files_and_marks_of_open_workbooks_are_told_apart() {
        let folder = tempfile::tempdir().expect("a folder");
        let empty = folder.path().join("empty.xlsx");
        let mark = folder.path().join("~$week.xlsx");
        std::fs::write(&empty, "").expect("a file");
        std::fs::write(&mark, "mark").expect("a file");
        for (path, words) in [(folder.path(), "is a folder"), (&empty, "0 bytes"), (&mark, "Excel leaves")] {
            let error = SheetFile::new(path).open().expect_err("no sheet");
            assert!(error.what.en.contains(words), "{error}");
        }
    }
}
