//! U1, U3: the pages of accounts' links (FR-TENANT-111).

use serde_json::json;

use super::browser::is_page;
use super::house::{House, PASSWORD, Server};

const FORGOTTEN: &str = "/account/kckps/forgotten";
const GOOD: &str = "a longer one than most";

fn mails(server: &Server) -> i64 {
    server.database("kckps").query_row("SELECT count(*) FROM outbox", [], |row| row.get(0)).unwrap()
}

/// The page of a link for Pat.
fn link(server: &Server) -> String {
    let link = server.tenant("kckps").users().reset_password(polaris_core::types::UserId::new(1)).unwrap();
    format!("/account/kckps/set-password/{}", link.secret.reveal())
}

fn log_in(server: &Server, password: &str) -> u16 {
    server.post("/api/v1/tenants/kckps/session").json(&json!({ "login": "pat", "password": password })).send().status
}

#[test]
fn a_forgotten_password_is_asked_for_and_the_page_says_the_same_whoever_is_known() {
    let server = House::new().with_people().serve();
    server.page(FORGOTTEN, 200).shows("<label for=\"login\">").shows("autocomplete=\"username\"");
    for login in ["pat@kckps.org", "nobody@kckps.org"] {
        let sent = server.fill_in(FORGOTTEN, &[("login", login)]);
        assert_eq!(sent.sent_on(), "/account/kckps/forgotten/sent");
        assert_eq!(sent.header("cache-control"), Some("no-store"));
    }
    server.page("/account/kckps/forgotten/sent", 200).shows("If there is an account");
    assert_eq!(mails(&server), 1);
}

#[test]
fn a_blank_form_comes_back_with_the_problem_beside_the_field() {
    let server = House::new().with_people().serve();
    let page = server.fill_in(FORGOTTEN, &[("login", "  ")]);
    is_page(&page, 422);
    page.shows("<title>Problem: Forgotten password").shows("<a href=\"#login\">Enter your e-mail address or username.</a>");
    page.shows("id=\"login-problem\"").shows("aria-invalid=\"true\" aria-describedby=\"login-problem\"");
}

#[test]
fn an_address_that_asks_too_often_gets_a_page_that_says_when_to_come_again() {
    let server = House::new().with_people().serve();
    for _ in 0..20 {
        server.fill_in(FORGOTTEN, &[("login", "nobody")]).sent_on();
    }
    let page = server.fill_in(FORGOTTEN, &[("login", "pat")]);
    is_page(&page, 429);
    page.shows("send it again in 10 minutes").shows(" value=\"pat\"");
    assert_eq!((page.header("retry-after"), mails(&server)), (Some("600"), 0));
}

#[test]
fn opening_a_link_uses_nothing_up_and_its_address_is_passed_on_to_nobody() {
    let server = House::new().with_people().serve();
    let link = link(&server);
    for _ in 0..3 {
        let page = server.page(&link, 200);
        assert_eq!(page.header("referrer-policy"), Some("no-referrer"));
        page.shows("Set a new password").shows("value=\"pat@kckps.org\" readonly").shows("name=\"robots\" content=\"noindex\"");
        page.shows_no("plol_");
    }
    assert_eq!(server.ask("HEAD", &link).send_unchecked().status, 200);
    assert_eq!(log_in(&server, PASSWORD), 201, "nothing has ended");
    server.fill_in(&link, &[("password", GOOD), ("again", GOOD)]).sent_on();
}

#[test]
fn a_password_is_set_with_the_link_once_and_all_sessions_end() {
    let server = House::new().with_people().serve();
    let link = link(&server);
    let pat = server.post("/api/v1/tenants/kckps/session").json(&json!({ "login": "pat", "password": PASSWORD })).send().data(201);
    let set = server.fill_in(&link, &[("password", GOOD), ("again", GOOD)]);
    assert_eq!(set.sent_on(), "/account/kckps/password-set");
    server.page("/account/kckps/password-set", 200).shows("Your password is set").shows("Kansas City Kansas");
    server.get("/api/v1/tenants/kckps/session").token(pat["token"].as_str().unwrap()).send().refused(401, "UNAUTHENTICATED");
    assert_eq!((log_in(&server, GOOD), log_in(&server, PASSWORD)), (201, 401));
    server.page(&link, 404).shows("This link is no longer good").shows("Ask for a new link");
    is_page(&server.fill_in(&link, &[("password", "another one entirely"), ("again", "another one entirely")]), 404);
    assert_eq!(log_in(&server, GOOD), 201);
}

#[test]
fn an_invitation_welcomes_whoever_comes_with_it() {
    let server = House::new().serve();
    let new = polaris_core::NewUser {
        email: "ann@kckps.org".into(),
        first_name: "Ann".into(),
        last_name: "Lee".into(),
        role: "viewer".into(),
        invite: Some("link".into()),
        ..Default::default()
    };
    let secret = server.tenant("kckps").users().create(new).unwrap().invitation.unwrap().secret;
    let link = format!("/account/kckps/set-password/{}", secret.reveal());
    server.page(&link, 200).shows("Welcome: set your password");
    server.fill_in(&link, &[("password", GOOD), ("again", GOOD)]).sent_on();
}

#[test]
fn a_password_that_breaks_a_rule_is_told_beside_its_field_and_comes_back_in_no_page() {
    let server = House::new().with_people().serve();
    let link = link(&server);
    for (password, again, field, said) in [
        ("short", "short", "password", "The password must have at least 8 characters"),
        ("PAT@kckps.org", "PAT@kckps.org", "password", "The password must be something else"),
        ("", "", "password", "The password"),
        (GOOD, "a longer one than mots", "again", "The two passwords are not the same"),
    ] {
        let page = server.fill_in(&link, &[("password", password), ("again", again)]);
        is_page(&page, 422);
        page.shows(&format!("<a href=\"#{field}\">{said}")).shows(&format!("id=\"{field}-problem\""));
        assert!(password.is_empty() || !page.text().contains(&format!("value=\"{password}")), "{}", page.text());
        page.shows_no("a longer one");
    }
    let long = "é".repeat(513);
    is_page(&server.fill_in(&link, &[("password", &long), ("again", &long)]), 422);
    server.fill_in(&link, &[("password", GOOD), ("again", GOOD)]).sent_on();
}

#[test]
fn unknown_expired_and_foreign_links_get_the_same_plain_page() {
    let server = House::new().with_people().serve();
    let expired = link(&server);
    let foreign = expired.replace("/kckps/", "/hmsd/");
    server.page(&foreign, 404).shows("This link is no longer good");
    server.clock.advance(chrono::TimeDelta::hours(1));
    let page = server.page(&expired, 404).text();
    for other in ["plol_AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE", "x", "%3Cscript%3E", &"x".repeat(5_000)] {
        assert_eq!(server.page(&format!("/account/kckps/set-password/{other}"), 404).text(), page, "{other}");
    }
    server.tenant("kckps").users().deactivate(polaris_core::types::UserId::new(1)).unwrap();
    assert_eq!(server.page(&expired, 404).text(), page);
}

#[test]
fn a_secret_pages_form_may_come_without_an_origin_since_browsers_are_told_to_keep_it() {
    let server = House::new().with_people().serve();
    let link = link(&server);
    let sent = server.post(&link).header("Origin", "null").form(&[("password", GOOD), ("again", GOOD)]).send_unchecked();
    assert_eq!(sent.sent_on(), "/account/kckps/password-set");
}
