//! P1: a tenant's first admin, made or invited in the same call.

use polaris_core::{Actor, LinkPurpose, NewTenant, NewUser, Polaris, Role, UserFilter};

use super::support::{World, code, handed_over, names, new_user};

fn with(admin: NewUser) -> NewTenant {
    NewTenant { first_admin: Some(admin), ..NewTenant::new("north", "North") }
}

fn users(polaris: &Polaris) -> Vec<polaris_core::User> {
    let north = polaris.tenant("north", Actor::System).unwrap();
    north.users().list(&UserFilter::default(), Default::default(), Default::default()).unwrap().items
}

#[test]
fn the_first_admin_is_invited_with_the_tenant() {
    let world = World::new();
    for polaris in [world.polaris.clone(), Polaris::in_memory().unwrap()] {
        let created = polaris.platform(Actor::System).unwrap().tenants().create(with(handed_over("kim@example.org", ""))).unwrap();
        let admin = created.first_admin.unwrap();
        assert_eq!((admin.user.role, admin.user.has_password), (Role::Admin, false));
        let link = admin.invitation.unwrap();
        assert_eq!(link.purpose, LinkPurpose::Invitation);
        assert_eq!(users(&polaris), [admin.user]);
    }
    let stored: String = world.raw("north").query_row("SELECT group_concat(action) FROM audit_entries", [], |row| row.get(0)).unwrap();
    assert_eq!(stored, "tenant.create,user.create");
    let linked: i64 = world.raw("north").query_row("SELECT user_id FROM one_time_links", [], |row| row.get(0)).unwrap();
    assert_eq!(linked, 1);
}

#[test]
fn the_first_admin_is_invited_by_mail_unless_the_operator_hands_the_link_over() {
    let world = World::new();
    let admin = world.platform().tenants().create(with(new_user("kim@example.org", ""))).unwrap().first_admin.unwrap();
    assert!(admin.mailed && admin.invitation.is_none());
    let mail: (String, String, i64) = world
        .raw("north")
        .query_row("SELECT kind, recipient, user_id FROM outbox", [], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .unwrap();
    assert_eq!(mail, ("invitation".into(), "kim@example.org".into(), 1));
}

#[test]
fn the_first_admin_may_be_given_a_password_and_nobody_is_made_where_none_is_described() {
    let world = World::new();
    let draft = with(NewUser { password: Some("correct horse".into()), ..new_user("kim@example.org", "admin") });
    let created = world.platform().tenants().create(draft).unwrap().first_admin.unwrap();
    assert!(created.invitation.is_none() && created.user.has_password);
    assert!(world.platform().tenants().create(NewTenant::new("south", "South")).unwrap().first_admin.is_none());
    let count: i64 = world.raw("south").query_row("SELECT count(*) FROM users", [], |row| row.get(0)).unwrap();
    assert_eq!(count, 0, "not even where the image is the one that was just cast with another's admin");
}

#[test]
fn a_broken_admin_is_told_with_what_else_is_broken_and_nothing_is_made() {
    let world = World::new();
    let before = names(world.root.path());
    let admin = NewUser { password: Some("short".into()), role: "viewer".into(), first_name: String::new(), ..new_user("kim@", "") };
    let draft = NewTenant { name: String::new(), ..with(admin) };
    let error = world.platform().tenants().create(draft).unwrap_err();
    let told: Vec<_> = error.fields().iter().map(|field| (field.field.as_str(), field.code)).collect();
    let expected = [
        ("name", "REQUIRED"),
        ("first_admin.email", "BAD_EMAIL"),
        ("first_admin.first_name", "REQUIRED"),
        ("first_admin.password", "TOO_SHORT"),
        ("first_admin.role", "NOT_ADMIN"),
    ];
    assert_eq!(told, expected);
    assert_eq!(code(world.platform().tenants().create(with(new_user("kim@example.org", "king")))), "VALIDATION_FAILED");
    assert_eq!(names(world.root.path()), before);
    assert_eq!(code(world.platform().tenants().create(with(new_user("kim@example.org", "")))), "ok", "the slug is free");
}
