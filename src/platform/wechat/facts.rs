//! What a result tells about a coupon, in words.

use super::wire::{Combo, Coupon, DEACTIVATED, Rule, SeveralUses};
use crate::model::Target;
use crate::text;
use crate::text::{Lang, Text};

/// One text for each of the fact columns.
pub(super) fn describe(target: &Target, lang: Lang) -> Vec<String> {
    let coupon: Coupon = serde_json::from_str(&target.data).unwrap_or_default();
    let display = coupon.display_info.as_ref();
    let combos = display.map(|display| display.combo_package_list.as_slice()).unwrap_or_default();
    vec![
        target.name.clone(),
        state(&coupon.state, lang),
        kind(&coupon, lang),
        usage(&coupon, lang),
        coupon.scope.as_deref().map(|scope| self::scope(scope, lang)).unwrap_or_default(),
        display.and_then(|display| display.original_price).map(yuan).unwrap_or_default(),
        combos.iter().map(|combo| combo_words(combo, lang)).collect::<Vec<_>>().join("\n"),
        coupon.out_product_no.clone().unwrap_or_default(),
        coupon.deactivate_time.as_deref().map(time).unwrap_or_default(),
        coupon.deactivate_request_no.clone().unwrap_or_default(),
        coupon.deactivate_reason.unwrap_or_default(),
    ]
}

/// What a person should see of a coupon before it is deactivated: its kind, its price, its state.
pub(super) fn sentence(target: &Target) -> Option<Text> {
    let coupon: Coupon = serde_json::from_str(&target.data).ok()?;
    let price = coupon.display_info.as_ref().and_then(|display| display.original_price).map(yuan);
    let in_words = |lang: Lang| {
        let price = price.as_ref().map(|price| match lang {
            Lang::Zh => format!("原价 {price} 元"),
            Lang::En => format!("original price {price} yuan"),
        });
        let parts = [Some(kind(&coupon, lang)), price, Some(state(&coupon.state, lang))];
        let parts = parts.into_iter().flatten().filter(|part| !part.is_empty());
        parts.collect::<Vec<_>>().join(lang.pick(",", ", "))
    };
    let (zh, en) = (in_words(Lang::Zh), in_words(Lang::En));
    Some(text!("匹配到:{zh}", "matched: {en}"))
}

/// Why a coupon needs no submission.
pub(super) fn done(coupon: &Coupon) -> Option<Text> {
    if coupon.state != DEACTIVATED {
        return None;
    }
    let at = coupon.deactivate_time.as_deref().map(time).unwrap_or_default();
    let mut done = text!("这张券已失效", "the coupon is deactivated already");
    if !at.is_empty() {
        done = done.then(&text!(",时间 {at}", "since {at}"));
    }
    if let Some(number) = &coupon.deactivate_request_no {
        done = done.then(&text!(",失效请求单号 {number}", "under the request number {number}"));
    }
    Some(done)
}

fn state(state: &str, lang: Lang) -> String {
    let (zh, en) = match state {
        "AUDITING" => ("审核中", "being audited"),
        "EFFECTIVE" => ("生效中", "effective"),
        DEACTIVATED => ("已失效", "deactivated"),
        other => return other.to_owned(),
    };
    lang.pick(zh, en).to_owned()
}

/// 满100减10, 8.5折, 兑换券; a kind that is not known shows as the platform calls it.
fn kind(coupon: &Coupon, lang: Lang) -> String {
    let single = coupon.single_usage_info.as_ref();
    let rule = |pick: fn(&super::wire::SingleUsage) -> Option<&Rule>| single.and_then(pick);
    let words = match coupon.kind.as_deref().unwrap_or_default() {
        "NORMAL" => rule(|single| single.normal_coupon.as_ref())
            .and_then(|rule| Some(reduction(rule.threshold, rule.discount_amount?)))
            .unwrap_or_else(|| text!("满减券", "money off")),
        "DISCOUNT" => rule(|single| single.discount_coupon.as_ref())
            .and_then(|rule| Some(discount(rule.threshold, rule.percent_off?)))
            .unwrap_or_else(|| text!("折扣券", "percentage off")),
        "EXCHANGE" => rule(|single| single.exchange_coupon.as_ref())
            .and_then(|rule| Some(exchange(rule.threshold, rule.exchange_price?)))
            .unwrap_or_else(|| text!("兑换券", "exchange")),
        other => Text::verbatim(other),
    };
    words.say(lang).to_owned()
}

fn reduction(threshold: Option<u64>, amount: u64) -> Text {
    let amount = yuan_short(amount);
    match threshold.filter(|fen| *fen > 0).map(yuan_short) {
        Some(least) => text!("满{least}减{amount}", "{amount} yuan off from {least}"),
        None => text!("立减{amount}", "{amount} yuan off"),
    }
}

