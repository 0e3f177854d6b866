//! Recovery codes are shown once, good once, and renewed together.

use super::*;

#[test]
fn good_once_each_and_told_of_by_letter() {
    let Some(site) = Site::open() else { return };
    let (_, codes) = set_up(&site, &mut member(&site, ALICE));
    let mut alice = at_the_code(&site, ALICE);

    let typed = codes[3].to_uppercase().replace('-', " ");
    assert_eq!(try_code(&mut alice, &typed).status, 303);
    let letter = letter(&site, ALICE, "A recovery code was used");
    assert!(letter.text.contains("There are 9 of 10 left"), "{}", letter.text);
    assert!(alice.page("/account/factors").text().contains("9 of 10 are left"));
    assert!(alice.page("/account/security").text().contains("A recovery code was used"));

    let mut again = at_the_code(&site, ALICE);
    assert_eq!(try_code(&mut again, &codes[3]).status, 422);
    assert_eq!(try_code(&mut again, &codes[4]).status, 303);
}

#[test]
fn worth_nothing_after_new_ones_were_made_nor_for_anybody_else() {
    let Some(site) = Site::open() else { return };
    let (mut alice, mut bob) = (member(&site, ALICE), member(&site, BOB));
    assert_eq!(alice.get("/account/recovery").status, 404, "there is nothing to recover");
    let (_, old) = set_up(&site, &mut alice);
    set_up(&site, &mut bob);

    assert_eq!(alice.post("/account/recovery", &[("password", OTHER)]).status, 422);
    let page = alice.post("/account/recovery", &[("password", PASSWORD)]);
    let new = codes(&page.html());
    assert_eq!(new.len(), 10);
    letter(&site, ALICE, "New recovery codes were made");
    assert_eq!(try_code(&mut at_the_code(&site, BOB), &new[0]).status, 422);
    let mut there = at_the_code(&site, ALICE);
    assert_eq!(try_code(&mut there, &old[0]).status, 422);
    assert_eq!(try_code(&mut there, &new[0]).status, 303);
}

#[test]
fn stored_by_their_hashes_only() {
    let Some(site) = Site::open() else { return };
    let (_, codes) = set_up(&site, &mut member(&site, ALICE));
    let kept: Vec<String> =
        recovery_codes::table.select(recovery_codes::hash).load(&mut site.conn()).unwrap();
    assert_eq!(kept.len(), 10);
    for code in codes {
        assert!(!kept.contains(&code) && !kept.contains(&code.replace('-', "")));
    }
}

#[test]
fn not_kept_with_a_form_that_was_sent_while_signed_out() {
    let Some(site) = Site::open() else { return };
    let fields = [("password", PASSWORD), ("code", "abcd-efgh-ijkl-mnop")];
    assert_eq!(site.browser().post("/account/app/remove", &fields).status, 303);
    let kept: Vec<String> = tokens::table.select(tokens::detail).load(&mut site.conn()).unwrap();
    assert!(kept.iter().all(|form| !form.contains("mnop") && !form.contains("gravel")), "{kept:?}");
}
