//! What is put to the test: one operation with a small sheet. Adding an operation to the sweep is adding
//! one line here.

use unpromo::home::Home;
use unpromo::platform::{Operation, operation};
use unpromo::shop::{Credentials, Shop, ShopFile};

/// One operation and its sheet.
#[derive(Clone, Copy, Debug)]
pub struct Subject {
    pub operation: &'static str,
    pub sheet: &'static str,
}

/// Every operation that submits.
pub static SUBJECTS: &[Subject] = &[Subject {
    operation: "temu-activity",
    // The seed product whole and once more by name, products with several enrollments of one activity, one
    // that the platform does not know, a name that fits nothing, and a row that names another's target.
    sheet: "SPU,活动名称,理由\n\
            4975750079,*,换季下架\n\
            4975750079,清仓甩卖,重复的一行\n\
            5000000001,*,换季下架\n\
            5000000011,*,换季下架\n\
            5000000003,*,没有的商品\n\
            5000000021,*,换季下架\n\
            5000000031,没有这个活动,换季下架\n\
            5000000041,*,换季下架\n\
            5000000051,*,换季下架\n\
            5000000001,*,又一次\n\
            5000000061,*,换季下架\n\
            5000000071,*,换季下架\n",
}];

impl Subject {
    pub fn operation(&self) -> &'static dyn Operation {
        operation(self.operation).expect("a known operation")
    }

    /// Makes a home with a shop for the sandbox at an address.
    pub fn make_shop(&self, home: &Home, url: &str) {
        let credentials = Credentials::of_sandbox(self.operation().platform(), url, 0).expect("credentials");
        let mut file = ShopFile::load(home).expect("a shop file");
        file.add(Shop { name: "main".to_owned(), credentials, added_at: 0 }, false).expect("a shop");
    }
}
