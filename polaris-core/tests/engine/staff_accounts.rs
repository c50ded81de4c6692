//! P6: the operator's staff accounts.

use std::sync::Barrier;

use polaris_core::types::{AccountOrder, StaffId};
use polaris_core::{
    Actor, Error, LinkPurpose, NewSession, NewStaff, PageRequest, Patch, Platform, Polaris, StaffEdit, StaffFilter, StaffMember, StaffRole,
};

use super::support::{World, code, new_staff};

fn admin(name: &str) -> NewStaff {
    NewStaff { role: "admin".into(), ..new_staff(name, &format!("{}@example.org", name.to_lowercase())) }
}

fn add(world: &World, draft: NewStaff) -> StaffMember {
    world.platform().staff().create(draft).unwrap().staff
}

fn to(role: &str) -> StaffEdit {
    StaffEdit { role: Patch::Set(role.into()), ..StaffEdit::default() }
}

fn why<T: std::fmt::Debug>(answer: Result<T, Error>) -> String {
    match answer {
        Err(Error::Conflict(why)) => why,
        other => panic!("{other:?}"),
    }
}

fn as_staff(polaris: &Polaris, id: StaffId) -> Platform {
    polaris.platform(Actor::Staff { id: Some(id), name: "Ann".into(), role: StaffRole::Admin }).unwrap()
}

#[test]
fn a_member_of_staff_is_created_with_a_password_or_an_invitation() {
    let world = World::new();
    let created = world.platform().staff().create(NewStaff { username: Some("Robin".into()), ..admin("Robin Ray") }).map(|_| ());
    assert_eq!(code(created), "VALIDATION_FAILED", "an address with a space");
    let created = world
        .platform()
        .staff()
        .create(NewStaff { username: Some("Robin".into()), ..new_staff("Robin Ray", "Robin@Example.org") })
        .unwrap();
    let (staff, invitation) = (created.staff, created.invitation.unwrap());
    assert_eq!(
        (staff.name.as_str(), staff.email.as_ref().unwrap().as_str(), staff.role),
        ("Robin Ray", "Robin@Example.org", StaffRole::Support)
    );
    assert_eq!((staff.active, staff.has_password, staff.version), (true, false, 1));
    assert_eq!((invitation.purpose, invitation.expires_at - world.polaris.now()), (LinkPurpose::Invitation, chrono::TimeDelta::hours(72)));
    let with = world.platform().staff().create(NewStaff { password: Some("correct horse".into()), ..admin("Ann") }).unwrap();
    assert!(with.invitation.is_none() && with.staff.has_password);
    for named in ["1", "robin@example.org", "ROBIN"] {
        assert_eq!(world.platform().staff().get(named).unwrap(), staff);
    }
    for nobody in ["3", "0", "", "Robin Ray", "x@example.org"] {
        assert_eq!(code(world.platform().staff().get(nobody)), "STAFF_NOT_FOUND");
    }
}

#[test]
fn every_broken_field_is_told_at_once() {
    let world = World::new();
    let draft = NewStaff {
        name: "two\nlines".into(),
        email: "nobody".into(),
        username: Some("12345".into()),
        role: "coordinator".into(),
        password: Some("password".into()),
    };
    let error = world.platform().staff().create(draft).unwrap_err();
    let told: Vec<_> = error.fields().iter().map(|field| (field.field.as_str(), field.code)).collect();
    let expected = [
        ("name", "CONTROL_CHARACTERS"),
        ("email", "BAD_EMAIL"),
        ("username", "BAD_USERNAME"),
        ("role", "UNKNOWN_VALUE"),
        ("password", "TOO_EASY"),
    ];
    assert_eq!(told, expected);
    let error = world.platform().staff().create(NewStaff::default()).unwrap_err();
    assert_eq!(error.fields().iter().map(|field| field.field.as_str()).collect::<Vec<_>>(), ["name", "email", "role"]);
}

