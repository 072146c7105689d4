//! How a result workbook looks. Every colour stands beside a word, and the marked ones are also bold, so that
//! the sheet reads the same in print and to people who do not tell the colours apart.

use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder, Worksheet};
use unicode_width::UnicodeWidthStr;

use super::super::layout::{Field, Owner};
use crate::model::Status;
use crate::text::Lang;

/// The formats of one workbook.
pub(super) struct Styles {
    /// A cell of text, an id above all.
    pub text: Format,
    /// A cell of sentences.
    pub long: Format,
    /// A whole number.
    pub number: Format,
    /// A share of the whole.
    pub percent: Format,
    /// The first line of the summary.
    pub title: Format,
    /// A name on the left of the summary.
    pub label: Format,
    /// What stands beside it.
    pub value: Format,
    /// The headline of a table of the summary.
    pub section: Format,
    /// The heading of numbers in a table of the summary.
    pub count_heading: Format,
    /// A number in a table of the summary.
    pub count: Format,
    /// The last line of a table of the summary.
    pub total: Format,
    /// The same, for its name.
    pub total_label: Format,
    /// A cell of a table of the summary.
    pub cell: Format,
    /// What a person must see first.
    pub banners: [Format; 4],
    headings: [Format; 3],
    statuses: [Format; Status::ALL.len()],
}

/// How loudly a line at the head of the summary speaks.
#[derive(Clone, Copy)]
pub(super) enum Banner {
    /// Nothing was, or will be, sent.
    Rehearsal,
    /// For real.
    Live,
    /// All is well.
    Good,
    /// Something needs a person.
    Trouble,
}

/// The background, the letters, and whether they are bold.
type Look = (u32, u32, bool);

const LINE: Color = Color::RGB(0x00D0_D7DE);
const INK: Color = Color::RGB(0x001F_2328);
const QUIET: Color = Color::RGB(0x0059_636E);

impl Styles {
    pub(super) fn new(lang: Lang) -> Self {
        let base = match lang {
            // On every Windows; other systems take their own Chinese font for it.
            Lang::Zh => Format::new().set_font_name("Microsoft YaHei").set_font_charset(134).set_font_size(10),
            Lang::En => Format::new().set_font_name("Calibri").set_font_size(11),
        };
        let base = base.set_align(FormatAlign::VerticalCenter).set_font_color(INK);
        let text = base.clone().set_num_format_index(49);
        let cell = text.clone().set_border_bottom(FormatBorder::Thin).set_border_bottom_color(LINE);
        let count = base.clone().set_align(FormatAlign::Center).set_border_bottom(FormatBorder::Thin);
        let count = count.set_border_bottom_color(LINE);
        let total = base.clone().set_bold().set_border_top(FormatBorder::Thin);
        let coloured = |(background, letters, is_bold): Look| {
            let format = text.clone().set_background_color(background).set_font_color(letters);
            if is_bold { format.set_bold() } else { format }
        };
        let framed =
            |look| coloured(look).set_align(FormatAlign::Center).set_border(FormatBorder::Thin).set_border_color(LINE);
        let heading = |owner| coloured(heading_look(owner)).set_text_wrap().set_border_right(FormatBorder::Thin);
        let banner = |look| coloured(look).set_font_size(12).set_text_wrap().set_indent(1);
        Self {
            long: text.clone().set_text_wrap(),
            number: base.clone().set_num_format_index(1).set_align(FormatAlign::Center),
            percent: count.clone().set_num_format("0.0%"),
            title: base.clone().set_bold().set_font_size(18),
            label: base.clone().set_font_color(QUIET),
            value: text.clone().set_text_wrap().set_align(FormatAlign::Left),
            section: base.clone().set_bold().set_font_size(13).set_border_bottom(FormatBorder::Medium),
            total_label: total.clone(),
            total: total.set_num_format_index(3).set_align(FormatAlign::Center),
            cell: cell.set_text_wrap(),
            count: count.set_num_format_index(3),
            banners: BANNERS.map(banner),
            count_heading: heading(Owner::Result).set_align(FormatAlign::Center),
            headings: [Owner::Operation, Owner::Result, Owner::Sheet].map(heading),
            statuses: Status::ALL.map(|status| framed(status_look(status))),
            text,
        }
    }

