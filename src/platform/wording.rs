//! What the words beside a success mean.

/// What some services write where others write nothing.
const SUCCESS: [&str; 7] = ["success", "succeeded", "successful", "ok", "成功", "操作成功", "请求成功"];
/// What is part of a sentence that tells of a failure.
const FAILURE: [&str; 12] =
    ["失败", "错误", "异常", "拒绝", "不存在", "无权", "过期", "fail", "error", "denied", "invalid", "expired"];

/// Whether the text in the place of an error message tells of no error.
pub(super) fn tells_no_error(text: &str) -> bool {
    let text = text.trim().trim_end_matches(['.', '!', '。', '！']);
    text.is_empty() || SUCCESS.iter().any(|success| text.eq_ignore_ascii_case(success))
}

/// Whether a remark, which may stand beside a success as well, tells of a failure.
pub(super) fn tells_failure(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    FAILURE.iter().any(|failure| text.contains(failure))
}

#[cfg(test)]
mod tests {
    use super::{tells_failure, tells_no_error};

    #[test]
    fn words_beside_a_success_are_no_error_only_where_they_say_success() {
        for text in ["", " ", "SUCCESS", "ok", "成功", "操作成功。"] {
            assert!(tells_no_error(text), "{text}");
        }
        for text in ["该活动报名暂不支持退出", "not successful", "系统繁忙", "0"] {
            assert!(!tells_no_error(text), "{text}");
        }
    }

    #[test]
    fn a_remark_tells_of_a_failure_in_words_for_it() {
        assert!(tells_failure("取消失败") && tells_failure("Internal Error") && tells_failure("订单不存在"));
        assert!(!tells_failure("已取消") && !tells_failure(""));
    }
}
