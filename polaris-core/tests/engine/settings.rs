//! P2: what is settled for a tenant, edited by the operator and by its admins (FR-TENANT-102), really stored and shown.

use std::collections::BTreeMap;

use polaris_core::types::Patch;
use polaris_core::{
    Actor, Branding, BrandingEdit, Config, Error, MailEdit, MailSettings, PageRequest, Polaris, Role, SettingsEdit, TenantEdit,
    TenantFilter, TenantHandle, Weights, json,
};

use super::support::{World, career_day, code, published, titled};

fn edit(text: &str) -> TenantEdit {
    json::read(text.as_bytes()).unwrap()
}

fn own(text: &str) -> SettingsEdit {
    json::read(text.as_bytes()).unwrap()
}

fn admin(world: &World) -> TenantHandle {
    world.as_role(Role::Admin)
}

/// Which fields are broken, and how.
fn broken<T: std::fmt::Debug>(answer: polaris_core::Result<T>) -> Vec<(String, &'static str)> {
    let error = answer.unwrap_err();
    assert_eq!(error.code(), "VALIDATION_FAILED", "{error}");
    error.fields().iter().map(|field| (field.field.clone(), field.code)).collect()
}

fn map(pairs: &[(&str, bool)]) -> BTreeMap<String, bool> {
    pairs.iter().map(|(name, on)| ((*name).to_owned(), *on)).collect()
}

const EVERYTHING: &str = r##"{
    "name": " Kansas City, Kansas ", "district": "KCKPS 500", "time_zone": "America/Denver",
    "features": {"recruitment": true, "volunteers": false, "newer_flag": true},
    "branding": {"colour": "#1A73E8", "logo_url": "https://kckps.org/logo.svg"},
    "portal": {"welcome": "Welcome!\r\nCome in.", "footer": "Questions? Call us."},
    "allowed_origins": ["https://KCKPS.org", "http://localhost:3000", "https://kckps.org:443"],
    "recruitment_weights": {"history": 20, "recency": 20, "skills": 20, "proximity": 20, "availability": 20},
    "waitlist": false, "mail": {"sender_name": " KCKPS Volunteers ", "reply_to": " Volunteers@KCKPS.org "}
}"##;

#[test]
fn every_field_is_stored_in_the_tenants_file_copied_to_lists_and_shown() {
    let world = World::new();
    world.clock.advance(chrono::TimeDelta::hours(1));
    let shown = world.platform().tenants().edit("kckps", &edit(EVERYTHING), None).unwrap();
    assert_eq!((shown.tenant.name.as_str(), shown.tenant.district.as_deref()), ("Kansas City, Kansas", Some("KCKPS 500")));
    assert_eq!(shown.tenant.time_zone.name(), "America/Denver");
    assert_eq!(
        shown.features,
        map(&[
            ("events", true),
            ("newer_flag", true),
            ("prepkc_visibility", false),
            ("recruitment", true),
            ("teachers", true),
            ("volunteers", false)
        ])
    );
    let branding = Branding { colour: Some("#1a73e8".into()), logo_url: Some("https://kckps.org/logo.svg".into()) };
    assert_eq!(shown.branding, branding);
    assert_eq!(shown.portal["welcome"], "Welcome!\nCome in.");
    assert_eq!(shown.allowed_origins, ["https://kckps.org", "http://localhost:3000"]);
    let even = Weights { history: 20, recency: 20, skills: 20, proximity: 20, availability: 20 };
    assert_eq!(shown.recruitment_weights, Some(even));
    let mail = MailSettings { sender_name: Some("KCKPS Volunteers".into()), reply_to: Some("Volunteers@KCKPS.org".into()) };
    assert_eq!((shown.waitlist, &shown.mail), (false, &mail));
    assert_eq!(shown.version, 2);
    assert_eq!(world.platform().tenants().get("kckps").unwrap(), shown, "what is answered is what is stored");
    // In another process as well, and after everything was closed.
    let fresh = Polaris::open(Config::at(world.root.path())).unwrap();
    assert_eq!(fresh.platform(Actor::System).unwrap().tenants().get("kckps").unwrap().branding, branding);
    let settings = fresh.tenant("kckps", Actor::System).unwrap().settings().unwrap();
    assert_eq!((settings.name.as_str(), settings.time_zone.name(), settings.version), ("Kansas City, Kansas", "America/Denver", 2));
    let q = Some("city, kansas".to_owned());
    let found = world.platform().tenants().list(&TenantFilter { q, state: None }, PageRequest::default()).unwrap();
    assert_eq!(found.items, [shown.tenant]);
    assert_eq!(world.platform().doctor().check().unwrap().findings, vec![]);
}