#[test]
fn a_name_email_or_username_is_taken() {
    let world = World::new();
    add(&world, NewStaff { username: Some("robin".into()), ..admin("Robin") });
    let create = |draft| why(world.platform().staff().create(draft));
    assert_eq!(
        create(new_staff("Robin", "x@example.org")),
        "name: member of staff 1 has this name already; edit that account, or add an initial"
    );
    assert_eq!(create(new_staff("Sam", "ROBIN@example.org")), "email: member of staff 1 has this e-mail already");
    let username = NewStaff { username: Some("RoBin".into()), ..new_staff("Sam", "sam@example.org") };
    assert_eq!(create(username), "username: member of staff 1 has this username already");
    let sam = add(&world, new_staff("Sam", "sam@example.org"));
    let edit = |edit| why(world.platform().staff().edit(sam.id, edit, None));
    assert!(edit(StaffEdit { name: Patch::Set("Robin".into()), ..StaffEdit::default() }).starts_with("name: "));
    assert!(edit(StaffEdit { email: Patch::Set("Robin@example.org".into()), ..StaffEdit::default() }).starts_with("email: "));
    assert!(edit(StaffEdit { username: Patch::Set("ROBIN".into()), ..StaffEdit::default() }).starts_with("username: "));
    assert_eq!(
        why(world.platform().staff().edit(sam.id, to("admin"), Some(2))),
        "this member of staff was changed meanwhile (version 1, not 2): read it again and repeat the change"
    );
}

#[test]
fn an_account_made_by_opening_a_session_is_given_an_email_and_then_a_password() {
    let world = World::new();
    world.platform().sessions().open(&NewSession { staff: "Ash".into(), ..NewSession::default() }).unwrap();
    let staff = world.platform();
    let ash = staff.staff().get(StaffId::new(1)).unwrap();
    assert_eq!((ash.name.as_str(), &ash.email, ash.has_password), ("Ash", &None, false));
    let nothing = "this staff account has nothing to log in with: give it an e-mail first";
    assert_eq!(why(staff.staff().reset_password(ash.id)), nothing);
    assert_eq!(why(staff.staff().set_password(ash.id, &"correct horse".into())), nothing);
    assert_eq!(code(staff.staff().edit(ash.id, to("support"), Some(1))), "ok", "it needn't have one for other changes");
    let email = StaffEdit { email: Patch::Set("ash@example.org".into()), ..StaffEdit::default() };
    assert_eq!(staff.staff().edit(ash.id, email, None).unwrap().email.unwrap().as_str(), "ash@example.org");
    assert_eq!(staff.staff().reset_password(ash.id).unwrap().purpose, LinkPurpose::Invitation);
    assert!(staff.staff().set_password(ash.id, &"correct horse".into()).unwrap().has_password);
    assert_eq!(staff.staff().reset_password(ash.id).unwrap().purpose, LinkPurpose::Reset);
    assert_eq!(code(staff.staff().edit(ash.id, StaffEdit { email: Patch::Clear, ..StaffEdit::default() }, None)), "VALIDATION_FAILED");
}

#[test]
fn deactivating_ends_sessions_grants_and_links() {
    let world = World::new();
    let sam = add(&world, new_staff("Sam", "sam@example.org"));
    let open = |staff: &str| {
        let new = NewSession { staff: staff.into(), tenant: Some("kckps".into()), ..NewSession::default() };
        world.platform().sessions().open(&new).unwrap().token.reveal().to_owned()
    };
    let (token, other) = (open("Sam"), open("Ash"));
    assert_eq!(code(world.polaris.support_session(&token, "kckps")), "ok");
    let after = world.platform().staff().deactivate(sam.id).unwrap();
    assert!(!after.active);
    assert_eq!(code(world.polaris.staff_session(&token)), "UNAUTHENTICATED");
    assert_eq!(code(world.polaris.support_session(&token, "kckps")), "UNAUTHENTICATED");
    assert_eq!(code(world.polaris.support_session(&other, "kckps")), "ok", "nobody else's");
    let count =
        |table: &str| -> i64 { world.raw_registry().query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0)).unwrap() };
    assert_eq!((count("support_grants"), count("one_time_links")), (1, 0));
    for raw in [world.raw("kckps"), world.raw_registry()] {
        let left = "SELECT count(*) FROM audit_entries WHERE action = 'support.leave' AND details LIKE '%account_deactivated%'";
        assert_eq!(raw.query_row(left, [], |row| row.get::<_, i64>(0)).unwrap(), 1, "both logs tell that they left");
    }
    assert_eq!(why(world.platform().staff().deactivate(sam.id)), "this staff account is deactivated already");
    assert_eq!(why(world.platform().staff().reset_password(sam.id)), "this staff account is deactivated: reactivate it first");
    assert!(world.platform().staff().reactivate(sam.id).unwrap().active);
    assert_eq!(code(world.polaris.staff_session(&token)), "UNAUTHENTICATED", "a session that was ended stays ended");
    assert_eq!(why(world.platform().staff().reactivate(sam.id)), "this staff account is active already");
    let token = open("Sam");
    let edit = StaffEdit { email: Patch::Set("sam@example.org".into()), ..StaffEdit::default() };
    world.platform().staff().edit(sam.id, edit, None).unwrap();
    world.platform().staff().set_password(sam.id, &"correct horse".into()).unwrap();
    assert_eq!(code(world.polaris.support_session(&token, "kckps")), "UNAUTHENTICATED", "so does a password set for them");
    assert_eq!(count("support_grants"), 1);
}

