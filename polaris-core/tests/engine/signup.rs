//! S1, S5: what people see who may sign up, who is let in and how often. What the other tests of sign-up share.

use chrono::TimeDelta;
use polaris_core::types::{MailSecret, SignupState, SignupStatus};
use polaris_core::{
    BrandingEdit, Context, Error, Event, NewCancellation, NewEvent, NewSignup, PageRequest, Patch, Patience, Result, SignedUp,
    SignupLimits, Signups, TenantEdit,
};
use serde_json::Value;

use super::support::{World, code, published, titled};

pub(super) const ADDRESS: &str = "192.0.2.7";

pub(super) fn from(world: &World, address: &str) -> Signups {
    try_from(world, "kckps", address).unwrap()
}

fn try_from(world: &World, slug: &str, address: &str) -> Result<Signups> {
    let context = Context { address: Some(address.into()), request_id: Some("r-1".into()) };
    world.polaris.signup(slug, context, Patience::Wait)
}

/// Somebody who fills in what must be filled in; their address is their first name's.
pub(super) fn person(first_name: &str) -> NewSignup {
    NewSignup {
        first_name: first_name.into(),
        last_name: "Lee".into(),
        email: format!("{}@example.org", first_name.to_lowercase()),
        ..NewSignup::default()
    }
}

/// Signs up without an address, so that nothing is counted.
pub(super) fn sign_up(world: &World, event: &Event, signup: &NewSignup) -> Result<SignedUp> {
    let door = world.polaris.signup("kckps", Context::default(), Patience::Wait)?;
    door.attempt()?.submit(event.id, signup, None)
}

pub(super) fn status(world: &World, event: &Event, first_name: &str) -> &'static str {
    sign_up(world, event, &person(first_name)).unwrap().status.as_str()
}

/// A published event on the 15th of October with so many places; 0 says nothing of their number.
pub(super) fn event_for(world: &World, places: u32) -> Event {
    let draft = NewEvent { volunteers_needed: Some(places.into()), ..titled("Career Day", "2026-10-15T09:00") };
    let id = world.kckps().events().create(draft).unwrap().id;
    world.kckps().events().publish(id).unwrap()
}

pub(super) fn without_waitlist(world: &World) {
    let raw = world.raw("kckps");
    raw.execute_batch("UPDATE settings SET waitlist = 0, version = version + 1; UPDATE tenant SET settings_rev = settings_rev + 1")
        .unwrap();
}

/// Kind, recipient and data of all that is in the outbox.
pub(super) fn outbox(world: &World) -> Vec<(String, String, Value)> {
    let raw = world.raw("kckps");
    let mut statement = raw.prepare("SELECT kind, recipient, data FROM outbox ORDER BY id").unwrap();
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get::<_, String>(2)?))).unwrap();
    rows.map(|row| row.map(|(kind, to, data): (String, String, String)| (kind, to, serde_json::from_str(&data).unwrap())).unwrap())
        .collect()
}

/// The mails, each as `kind first-name`, with the invite's method and number behind it.
pub(super) fn mails(world: &World) -> Vec<String> {
    let told = |(kind, to, data): (String, String, Value)| {
        let name = to.replace("@example.org", "");
        match &data["invite"] {
            Value::Null => format!("{kind} {name}"),
            invite => format!("{kind} {name} {}:{}", invite["method"].as_str().unwrap(), invite["sequence"]),
        }
    };
    outbox(world).into_iter().map(told).collect()
}

/// Who stands how on the roster, in the order they came: `first-name status`.
pub(super) fn roster(world: &World) -> Vec<String> {
    let raw = world.raw("kckps");
    let sql = "SELECT v.first_name || ' ' || p.status FROM participations p JOIN volunteers v ON v.id = p.volunteer_id ORDER BY p.id";
    let mut statement = raw.prepare(sql).unwrap();
    statement.query_map([], |row| row.get(0)).unwrap().map(std::result::Result::unwrap).collect()
}

