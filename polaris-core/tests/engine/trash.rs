//! P4: a deleted tenant lies in the trash, whole, until it is taken back or purged; its slug is taken until then.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use polaris_core::types::EventId;
use polaris_core::{Actor, Error, NewTenant, Page, PageRequest, Polaris, Tenant, TenantFilter, TenantState};

use super::support::{World, career_day, code, fill, names, raw, wait_until};

fn listed(world: &World, state: Option<TenantState>) -> Page<Tenant> {
    world.platform().tenants().list(&TenantFilter { q: None, state }, PageRequest::default()).unwrap()
}

fn slugs(world: &World, state: Option<TenantState>) -> Vec<String> {
    listed(world, state).items.into_iter().map(|tenant| tenant.slug.to_string()).collect()
}

fn trash(world: &World) -> Vec<String> {
    names(&world.root.path().join("trash"))
}

fn in_trash(world: &World) -> PathBuf {
    world.root.path().join("trash").join(&trash(world)[0])
}

/// What the registry notes of hickman: its state and its name in the trash.
fn noted(world: &World) -> Option<(String, Option<String>)> {
    let sql = "SELECT state, trashed_as FROM tenants WHERE slug = 'hickman'";
    world.raw_registry().query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?))).ok()
}

fn actions(world: &World) -> Vec<(String, String)> {
    let raw = world.raw_registry();
    let sql = "SELECT action, outcome FROM audit_entries WHERE action IN ('tenant.delete', 'tenant.undelete', 'tenant.purge') ORDER BY id";
    let mut statement = raw.prepare(sql).unwrap();
    statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap().map(Result::unwrap).collect()
}

fn done(action: &str) -> (String, String) {
    (action.to_owned(), "done".to_owned())
}

#[test]
fn a_deleted_tenant_is_moved_to_the_trash_with_its_date_and_all_it_holds() {
    let world = World::new();
    let event = world.polaris.tenant("hickman", Actor::System).unwrap().events().create(career_day()).unwrap();
    world.platform().tenants().deactivate("hickman", None).unwrap();
    world.clock.advance(chrono::TimeDelta::minutes(90));
    let deleted = world.platform().tenants().delete("hickman", "hickman").unwrap();
    assert_eq!((deleted.state, deleted.updated_at), (TenantState::Trashed, world.polaris.now()));
    assert_eq!(trash(&world), ["polaris_hickman.20260901T133000000Z.db"]);
    assert!(!world.names().iter().any(|name| name.starts_with("polaris_hickman")), "no log, no journal: {:?}", world.names());
    let title: String =
        raw(&in_trash(&world)).query_row("SELECT title FROM events WHERE id = ?1", [event.id.get()], |row| row.get(0)).unwrap();
    assert_eq!(title, "Career Day");
    assert_eq!((slugs(&world, None), slugs(&world, Some(TenantState::Trashed))), (vec!["kckps".into()], vec!["hickman".into()]));
    assert_eq!(code(world.polaris.tenant("hickman", Actor::System)), "TENANT_NOT_FOUND");
    assert_eq!(code(world.enter("hickman", Some(world.key_of_hickman()))), "TENANT_NOT_FOUND");
    let tenants = world.platform();
    let tenants = tenants.tenants();
    for answer in [code(tenants.get("hickman")), code(tenants.deactivate("hickman", None)), code(tenants.reactivate("hickman", None))] {
        assert_eq!(answer, "TENANT_NOT_FOUND");
    }
    assert_eq!(actions(&world), [done("tenant.delete")]);
    assert_eq!(world.platform().doctor().check().unwrap().findings, vec![]);
    use std::os::unix::fs::MetadataExt;
    assert_eq!(fs::metadata(in_trash(&world)).unwrap().mode() & 0o777, 0o600);
}

