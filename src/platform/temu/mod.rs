//! `temu-activity`: withdraw a product from marketing activities at the Temu seller centre.
//!
//! The calls are the browser's own, as the shop's user copied them; see `shop::TemuCredentials`.

mod columns;
mod facts;
mod wire;

use std::collections::HashSet;

use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Method, Request, Url};
use serde::Serialize;
use serde_json::value::RawValue;

use super::client::Answer;
use super::lenient::Object;
use super::paging::says_more;
use super::{Accepted, Call, Failure, Find, Identity, Limits, Link, Operation, Promises, Sample, Submission, Submit};
use crate::error::{Error, Kind, Result};
use crate::model::{Column, FactColumn, Item, Row, Target, canonical_id};
use crate::shop::{Credentials, Secrets, Shop, TemuCall, TemuCredentials};
use crate::text;
use crate::text::{Lang, Text};
use wire::{Activity, Enrollment, Id, Product};

/// Where the login check lives, on the same host as the copied requests.
const LOGIN_CHECK: &str = "/bg/quiet/api/mms/userInfo";
/// The product that is looked up where only the answer's kind matters.
const ANY_PRODUCT: &str = "4975750079";
/// The three fixed numbers of a submission, from the recorded exchange.
const FEEDBACK_TYPE: u8 = 8;
const FEEDBACK_PROBLEM_TYPE: u8 = 44;
const FEEDBACK_DIMENSION: u8 = 1;

/// Withdraw enrollments from marketing activities.
pub(super) struct TemuActivity;

impl Operation for TemuActivity {
    fn name(&self) -> &'static str {
        "temu-activity"
    }

    fn title(&self) -> Text {
        text!("Temu 活动退出", "Temu activity withdrawal")
    }

    fn platform(&self) -> &'static str {
        "temu"
    }

    fn columns(&self) -> &'static [Column] {
        columns::COLUMNS
    }

    fn facts(&self) -> &'static [FactColumn] {
        columns::FACTS
    }

    fn describe(&self, target: &Target, lang: Lang) -> Vec<String> {
        facts::describe(target, lang)
    }

    fn sample(&self) -> Sample {
        Sample { name: "weekly.xlsx", workbook: include_bytes!("../../../samples/weekly.xlsx") }
    }

    fn promises(&self) -> Promises {
        Promises { submits: true, looks_up: true, settles: true, repeats: false }
    }

    fn default_rate(&self) -> f64 {
        2.0
    }

    fn admits(&self, row: &Row, target: &Target) -> std::result::Result<(), Text> {
        facts::sites_fit(row.cell_of(columns::COLUMNS, "site"), target)
    }

    fn finder(&self, shop: &Shop, limits: Limits) -> Result<Box<dyn Find>> {
        Ok(Box::new(Endpoint::new(shop, &credentials(shop)?.look_up, limits)?))
    }

    fn submitter(&self, shop: &Shop, limits: Limits) -> Result<Box<dyn Submit>> {
        Ok(Box::new(Endpoint::new(shop, &credentials(shop)?.submission, limits)?))
    }

    fn identify<'a>(&'a self, shop: &'a Shop, limits: Limits) -> Result<Call<'a, Identity>> {
        let credentials = credentials(shop)?;
        let endpoint = Endpoint::at(LOGIN_CHECK, shop, &credentials.look_up, limits)?;
        let look_up = Endpoint::new(shop, &credentials.look_up, limits)?;
        Ok(Box::pin(async move {
            let info: wire::UserInfo = match endpoint.ask(&serde_json::Map::new(), parse).await {
                Ok(info) => info,
                // The check itself is not understood any more: whether the login lives, a look-up tells too.
                Err(Failure::Refused { .. } | Failure::Unclear(_)) => return look_up.lives().await,
                Err(failure) => return Err(failure),
            };
            let mut malls = info.company_list.into_iter().flat_map(|company| company.malls);
            match malls.find(|mall| mall.mall_id.is(&credentials.mall_id)) {
                Some(mall) => Ok(Identity { name: mall.mall_name }),
                None => Err(Failure::Credentials {
                    trouble: super::CredentialsTrouble::Forbidden,
                    words: format!("mallid {}", credentials.mall_id),
                }),
            }
        }))
    }
}

fn credentials(shop: &Shop) -> Result<&TemuCredentials> {
    let Credentials::Temu(credentials) = &shop.credentials else { return Err(super::of_another_platform(shop)) };
    Ok(credentials)
}

