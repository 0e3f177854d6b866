//! What is left of second factors when somebody leaves.

use super::*;

#[test]
fn takes_out_what_there_is_without_secrets_and_deletes_it() {
    let Some(site) = Site::open() else { return };
    let mut alice = member(&site, ALICE);
    let (app, _) = set_up(&site, &mut alice);
    add(&site, &mut alice, "Laptop");
    begin(&mut alice, "Half done");
    let out = alice.get("/account/data.json").text();
    let all: serde_json::Value = serde_json::from_str(&out).unwrap();
    let factors = &all["second_factors"];
    assert_eq!(factors["passkeys"][0]["name"], "Laptop");
    assert!(factors["passkeys"][0]["last_used"].is_null() && factors["passkeys"][0]["made"].is_string());
    assert!(factors["authenticator_app"]["made"].is_string(), "{out}");
    assert_eq!(factors["recovery_codes_left"], 10);
    let sealed: Vec<String> =
        authenticator_apps::table.select(authenticator_apps::sealed).load(&mut site.conn()).unwrap();
    assert!(!out.contains(&sealed[0]) && !out.contains(&BASE32_NOPAD.encode(&app.0)));

    let left = alice.post("/account/leave", &[("old-password", PASSWORD), ("sure", "yes")]);
    assert_eq!(left.html().headings(1), ["Your account is deleted"]);
    let conn = &mut site.conn();
    assert_eq!(authenticator_apps::table.count().get_result::<i64>(conn).unwrap(), 0);
    assert_eq!(recovery_codes::table.count().get_result::<i64>(conn).unwrap(), 0);
    assert_eq!(passkeys::table.count().get_result::<i64>(conn).unwrap(), 0);
    assert_eq!(tokens::table.count().get_result::<i64>(conn).unwrap(), 0);
}