#[test]
fn only_an_inactive_tenant_that_is_named_twice_is_deleted() {
    let world = World::new();
    let tenants = world.platform();
    let tenants = tenants.tenants();
    let active = tenants.delete("hickman", "hickman").unwrap_err();
    assert!(matches!(&active, Error::InvalidTransition { from: "active", to: "trashed", reason, .. } if reason == "deactivate it first"));
    tenants.deactivate("hickman", None).unwrap();
    for confirm in ["", "kckps", "Hickman", "hickman ", "yes"] {
        let error = tenants.delete("hickman", confirm).unwrap_err();
        assert_eq!(
            (error.code(), error.fields()[0].field.as_str(), error.fields()[0].code),
            ("VALIDATION_FAILED", "confirm", "NOT_CONFIRMED")
        );
    }
    for slug in ["nobody", "../kckps", ""] {
        assert_eq!(code(tenants.delete(slug, slug)), "TENANT_NOT_FOUND");
    }
    assert_eq!((trash(&world), noted(&world).unwrap().0.as_str()), (vec![], "inactive"));
    assert_eq!(actions(&world), []);
    tenants.delete("hickman", "hickman").unwrap();
    assert_eq!(code(tenants.delete("hickman", "hickman")), "INVALID_TRANSITION");
}

#[test]
fn what_its_own_file_says_counts_not_the_registrys_copy() {
    let world = World::new();
    // As if a reactivation had been cut off.
    world.raw_registry().execute("UPDATE tenants SET state = 'inactive' WHERE slug = 'hickman'", []).unwrap();
    assert_eq!(code(world.platform().tenants().delete("hickman", "hickman")), "INVALID_TRANSITION");
    assert_eq!((trash(&world), noted(&world).unwrap().0.as_str()), (vec![], "inactive"));
    world.platform().doctor().mend().unwrap();
    assert_eq!(code(world.polaris.tenant("hickman", Actor::System)), "ok");
}

#[test]
fn another_tenants_file_under_its_name_is_not_deleted() {
    let world = World::new();
    world.platform().tenants().deactivate("hickman", None).unwrap();
    fs::copy(world.file("kckps"), world.file("hickman")).unwrap();
    assert_eq!(code(world.platform().tenants().delete("hickman", "hickman")), "UNAVAILABLE");
    assert!(world.file("hickman").exists() && trash(&world).is_empty());
}

#[test]
fn a_program_that_has_the_file_open_prevents_it_until_it_closes() {
    let world = World::with(|config| config.deadline = Duration::from_millis(400));
    world.platform().tenants().deactivate("hickman", None).unwrap();
    let stranger = world.raw("hickman");
    let _: i64 = stranger.query_row("SELECT count(*) FROM events", [], |row| row.get(0)).unwrap();
    let refused = world.platform().tenants().delete("hickman", "hickman").unwrap_err();
    assert!(matches!(&refused, Error::Conflict(message) if message.contains("file open")), "{refused}");
    assert_eq!((trash(&world), noted(&world).unwrap().0.as_str(), actions(&world)), (vec![], "inactive", vec![]));
    drop(stranger);
    world.platform().tenants().delete("hickman", "hickman").unwrap();
}

#[test]
fn engines_that_have_it_open_let_go_within_seconds_though_they_hold_and_use_handles() {
    let world = World::new();
    let other = world.another();
    let handles = [world.polaris.tenant("hickman", Actor::System).unwrap(), other.tenant("hickman", Actor::System).unwrap()];
    let idle = other.tenant("hickman", Actor::System).unwrap();
    idle.settings().unwrap();
    let stop = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        for handle in &handles {
            let stop = &stop;
            scope.spawn(move || {
                while !stop.load(std::sync::atomic::Ordering::Relaxed) {
                    let _ = handle.events().create(career_day());
                    std::thread::sleep(Duration::from_millis(7));
                }
            });
        }
        world.platform().tenants().deactivate("hickman", None).unwrap();
        let deleted = world.platform().tenants().delete("hickman", "hickman");
        stop.store(true, std::sync::atomic::Ordering::Relaxed);
        deleted.unwrap();
    });
    for handle in handles.iter().chain([&idle]) {
        assert_ne!(code(handle.events().create(career_day())), "ok");
        assert_ne!(code(handle.events().get(EventId::new(1))), "ok");
    }
    assert!(!world.names().iter().any(|name| name.starts_with("polaris_hickman")), "{:?}", world.names());
}

