//! E6: calendar feeds: secret addresses that can be revoked, and the public one.

use chrono::TimeDelta;
use polaris_core::types::FeedId;
use polaris_core::{
    Actor, BackupRef, CalendarFile, Context, CreatedFeed, Error, NewBackup, NewCalendarFeed, NewRestore, PageRequest, Patch, Patience,
    Result, Role, StaffRole, TenantEdit, TenantHandle, User, UserEdit,
};

use super::calendar::lines;
use super::support::{World, code, new_user, published, start, titled};

fn user(world: &World, name: &str, role: Role) -> (User, TenantHandle) {
    let user = system(world).users().create(new_user(&format!("{name}@kckps.org"), role.as_str())).unwrap().user;
    let actor = Actor::tenant_user(user.id.get(), name, role);
    (user, world.polaris.tenant("kckps", actor).unwrap())
}

/// The operator, on the machine itself.
fn system(world: &World) -> TenantHandle {
    world.polaris.tenant("kckps", Actor::System).unwrap()
}

fn own(name: &str) -> NewCalendarFeed {
    NewCalendarFeed { name: Some(name.to_owned()), user: None }
}

fn of(user: &str) -> NewCalendarFeed {
    NewCalendarFeed { name: None, user: Some(user.to_owned()) }
}

fn read(world: &World, feed: &CreatedFeed) -> Result<CalendarFile> {
    world.polaris.calendar_feed("kckps", feed.secret.reveal(), Context::default(), None)
}

fn public(world: &World, slug: &str) -> Result<String> {
    let calendar = world.polaris.public_calendar(slug, Context::default(), Patience::Wait)?;
    Ok(calendar.file(Some("https://events.example.org"))?.value.text)
}

#[test]
fn a_feed_is_made_once_read_by_its_secret_alone_and_ends_at_once_when_revoked() {
    let world = World::new();
    let (pat, handle) = user(&world, "pat", Role::Viewer);
    world.kckps().events().create(titled("a draft", "2026-10-15T09:00")).unwrap();
    let made = handle.calendar().feeds().create(own("  Phone ")).unwrap();
    assert_eq!((made.feed.name.as_str(), made.feed.user, made.feed.created_at, made.feed.last_used_at), ("Phone", pat.id, start(), None));
    assert_eq!(made.path(), Some(format!("/calendar/kckps/{}.ics", made.secret.reveal())));
    let text = read(&world, &made).unwrap().text;
    assert!(lines(&text).contains(&"SUMMARY:a draft".to_owned()));
    assert_eq!(text, handle.calendar().export(None).unwrap().text);
    let raw = world.raw("kckps");
    let stored: String = raw.query_row("SELECT hash || name FROM calendar_feeds", [], |row| row.get(0)).unwrap();
    assert!(!stored.contains(made.secret.reveal()) && !format!("{made:?}").contains(&made.secret.reveal()[5..]));
    assert_eq!(handle.calendar().feeds().revoke(made.feed.id).unwrap().id, made.feed.id);
    assert_eq!(code(read(&world, &made)), "NOT_FOUND");
    assert_eq!(code(handle.calendar().feeds().revoke(made.feed.id)), "NOT_FOUND");
    let entries: Vec<String> = {
        let mut rows = raw.prepare("SELECT action || ' ' || details FROM audit_entries WHERE action LIKE 'calendar%' ORDER BY id").unwrap();
        rows.query_map([], |row| row.get(0)).unwrap().map(std::result::Result::unwrap).collect()
    };
    assert_eq!(entries, ["calendar_feed.create {\"user\":1}", "calendar_feed.revoke {\"user\":1}"]);
}

