//! M1, M2: the outbox is delivered: each mail once, again when it could not be, visibly given up in the end.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::Duration;

use chrono::TimeDelta;
use polaris_core::types::{MailId, MailState};
use polaris_core::{
    Actor, BackupRef, Config, Delivered, EventEdit, Mail, MailConfig, MailFilter, MailTransport, MailWorker, NewDelivery, NewEvent,
    NewRestore, NewTenant, PageRequest, Patch, Polaris, Role, TenantHandle,
};

use super::backups::back_up;
use super::support::{World, career_day, code, names, wait_until};

/// Signs people up for an event of a tenant and moves it, so that each of them gets a mail.
pub(super) fn queue(world: &World, slug: &str, people: &[&str]) {
    let tenant = world.polaris.tenant(slug, Actor::tenant_user(7, "Pat Lee", Role::Coordinator)).unwrap();
    let event = tenant.events().create(NewEvent { title: format!("For {}", people[0]), ..career_day() }).unwrap();
    let raw = world.raw(slug);
    let now = "2026-09-01T12:00:00.000Z";
    raw.execute_batch("BEGIN").unwrap();
    for person in people {
        let sql = "INSERT INTO volunteers (first_name, last_name, folded_name, email, folded_email, created_at, updated_at)
                   VALUES (?1, 'Lee', lower(?1), ?2, lower(?2), ?3, ?3)";
        raw.execute(sql, (person.split('@').next(), person, now)).unwrap();
        let sql = "INSERT INTO participations (event_id, volunteer_id, status, signed_up_at, created_at, updated_at)
                   VALUES (?1, last_insert_rowid(), 'confirmed', ?2, ?2, ?2)";
        raw.execute(sql, (event.id.get(), now)).unwrap();
    }
    raw.execute_batch("COMMIT").unwrap();
    drop(raw);
    let edit = EventEdit { location: Patch::Set("Library".into()), ..EventEdit::default() };
    assert_eq!(tenant.events().edit(event.id, edit, None).unwrap().notices.told as usize, people.len());
}

pub(super) fn deliver(polaris: &Polaris) -> Delivered {
    polaris.platform(Actor::System).unwrap().mails().deliver(&NewDelivery::default(), &mut |_| true).unwrap()
}

pub(super) fn mails_of(tenant: &TenantHandle, state: Option<&str>) -> Vec<Mail> {
    let filter = MailFilter { state: state.map(str::to_owned), ..MailFilter::default() };
    let mut mails = tenant.mails().list(&filter, PageRequest::new(1, 100).unwrap()).unwrap().items;
    mails.reverse();
    mails
}

pub(super) fn mails(world: &World, state: Option<&str>) -> Vec<Mail> {
    mails_of(&world.as_role(Role::Admin), state)
}

