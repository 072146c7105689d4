//! Item-pool activities: looked up by the platform's id or by the seller's own.

use hyper::StatusCode;
use serde::Deserialize;
use serde_json::json;

use super::form::Form;
use super::request::improper;
use super::{Method, catalogue, said, wrapped};
use crate::sandbox::Id;
use crate::sandbox::platform::{Done, Ids, Refusal};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    act_id: Option<u64>,
    out_act_id: Option<String>,
}

fn asked(form: &Form) -> Result<Asked, serde_json::Error> {
    serde_json::from_str(form.get("param0"))
}

/// Notes what a request is about.
pub(super) fn note(form: &Form, ids: &mut Ids) {
    if let Ok(asked) = asked(form) {
        let own = asked.act_id.map(Id::from);
        ids.item = own.or_else(|| asked.out_act_id.as_deref().map(Id::new)).unwrap_or_default();
    }
}

/// Checks the call's one parameter.
pub(super) fn check(form: &Form) -> Result<(), Refusal> {
    if form.get("param0").is_empty() {
        return Err(improper("isv.missing-parameter", "param0"));
    }
    let asked = asked(form).map_err(|why| improper("isv.invalid-parameter", &format!("param0:{why}")))?;
    match (asked.act_id, asked.out_act_id.as_deref()) {
        (Some(_), None) => Ok(()),
        (None, Some(outer)) if !outer.is_empty() => Ok(()),
        _ => Err(improper("isv.invalid-parameter", "act_id 和 out_act_id 应恰好有一个")),
    }
}

/// Answers a look-up.
pub(super) fn answer(form: &Form) -> Done {
    let asked = asked(form).unwrap_or(Asked { act_id: None, out_act_id: None });
    let id = asked.act_id.unwrap_or_else(|| catalogue::of_outer(asked.out_act_id.as_deref().unwrap_or_default()));
    let found = if catalogue::is_unknown(id) {
        let (code, words) = ("ACTIVITY_NOT_FOUND", "活动不存在");
        let answer = json!({"succeed": false, "err_number": code, "err_message": words});
        let refusal = Refusal { status: StatusCode::OK, code: Id::new(code), words: words.to_owned(), improper: false };
        return Done { refusal: Some(refusal), ..said(&wrapped(Method::QueryPool, &answer), false, false) };
    } else if catalogue::is_empty(id) {
        json!({"succeed": true})
    } else {
        json!({"succeed": true, "data": catalogue::activity(id, asked.out_act_id.as_deref())})
    };
    // Some of these services have one more wrapper.
    let found = if id % 5 == 2 { json!({ "result": found }) } else { found };
    said(&wrapped(Method::QueryPool, &found), false, false)
}