#[test]
fn whatever_the_reason_that_there_is_nothing_the_answer_is_the_same() {
    type End = fn(&World, &User);
    let ends: [(&str, End); 6] = [
        ("revoked", |world, _| drop(system(world).calendar().feeds().revoke(FeedId::new(1)).unwrap())),
        ("its owner deactivated", |world, user| drop(system(world).users().deactivate(user.id).unwrap())),
        ("its owner deactivated by hand", |world, _| drop(world.raw("kckps").execute("UPDATE users SET active = 0", []).map(drop))),
        ("its owner gone", |world, _| {
            world.raw("kckps").execute_batch("PRAGMA foreign_keys = ON; DELETE FROM users WHERE id = 1").unwrap();
        }),
        ("the tenant deactivated", |world, _| drop(world.platform().tenants().deactivate("kckps", None).unwrap())),
        ("events switched off", |world, _| {
            let edit = TenantEdit { features: [("events".to_owned(), Some(false))].into(), ..TenantEdit::default() };
            world.platform().tenants().edit("kckps", &edit, None).unwrap();
        }),
    ];
    let mut said = Vec::new();
    for (why, end) in ends {
        let world = World::new();
        let (pat, handle) = user(&world, "pat", Role::Coordinator);
        user(&world, "ann", Role::Admin);
        let feed = handle.calendar().feeds().create(own("Phone")).unwrap();
        read(&world, &feed).unwrap();
        end(&world, &pat);
        said.push((why, format!("{:?}", read(&world, &feed).unwrap_err())));
    }
    let world = World::new();
    let (_, handle) = user(&world, "pat", Role::Viewer);
    let feed = handle.calendar().feeds().create(own("Phone")).unwrap();
    let secret = feed.secret.reveal();
    let changed = secret.replace(&secret[10..12], "__");
    for (slug, secret) in [
        ("kckps", changed.as_str()),
        ("kckps", ""),
        ("kckps", "plcf_"),
        ("kckps", "a\0b"),
        ("kckps", &secret.to_uppercase()),
        ("hickman", secret),
        ("nobody", secret),
        ("KCKPS", secret),
        ("../kckps", secret),
    ] {
        said.push((slug, format!("{:?}", world.polaris.calendar_feed(slug, secret, Context::default(), None).unwrap_err())));
    }
    assert!(said.iter().all(|(_, error)| error == "NotFound(\"calendar\")"), "{said:#?}");
}

#[test]
fn deactivation_ends_feeds_for_good_and_a_changed_role_does_not() {
    let world = World::new();
    let (pat, handle) = user(&world, "pat", Role::Coordinator);
    let feed = handle.calendar().feeds().create(own("Phone")).unwrap();
    let edit = UserEdit { role: Patch::Set("viewer".into()), ..UserEdit::default() };
    system(&world).users().edit(pat.id, edit, None).unwrap();
    read(&world, &feed).unwrap();
    system(&world).users().deactivate(pat.id).unwrap();
    system(&world).users().reactivate(pat.id).unwrap();
    assert_eq!(code(read(&world, &feed)), "NOT_FOUND", "an address that may have got about doesn't come back to life");
    assert_eq!(system(&world).calendar().feeds().list(PageRequest::default()).unwrap().items, []);
}

#[test]
fn feeds_are_seen_and_revoked_by_their_owners_and_by_admins() {
    let world = World::new();
    let (pat, pats) = user(&world, "pat", Role::Coordinator);
    let (_, anns) = user(&world, "ann", Role::Admin);
    let first = pats.calendar().feeds().create(own("Phone")).unwrap().feed;
    let second = anns.calendar().feeds().create(of("PAT@kckps.org")).unwrap().feed;
    let third = anns.calendar().feeds().create(NewCalendarFeed::default()).unwrap().feed;
    assert_eq!((second.user, second.name.as_str(), third.user_name.as_str()), (pat.id, "Calendar", "Kim Hart"));
    let listed = |handle: &TenantHandle| {
        handle.calendar().feeds().list(PageRequest::default()).unwrap().items.iter().map(|feed| feed.id).collect::<Vec<_>>()
    };
    assert_eq!(listed(&pats), [second.id, first.id]);
    assert_eq!(listed(&anns), [third.id, second.id, first.id]);
    let support = |role| world.polaris.tenant("kckps", Actor::staff("Sam", role)).unwrap();
    assert_eq!(listed(&support(StaffRole::Support)), [third.id, second.id, first.id]);
    assert_eq!(code(pats.calendar().feeds().revoke(third.id)), "NOT_FOUND");
    assert_eq!(code(support(StaffRole::Support).calendar().feeds().revoke(third.id)), "FORBIDDEN", "support staff only read");
    support(StaffRole::Admin).calendar().feeds().revoke(third.id).unwrap();
    anns.calendar().feeds().revoke(first.id).unwrap();
    pats.calendar().feeds().revoke(second.id).unwrap();
    assert_eq!(listed(&anns), []);
}