    /// What the cells of a column wear that have no format of their own.
    pub(super) const fn column(&self, field: &Field) -> &Format {
        match field {
            field if field.is_number() => &self.number,
            field if field.is_long => &self.long,
            _ => &self.text,
        }
    }

    pub(super) const fn heading(&self, owner: Owner) -> &Format {
        &self.headings[owner as usize]
    }

    pub(super) const fn status(&self, status: Status) -> &Format {
        &self.statuses[status as usize]
    }

    pub(super) const fn banner(&self, banner: Banner) -> &Format {
        &self.banners[banner as usize]
    }
}

/// In the order of [`Banner`].
const BANNERS: [Look; 4] = [
    (0x00FF_F1C2, 0x005C_3D00, true),
    (0x001F_3864, 0x00FF_FFFF, true),
    (0x00E2_F0D9, 0x0027_4E13, false),
    (0x00F8_D7C4, 0x006B_1F00, true),
];

/// Blue for what is read again, teal for what the result tells, grey for what the sheet brought along.
const fn heading_look(owner: Owner) -> Look {
    match owner {
        Owner::Operation => (0x001F_3864, 0x00FF_FFFF, true),
        Owner::Result => (0x0000_5F60, 0x00FF_FFFF, true),
        Owner::Sheet => (0x0059_5959, 0x00FF_FFFF, true),
    }
}

/// Blue and green tones for what went as planned, greys for what was left alone, orange and red for what went
/// wrong; in doubt, which nobody may overlook, stands white on purple.
const fn status_look(status: Status) -> Look {
    match status {
        Status::Matched => (0x00DD_EBF7, 0x001F_4E79, false),
        Status::Submitted => (0x00E2_F0D9, 0x0027_4E13, false),
        Status::Verified => (0x00A9_D18E, 0x0016_330A, false),
        Status::Rejected => (0x00F4_B183, 0x005A_1E00, true),
        Status::Unmatched => (0x00E7_E6E6, 0x0040_4040, false),
        Status::LookupFailed => (0x00FF_E699, 0x005C_3D00, true),
        Status::Failed => (0x00F1_9C79, 0x005A_0E00, true),
        Status::InDoubt => (0x0070_30A0, 0x00FF_FFFF, true),
        Status::Duplicate | Status::Skipped => (0x00F2_F2F2, 0x0059_5959, false),
        Status::Invalid => (0x00FF_C7CE, 0x007A_0012, true),
        Status::Pending => (0x00FF_FFFF, 0x0059_5959, false),
    }
}

/// How many lines a text takes in so many characters' width.
pub(super) fn lines_of(text: &str, width: u16) -> usize {
    let width = usize::from(width.max(1));
    text.lines().map(|line| line.width().div_ceil(width).max(1)).sum::<usize>().max(1)
}

/// The height, in points, of a row that holds a text in so many characters' width.
pub(super) fn height(text: &str, width: u16, line_height: u16) -> u16 {
    // Excel's rows end at 409 points.
    const TALLEST: usize = 400;
    let height = (lines_of(text, width) * usize::from(line_height)).min(TALLEST);
    u16::try_from(height).unwrap_or(line_height)
}

/// A4 across, as wide as the page, with the page's number at its foot.
pub(super) fn set_up_page(sheet: &mut Worksheet, lang: Lang) {
    const A4: u8 = 9;
    sheet.set_paper_size(A4).set_landscape().set_print_fit_to_pages(1, 0).set_margins(0.4, 0.4, 0.5, 0.6, 0.3, 0.3);
    sheet.set_footer(lang.pick("&L&A&R第 &P / &N 页", "&L&A&RPage &P of &N"));
}
