//! Taking the ledger out.

use super::*;

#[test]
fn holds_marks_and_visits() {
    let Some(site) = Site::open() else { return };
    let mut alice = join(&site, ALICE);
    alice.post(JAVA, &DONE);
    alice.page(ROLE);
    let out: Value = serde_json::from_str(&alice.get("/account/data.json").text()).unwrap();
    assert_eq!(out["skills"]["java"]["mark"], "strong");
    assert_eq!(out["skills"]["java"]["evidence"][0]["url"], "https://example.org/archive");
    assert_eq!(out["visits"][0]["slug"], "web-application-backend-development");
    assert_eq!(out["visits"][0]["revision"], 1);
}