/// `percent_off` is what is taken off: 15 leaves 85 percent, which people call 8.5折.
fn discount(threshold: Option<u64>, percent_off: u64) -> Text {
    let left = 100_u64.saturating_sub(percent_off);
    let tenths = match (left / 10, left % 10) {
        (whole, 0) => whole.to_string(),
        (whole, part) => format!("{whole}.{part}"),
    };
    match threshold.filter(|fen| *fen > 0).map(yuan_short) {
        Some(least) => text!("满{least}打{tenths}折", "{percent_off}% off from {least} yuan"),
        None => text!("{tenths}折", "{percent_off}% off"),
    }
}

fn exchange(threshold: Option<u64>, price: u64) -> Text {
    let price = yuan_short(price);
    match threshold.filter(|fen| *fen > 0).map(yuan_short) {
        Some(least) => text!("满{least}可{price}元换购", "exchange for {price} yuan from {least}"),
        None => text!("{price}元兑换", "exchange for {price} yuan"),
    }
}

fn usage(coupon: &Coupon, lang: Lang) -> String {
    let several = |zh, en, uses: Option<&SeveralUses>| {
        let more = uses.map(uses_words).unwrap_or_default();
        Text { zh: format!("{zh}{}", more.zh), en: format!("{en}{}", more.en) }
    };
    let words = match coupon.usage_mode.as_deref().unwrap_or_default() {
        "SINGLE" => text!("单次使用", "used once"),
        "SEQUENTIAL" => several("多次连续使用", "used in sequence", coupon.sequential_usage_info.as_ref()),
        "PROGRESSIVE_BUNDLE" => {
            several("多次优惠组合", "a progressive bundle", coupon.progressive_bundle_usage_info.as_ref())
        }
        other => Text::verbatim(other),
    };
    words.say(lang).to_owned()
}

fn uses_words(uses: &SeveralUses) -> Text {
    let mut words = match uses.kind.as_deref() {
        Some("INCREMENTAL") => text!(",逐次递增", ", growing"),
        Some("EQUAL") => text!(",每次相同", ", each the same"),
        Some(other) => text!(",{other}", ", {other}"),
        None => Text::default(),
    };
    let numbers = [
        uses.count.map(|count| text!(",共{count}次", ", {count} times")),
        uses.available_days.map(|days| text!(",每次有效{days}天", ", each good for {days} day(s)")),
        uses.interval_days.filter(|days| *days > 0).map(|days| text!(",间隔{days}天", ", {days} day(s) apart")),
    ];
    for next in numbers.into_iter().flatten() {
        words.zh.push_str(&next.zh);
        words.en.push_str(&next.en);
    }
    words
}

fn scope(scope: &str, lang: Lang) -> String {
    let (zh, en) = match scope {
        "ALL" => ("全场", "everything"),
        "SINGLE" => ("单品", "one product"),
        other => return other.to_owned(),
    };
    lang.pick(zh, en).to_owned()
}

fn combo_words(combo: &Combo, lang: Lang) -> String {
    let choices = combo.choice_list.iter().map(|choice| {
        let mut words = choice.name.clone().unwrap_or_default();
        if let Some(count) = choice.count.filter(|count| *count != 1) {
            words = format!("{words}×{count}");
        }
        match choice.price {
            Some(price) => format!("{words} {}", yuan(price)),
            None => words,
        }
    });
    let choices = choices.collect::<Vec<_>>().join(lang.pick("、", ", "));
    let name = combo.name.as_deref().unwrap_or_default();
    let words = match combo.pick_count {
        Some(count) => {
            let of = combo.choice_list.len();
            text!("{name}({of}选{count}):{choices}", "{name} ({count} of {of}): {choices}")
        }
        None => text!("{name}:{choices}", "{name}: {choices}"),
    };
    words.say(lang).to_owned()
}

/// Fen as yuan: `45.22`.
fn yuan(fen: u64) -> String {
    format!("{}.{:02}", fen / 100, fen % 100)
}

