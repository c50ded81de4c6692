//! What calendar programs read (E6): the public feed and the secret ones, and how little they tell where there is nothing.

use polaris_core::{EventEdit, NewCalendarFeed, NewUser, Patch};

use super::client::Answer;
use super::house::{House, Server, event};

const PUBLIC: &str = "/calendar/kckps/events.ics";

/// A house with a published event, a draft, and a feed of a viewer's; gives its path.
fn with_feed() -> (House, String) {
    let house = House::new();
    house.publish("kckps", event("Career fair", "2026-02-15T09:00"));
    house.draft("kckps", event("A secret draft", "2026-02-16T09:00"));
    let viewer = NewUser {
        email: "vi@kckps.org".into(),
        first_name: "Vi".into(),
        last_name: "Ewer".into(),
        role: "viewer".into(),
        ..NewUser::default()
    };
    let tenant = house.tenant("kckps");
    tenant.users().create(viewer).unwrap();
    let made =
        tenant.calendar().feeds().create(NewCalendarFeed { user: Some("vi@kckps.org".into()), ..NewCalendarFeed::default() }).unwrap();
    let path = made.path().unwrap();
    drop(tenant);
    (house, path)
}

fn nothing(answer: &Answer) {
    let error = answer.refused(404, "NOT_FOUND");
    assert_eq!(error["message"], "there is nothing at this address", "{:?}", answer.asked);
    assert_eq!(answer.header("etag"), None);
}

#[test]
fn the_public_feed_shows_what_is_published_and_the_secret_one_all() {
    let (house, path) = with_feed();
    let server = house.serve_publicly();
    let public = server.get(PUBLIC).send();
    assert_eq!((public.status, public.header("content-type")), (200, Some("text/calendar; charset=utf-8")));
    assert_eq!(public.header("cache-control"), Some("public, max-age=60"));
    assert_eq!(public.header("access-control-allow-origin"), Some("*"));
    assert_eq!(public.header("x-content-type-options"), Some("nosniff"));
    assert!(public.text().contains("SUMMARY:Career fair") && !public.text().contains("draft"));
    assert!(public.text().replace("\r\n ", "").contains("URL:https://events.example.org/signup/kckps/career-fair-2026-02-15\r\n"));
    let secret = server.get(&path).send();
    assert_eq!((secret.status, secret.header("cache-control")), (200, Some("private, no-cache")));
    assert_eq!(secret.header("access-control-allow-origin"), None);
    assert!(secret.text().contains("SUMMARY:A secret draft"));
}

#[test]
fn an_unchanged_feed_is_not_sent_again_and_a_changed_one_at_once() {
    let (house, path) = with_feed();
    let other = house.another_engine();
    let server = house.serve();
    for path in [PUBLIC, &path] {
        let first = server.get(path).send();
        let etag = first.header("etag").unwrap().to_owned();
        assert!(etag.starts_with('"') && etag.len() == 34, "a strong tag: {etag}");
        for given in [etag.as_str(), "*", &format!("\"x\", W/{etag}")] {
            let again = server.get(path).header("If-None-Match", given).send();
            assert_eq!((again.status, again.text().as_str(), again.header("etag")), (304, "", Some(etag.as_str())), "{given}");
            assert_eq!(again.header("cache-control"), first.header("cache-control"));
        }
        assert_eq!(server.get(path).header("If-None-Match", "\"x\"").send().text(), first.text());
        let head = server.ask("HEAD", path).send();
        assert_eq!((head.status, head.header("etag"), head.text().as_str()), (200, Some(etag.as_str()), ""));
        assert_eq!(head.header("content-length"), Some(first.body.len().to_string().as_str()));
        // Another process publishes one more.
        let tenant = other.tenant("kckps", polaris_core::Actor::System).unwrap();
        let one = tenant.events().create(event("One more", "2026-03-01T09:00")).unwrap();
        tenant.events().publish(one.id).unwrap();
        let changed = server.get(path).header("If-None-Match", &etag).send();
        assert_eq!(changed.status, 200);
        assert!(changed.text().contains("SUMMARY:One more") && changed.header("etag") != Some(etag.as_str()));
    }
}

