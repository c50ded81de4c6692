//! U2, U4, P6: one's own sessions, and what `session` tells.

use chrono::TimeDelta;
use polaris_core::operations::{Feature, Permission};
use polaris_core::types::SessionId;
use polaris_core::{NewSupport, Platform};

use super::people::{caller, entries, house, inside, log_in, staff_log_in};
use super::support::{World, code};

#[test]
fn a_session_ends_after_eight_idle_hours_and_after_thirty_days_in_any_case_u2() {
    let world = house();
    let pat = log_in(&world, "patlee");
    world.clock.advance(TimeDelta::hours(8) - TimeDelta::milliseconds(1));
    assert_eq!(code(caller(&world, &pat)), "ok");
    world.clock.advance(TimeDelta::hours(8) - TimeDelta::milliseconds(1));
    assert_eq!(code(caller(&world, &pat)), "ok", "its use was noted");
    for _ in 0..89 {
        world.clock.advance(TimeDelta::hours(8) - TimeDelta::minutes(1));
        let _ = caller(&world, &pat);
    }
    world.clock.set(pat.expires_at - TimeDelta::milliseconds(1));
    assert_eq!(code(caller(&world, &pat)), "ok");
    world.clock.set(pat.expires_at);
    assert_eq!(code(caller(&world, &pat)), "UNAUTHENTICATED");
    let idle = log_in(&world, "patlee");
    world.clock.advance(TimeDelta::hours(8));
    assert_eq!(code(caller(&world, &idle)), "UNAUTHENTICATED");
    log_in(&world, "kim@kckps.org");
    let left: i64 = world.raw("kckps").query_row("SELECT count(*) FROM sessions", [], |row| row.get(0)).unwrap();
    assert_eq!(left, 1, "those that have ended are removed at the next log-in");
}

#[test]
fn use_is_noted_at_most_every_five_minutes() {
    let world = house();
    let pat = log_in(&world, "patlee");
    let last = || inside(&world, &pat).sessions().list().unwrap()[0].last_used_at;
    let began = last();
    world.clock.advance(TimeDelta::minutes(5));
    assert_eq!(last(), began);
    world.clock.advance(TimeDelta::milliseconds(1));
    assert_eq!(last() - began, TimeDelta::minutes(5) + TimeDelta::milliseconds(1));
}

#[test]
fn users_see_and_end_their_own_sessions_and_no_other_u2() {
    let world = house();
    let (first, second, kim) = (log_in(&world, "patlee"), log_in(&world, "patlee"), log_in(&world, "kim@kckps.org"));
    let pat = inside(&world, &first);
    let listed = pat.sessions().list().unwrap();
    let seen: Vec<_> = listed.iter().map(|session| (session.id, session.current, session.address.as_deref())).collect();
    assert_eq!(seen, [(second.session, false, Some("192.0.2.7")), (first.session, true, Some("192.0.2.7"))]);
    for other in [kim.session, SessionId::new(99), SessionId::new(-1)] {
        assert_eq!(code(pat.sessions().end(other)), "SESSION_NOT_FOUND");
    }
    pat.sessions().end(second.session).unwrap();
    assert_eq!((code(caller(&world, &second)), code(caller(&world, &first)), code(caller(&world, &kim))), ("UNAUTHENTICATED", "ok", "ok"));
    let (third, fourth) = (log_in(&world, "patlee"), log_in(&world, "patlee"));
    assert_eq!(pat.sessions().end_others().unwrap(), 2);
    assert_eq!(
        (code(caller(&world, &third)), code(caller(&world, &fourth)), code(caller(&world, &first))),
        ("UNAUTHENTICATED", "UNAUTHENTICATED", "ok")
    );
    assert_eq!(code(caller(&world, &kim)), "ok");
}

#[test]
fn a_session_ends_with_log_out_and_with_its_account() {
    let world = house();
    let (first, second) = (log_in(&world, "patlee"), log_in(&world, "patlee"));
    let handle = inside(&world, &first);
    handle.sessions().log_out().unwrap();
    assert_eq!(code(caller(&world, &first)), "UNAUTHENTICATED");
    assert_eq!(code(handle.sessions().log_out()), "UNAUTHENTICATED", "it has ended");
    world.raw("kckps").execute("UPDATE users SET active = 0 WHERE id = 1", []).unwrap();
    assert_eq!(code(caller(&world, &second)), "UNAUTHENTICATED");
    let told: Vec<_> = entries(&world.raw("kckps")).into_iter().filter(|entry| entry.0 == "session.log_out").collect();
    assert_eq!(told.len(), 1);
    assert_eq!((told[0].1.as_str(), told[0].3.as_str()), ("tenant_user", "session 1"));
}