/// A link to somebody's sign-up, as a mail of theirs would hold it.
pub(super) fn link(world: &World, first_name: &str) -> String {
    let raw = world.raw("kckps");
    let count: u8 = raw.query_row("SELECT count(*) FROM mail_links", [], |row| row.get(0)).unwrap();
    let secret = MailSecret::generate([count; 32]);
    raw.execute(
        "INSERT INTO mail_links (hash, purpose, participation_id, created_at)
         SELECT ?1, 'manage_signup', p.id, '2026-09-01T12:00:00.000Z'
         FROM participations p JOIN volunteers v ON v.id = p.volunteer_id WHERE v.first_name = ?2",
        (secret.hash().as_str(), first_name),
    )
    .unwrap();
    secret.reveal().to_owned()
}

/// What is counted, and what is there.
pub(super) fn registered(world: &World, event: &Event) -> (u32, u32) {
    let sql = "SELECT e.volunteers_registered, (SELECT count(*) FROM participations p WHERE p.event_id = e.id
               AND p.status IN ('confirmed', 'attended')) FROM events e WHERE e.id = ?1";
    world.raw("kckps").query_row(sql, [event.id.get()], |row| Ok((row.get(0)?, row.get(1)?))).unwrap()
}

fn state(world: &World, event: &str) -> SignupState {
    from(world, ADDRESS).event(event).unwrap().value.state
}

#[test]
fn open_events_are_listed_by_start_and_each_says_whether_it_has_a_place() {
    let world = World::new();
    let kckps = world.kckps();
    let full = event_for(&world, 1);
    published(&kckps, "Later", "2026-12-01T09:00");
    published(&kckps, "Sooner", "2026-09-10T09:00");
    kckps.events().create(titled("A draft", "2026-10-01T09:00")).unwrap();
    let confirmed = kckps.events().create(titled("On no list", "2026-10-02T09:00")).unwrap();
    kckps.events().confirm(confirmed.id).unwrap();
    let late = NewEvent { registration_deadline: Some("2026-09-02".into()), ..titled("Deadline", "2026-10-03T09:00") };
    let late = kckps.events().create(late).unwrap();
    kckps.events().publish(late.id).unwrap();
    let gone = published(&kckps, "Cancelled", "2026-10-04T09:00");
    kckps.events().cancel(gone.id, NewCancellation::default()).unwrap();
    status(&world, &full, "Ann");
    world.clock.advance(TimeDelta::days(3));
    let door = from(&world, ADDRESS);
    let listed = door.list(PageRequest::default()).unwrap().value;
    let listed: Vec<_> = listed.items.iter().map(|shown| (shown.event.title.as_str(), shown.state.as_str())).collect();
    assert_eq!(listed, [("Sooner", "open"), ("Career Day", "waitlist"), ("Later", "open")]);
    let second = door.list(PageRequest::new(2, 2).unwrap()).unwrap();
    assert_eq!((second.value.items[0].event.title.as_str(), second.value.total), ("Later", 3));
    let sooner = door.event("sooner-2026-09-10").unwrap().until.unwrap();
    assert_eq!(second.until, Some(sooner), "when the first begins, the pages move");
    assert_eq!(door.event(confirmed.id).unwrap().value.state, SignupState::Open, "who has the address may sign up");
}

#[test]
fn an_event_says_why_it_takes_nobody_and_drafts_are_unknown() {
    let world = World::new();
    let kckps = world.kckps();
    let event = event_for(&world, 1);
    let slug = event.slug.as_str();
    assert_eq!(state(&world, slug), SignupState::Open);
    status(&world, &event, "Ann");
    assert_eq!(state(&world, slug), SignupState::Waitlist);
    without_waitlist(&world);
    assert_eq!(state(&world, slug), SignupState::Full);
    let deadline = polaris_core::EventEdit { registration_deadline: Patch::Set("2026-10-01".into()), ..Default::default() };
    kckps.events().edit(event.id, deadline, None).unwrap();
    world.clock.set("2026-10-02T12:00:00Z".parse().unwrap());
    assert_eq!(state(&world, slug), SignupState::DeadlinePassed);
    world.clock.set("2026-10-15T14:00:00Z".parse().unwrap());
    assert_eq!(state(&world, slug), SignupState::Begun);
    kckps.events().complete(event.id).unwrap();
    assert_eq!(state(&world, slug), SignupState::Completed);
    let other = published(&kckps, "Other", "2026-12-01T09:00");
    let why = NewCancellation { reason: Some("other".into()), note: Some("the presenter is ill".into()) };
    kckps.events().cancel(other.id, why).unwrap();
    let shown = from(&world, ADDRESS).event(other.id).unwrap().value;
    assert_eq!((shown.state, shown.event.cancel_note), (SignupState::Cancelled, None), "who is ill stays with those who manage events");
    let draft = kckps.events().create(titled("Draft", "2026-12-02T09:00")).unwrap();
    assert_eq!(code(from(&world, ADDRESS).event(draft.id)), "EVENT_NOT_FOUND");
    kckps.events().cancel(draft.id, NewCancellation::default()).unwrap();
    assert_eq!(code(from(&world, ADDRESS).event(draft.id)), "EVENT_NOT_FOUND", "nobody ever heard of it");
    assert_eq!(code(from(&world, ADDRESS).event("nothing")), "EVENT_NOT_FOUND");
}

