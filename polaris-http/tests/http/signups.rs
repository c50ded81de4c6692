//! Public sign-up as JSON (S1, S2, S4, S5): what other people's forms get.

use polaris_core::types::MailSecret;
use polaris_core::{NewCancellation, NewEvent};
use polaris_http::ServerConfig;
use serde_json::{Value, json};

use super::client::Answer;
use super::house::{House, Server, event};

const OURS: &str = "https://www.kckps.example";
const ALLOW: &str = "access-control-allow-origin";

fn for_one(title: &str) -> NewEvent {
    NewEvent { volunteers_needed: Some(1), ..event(title, "2026-03-01T09:00") }
}

fn person(name: &str) -> Value {
    json!({ "first_name": name, "last_name": "Lee", "email": format!("{name}@example.org") })
}

fn sign_up(server: &Server, slug: &str, body: &Value) -> Answer {
    server.post(&format!("/api/v1/public/kckps/events/{slug}/signups")).json(body).send()
}

/// A link to the first sign-up, as a mail would hold it.
fn link(house: House) -> (House, String) {
    let secret = MailSecret::generate([9; 32]);
    let sql = format!(
        "INSERT INTO mail_links (hash, purpose, participation_id, created_at)
         VALUES ('{}', 'manage_signup', 1, '2026-01-10T15:30:00.000Z')",
        secret.hash().as_str()
    );
    (house.sql("kckps", &sql), secret.reveal().to_owned())
}

#[test]
fn a_form_shows_an_event_and_gets_a_place_then_the_waitlist() {
    let house = House::new();
    house.publish("kckps", for_one("Career Day"));
    let server = house.serve_publicly();
    let shown = server.get("/api/v1/public/kckps/events/career-day-2026-03-01").send().data(200);
    assert_eq!((&shown["state"], &shown["event"]["slots_available"]), (&json!("open"), &json!(1)));
    assert_eq!(shown["tenant"]["name"], "Kansas City Kansas");
    assert_eq!(shown["event"]["signup_url"], "https://events.example.org/signup/kckps/career-day-2026-03-01");
    let answer = sign_up(&server, "career-day-2026-03-01", &person("Ann"));
    assert_eq!(answer.data(201), json!({ "status": "confirmed" }), "and nothing else");
    assert_eq!(answer.header("location"), None);
    assert_eq!(sign_up(&server, "1", &person("Bob")).data(201), json!({ "status": "waitlisted" }), "by its number, too");
    assert_eq!(sign_up(&server, "1", &person("Ann")).data(201), json!({ "status": "waitlisted" }), "as everybody by now");
    let listed = server.get("/api/v1/public/kckps/events").send();
    assert_eq!(listed.ok(200)["pagination"]["total"], 1);
    assert_eq!(listed.data(200)[0]["message"], "this event is full; who signs up comes onto its waitlist");
}

#[test]
fn what_is_wrong_is_named_and_what_takes_nobody_says_why() {
    let house = House::new();
    house.publish("kckps", for_one("Career Day"));
    let gone = house.publish("kckps", event("Gone", "2026-03-02T09:00"));
    house.tenant("kckps").events().cancel(gone.id, NewCancellation::default()).unwrap();
    house.draft("kckps", event("Draft", "2026-03-03T09:00"));
    let server = house.serve();
    let fields = sign_up(&server, "1", &json!({ "email": "x", "phone": "call me" })).fields(422, "VALIDATION_FAILED");
    let named: Vec<_> = fields.iter().map(|(field, _)| field.as_str()).collect();
    assert_eq!(named, ["first_name", "last_name", "email", "phone"]);
    sign_up(&server, "1", &json!({ "first_name": "Ann", "name": "Lee" })).refuses("name");
    sign_up(&server, "1", &json!({ "first_name": 1 })).refuses("first_name");
    let closed = sign_up(&server, "2", &person("Ann")).refused(409, "SIGNUP_CLOSED");
    assert_eq!(closed["message"], "this event was cancelled");
    sign_up(&server, "3", &person("Ann")).refused(404, "EVENT_NOT_FOUND");
    server.get("/api/v1/public/kckps/events/3").send().refused(404, "EVENT_NOT_FOUND");
    sign_up(&server, "nothing", &person("Ann")).refused(404, "EVENT_NOT_FOUND");
    server.get("/api/v1/public/nobody/events").send().refused(404, "TENANT_NOT_FOUND");
    server.post("/api/v1/public/kckps/events/1/signups").body("a=b").send().refused(415, "UNSUPPORTED_MEDIA_TYPE");
    server.get("/api/v1/public/kckps/events?page=0").send().refuses("page");
}

