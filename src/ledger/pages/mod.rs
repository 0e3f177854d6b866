//! What people do with their ledger: look through it, mark and write, remove, print.

mod edit;
mod list;
mod marks;
mod statement;

use crate::content::check_slug;
use actix_web::web::{self, ServiceConfig};

pub(super) fn routes(config: &mut ServiceConfig) {
    let page = web::resource;
    config
        .service(page("/skills/mine").get(list::show))
        .service(page("/skills/mine/marks").post(marks::take))
        .service(page("/skills/mine/statement").get(statement::show))
        .service(page("/skills/mine/statement.md").get(statement::markdown))
        .service(page("/skills/{slug}/mark").get(edit::ask).post(edit::take))
        .service(page("/skills/{slug}/mark/remove").get(edit::ask_removal).post(edit::remove));
}

/// Where a form leads back to: the page that it stood on, if that is one of those that have such a form.
fn back(asked: &str) -> &str {
    let (path, anchor) = asked.split_once('#').unwrap_or((asked, ""));
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let entry = ["/roles/", "/skills/"].iter().find_map(|folder| path.strip_prefix(folder));
    let known = path == "/skills/mine" || entry.is_some_and(|slug| check_slug(slug).is_ok());
    let anchored = anchor.is_empty() || check_slug(anchor).is_ok();
    let queried = query.bytes().all(|b| b.is_ascii_alphanumeric() || b"=&-_.~%+".contains(&b));
    if known && anchored && queried { asked } else { "/skills/mine" }
}

#[cfg(test)]
mod tests {
    use super::back;

    #[test]
    fn a_form_leads_back_to_pages_that_have_one() {
        for path in
            ["/skills/mine", "/skills/mine?mark=strong&page=2", "/skills/java#mine", "/roles/devops#group-a"]
        {
            assert_eq!(back(path), path);
        }
        for path in [
            "",
            "//evil.example",
            "https://evil.example/",
            "/roles/../admin",
            "/account",
            "/roles/",
            "/skills/mine\\x",
            "/skills/mine?a=<b>",
            "/roles/devops#<x>",
            "/roles/a\r\nSet-Cookie: x",
        ] {
            assert_eq!(back(path), "/skills/mine", "{path}");
        }
    }
}
