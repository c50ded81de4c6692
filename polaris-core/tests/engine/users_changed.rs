//! U1: users edited, deactivated, reactivated, their passwords reset; an admin always remains (FR-TENANT-109/110).

use std::sync::Barrier;

use polaris_core::types::UserId;
use polaris_core::{Actor, Error, LinkPurpose, NewUser, Patch, Polaris, Role, StaffRole, TenantHandle, UserEdit};

use super::support::{World, code, handed_over, new_user};

fn admin(world: &World) -> TenantHandle {
    world.as_role(Role::Admin)
}

fn as_user(polaris: &Polaris, id: UserId) -> TenantHandle {
    polaris.tenant("kckps", Actor::tenant_user(id.get(), "Ann", Role::Admin)).unwrap()
}

fn add(world: &World, name: &str, role: &str) -> UserId {
    admin(world).users().create(handed_over(&format!("{name}@example.org"), role)).unwrap().user.id
}

fn add_with_password(world: &World, name: &str, role: &str) -> UserId {
    let draft = NewUser { password: Some("correct horse".into()), ..new_user(&format!("{name}@example.org"), role) };
    admin(world).users().create(draft).unwrap().user.id
}

fn to(role: &str) -> UserEdit {
    UserEdit { role: Patch::Set(role.into()), ..UserEdit::default() }
}

fn why<T: std::fmt::Debug>(answer: Result<T, Error>) -> String {
    match answer {
        Err(Error::Conflict(why)) => why,
        other => panic!("{other:?}"),
    }
}

/// Sessions and links of a user, straight from the file.
fn access(world: &World, id: UserId) -> (i64, i64) {
    let count = |table: &str| {
        let sql = format!("SELECT count(*) FROM {table} WHERE user_id = ?1");
        world.raw("kckps").query_row(&sql, [id.get()], |row| row.get(0)).unwrap()
    };
    (count("sessions"), count("one_time_links"))
}

fn sign_in(world: &World, id: UserId, token: char) {
    let instant = "2026-09-01T12:00:00.000Z";
    let sql = "INSERT INTO sessions (token_hash, user_id, created_at, last_used_at, expires_at) VALUES (?1, ?2, ?3, ?3, ?3)";
    world.raw("kckps").execute(sql, (token.to_string().repeat(64), id.get(), instant)).unwrap();
}

#[test]
fn an_edit_changes_what_it_names_and_keeps_the_rest() {
    let world = World::new();
    let kckps = admin(&world);
    let draft = NewUser { username: Some("kim".into()), ..new_user("kim@example.org", "viewer") };
    let before = kckps.users().create(draft).unwrap().user;
    world.clock.advance(chrono::TimeDelta::hours(1));
    let edit = UserEdit { last_name: Patch::Set(" O'Hara ".into()), role: Patch::Set("user".into()), ..UserEdit::default() };
    let after = kckps.users().edit(before.id, edit, Some(1)).unwrap();
    assert_eq!(after.updated_at - before.updated_at, chrono::TimeDelta::hours(1));
    assert_eq!(
        after,
        polaris_core::User { last_name: "O'Hara".into(), version: 2, updated_at: after.updated_at, ..before.clone() },
        "nothing else"
    );
    let found = kckps.users().list(
        &polaris_core::UserFilter { q: Some("o'hara".into()), ..Default::default() },
        Default::default(),
        Default::default(),
    );
    assert_eq!(found.unwrap().total, 1, "it is found by its new name");
    let edit = UserEdit {
        email: Patch::Set("Kimberly@example.org".into()),
        username: Patch::Clear,
        first_name: Patch::Set("Kimberly".into()),
        last_name: Patch::Set("Hart".into()),
        role: Patch::Set("coordinator".into()),
    };
    let all = kckps.users().edit("kim@example.org", edit, None).unwrap();
    assert_eq!((all.email.as_str(), all.username.as_ref(), all.first_name.as_str()), ("Kimberly@example.org", None, "Kimberly"));
    assert_eq!((all.last_name.as_str(), all.role, all.version), ("Hart", Role::Coordinator, 3));
    assert_eq!(kckps.users().get("kimberly@example.org").unwrap(), all);
    assert_eq!(code(kckps.users().get("kim")), "USER_NOT_FOUND", "the username is free again");
}

