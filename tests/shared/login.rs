use unpromo::home::Home;
use unpromo::platform::Operation;
use unpromo::shop::{Credentials, Shop, ShopFile};

/// Adds a shop for the sandbox at an address, or renews its login.
pub fn log_in(home: &Home, operation: &dyn Operation, url: &str) {
    let credentials = Credentials::of_sandbox(operation.platform(), url, 0).expect("credentials");
    let mut file = ShopFile::load(home).expect("a shop file");
    file.add(Shop { name: "main".to_owned(), credentials, added_at: 0 }, false).expect("a shop");
}