#[test]
fn a_full_event_of_a_tenant_without_waitlists_refuses() {
    let house = House::new();
    house.publish("kckps", for_one("Career Day"));
    let server = house.sql("kckps", "UPDATE settings SET waitlist = 0").serve();
    assert_eq!(sign_up(&server, "1", &person("Ann")).data(201)["status"], "confirmed");
    for name in ["Bob", "Ann"] {
        let full = sign_up(&server, "1", &person(name)).refused(409, "EVENT_FULL");
        assert_eq!(full["message"], "this event is full and takes no more sign-ups");
    }
    assert_eq!(server.get("/api/v1/public/kckps/events/1").send().data(200)["state"], "full");
}

#[test]
fn features_that_are_off_and_tenants_that_are_inactive_are_told_as_the_public_api_tells_them() {
    let house = House::new();
    house.publish("kckps", for_one("Career Day"));
    house.publish("hmsd", for_one("Career Day"));
    let server = house.without_events("kckps").deactivated("hmsd").serve();
    server.get("/api/v1/public/kckps/events").send().refused(403, "FEATURE_DISABLED");
    // Before what was sent is looked at.
    sign_up(&server, "1", &json!({ "junk": 1 })).refused(403, "FEATURE_DISABLED");
    server.get("/api/v1/public/kckps/signups/guess").send().refused(403, "FEATURE_DISABLED");
    server.get("/api/v1/public/hmsd/events").send().refused(404, "TENANT_NOT_FOUND");
    server.post("/api/v1/public/hmsd/events/1/signups").json(&person("Ann")).send().refused(404, "TENANT_NOT_FOUND");
}

#[test]
fn the_link_in_a_mail_shows_a_sign_up_and_cancels_it_once() {
    let house = House::new();
    house.publish("kckps", for_one("Career Day"));
    let polaris = house.polaris.clone();
    let door = polaris.signup("kckps", polaris_core::Context::default(), polaris_core::Patience::Wait).unwrap();
    for name in ["Ann", "Bob"] {
        let draft = polaris_core::json::read(person(name).to_string().as_bytes()).unwrap();
        door.attempt().unwrap().submit("career-day-2026-03-01", &draft, None).unwrap();
    }
    drop((door, polaris));
    let (house, secret) = link(house);
    let server = house.serve();
    let path = format!("/api/v1/public/kckps/signups/{secret}");
    let seen = server.get(&path).send().data(200);
    assert_eq!((&seen["status"], &seen["can_cancel"]), (&json!("confirmed"), &json!(true)));
    assert_eq!(seen["event"]["event"]["title"], "Career Day");
    assert!(!seen.to_string().contains("Ann"), "a link that was passed on tells no names");
    for _ in 0..2 {
        let seen = server.post(&format!("{path}/cancel")).send().data(200);
        assert_eq!((&seen["status"], &seen["can_cancel"]), (&json!("declined"), &json!(false)));
    }
    assert_eq!(server.tenant("kckps").rosters().totals(polaris_core::types::EventId::new(1)).unwrap().confirmed, 1, "Bob has the place");
    for wrong in ["guess", "plml_", &secret[..40]] {
        server.get(&format!("/api/v1/public/kckps/signups/{wrong}")).send().refused(404, "INVALID_LINK");
        server.post(&format!("/api/v1/public/kckps/signups/{wrong}/cancel")).send().refused(404, "INVALID_LINK");
    }
    server.get(&format!("/api/v1/public/hmsd/signups/{secret}")).send().refused(404, "INVALID_LINK");
}

#[test]
fn nobody_cancels_what_has_begun() {
    let house = House::new();
    house.publish("kckps", for_one("Career Day"));
    let polaris = house.polaris.clone();
    let draft = polaris_core::json::read(person("Ann").to_string().as_bytes()).unwrap();
    let door = polaris.signup("kckps", polaris_core::Context::default(), polaris_core::Patience::Wait).unwrap();
    door.attempt().unwrap().submit("career-day-2026-03-01", &draft, None).unwrap();
    drop((door, polaris));
    let (house, secret) = link(house);
    house.clock.set("2026-03-01T15:00:00Z".parse().unwrap());
    let server = house.serve();
    assert_eq!(server.get(&format!("/api/v1/public/kckps/signups/{secret}")).send().data(200)["can_cancel"], false);
    server.post(&format!("/api/v1/public/kckps/signups/{secret}/cancel")).send().refused(409, "CONFLICT");
}