#[test]
fn it_is_taken_back_from_the_trash_deactivated_and_whole() {
    let world = World::new();
    let hickman = world.polaris.tenant("hickman", Actor::System).unwrap();
    let event = hickman.events().create(career_day()).unwrap();
    world.trash("hickman");
    let back = world.platform().tenants().undelete("hickman").unwrap();
    assert_eq!((back.state, trash(&world)), (TenantState::Inactive, vec![]));
    assert_eq!(noted(&world), Some(("inactive".into(), None)));
    assert_eq!(code(world.polaris.tenant("hickman", Actor::System)), "TENANT_INACTIVE");
    world.platform().tenants().reactivate("hickman", None).unwrap();
    assert_eq!(hickman.events().get(event.id).unwrap(), event, "even the handle from before works again");
    assert_eq!(code(world.enter("hickman", Some(world.key_of_hickman()))), "ok");
    assert_eq!(code(world.platform().tenants().undelete("hickman")), "INVALID_TRANSITION");
    assert_eq!(code(world.platform().tenants().undelete("nobody")), "TENANT_NOT_FOUND");
    assert_eq!(actions(&world), [done("tenant.delete"), done("tenant.undelete")]);
    assert_eq!(world.platform().doctor().check().unwrap().findings, vec![]);
    world.trash("hickman");
    assert_eq!(trash(&world).len(), 1, "and deleted again");
}

#[test]
fn purging_removes_it_for_good_and_only_then_its_slug_is_free() {
    let world = World::new();
    world.trash("hickman");
    let create = || world.platform().tenants().create(NewTenant::new("hickman", "Another"));
    let taken = create().unwrap_err();
    assert!(matches!(&taken, Error::Conflict(message) if message.contains("polaris tenant purge hickman")), "{taken}");
    assert_eq!(trash(&world).len(), 1, "nothing of the one in the trash was touched");
    let tenants = world.platform();
    assert_eq!(code(tenants.tenants().purge("hickman", "kckps")), "VALIDATION_FAILED");
    assert_eq!(code(tenants.tenants().purge("nobody", "nobody")), "TENANT_NOT_FOUND");
    assert_eq!(code(tenants.tenants().purge("kckps", "kckps")), "INVALID_TRANSITION", "only what is in the trash");
    tenants.tenants().purge("hickman", "hickman").unwrap();
    assert_eq!((trash(&world), noted(&world), listed(&world, Some(TenantState::Trashed)).total), (vec![], None, 0));
    assert_eq!(code(tenants.tenants().purge("hickman", "hickman")), "TENANT_NOT_FOUND");
    let expected = [done("tenant.delete"), ("tenant.purge".into(), "pending".into()), done("tenant.purge")];
    assert_eq!(actions(&world), expected);
    let created = create().unwrap();
    assert_eq!(created.tenant.name, "Another");
    assert_eq!(world.platform().doctor().check().unwrap().findings, vec![]);
}

#[test]
fn purging_leaves_no_earlier_state_of_the_tenant_and_touches_no_others() {
    let world = World::new();
    world.trash("hickman");
    let put = |name: &str| fs::write(world.root.path().join("trash").join(name), "x").unwrap();
    let others = ["polaris_hickman-2.20260101T000000000Z.db", "replaced_kckps.20260101T000000000Z.db"];
    others.iter().for_each(|name| put(name));
    ["replaced_hickman.20260101T000000000Z.db", "replaced_hickman.20260101T000000000Z.db-wal"].iter().for_each(|name| put(name));
    world.platform().tenants().purge("hickman", "hickman").unwrap();
    assert_eq!(trash(&world), others);
}

#[test]
fn a_slug_used_again_is_another_tenant_to_every_handle_and_key_from_before() {
    let world = World::new();
    let other = world.another();
    let old = [world.polaris.tenant("hickman", Actor::System).unwrap(), other.tenant("hickman", Actor::System).unwrap()];
    let event = old[0].events().create(career_day()).unwrap();
    old[1].events().get(event.id).unwrap();
    world.trash("hickman");
    world.platform().tenants().purge("hickman", "hickman").unwrap();
    let created = world.platform().tenants().create(NewTenant::new("hickman", "Another")).unwrap();
    assert_ne!(created.tenant.id, old[0].id());
    // The numbers begin anew, so that the old handles would find something if they could.
    let new = world.polaris.tenant("hickman", Actor::System).unwrap();
    let first = new.events().create(super::support::titled("New", "2026-11-01T09:00")).unwrap();
    assert_eq!(first.id, event.id);
    for handle in &old {
        assert_ne!(code(handle.events().get(event.id)), "ok");
        assert_ne!(code(handle.events().create(career_day())), "ok");
        assert_ne!(code(handle.settings()), "ok");
    }
    assert_eq!(new.events().get(first.id).unwrap(), first, "they have done it no harm");
    assert_eq!(code(world.enter("hickman", Some(world.key_of_hickman()))), "INVALID_API_KEY");
    assert_eq!(code(world.enter("hickman", Some(created.api_key.reveal()))), "ok");
    let there = other.tenant("hickman", Actor::System).unwrap();
    assert_eq!((there.id(), there.events().get(first.id).unwrap()), (created.tenant.id, first));
}

