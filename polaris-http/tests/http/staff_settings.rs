//! P2 over HTTP: tenants edited by the operator's staff, settings by whoever looks after the tenant.

use serde_json::{Value, json};

use super::house::{House, Server};

const KCKPS: &str = "/api/v1/platform/tenants/kckps";
const SETTINGS: &str = "/api/v1/tenants/kckps/settings";

fn patch(server: &Server, path: &str, token: &str, body: &Value) -> super::client::Answer {
    server.ask("PATCH", path).token(token).json(body).send()
}

#[test]
fn every_field_of_a_tenant_is_edited_and_shown_with_a_new_version() {
    let server = House::new().serve();
    let token = server.session("admin", None);
    let before = server.get(KCKPS).token(&token).send();
    assert_eq!(before.header("etag"), Some("\"1\""));
    let edit = json!({
        "name": "KCK", "district": null, "time_zone": "America/Denver", "features": { "recruitment": true, "teachers": null },
        "branding": { "colour": "#1A73E8", "logo_url": "https://kckps.org/logo.svg" }, "portal": { "welcome": "Hi" },
        "allowed_origins": ["https://KCKPS.org"],
        "recruitment_weights": { "history": 10, "recency": 20, "skills": 30, "proximity": 40, "availability": 0 },
        "waitlist": false, "mail": { "sender_name": "KCK volunteers", "reply_to": "help@kckps.org" },
    });
    let edited = patch(&server, KCKPS, &token, &edit);
    let data = edited.data(200);
    assert_eq!(edited.header("etag"), Some("\"2\""));
    assert_eq!((&data["tenant"]["name"], &data["tenant"]["district"], &data["version"]), (&json!("KCK"), &Value::Null, &json!(2)));
    assert_eq!((&data["features"]["recruitment"], data["features"].get("teachers")), (&json!(true), None));
    assert_eq!(data["branding"], json!({ "colour": "#1a73e8", "logo_url": "https://kckps.org/logo.svg" }));
    assert_eq!((&data["portal"], &data["allowed_origins"]), (&json!({ "welcome": "Hi" }), &json!(["https://kckps.org"])));
    for field in ["recruitment_weights", "waitlist", "mail"] {
        assert_eq!(data[field], edit[field]);
    }
    let shown = |mut data: Value| {
        // What was written is in the log by now.
        data["log_bytes"].take();
        data
    };
    assert_eq!(shown(server.get(KCKPS).token(&token).send().data(200)), shown(data.clone()));
    let listed = server.get("/api/v1/platform/tenants?q=KCK").token(&token).send().data(200);
    assert_eq!(listed[0], data["tenant"]);
    let nothing = patch(&server, KCKPS, &token, &json!({}));
    assert_eq!((nothing.header("etag"), nothing.data(200)["branding"].clone()), (Some("\"2\""), data["branding"].clone()));
}

#[test]
fn edited_origins_are_those_that_browsers_are_let_in_from_at_once() {
    let server = House::new().serve();
    let token = server.session("admin", Some("kckps"));
    let allowed = |origin: &str| {
        let answer = server.get("/api/v1/district/kckps/events").key(server.key("kckps")).header("Origin", origin).send();
        answer.header("access-control-allow-origin").map(str::to_owned)
    };
    assert_eq!(allowed("https://kckps.org"), Some("*".into()));
    patch(&server, SETTINGS, &token, &json!({ "allowed_origins": ["https://Kckps.org:443"] })).ok(200);
    assert_eq!((allowed("https://kckps.org"), allowed("https://elsewhere.org")), (Some("https://kckps.org".into()), None));
    patch(&server, KCKPS, &token, &json!({ "allowed_origins": null })).ok(200);
    assert_eq!(allowed("https://elsewhere.org"), Some("*".into()));
}

#[test]
fn settings_are_shown_and_edited_within_the_tenant() {
    let server = House::new().serve();
    let token = server.session("admin", Some("kckps"));
    let shown = server.get(SETTINGS).token(&token).send();
    assert_eq!((shown.header("etag"), &shown.ok(200)["meta"]["tenant"]), (Some("\"1\""), &json!("kckps")));
    assert_eq!(shown.data(200)["branding"], json!({ "colour": null, "logo_url": null }));
    assert_eq!(shown.data(200)["recruitment_weights"], Value::Null, "the usual ones");
    let edited = patch(&server, SETTINGS, &token, &json!({ "branding": { "colour": "#000000" }, "time_zone": "UTC" }));
    assert_eq!((edited.header("etag"), edited.data(200)["time_zone"].clone()), (Some("\"2\""), json!("UTC")));
    assert_eq!(server.get(SETTINGS).token(&token).send().data(200), edited.data(200));
    assert_eq!((&shown.data(200)["waitlist"], &shown.data(200)["mail"]), (&json!(true), &json!({ "sender_name": null, "reply_to": null })));
    let mail = patch(&server, SETTINGS, &token, &json!({ "waitlist": false, "mail": { "reply_to": "help@kckps.org" } }));
    assert_eq!((&mail.data(200)["waitlist"], &mail.data(200)["mail"]["reply_to"]), (&json!(false), &json!("help@kckps.org")));
    assert_eq!(patch(&server, SETTINGS, &token, &json!({ "mail": null, "waitlist": null })).data(200)["mail"], shown.data(200)["mail"]);
    for theirs in ["name", "district", "features"] {
        patch(&server, SETTINGS, &token, &json!({ theirs: "x" })).refuses(theirs);
    }
}

