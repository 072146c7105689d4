//! Text files as other programs leave them: read as they were meant, or refused with the cell and the reason.

use crate::support::{Folder, bad, good, refused};

const HEAD: &str = "SPU,活动名称,理由\r\n";
const ROWS: &str = "4975750079,限时秒杀,库存不足\r\n5000000021,官方大促,改价\r\n";

#[test]
fn stray_quotes_are_refused_with_the_cell_where_they_were_opened() {
    let folder = Folder::new();
    for (rows, said) in [
        ("4975750079,限时秒杀,\"13\\\" 屏, 缺货\"\r\n", &["week.csv!C2", "backslash"][..]),
        ("4975750079,限时秒杀,\"13\\\", 缺货\"\r\n", &["week.csv!C2", "backslash"]),
        ("4975750079,限时秒杀,\"缺货\"了\r\n", &["week.csv!C2", "text follows"]),
        (
            "4975750079,限时秒杀,\"缺货\r\n5000000021,官方大促,改价\r\n1,清仓甩卖,13\" 屏\r\n",
            &["week.csv!C2", "line 4"],
        ),
        ("4975750079,限时秒杀,\"缺货\r\n5000000021,官方大促,改价\"\r\n", &["week.csv!C2", "takes in line 3"]),
        ("4975750079,\"限时秒杀,缺货\r\n", &["week.csv!B2", "line 2 never closes"]),
    ] {
        let error = refused(&folder.file("week.csv", format!("{HEAD}{rows}").as_bytes()));
        assert!(said.iter().all(|words| error.what.en.contains(words)), "{rows:?}: {error}");
    }
    let honest = format!("{HEAD}4975750079,\"限时秒杀\r\n清仓甩卖\",\"缺货, 改价\r\n再议\"\r\n");
    assert_eq!(good(&folder.file("week.csv", honest.as_bytes()))[0].cells[1], "限时秒杀\n清仓甩卖");
}

#[test]
fn padding_of_old_programs_and_utf_16_without_a_mark_are_read() {
    let folder = Folder::new();
    let text = format!("{HEAD}{ROWS}");
    let expected = good(&folder.file("week.csv", text.as_bytes()));
    assert_eq!(expected.len(), 2);
    let utf_16 = |order: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(order).collect::<Vec<u8>>();
    for (what, bytes) in [
        ("Ctrl-Z", [text.as_bytes(), b"\x1a"].concat()),
        ("Ctrl-Z and zeros", [text.as_bytes(), b"\x1a\x1a\0\0\0"].concat()),
        ("little-endian", utf_16(u16::to_le_bytes)),
        ("big-endian", utf_16(u16::to_be_bytes)),
    ] {
        assert_eq!(good(&folder.file("week.csv", &bytes)), expected, "{what}");
    }
    for name in ["week.xlsx", "week.xls", "week.ods"] {
        assert_eq!(good(&folder.file(name, text.as_bytes())), expected, "{name}");
    }
}

#[test]
fn another_encoding_is_named_with_the_cell() {
    let folder = Folder::new();
    for (encoding, reason) in [(encoding_rs::BIG5, "庫存不足"), (encoding_rs::SHIFT_JIS, "在庫不足")] {
        let text = format!("SPU,activityName,reason\r\n4975750079,*,{reason}\r\n");
        let error = refused(&folder.file("week.csv", &encoding.encode(&text).0));
        let said = [encoding.name(), "week.csv!C2", reason];
        assert!(
            said.iter().all(|words| error.what.en.to_lowercase().contains(&words.to_lowercase().replace('_', "-"))),
            "{error}"
        );
    }
    // A character of the user-defined part of GBK.
    let private = [b"SPU,activityName,reason\r\n4975750079,*,\xaa\xa1\xd5\xc5\r\n".to_vec()].concat();
    let faults = bad(&folder.file("week.csv", &private));
    assert!(faults[0].place == "week.csv!C2" && faults[0].expected.en.contains("private-use"), "{faults:?}");
}

#[test]
fn a_file_that_is_cut_off_or_something_else_is_called_so() {
    let folder = Folder::new();
    let short = format!("{HEAD}{ROWS}5000000031,清仓甩卖");
    for (content, said) in [
        (short.as_bytes(), "its end is missing (its last row, 4,"),
        (&short.as_bytes()[..short.len() - 1], "its end is missing"),
        (b"[{\"spu\": 1}]", "JSON"),
        (b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=\"x\"\r\n", "MHTML"),
        (b"%PDF-1.7", "PDF"),
    ] {
        let error = refused(&folder.file("week.csv", content));
        assert!(error.what.en.contains(said) && !error.what.en.contains("damaged"), "{error}");
    }
}

#[test]
fn words_that_nobody_can_read_are_faults_of_their_cells() {
    let folder = Folder::new();
    for odd in ["缺\0货", "缺\u{fffd}货", "缺\u{e001}货"] {
        let faults = bad(&folder.file("week.csv", format!("{HEAD}4975750079,*,{odd}\r\n").as_bytes()));
        assert_eq!(faults.iter().map(|fault| fault.place.as_str()).collect::<Vec<_>>(), ["week.csv!C2"], "{odd:?}");
    }
    for id in ["0", "000", "4975750079\u{a0}5000000021", "4975750079\u{200b}5000000021", "4975750079、5000000021"] {
        let faults = bad(&folder.file("week.csv", format!("{HEAD}{id},*,缺货\r\n").as_bytes()));
        assert_eq!(faults.iter().map(|fault| fault.place.as_str()).collect::<Vec<_>>(), ["week.csv!A2"], "{id:?}");
    }
}