#[test]
fn a_role_holds_at_once_for_sessions_that_live() {
    let world = World::new();
    let sam = add(&world, new_staff("Sam", "sam@example.org"));
    let token = world.platform().sessions().open(&NewSession { staff: "Sam".into(), ..NewSession::default() }).unwrap().token;
    let create = || {
        let caller = world.polaris.staff_session(token.reveal()).unwrap();
        code(world.polaris.platform(caller).unwrap().staff().create(new_staff("X", "nobody")))
    };
    assert_eq!(create(), "FORBIDDEN");
    world.platform().staff().edit(sam.id, to("admin"), None).unwrap();
    assert_eq!(create(), "VALIDATION_FAILED");
    add(&world, admin("Ann"));
    world.platform().staff().edit(sam.id, to("support"), None).unwrap();
    assert_eq!(create(), "FORBIDDEN");
}

#[test]
fn an_admin_who_can_log_in_always_remains_and_nobody_ends_themselves() {
    let world = World::new();
    let ann = world.platform().staff().create(NewStaff { password: Some("correct horse".into()), ..admin("Ann") }).unwrap().staff.id;
    let last = "this is the last active admin: make someone else an admin first";
    assert_eq!(why(world.platform().staff().deactivate(ann)), last);
    assert_eq!(why(world.platform().staff().edit(ann, to("support"), None)), last);
    let bob = add(&world, admin("Bob")).id;
    assert!(why(world.platform().staff().deactivate(ann)).starts_with("this is the last active admin who can log in"));
    world.platform().staff().set_password(bob, &"correct horse".into()).unwrap();
    let own = as_staff(&world.polaris, ann);
    assert_eq!(why(own.staff().deactivate(ann)), "you can't deactivate yourself: ask another admin to do it");
    assert_eq!(
        why(own.staff().edit(ann, to("support"), None)),
        "you can't take the role of admin from yourself: ask another admin to do it"
    );
    assert_eq!(code(as_staff(&world.polaris, bob).staff().deactivate(ann)), "ok");
    assert_eq!(why(world.platform().staff().deactivate(bob)), last);
    // A user of a tenant with the same number is somebody else.
    let kckps = world.polaris.tenant("kckps", Actor::Staff { id: Some(ann), name: "Ann".into(), role: StaffRole::Admin }).unwrap();
    for email in ["one@example.org", "two@example.org"] {
        kckps.users().create(super::support::new_user(email, "admin")).unwrap();
    }
    assert_eq!(code(kckps.users().deactivate(polaris_core::types::UserId::new(ann.get()))), "ok");
}

#[test]
fn of_two_admins_who_deactivate_each_other_at_once_one_remains() {
    let world = World::new();
    let (ann, bob) = (add(&world, admin("Ann")).id, add(&world, admin("Bob")).id);
    let other = world.another();
    for round in 0..10 {
        let start = Barrier::new(2);
        let (here, there) = (as_staff(&world.polaris, ann), as_staff(&other, bob));
        let end = |platform: &Platform, id: StaffId| {
            start.wait();
            code(platform.staff().deactivate(id))
        };
        let mut answers = std::thread::scope(|scope| {
            let (first, second) = (scope.spawn(|| end(&here, bob)), scope.spawn(|| end(&there, ann)));
            [first.join().unwrap(), second.join().unwrap()]
        });
        answers.sort_unstable();
        assert_eq!(answers, ["CONFLICT", "ok"], "round {round}");
        for id in [ann, bob] {
            let _ = world.platform().staff().reactivate(id);
        }
    }
}

