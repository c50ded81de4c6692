//! Tenants as the operator's staff make and see them (P1, P2; FR-TENANT-101…106).

use serde_json::json;

use super::house::House;

const TENANTS: &str = "/api/v1/platform/tenants";

#[test]
fn a_created_tenant_works_with_the_key_that_is_shown_once() {
    let server = House::new().serve();
    let token = server.session("admin", None);
    let new = json!({
        "slug": "olathe", "name": "Olathe", "district": "kansas city KANSAS public schools", "features": { "recruitment": true },
        "time_zone": "America/Denver",
    });
    let created = server.post(TENANTS).token(&token).json(&new).send();
    let data = created.data(201);
    assert_eq!(created.header("location"), Some("/api/v1/platform/tenants/olathe"));
    assert_eq!(created.header("cache-control"), Some("no-store"));
    assert_eq!(data["copied"], json!({ "district_known": true, "schools": 1, "skills": 0, "career_types": 0 }));
    assert_eq!(data["tenant"]["time_zone"], "America/Denver");
    let key = data["api_key"].as_str().unwrap();
    server.get("/api/v1/district/olathe/events").key(key).send().ok(200);

    let found = server.get(created.header("location").unwrap()).token(&token).send();
    assert!(!found.text().contains(key));
    let details = found.data(200);
    assert_eq!(details["tenant"], data["tenant"]);
    assert_eq!((&details["features"]["recruitment"], &details["features"]["events"]), (&json!(true), &json!(true)));
    assert_eq!(details["api_keys"].as_array().unwrap().len(), 1);
    assert!(key.starts_with(details["api_keys"][0]["hint"].as_str().unwrap().trim_end_matches('…')));
    assert_eq!((&details["schools"], &details["events"]), (&json!(1), &json!({})));
    assert!(details["file_bytes"].as_u64().unwrap() > 0);
}

#[test]
fn each_rule_of_a_slug_is_told_by_name() {
    let server = House::new().serve();
    let token = server.session("admin", None);
    for (slug, codes) in [
        ("", vec!["REQUIRED"]),
        ("KCK", vec!["BAD_CHARACTERS"]),
        ("kck_1", vec!["BAD_CHARACTERS"]),
        ("../kck", vec!["BAD_CHARACTERS"]),
        ("kck\u{0}", vec!["BAD_CHARACTERS"]),
        (" kck", vec!["BAD_CHARACTERS"]),
        ("kсk", vec!["BAD_CHARACTERS"]),
        ("-kck", vec!["LEADING_HYPHEN"]),
        ("kck-", vec!["TRAILING_HYPHEN"]),
        ("k--ck", vec!["DOUBLE_HYPHEN"]),
        ("admin", vec!["RESERVED"]),
        ("polaris", vec!["RESERVED"]),
        (&"k".repeat(51), vec!["TOO_LONG"]),
        ("-K--K-", vec!["BAD_CHARACTERS", "LEADING_HYPHEN", "TRAILING_HYPHEN", "DOUBLE_HYPHEN"]),
    ] {
        let fields = server.post(TENANTS).token(&token).json(&json!({ "slug": slug, "name": "N" })).send().fields(422, "VALIDATION_FAILED");
        assert!(fields.iter().all(|(field, _)| field == "slug"));
        assert_eq!(fields.iter().map(|(_, code)| &**code).collect::<Vec<_>>(), codes, "{slug}");
    }
    for slug in ["1", &"k".repeat(50), "a-b-1"] {
        server.post(TENANTS).token(&token).json(&json!({ "slug": slug, "name": "N" })).send().ok(201);
    }
}

#[test]
fn every_broken_field_of_a_tenant_is_listed_at_once() {
    let server = House::new().serve();
    let token = server.session("admin", None);
    let new =
        json!({ "slug": "-", "name": "", "district": "x".repeat(151), "features": { "Bad Flag!": true }, "time_zone": "Mars/Olympus" });
    let fields = server.post(TENANTS).token(&token).json(&new).send().fields(422, "VALIDATION_FAILED");
    let mut names: Vec<_> = fields.iter().map(|(field, _)| &**field).collect();
    names.dedup();
    assert_eq!(names, ["slug", "name", "district", "features", "time_zone"]);
    assert_eq!(server.get(TENANTS).token(&token).send().ok(200)["pagination"]["total"], 2, "nothing half done");
}

#[test]
fn a_slug_that_is_taken_is_a_conflict() {
    let server = House::new().serve();
    let token = server.session("admin", None);
    let error = server.post(TENANTS).token(&token).json(&json!({ "slug": "kckps", "name": "Another" })).send().refused(409, "CONFLICT");
    assert!(error["message"].as_str().unwrap().contains("kckps"));
    assert_eq!(server.get(&format!("{TENANTS}/kckps")).token(&token).send().data(200)["tenant"]["name"], "Kansas City Kansas");
}

#[test]
fn tenants_are_listed_by_slug_and_found_by_text_and_state() {
    let server = House::new().serve();
    let token = server.session("support", None);
    let slugs = |rest: &str| {
        let data = server.get(&format!("{TENANTS}{rest}")).token(&token).send().data(200);
        data.as_array().unwrap().iter().map(|tenant| tenant["slug"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(slugs(""), ["hmsd", "kckps"]);
    assert_eq!(slugs("?q=hickman"), ["hmsd"]);
    assert_eq!(slugs("?q=KANSAS%20city"), ["kckps"]);
    assert_eq!(slugs("?q=public+schools"), ["kckps"]);
    assert_eq!(slugs("?q="), ["hmsd", "kckps"]);
    for none in ["%25", "_", "'", &"x".repeat(5_000)] {
        assert!(slugs(&format!("?q={none}")).is_empty(), "{none}");
    }
    assert_eq!(slugs("?state=active"), ["hmsd", "kckps"]);
    assert!(slugs("?state=inactive").is_empty());
    assert_eq!(slugs("?per_page=1&page=2"), ["kckps"]);
    for (rest, field) in [("?state=Active", "state"), ("?state=", "state"), ("?page=0", "page"), ("?q=a&q=b", "q"), ("?q=%FF", "q")] {
        server.get(&format!("{TENANTS}{rest}")).token(&token).send().refuses(field);
    }
}

#[test]
fn features_come_in_the_order_of_their_names() {
    let server = House::new().serve();
    let token = server.session("admin", None);
    let text = server.get("/api/v1/platform/tenants/kckps").token(&token).send().text();
    let features = text.split_once("\"features\":{").unwrap().1.split_once('}').unwrap().0;
    let names: Vec<_> = features.split(',').map(|pair| pair.split(':').next().unwrap()).collect();
    assert!(names.len() > 3 && names.is_sorted(), "{names:?}");
}