/// One of the two copied requests, ready to be sent with other bodies.
struct Endpoint {
    /// The shop that has to be answered.
    mall_id: String,
    url: Url,
    headers: HeaderMap,
    link: Link,
}

impl Endpoint {
    fn new(shop: &Shop, call: &TemuCall, limits: Limits) -> Result<Self> {
        let link = Link::to(&call.url, Secrets::of(&shop.credentials), limits)?;
        let url = Url::parse(&call.url)
            .map_err(|why| Error::usage(text!("地址无效:{why}", "the address is not valid: {why}")))?;
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        for (name, value) in &call.headers {
            let parsed = (HeaderName::try_from(name.as_str()), HeaderValue::from_bytes(value.expose().as_bytes()));
            let (Ok(key), Ok(mut value)) = parsed else {
                return Err(Error::new(
                    Kind::Credentials,
                    text!("店铺文件里的请求头 {name} 无效", "the header {name} in the shop file is not valid"),
                )
                .next(text!(
                    "请重新复制请求并运行 unpromo shop add",
                    "copy the request again and run unpromo shop add"
                )));
            };
            value.set_sensitive(true);
            headers.insert(key, value);
        }
        Ok(Self { mall_id: credentials(shop)?.mall_id.clone(), url, headers, link })
    }

    /// Another path on the same host, with the same headers.
    fn at(path: &str, shop: &Shop, call: &TemuCall, limits: Limits) -> Result<Self> {
        let mut endpoint = Self::new(shop, call, limits)?;
        endpoint.url.set_path(path);
        endpoint.url.set_query(None);
        Ok(endpoint)
    }

    /// Sends a body, and reads the answer's result.
    async fn ask<T>(
        &self,
        body: &impl Serialize,
        read: impl FnOnce(Option<&RawValue>) -> std::result::Result<T, Failure>,
    ) -> std::result::Result<T, Failure> {
        self.link.ask(self.request(body)?, |answer| wire::open(&answer, read)).await
    }

    fn request(&self, body: &impl Serialize) -> std::result::Result<Request, Failure> {
        let body = serde_json::to_vec(body).map_err(|why| Failure::Refused {
            code: String::new(),
            words: format!("the request cannot be written: {why}"),
        })?;
        let mut request = Request::new(Method::POST, self.url.clone());
        request.headers_mut().clone_from(&self.headers);
        *request.body_mut() = Some(body.into());
        Ok(request)
    }
}

impl Endpoint {
    /// Whether the login lives, by the answer to any look-up: a refusal of the product is an answer too.
    async fn lives(&self) -> std::result::Result<Identity, Failure> {
        let item = Item { cells: vec![("spu".to_owned(), ANY_PRODUCT.to_owned())] };
        match self.find(&item).await {
            Ok(_) | Err(Failure::Refused { .. } | Failure::NoSuchItem { .. }) => Ok(Identity::default()),
            Err(failure) => Err(failure),
        }
    }
}

impl Endpoint {
    async fn look_up(&self, item: &Item, unnamed: Unnamed) -> std::result::Result<Vec<Target>, Failure> {
        let product_id = canonical_id(item.id());
        let request = self.request(&wire::LookUp { product_id })?;
        self.link.ask(request, |answer| listing(&answer, product_id, &self.mall_id, unnamed)).await
    }
}

/// What is made of an answer that names no shop.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Unnamed {
    /// It is good for a plan: look-up and submission each name the shop, and what is not the shop's is refused.
    Plans,
    /// It proves nothing of what is gone.
    ProvesNothing,
}

impl Find for Endpoint {
    fn find<'a>(&'a self, item: &'a Item) -> Call<'a, Vec<Target>> {
        Box::pin(self.look_up(item, Unnamed::Plans))
    }

    fn find_again<'a>(&'a self, item: &'a Item) -> Call<'a, Vec<Target>> {
        Box::pin(self.look_up(item, Unnamed::ProvesNothing))
    }
}

impl Submit for Endpoint {
    fn submit<'a>(&'a self, submission: &'a Submission) -> Call<'a, Accepted> {
        Box::pin(async move {
            let target = &submission.target;
            let Ok(business_id) = target.id.parse() else {
                return Err(Failure::Refused { code: String::new(), words: format!("not an enrollId: {}", target.id) });
            };
            let ticket = wire::Ticket {
                feedback_type: FEEDBACK_TYPE,
                feedback_problem_type: FEEDBACK_PROBLEM_TYPE,
                remark: &submission.reason,
                business_id,
                feedback_dimension: FEEDBACK_DIMENSION,
                product_id: canonical_id(submission.item.id()),
                activity_name: &target.name,
            };
            let read = |answer: Answer| wire::open(&answer, wire::nothing).map(|()| Accepted::default());
            self.link.submit(self.request(&ticket)?, read).await
        })
    }
}