#[test]
fn an_engine_that_has_only_seen_the_deactivation_asks_the_registry_what_became_of_the_tenant() {
    let world = World::new();
    let other = world.another();
    let there = |polaris: &Polaris| code(polaris.tenant("hickman", Actor::System).and_then(|hickman| hickman.settings()));
    assert_eq!(there(&other), "ok");
    world.platform().tenants().deactivate("hickman", None).unwrap();
    assert_eq!(there(&other), "TENANT_INACTIVE", "from here on it holds nothing open");
    world.platform().tenants().delete("hickman", "hickman").unwrap();
    assert_eq!(there(&other), "TENANT_NOT_FOUND");
    world.platform().tenants().undelete("hickman").unwrap();
    assert_eq!(there(&other), "TENANT_INACTIVE");
    world.platform().tenants().delete("hickman", "hickman").unwrap();
    world.platform().tenants().purge("hickman", "hickman").unwrap();
    world.platform().tenants().create(NewTenant::new("hickman", "Another")).unwrap();
    assert_eq!(other.tenant("hickman", Actor::System).unwrap().settings().unwrap().name, "Another", "without waiting for a sweep");
}

/// What is there after a kill at each step, made by hand.
#[test]
fn a_deletion_cut_off_after_its_decision_is_finished_by_doctor() {
    let world = World::new();
    world.platform().tenants().deactivate("hickman", None).unwrap();
    let name = "polaris_hickman.20260901T120000000Z.db";
    let decide = "UPDATE tenants SET state = 'deleting', trashed_as = ?1, deleted_at = '2026-09-01T12:00:00.000Z' WHERE slug = 'hickman'";
    world.raw_registry().execute(decide, [name]).unwrap();
    assert_eq!(code(world.polaris.tenant("hickman", Actor::System)), "TENANT_NOT_FOUND");
    let found = world.platform().doctor().check().unwrap().findings;
    assert_eq!((found.len(), found[0].mendable, found[0].problem.as_str()), (1, true, "its deletion was cut off or is under way"));
    let (mended, after) = world.platform().doctor().mend().unwrap();
    assert_eq!((mended.len(), after.findings, trash(&world)), (1, vec![], vec![name.to_owned()]));
    world.platform().tenants().undelete("hickman").unwrap();
    world.platform().tenants().reactivate("hickman", None).unwrap();
    assert_eq!(code(world.enter("hickman", Some(world.key_of_hickman()))), "ok");
}

#[test]
fn a_deletion_cut_off_before_its_decision_has_changed_nothing() {
    let world = World::new();
    world.platform().tenants().deactivate("hickman", None).unwrap();
    // The gate leaves the file in a mode without a log; whoever opens it next puts that back.
    wait_until("it is closed", || !world.names().contains(&"polaris_hickman.db-shm".to_owned()));
    let mode: String = world.raw("hickman").query_row("PRAGMA journal_mode = DELETE", [], |row| row.get(0)).unwrap();
    assert_eq!(mode, "delete");
    assert_eq!(world.platform().doctor().check().unwrap().findings, vec![]);
    world.platform().tenants().reactivate("hickman", None).unwrap();
    let hickman = world.polaris.tenant("hickman", Actor::System).unwrap();
    hickman.events().create(career_day()).unwrap();
    let mode: String = world.raw("hickman").query_row("PRAGMA journal_mode", [], |row| row.get(0)).unwrap();
    assert_eq!(mode, "wal");
}

