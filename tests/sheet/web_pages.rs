//! HTML tables, which many back offices call `.xls`: read as a browser and Excel show them.

use unpromo::sheet::{NoteKind, ReadOptions};

use crate::support::{ACTIVITY, Folder, bad, good, notes, open, read_with, refused};

const HEAD: &str = "<tr><th>SPU</th><th>活动名称</th><th>理由</th><th>报名ID</th></tr>";
const ROW: &str = "<tr><td>4975750079</td><td>限时秒杀</td><td>库存不足</td></tr>";

/// A page with one table of these rows.
fn page(folder: &Folder, rows: &str) -> std::path::PathBuf {
    let text = format!("<html><head><meta charset=utf-8></head><body><table>{HEAD}{rows}</table></body></html>");
    folder.file("week.html", text.as_bytes())
}

#[test]
fn a_table_is_read_under_every_name_and_the_name_is_said() {
    let folder = Folder::new();
    let text = format!("<table border=1>{HEAD}{ROW}</table>");
    for (name, is_said) in
        [("week.xls", true), ("week.xlsx", true), ("week.csv", true), ("week.html", false), ("week.HTM", false)]
    {
        let sheet = folder.file(name, text.as_bytes());
        let rows = good(&sheet);
        assert_eq!(
            (rows[0].number, &rows[0].cells[..3]),
            (2, &["4975750079", "限时秒杀", "库存不足"].map(str::to_owned)[..])
        );
        assert_eq!(
            notes(&sheet).iter().map(|note| note.0).collect::<Vec<_>>(),
            vec![NoteKind::OtherFormat; usize::from(is_said)]
        );
        assert_eq!(open(&sheet).expect("opens").worksheet, name);
    }
}

#[test]
fn the_text_of_a_cell_is_what_a_browser_shows() {
    let folder = Folder::new();
    for (cell, shown) in [
        ("清仓&amp;甩卖 &lt;新&gt;", "清仓&甩卖 <新>"),
        ("\n  清仓\n  甩卖\t", "清仓 甩卖"),
        ("<div><b>清仓</b><i>甩卖</i></div>", "清仓甩卖"),
        ("清仓<br>甩卖<br/>", "清仓\n甩卖"),
        ("<p>清仓</p><p>甩卖</p>", "清仓\n甩卖"),
        ("<pre>清仓  甩卖</pre>", "清仓  甩卖"),
        ("&#28165;&#x4ED3;", "清仓"),
        ("<span style='display:none'>1</span>清仓<!-- 2 --><script>3</script>", "清仓"),
        ("<img src=a.png>清仓", "清仓"),
        ("<table><tr><td>清仓</td><td>甩卖</td></tr></table>", "清仓\n甩卖"),
        ("=\"0618\"", "0618"),
    ] {
        let rows = format!("<tr><td>4975750079</td><td>{cell}</td><td>缺货</td></tr>");
        assert_eq!(good(&page(&folder, &rows))[0].cells[1], shown, "{cell}");
    }
    // Tags that need not be closed, in capitals, with attributes of every kind.
    let loose = "<TR><TD x:num=\"4975750079\" bgcolor=red>4975750079<TD STYLE='mso-number-format:\"0\\.00\"'>11.10<td nowrap>缺货";
    assert_eq!(good(&page(&folder, loose))[0].cells[..3], ["4975750079", "11.10", "缺货"]);
}

#[test]
fn what_is_there_for_a_person_and_is_no_text_is_refused_with_its_cell() {
    let folder = Folder::new();
    for (pin, reason) in [
        ("<td><img src=id.png></td>", "picture"),
        ("<td><input value=2510000000000001></td>", "field of a web page"),
        ("<td><select><option>1<option selected>2</select></td>", "field of a web page"),
        ("<td x:fmla=\"=A1\"></td>", "formula's result"),
        ("<td x:num=\"2510000000000001\"></td>", "number format"),
    ] {
        let rows = ROW.replace("</tr>", &format!("{pin}</tr>"));
        let faults = bad(&page(&folder, &rows));
        assert_eq!(faults.len(), 1, "{faults:?}");
        assert!(faults[0].place == "week.html!D2" && faults[0].expected.en.contains(reason), "{faults:?}");
    }
    let ticked = format!("{}{}", ROW.replace("</tr>", "<td><input type=checkbox checked></td></tr>"), ROW);
    assert_eq!(good(&page(&folder, &ticked)).len(), 2);
}