#[test]
fn the_tenant_shows_its_name_colour_and_logo() {
    let world = World::new();
    let branding = BrandingEdit { colour: Patch::Set("#123456".into()), logo_url: Patch::Set("https://kckps.org/logo.svg".into()) };
    world.platform().tenants().edit("kckps", &TenantEdit { branding: Patch::Set(branding), ..TenantEdit::default() }, None).unwrap();
    let tenant = from(&world, ADDRESS).tenant().unwrap();
    assert_eq!((tenant.slug.as_str(), tenant.name.is_empty()), ("kckps", false));
    assert_eq!(tenant.branding.colour.as_deref(), Some("#123456"));
    assert_eq!(tenant.branding.logo_url.as_deref(), Some("https://kckps.org/logo.svg"));
}

#[test]
fn an_inactive_tenant_is_as_if_unknown_and_events_may_be_switched_off() {
    let world = World::new();
    let event = event_for(&world, 0);
    let (door, held) = (from(&world, ADDRESS), from(&world, ADDRESS));
    let off = |on| {
        let features = [("events".to_owned(), on), ("volunteers".to_owned(), Some(false))].into();
        world.platform().tenants().edit("kckps", &TenantEdit { features, ..TenantEdit::default() }, None).unwrap();
    };
    off(Some(false));
    assert_eq!(code(door.list(PageRequest::default())), "FEATURE_DISABLED");
    assert_eq!(code(door.event(event.id)), "FEATURE_DISABLED");
    assert_eq!(code(sign_up(&world, &event, &NewSignup::default())), "FEATURE_DISABLED", "before what is wrong with it");
    assert_eq!(code(door.look("plml_x")), "FEATURE_DISABLED");
    off(Some(true));
    assert_eq!(status(&world, &event, "Ann"), "confirmed", "volunteers needn't be on");
    world.platform().tenants().deactivate("kckps", None).unwrap();
    assert_eq!(code(try_from(&world, "kckps", ADDRESS)), "TENANT_NOT_FOUND");
    assert_eq!(code(try_from(&world, "nobody", ADDRESS)), "TENANT_NOT_FOUND");
    for answer in [code(held.tenant()), code(held.list(PageRequest::default())), code(held.event(event.id)), code(held.cancel("plml_x"))] {
        assert_eq!(answer, "TENANT_NOT_FOUND");
    }
    let attempt = held.attempt().unwrap().submit(event.id, &person("Bob"), None);
    assert_eq!(code(attempt), "TENANT_NOT_FOUND");
}

#[test]
fn thirty_may_sign_up_from_one_address_in_ten_minutes_good_or_bad() {
    let world = World::new();
    let event = event_for(&world, 0);
    let attempt =
        |address: &str, signup: &NewSignup| from(&world, address).attempt().and_then(|attempt| attempt.submit(event.id, signup, None));
    for number in 0..10 {
        attempt(ADDRESS, &person(&format!("A{number}"))).unwrap();
        assert_eq!(code(attempt(ADDRESS, &NewSignup::default())), "VALIDATION_FAILED");
        // What can't even be read counts, too: the frontend asks for the attempt first.
        drop(from(&world, ADDRESS).attempt().unwrap());
    }
    world.clock.advance(TimeDelta::seconds(1));
    match attempt(ADDRESS, &person("Bob")) {
        Err(Error::RateLimitExceeded { retry_after, quota: None }) => assert_eq!(retry_after, 599),
        other => panic!("{}", code(other)),
    }
    assert!(from(&world, ADDRESS).event(event.id).is_ok(), "looking is not counted");
    attempt("192.0.2.8", &person("Bob")).unwrap();
    world.clock.advance(TimeDelta::seconds(599));
    attempt(ADDRESS, &person("Cid")).unwrap();
}