#[test]
fn thirty_an_address_and_only_proxies_that_are_known_say_whose_it_is() {
    let house = House::new();
    house.publish("kckps", event("Career Day", "2026-03-01T09:00"));
    let trusted = ServerConfig { trusted_proxies: vec!["127.0.0.1".parse().unwrap()], ..ServerConfig::default() };
    let server = house.limiting_signups().serve_with(trusted);
    let ask = |address: &str, body: &str| {
        let ask = server.post("/api/v1/public/kckps/events/1/signups").header("X-Forwarded-For", address);
        ask.header("Content-Type", "application/json").body(body.as_bytes()).send()
    };
    let good = person("Ann").to_string();
    for number in 0..30 {
        // What can't be read counts as well.
        let answer = if number % 2 == 0 { ask("203.0.113.9", &good) } else { ask("203.0.113.9", "{") };
        assert!([201, 400].contains(&answer.status));
    }
    for body in [good.as_str(), "{"] {
        let refused = ask("203.0.113.9", body);
        let error = refused.refused(429, "RATE_LIMIT_EXCEEDED");
        assert_eq!((error["retry_after"].as_u64(), refused.header("retry-after")), (Some(600), Some("600")));
    }
    assert_eq!(ask("1.2.3.4, 203.0.113.9", &good).status, 429, "what the visitor made up is not believed");
    assert_eq!(ask("2001:db8:1:2::7", &good).status, 201);
    server.clock.advance(chrono::TimeDelta::minutes(10));
    assert_eq!(ask("203.0.113.9", &good).status, 201);
}

#[test]
fn guessed_links_are_soon_answered_with_429() {
    let house = House::new();
    let server = house.serve();
    for _ in 0..20 {
        server.get("/api/v1/public/kckps/signups/guess").send().refused(404, "INVALID_LINK");
    }
    server.post("/api/v1/public/kckps/signups/guess/cancel").send().refused(429, "RATE_LIMIT_EXCEEDED");
    server.get("/api/v1/public/nobody/events").send().refused(429, "RATE_LIMIT_EXCEEDED");
    server.get("/api/v1/public/kckps/events").send().ok(200);
}

#[test]
fn forms_on_pages_that_the_tenant_names_may_sign_people_up() {
    let house = House::new().allowing("kckps", r#"["https://www.kckps.example"]"#);
    house.publish("kckps", for_one("Career Day"));
    let server = house.serve();
    let path = "/api/v1/public/kckps/events/1/signups";
    let before = server.ask("OPTIONS", path).header("Origin", OURS).header("Access-Control-Request-Method", "POST").send();
    assert_eq!(before.status, 204);
    assert_eq!(before.header("access-control-allow-methods"), Some("GET, POST, OPTIONS"));
    assert_eq!(before.header("access-control-allow-headers"), Some("Content-Type, Idempotency-Key"));
    assert_eq!(before.header(ALLOW), Some(OURS));
    for (origin, allowed) in [(OURS, Some(OURS)), ("https://elsewhere.example", None)] {
        let answers = [
            server.get("/api/v1/public/kckps/events").header("Origin", origin).send(),
            server.post(path).header("Origin", origin).json(&json!({})).send(),
            server.get("/api/v1/public/kckps/signups/guess").header("Origin", origin).send(),
        ];
        for answer in answers {
            assert_eq!((answer.header(ALLOW), answer.header("vary")), (allowed, Some("Origin")), "{:?}", answer.asked);
            assert_eq!(answer.header("access-control-expose-headers"), Some("Retry-After, Idempotent-Replayed"));
        }
    }
    let anywhere = House::new().serve();
    assert_eq!(anywhere.get("/api/v1/public/kckps/events").header("Origin", OURS).send().header(ALLOW), Some("*"));
}

#[test]
fn the_trap_is_answered_like_any_other_and_leaves_nothing() {
    let house = House::new();
    house.publish("kckps", for_one("Career Day"));
    let server = house.serve();
    let mut bot = person("Bot");
    bot["website"] = json!("https://spam.example");
    assert_eq!(sign_up(&server, "1", &bot).data(201), json!({ "status": "confirmed" }));
    assert_eq!(sign_up(&server, "1", &person("Ann")).data(201), json!({ "status": "confirmed" }));
    assert_eq!(server.tenant("kckps").rosters().totals(polaris_core::types::EventId::new(1)).unwrap().confirmed, 1);
}