#[test]
fn merged_cells_cover_what_they_cover() {
    let folder = Folder::new();
    let rows = "<tr><td>4975750079</td><td>限时秒杀</td><td>缺货</td><td rowspan=2>2510000000000001</td></tr>
        <tr><td>5000000021</td><td>官方大促</td><td>改价</td></tr>
        <tr><td colspan=2>5000000031</td><td>改价</td></tr>";
    let faults = bad(&page(&folder, rows));
    let places: Vec<_> = faults.iter().map(|fault| fault.place.as_str()).collect();
    assert_eq!(places, ["week.html!D3", "week.html!B4"], "{faults:?}");
    assert!(faults[0].expected.en.contains("D2:D3"), "{faults:?}");
    // What reaches down moves the cells of later rows to the right, as everybody sees them.
    let rows =
        "<tr><td rowspan=2>4975750079</td><td>限时秒杀</td><td>缺货</td></tr><tr><td>官方大促</td><td>改价</td></tr>";
    let faults = bad(&page(&folder, rows));
    assert!(faults.len() == 1 && faults[0].place == "week.html!A3", "{faults:?}");
    let two_rows =
        "<table><tr><th rowspan=2>SPU</th><th colspan=2>退出</th></tr><tr><th>活动名称</th><th>理由</th></tr>";
    let sheet = folder.file("week.xls", format!("{two_rows}{ROW}</table>").as_bytes());
    assert_eq!(good(&sheet)[0].number, 3);
}

#[test]
fn hidden_rows_columns_and_struck_text_are_said() {
    let folder = Folder::new();
    let style = "<style><!--.gone{display:none} td.old{text-decoration:line-through}--></style>";
    let hidden = NoteKind::HiddenRows;
    for (rows, kinds) in [
        (ROW.replace("<tr>", "<tr style='display:none'>"), vec![hidden]),
        (ROW.replace("<tr>", "<tr hidden>"), vec![hidden]),
        (ROW.replace("<tr>", "<tr class='a gone'>"), vec![hidden]),
        (format!("<tbody style='display: none;'>{ROW}</tbody><tbody>{ROW}</tbody>"), vec![hidden]),
        (ROW.replace("限时秒杀", "<s>限时</s>秒杀"), vec![NoteKind::StruckText]),
        (ROW.replace("限时秒杀", "<span style='text-decoration:line-through'>限时秒杀"), vec![NoteKind::StruckText]),
        (ROW.replace("<td>库", "<td class=old>库"), vec![NoteKind::StruckText]),
        (ROW.replace("<td>库", "<td style='display:none'>库"), vec![NoteKind::HiddenColumns]),
        (format!("<colgroup><col><col class=gone></colgroup>{ROW}"), vec![NoteKind::HiddenColumns]),
        (format!("{ROW}<tr height=0 style='display:none'><td width=72></td></tr>"), vec![]),
    ] {
        let text = format!("{style}<table>{HEAD}{rows}</table>");
        let sheet = folder.file("week.html", text.as_bytes());
        assert_eq!(notes(&sheet).iter().map(|note| note.0).collect::<Vec<_>>(), kinds, "{rows}");
        assert_eq!(good(&sheet)[0].cells[1], "限时秒杀");
    }
    let one = format!("{ROW}{}", ROW.replace("<tr>", "<tr hidden>"));
    let options = ReadOptions { skip_hidden: true, ..ReadOptions::new(&ACTIVITY) };
    let rows = read_with(&page(&folder, &one), &options).expect("read");
    assert!(matches!(rows[1], unpromo::sheet::Checked::Hidden(_)), "{rows:?}");
}

