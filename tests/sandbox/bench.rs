//! A sandbox and a client at it.

use std::time::Duration;

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::{Client, ClientBuilder, Method, Response};
use serde_json::{Value, json};
use unpromo::sandbox::{Fault, Options, Running, Sandbox, temu};

pub const SEED: &str = "4975750079";
pub const CLEARANCE: u64 = 2_509_090_813_203_861;
pub const MALL: &str = "634418224869329";

/// A sandbox and a client at it.
pub struct Bench {
    pub sandbox: Running,
    pub client: Client,
}

impl Bench {
    pub fn new() -> Self {
        Self::with(&Options::default())
    }

    pub fn with(options: &Options) -> Self {
        Self { sandbox: Sandbox::start(options).expect("a sandbox"), client: client(Client::builder()) }
    }

    /// A sandbox with one fault rule.
    pub fn failing(rule: &str) -> Self {
        let bench = Self::new();
        bench.fail(rule);
        bench
    }

    pub fn fail(&self, rule: &str) {
        self.sandbox.add_faults(vec![rule.parse::<Fault>().expect(rule)]);
    }

    pub async fn send(&self, method: Method, path: &str, headers: HeaderMap, body: Vec<u8>) -> Response {
        self.try_send(method, path, headers, body).await.expect("an answer")
    }

    pub async fn try_send(
        &self,
        method: Method,
        path: &str,
        headers: HeaderMap,
        body: Vec<u8>,
    ) -> reqwest::Result<Response> {
        self.client.request(method, format!("{}{path}", self.sandbox.url())).headers(headers).body(body).send().await
    }

    /// Looks a product up; hands back the raw answer.
    pub async fn try_look_up(&self, spu: &str) -> reqwest::Result<Response> {
        let body = json!({"productId": spu}).to_string().into();
        self.try_send(Method::POST, temu::LOOK_UP, proper_headers(), body).await
    }

    pub async fn look_up(&self, spu: &str) -> Value {
        json_of(self.try_look_up(spu).await.expect("an answer")).await
    }

    /// Submits an enrollment of the seed product.
    pub async fn try_submit(&self, enrollment: u64, activity: &str) -> reqwest::Result<Response> {
        let body = submission(SEED, enrollment, activity).to_string().into();
        self.try_send(Method::POST, temu::SUBMISSION, proper_headers(), body).await
    }

    pub async fn submit(&self, enrollment: u64, activity: &str) -> Value {
        json_of(self.try_submit(enrollment, activity).await.expect("an answer")).await
    }

    /// Calls a control path.
    pub async fn control(&self, method: Method, path: &str, body: &str) -> (u16, String) {
        let answer = self.send(method, &format!("/_sandbox/{path}"), HeaderMap::new(), body.into()).await;
        (answer.status().as_u16(), answer.text().await.expect("text"))
    }

    /// How often the seed product's enrollments were withdrawn.
    pub fn effects(&self) -> usize {
        self.sandbox.ledger().effects().count()
    }
}

/// A client that does nothing by itself.
pub fn client(builder: ClientBuilder) -> Client {
    // A second installation changes nothing.
    let _ = rustls::crypto::ring::default_provider().install_default();
    builder
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .timeout(Duration::from_secs(20))
        .build()
        .expect("a client")
}

/// The headers that the sandbox wants, as a careful client sends them.
pub fn proper_headers() -> HeaderMap {
    headers(&[
        ("mallid", MALL),
        ("cookie", "SUB_PASS_ID=peer-session"),
        ("anti-content", "x"),
        ("user-agent", "Mozilla/5.0"),
        ("content-type", "application/json"),
    ])
}

pub fn headers(pairs: &[(&str, &str)]) -> HeaderMap {
    let name = |name: &str| HeaderName::from_bytes(name.as_bytes()).expect("a name");
    pairs.iter().map(|(key, value)| (name(key), HeaderValue::from_str(value).expect("a value"))).collect()
}

/// A submission as the platform wants it.
pub fn submission(spu: &str, enrollment: u64, activity: &str) -> Value {
    json!({"feedbackType": 8, "feedbackProblemType": 44, "remark": "申请退出", "businessId": enrollment,
        "feedbackDimension": 1, "productId": spu, "activityName": activity})
}

pub async fn json_of(answer: Response) -> Value {
    let body = answer.bytes().await.expect("a body");
    serde_json::from_slice(&body).unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&body)))
}

/// The names and ids that a look-up lists.
pub fn listed(answer: &Value) -> Vec<(String, u64)> {
    let activities = answer["result"]["activityList"].as_array().expect("a list");
    let of_activity = |activity: &Value| {
        let name = activity["activityName"].as_str().expect("a name").to_owned();
        let enrollments = activity["feedbackEnrollInfoList"].as_array().expect("a list").clone();
        enrollments.into_iter().map(move |one| (name.clone(), one["enrollId"].as_u64().expect("an id")))
    };
    activities.iter().flat_map(of_activity).collect()
}