#[test]
fn a_broken_edit_is_told_whole_and_changes_nothing() {
    let world = World::new();
    let id = add(&world, "kim", "viewer");
    let edit = UserEdit {
        email: Patch::Set("kim@".into()),
        username: Patch::Set("k".into()),
        first_name: Patch::Clear,
        last_name: Patch::Set(" ".into()),
        role: Patch::Set("king".into()),
    };
    let error = admin(&world).users().edit(id, edit, None).unwrap_err();
    let told: Vec<_> = error.fields().iter().map(|field| (field.field.as_str(), field.code)).collect();
    let expected = [
        ("email", "BAD_EMAIL"),
        ("username", "BAD_USERNAME"),
        ("first_name", "REQUIRED"),
        ("last_name", "REQUIRED"),
        ("role", "UNKNOWN_VALUE"),
    ];
    assert_eq!(told, expected);
    for cleared in [UserEdit { email: Patch::Clear, ..UserEdit::default() }, UserEdit { role: Patch::Clear, ..UserEdit::default() }] {
        assert_eq!(code(admin(&world).users().edit(id, cleared, None)), "VALIDATION_FAILED");
    }
    assert_eq!(admin(&world).users().get(id).unwrap().version, 1);
}

#[test]
fn a_stale_version_is_a_conflict_and_a_taken_email_too() {
    let world = World::new();
    let (kim, ann) = (add(&world, "kim", "viewer"), add(&world, "ann", "viewer"));
    let kckps = admin(&world);
    let named = |name: &str| UserEdit { first_name: Patch::Set(name.into()), ..UserEdit::default() };
    kckps.users().edit(kim, named("One"), Some(1)).unwrap();
    let told = why(kckps.users().edit(kim, named("Two"), Some(1)));
    assert_eq!(told, "this user was changed meanwhile (version 2, not 1): read it again and repeat the change");
    assert_eq!(kckps.users().get(kim).unwrap().first_name, "One");
    let email = |email: &str| UserEdit { email: Patch::Set(email.into()), ..UserEdit::default() };
    assert_eq!(why(kckps.users().edit(kim, email("ANN@example.org"), None)), format!("email: user {ann} has this e-mail already"));
    assert_eq!(code(kckps.users().edit(kim, email("KIM@example.org"), None)), "ok", "one's own in another case");
    kckps.users().edit(ann, UserEdit { username: Patch::Set("Annie".into()), ..UserEdit::default() }, None).unwrap();
    let taken = kckps.users().edit(kim, UserEdit { username: Patch::Set("aNNIE".into()), ..UserEdit::default() }, None);
    assert_eq!(why(taken), format!("username: user {ann} has this username already"));
}

#[test]
fn another_email_voids_the_links_that_went_to_the_old_one() {
    let world = World::new();
    let id = add(&world, "kim", "viewer");
    sign_in(&world, id, 'a');
    let edit = |email: &str| admin(&world).users().edit(id, UserEdit { email: Patch::Set(email.into()), ..UserEdit::default() }, None);
    edit("KIM@example.org").unwrap();
    assert_eq!(access(&world, id), (1, 1), "the same mailbox");
    edit("kimberly@example.org").unwrap();
    assert_eq!(access(&world, id), (1, 0));
}

#[test]
fn deactivating_ends_sessions_and_links_at_once_and_reactivating_brings_the_account_back() {
    let world = World::new();
    let (kim, ann) = (add_with_password(&world, "kim", "coordinator"), add(&world, "ann", "viewer"));
    let kckps = admin(&world);
    kckps.users().reset_password(kim).unwrap();
    sign_in(&world, kim, 'a');
    sign_in(&world, kim, 'b');
    sign_in(&world, ann, 'c');
    let after = kckps.users().deactivate(kim).unwrap();
    assert_eq!((after.active, after.version), (false, 2));
    assert_eq!((access(&world, kim), access(&world, ann)), ((0, 0), (1, 1)));
    assert_eq!(why(kckps.users().deactivate(kim)), "this user is deactivated already");
    assert_eq!(why(kckps.users().reset_password(kim)), "this user is deactivated: reactivate them first");
    assert_eq!(code(kckps.users().set_password(kim, &"correct horse".into())), "CONFLICT");
    let back = kckps.users().reactivate(kim).unwrap();
    assert_eq!((back.active, back.role, back.has_password, back.version), (true, Role::Coordinator, true, 3));
    assert_eq!(access(&world, kim), (0, 0), "nobody is signed in again by that");
    assert_eq!(why(kckps.users().reactivate(kim)), "this user is active already");
}