#[test]
fn whoever_opens_sessions_without_end_keeps_the_latest_hundred() {
    let world = house();
    let first = log_in(&world, "patlee");
    for number in 0..100 {
        world
            .raw("kckps")
            .execute(
                "INSERT INTO sessions (token_hash, user_id, created_at, last_used_at, expires_at)
                 VALUES (printf('%064d', ?1), 1, '2026-09-01T12:00:00.001Z', '2026-09-01T12:00:00.001Z', '2026-10-01T12:00:00.000Z')",
                [number],
            )
            .unwrap();
    }
    world.clock.advance(TimeDelta::minutes(1));
    let last = log_in(&world, "patlee");
    assert_eq!(code(caller(&world, &first)), "UNAUTHENTICATED");
    assert_eq!(inside(&world, &last).sessions().list().unwrap().len(), 100);
}

// FR-TENANT-112.
#[test]
fn session_tells_who_where_what_may_be_done_and_what_is_on_u4() {
    let world = house();
    let pat = log_in(&world, "patlee");
    let navigation = inside(&world, &pat).sessions().current().unwrap();
    let who = &navigation.who;
    assert_eq!((who.kind, who.id, who.name.as_deref(), who.role), ("tenant_user", Some(1), Some("Pat Lee"), Some("coordinator")));
    assert_eq!((navigation.tenant.as_str(), navigation.tenant_name.as_str()), ("kckps", "Kansas City Kansas"));
    assert!(navigation.permissions.contains(&Permission::ManageEvents));
    assert!(!navigation.permissions.contains(&Permission::Administer));
    assert_eq!(navigation.features, [Feature::Events, Feature::Volunteers, Feature::Teachers]);
    assert_eq!(navigation.session.unwrap().id, pat.session);
    let raw = world.raw("kckps");
    raw.execute_batch(
        "BEGIN IMMEDIATE; UPDATE settings SET features = json_set(features, '$.events', json('false')), branding = '{\"colour\":\"#003366\"}';
         UPDATE tenant SET settings_rev = settings_rev + 1; COMMIT",
    )
    .unwrap();
    let navigation = inside(&world, &pat).sessions().current().unwrap();
    assert_eq!(navigation.features, [Feature::Volunteers, Feature::Teachers], "what is off is hidden");
    assert_eq!(navigation.branding.colour.as_deref(), Some("#003366"));
}

fn on_platform(world: &World, token: &polaris_core::LoggedIn) -> Platform {
    world.polaris.platform(world.polaris.staff_session(token.token.reveal()).unwrap()).unwrap()
}

#[test]
fn staff_see_who_they_are_and_where_they_have_entered_and_leave_it_all_by_logging_out_p7() {
    let world = house();
    let ash = staff_log_in(&world, "ash@prepkc.org");
    let platform = on_platform(&world, &ash);
    for slug in ["kckps", "hickman"] {
        platform.support().enter(&NewSupport { tenant: slug.into(), reason: None }).unwrap();
    }
    let navigation = platform.own_sessions().current().unwrap();
    assert_eq!((navigation.who.kind, navigation.who.name.as_deref(), navigation.who.role), ("staff", Some("Ash Doe"), Some("admin")));
    assert_eq!(navigation.entered.iter().map(ToString::to_string).collect::<Vec<_>>(), ["hickman", "kckps"]);
    assert!(navigation.permissions.contains(&Permission::ManagePlatform));
    assert_eq!(navigation.session.unwrap().id, ash.session);
    platform.own_sessions().log_out().unwrap();
    assert_eq!(code(world.polaris.staff_session(ash.token.reveal())), "UNAUTHENTICATED");
    assert_eq!(code(caller(&world, &ash)), "UNAUTHENTICATED");
    for raw in [world.raw("kckps"), world.raw("hickman")] {
        let actions: Vec<_> = entries(&raw).into_iter().map(|entry| entry.0).collect();
        assert_eq!(actions, ["support.enter", "support.leave"], "audited in the tenant");
    }
    let left = entries(&world.raw_registry()).into_iter().filter(|entry| entry.0 == "support.leave").count();
    assert_eq!(left, 2, "and with the operator");
}

#[test]
fn staff_end_their_own_sessions_and_no_other_p6() {
    let world = house();
    let (first, second, sam) =
        (staff_log_in(&world, "ash@prepkc.org"), staff_log_in(&world, "ash@prepkc.org"), staff_log_in(&world, "sam@prepkc.org"));
    on_platform(&world, &second).support().enter(&NewSupport { tenant: "kckps".into(), reason: None }).unwrap();
    let platform = on_platform(&world, &first);
    assert_eq!(platform.own_sessions().list().unwrap().len(), 2);
    assert_eq!(code(platform.own_sessions().end(sam.session)), "SESSION_NOT_FOUND");
    platform.own_sessions().end(second.session).unwrap();
    assert_eq!(code(world.polaris.staff_session(second.token.reveal())), "UNAUTHENTICATED");
    let actions: Vec<_> = entries(&world.raw("kckps")).into_iter().map(|entry| entry.0).collect();
    assert_eq!(actions, ["support.enter", "support.leave"]);
    staff_log_in(&world, "ash@prepkc.org");
    assert_eq!(platform.own_sessions().end_others().unwrap(), 1);
    assert_eq!(code(world.polaris.staff_session(sam.token.reveal())), "ok");
}