#[test]
fn of_several_tables_the_one_with_the_headings_is_read_and_the_others_are_said() {
    let folder = Folder::new();
    let around = format!("<table><tr><td>报表</td></tr><tr><td><table>{HEAD}{ROW}</table></td></tr></table>");
    let sheet = folder.file("week.html", around.as_bytes());
    assert_eq!((good(&sheet).len(), notes(&sheet)), (1, vec![]));

    let beside = format!("<table><tr><td>第 1 页</td></tr></table><table>{HEAD}{ROW}</table><table>{ROW}</table>");
    let sheet = folder.file("week.html", beside.as_bytes());
    assert_eq!(good(&sheet).len(), 1);
    let said = notes(&sheet);
    assert!(said.len() == 1 && said[0].0 == NoteKind::UnreadTables && said[0].1.contains("2 more"), "{said:?}");

    let twice = format!("<table>{HEAD}{ROW}</table><table>{HEAD}{ROW}{ROW}</table>");
    let sheet = folder.file("week.html", twice.as_bytes());
    let error = refused(&sheet);
    assert!(error.what.en.contains("Table1, Table2"), "{error}");
    let options = ReadOptions { sheet_name: Some("Table2"), ..ReadOptions::new(&ACTIVITY) };
    assert_eq!(read_with(&sheet, &options).expect("read").len(), 2);

    let hidden =
        format!("<div style='display:none'><div></div><table>{HEAD}{ROW}</table></div><table>{HEAD}{ROW}{ROW}</table>");
    let sheet = folder.file("week.html", hidden.as_bytes());
    assert_eq!(good(&sheet).len(), 2);
    assert_eq!(notes(&sheet)[0].0, NoteKind::HiddenWorksheet);
}

#[test]
fn the_encoding_is_the_mark_utf_8_the_named_one_or_gb18030() {
    let folder = Folder::new();
    let text = format!("<meta http-equiv=Content-Type content=\"text/html; charset=NAME\"><table>{HEAD}{ROW}</table>");
    let traditional =
        text.replace("活动名称", "activityName").replace("限时秒杀", "限時").replace("库存不足", "庫存不足");
    let wide = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    let encode = |text: &str, encoding: &'static encoding_rs::Encoding| encoding.encode(text).0.into_owned();
    for (name, bytes) in [
        ("utf-8", text.replace("NAME", "utf-8").into_bytes()),
        ("no name", text.replace("NAME", "").into_bytes()),
        ("gb2312", encode(&text.replace("NAME", "gb2312"), encoding_rs::GBK)),
        ("a wrong name", encode(&text.replace("NAME", "iso-8859-1"), encoding_rs::GBK)),
        ("UTF-16", wide(&format!("\u{feff}{text}"))),
        ("UTF-16 without a mark", wide(&text)),
    ] {
        assert_eq!(good(&folder.file("week.xls", &bytes))[0].cells[2], "库存不足", "{name}");
    }
    let big5 = encode(
        &traditional.replace("NAME", "big5").replace("报名ID", "enrollId").replace("理由", "reason"),
        encoding_rs::BIG5,
    );
    assert_eq!(good(&folder.file("week.xls", &big5))[0].cells[2], "庫存不足");
}

#[test]
fn a_page_that_is_cut_off_or_holds_no_table_is_called_so() {
    let folder = Folder::new();
    let whole = format!("<html><body><table>{HEAD}{ROW}{ROW}</table></body></html>");
    for end in ["</td></tr></table>", "</table>", "able></body>"] {
        let cut = &whole[..whole.rfind(end).expect("there")];
        let error = refused(&folder.file("week.xls", cut.as_bytes()));
        assert!(error.what.en.contains("incomplete") && !error.what.en.contains("damaged"), "{error}");
    }
    // Tags that the end of the page implies are not missing.
    let loose = whole.replace("</table>", "");
    assert_eq!(good(&folder.file("week.xls", loose.as_bytes())).len(), 2);
    let login = refused(&folder.file("week.xls", "<!DOCTYPE html><html><body>请登录</body></html>".as_bytes()));
    assert!(login.what.en.contains("web page without a table"), "{login}");
    let deep = "<table><tr><td>".repeat(1000);
    assert!(refused(&folder.file("week.xls", deep.as_bytes())).what.en.contains("nested"));
}
