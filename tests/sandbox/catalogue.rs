//! What look-ups show.

use std::collections::HashSet;

use futures_util::{StreamExt, stream};
use serde_json::json;
use unpromo::sandbox::Call;

use crate::bench::{Bench, SEED, listed};

#[tokio::test]
async fn the_seed_product_has_exactly_the_known_shape() {
    let bench = Bench::new();
    let answer = bench.try_look_up(SEED).await.expect("an answer").text().await.expect("text");
    let clearance = concat!(
        r#"{"activityName":"清仓甩卖","activityType":27,"activityThematicId":null,"#,
        r#""feedbackEnrollInfoList":[{"enrollId":2509090813203861,"enrollTime":1757408952112,"currency":"CNY","stock":30,"#,
        r#""minActivityPrice":3724,"maxActivityPrice":3724,"minActivityDiscount":null,"maxActivityDiscount":null,"#,
        r#""enrollSessions":[{"sessionId":788978,"sessionName":"巴西站-2025-09-07~2025-09-20","sessionStatus":2,"#,
        r#""sessionFailReason":null,"siteId":132,"siteName":"巴西站","subPromotionType":2700001,"durationDays":14,"#,
        r#""startDateStr":"2025-09-07","endDateStr":"2025-09-20","startTime":1757214000000,"endTime":1758423599000}]}]}"#
    );
    assert!(answer.contains(clearance), "{answer}");
    assert!(answer.starts_with(r#"{"result":{"productId":4975750079,"mallId":634418224869329,"imageUrl":"https://"#));
    assert!(answer.ends_with(r#"}]},"success":true,"errorCode":1000000,"errorMsg":null}"#));

    let answer = serde_json::from_str(&answer).expect("JSON");
    let expected = [
        ("限时秒杀", 2_509_090_813_205_382, 1, 4522),
        ("清仓甩卖", 2_509_090_813_203_861, 27, 3724),
        ("官方大促", 2_509_090_813_204_458, 5, 4788),
    ];
    assert_eq!(listed(&answer), expected.map(|(name, id, _, _)| (name.to_owned(), id)));
    for (index, (_, _, kind, price)) in expected.into_iter().enumerate() {
        let activity = &answer["result"]["activityList"][index];
        assert_eq!(activity["activityType"], json!(kind));
        assert_eq!(activity["feedbackEnrollInfoList"][0]["minActivityPrice"], json!(price));
    }
}

#[tokio::test]
async fn unknown_products_are_said_to_be_so() {
    let bench = Bench::new();
    for spu in ["5000000003", "0", "007", "99999999999999999999999"] {
        let answer = bench.look_up(spu).await;
        assert_eq!((&answer["success"], &answer["errorCode"]), (&json!(false), &json!(2_000_002)), "{spu}");
        assert_eq!(answer["result"], json!(null));
        assert_eq!(answer["errorMsg"], json!("商品不存在"));
    }
    assert_eq!(bench.sandbox.ledger().improper().count(), 0);
}

#[tokio::test]
async fn the_sheet_on_which_speed_is_measured_has_10_080_enrollments() {
    let bench = Bench::new();
    let spus = (0..5000_u64).map(|i| if i % 404 == 403 { 5_000_000_003 + i * 10 } else { 5_000_000_001 + i * 10 });
    let look_up = async |spu: u64| {
        let answer = bench.look_up(&spu.to_string()).await;
        if answer["success"] == json!(true) { listed(&answer) } else { Vec::new() }
    };
    let all: Vec<_> = stream::iter(spus).map(look_up).buffer_unordered(32).collect().await;
    assert_eq!(all.iter().map(Vec::len).sum::<usize>(), 10_080);
    let ids: HashSet<u64> = all.iter().flatten().map(|(_, id)| *id).collect();
    assert_eq!(ids.len(), 10_080);
    assert_eq!(bench.sandbox.ledger().of(Call::Lookup).count(), 5000);
}
