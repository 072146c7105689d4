//! For people: a workbook to look at, and how much a million lines take.
//!
//!     RESULT=sample.xlsx cargo test --test result -- --ignored a_real_week
//!     RESULT=million.xlsx LINES=1000000 cargo test --release --test result -- --ignored many_lines

use std::path::PathBuf;

use unpromo::model::{Line, Mode, Status};
use unpromo::sheet::result::{Reservation, Summary};
use unpromo::text;
use unpromo::text::Lang;

use crate::support::{every_status, head, line, summary, write_with};

fn wanted() -> PathBuf {
    PathBuf::from(std::env::var_os("RESULT").expect("RESULT: the file to write"))
}

fn lang() -> Lang {
    Lang::from_locale(&std::env::var("RESULT_LANG").unwrap_or_else(|_| "zh".to_owned()))
}

#[test]
#[ignore = "writes a workbook to look at"]
fn a_real_week() {
    let names = ["限时秒杀", "清仓甩卖", "官方大促", "官方大促-巴西站专场第二期(含运费补贴)", "大促进阶"];
    let mut lines = every_status();
    for (row, n) in (14..130).zip(0_u64..) {
        let name = names[usize::try_from(n % 5).expect("small")].to_owned();
        let target = Some(format!("{}", 2_509_090_813_203_861 + n * 597));
        let cells = vec![
            format!("{}", 4_975_750_079 + n / 3),
            name.clone(),
            String::new(),
            String::new(),
            String::new(),
            String::new(),
        ];
        let sent_at = Some(1_757_408_952_112 + i64::try_from(n).expect("small") * 2_000);
        let status = if n % 23 == 7 { Status::InDoubt } else { Status::Submitted };
        let shop = if n % 4 == 0 { "折扣店" } else { "旗舰店" }.to_owned();
        lines.push(Line { item: cells[0].clone(), cells, name, target, sent_at, shop, ..line(row, status) });
    }
    let is_rehearsal = std::env::var_os("DRY_RUN").is_some();
    let told = Summary {
        sheet: "2025 第 36 周退出清单.xlsx".to_owned(),
        shops: vec!["旗舰店".to_owned(), "折扣店".to_owned()],
        mode: if is_rehearsal { Mode::DryRun } else { Mode::Live },
        sandbox: is_rehearsal,
        notes: vec![
            text!(
                "结果不明 (in_doubt) 的条目:先到卖家中心核对;确认没有提交成功,再运行 unpromo resume 12 --resend-in-doubt",
                "in_doubt: look at the seller centre first; only where nothing was taken, run unpromo resume 12 --resend-in-doubt"
            ),
            text!(
                "submitted 只表示平台已受理申请,不等于已经退出",
                "submitted means that the platform took the request, no more than that"
            ),
        ],
        ..summary(&lines)
    };
    write_with(&wanted(), &head(lang()), &lines, &told);
}

#[test]
#[ignore = "takes long: measures time and memory"]
fn many_lines() {
    let count: u64 = std::env::var("LINES").ok().and_then(|text| text.parse().ok()).unwrap_or(1_000_000);
    let began = std::time::Instant::now();
    let reservation = Reservation::open(&wanted(), count).expect("a place for the result");
    eprintln!("reserved after {:?}", began.elapsed());
    let mut writer = reservation.writer(&head(lang())).expect("a writer");
    for row in 0..count {
        let target = Some((2_509_090_813_203_861 + row).to_string());
        writer.line(&Line { target, ..line(row + 2, Status::Submitted) }).expect("a line");
    }
    eprintln!("lines after {:?}", began.elapsed());
    writer.finish(&summary(&[])).expect("a result");
    eprintln!("finished after {:?}", began.elapsed());
}