/// The mails in a folder, by whom they are to.
fn files(folder: &Path) -> BTreeMap<String, Vec<String>> {
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for name in names(folder) {
        assert!(name.ends_with(".eml"), "{name}");
        let mail = fs::read_to_string(folder.join(name)).unwrap();
        let to = mail.lines().find_map(|line| line.strip_prefix("To: ")).unwrap();
        let to = to.rsplit_once('<').map_or(to, |(_, to)| to.trim_end_matches('>'));
        found.entry(to.to_owned()).or_default().push(mail);
    }
    found
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn mails_become_files_in_the_data_directory_that_their_owner_alone_reads() {
    let world = World::new();
    queue(&world, "kckps", &["ann@example.org", "bo@example.org"]);
    queue(&world, "hickman", &["cy@example.org"]);
    let delivered = deliver(&world.polaris);
    assert_eq!(delivered, Delivered { sent: 3, ..Delivered::default() });
    let folder = world.root.path().join("mail");
    let files = files(&folder);
    assert_eq!(files.keys().collect::<Vec<_>>(), ["ann@example.org", "bo@example.org", "cy@example.org"]);
    assert!(files["ann@example.org"][0].contains("From: \"Kansas City Kansas\" <polaris@polaris.invalid>"));
    assert!(files["cy@example.org"][0].contains("From: \"Hickman Mills\" <polaris@polaris.invalid>"));
    assert_eq!(mode(&folder), 0o700);
    assert!(names(&folder).iter().all(|name| mode(&folder.join(name)) == 0o600));
    let sent = mails(&world, Some("sent"));
    assert_eq!(sent.len(), 2);
    assert!(
        sent.iter().all(|mail| mail.attempts == 1 && mail.sent_at.is_some() && mail.next_attempt_at.is_none() && mail.last_error.is_none())
    );
    assert_eq!(deliver(&world.polaris), Delivered::default(), "nothing comes twice");
    assert_eq!(world.platform().doctor().check().unwrap().findings, [], "and doctor knows the folder");
}

#[test]
fn whoever_looks_on_sees_those_that_wait_become_fewer() {
    let world = World::new();
    queue(&world, "kckps", &["ann@example.org", "bo@example.org", "cy@example.org"]);
    let mut seen = Vec::new();
    let mut look = |so_far: &Delivered| {
        seen.push((so_far.total(), so_far.waiting));
        true
    };
    world.platform().mails().deliver(&NewDelivery::default(), &mut look).unwrap();
    assert_eq!(seen, [(1, 2), (2, 1), (3, 0)]);
}

#[test]
fn switched_off_all_mails_wait_and_none_is_lost_however_long_it_takes() {
    let world = World::with(|config| config.mail.transport = MailTransport::None);
    queue(&world, "kckps", &["ann@example.org"]);
    world.clock.advance(TimeDelta::days(10));
    assert_eq!(deliver(&world.polaris), Delivered { waiting: 1, ..Delivered::default() });
    assert!(world.polaris.mail_status().unwrap().off);
    let waiting = mails(&world, None);
    assert_eq!((waiting[0].state, waiting[0].attempts), (MailState::Waiting, 0));
    assert!(!world.root.path().join("mail").exists());
    // Switched on again, each is tried at least once.
    assert_eq!(deliver(&world.another()).sent, 1);
}

#[test]
fn an_engine_in_memory_writes_nothing_anywhere_unless_it_is_told_where() {
    let polaris = Polaris::in_memory().unwrap();
    assert!(polaris.mail_status().unwrap().off);
    let place = tempfile::tempdir().unwrap();
    let mail = MailConfig { transport: MailTransport::Folder(Some(place.path().join("out"))), ..MailConfig::default() };
    let polaris = Polaris::builder(Config { mail, ..Config::at("") }).in_memory().unwrap();
    let platform = polaris.platform(Actor::System).unwrap();
    platform.tenants().create(NewTenant::new("kckps", "Kansas City Kansas")).unwrap();
    assert!(!polaris.mail_status().unwrap().off);
    assert_eq!(deliver(&polaris), Delivered::default());
}

#[test]
fn who_may_not_get_mails_gets_none_and_that_is_seen() {
    let world = World::with(|config| config.mail.allow = vec!["@trial.example".into(), "Bo@Example.org".into()]);
    queue(&world, "kckps", &["ann@example.org", "bo@example.org", "cy@TRIAL.example"]);
    assert_eq!(deliver(&world.polaris), Delivered { sent: 2, held: 1, ..Delivered::default() });
    let held = mails(&world, Some("held"));
    assert_eq!(held[0].recipient.as_str(), "ann@example.org");
    assert!(held[0].last_error.as_ref().unwrap().contains("mail_allow"), "{:?}", held[0].last_error);
    assert_eq!(held[0].attempts, 0);
    // Once they may, it is sent.
    let opened = world.another();
    let admin = opened.tenant("kckps", Actor::tenant_user(1, "Kim", Role::Admin)).unwrap();
    assert_eq!(admin.mails().retry_all().unwrap().mails, 1);
    assert_eq!(deliver(&opened).sent, 1);
}

#[test]
fn two_who_deliver_at_once_send_each_mail_once() {
    let world = World::new();
    let people: Vec<String> = (0..120).map(|number| format!("person{number}@example.org")).collect();
    queue(&world, "kckps", &people.iter().map(String::as_str).collect::<Vec<_>>());
    let engines = [world.another(), world.another(), world.polaris.clone()];
    let sent: u64 = std::thread::scope(|scope| {
        let workers: Vec<_> = engines.iter().map(|engine| scope.spawn(move || deliver(engine).sent)).collect();
        workers.into_iter().map(|worker| worker.join().unwrap()).sum()
    });
    assert_eq!(sent, 120);
    let files = files(&world.root.path().join("mail"));
    assert_eq!(files.len(), 120);
    let attempts: u32 = mails(&world, None).iter().map(|mail| mail.attempts).sum();
    assert_eq!(attempts, 100, "of the hundred on the page, each was tried once");
}

#[test]
fn a_mail_that_was_cut_off_is_taken_up_again_when_its_time_is_over() {
    let world = World::new();
    queue(&world, "kckps", &["ann@example.org"]);
    // As a crash leaves it.
    world.raw("kckps").execute("UPDATE outbox SET state = 'sending', attempts = 1, taken_until = '2026-09-01T12:20:00.000Z'", []).unwrap();
    assert_eq!(deliver(&world.polaris).total(), 0, "it is somebody's");
    assert_eq!(code(world.as_role(Role::Admin).mails().retry(MailId::new(1))), "INVALID_TRANSITION");
    world.clock.advance(TimeDelta::minutes(20));
    assert_eq!(deliver(&world.polaris).sent, 1);
    assert_eq!(mails(&world, None)[0].attempts, 2);
}

#[test]
fn a_mail_that_is_cut_off_again_and_again_is_given_up_in_the_end() {
    let world = World::new();
    queue(&world, "kckps", &["ann@example.org"]);
    world
        .raw("kckps")
        .execute("UPDATE outbox SET state = 'sending', attempts = 200, taken_until = '2026-09-04T12:00:00.000Z'", [])
        .unwrap();
    world.clock.advance(TimeDelta::days(3));
    assert_eq!(deliver(&world.polaris).sent, 0);
    let failed = mails(&world, Some("failed"));
    assert!(failed[0].last_error.as_ref().unwrap().contains("cut off"), "{:?}", failed[0].last_error);
}

#[test]
fn a_mail_that_cant_be_composed_keeps_no_other_from_being_sent() {
    let world = World::new();
    queue(&world, "kckps", &["ann@example.org", "bo@example.org"]);
    world.raw("kckps").execute("UPDATE outbox SET kind = 'of_a_later_version' WHERE id = 1", []).unwrap();
    queue(&world, "hickman", &["cy@example.org"]);
    let delivered = deliver(&world.polaris);
    assert_eq!((delivered.sent, delivered.postponed), (2, 1));
    let (state, attempts, error): (String, u32, String) = world
        .raw("kckps")
        .query_row("SELECT state, attempts, last_error FROM outbox WHERE id = 1", [], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .unwrap();
    assert_eq!((state.as_str(), attempts), ("waiting", 1));
    assert!(error.starts_with("it can't be composed") && !error.contains('@'), "{error}");
    for _ in 0..40 {
        world.clock.advance(TimeDelta::hours(2) + TimeDelta::minutes(25));
        deliver(&world.polaris);
    }
    let state: String = world.raw("kckps").query_row("SELECT state FROM outbox WHERE id = 1", [], |row| row.get(0)).unwrap();
    assert_eq!(state, "failed");
}

#[test]
fn a_tenant_with_many_mails_keeps_nobody_waiting_and_a_broken_one_neither() {
    let world = World::new();
    let people: Vec<String> = (0..70).map(|number| format!("person{number}@example.org")).collect();
    queue(&world, "hickman", &people.iter().map(String::as_str).collect::<Vec<_>>());
    queue(&world, "kckps", &["ann@example.org"]);
    let mut order = Vec::new();
    let platform = world.platform();
    let mails = platform.mails();
    mails
        .deliver(&NewDelivery::default(), &mut |_| {
            order = names(&world.root.path().join("mail"));
            !order.iter().any(|name| name.starts_with("kckps"))
        })
        .unwrap();
    assert!(order.len() <= 21, "{} were sent before the other's", order.len());
    fs::write(world.file("kckps"), b"no database").unwrap();
    let fresh = world.another();
    let delivered = deliver(&fresh);
    assert_eq!((delivered.sent, delivered.tenants_failed), (50, 1));
}

#[test]
fn one_tenants_mails_can_be_delivered_alone_and_inactive_tenants_send_nothing() {
    let world = World::new();
    queue(&world, "kckps", &["ann@example.org"]);
    queue(&world, "hickman", &["cy@example.org"]);
    let platform = world.platform();
    let only = |tenant: &str| platform.mails().deliver(&NewDelivery { tenant: Some(tenant.into()) }, &mut |_| true);
    assert_eq!(only("hickman").unwrap().sent, 1);
    assert_eq!(code(only("nobody")), "TENANT_NOT_FOUND");
    assert_eq!(code(only("../x")), "TENANT_NOT_FOUND");
    platform.tenants().deactivate("kckps", None).unwrap();
    assert_eq!(deliver(&world.polaris), Delivered::default());
    platform.tenants().reactivate("kckps", None).unwrap();
    assert_eq!(deliver(&world.polaris).sent, 1);
}

#[test]
fn mails_that_waited_in_a_backup_are_held_when_it_is_put_back() {
    let world = World::new();
    queue(&world, "kckps", &["ann@example.org", "bo@example.org"]);
    let backup = back_up(&world);
    assert_eq!(deliver(&world.polaris).sent, 2);
    world.platform().tenants().deactivate("kckps", None).unwrap();
    let restore = NewRestore { tenant: "kckps".into(), activate: true, unknown: false };
    world.platform().backups().restore(&BackupRef::named(&backup.name), &restore).unwrap();
    assert_eq!(deliver(&world.polaris).sent, 0, "nothing is sent a second time");
    let held = mails(&world, Some("held"));
    assert_eq!(held.len(), 2);
    assert!(held[0].last_error.as_ref().unwrap().contains("backup"));
    assert_eq!(world.as_role(Role::Admin).mails().retry(held[0].id).unwrap().state, MailState::Waiting);
    assert_eq!(deliver(&world.polaris).sent, 1);
}

#[test]
fn mails_settled_long_ago_are_forgotten_with_their_addresses() {
    let world = World::with(|config| config.mail.allow = vec!["ann@example.org".into()]);
    queue(&world, "kckps", &["ann@example.org", "bo@example.org"]);
    deliver(&world.polaris);
    world.clock.advance(TimeDelta::days(89));
    deliver(&world.polaris);
    assert_eq!(mails(&world, None).len(), 2);
    world.clock.advance(TimeDelta::days(2));
    deliver(&world.another());
    assert_eq!(mails(&world, None).len(), 0);
    assert_eq!(code(world.as_role(Role::Admin).mails().get(MailId::new(1))), "MAIL_NOT_FOUND");
}

#[test]
fn admins_alone_see_the_outbox_and_what_they_try_again_is_in_the_log() {
    let world = World::with(|config| config.mail.allow = vec!["nobody@example.org".into()]);
    queue(&world, "kckps", &["ann@example.org"]);
    deliver(&world.polaris);
    for role in [Role::Coordinator, Role::VirtualAdmin, Role::Viewer] {
        let tenant = world.as_role(role);
        assert_eq!(code(tenant.mails().list(&MailFilter::default(), PageRequest::default())), "FORBIDDEN");
        assert_eq!(code(tenant.mails().get(MailId::new(1))), "FORBIDDEN");
        assert_eq!(code(tenant.mails().retry(MailId::new(1))), "FORBIDDEN");
        assert_eq!(code(tenant.mails().retry_all()), "FORBIDDEN");
    }
    let admin = world.as_role(Role::Admin);
    for (filter, found) in [
        (MailFilter { state: Some("held".into()), ..MailFilter::default() }, 1),
        (MailFilter { kind: Some("event_changed".into()), event: Some(1), volunteer: Some(1), ..MailFilter::default() }, 1),
        (MailFilter { kind: Some("outreach".into()), ..MailFilter::default() }, 0),
        (MailFilter { event: Some(9), ..MailFilter::default() }, 0),
    ] {
        assert_eq!(admin.mails().list(&filter, PageRequest::default()).unwrap().total, found, "{filter:?}");
    }
    for (filter, field) in [
        (MailFilter { state: Some("lost".into()), ..MailFilter::default() }, "state"),
        (MailFilter { kind: Some("love letter".into()), ..MailFilter::default() }, "kind"),
    ] {
        let error = admin.mails().list(&filter, PageRequest::default()).unwrap_err();
        assert!(error.code() == "BAD_REQUEST" && error.to_string().starts_with(field), "{error}");
    }
    admin.mails().retry(MailId::new(1)).unwrap();
    let log = admin.audit().list(&Default::default(), PageRequest::default()).unwrap();
    assert_eq!((log.items[0].action.as_str(), log.items[0].resource_id.as_deref()), ("mail.retry", Some("1")));
    assert!(!log.items[0].details.to_string().contains('@'));
    assert!(!format!("{:?}", mails(&world, None)).contains('@'), "and no address in what is printed of mails");
}

#[test]
fn the_worker_sends_at_once_what_is_queued_here_and_soon_what_others_queue_and_stops() {
    let world = World::new();
    let worker = MailWorker::start(&world.polaris).unwrap();
    assert!(world.polaris.mail_status().unwrap().worker);
    queue(&world, "kckps", &["ann@example.org"]);
    wait_until("it is sent", || mails(&world, Some("sent")).len() == 1);
    let other = World { polaris: world.another(), ..world };
    queue(&other, "hickman", &["cy@example.org"]);
    let hickman = other.polaris.tenant("hickman", Actor::System).unwrap();
    wait_until("that of another process is sent", || mails_of(&hickman, Some("sent")).len() == 1);
    assert!(worker.stop(Duration::from_secs(10)));
}