#[test]
fn a_reset_link_is_good_for_an_hour_and_ends_nothing_before_it_is_used() {
    let world = World::new();
    let (kim, ann) = (add_with_password(&world, "kim", "viewer"), add(&world, "ann", "viewer"));
    sign_in(&world, kim, 'a');
    let first = admin(&world).users().reset_password(kim).unwrap();
    assert_eq!((first.purpose, first.expires_at - world.polaris.now()), (LinkPurpose::Reset, chrono::TimeDelta::hours(1)));
    let second = admin(&world).users().reset_password(kim).unwrap();
    assert_ne!(first.secret.reveal(), second.secret.reveal());
    assert_eq!(access(&world, kim), (1, 1), "the earlier link is void, the session lives");
    let invited = admin(&world).users().reset_password(ann).unwrap();
    assert_eq!((invited.purpose, invited.expires_at - world.polaris.now()), (LinkPurpose::Invitation, chrono::TimeDelta::hours(72)));
    assert_eq!(access(&world, ann), (0, 1), "who never had a password is invited anew");
}

#[test]
fn a_password_set_by_staff_ends_sessions_and_links() {
    let world = World::new();
    let kim = add(&world, "kim", "viewer");
    sign_in(&world, kim, 'a');
    let staff = world.polaris.tenant("kckps", Actor::staff("Robin", StaffRole::Admin)).unwrap();
    for (bad, expected) in [("short", "TOO_SHORT"), ("kim@example.org", "LIKE_ACCOUNT"), ("password1", "TOO_EASY")] {
        let error = staff.users().set_password(kim, &bad.into()).unwrap_err();
        assert_eq!((error.fields()[0].field.as_str(), error.fields()[0].code), ("password", expected));
    }
    assert_eq!(access(&world, kim), (1, 1));
    assert!(staff.users().set_password(kim, &"correct horse".into()).unwrap().has_password);
    assert_eq!(access(&world, kim), (0, 0));
}

#[test]
fn the_last_active_admin_is_neither_demoted_nor_deactivated_by_anybody() {
    let world = World::new();
    let kim = add(&world, "kim", "admin");
    add(&world, "ann", "coordinator");
    let gone = add(&world, "gone", "admin");
    admin(&world).users().deactivate(gone).unwrap();
    let last = "this is the last active admin: make someone else an admin first";
    for actor in [Actor::System, Actor::staff("Robin", StaffRole::Admin), Actor::tenant_user(99, "Else", Role::Admin)] {
        let kckps = world.polaris.tenant("kckps", actor).unwrap();
        assert_eq!(why(kckps.users().edit(kim, to("viewer"), None)), last);
        assert_eq!(why(kckps.users().deactivate(kim)), last);
        assert_eq!(code(kckps.users().edit(kim, to("admin"), None)), "ok", "staying an admin is no demotion");
    }
    assert_eq!(code(admin(&world).users().edit(gone, to("viewer"), None)), "ok", "one who is deactivated doesn't count");
    let second = add(&world, "second", "admin");
    assert_eq!(code(admin(&world).users().edit(kim, to("viewer"), None)), "ok");
    assert_eq!(why(admin(&world).users().deactivate(second)), last);
}

#[test]
fn the_last_admin_who_can_log_in_stays_while_the_others_are_only_invited() {
    let world = World::new();
    let (kim, ann) = (add_with_password(&world, "kim", "admin"), add(&world, "ann", "admin"));
    let why_not = "this is the last active admin who can log in: another admin must have set a password first";
    assert_eq!(why(admin(&world).users().deactivate(kim)), why_not);
    assert_eq!(why(admin(&world).users().edit(kim, to("viewer"), None)), why_not);
    assert_eq!(code(admin(&world).users().edit(ann, to("viewer"), None)), "ok", "the invited one may go");
    admin(&world).users().edit(ann, to("admin"), None).unwrap();
    admin(&world).users().set_password(ann, &"correct horse".into()).unwrap();
    assert_eq!(code(admin(&world).users().deactivate(kim)), "ok");
}

