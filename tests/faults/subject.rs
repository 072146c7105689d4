//! What is put to the test: every operation, with rows of its own, and what its platform says that no other
//! does. All the rest follows from what the operation promises.

use unpromo::platform::{Operation, Promises, operation};
use unpromo::sandbox::Call;

use crate::table::Case;

/// One operation.
#[derive(Clone, Copy, Debug)]
pub struct Subject {
    pub operation: &'static str,
    headings: &'static str,
    row: fn(usize) -> String,
    /// The faults that its platform alone knows, and rows that come to an end of their own.
    pub own: fn(Call) -> Vec<Case>,
    /// Where a fault that all platforms know means something else here: the kind, and what comes of it.
    pub differs: &'static [(&'static str, Comes)],
}

/// What a fault leads to. Status, exit code and counts follow from it, from the call, and from what the
/// operation promises.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comes {
    /// Nothing: the answer is odd, and good.
    Fine,
    /// Throttled: certainly not carried out, and tried again.
    Throttled,
    /// Throttled for longer than a job waits.
    TooLong,
    /// The login is no good: the shop is paused at once.
    Paused,
    /// The platform sends the request elsewhere: the shop is paused, and the submission is in doubt.
    Moved,
    /// The platform has a reason of its own.
    Refused,
    /// An answer that proves nothing.
    Unclear,
    /// No answer.
    Silent,
    /// As it stands there.
    Exactly(crate::table::Want),
}

/// Every operation. What each platform says in words of its own stands in `own`.
pub static SUBJECTS: [&Subject; 4] = [&TEMU, &GIFT, &COUPON, &POOL];

pub static TEMU: Subject = Subject {
    operation: "temu-activity",
    headings: "SPU,活动名称,理由",
    // The three enrollments of one product, and then products with one or more.
    row: |n| match ["清仓甩卖", "限时秒杀", "官方大促"].get(n) {
        Some(activity) => format!("4975750079,{activity},申请退出"),
        None => format!("{},*,申请退出", 1_000_000_000 + 10 * n),
    },
    own: crate::own::temu,
    differs: &[],
};

pub static GIFT: Subject = Subject {
    operation: "taobao-gift-item",
    headings: "货主ID,店铺ID,交易号,状态,菜鸟货品ID,货品编码,行状态",
    row: |n| format!("415670368,415670368,T{n},00,526332459429,69889900002,00"),
    own: crate::own::gift,
    differs: TOP,
};

pub static COUPON: Subject = Subject {
    operation: "wechat-coupon",
    headings: "商品券ID,品牌ID,失效原因",
    row: |n| format!("{},120344,批次信息有误", 1_000_000_001 + 10 * n),
    own: crate::own::coupon,
    // Nothing but a signed answer is the platform's, so a page or a redirect says nothing of the login.
    differs: &[("redirect", Comes::Unclear), ("login_html", Comes::Unclear)],
};

pub static POOL: Subject = Subject {
    operation: "retail-item-pool",
    headings: "活动ID,外部活动ID",
    row: |n| format!("{},", 23_678_171 + n),
    own: crate::own::pool,
    differs: TOP,
};

/// The gateway has no pages: one came from somewhere on the way.
const TOP: &[(&str, Comes)] = &[("login_html", Comes::Unclear)];

/// Tells a story for each operation that submits, side by side: most of their time is waiting.
pub fn each_submitting(story: impl Fn(&'static Subject) + Sync) {
    each_of(&SUBJECTS.into_iter().filter(|subject| subject.makes(Call::Submission)).collect::<Vec<_>>(), story);
}

/// The same for each that looks up.
pub fn each_looking_up(story: impl Fn(&'static Subject) + Sync) {
    each_of(&SUBJECTS.into_iter().filter(|subject| subject.makes(Call::Lookup)).collect::<Vec<_>>(), story);
}

/// The same for these.
pub fn each_of(subjects: &[&'static Subject], story: impl Fn(&'static Subject) + Sync) {
    at_once(subjects, |subject| story(subject));
}

/// Does something with each, a few at a time: most of their time is waiting.
pub fn at_once<T: Sync>(all: &[T], work: impl Fn(&T) + Sync) {
    const AT_ONCE: usize = 6;
    let queue = std::sync::Mutex::new(all.iter());
    // Not while the queue is being looked at: a thread that fails leaves it to the others.
    let next = || queue.lock().expect("the queue").next();
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..AT_ONCE)
            .map(|_| {
                scope.spawn(|| {
                    while let Some(one) = next() {
                        work(one);
                    }
                })
            })
            .collect();
        let failed = threads.into_iter().find_map(|thread| thread.join().err());
        if let Some(why) = failed {
            std::panic::resume_unwind(why);
        }
    });
}

impl Subject {
    /// The faults that pause its shop.
    pub fn pauses(&self) -> impl Iterator<Item = &'static str> {
        let all = ["expired40001", "code400020037", "http401", "forbidden403", "redirect", "login_html"];
        all.into_iter().filter(|kind| !self.differs.iter().any(|(other, _)| other == kind))
    }

    pub fn operation(&self) -> &'static dyn Operation {
        operation(self.operation).expect("a known operation")
    }

    pub fn promises(&self) -> Promises {
        self.operation().promises()
    }

    /// The calls that it makes.
    pub fn makes(&self, call: Call) -> bool {
        match call {
            Call::Lookup => self.promises().looks_up,
            _ => self.promises().submits,
        }
    }

    /// A sheet of so many rows.
    pub fn sheet(&self, rows: usize) -> String {
        self.sheet_of(&(0..rows).map(self.row).collect::<Vec<_>>())
    }

    /// A sheet of these rows.
    pub fn sheet_of(&self, rows: &[String]) -> String {
        rows.iter().fold(format!("{}\n", self.headings), |sheet, row| sheet + row + "\n")
    }
}