#[test]
fn a_taking_back_that_was_cut_off_is_done_by_asking_again_or_undone_by_doctor() {
    for again in [true, false] {
        let world = World::new();
        world.trash("hickman");
        fs::rename(in_trash(&world), world.file("hickman")).unwrap();
        if again {
            assert_eq!(world.platform().tenants().undelete("hickman").unwrap().state, TenantState::Inactive);
            world.platform().tenants().reactivate("hickman", None).unwrap();
        } else {
            assert_eq!(world.platform().doctor().mend().unwrap().0.len(), 1);
            assert_eq!((trash(&world).len(), world.file("hickman").exists()), (1, false), "it lies in the trash again");
        }
        assert_eq!(world.platform().doctor().check().unwrap().findings, vec![]);
    }
}

#[test]
fn a_purge_that_was_cut_off_is_done_by_asking_again() {
    let world = World::new();
    world.trash("hickman");
    fs::remove_file(in_trash(&world)).unwrap();
    let found = world.platform().doctor().check().unwrap().findings;
    assert_eq!((found.len(), found[0].mendable), (1, false));
    assert!(found[0].remedy.contains("polaris tenant purge hickman"), "{found:?}");
    assert_eq!(code(world.platform().tenants().undelete("hickman")), "NOT_FOUND");
    world.platform().tenants().purge("hickman", "hickman").unwrap();
    assert_eq!((noted(&world), world.platform().doctor().check().unwrap().findings), (None, vec![]));
}

#[test]
fn a_purge_that_was_cut_off_once_the_file_was_gone_is_finished_by_doctor() {
    let world = World::new();
    world.trash("hickman");
    let file = in_trash(&world);
    // Something in its way, so that it is cut off after the note of its beginning; then as if it had been killed a moment later.
    fs::rename(&file, file.with_extension("aside")).unwrap();
    fs::create_dir(&file).unwrap();
    fs::write(file.join("x"), "x").unwrap();
    assert_ne!(code(world.platform().tenants().purge("hickman", "hickman")), "ok");
    fs::remove_dir_all(&file).unwrap();
    fs::remove_file(file.with_extension("aside")).unwrap();
    assert_eq!(actions(&world).last().unwrap(), &("tenant.purge".to_owned(), "pending".to_owned()));
    let (mended, after) = world.platform().doctor().mend().unwrap();
    assert_eq!((mended.len(), after.findings, noted(&world)), (1, vec![], None));
    assert_eq!(actions(&world).last().unwrap(), &done("tenant.purge"));
}

// A purge that came to nothing long ago is not what is under way now.
#[test]
fn doctor_finishes_no_purge_that_was_given_up() {
    let world = World::new();
    world.trash("hickman");
    let file = in_trash(&world);
    fs::rename(&file, file.with_extension("aside")).unwrap();
    fs::create_dir(&file).unwrap();
    fs::write(file.join("x"), "x").unwrap();
    assert_ne!(code(world.platform().tenants().purge("hickman", "hickman")), "ok");
    fs::remove_dir_all(&file).unwrap();
    fs::rename(file.with_extension("aside"), &file).unwrap();
    world.platform().tenants().undelete("hickman").unwrap();
    world.platform().tenants().delete("hickman", "hickman").unwrap();
    let file = in_trash(&world);
    fs::rename(&file, file.with_extension("aside")).unwrap();
    let (mended, _) = world.platform().doctor().mend().unwrap();
    assert_eq!(mended, []);
    fs::rename(file.with_extension("aside"), &file).unwrap();
    world.platform().tenants().undelete("hickman").unwrap();
}

#[test]
fn purging_takes_along_what_the_file_was_before_migrations() {
    let world = World::new();
    world.trash("hickman");
    let snapshots = world.root.path().join("snapshots");
    fs::create_dir_all(&snapshots).unwrap();
    for name in ["polaris_hickman.v1.20261121T064500123456Z.db", "polaris_hickman-2.v1.20261121T064500123456Z.db"] {
        fs::write(snapshots.join(name), "x").unwrap();
    }
    world.platform().tenants().purge("hickman", "hickman").unwrap();
    assert_eq!(names(&snapshots), ["polaris_hickman-2.v1.20261121T064500123456Z.db"]);
}

