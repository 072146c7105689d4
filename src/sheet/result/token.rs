//! Whose result a workbook is: a property of the document, read without reading its sheets.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

use quick_xml::XmlVersion;
use quick_xml::events::Event;

/// The property that holds the job's token.
pub(super) const JOB: &str = "unpromo-job";
/// The property that holds the operation's stable name.
pub(super) const OPERATION: &str = "unpromo-operation";

/// No property file of ours is near this long.
const MOST: u64 = 64 << 10;

/// The token that the workbook's [`Summary`](super::Summary) held. `None` for any other file, and for one that
/// cannot be read.
#[must_use]
pub fn job_of(path: &Path) -> Option<String> {
    let mut archive = zip::ZipArchive::new(BufReader::new(File::open(path).ok()?)).ok()?;
    let mut xml = String::new();
    archive.by_name("docProps/custom.xml").ok()?.take(MOST).read_to_string(&mut xml).ok()?;
    property(&xml, JOB).filter(|token| !token.is_empty())
}

/// The text of one property: `<property name="…"><vt:lpwstr>text</vt:lpwstr></property>`.
fn property(xml: &str, name: &str) -> Option<String> {
    let mut reader = quick_xml::Reader::from_str(xml);
    let mut is_wanted = false;
    let mut text = String::new();
    loop {
        match reader.read_event().ok()? {
            Event::Start(tag) if tag.local_name().into_inner() == "property" => {
                let given = tag.try_get_attribute("name").ok()??;
                is_wanted = given.normalized_value(XmlVersion::Explicit1_0).ok()? == name;
            }
            Event::Text(part) if is_wanted => text.push_str(&part.xml10_content()),
            Event::GeneralRef(part) if is_wanted => {
                let entity = format!("&{};", part.xml10_content());
                text.push_str(&quick_xml::escape::unescape(&entity).ok()?);
            }
            Event::End(tag) if is_wanted && tag.local_name().into_inner() == "property" => return Some(text),
            Event::Eof => return None,
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::property;

    #[test]
    fn one_property_is_found_among_others() {
        let xml = r#"<?xml version="1.0"?><Properties xmlns:vt="v"><property name="a"><vt:lpwstr>1</vt:lpwstr></property>
            <property pid="3" name="unpromo-job"><vt:lpwstr>x&amp;y</vt:lpwstr></property></Properties>"#;
        assert_eq!(property(xml, "unpromo-job").as_deref(), Some("x&y"));
        assert_eq!(property(xml, "a").as_deref(), Some("1"));
        assert_eq!(property(xml, "b"), None);
    }

    #[test]
    fn what_is_no_property_file_has_none() {
        for xml in ["", "<", "<property>", "plain", "<property name=\"a\">&nope;</property>"] {
            assert_eq!(property(xml, "a"), None, "{xml}");
        }
    }
}
