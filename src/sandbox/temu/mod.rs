//! The Temu seller centre on loopback: look-up, submission and login check.

mod catalogue;
mod listing;
mod request;
mod seasons;
mod spoil;
mod tickets;

use hyper::StatusCode;
use hyper::body::Bytes;
use hyper::http::request::Parts;

use super::answer::Answer;
use super::fault::{Flaw, Shape};
use super::ledger::Entry;
use super::platform::{Done, Ids, Platform, Reading, Refusal, Trouble, Wording};
use super::{Call, Id, Options};
use tickets::Tickets;

/// The known path of the look-up.
pub const LOOK_UP: &str =
    "/marvel-mms/cn/api/kiana/gambit/marketing/enroll/feedback/queryValidActivity4FeedBackOffline";
/// The known path of the submission.
pub const SUBMISSION: &str = "/marvel-mms/cn/api/kiana/ultraman/FeedbackMmsExecuteRpcService/submitFeedback";
/// The known path of the login check.
pub const LOGIN_CHECK: &str = "/bg/quiet/api/mms/userInfo";
/// The malls that every living login owns: this one and the nine after it.
pub const FIRST_MALL: u64 = 634_418_224_869_329;
/// How many malls a login owns.
pub const MALLS: u64 = 10;

const SUCCESS: u64 = 1_000_000;

/// Codes that the sandbox made up, where nobody outside knows the platform's own.
mod code {
    pub const SECOND: u64 = 2_000_001;
    pub const NO_PRODUCT: u64 = 2_000_002;
    pub const BAD_REQUEST: u64 = 2_000_003;
    pub const NO_ENROLLMENT: u64 = 2_000_004;
    pub const OTHER_ACTIVITY: u64 = 2_000_005;
    pub const REFUSED: u64 = 2_000_006;
    pub const BUSY: u64 = 2_000_007;
    pub const EXPIRED: u64 = 40_001;
    pub const NO_RIGHT: u64 = 400_020_037;
    pub const THROTTLED: u64 = 4_000_004;
}

const ALREADY: &str = "该报名已提交退出申请,请勿重复提交";

/// The seller centre.
pub(super) struct Temu {
    tickets: Tickets,
}

impl Temu {
    pub fn new(options: &Options) -> Self {
        Self { tickets: Tickets::new(options.listed, options.second) }
    }

    fn look_up(&self, ids: &Ids) -> Done {
        let (mall, product) = (ids.shop.number().unwrap_or(0), ids.item.number().unwrap_or(0));
        let Some(mut enrollments) = catalogue::enrollments(product) else {
            return self.refused(Refusal::new(code::NO_PRODUCT, "商品不存在"));
        };
        self.tickets.leave_listed(mall, &mut enrollments);
        Done::answered(Answer::json(StatusCode::OK, listing::write(mall, product, &enrollments)))
    }

    fn submit(&self, ids: &Ids) -> Done {
        let (mall, enrollment) = (ids.shop.number().unwrap_or(0), ids.target.number().unwrap_or(0));
        let ticket = self.tickets.hand_in(mall, enrollment);
        let mut done = if ticket.taken {
            Done::answered(Answer::json(StatusCode::OK, listing::ACCEPTED))
        } else {
            self.refused(Refusal::new(code::SECOND, ALREADY))
        };
        (done.effect, done.second) = (ticket.taken, ticket.second);
        done
    }

    fn refused(&self, refusal: Refusal) -> Done {
        Done { answer: self.refuse(&refusal), effect: false, second: false, refusal: Some(refusal) }
    }
}

impl Refusal {
    /// A refusal as the seller centre gives it: HTTP 200, and nothing wrong with the request's form.
    fn new(code: u64, words: &str) -> Self {
        Self { status: StatusCode::OK, code: code.into(), words: words.to_owned(), improper: false }
    }

    /// The same, for a request that no careful client would send.
    const fn improper(mut self) -> Self {
        self.improper = true;
        self
    }
}

impl Platform for Temu {
    fn name(&self) -> &'static str {
        "temu"
    }

    fn route(&self, path: &str) -> Option<Call> {
        match path {
            LOOK_UP => return Some(Call::Lookup),
            SUBMISSION => return Some(Call::Submission),
            LOGIN_CHECK => return Some(Call::Login),
            _ => {}
        }
        // The service has moved before; the end of the path tells the call.
        if !path.contains("/api/") {
            return None;
        }
        match path.rsplit('/').next()? {
            "queryValidActivity4FeedBackOffline" => Some(Call::Lookup),
            "submitFeedback" => Some(Call::Submission),
            "userInfo" => Some(Call::Login),
            _ => None,
        }
    }

    fn read<'a>(&self, call: Call, head: &'a Parts, body: &'a [u8]) -> Reading<'a> {
        request::read(call, head, body)
    }

    fn carry_out(&self, call: Call, ids: &Ids, _body: &Bytes) -> Done {
        match call {
            Call::Lookup => self.look_up(ids),
            Call::Submission => self.submit(ids),
            Call::Login => Done::answered(Answer::json(StatusCode::OK, listing::malls(FIRST_MALL, MALLS))),
            Call::Unknown => self.refused(Refusal::new(code::REFUSED, "接口不存在")),
        }
    }

    fn refuse(&self, refusal: &Refusal) -> Answer {
        let code = serde_json::json!(refusal.code.number());
        Answer::json(refusal.status, listing::failure(&code, &refusal.words, false))
    }

    fn complain(&self, trouble: Trouble, wording: &Wording<'_>) -> Answer {
        let (code, words) = match trouble {
            Trouble::Throttled => (code::THROTTLED, "操作失败"),
            Trouble::ThrottledInWords => (code::BUSY, "访问过于频繁,请稍后再试"),
            Trouble::Expired => (code::EXPIRED, "登录已过期,请重新登录"),
            Trouble::NoRight => (code::NO_RIGHT, "无权操作该店铺"),
            Trouble::Refused => (code::REFUSED, "该活动报名暂不支持退出"),
            Trouble::Already => (code::SECOND, ALREADY),
        };
        let code = wording.code.map_or_else(|| Id::from(code), Id::new);
        let code = match code.number() {
            Some(number) if !wording.quoted => serde_json::json!(number),
            _ => serde_json::json!(code.to_string()),
        };
        Answer::json(StatusCode::OK, listing::failure(&code, wording.words.unwrap_or(words), wording.snake))
    }

    fn misshape(&self, call: Call, shape: Shape) -> Bytes {
        listing::misshapen(call, shape)
    }

    fn pretend(&self, call: Call, ids: &Ids) -> Answer {
        match call {
            Call::Lookup => self.look_up(ids).answer,
            _ => Answer::json(StatusCode::OK, listing::ACCEPTED),
        }
    }

    fn spoil(&self, _call: Call, flaw: Flaw, answer: &mut serde_json::Value) {
        spoil::spoil(flaw, answer);
    }

    fn restore(&self, entry: &Entry) {
        if let (Some(mall), Some(enrollment)) = (entry.shop.number(), entry.target.number()) {
            self.tickets.restore(mall, enrollment);
        }
    }

    fn reset(&self) {
        self.tickets.forget();
    }
}