#[test]
fn a_feed_is_made_for_a_user_of_the_tenant_alone() {
    let world = World::new();
    let (pat, pats) = user(&world, "pat", Role::Coordinator);
    let (_, anns) = user(&world, "ann", Role::Admin);
    let support = world.polaris.tenant("kckps", Actor::staff("Sam", StaffRole::Support)).unwrap();
    let create = |handle: &TenantHandle, draft| code(handle.calendar().feeds().create(draft));
    assert_eq!(create(&pats, of("ann@kckps.org")), "FORBIDDEN");
    assert_eq!(create(&pats, of("nobody@kckps.org")), "FORBIDDEN", "and nothing of who there is");
    assert_eq!(create(&pats, of(&pat.id.to_string())), "ok");
    assert_eq!(create(&support, of("pat@kckps.org")), "FORBIDDEN", "support staff change nothing");
    assert_eq!(create(&support, of("nobody@kckps.org")), "FORBIDDEN");
    assert_eq!(create(&support, own("x")), "FORBIDDEN");
    let staff = world.polaris.tenant("kckps", Actor::staff("Sam", StaffRole::Admin)).unwrap();
    assert_eq!(create(&staff, own("x")), "CONFLICT", "a session that ends leaves nothing behind");
    assert_eq!(create(&system(&world), own("x")), "CONFLICT");
    assert_eq!(create(&system(&world), of("pat@kckps.org")), "ok");
    let stranger = world.polaris.tenant("kckps", Actor::tenant_user(99, "Known elsewhere", Role::Viewer)).unwrap();
    assert_eq!(create(&stranger, own("x")), "CONFLICT");
    let Err(Error::Validation(fields)) =
        anns.calendar().feeds().create(NewCalendarFeed { name: Some("a\nb".into()), user: Some("nobody@kckps.org".into()) })
    else {
        panic!()
    };
    let fields: Vec<_> = fields.0.iter().map(|field| (field.field.as_str(), field.code)).collect();
    assert_eq!(fields, [("name", "CONTROL_CHARACTERS"), ("user", "UNKNOWN_USER")]);
    system(&world).users().deactivate(pat.id).unwrap();
    assert_eq!(create(&anns, of("pat@kckps.org")), "CONFLICT");
    for _ in 0..20 {
        anns.calendar().feeds().create(own("Phone")).unwrap();
    }
    assert_eq!(create(&anns, own("one more")), "CONFLICT");
    assert_eq!(
        system(&world).calendar().feeds().list(PageRequest::new(2, 15).unwrap()).unwrap().total,
        20,
        "those of who was deactivated have ended"
    );
}

#[test]
fn the_last_use_of_a_feed_is_known_to_the_hour() {
    let world = World::new();
    let (_, pats) = user(&world, "pat", Role::Viewer);
    let feed = pats.calendar().feeds().create(own("Phone")).unwrap();
    let used = || pats.calendar().feeds().list(PageRequest::default()).unwrap().items[0].last_used_at;
    assert_eq!(used(), None);
    for (minutes, hour) in [(10, 0), (59, 0), (60, 1), (125, 2)] {
        world.clock.set(start() + TimeDelta::minutes(minutes));
        read(&world, &feed).unwrap();
        assert_eq!(used(), Some(start() + TimeDelta::hours(hour)));
    }
    let entries: i64 =
        world.raw("kckps").query_row("SELECT count(*) FROM audit_entries WHERE action LIKE 'calendar%'", [], |row| row.get(0)).unwrap();
    assert_eq!(entries, 1);
}

#[test]
fn a_restore_brings_no_revoked_feed_back() {
    let world = World::new();
    let (_, pats) = user(&world, "pat", Role::Viewer);
    user(&world, "ann", Role::Admin);
    let [revoked, kept] = ["one", "two"].map(|name| pats.calendar().feeds().create(own(name)).unwrap());
    drop(pats);
    let backups = world.platform();
    let backup = backups.backups().create(&NewBackup::default()).unwrap();
    system(&world).calendar().feeds().revoke(revoked.feed.id).unwrap();
    backups.tenants().deactivate("kckps", None).unwrap();
    let restore = NewRestore { tenant: "kckps".into(), ..NewRestore::default() };
    backups.backups().restore(&BackupRef::Named(backup.name.clone()), &restore).unwrap();
    backups.tenants().reactivate("kckps", None).unwrap();
    assert_eq!(code(read(&world, &revoked)), "NOT_FOUND");
    read(&world, &kept).unwrap();
}