#[test]
fn an_ipv6_network_is_one_address_no_address_is_not_counted_and_the_measure_can_be_set() {
    let world = World::with(|config| config.signup_limits = SignupLimits { submissions: 2, minutes: 1 });
    event_for(&world, 0);
    let attempt = |address: &str| code(from(&world, address).attempt());
    let answers = [attempt("2001:db8:1:2::7"), attempt("2001:db8:1:2:ffff::8"), attempt("2001:db8:1:2::9"), attempt("2001:db8:1:3::7")];
    assert_eq!(answers, ["ok", "ok", "RATE_LIMIT_EXCEEDED", "ok"]);
    world.clock.advance(TimeDelta::minutes(1));
    assert_eq!(attempt("2001:db8:1:2::7"), "ok");
    let nowhere = world.polaris.signup("kckps", Context::default(), Patience::Wait).unwrap();
    assert!((0..100).all(|_| nowhere.attempt().is_ok()));
    assert_eq!(code(try_from(&world, "kckps", "here")), "BAD_REQUEST");
}

#[test]
fn what_fills_in_the_trap_is_answered_like_anybody_and_leaves_nothing() {
    let world = World::new();
    let event = event_for(&world, 1);
    let bot = |name: &str| NewSignup { website: Some("https://spam.example".into()), ..person(name) };
    let before = world.public().revision();
    assert_eq!(sign_up(&world, &event, &bot("Bot")).unwrap().status, SignupStatus::Confirmed);
    assert_eq!(status(&world, &event, "Ann"), "confirmed", "it took no place");
    assert_eq!(sign_up(&world, &event, &bot("Bot")).unwrap().status, SignupStatus::Waitlisted);
    without_waitlist(&world);
    assert_eq!(code(sign_up(&world, &event, &bot("Bot"))), "EVENT_FULL");
    assert_eq!(code(sign_up(&world, &event, &NewSignup { email: "x".into(), ..bot("Bot") })), "VALIDATION_FAILED");
    assert_eq!((roster(&world), mails(&world).len()), (vec!["Ann confirmed".to_owned()], 1));
    assert_eq!(world.public().revision().public, before.public + 1);
    let blank = NewSignup { website: Some("  ".into()), ..person("Bob") };
    let other = published(&world.kckps(), "Other", "2026-12-01T09:00");
    sign_up(&world, &other, &blank).unwrap();
    assert_eq!(roster(&world), ["Ann confirmed", "Bob confirmed"]);
}

#[test]
fn wrong_links_and_unknown_tenants_count_against_the_address_as_wrong_keys_do() {
    let world = World::new();
    let event = event_for(&world, 0);
    status(&world, &event, "Ann");
    let good = link(&world, "Ann");
    let door = from(&world, ADDRESS);
    for number in 0..7_u8 {
        assert_eq!(code(door.look("guess")), "INVALID_LINK");
        assert_eq!(code(door.cancel(MailSecret::generate([100 + number; 32]).reveal())), "INVALID_LINK");
        if number < 6 {
            assert_eq!(code(try_from(&world, "nobody", ADDRESS)), "TENANT_NOT_FOUND");
        }
    }
    assert_eq!(code(door.look("guess")), "RATE_LIMIT_EXCEEDED");
    assert_eq!(code(try_from(&world, "nobody", ADDRESS)), "RATE_LIMIT_EXCEEDED");
    let context = Context { address: Some(ADDRESS.into()), ..Context::default() };
    assert_eq!(
        code(world.polaris.public_api("kckps", Some("wrong"), context, Patience::Wait)),
        "RATE_LIMIT_EXCEEDED",
        "they count together"
    );
    assert!(door.look(&good).is_ok(), "what is right is answered all the same");
    assert_eq!(code(from(&world, "192.0.2.8").look("guess")), "INVALID_LINK");
}
