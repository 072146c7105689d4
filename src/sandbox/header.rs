//! The headers of a request, read strictly.

use hyper::header::HeaderMap;

/// The one value of a header, or what is wrong with it.
pub(super) fn one<'a>(headers: &'a HeaderMap, name: &str) -> Result<&'a str, String> {
    let mut values = headers.get_all(name).iter();
    match (values.next().map(|value| value.to_str()), values.next()) {
        (Some(Ok(value)), None) => Ok(value),
        (None, _) => Err(format!("缺少请求头 {name}")),
        (Some(Err(_)), _) => Err(format!("请求头 {name} 不是文本")),
        (Some(Ok(_)), Some(_)) => Err(format!("请求头 {name} 重复")),
    }
}