#[test]
fn nobody_demotes_or_deactivates_themselves() {
    let world = World::new();
    let (kim, ann) = (add(&world, "kim", "admin"), add(&world, "ann", "admin"));
    let own = as_user(&world.polaris, kim);
    assert_eq!(
        why(own.users().edit(kim, to("coordinator"), None)),
        "you can't take the role of admin from yourself: ask another admin to do it"
    );
    assert_eq!(why(own.users().deactivate(kim)), "you can't deactivate yourself: ask another admin to do it");
    let rename = UserEdit { first_name: Patch::Set("Kimberly".into()), role: Patch::Set("admin".into()), ..UserEdit::default() };
    assert_eq!(code(own.users().edit(kim, rename, None)), "ok");
    assert_eq!(code(as_user(&world.polaris, ann).users().edit(kim, to("coordinator"), None)), "ok");
}

#[test]
fn of_two_admins_who_demote_each_other_at_once_one_remains() {
    let world = World::new();
    let (kim, ann) = (add(&world, "kim", "admin"), add(&world, "ann", "admin"));
    let other = world.another();
    let act = |round: usize, handle: &TenantHandle, id: UserId| match round % 2 {
        0 => code(handle.users().edit(id, to("viewer"), None)),
        _ => code(handle.users().deactivate(id)),
    };
    for round in 0..20 {
        let start = Barrier::new(2);
        let (here, there) = (as_user(&world.polaris, kim), as_user(&other, ann));
        let mut answers = std::thread::scope(|scope| {
            let first = scope.spawn(|| {
                start.wait();
                act(round, &here, ann)
            });
            let second = scope.spawn(|| {
                start.wait();
                act(round, &there, kim)
            });
            [first.join().unwrap(), second.join().unwrap()]
        });
        answers.sort_unstable();
        assert_eq!(answers, ["CONFLICT", "ok"], "round {round}");
        for id in [kim, ann] {
            let user = admin(&world).users().get(id).unwrap();
            if !user.active {
                admin(&world).users().reactivate(id).unwrap();
            }
            admin(&world).users().edit(id, to("admin"), None).unwrap();
        }
    }
}

#[test]
fn of_two_who_create_the_same_user_at_once_one_does() {
    let world = World::new();
    let other = world.another();
    let start = Barrier::new(2);
    let create = |polaris: &Polaris, email: &str| {
        let kckps = polaris.tenant("kckps", Actor::System).unwrap();
        start.wait();
        code(kckps.users().create(new_user(email, "viewer")))
    };
    let mut answers = std::thread::scope(|scope| {
        let (first, second) =
            (scope.spawn(|| create(&world.polaris, "kim@example.org")), scope.spawn(|| create(&other, "KIM@example.org")));
        [first.join().unwrap(), second.join().unwrap()]
    });
    answers.sort_unstable();
    assert_eq!(answers, ["CONFLICT", "ok"]);
}

// The lost admin: deactivated, demoted, without a password. Staff revive them.
#[test]
fn a_tenant_without_a_working_admin_is_recovered_by_staff() {
    let world = World::new();
    let kim = add(&world, "kim", "admin");
    let sql = "UPDATE users SET active = 0, role = 'viewer', password_hash = NULL";
    world.raw("kckps").execute(sql, []).unwrap();
    let staff = world.polaris.tenant("kckps", Actor::staff("Robin", StaffRole::Admin)).unwrap();
    staff.users().reactivate(kim).unwrap();
    staff.users().edit(kim, to("admin"), None).unwrap();
    let user = staff.users().set_password(kim, &"correct horse".into()).unwrap();
    assert!(user.active && user.role == Role::Admin && user.has_password);
    let support = world.polaris.tenant("kckps", Actor::staff("Sam", StaffRole::Support)).unwrap();
    assert_eq!(code(support.users().get(kim)), "ok");
    for refused in [
        code(support.users().deactivate(kim)),
        code(support.users().reset_password(kim)),
        code(support.users().edit(kim, to("viewer"), None)),
    ] {
        assert_eq!(refused, "FORBIDDEN", "support staff look and change nothing");
    }
}

#[test]
fn who_may_not_learns_nothing_of_what_was_sent_or_is_there() {
    let world = World::new();
    add(&world, "kim", "admin");
    let viewer = world.as_role(Role::Coordinator);
    assert_eq!(code(viewer.users().create(NewUser::default())), "FORBIDDEN");
    let bad = UserEdit { role: Patch::Set("king".into()), ..UserEdit::default() };
    assert_eq!(code(viewer.users().edit(UserId::new(99), bad, Some(7))), "FORBIDDEN");
    assert_eq!(code(viewer.users().get("kim@example.org")), "FORBIDDEN");
    assert_eq!(code(viewer.users().set_password(UserId::new(99), &"x".into())), "FORBIDDEN");
}
