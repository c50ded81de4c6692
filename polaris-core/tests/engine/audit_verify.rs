//! X3: whatever is done to a log behind the engine's back is found; and one that was let be verifies.

use polaris_core::audit::BreakKind;
use polaris_core::types::AuditId;
use polaris_core::{Actor, AuditHead, AuditVerification, Config, NewTenant, Polaris, Role};

use super::support::{World, career_day, names, wait_until};

const LONG: i64 = 12;

/// A world whose tenant has a log of some length, with its end noted in the registry.
fn long_log() -> World {
    let world = World::new();
    for _ in 1..LONG {
        world.kckps().events().create(career_day()).unwrap();
    }
    wait_until("the head is noted", || noted(&world).is_some_and(|(id, _)| id == LONG));
    world
}

fn noted(world: &World) -> Option<(i64, String)> {
    let sql = "SELECT h.entry_id, h.hash FROM audit_heads h JOIN tenants t ON t.uuid = h.tenant_uuid WHERE t.slug = 'kckps'";
    world.raw_registry().query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?))).ok()
}

fn verify(world: &World) -> AuditVerification {
    world.as_role(Role::Admin).audit().verify(None).unwrap()
}

fn found(world: &World) -> Option<BreakKind> {
    verify(world).first_break.map(|found| found.kind)
}

/// A connection without the triggers that guard the log.
fn unguarded(world: &World) -> rusqlite::Connection {
    let raw = world.raw("kckps");
    raw.execute_batch(
        "DROP TRIGGER audit_entries_are_never_deleted; DROP TRIGGER audit_entries_are_never_edited;
         CREATE TEMP TABLE untouched AS SELECT * FROM audit_entries;",
    )
    .unwrap();
    raw
}

/// Predictable numbers (SplitMix64).
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: i64) -> i64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((mixed ^ (mixed >> 31)) % bound.unsigned_abs()) as i64
    }
}

/// Writes the hashes anew from this entry on, as somebody would who knows how.
fn rewrite_from(raw: &rusqlite::Connection, first: i64) {
    use sha2::{Digest, Sha256};
    let sql = "SELECT id, occurred_at, actor_kind, actor_id, actor_role, personal_digest, action, resource_kind, resource_id, request_id,
                      outcome, details FROM audit_entries WHERE id >= ?1 ORDER BY id";
    let before: String = raw
        .query_row("SELECT hash FROM audit_entries WHERE id < ?1 ORDER BY id DESC LIMIT 1", [first], |row| row.get(0))
        .unwrap_or_else(|_| "0".repeat(64));
    let mut statement = raw.prepare(sql).unwrap();
    let mut rows = statement.query([first]).unwrap();
    let mut previous = before;
    let mut changes = Vec::new();
    while let Some(row) = rows.next().unwrap() {
        let text = |at: usize| row.get::<_, Option<String>>(at).unwrap();
        let fields = serde_json::to_string(&(
            &previous,
            text(1),
            text(2),
            row.get::<_, Option<i64>>(3).unwrap(),
            text(4),
            text(5),
            text(6),
            text(7),
            text(8),
            text(9),
            text(10),
            text(11),
        ));
        let hash: String = Sha256::digest(fields.unwrap()).iter().map(|byte| format!("{byte:02x}")).collect();
        changes.push((row.get::<_, i64>(0).unwrap(), previous, hash.clone()));
        previous = hash;
    }
    for (id, previous, hash) in changes {
        raw.execute("UPDATE audit_entries SET previous_hash = ?2, hash = ?3 WHERE id = ?1", (id, previous, hash)).unwrap();
    }
}

#[test]
fn a_log_that_was_let_be_verifies_up_to_its_end() {
    let world = long_log();
    let verified = verify(&world);
    assert_eq!((verified.first_break, verified.entries), (None, LONG.unsigned_abs()));
    let head = verified.head.unwrap();
    assert_eq!((head.epoch, head.id), (Some(1), AuditId::new(LONG)));
    assert_eq!(verified.noted, Some(head.clone()));
    assert_eq!(world.as_role(Role::Admin).audit().head().unwrap(), Some(head));
    let operator = world.platform().audit().verify(None).unwrap();
    assert_eq!((operator.first_break, operator.noted), (None, None));
    assert_eq!(operator.head.unwrap().epoch, None);
}