/// Fen as people say it: `100`, `9.9`.
fn yuan_short(fen: u64) -> String {
    let yuan = yuan(fen);
    yuan.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// `2026-11-22T10:00:00+08:00` as people read it, in the zone in which the platform wrote it.
fn time(written: &str) -> String {
    match written.get(..19).filter(|_| written.is_ascii()) {
        Some(time) => time.replace('T', " "),
        None => written.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(coupon: &str, lang: Lang) -> Vec<String> {
        let data = format!(r#"{{"product_coupon_id":"1","state":"EFFECTIVE",{coupon}}}"#);
        assert!(serde_json::from_str::<Coupon>(&data).is_ok(), "{data}");
        let target =
            Target { id: "1".into(), name: "券".into(), ended: false, done: None, group: String::new(), data };
        describe(&target, lang)
    }

    fn kind_of(coupon: &str) -> (String, String) {
        (words(coupon, Lang::Zh).swap_remove(2), words(coupon, Lang::En).swap_remove(2))
    }

    #[test]
    fn kinds_read_as_a_person_would_say_them() {
        for (rule, zh, en) in [
            (
                r#""type":"NORMAL","single_usage_info":{"normal_coupon":{"threshold":10000,"discount_amount":1000}}"#,
                "满100减10",
                "10 yuan off from 100",
            ),
            (
                r#""type":"NORMAL","single_usage_info":{"normal_coupon":{"threshold":0,"discount_amount":990}}"#,
                "立减9.9",
                "9.9 yuan off",
            ),
            (r#""type":"DISCOUNT","single_usage_info":{"discount_coupon":{"percent_off":15}}"#, "8.5折", "15% off"),
            (
                r#""type":"DISCOUNT","single_usage_info":{"discount_coupon":{"threshold":20000,"percent_off":30}}"#,
                "满200打7折",
                "30% off from 200 yuan",
            ),
            (r#""type":"DISCOUNT","single_usage_info":{"discount_coupon":{"percent_off":95}}"#, "0.5折", "95% off"),
            (r#""type":"EXCHANGE""#, "兑换券", "exchange"),
            (
                r#""type":"EXCHANGE","single_usage_info":{"exchange_coupon":{"threshold":0,"exchange_price":100}}"#,
                "1元兑换",
                "exchange for 1 yuan",
            ),
            (r#""type":"SURPRISE""#, "SURPRISE", "SURPRISE"),
            (r#""type":"NORMAL","single_usage_info":{"normal_coupon":{"threshold":"much"}}"#, "满减券", "money off"),
            (r#""type":7"#, "", ""),
        ] {
            assert_eq!(kind_of(rule), (zh.to_owned(), en.to_owned()), "{rule}");
        }
    }

    #[test]
    fn sequences_scopes_prices_and_combos_are_told() {
        let coupon = r#""type":"NORMAL","usage_mode":"SEQUENTIAL","scope":"SINGLE","out_product_no":"P1",
            "sequential_usage_info":{"type":"INCREMENTAL","count":5,"available_days":7,"interval_days":1},
            "display_info":{"name":"券","original_price":4522,"combo_package_list":[{"name":"饮品","pick_count":1,
            "choice_list":[{"name":"美式","price":1800,"count":1},{"name":"拿铁","price":2200,"count":2}]}]}"#;
        let zh = words(coupon, Lang::Zh);
        assert_eq!(zh[1], "生效中");
        assert_eq!(zh[3], "多次连续使用,逐次递增,共5次,每次有效7天,间隔1天");
        assert_eq!(zh[4], "单品");
        assert_eq!(zh[5], "45.22");
        assert_eq!(zh[6], "饮品(2选1):美式 18.00、拿铁×2 22.00");
        assert_eq!(zh[7], "P1");
        assert_eq!(
            words(coupon, Lang::En)[3],
            "used in sequence, growing, 5 times, each good for 7 day(s), 1 day(s) apart"
        );
    }

    #[test]
    fn what_nobody_has_told_of_yet_shows_as_it_is() {
        let coupon = r#""usage_mode":"LOTTERY","scope":"GALAXY","display_info":[],"single_usage_info":"x""#;
        let zh = words(coupon, Lang::Zh);
        assert_eq!((zh[3].as_str(), zh[4].as_str(), zh[5].as_str()), ("LOTTERY", "GALAXY", ""));
    }

    #[test]
    fn every_fact_has_its_column() {
        assert_eq!(words(r#""type":"NORMAL""#, Lang::Zh).len(), super::super::columns::FACTS.len());
    }

    #[test]
    fn a_deactivated_coupon_says_since_when_and_under_which_number() {
        let coupon = Coupon {
            state: DEACTIVATED.to_owned(),
            deactivate_time: Some("2026-11-22T10:00:00+08:00".to_owned()),
            deactivate_request_no: Some("34657_1".to_owned()),
            ..Coupon::default()
        };
        let done = done(&coupon).expect("done");
        assert_eq!(done.zh, "这张券已失效,时间 2026-11-22 10:00:00,失效请求单号 34657_1");
        assert_eq!(
            done.en,
            "the coupon is deactivated already since 2026-11-22 10:00:00 under the request number 34657_1"
        );
    }
}
