//! The names of shops.

use crate::error::{Error, Result};
use crate::model::fold_width;
use crate::plain::is_unseen;
use crate::text;

/// The most characters of a name.
const MOST: usize = 64;

/// Checks a name that the user gives to a shop, and trims it.
///
/// # Errors
/// When it is empty, longer than 64 characters, has a control character, or begins with `-`.
pub fn shop_name(given: &str) -> Result<String> {
    let name = given.trim();
    let length = name.chars().count();
    let what = if name.is_empty() {
        text!("店铺名称不能为空", "a shop's name cannot be empty")
    } else if length > MOST {
        text!(
            "店铺名称有 {length} 个字符,最多 {MOST} 个",
            "the shop's name has {length} characters; {MOST} is the most"
        )
    } else if name.chars().any(is_unseen) {
        text!("店铺名称里有看不见的控制字符", "the shop's name has a control character in it")
    } else if name.starts_with('-') {
        text!("店铺名称不能以 - 开头,会与命令选项混淆", "a shop's name cannot begin with -, as options do")
    } else {
        return Ok(name.to_owned());
    };
    Err(Error::usage(what).next(text!("请换一个名称", "choose another name")))
}

/// The name that was probably meant.
pub(super) fn nearest<'a>(given: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let fold = |name: &str| fold_width(name).trim().to_lowercase();
    let given = fold(given);
    let likeness = |name: &str| {
        let name = fold(name);
        let is_part = !given.is_empty() && (name.contains(&given) || given.contains(&name));
        strsim::normalized_damerau_levenshtein(&name, &given).max(if is_part { 0.6 } else { 0.0 })
    };
    let best = names.map(|name| (likeness(name), name)).max_by(|one, two| one.0.total_cmp(&two.0));
    best.filter(|(likeness, _)| *likeness >= 0.5).map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::{nearest, shop_name};

    #[test]
    fn names_are_trimmed_and_checked() {
        assert_eq!(shop_name(" 巴西 一店 ").expect("a name"), "巴西 一店");
        assert!(shop_name(&"店".repeat(64)).is_ok() && shop_name(&"店".repeat(65)).is_err());
        for bad in ["", " \t", "-x", " --yes", "a\nb", "a\u{1b}[2Jb", "a\u{202e}b"] {
            assert!(shop_name(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_misspelt_name_finds_its_shop() {
        let names = ["巴西一店", "main", "Europe"];
        for (given, meant) in
            [("巴西二店", "巴西一店"), ("mian", "main"), ("ＥＵＲＯＰＥ", "Europe"), ("巴西", "巴西一店")]
        {
            assert_eq!(nearest(given, names.into_iter()), Some(meant), "{given}");
        }
        assert_eq!(nearest("xyz", names.into_iter()), None);
    }
}