#[test]
fn every_edit_of_every_column_is_found() {
    let columns = [
        ("occurred_at", "'2026-09-01T12:00:00.001Z'"),
        ("actor_kind", "'public'"),
        ("actor_id", "coalesce(actor_id, 0) + 1"),
        ("actor_role", "coalesce(actor_role, '') || 'x'"),
        ("actor_name", "'Somebody Else'"),
        ("actor_name", "NULL"),
        ("address", "'192.0.2.99'"),
        ("personal_salt", "'00'"),
        ("personal_salt", "NULL"),
        ("personal_digest", "'x'"),
        ("action", "'event.cancel'"),
        ("resource_kind", "'volunteer'"),
        ("resource_id", "'99'"),
        ("request_id", "'forged'"),
        ("outcome", "'refused'"),
        ("details", "'{}'"),
        ("details", "CAST(x'ff' AS TEXT)"),
        ("previous_hash", "hash"),
        ("hash", "previous_hash"),
    ];
    let world = long_log();
    let raw = unguarded(&world);
    raw.pragma_update(None, "ignore_check_constraints", true).unwrap();
    let mut dice = Dice(7);
    for (column, value) in columns {
        for _ in 0..4 {
            // The first is the tenant's creation, by the system, which has no name.
            let id = 2 + dice.below(LONG - 1);
            raw.execute_batch("BEGIN").unwrap();
            raw.execute(&format!("UPDATE audit_entries SET {column} = {value} WHERE id = ?1"), [id]).unwrap();
            raw.execute_batch("COMMIT").unwrap();
            let found = verify(&world).first_break.unwrap_or_else(|| panic!("{column} = {value} of {id}"));
            assert!(found.id.get() >= id && found.id.get() <= id + 1, "{column} = {value} of {id}: {found:?}");
            restore(&world, &raw);
        }
    }
}

/// Puts the log back as it was.
fn restore(world: &World, raw: &rusqlite::Connection) {
    raw.execute_batch("DELETE FROM audit_entries; INSERT INTO audit_entries SELECT * FROM untouched").unwrap();
    assert_eq!(found(world), None);
}

#[test]
fn whatever_is_deleted_moved_cut_or_put_in_is_found() {
    let world = long_log();
    let raw = unguarded(&world);
    let mut dice = Dice(11);
    for round in 0..60 {
        let (a, b) = (1 + dice.below(LONG), 1 + dice.below(LONG));
        let what = match round % 6 {
            0 => format!("DELETE FROM audit_entries WHERE id = {a}"),
            1 => format!("DELETE FROM audit_entries WHERE id >= {}", a.max(1)),
            2 => format!("DELETE FROM audit_entries WHERE id BETWEEN {} AND {}", a.min(b), a.max(b)),
            3 if a != b => format!(
                "UPDATE audit_entries SET id = -1 WHERE id = {a}; UPDATE audit_entries SET id = {a} WHERE id = {b};
                 UPDATE audit_entries SET id = {b} WHERE id = -1"
            ),
            4 => format!("UPDATE audit_entries SET id = {} WHERE id = {a}", LONG + 5),
            _ => format!(
                "UPDATE audit_entries SET id = id + 1000 WHERE id >= {a}; UPDATE audit_entries SET id = id - 999 WHERE id >= 1000;
                 INSERT INTO audit_entries SELECT {a}, occurred_at, actor_kind, actor_id, actor_role, actor_name, address, personal_salt,
                        personal_digest, action, resource_kind, resource_id, request_id, outcome, details, previous_hash, hash
                 FROM audit_entries WHERE id = {}",
                if a == 1 { 2 } else { a - 1 }
            ),
        };
        raw.execute_batch(&what).unwrap();
        assert!(found(&world).is_some(), "{what}");
        restore(&world, &raw);
    }
}