#[test]
fn a_stale_version_is_a_conflict() {
    let server = House::new().serve();
    let token = server.session("admin", Some("kckps"));
    for (path, body) in [(KCKPS, json!({ "name": "One" })), (SETTINGS, json!({ "time_zone": "UTC" }))] {
        let version = server.get(path).token(&token).send().header("etag").unwrap().to_owned();
        let send = |version: &str| server.ask("PATCH", path).token(&token).header("If-Match", version).json(&body).send();
        send(&version).ok(200);
        send(&version).refused(409, "CONFLICT");
        send("\"999\"").refused(409, "CONFLICT");
        send("*").ok(200);
        for bad in ["", "1", "\"\"", "\"one\"", "W/\"1\"", "\"1\", \"2\"", "\"-1\"", "\"99999999999\""] {
            send(bad).refuses("If-Match");
        }
    }
}

#[test]
fn every_broken_field_is_listed_and_unknown_and_wrong_ones_are_named() {
    let server = House::new().serve();
    let token = server.session("admin", Some("kckps"));
    let bad = json!({
        "name": null, "time_zone": "Central", "features": { "Bad": true }, "branding": { "colour": "red", "logo_url": "javascript:alert(1)" },
        "portal": { "x y": "a" }, "allowed_origins": ["*"],
        "recruitment_weights": { "history": 101, "recency": 0, "skills": 0, "proximity": 0 },
        "mail": { "sender_name": "a\nb", "reply_to": "nobody" },
    });
    let fields = patch(&server, KCKPS, &token, &bad).fields(422, "VALIDATION_FAILED");
    let names: Vec<_> = fields.iter().map(|(field, _)| &**field).collect();
    let expected = ["name", "features", "branding.colour", "branding.logo_url", "portal", "time_zone", "allowed_origins[0]"];
    let nested = ["recruitment_weights.history", "recruitment_weights.availability", "mail.sender_name", "mail.reply_to"];
    assert_eq!(names, [&expected[..], &nested].concat());
    for (body, field) in [
        (json!({ "nam": "x" }), "nam"),
        (json!({ "slug": "x" }), "slug"),
        (json!({ "state": "inactive" }), "state"),
        (json!({ "name": 5 }), "name"),
        (json!({ "features": null }), "features"),
        (json!({ "features": { "events": "on" } }), "features.events"),
        (json!({ "branding": { "color": "#000000" } }), "color"),
        (json!({ "portal": { "welcome": 5 } }), "portal.welcome"),
        (json!({ "allowed_origins": "https://kckps.org" }), "allowed_origins"),
        (json!({ "allowed_origins": [null] }), "allowed_origins[0]"),
        (json!({ "recruitment_weights": 100 }), "recruitment_weights"),
        (json!({ "waitlist": "on" }), "waitlist"),
        (json!({ "mail": { "sender": "x" } }), "sender"),
        (json!({ "mail": { "reply_to": 5 } }), "mail.reply_to"),
        (json!({ "recruitment_weights": { "luck": 100 } }), "luck"),
        (json!({ "recruitment_weights": { "history": "30" } }), "recruitment_weights.history"),
    ] {
        patch(&server, KCKPS, &token, &body).refuses(field);
    }
    let twice = server.ask("PATCH", KCKPS).token(&token).header("Content-Type", "application/json");
    twice.body(r#"{"portal": {"a": "x", "a": "y"}}"#).send().refuses("a");
}

#[test]
fn who_may_not_learns_nothing_and_checks_come_in_their_order() {
    let server = House::new().serve();
    let (support, admin) = (server.session("support", Some("kckps")), server.session("admin", None));
    let rubbish = |path: &str, token: &str| server.ask("PATCH", path).token(token).header("If-Match", "x").body("rubbish").send();
    for path in [KCKPS, "/api/v1/platform/tenants/nobody"] {
        server.ask("PATCH", path).body("rubbish").send().refused(401, "UNAUTHENTICATED");
        rubbish(path, &support).refused(403, "FORBIDDEN");
        rubbish(path, &admin).refuses("If-Match");
    }
    rubbish(SETTINGS, &support).refused(403, "FORBIDDEN");
    server.get(SETTINGS).token(&support).send().ok(200);
    // A staff session that has not entered the tenant is nobody there.
    rubbish(SETTINGS, &admin).refused(401, "UNAUTHENTICATED");
    server.get(SETTINGS).token(&admin).send().refused(401, "UNAUTHENTICATED");
    patch(&server, "/api/v1/platform/tenants/nobody", &admin, &json!({ "name": "x" })).refused(404, "TENANT_NOT_FOUND");
    patch(&server, "/api/v1/platform/tenants/..%2Fkckps", &admin, &json!({})).refused(404, "TENANT_NOT_FOUND");
}
