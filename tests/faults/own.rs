//! What each platform says in words of its own, and rows that come to an end of their own: the tables of the
//! platforms' documents, line by line.

use unpromo::sandbox::Call;

use crate::subject::Comes::{self, Exactly, Fine, Paused, Refused, Throttled, TooLong, Unclear};
use crate::table::{Case, want};

/// A case that always happens, before any effect.
fn always(call: Call, kind: &'static str, keys: &str, comes: Comes) -> Case {
    Case::new(call, kind, keys, comes)
}

/// A throttled answer that passes, and one that does not.
fn throttled(call: Call, kind: &'static str, keys: &str) -> [Case; 2] {
    [always(call, kind, keys, Throttled).first(1), always(call, kind, keys, Throttled)]
}

/// An answer that proves nothing: for good, once, and after the effect.
fn unclear(call: Call, kind: &'static str, keys: &str) -> Vec<Case> {
    let case = always(call, kind, keys, Unclear);
    match call {
        Call::Lookup => vec![case.clone(), case.first(1)],
        _ => vec![case.clone(), case.clone().first(1), case.after()],
    }
}

pub fn temu(call: Call) -> Vec<Case> {
    let mut cases = Vec::new();
    for speech in ["", "as=string", "spelling=snake", "spelling=snake,as=string"] {
        cases.push(always(call, "expired40001", speech, Paused));
        cases.push(always(call, "code400020037", speech, Paused));
        cases.extend(throttled(call, "code4000004", speech));
        cases.push(always(call, "words", speech, Throttled).first(1));
        cases.push(always(call, "refused", speech, Refused));
        cases.push(always(call, "refused", &format!("code=7,{speech}"), Refused));
        if call == Call::Submission {
            // The platform's word is believed.
            cases.push(always(call, "already", speech, Exactly(want("submitted", 0, 1, 1, 0))));
            cases.push(always(call, "already", speech, Fine).after());
        }
    }
    for words in ["活动过于火爆", "操作太过频繁", "请稍后再试", "访问过于频繁"] {
        cases.push(always(call, "words", &format!("words={words}"), Throttled).first(1));
    }
    cases.push(always(call, "words", "", Throttled));
    if call == Call::Lookup {
        cases.push(always(call, "already", "", Refused));
    }
    cases
}

/// The gateway's errors, for each of its methods.
fn top(call: Call) -> Vec<Case> {
    let mut cases = Vec::new();
    for speech in ["", "as=string"] {
        for code in ["26", "27", "11", "12", "13", "28", "29", "25", "31", "27/isv.session-expired"] {
            cases.push(always(call, "refused", &format!("code={code},{speech}"), Paused));
        }
        for code in ["isv.invalid-parameter", "40/isv.missing-parameter", "15/isv.trade-not-exist", "41", "22"] {
            cases.push(always(call, "refused", &format!("code={code},{speech}"), Refused));
        }
        for code in ["isp.remote-service-error", "50/isp.unknown-error", "50", "10"] {
            cases.extend(unclear(call, "refused", &format!("code={code},{speech}")));
        }
        for code in ["7", "15/accesscontrol.limited-by-dynamic-access-count"] {
            cases.extend(throttled(call, "refused", &format!("words=App Call Limited,code={code},{speech}")));
        }
    }
    cases.push(always(call, "expired40001", "", Paused));
    cases.push(always(call, "code400020037", "", Paused));
    cases.push(always(call, "already", "", Refused));
    cases.extend(throttled(call, "words", ""));
    for code in ["7", "accesscontrol.limited-by-api-access-count", "accesscontrol.limited-by-app-access-count"] {
        let ban = |seconds: &str| format!("code={code},words=This ban will last for {seconds} more seconds");
        cases.push(always(call, "code4000004", &ban("1"), Throttled).first(1));
        cases.push(always(call, "code4000004", &ban("31062"), TooLong));
    }
    cases
}

pub fn gift(call: Call) -> Vec<Case> {
    let line = |trade: &str| format!("415670368,415670368,{trade},00,526332459429,69889900002,00");
    let mut cases = top(call);
    // In the method's envelope, in `response`, in both, and bare: the sandbox tells by the trade's name.
    for trade in ["A", "B", "C", "D"] {
        cases.push(always(call, "slow", "ms=1", Fine).row(line(trade)));
    }
    // `flag: failure`.
    for trade in ["1404", "2404", "3404", "4404"] {
        cases.push(always(call, "slow", "ms=1", Refused).row(line(trade)));
    }
    cases
}

pub fn pool(call: Call) -> Vec<Case> {
    let mut cases = top(call);
    let mut add = |row: &str, comes| cases.push(always(call, "slow", "ms=1", comes).row(row.to_owned()));
    // With one more wrapper, and by the seller's own number.
    add("23678172,", Fine);
    add(",erpActId001", Fine);
    // The platform knows no such activity: it says so, or says nothing.
    add("23678000,", Refused);
    add("23678999,", Exactly(want("unmatched", 0, 0, 1, 0)));
    cases
}

pub fn coupon(call: Call) -> Vec<Case> {
    let mut cases = Vec::new();
    // Both codes of throttling; one of them under another status, too.
    cases.extend(throttled(call, "code4000004", ""));
    cases.extend(throttled(call, "words", ""));
    cases.push(always(call, "code4000004", "status=400", Throttled).first(1));
    cases.push(always(call, "expired40001", "", Paused));
    cases.push(always(call, "code400020037", "", Paused));
    for refusal in ["", "code=PARAM_ERROR", "code=ALREADY_EXISTS", "status=404,code=RESOURCE_NOT_EXISTS"] {
        cases.push(always(call, "refused", refusal, Refused));
        // Who is not known gets no signature; but one that is wrong was not the platform's.
        cases.push(always(call, "refused", &format!("{refusal},seal=none"), Refused));
        for seal in ["wrong", "old", "other"] {
            cases.extend(unclear(call, "refused", &format!("{refusal},seal={seal}")));
        }
    }
    cases.push(always(call, "already", "", Refused));
    // A success that does not verify is none, whether it was one or not.
    for kind in ["unsigned", "wrong_signature", "old_signature", "wrong_serial"] {
        cases.extend(unclear(call, kind, ""));
    }
    if call == Call::Lookup {
        let mut add = |id: u64, comes| {
            cases.push(always(call, "slow", "ms=1", comes).row(format!("{id},120344,批次信息有误")));
        };
        add(1_000_000_008, Exactly(want("skipped", 0, 0, 1, 0)));
        add(1_000_000_003, Refused);
        // Another brand's.
        add(1_000_000_007, Refused);
        add(1_000_000_006, Fine);
    }
    cases
}