#[test]
fn a_chain_that_was_written_anew_is_found_by_the_head_that_was_noted() {
    let world = long_log();
    let raw = unguarded(&world);
    let mut dice = Dice(13);
    for round in 0..20 {
        let id = 1 + dice.below(LONG);
        match round % 3 {
            0 => raw.execute("UPDATE audit_entries SET details = '{\"forged\":true}' WHERE id = ?1", [id]),
            1 => raw.execute("DELETE FROM audit_entries WHERE id = ?1", [id]),
            _ => raw.execute("UPDATE audit_entries SET actor_id = 99 WHERE id = ?1", [id]),
        }
        .unwrap();
        rewrite_from(&raw, id);
        let kind = found(&world);
        assert!(matches!(kind, Some(BreakKind::Rewritten | BreakKind::CutOff)), "{id}: {kind:?}");
        restore(&world, &raw);
    }
    // The same, grown longer than what was noted: the head is not moved along a chain that is not the one it was on.
    raw.execute("DELETE FROM audit_entries WHERE id = 5", []).unwrap();
    rewrite_from(&raw, 5);
    for _ in 0..3 {
        world.kckps().events().create(career_day()).unwrap();
    }
    std::thread::sleep(std::time::Duration::from_millis(1_200));
    assert_eq!(noted(&world).unwrap().0, LONG);
    assert_eq!(found(&world), Some(BreakKind::Rewritten));
    let findings = world.platform().doctor().check().unwrap().findings;
    assert!(findings.iter().any(|finding| finding.problem.contains("tampered with: entry 12 is another than the one")), "{findings:?}");
}

#[test]
fn an_emptied_log_and_one_without_a_noted_head_are_told_apart() {
    let world = long_log();
    let raw = unguarded(&world);
    raw.execute("DELETE FROM audit_entries", []).unwrap();
    let verified = verify(&world);
    assert_eq!((verified.entries, verified.head, verified.first_break.unwrap().kind), (0, None, BreakKind::CutOff));
    // Nothing was noted: nothing is known to be missing.
    world.raw_registry().execute("DELETE FROM audit_heads", []).unwrap();
    assert_eq!(found(&world), None);
}

#[test]
fn a_head_kept_safe_finds_what_even_the_registry_was_made_to_forget() {
    let world = long_log();
    let log = world.as_role(Role::Admin).audit();
    let kept = log.head().unwrap().unwrap();
    assert_eq!(log.verify(Some(&kept)).unwrap().first_break, None);
    let written = format!("{}:{}", kept.id, kept.hash.to_uppercase());
    let read = AuditHead::parse(&written).unwrap();
    assert_eq!((read.id, &read.hash), (kept.id, &kept.hash));
    world.kckps().events().create(career_day()).unwrap();
    assert_eq!(log.verify(Some(&kept)).unwrap().first_break, None, "a log grows");
    let raw = unguarded(&world);
    raw.execute("DELETE FROM audit_entries WHERE id > 9", []).unwrap();
    world.raw_registry().execute("DELETE FROM audit_heads", []).unwrap();
    assert_eq!(log.verify(None).unwrap().first_break, None);
    assert_eq!(log.verify(Some(&kept)).unwrap().first_break.unwrap().kind, BreakKind::CutOff);
    for bad in ["", "7", "7:", ":abc", "x:y", "0:00", "-1:", &format!("7:{}", "g".repeat(64)), &format!("7:{}", "0".repeat(63))] {
        assert!(AuditHead::parse(bad).is_err(), "{bad}");
    }
}

#[test]
fn an_old_file_put_back_and_a_restore_nobody_noted_are_found() {
    for (epoch, kind) in [(1, BreakKind::OldFile), (3, BreakKind::UnknownRestore)] {
        let world = long_log();
        world.raw_registry().execute("UPDATE audit_heads SET epoch = 2", []).unwrap();
        world.raw("kckps").execute("UPDATE tenant SET audit_epoch = ?1", [epoch]).unwrap();
        assert_eq!(found(&world), Some(kind));
    }
}

