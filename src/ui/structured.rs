//! Descriptions of a page for search engines, in the words of schema.org.

use super::Frame;
use serde_json::{Value, json};

/// JSON-LD as it may stand in a page: nothing in it can end the script element.
pub fn script(items: Vec<Value>) -> String {
    let graph = json!({ "@context": "https://schema.org", "@graph": items });
    graph.to_string().replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026")
}

/// The way from the first page: names and paths, the page itself last.
pub fn breadcrumbs(frame: &Frame, steps: &[(&str, &str)]) -> Value {
    let item = |(i, (name, path)): (usize, &(&str, &str))| json!({ "@type": "ListItem", "position": i + 1, "name": name, "item": frame.url(path) });
    json!({ "@type": "BreadcrumbList", "itemListElement": steps.iter().enumerate().map(item).collect::<Vec<_>>() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_end_the_script() {
        let script = script(vec![json!({ "name": "</script><b>&" })]);
        assert!(!script.contains(['<', '>', '&']), "{script}");
    }
}
