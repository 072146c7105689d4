//! Reading a request as strictly as the seller centre would at its strictest.

use std::borrow::Cow;

use hyper::header::{CONTENT_TYPE, COOKIE, HeaderMap, USER_AGENT};
use hyper::http::request::Parts;
use hyper::{Method, StatusCode};
use serde::Deserialize;

use super::{FIRST_MALL, MALLS, catalogue, code};
use crate::sandbox::platform::{Ids, Reading, Refusal};
use crate::sandbox::{Call, Id, header};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct LookUp<'a> {
    #[serde(borrow)]
    product_id: Cow<'a, str>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Submission<'a> {
    feedback_type: u64,
    feedback_problem_type: u64,
    #[serde(borrow)]
    remark: Cow<'a, str>,
    business_id: u64,
    feedback_dimension: u64,
    #[serde(borrow)]
    product_id: Cow<'a, str>,
    #[serde(borrow)]
    activity_name: Cow<'a, str>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LoginCheck {}

type Checked<T> = Result<T, Refusal>;

/// Reads a request, whatever is wrong with it.
pub(super) fn read<'a>(call: Call, head: &Parts, body: &'a [u8]) -> Reading<'a> {
    let mut reading = Reading { ids: Ids::default(), reason: None, request_no: None, refusal: None };
    let shop = head.headers.get("mallid").and_then(|value| value.to_str().ok());
    reading.ids.shop = shop.map_or(Id::Unknown, Id::new);
    reading.refusal = check(call, head, body, &mut reading).err();
    reading
}

/// Checks everything, and notes on the way what the request is about.
fn check<'a>(call: Call, head: &Parts, body: &'a [u8], reading: &mut Reading<'a>) -> Checked<()> {
    form(head)?;
    let mut activity = None;
    match call {
        Call::Lookup => reading.ids.item = product(&parse::<LookUp<'_>>(body)?.product_id)?,
        Call::Submission => activity = Some(submission(reading, body)?),
        Call::Login => parse::<LoginCheck>(body).map(|LoginCheck {}| ())?,
        Call::Unknown => {}
    }
    identity(call, &head.headers)?;
    activity.map_or(Ok(()), |activity| belonging(&reading.ids, &activity))
}

/// Method and headers, apart from who is asking.
fn form(head: &Parts) -> Checked<()> {
    if head.method != Method::POST {
        let mut refusal = bad("请求方法应为 POST");
        refusal.status = StatusCode::METHOD_NOT_ALLOWED;
        return Err(refusal);
    }
    let content_type = one(&head.headers, CONTENT_TYPE.as_str())?;
    if !content_type.split(';').next().unwrap_or("").trim().eq_ignore_ascii_case("application/json") {
        return Err(bad("content-type 应为 application/json"));
    }
    if one(&head.headers, USER_AGENT.as_str())?.trim().is_empty() {
        return Err(bad("user-agent 为空"));
    }
    Ok(())
}

/// Who is asking, and for which shop.
fn identity(call: Call, headers: &HeaderMap) -> Checked<()> {
    let mut cookies = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok()).peekable();
    if cookies.peek().is_none() {
        return Err(Refusal::new(code::EXPIRED, "未登录").improper());
    }
    let mut named = false;
    for cookie in cookies {
        if cookie.contains("expired") {
            return Err(Refusal::new(code::EXPIRED, "登录已过期,请重新登录"));
        }
        named |= cookie.split(';').any(|pair| {
            pair.split_once('=').is_some_and(|(name, value)| !name.trim().is_empty() && !value.trim().is_empty())
        });
    }
    if !named {
        return Err(Refusal::new(code::EXPIRED, "未登录:cookie 不是 NAME=value 的形式").improper());
    }
    if call == Call::Login {
        return Ok(());
    }
    let mall = one(headers, "mallid")?;
    if mall.is_empty() || !mall.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(bad("mallid 应为数字"));
    }
    if !(FIRST_MALL..FIRST_MALL + MALLS).contains(&mall.parse().unwrap_or(0)) {
        return Err(Refusal::new(code::NO_RIGHT, "无权操作该店铺"));
    }
    Ok(())
}

/// The one value of a header.
fn one<'a>(headers: &'a HeaderMap, name: &str) -> Checked<&'a str> {
    header::one(headers, name).map_err(|words| bad(&words))
}

/// Checks a submission by itself; gives back the activity's name.
fn submission<'a>(reading: &mut Reading<'a>, body: &'a [u8]) -> Checked<Cow<'a, str>> {
    let submission: Submission<'a> = parse(body)?;
    reading.ids.target = submission.business_id.into();
    reading.ids.item = Id::new(&submission.product_id);
    let is_blank = submission.remark.trim().is_empty();
    reading.reason = Some(submission.remark);
    product(&submission.product_id)?;
    for (name, found, expected) in [
        ("feedbackType", submission.feedback_type, 8),
        ("feedbackProblemType", submission.feedback_problem_type, 44),
        ("feedbackDimension", submission.feedback_dimension, 1),
    ] {
        if found != expected {
            return Err(bad(&format!("{name} 应为 {expected},收到 {found}")));
        }
    }
    if is_blank { Err(bad("remark 不能为空")) } else { Ok(submission.activity_name) }
}

/// Whether the product has the enrollment, under the name that was given.
fn belonging(ids: &Ids, activity: &str) -> Checked<()> {
    let (item, target) = (ids.item.number().unwrap_or(0), ids.target.number().unwrap_or(0));
    let Some(enrollment) = catalogue::find(item, target) else {
        return Err(Refusal::new(code::NO_ENROLLMENT, "报名不存在,或不属于该商品").improper());
    };
    if enrollment.activity.name != activity {
        return Err(Refusal::new(code::OTHER_ACTIVITY, "活动名称与报名不符").improper());
    }
    Ok(())
}

/// An SPU: text of digits alone.
fn product(text: &str) -> Checked<Id> {
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(bad("productId 应为数字组成的字符串"));
    }
    Ok(Id::new(text))
}

fn parse<'a, T: Deserialize<'a>>(body: &'a [u8]) -> Checked<T> {
    serde_json::from_slice(body).map_err(|error| bad(&format!("请求内容不符合要求:{error}")))
}

/// A request of the wrong form.
fn bad(words: &str) -> Refusal {
    Refusal {
        status: StatusCode::BAD_REQUEST,
        code: code::BAD_REQUEST.into(),
        words: format!("参数错误:{words}"),
        improper: true,
    }
}