#[test]
fn what_is_left_out_stays_and_null_clears() {
    let world = World::new();
    let tenants = || world.platform().tenants().get("kckps").unwrap();
    let change = |text: &str| world.platform().tenants().edit("kckps", &edit(text), None).unwrap();
    change(EVERYTHING);
    let before = tenants();
    assert_eq!(change("{}"), before, "an edit that says nothing changes nothing");
    let after =
        change(r#"{"features": {"recruitment": null, "newer_flag": null}, "branding": {"colour": null}, "portal": {"footer": null}}"#);
    assert!(!after.features.contains_key("recruitment") && !after.features.contains_key("newer_flag"));
    assert!(!after.features["volunteers"], "other flags stay");
    assert_eq!((after.branding.colour.as_deref(), after.branding.logo_url.as_deref()), (None, Some("https://kckps.org/logo.svg")));
    assert_eq!(after.portal.keys().collect::<Vec<_>>(), ["welcome"]);
    assert_eq!(after.tenant.name, before.tenant.name);
    let cleared = change(
        r#"{"district": null, "branding": null, "portal": null, "allowed_origins": null, "recruitment_weights": null,
                             "waitlist": null, "mail": {"sender_name": null}}"#,
    );
    assert_eq!((cleared.tenant.district, cleared.branding, cleared.portal), (None, Branding::default(), BTreeMap::new()));
    assert_eq!((cleared.allowed_origins, cleared.recruitment_weights), (Vec::<String>::new(), None));
    assert!(cleared.waitlist, "on unless it says otherwise");
    assert_eq!((cleared.mail.sender_name, cleared.mail.reply_to.as_deref()), (None, Some("Volunteers@KCKPS.org")));
    assert_eq!(change(r#"{"mail": null}"#).mail, MailSettings::default());
    assert_eq!(change(r#"{"mail": {"sender_name": " ", "reply_to": " "}}"#).mail, MailSettings::default());
    change(r#"{"portal": {"welcome": "Hi"}, "district": "X"}"#);
    let blank = change(r#"{"portal": {"welcome": " \n "}, "district": "  ", "branding": {"colour": " "}}"#);
    assert_eq!((blank.tenant.district, blank.portal.len()), (None, 0), "blank is cleared");
}

#[test]
fn all_broken_fields_are_named_at_once_and_nothing_is_changed() {
    let world = World::new();
    let before = world.platform().tenants().get("kckps").unwrap();
    let bad = edit(
        r#"{"name": " ", "district": "two\nlines", "time_zone": "Central", "features": {"Bad-Flag": true},
            "branding": {"colour": "blue", "logo_url": "http://kckps.org/logo.svg"},
            "portal": {"Wel come": "x", "welcome": "a\u0000b"}, "allowed_origins": ["https://kckps.org", "kckps.org", "https://x/"],
            "recruitment_weights": {"history": 20, "recency": 20, "skills": 20, "proximity": 20, "availability": 21},
            "mail": {"sender_name": "KCKPS\r\nBcc: all@kckps.org", "reply_to": "Pat <pat@kckps.org>"}}"#,
    );
    let expected = [
        ("name", "REQUIRED"),
        ("district", "CONTROL_CHARACTERS"),
        ("features", "BAD_FLAG"),
        ("branding.colour", "BAD_COLOUR"),
        ("branding.logo_url", "BAD_URL"),
        ("portal", "BAD_NAME"),
        ("portal.welcome", "CONTROL_CHARACTERS"),
        ("time_zone", "UNKNOWN_TIME_ZONE"),
        ("allowed_origins[1]", "BAD_ORIGIN"),
        ("allowed_origins[2]", "BAD_ORIGIN"),
        ("recruitment_weights", "NOT_100"),
        ("mail.sender_name", "CONTROL_CHARACTERS"),
        ("mail.reply_to", "BAD_EMAIL"),
    ];
    let found = broken(world.platform().tenants().edit("kckps", &bad, None));
    assert_eq!(found.iter().map(|(field, code)| (field.as_str(), *code)).collect::<Vec<_>>(), expected);
    assert_eq!(world.platform().tenants().get("kckps").unwrap(), before);
}

#[test]
fn what_must_be_there_cannot_be_cleared_and_limits_hold() {
    let world = World::new();
    let tenants = world.platform();
    let tenants = tenants.tenants();
    let cleared = TenantEdit { name: Patch::Clear, time_zone: Patch::Clear, ..TenantEdit::default() };
    assert_eq!(broken(tenants.edit("kckps", &cleared, None)), [("name".into(), "REQUIRED"), ("time_zone".into(), "REQUIRED")]);
    let texts = |count: usize| {
        let texts = (0..count).map(|n| (format!("text_{n}"), Some("x".to_owned()))).collect();
        TenantEdit { portal: Patch::Set(texts), ..TenantEdit::default() }
    };
    tenants.edit("kckps", &texts(30), None).unwrap();
    let another = TenantEdit { portal: Patch::Set([("one_more".to_owned(), Some("x".to_owned()))].into()), ..TenantEdit::default() };
    assert_eq!(broken(tenants.edit("kckps", &another, None)), [("portal".into(), "TOO_MANY")]);
    assert_eq!(broken(tenants.edit("hickman", &texts(31), None)), [("portal".into(), "TOO_MANY")]);
    assert_eq!(broken(tenants.edit("hickman", &texts(10_000), None)), [("portal".into(), "TOO_MANY")]);
    let long = |length: usize| TenantEdit {
        portal: Patch::Set([("welcome".to_owned(), Some("x".repeat(length)))].into()),
        ..TenantEdit::default()
    };
    tenants.edit("hickman", &long(5_000), None).unwrap();
    assert_eq!(broken(tenants.edit("hickman", &long(5_001), None)), [("portal.welcome".into(), "TOO_LONG")]);
    let origins = |count: usize| TenantEdit {
        allowed_origins: Patch::Set((0..count).map(|n| format!("https://d{n}.org")).collect()),
        ..TenantEdit::default()
    };
    tenants.edit("hickman", &origins(50), None).unwrap();
    assert_eq!(broken(tenants.edit("hickman", &origins(51), None)), [("allowed_origins".into(), "TOO_MANY")]);
    let flags =
        |count: usize| TenantEdit { features: (0..count).map(|n| (format!("flag_{n}"), Some(true))).collect(), ..TenantEdit::default() };
    assert_eq!(broken(tenants.edit("hickman", &flags(51), None)), [("features".into(), "TOO_MANY")]);
    assert_eq!(broken(tenants.edit("hickman", &flags(50), None)), [("features".into(), "TOO_MANY")], "with those there are");
    let names = TenantEdit { name: Patch::Set("x".repeat(101)), district: Patch::Set("x".repeat(151)), ..TenantEdit::default() };
    assert_eq!(broken(tenants.edit("hickman", &names, None)), [("name".into(), "TOO_LONG"), ("district".into(), "TOO_LONG")]);
    let sender = |length: usize| {
        let mail = MailEdit { sender_name: Patch::Set("ł".repeat(length)), ..MailEdit::default() };
        TenantEdit { mail: Patch::Set(mail), ..TenantEdit::default() }
    };
    tenants.edit("hickman", &sender(100), None).unwrap();
    assert_eq!(broken(tenants.edit("hickman", &sender(101), None)), [("mail.sender_name".into(), "TOO_LONG")]);
}

#[test]
fn a_stale_version_is_a_conflict_and_the_present_one_is_not() {
    let world = World::new();
    let tenants = world.platform();
    let rename = |name: &str| TenantEdit { name: Patch::Set(name.into()), ..TenantEdit::default() };
    let first = tenants.tenants().edit("kckps", &rename("One"), Some(1)).unwrap();
    let stale = tenants.tenants().edit("kckps", &rename("Two"), Some(1)).unwrap_err();
    assert!(matches!(&stale, Error::Conflict(message) if message.contains("version 2 is current")), "{stale}");
    assert_eq!(code(admin(&world).administration().edit_settings(&own(r#"{"time_zone": "UTC"}"#), Some(1))), "CONFLICT");
    assert_eq!(admin(&world).administration().edit_settings(&own(r#"{"time_zone": "UTC"}"#), Some(first.version)).unwrap().version, 3);
    let again = admin(&world).administration().edit_settings(&own(r#"{"time_zone": "UTC"}"#), Some(3)).unwrap();
    assert_eq!(again.version, 3, "what changes nothing is no new version");
}

#[test]
fn admins_settle_what_is_theirs_and_not_what_is_the_operators() {
    let world = World::new();
    let edited = admin(&world)
        .administration()
        .edit_settings(
            &own(r##"{"time_zone": "America/Denver", "branding": {"colour": "#000000"}, "portal": {"welcome": "Hi"},
                    "allowed_origins": ["https://kckps.org"], "waitlist": false, "mail": {"reply_to": "help@kckps.org"}}"##),
            None,
        )
        .unwrap();
    assert_eq!(*admin(&world).administration().settings().unwrap(), edited);
    assert_eq!(world.platform().tenants().get("kckps").unwrap().tenant.time_zone.name(), "America/Denver", "lists follow");
    for theirs in [r#"{"name": "Mine"}"#, r#"{"district": "Mine"}"#, r#"{"features": {"recruitment": true}}"#] {
        let refused = json::read::<SettingsEdit>(theirs.as_bytes()).unwrap_err();
        assert_eq!(refused.code(), "BAD_REQUEST", "{theirs}");
    }
    assert_eq!(admin(&world).allowed_origins().unwrap(), ["https://kckps.org"]);
    assert_eq!(world.platform().doctor().check().unwrap().findings, vec![]);
}

#[test]
fn another_zone_concerns_new_events_only() {
    let world = World::new();
    let old = world.kckps().events().create(career_day()).unwrap();
    admin(&world).administration().edit_settings(&own(r#"{"time_zone": "America/Denver"}"#), None).unwrap();
    assert_eq!(world.kckps().events().get(old.id).unwrap(), old);
    let new = world.kckps().events().create(titled("Later", "2026-10-15T09:00")).unwrap();
    assert_eq!(
        (old.starts_at.to_rfc3339(), new.starts_at.to_rfc3339()),
        ("2026-10-15T09:00:00-05:00".into(), "2026-10-15T09:00:00-06:00".into())
    );
}

#[test]
fn a_feature_switched_off_closes_it_at_once_on_handles_that_are_open() {
    let world = World::new();
    let other = world.another();
    let (here, there) = (world.kckps(), other.tenant("kckps", Actor::System).unwrap());
    here.events().create(career_day()).unwrap();
    world.platform().tenants().edit("kckps", &edit(r#"{"features": {"events": false}}"#), None).unwrap();
    assert_eq!(code(here.events().create(career_day())), "FEATURE_DISABLED");
    assert_eq!(code(there.events().create(career_day())), "FEATURE_DISABLED");
    world.platform().tenants().edit("kckps", &edit(r#"{"features": {"events": null}}"#), None).unwrap();
    assert_eq!(code(there.events().create(career_day())), "ok", "on by default");
}

#[test]
fn the_public_sees_a_new_revision_after_an_edit_and_not_after_none() {
    let world = World::new();
    published(&world.kckps(), "A", "2026-10-15T09:00");
    let revision = || world.public().revision();
    let before = revision();
    world.platform().tenants().edit("kckps", &edit("{}"), None).unwrap();
    assert_eq!(revision(), before);
    world.platform().tenants().edit("kckps", &edit(r#"{"district": "Other"}"#), None).unwrap();
    let after = revision();
    assert!(after.settings > before.settings && after.public > before.public);
    let seen = world.public().list(&polaris_core::PublicStatus::Published, &polaris_core::EventFilter::default(), PageRequest::default());
    assert_eq!(seen.unwrap().value.items[0].district.as_deref(), Some("Other"));
}

#[test]
fn both_logs_tell_which_fields_were_changed_and_not_what_is_in_them() {
    let world = World::new();
    let edit = edit(r#"{"name": "Secretive", "features": {"recruitment": true}, "portal": {"welcome": "Call Pat at 555-0100"}}"#);
    world.platform().tenants().edit("kckps", &edit, None).unwrap();
    let expected = r#"{"fields":["name","features.recruitment","portal.welcome"],"version":2}"#;
    let last = |raw: rusqlite::Connection| -> (String, String, String) {
        let sql = "SELECT action, actor_name, details FROM audit_entries ORDER BY id DESC LIMIT 1";
        raw.query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).unwrap()
    };
    for raw in [world.raw("kckps"), world.raw_registry()] {
        assert_eq!(last(raw), ("tenant.edit".into(), "Robin".into(), expected.into()));
    }
    let edit = own(
        r#"{"branding": {"logo_url": "https://kckps.org/l"}, "waitlist": false, "mail": {"sender_name": "Pat", "reply_to": "pat@kckps.org"}}"#,
    );
    admin(&world).administration().edit_settings(&edit, None).unwrap();
    assert_eq!(
        last(world.raw("kckps")),
        (
            "settings.edit".into(),
            "Pat Lee".into(),
            r#"{"fields":["branding.logo_url","waitlist","mail.sender_name","mail.reply_to"],"version":3}"#.into()
        )
    );
}

#[test]
fn copies_that_a_crash_left_behind_are_settled_by_doctor_or_by_the_next_edit() {
    let world = World::new();
    // As if killed between the two files.
    world
        .raw("kckps")
        .execute_batch(
            "UPDATE settings SET name = 'New', time_zone = 'UTC', version = 2; UPDATE tenant SET settings_rev = settings_rev + 1",
        )
        .unwrap();
    let doctor = world.platform();
    assert_eq!(doctor.doctor().check().unwrap().findings.iter().filter(|found| found.mendable).count(), 2);
    world.platform().tenants().edit("kckps", &edit(r#"{"features": {"recruitment": true}}"#), None).unwrap();
    assert_eq!(doctor.doctor().check().unwrap().findings, vec![]);
    assert_eq!(world.platform().tenants().get("kckps").unwrap().tenant.name, "New");
}

#[test]
fn of_eight_who_edit_at_once_all_are_stored_and_the_lists_show_what_the_file_says() {
    let world = World::new();
    std::thread::scope(|scope| {
        for number in 0..8 {
            let world = &world;
            scope.spawn(move || {
                let edit = TenantEdit {
                    name: Patch::Set(format!("Name {number}")),
                    features: [(format!("flag_{number}"), Some(true))].into(),
                    ..TenantEdit::default()
                };
                world.platform().tenants().edit("kckps", &edit, None).unwrap();
            });
        }
    });
    let shown = world.platform().tenants().get("kckps").unwrap();
    assert_eq!(shown.version, 9);
    assert!((0..8).all(|number| shown.features[&format!("flag_{number}")]), "flags are merged");
    assert_eq!(world.platform().doctor().check().unwrap().findings, vec![], "the copies are those of the last");
}

#[test]
fn an_unknown_tenant_is_not_edited_and_a_deactivated_one_is() {
    let world = World::new();
    let tenants = world.platform();
    let tenants = tenants.tenants();
    for slug in ["nobody", "../kckps", "", "KCKPS"] {
        assert_eq!(code(tenants.edit(slug, &TenantEdit::default(), None)), "TENANT_NOT_FOUND", "{slug}");
    }
    assert_eq!(code(tenants.edit("nobody", &edit(r#"{"name": ""}"#), None)), "VALIDATION_FAILED", "what is broken comes first");
    tenants.deactivate("kckps", None).unwrap();
    let edited = tenants.edit("kckps", &edit(r#"{"name": "Still here"}"#), None).unwrap();
    assert_eq!((edited.tenant.name.as_str(), edited.tenant.state.as_str()), ("Still here", "inactive"));
    assert_eq!(tenants.get("kckps").unwrap(), edited);
    world.trash("hickman");
    assert_eq!(code(tenants.edit("hickman", &TenantEdit::default(), None)), "TENANT_NOT_FOUND");
    let branding = BrandingEdit::default();
    assert_eq!(branding.colour, Patch::Keep);
}

#[test]
fn in_memory_edits_are_stored_too() {
    let polaris = Polaris::in_memory().unwrap();
    super::support::fill(&polaris);
    let platform = polaris.platform(Actor::System).unwrap();
    let shown = platform.tenants().edit("kckps", &edit(EVERYTHING), None).unwrap();
    assert_eq!(platform.tenants().get("kckps").unwrap(), shown);
    assert_eq!(platform.tenants().list(&TenantFilter::default(), PageRequest::default()).unwrap().items[1], shown.tenant);
}