#[test]
fn the_public_calendar_shows_published_and_completed_events_alone() {
    let world = World::new();
    published(&world.kckps(), "published", "2026-10-15T09:00");
    for (title, status) in [("draft", "draft"), ("confirmed", "confirmed"), ("completed", "completed"), ("cancelled", "cancelled")] {
        let id = world.kckps().events().create(titled(title, "2026-09-15T09:00")).unwrap().id;
        world.set_status(id, status);
    }
    let text = public(&world, "kckps").unwrap();
    let found: Vec<_> = lines(&text).into_iter().filter(|line| line.starts_with("SUMMARY") || line.starts_with("URL")).collect();
    let page = "URL:https://events.example.org/signup/kckps/published-2026-10-15";
    assert_eq!(found, ["SUMMARY:completed", "SUMMARY:published", page]);
    assert!(lines(&text).contains(&"NAME:Kansas City Kansas".to_owned()));
    assert_eq!(lines(&public(&world, "hickman").unwrap()).len(), 10, "none of another tenant's");
    let entered = world.polaris.public_calendar("kckps", Context::default(), Patience::Wait).unwrap();
    let made = entered.file(None).unwrap();
    assert_eq!((made.revision, made.until), (entered.revision(), Some("2027-08-01T05:00:00Z".parse().unwrap())));
    published(&world.kckps(), "another", "2026-10-16T09:00");
    let again = world.polaris.public_calendar("kckps", Context::default(), Patience::Wait).unwrap();
    assert!(again.revision() != made.revision && again.tenant() == entered.tenant());
}

#[test]
fn the_public_calendar_is_gone_with_its_tenant_or_feature() {
    let world = World::new();
    for slug in ["nobody", "KCKPS", "", "a/b"] {
        assert_eq!(code(public(&world, slug)), "NOT_FOUND", "{slug}");
    }
    let features = |on| {
        let edit = TenantEdit { features: [("events".to_owned(), Some(on))].into(), ..TenantEdit::default() };
        world.platform().tenants().edit("kckps", &edit, None).unwrap();
    };
    features(false);
    assert_eq!(code(public(&world, "kckps")), "NOT_FOUND");
    features(true);
    assert_eq!(code(public(&world, "kckps")), "ok");
    world.platform().tenants().deactivate("kckps", None).unwrap();
    assert_eq!(code(public(&world, "kckps")), "NOT_FOUND");
}

#[test]
fn who_guesses_addresses_is_told_no_more_and_who_has_one_is_let_in_all_the_same() {
    let world = World::new();
    let (_, pats) = user(&world, "pat", Role::Viewer);
    let feed = pats.calendar().feeds().create(own("Phone")).unwrap();
    let from = |address: &str| Context { address: Some(address.into()), ..Context::default() };
    let guess =
        |address: &str, slug: &str| code(world.polaris.calendar_feed(slug, &feed.secret.reveal().replace('_', "-"), from(address), None));
    for number in 0..20 {
        let answer = match number % 3 {
            0 => guess("192.0.2.7", "kckps"),
            1 => guess("192.0.2.7", "nobody"),
            _ => code(world.polaris.public_calendar("nobody", from("192.0.2.7"), Patience::Wait)),
        };
        assert_eq!(answer, "NOT_FOUND");
    }
    assert_eq!((guess("192.0.2.7", "kckps"), guess("192.0.2.8", "kckps")), ("RATE_LIMIT_EXCEEDED", "NOT_FOUND"));
    let wrong_key = world.polaris.public_api("kckps", Some("plrs_guess"), from("192.0.2.7"), Patience::Wait);
    assert_eq!(code(wrong_key), "RATE_LIMIT_EXCEEDED", "they are counted together");
    assert_eq!(code(world.polaris.calendar_feed("kckps", feed.secret.reveal(), from("192.0.2.7"), None)), "ok");
    assert_eq!(code(world.polaris.public_calendar("kckps", from("192.0.2.7"), Patience::Wait)), "ok");
    world.clock.advance(TimeDelta::minutes(10));
    assert_eq!(guess("192.0.2.7", "kckps"), "NOT_FOUND");
}