/// Reads the body of a look-up's answer.
///
/// # Errors
/// When it is no clear success.
pub fn read_listing(body: &[u8]) -> std::result::Result<Vec<Target>, Failure> {
    let answer = Answer { status: reqwest::StatusCode::OK, headers: HeaderMap::new(), body: Ok(body.to_vec()) };
    wire::open(&answer, parse).and_then(targets)
}

/// What a look-up's answer lists for the product that was asked about. Only an answer that is whole, of the shop and
/// about the product, says anything.
pub(super) fn listing(
    answer: &Answer,
    item: &str,
    mall_id: &str,
    unnamed: Unnamed,
) -> std::result::Result<Vec<Target>, Failure> {
    let product: Product = wire::open(answer, parse).map_err(wire::no_such_product)?;
    match product.mall_id {
        None if unnamed == Unnamed::ProvesNothing => {
            return Err(Failure::incomplete(&text!("没有店铺 mallId", "it names no shop (mallId)")));
        }
        Some(theirs) if !theirs.is(mall_id) => {
            return Err(Failure::OtherAccount { theirs: theirs.0.to_string(), ours: mall_id.to_owned() });
        }
        _ => {}
    }
    if !product.product_id.is(item) {
        let other = product.product_id.0;
        return Err(Failure::Unclear(text!(
            "答复是另一个商品 {other} 的",
            "the answer is about another product, {other}"
        )));
    }
    let body = answer.body.as_deref().unwrap_or_default();
    if says_more(&mut serde_json::Deserializer::from_slice(body)) {
        return Err(Failure::has_more());
    }
    targets(product)
}

/// What a submission's answer says, without a connection around it.
#[cfg(feature = "fuzzing")]
pub(super) fn accepted(answer: &Answer) -> std::result::Result<Accepted, Failure> {
    wire::open(answer, wire::nothing).map(|()| Accepted::default())
}

fn parse<T: serde::de::DeserializeOwned>(result: Option<&RawValue>) -> std::result::Result<T, Failure> {
    let unreadable = || Failure::Unclear(text!("答复的内容看不懂", "the answer's content cannot be understood"));
    let read: serde_json::Result<Object<T>> = serde_json::from_str(result.ok_or_else(unreadable)?.get());
    read.map(|Object(value)| value).map_err(|_| unreadable())
}

/// Every enrollment of every activity, each once. One name can hold several, and one product several names.
fn targets(product: Product) -> std::result::Result<Vec<Target>, Failure> {
    let Some(activities) = product.activity_list else {
        return Err(Failure::incomplete(&text!("没有活动列表（activityList）", "it has no activityList")));
    };
    let mut seen = HashSet::new();
    let mut targets = Vec::new();
    for Activity { activity_name, activity_type, feedback_enroll_info_list } in activities {
        let Some(enrollments) = feedback_enroll_info_list else {
            return Err(Failure::incomplete(&text!(
                "活动“{activity_name}”没有报名列表（feedbackEnrollInfoList）",
                "the activity {activity_name} has no feedbackEnrollInfoList"
            )));
        };
        for mut enrollment in enrollments {
            let Some(Id(id)) = enrollment.enroll_id.take() else {
                return Err(Failure::incomplete(&text!("有报名没有 enrollId", "an enrollment has no enrollId")));
            };
            enrollment.activity_type = activity_type;
            let is_known = !seen.insert(id);
            let id = id.to_string();
            if is_known && targets.iter().any(|known: &Target| known.id == id && known.name == activity_name) {
                continue;
            }
            targets.push(Target {
                id,
                name: activity_name.clone(),
                ended: is_ended(&enrollment),
                done: None,
                group: String::new(),
                data: serde_json::to_string(&enrollment).unwrap_or_default(),
            });
        }
    }
    Ok(targets)
}

/// Whether every session is over: 3 ended, 5 sold out, 6 offline.
fn is_ended(enrollment: &Enrollment) -> bool {
    let sessions = &enrollment.enroll_sessions;
    !sessions.is_empty() && sessions.iter().all(|session| matches!(session.session_status, Some(3 | 5 | 6)))
}

#[cfg(test)]
mod tests;