// An old copy of the file, put back whole: its chain is sound, but it ends too early.
#[test]
fn an_older_copy_of_the_file_in_its_place_is_found() {
    let world = long_log();
    let World { root, polaris, clock } = world;
    drop(polaris);
    wait_until("all is closed", || !names(root.path()).iter().any(|name| name.ends_with("-wal")));
    let file = root.path().join("polaris_kckps.db");
    let copy = std::fs::read(&file).unwrap();
    let polaris = Polaris::open(Config::at(root.path())).unwrap();
    polaris.tenant("kckps", Actor::System).unwrap().events().create(career_day()).unwrap();
    drop(polaris);
    wait_until("all is closed", || !names(root.path()).iter().any(|name| name.ends_with("-wal")));
    std::fs::write(&file, copy).unwrap();
    let polaris = Polaris::open(Config::at(root.path())).unwrap();
    let world = World { root, polaris, clock };
    assert_eq!(verify(&world).first_break.unwrap().kind, BreakKind::CutOff);
}

#[test]
fn the_end_is_noted_within_seconds_when_closed_and_when_closed_by_another() {
    let world = World::new();
    world.platform().tenants().create(NewTenant::new("north", "North")).unwrap();
    let north = "SELECT h.entry_id FROM audit_heads h JOIN tenants t ON t.uuid = h.tenant_uuid WHERE t.slug = 'north'";
    let created: i64 = world.raw_registry().query_row(north, [], |row| row.get(0)).unwrap();
    assert_eq!(created, 1, "a new tenant's with its creation");
    world.kckps().events().create(career_day()).unwrap();
    wait_until("the background has noted it", || noted(&world).is_some_and(|(id, _)| id == 2));
    // A short-lived process, such as a command: what it writes is noted as it ends, though others write as well.
    let other = world.another();
    other.tenant("kckps", Actor::System).unwrap().events().create(career_day()).unwrap();
    world.kckps().events().create(career_day()).unwrap();
    other.tenant("kckps", Actor::System).unwrap().events().create(career_day()).unwrap();
    drop(other);
    wait_until("all is noted", || noted(&world).is_some_and(|(id, _)| id == 5));
    assert_eq!(found(&world), None);
}

#[test]
fn the_end_of_a_log_whose_file_was_closed_for_another_is_noted_too() {
    let world = World::with(|config| config.open_tenants = 1);
    for number in 0..6 {
        world.platform().tenants().create(NewTenant::new(&format!("t-{number}"), "A district")).unwrap();
    }
    for _ in 0..3 {
        for number in 0..6 {
            world.polaris.tenant(&format!("t-{number}"), Actor::System).unwrap().events().create(career_day()).unwrap();
        }
    }
    let behind = || -> i64 {
        world
            .raw_registry()
            .query_row(
                "SELECT count(*) FROM tenants t WHERE slug LIKE 't-%'
                 AND NOT EXISTS (SELECT 1 FROM audit_heads h WHERE h.tenant_uuid = t.uuid AND h.entry_id = 4)",
                [],
                |row| row.get(0),
            )
            .unwrap()
    };
    wait_until("all are noted", || behind() == 0);
}

#[test]
fn a_verification_of_many_entries_tells_how_far_it_is_and_lets_others_read() {
    let world = World::with(|config| config.readers = 1);
    let draft = career_day();
    for _ in 0..2_050 {
        world.kckps().events().create(draft.clone()).unwrap();
    }
    let mut told = Vec::new();
    let verified = world.as_role(Role::Admin).audit().verify_with(None, &mut |done, of| {
        told.push((done, of));
        world.kckps().events().get(polaris_core::types::EventId::new(1)).unwrap();
    });
    assert_eq!(verified.unwrap().first_break, None);
    assert_eq!(told, [(1_000, 2_051), (2_000, 2_051), (2_051, 2_051)]);
}
