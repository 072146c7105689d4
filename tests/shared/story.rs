use serde_json::Value;

/// `row status target` of each line of a result: the whole story at a glance.
pub fn story(lines: &[Value]) -> Vec<String> {
    let line = |line: &Value| {
        let target = line["target"].as_str().unwrap_or("-");
        format!("{} {} {target}", line["row"], line["status"].as_str().unwrap_or("?"))
    };
    lines.iter().map(line).collect()
}
