//! The end of a run: counts by status, where the result is, what to do next.

use std::path::Path;
use std::time::Duration;

use super::{Paint, lasting, pad, plain, width};
use crate::model::{Mode, Status, Tally};
use crate::text::{Lang, Text};

/// What the end of a run tells.
#[derive(Clone, Debug)]
pub struct SummaryView<'a> {
    /// The job's number.
    pub job: i64,
    /// What it did at most.
    pub mode: Mode,
    /// Whether it ran against the sandbox.
    pub sandbox: bool,
    /// Counts of all lines of the result by status.
    pub tally: &'a Tally,
    /// How long it took.
    pub took: Duration,
    /// Where the result is; `None` where it could not be written.
    pub result: Option<&'a Path>,
    /// Why the result does not stand at the place where it usually would.
    pub result_note: Option<Text>,
    /// The exit code that follows.
    pub exit_code: u8,
    /// What the user can do next, the most urgent first.
    pub advice: Vec<Text>,
}

/// The whole page, without a line break at its end.
pub(super) fn render(view: &SummaryView, lang: Lang, paint: Paint) -> String {
    let mut lines = vec![heading(view, lang, paint)];
    lines.extend(counts(view, lang, paint));
    if let Some(path) = view.result {
        let path = path.display().to_string();
        lines.push(format!("{}{}", lang.pick("结果:", "result: "), paint.bold(&plain(&path))));
    }
    if let Some(note) = &view.result_note {
        lines.push(plain(note.say(lang)).into_owned());
    }
    if let [only] = view.advice.as_slice() {
        lines.push(format!("{}{}", lang.pick("接下来:", "next: "), plain(only.say(lang))));
    } else if !view.advice.is_empty() {
        lines.push(lang.pick("接下来:", "next:").to_owned());
        lines.extend(view.advice.iter().map(|text| format!("  - {}", plain(text.say(lang)))));
    }
    lines.join("\n")
}

fn heading(view: &SummaryView, lang: Lang, paint: Paint) -> String {
    let job = view.job;
    let headline = view.mode.headline();
    let nothing = match view.mode {
        Mode::DryRun => lang.pick(",什么也没有提交", ", nothing was submitted"),
        Mode::Live | Mode::LookUp => "",
    };
    let mode = format!("{}{nothing}", headline.say(lang));
    let sandbox = if view.sandbox { lang.pick(" · 沙盒", " · sandbox") } else { "" };
    let took = lasting(view.took, lang);
    paint.bold(&match lang {
        Lang::Zh => format!("任务 {job} · {mode}{sandbox} · 用时 {took}"),
        Lang::En => format!("job {job} · {mode}{sandbox} · took {took}"),
    })
}

/// One line a status: its code, its count, its sentence.
fn counts(view: &SummaryView, lang: Lang, paint: Paint) -> Vec<String> {
    let tally = view.tally;
    let total = tally.total();
    let digits = total.to_string().len();
    let codes = Status::ALL.map(|status| status.code().len()).into_iter().max().unwrap_or(0);
    let mut lines: Vec<String> = tally
        .present()
        .map(|(status, count)| {
            let code = paint.status(status, &pad(status.code(), codes, false));
            let count = pad(&count.to_string(), digits, true);
            format!("  {code}  {count}  {}", view.mode.sentence(status).say(lang))
        })
        .collect();
    let all = lang.pick("合计", "all");
    let gap = " ".repeat(codes.saturating_sub(width(all)));
    lines.push(format!("  {all}{gap}  {}", pad(&total.to_string(), digits, true)));
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tally() -> Tally {
        let mut tally = Tally::default();
        tally.add_many(Status::Submitted, 118);
        tally.add_many(Status::Rejected, 2);
        tally.add_many(Status::InDoubt, 1);
        tally
    }

    fn view(tally: &Tally) -> SummaryView<'_> {
        SummaryView {
            job: 12,
            mode: Mode::Live,
            sandbox: true,
            tally,
            took: Duration::from_secs(80),
            result: Some(Path::new("week.result.xlsx")),
            result_note: None,
            exit_code: 4,
            advice: vec![crate::text!("打开结果,看被拒绝的行", "open the result and read why rows were rejected")],
        }
    }

    #[test]
    fn the_end_tells_counts_result_and_next_step() {
        let tally = tally();
        let english = render(&view(&tally), Lang::En, Paint::none());
        assert_eq!(
            english,
            "job 12 · LIVE · sandbox · took 1m 20s\n  \
               submitted      118  the platform took the request\n  \
               rejected         2  the platform refused\n  \
               in_doubt         1  in doubt: sent, and no clear answer came\n  \
               all            121\n\
             result: week.result.xlsx\n\
             next: open the result and read why rows were rejected"
        );
    }

    #[test]
    fn in_chinese_the_columns_still_stand_in_line() {
        let tally = tally();
        let mut view = view(&tally);
        view.mode = Mode::DryRun;
        view.advice.push(crate::text!("再运行一次", "run it again"));
        let chinese = render(&view, Lang::Zh, Paint::none());
        assert_eq!(
            chinese,
            "任务 12 · 试运行 DRY RUN,什么也没有提交 · 沙盒 · 用时 1 分 20 秒\n  \
               submitted      118  平台已受理申请\n  \
               rejected         2  平台拒绝\n  \
               in_doubt         1  结果不明:已发出,没有得到明确答复\n  \
               合计           121\n\
             结果:week.result.xlsx\n\
             接下来:\n  - 打开结果,看被拒绝的行\n  - 再运行一次"
        );
    }
}