/// Thousands of events take their time to write, and programs ask several times an hour.
#[test]
fn a_secret_feed_is_written_anew_only_when_something_was_done_and_then_for_drafts_too() {
    let (house, path) = with_feed();
    let other = house.another_engine();
    let raw = rusqlite::Connection::open(house.data().join("polaris_kckps.db")).unwrap();
    let server = house.serve();
    // The first read of an hour is noted.
    server.get(&path).send();
    let first = server.get(&path).send();
    // Nothing that the engine does changes a title without a word in the log: who still gets the old one gets what was kept.
    raw.execute("UPDATE events SET title = 'Behind its back' WHERE title = 'Career fair'", []).unwrap();
    assert_eq!(server.get(&path).send().text(), first.text());
    assert_eq!(server.get(&path).header("If-None-Match", first.header("etag").unwrap()).send().status, 304);
    assert!(server.get(PUBLIC).send().text().contains("SUMMARY:Behind its back"), "the public one is another, and is written only now");
    for step in ["edited", "one more"] {
        let events = other.tenant("kckps", polaris_core::Actor::System).unwrap();
        let draft = polaris_core::types::EventId::new(2);
        match step {
            "edited" => {
                let edit = EventEdit { title: Patch::Set("A secret plan".into()), ..EventEdit::default() };
                drop(events.events().edit(draft, edit, None).unwrap());
            }
            _ => drop(events.events().create(event("Another draft", "2026-02-17T09:00")).unwrap()),
        }
        let changed = server.get(&path).header("If-None-Match", first.header("etag").unwrap()).send();
        assert_eq!(changed.status, 200, "{step}");
        let expected = if step == "edited" { "SUMMARY:A secret plan" } else { "SUMMARY:Another draft" };
        assert!(changed.text().contains(expected), "{step}");
    }
}

#[test]
fn where_there_is_nothing_the_answer_is_that_of_a_path_there_is_not() {
    let (house, path) = with_feed();
    let server = house.serve();
    let secret = path.strip_prefix("/calendar/kckps/").unwrap();
    let guess = format!("/calendar/kckps/{}.ics", secret.strip_suffix(".ics").unwrap().replace(&secret[10..12], "__"));
    for path in [
        "/calendar",
        "/calendar/kckps",
        "/calendar/kckps.ics",
        "/calendar/nobody/events.ics",
        "/calendar/KCKPS/events.ics",
        "/calendar/kckps/Events.ics",
        "/calendar/kckps/events",
        "/calendar/kckps/plcf_.ics",
        "/calendar/kckps/%00.ics",
        "/calendar/kckps/%ff.ics",
        "/calendar/kckps/..%2fpolaris.db",
        &guess,
        path.strip_suffix(".ics").unwrap(),
        &format!("{path}.ics"),
        &format!("/calendar/hmsd/{secret}"),
        &format!("/calendar/nobody/{secret}"),
        &format!("/calendar/KCKPS/{secret}"),
    ] {
        nothing(&server.get(path).send_unchecked());
    }
    server.clock.advance(chrono::TimeDelta::minutes(10));
    let page = server.get(&guess).header("Accept", "text/html,*/*").send_unchecked();
    let nowhere = server.get("/nowhere").header("Accept", "text/html,*/*").send_unchecked();
    assert_eq!((page.status, page.text()), (404, nowhere.text()), "a browser gets the page that it gets anywhere");
    let posted = server.post(PUBLIC).send();
    posted.refused(405, "METHOD_NOT_ALLOWED");
    assert_eq!(posted.header("allow"), Some("GET, HEAD"));
}

fn both(server: &Server, path: &str) -> [u16; 2] {
    [PUBLIC, path].map(|path| server.get(path).send_unchecked().status)
}

#[test]
fn feeds_are_gone_with_their_tenant_their_feature_and_their_user() {
    let (house, path) = with_feed();
    let server = house.deactivated("kckps").serve();
    assert_eq!(both(&server, &path), [404, 404]);
    let (house, path) = with_feed();
    let server = house.without_events("kckps").serve();
    assert_eq!(both(&server, &path), [404, 404]);
    let (house, path) = with_feed();
    let server = house.serve();
    assert_eq!(both(&server, &path), [200, 200]);
    server.tenant("kckps").users().deactivate(polaris_core::types::UserId::new(1)).unwrap();
    assert_eq!(both(&server, &path), [200, 404]);
}

#[test]
fn who_guesses_is_sent_away_after_twenty_and_who_knows_is_not() {
    let (house, path) = with_feed();
    let server = house.serve();
    for _ in 0..20 {
        nothing(&server.get("/calendar/kckps/plcf_guess.ics").send());
    }
    let answer = server.get("/calendar/kckps/plcf_guess.ics").send();
    answer.refused(429, "RATE_LIMIT_EXCEEDED");
    assert_eq!(answer.header("retry-after"), Some("600"));
    assert_eq!(both(&server, &path), [200, 200]);
}
