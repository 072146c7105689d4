//! What a user may type behind `unpromo shop`: what each platform's login is made of.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum, ValueHint};

use super::group::Network;
use super::{examples, value};

/// `unpromo shop`. Bare, it lists.
#[derive(Debug, Args)]
pub struct Shop {
    /// What to do with them.
    #[command(subcommand)]
    pub action: Option<ShopAction>,
}

/// What to do with shops.
#[derive(Debug, Subcommand)]
#[command(subcommand_help_heading = "Commands")]
pub enum ShopAction {
    /// List the shops: name, account, host, age of the login; never a secret
    List,
    /// Ask the platform whether a shop's login still holds; changes nothing
    Check {
        /// The shop's name
        #[arg(value_name = "NAME", value_parser = value::filled)]
        name: String,
        /// How long to wait for the platform.
        #[command(flatten, next_help_heading = "Pace")]
        network: Network,
    },
    /// Forget a shop's login; what was submitted for it stays in the journal
    Remove {
        /// The shop's name
        #[arg(value_name = "NAME", value_parser = value::filled)]
        name: String,
    },
    /// Add a shop, or renew its login
    ///
    /// Temu: in the seller centre, open the page where activities are left, press F12, choose Network, look
    /// one product up and submit one withdrawal. Right-click each of the two requests
    /// (queryValidActivity4FeedBackOffline and submitFeedback), choose Copy, Copy as cURL (bash, cmd and
    /// PowerShell all do), and save each in a text file. One of the two is enough if you have only one.
    ///
    /// Taobao: the app's key, its secret, and the session that the shop authorised. Secrets come from a
    /// file, from the environment, or from a hidden prompt, never from the command line itself.
    ///
    /// WeChat Pay: the merchant's number, the serial and key of its API certificate, and the platform's
    /// public key (or certificate), with which answers are verified.
    #[command(after_help = examples::SHOP_ADD)]
    Add(Box<ShopAdd>),
}

/// `unpromo shop add`.
#[derive(Debug, Args)]
#[command(
    group = clap::ArgGroup::new("source").required(true).args(["from_curl", "from_har", "app_key", "mchid"]),
    group = clap::ArgGroup::new("platform_key").multiple(true).args(["public_key", "certificate"]),
)]
pub struct ShopAdd {
    /// The name you give the shop; the same name renews its login
    #[arg(value_name = "NAME", value_parser = value::filled)]
    pub name: String,
    /// The shop's platform; without it, the one that the other flags tell
    #[arg(long, value_enum)]
    pub platform: Option<Platform>,
    /// Let the name go over to another account
    #[arg(long)]
    pub replace: bool,
    /// Another address of the platform (not for Temu)
    #[arg(long, value_name = "URL", value_parser = value::filled, conflicts_with_all = ["from_curl", "from_har"])]
    pub base_url: Option<String>,
    /// A request copied "as cURL"; give it twice for both requests; - reads standard input
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = "Temu")]
    pub from_curl: Vec<PathBuf>,
    /// A HAR file saved in the browser's Network panel
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = "Temu")]
    pub from_har: Option<PathBuf>,
    /// What is on the Taobao app, and on the shop's consent to it.
    #[command(flatten, next_help_heading = "Taobao")]
    pub taobao: TaobaoLogin,
    /// What is on the merchant, and on the platform's own key.
    #[command(flatten, next_help_heading = "WeChat Pay")]
    pub wechat: WechatLogin,
}

/// A login at the Taobao Open Platform.
#[derive(Debug, Args)]
pub struct TaobaoLogin {
    /// The app's key (`app_key`): a number, no secret
    #[arg(long, value_name = "KEY", value_parser = value::filled)]
    pub app_key: Option<String>,
    /// The file that holds the app's secret; - asks for it
    ///
    /// Without it, the environment variable `UNPROMO_APP_SECRET`, or a hidden prompt. The secret is kept in
    /// shops.toml; the file is not needed afterwards.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, requires = "app_key")]
    pub app_secret_file: Option<PathBuf>,
    /// The file that holds the shop's session; - asks for it
    ///
    /// Without it, the environment variable `UNPROMO_SESSION`, or a hidden prompt. The session is kept in
    /// shops.toml; the file is not needed afterwards.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, requires = "app_key")]
    pub session_file: Option<PathBuf>,
    /// How requests are signed
    #[arg(long, value_enum, value_name = "METHOD", default_value_t = SignMethod::HmacSha256, requires = "app_key")]
    pub sign_method: SignMethod,
}

/// The ways of the Taobao Open Platform to sign a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum SignMethod {
    /// HMAC-SHA256
    HmacSha256,
    /// HMAC-MD5
    Hmac,
    /// MD5
    Md5,
}

/// A login at WeChat Pay.
#[derive(Debug, Args)]
pub struct WechatLogin {
    /// The merchant's number (`mchid`)
    #[arg(long, value_name = "NUMBER", value_parser = value::filled, requires_all = ["serial_no", "private_key", "platform_key"])]
    pub mchid: Option<String>,
    /// The serial number of the merchant's API certificate
    #[arg(long, value_name = "SERIAL", value_parser = value::filled, requires = "mchid")]
    pub serial_no: Option<String>,
    /// The merchant's private key (`apiclient_key.pem`); - reads standard input
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, requires = "mchid")]
    pub private_key: Option<PathBuf>,
    /// The id of the platform's public key: `PUB_KEY_ID_…`
    #[arg(long, value_name = "ID", value_parser = value::filled, requires = "public_key")]
    pub public_key_id: Option<String>,
    /// The platform's public key (`pub_key.pem`), with which answers are verified
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, requires_all = ["mchid", "public_key_id"])]
    pub public_key: Option<PathBuf>,
    /// A platform certificate, for a merchant that has no public key; may be given several times
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, requires = "mchid")]
    pub certificate: Vec<PathBuf>,
}

/// The platforms that a shop can be on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Platform {
    /// The Temu seller centre
    Temu,
    /// The Taobao Open Platform
    Taobao,
    /// WeChat Pay
    WechatPay,
}

impl ShopAdd {
    /// The platform that the flags tell.
    #[must_use]
    pub const fn told(&self) -> Platform {
        if self.taobao.app_key.is_some() {
            Platform::Taobao
        } else if self.wechat.mchid.is_some() {
            Platform::WechatPay
        } else {
            Platform::Temu
        }
    }
}
