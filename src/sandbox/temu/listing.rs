//! The seller centre's answers, written as the platform writes them.

use std::fmt;

use hyper::body::Bytes;
use serde::ser::SerializeSeq;
use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use super::SUCCESS;
use super::catalogue::{Enrollment, Session};
use crate::sandbox::Call;
use crate::sandbox::fault::Shape;

/// The answer to a submission that was taken.
pub(super) const ACCEPTED: &str = r#"{"result":null,"success":true,"errorCode":1000000,"errorMsg":null}"#;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Envelope<T> {
    result: T,
    success: bool,
    error_code: u64,
    error_msg: Option<&'static str>,
}

impl<T: Serialize> Envelope<T> {
    /// The written answer. What is written here is numbers, text and lists: that cannot fail.
    fn write(result: T, room: usize) -> Bytes {
        let envelope = Self { result, success: true, error_code: SUCCESS, error_msg: None };
        let mut out = Vec::with_capacity(room);
        let _ = serde_json::to_writer(&mut out, &envelope);
        out.into()
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ProductOut<'a> {
    product_id: u64,
    mall_id: u64,
    image_url: Shown<ImageUrl>,
    product_name: Shown<ProductName>,
    activity_list: Activities<'a>,
}

/// Enrollments by activity.
struct Activities<'a>(&'a [Enrollment]);

impl Serialize for Activities<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let groups = self.0.chunk_by(|one, next| one.activity.name == next.activity.name);
        let mut list = serializer.serialize_seq(None)?;
        for enrollments in groups {
            let activity = enrollments[0].activity;
            list.serialize_element(&ActivityOut {
                activity_name: activity.name,
                activity_type: activity.kind,
                activity_thematic_id: activity.thematic,
                feedback_enroll_info_list: Enrollments(enrollments),
            })?;
        }
        list.end()
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ActivityOut<'a> {
    activity_name: &'static str,
    activity_type: u32,
    activity_thematic_id: Option<u64>,
    feedback_enroll_info_list: Enrollments<'a>,
}

struct Enrollments<'a>(&'a [Enrollment]);

impl Serialize for Enrollments<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(|enrollment| EnrollmentOut {
            enroll_id: enrollment.id,
            enroll_time: enrollment.time,
            currency: "CNY",
            stock: enrollment.stock,
            min_activity_price: enrollment.price.0,
            max_activity_price: enrollment.price.1,
            min_activity_discount: enrollment.discount.map(|discount| discount.0),
            max_activity_discount: enrollment.discount.map(|discount| discount.1),
            enroll_sessions: Sessions(enrollment),
        }))
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct EnrollmentOut<'a> {
    enroll_id: u64,
    enroll_time: u64,
    currency: &'static str,
    stock: u32,
    min_activity_price: u64,
    max_activity_price: u64,
    min_activity_discount: Option<u32>,
    max_activity_discount: Option<u32>,
    enroll_sessions: Sessions<'a>,
}

struct Sessions<'a>(&'a Enrollment);

impl Serialize for Sessions<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let kind = self.0.activity.kind;
        serializer.collect_seq(self.0.sessions().map(|session| {
            let Session { id, season, site, status, fail_reason } = session;
            SessionOut {
                session_id: id,
                session_name: Shown(SessionName(site.name, season.start, season.end)),
                session_status: status,
                session_fail_reason: fail_reason,
                site_id: site.id,
                site_name: site.name,
                sub_promotion_type: kind * 100_000 + 1,
                duration_days: season.days,
                start_date_str: season.start,
                end_date_str: season.end,
                start_time: season.start_ms(site),
                end_time: season.end_ms(site),
            }
        }))
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SessionOut {
    session_id: u64,
    session_name: Shown<SessionName>,
    session_status: u32,
    session_fail_reason: Option<&'static str>,
    site_id: u32,
    site_name: &'static str,
    sub_promotion_type: u32,
    duration_days: u32,
    start_date_str: &'static str,
    end_date_str: &'static str,
    start_time: i64,
    end_time: i64,
}

/// Written as text without being made a `String` first.
struct Shown<T>(T);

impl<T: fmt::Display> Serialize for Shown<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

struct SessionName(&'static str, &'static str, &'static str);

impl fmt::Display for SessionName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}~{}", self.0, self.1, self.2)
    }
}

struct ProductName(u64);

impl fmt::Display for ProductName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const GOODS: [&str; 8] = [
            "加厚保温杯",
            "折叠收纳箱",
            "儿童雨靴",
            "蓝牙耳机保护套",
            "硅胶厨具套装",
            "宠物饮水机",
            "LED 台灯",
            "瑜伽垫",
        ];
        write!(f, "{} {}", GOODS[(self.0 % 8) as usize], self.0)
    }
}

struct ImageUrl(u64);

impl fmt::Display for ImageUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "https://img.sandbox.invalid/{}.jpeg", self.0)
    }
}

/// The answer to a look-up.
pub(super) fn write(mall: u64, product: u64, enrollments: &[Enrollment]) -> Bytes {
    let result = ProductOut {
        product_id: product,
        mall_id: mall,
        image_url: Shown(ImageUrl(product)),
        product_name: Shown(ProductName(product)),
        activity_list: Activities(enrollments),
    };
    Envelope::write(result, 320 + enrollments.len() * 768)
}

/// The answer to a login check: the malls that a login owns.
pub(super) fn malls(first: u64, count: u64) -> Bytes {
    let malls: Vec<Value> = (0..count)
        .map(|index| json!({"mallId": first + index, "mallName": format!("沙盒{}号店", index + 1)}))
        .collect();
    let company = json!({"companyId": 100_086, "companyName": "沙盒贸易有限公司", "malInfoList": malls});
    Envelope::write(json!({"userId": 10_086, "companyList": [company]}), 1024)
}

/// A refusal, in either spelling.
pub(super) fn failure(code: &Value, words: &str, snake: bool) -> Bytes {
    let (code_key, words_key) = if snake { ("error_code", "error_msg") } else { ("errorCode", "errorMsg") };
    json!({"result": null, "success": false, code_key: code, words_key: words}).to_string().into()
}

/// JSON that is not of the platform's form.
pub(super) fn misshapen(call: Call, shape: Shape) -> Bytes {
    let wrap = |result: &Value| {
        json!({"result": result, "success": true, "errorCode": SUCCESS, "errorMsg": null}).to_string().into()
    };
    let list = |list: &Value| wrap(&json!({"productId": 4_975_750_079_u64, "activityList": list}));
    match shape {
        Shape::Result => wrap(&json!("ok")),
        Shape::List => list(&json!(3)),
        Shape::Id => {
            let enrollment = json!({"enrollId": {"value": 2_509_090_813_203_861_u64}, "enrollSessions": []});
            let enrollments = json!([enrollment]);
            list(&json!([{"activityName": "清仓甩卖", "activityType": 27, "feedbackEnrollInfoList": enrollments}]))
        }
        Shape::Success if call == Call::Submission => {
            Bytes::from_static(br#"{"result":null,"success":"true","errorCode":"ok","errorMsg":null}"#)
        }
        Shape::Success => Bytes::from_static(br#"{"result":{"activityList":[]},"success":"true","errorCode":[]}"#),
        Shape::Top => Bytes::from_static(b"[]"),
        Shape::Null => Bytes::from_static(b"null"),
        Shape::Empty => Bytes::from_static(b"{}"),
    }
}