#[test]
fn purging_what_was_never_moved_removes_it_all_the_same() {
    let world = World::new();
    world.trash("hickman");
    fs::rename(in_trash(&world), world.file("hickman")).unwrap();
    world.platform().tenants().purge("hickman", "hickman").unwrap();
    assert!(!world.file("hickman").exists() && trash(&world).is_empty());
    assert_eq!(world.platform().doctor().check().unwrap().findings, vec![]);
}

#[test]
fn a_file_that_cannot_be_moved_is_not_deleted_and_the_log_says_so() {
    let world = World::new();
    world.platform().tenants().deactivate("hickman", None).unwrap();
    // Its name in the trash is taken.
    fs::write(world.root.path().join("trash/polaris_hickman.20260901T120000000Z.db"), "x").unwrap();
    assert_ne!(code(world.platform().tenants().delete("hickman", "hickman")), "ok");
    assert_eq!(noted(&world), Some(("inactive".into(), None)));
    assert_eq!(actions(&world), [done("tenant.delete"), ("tenant.delete".into(), "refused".into())]);
    world.platform().tenants().reactivate("hickman", None).unwrap();
    assert_eq!(code(world.polaris.tenant("hickman", Actor::System)), "ok");
}

#[test]
fn doctor_tells_of_strange_things_in_the_trash_and_touches_none() {
    type Make = fn(&World);
    let strange: [(&str, Make); 4] = [
        ("no tenant in the trash has this file", |world| {
            fs::copy(world.file("kckps"), world.root.path().join("trash/polaris_gone.20260101T000000000Z.db")).map(drop).unwrap();
        }),
        ("as well as in the trash", |world| fs::copy(in_trash(world), world.file("hickman")).map(drop).unwrap()),
        ("is not its own", |world| fs::copy(world.file("kckps"), in_trash(world)).map(drop).unwrap()),
        ("can't be used", |world| fs::write(in_trash(world), vec![7; 9_000]).unwrap()),
    ];
    for (problem, make) in strange {
        let world = World::new();
        world.trash("hickman");
        make(&world);
        let found = world.platform().doctor().check().unwrap().findings;
        assert_eq!((found.len(), found[0].mendable), (1, false), "{found:#?}");
        assert!(found[0].problem.contains(problem), "{found:?}");
        let (mended, after) = world.platform().doctor().mend().unwrap();
        assert_eq!((mended, after.findings), (vec![], found));
        assert!(!trash(&world).is_empty());
    }
}

#[test]
fn of_several_who_delete_at_once_one_does() {
    let world = World::new();
    world.platform().tenants().deactivate("hickman", None).unwrap();
    let others = [world.polaris.clone(), world.another(), world.another()];
    let answers: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = others
            .iter()
            .map(|polaris| scope.spawn(|| code(polaris.platform(Actor::System).unwrap().tenants().delete("hickman", "hickman"))))
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(answers.iter().filter(|answer| **answer == "ok").count(), 1, "{answers:?}");
    assert_eq!((trash(&world).len(), actions(&world)), (1, vec![done("tenant.delete")]));
    assert_eq!(world.platform().doctor().check().unwrap().findings, vec![]);
}

#[test]
fn in_memory_tenants_are_deleted_taken_back_and_purged_too() {
    let polaris = Polaris::in_memory().unwrap();
    fill(&polaris);
    let platform = polaris.platform(Actor::System).unwrap();
    let tenants = platform.tenants();
    let old = polaris.tenant("hickman", Actor::System).unwrap();
    let event = old.events().create(career_day()).unwrap();
    tenants.deactivate("hickman", None).unwrap();
    tenants.delete("hickman", "hickman").unwrap();
    assert_eq!(code(polaris.tenant("hickman", Actor::System)), "TENANT_NOT_FOUND");
    tenants.undelete("hickman").unwrap();
    tenants.reactivate("hickman", None).unwrap();
    assert_eq!(old.events().get(event.id).unwrap(), event);
    tenants.deactivate("hickman", None).unwrap();
    tenants.delete("hickman", "hickman").unwrap();
    tenants.purge("hickman", "hickman").unwrap();
    tenants.create(NewTenant::new("hickman", "Another")).unwrap();
    assert_ne!(code(old.events().get(event.id)), "ok");
    assert_eq!(code(polaris.tenant("hickman", Actor::System).unwrap().events().get(event.id)), "EVENT_NOT_FOUND");
}
