//! A merchant of WeChat Pay at the sandbox, its sheets, and what it did there.

#[path = "../shared/stage.rs"]
mod shared;
#[path = "../shared/story.rs"]
mod story;

use serde_json::Value;
use unpromo::sandbox::wechat::Login;
use unpromo::sandbox::{Call, Entry, Options};

pub use shared::{Ended, Stage, failing_by};
pub use story::story;

/// A coupon of the sandbox: 满100减10, effective.
pub const COUPON: &str = "1000000001";
pub const BRAND: &str = "120344";

impl Stage {
    pub fn with(options: &Options) -> Self {
        let stage = Self::bare(options);
        let ended = stage.add_merchant(&stage.sandbox.url());
        assert_eq!(ended.code, 0, "{ended:?}");
        stage
    }

    /// A stage without a shop, but with the files to add one.
    pub fn bare(options: &Options) -> Self {
        // The waits between tries are told by other tests; here they are only in the way.
        let stage = Self { besides: &["--wait-scale", "0.05"], ..Self::empty(options) };
        let login = Login::of(0);
        stage.write("apiclient_key.pem", &login.private_key);
        stage.write("old_key.pem", &login.private_key_pkcs1);
        stage.write("pub_key.pem", &login.public_key);
        stage.write("platform_cert.pem", &login.certificate);
        stage
    }

    /// Adds the sandbox's merchant as the shop `shop`, in public-key mode, for this address.
    pub fn add_merchant(&self, url: &str) -> Ended {
        self.add_with(&Login::of(0).serial_no, "apiclient_key.pem", "pub_key.pem", &["--base-url", url])
    }

    /// The same with a serial number and with keys that may be anything.
    pub fn add_with(&self, serial_no: &str, private_key: &str, public_key: &str, more: &[&str]) -> Ended {
        let login = Login::of(0);
        let merchant = ["--platform", "wechat-pay", "--mchid", &login.mchid, "--serial-no", serial_no];
        let own = ["--private-key", private_key];
        let theirs = ["--public-key-id", login.public_key_id, "--public-key", public_key];
        self.unpromo(&[&["shop", "add", "shop"][..], &merchant, &own, &theirs, more].concat())
    }

    /// A sheet of `(coupon, number)` rows of the usual brand; row 1 is the headings.
    pub fn sheet(&self, rows: &[(&str, &str)]) -> String {
        let lines: String = rows.iter().map(|(id, number)| format!("{id},{BRAND},批次信息有误,{number}\n")).collect();
        self.write("coupons.csv", &format!("商品券ID,品牌ID,失效原因,失效请求单号\n{lines}"))
    }

    /// A live run of the usual coupon alone: its exit code and its row's status have to be these. Returns the row.
    #[track_caller]
    pub fn run_one(&self, number: &str, (code, status): (i32, &str), case: &str) -> Value {
        let (ended, mut lines) = self.run(&self.sheet(&[(COUPON, number)]), &[]);
        let expected = vec![format!("2 {status} {COUPON}")];
        assert_eq!((ended.code, story(&lines)), (code, expected), "{case}: {}", ended.stderr);
        lines.remove(0)
    }

    /// The submissions that arrived at the platform, whatever became of them.
    pub fn submissions(&self) -> Vec<Entry> {
        self.sandbox.ledger().of(Call::Submission).cloned().collect()
    }

    /// How many coupons were deactivated.
    pub fn effects(&self) -> usize {
        self.sandbox.ledger().effects().count()
    }
}

/// Tells one story for each case, side by side: most of their time is waiting.
pub fn each<T: Send>(cases: impl IntoIterator<Item = T>, story: impl Fn(T) + Sync) {
    std::thread::scope(|scope| {
        for case in cases {
            scope.spawn(|| story(case));
        }
    });
}