#[test]
fn staff_are_listed_by_words_role_and_standing() {
    let world = World::new();
    for (name, role) in [("Zoë Álvarez", "admin"), ("Bob Lee", "support"), ("Ann Lee", "support")] {
        let email = format!("{}@example.org", name.split(' ').next().unwrap().replace('ë', "e").to_lowercase());
        add(&world, NewStaff { role: role.into(), ..new_staff(name, &email) });
    }
    world.platform().sessions().open(&NewSession { staff: "Ash".into(), ..NewSession::default() }).unwrap();
    world.platform().staff().deactivate(StaffId::new(2)).unwrap();
    let list = |filter: StaffFilter, order: &str| {
        let found = world.platform().staff().list(&filter, AccountOrder::parse(order).unwrap(), PageRequest::default()).unwrap();
        found.items.into_iter().map(|staff| staff.name).collect::<Vec<_>>()
    };
    assert_eq!(list(StaffFilter::default(), "name"), ["Ann Lee", "Ash", "Bob Lee", "Zoë Álvarez"]);
    assert_eq!(list(StaffFilter::default(), "-created").len(), 4);
    assert_eq!(list(StaffFilter::default(), "email")[1..], ["Ann Lee", "Bob Lee", "Zoë Álvarez"]);
    assert_eq!(list(StaffFilter { q: Some("alvarez ZOE".into()), ..StaffFilter::default() }, "name"), ["Zoë Álvarez"]);
    assert_eq!(list(StaffFilter { q: Some("bob@".into()), ..StaffFilter::default() }, "name"), ["Bob Lee"]);
    assert_eq!(list(StaffFilter { role: Some(StaffRole::Admin), ..StaffFilter::default() }, "name"), ["Zoë Álvarez"]);
    assert_eq!(list(StaffFilter { active: Some(false), ..StaffFilter::default() }, "name"), ["Bob Lee"]);
}

#[test]
fn the_operators_audit_log_tells_of_staff_by_number_and_holds_nothing_personal() {
    let world = World::new();
    let platform = world.platform();
    let id = add(&world, NewStaff { username: Some("quilla".into()), ..new_staff("Quill Feather", "quill@example.org") }).id;
    platform
        .staff()
        .edit(id, StaffEdit { name: Patch::Set("Quilla Feather".into()), role: Patch::Set("admin".into()), ..StaffEdit::default() }, None)
        .unwrap();
    platform.staff().reset_password(id).unwrap();
    platform.staff().set_password(id, &"correct horse".into()).unwrap();
    add(&world, NewStaff { password: Some("correct horse".into()), ..admin("Ann") });
    platform.staff().deactivate(id).unwrap();
    platform.staff().reactivate(id).unwrap();
    let registry = world.raw_registry();
    let sql = "SELECT action, details FROM audit_entries WHERE resource_kind = 'staff' AND resource_id = '1' ORDER BY id";
    let mut statement = registry.prepare(sql).unwrap();
    let noted: Vec<(String, String)> = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap().map(Result::unwrap).collect();
    let expected = [
        ("staff.create", r#"{"invited":true,"role":"support"}"#),
        ("staff.edit", r#"{"fields":["name","role"],"role":{"from":"support","to":"admin"}}"#),
        ("staff.reset_password", r#"{"link":"invitation"}"#),
        ("staff.reset_password", r#"{"sessions_ended":0,"set":true}"#),
        ("staff.deactivate", r#"{"sessions_ended":0}"#),
        ("staff.reactivate", r#"{"role":"admin"}"#),
    ];
    assert_eq!(noted.iter().map(|(action, details)| (action.as_str(), details.as_str())).collect::<Vec<_>>(), expected);
    let whole: String = registry.query_row("SELECT group_concat(action || details) FROM audit_entries", [], |row| row.get(0)).unwrap();
    for personal in ["uill", "example.org", "correct horse", "plol_"] {
        assert!(!whole.contains(personal), "{personal}");
    }
}
