//! A Temu shop at the sandbox, and its sheets.

#[path = "../shared/stage.rs"]
mod shared;
#[path = "../shared/story.rs"]
mod story;

use unpromo::sandbox::{Call, Options, temu};

pub use shared::{Ended, Stage};
pub use story::story;

/// The product of the recorded exchange, and its three enrollments.
pub const SEED: &str = "4975750079";
pub const FLASH: &str = "2509090813205382";
pub const CLEARANCE: &str = "2509090813203861";
pub const OFFICIAL: &str = "2509090813204458";

impl Stage {
    pub fn with(options: &Options) -> Self {
        let stage = Self::empty(options);
        stage.add_shop("shop", "634418224869329");
        stage
    }

    /// Adds a shop whose copied request goes to the sandbox.
    pub fn add_shop(&self, name: &str, mall: &str) {
        self.add_shop_with(&self.sandbox.url(), name, mall, "SUB_PASS_ID=made-up");
    }

    pub fn add_shop_with(&self, url: &str, name: &str, mall: &str, cookie: &str) {
        let copy = format!(
            "curl '{url}{}' \\\n  -H 'mallid: {mall}' \\\n  -b '{cookie}' \\\n  -H 'user-agent: Mozilla/5.0' \\\n  \
             --data-raw '{{\"productId\":\"1\"}}'",
            temu::LOOK_UP
        );
        let file = self.write("copied.txt", &copy);
        let ended = self.unpromo(&["shop", "add", name, "--from-curl", &file]);
        assert_eq!(ended.code, 0, "{ended:?}");
        std::fs::remove_file(file).expect("removed");
    }

    /// A sheet of `(SPU, filter)` rows; row 1 is the headings.
    pub fn sheet(&self, rows: &[(&str, &str)]) -> String {
        let lines: String = rows.iter().map(|(spu, filter)| format!("{spu},{filter},申请退出\n")).collect();
        self.write("week.csv", &format!("SPU,活动名称,理由\n{lines}"))
    }

    /// A sheet of so many products, each with all its enrollments.
    pub fn sheet_of_many(&self, count: u64) -> String {
        let spus: Vec<String> = (0..count).map(|i| (5_000_000_001 + i * 10).to_string()).collect();
        self.sheet(&spus.iter().map(|spu| (spu.as_str(), "*")).collect::<Vec<_>>())
    }

    /// The enrollments that were withdrawn at the platform, in the order in which it took them.
    pub fn withdrawn(&self) -> Vec<String> {
        self.sandbox.ledger().effects().map(|entry| entry.target.to_string()).collect()
    }

    /// How many submissions arrived at the platform, whatever became of them.
    pub fn submissions(&self) -> usize {
        self.sandbox.ledger().of(Call::Submission).count()
    }

    pub fn lookups(&self) -> usize {
        self.sandbox.ledger().of(Call::Lookup).count()
    }
}
