//! U1: a tenant's users, created, listed and shown (FR-TENANT-108).

use polaris_core::types::{AccountOrder, AccountSort, UserId, UserRef};
use polaris_core::{Error, LinkPurpose, NewUser, PageRequest, Patch, Role, TenantHandle, User, UserFilter};

use super::support::{World, code, handed_over, new_user, start};

fn admin(world: &World) -> TenantHandle {
    world.as_role(Role::Admin)
}

fn list(kckps: &TenantHandle, filter: &UserFilter) -> Vec<String> {
    let found = kckps.users().list(filter, AccountOrder::default(), PageRequest::default()).unwrap();
    assert_eq!(found.total as usize, found.items.len());
    found.items.iter().map(|user| user.first_name.clone()).collect()
}

/// The broken fields and their codes.
fn broken<T>(answer: Result<T, Error>) -> Vec<(String, &'static str)> {
    let error = answer.err().expect("should be refused");
    assert_eq!(error.code(), "VALIDATION_FAILED", "{error}");
    error.fields().iter().map(|field| (field.field.clone(), field.code)).collect()
}

#[test]
fn a_user_without_a_password_is_invited_by_mail_u1() {
    let world = World::new();
    let created = admin(&world).users().create(new_user("Kim@Example.org", "viewer")).unwrap();
    assert!(created.mailed && created.invitation.is_none() && !created.user.has_password);
    let raw = world.raw("kckps");
    let mail: (String, String, i64, String) = raw
        .query_row("SELECT kind, recipient, user_id, data FROM outbox", [], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))
        .unwrap();
    assert_eq!(mail, ("invitation".into(), "Kim@Example.org".into(), created.user.id.get(), "{}".into()), "written with the user");
    let links: i64 = raw.query_row("SELECT count(*) FROM one_time_links", [], |row| row.get(0)).unwrap();
    assert_eq!(links, 0, "the link is made when the mail is sent: no secret waits anywhere");
}

/// A mail without its link would be of no use.
#[test]
fn where_mails_can_hold_no_links_an_invitation_is_handed_over_and_nothing_is_mailed() {
    let world = World::with(|config| config.public_url = None);
    let users = admin(&world);
    let created = users.users().create(new_user("kim@example.org", "viewer")).unwrap();
    assert!(!created.mailed && created.invitation.is_some());
    let error = users.users().invite("kim@example.org").unwrap_err();
    assert!(
        error.code() == "CONFLICT" && error.to_string().contains("public_url") && error.to_string().contains("reset-password"),
        "{error}"
    );
    users.users().reset_password("kim@example.org").unwrap();
    let first =
        polaris_core::NewTenant { first_admin: Some(new_user("lee@example.org", "")), ..polaris_core::NewTenant::new("south", "South") };
    let first = world.platform().tenants().create(first).unwrap().first_admin.unwrap();
    assert!(!first.mailed && first.invitation.is_some());
    for tenant in ["kckps", "south"] {
        let queued: i64 = world.raw(tenant).query_row("SELECT count(*) FROM outbox", [], |row| row.get(0)).unwrap();
        assert_eq!(queued, 0);
    }
}

#[test]
fn how_an_invitation_reaches_a_user_is_said_in_words_and_not_beside_a_password() {
    let world = World::new();
    let create = |draft: NewUser| admin(&world).users().create(draft);
    let by = |invite: &str| NewUser { invite: Some(invite.into()), ..new_user("kim@example.org", "viewer") };
    assert_eq!(broken(create(by("pigeon"))), [("invite".to_owned(), "UNKNOWN_VALUE")]);
    let both = NewUser { password: Some("correct horse".into()), ..by("mail") };
    assert_eq!(broken(create(both)), [("invite".to_owned(), "NOT_WITH_PASSWORD")]);
    assert!(create(by("mail")).unwrap().mailed);
}

#[test]
fn a_user_is_invited_again_or_sent_a_link_for_a_new_password() {
    let world = World::new();
    let users = admin(&world);
    let kim = users.users().create(new_user("kim@example.org", "viewer")).unwrap().user;
    assert_eq!(users.users().invite(kim.id).unwrap(), kim);
    users.users().set_password(kim.id, &"correct horse".into()).unwrap();
    users.users().invite(UserRef::parse("kim@example.org")).unwrap();
    let raw = world.raw("kckps");
    let kinds: String = raw.query_row("SELECT group_concat(kind) FROM outbox", [], |row| row.get(0)).unwrap();
    assert_eq!(kinds, "invitation,invitation,reset");
    users.users().deactivate(kim.id).unwrap();
    assert_eq!(code(users.users().invite(kim.id)), "CONFLICT");
    assert_eq!(code(users.users().invite(UserId::new(99))), "USER_NOT_FOUND");
}

#[test]
fn a_user_without_a_password_may_be_given_a_link_for_72_hours() {
    let world = World::new();
    let draft = NewUser {
        username: Some(" Kim.Hart ".into()),
        first_name: " Zoe\u{308} ".into(),
        ..handed_over(" Kim@Example.org ", "coordinator")
    };
    let created = admin(&world).users().create(draft).unwrap();
    let user = &created.user;
    assert_eq!((user.id, user.email.as_str(), user.username.as_ref().unwrap().as_str()), (UserId::new(1), "Kim@Example.org", "Kim.Hart"));
    assert_eq!((user.first_name.as_str(), user.last_name.as_str(), user.role), ("Zoë", "Hart", Role::Coordinator));
    assert_eq!((user.active, user.has_password, user.last_log_in_at, user.version), (true, false, None, 1));
    assert_eq!((user.created_at, user.updated_at), (start(), start()));
    let invitation = created.invitation.unwrap();
    assert_eq!((invitation.purpose, invitation.expires_at - start()), (LinkPurpose::Invitation, chrono::TimeDelta::hours(72)));
    let stored: (String, String, i64) = world
        .raw("kckps")
        .query_row("SELECT hash, purpose, user_id FROM one_time_links", [], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .unwrap();
    assert_eq!((stored.1.as_str(), stored.2), ("invitation", 1));
    assert!(!stored.0.contains(invitation.secret.reveal()), "only its hash is stored");
    assert_eq!(&admin(&world).users().get(UserId::new(1)).unwrap(), user);
}

#[test]
fn a_user_with_a_password_needs_no_invitation_and_the_password_is_kept_as_a_hash() {
    let world = World::new();
    let draft = NewUser { password: Some("correct horse".into()), ..new_user("kim@example.org", "viewer") };
    let created = admin(&world).users().create(draft).unwrap();
    assert!(created.invitation.is_none() && created.user.has_password);
    let stored: String = world.raw("kckps").query_row("SELECT password_hash FROM users", [], |row| row.get(0)).unwrap();
    assert!(stored.starts_with("$argon2id$"), "{stored}");
    assert!(!format!("{created:?} {:?}", new_user("kim@example.org", "viewer")).contains("correct horse"));
}

#[test]
fn every_broken_field_is_told_at_once_and_nothing_is_written() {
    let world = World::new();
    let draft = NewUser {
        email: "nobody".into(),
        username: Some("a@b.org".into()),
        first_name: " ".into(),
        last_name: "x".repeat(101),
        role: "king".into(),
        password: Some("short".into()),
        invite: None,
    };
    let expected = [
        ("email", "BAD_EMAIL"),
        ("username", "BAD_USERNAME"),
        ("first_name", "REQUIRED"),
        ("last_name", "TOO_LONG"),
        ("role", "UNKNOWN_VALUE"),
        ("password", "TOO_SHORT"),
    ];
    let told = broken(admin(&world).users().create(draft));
    assert_eq!(told.iter().map(|(field, code)| (field.as_str(), *code)).collect::<Vec<_>>(), expected);
    let told = broken(admin(&world).users().create(NewUser::default()));
    assert_eq!(told.iter().map(|(field, _)| field.as_str()).collect::<Vec<_>>(), ["email", "first_name", "last_name", "role"]);
    let rows: i64 = world.raw("kckps").query_row("SELECT count(*) FROM users", [], |row| row.get(0)).unwrap();
    assert_eq!(rows, 0);
}

// U3: "At least 8 characters, at most 1,024 bytes, not the e-mail".
#[test]
fn weak_and_absurd_passwords_are_refused() {
    let world = World::new();
    for (password, expected) in [
        ("", "TOO_SHORT"),
        ("seven77", "TOO_SHORT"),
        (&"correct horse ".repeat(74), "TOO_LONG"),
        ("KIM@example.org", "LIKE_ACCOUNT"),
        ("the.hart", "LIKE_ACCOUNT"),
        ("password", "TOO_EASY"),
        ("aaaaaaaaaaaa", "TOO_EASY"),
    ] {
        let draft = NewUser { username: Some("The.Hart".into()), password: Some(password.into()), ..new_user("kim@example.org", "viewer") };
        assert_eq!(broken(admin(&world).users().create(draft)), [("password".to_owned(), expected)], "{password:.20}");
    }
}

#[test]
fn roles_are_those_there_are_and_user_means_viewer() {
    let world = World::new();
    for (at, (given, role)) in
        [("admin", Role::Admin), ("coordinator", Role::Coordinator), (" virtual_admin ", Role::VirtualAdmin), ("user", Role::Viewer)]
            .into_iter()
            .enumerate()
    {
        assert_eq!(admin(&world).users().create(new_user(&format!("u{at}@example.org"), given)).unwrap().user.role, role);
    }
    for bad in ["king", "Admin", "staff", "support", "admin,viewer", "system"] {
        assert_eq!(broken(admin(&world).users().create(new_user("x@example.org", bad))), [("role".to_owned(), "UNKNOWN_VALUE")], "{bad}");
    }
}

#[test]
fn an_email_or_username_is_taken_whatever_its_case() {
    let world = World::new();
    let users = |username: &str, email: &str| {
        let draft = NewUser { username: Some(username.into()), ..new_user(email, "viewer") };
        admin(&world).users().create(draft).map(|created| created.user.id.get())
    };
    assert_eq!(users("kim", "kim@example.org").unwrap(), 1);
    for email in ["kim@example.org", "KIM@EXAMPLE.ORG", "Kim@Example.Org", " kim@example.org "] {
        match users("other", email) {
            Err(Error::Conflict(why)) => assert_eq!(why, "email: user 1 has this e-mail already"),
            other => panic!("{email}: {other:?}"),
        }
    }
    match users("KIM", "other@example.org") {
        Err(Error::Conflict(why)) => assert_eq!(why, "username: user 1 has this username already"),
        other => panic!("{other:?}"),
    }
    admin(&world).users().deactivate(UserId::new(1)).unwrap();
    match users("Kim", "KIM@example.org") {
        Err(Error::Conflict(why)) => assert_eq!(
            why,
            "email: user 1 has this e-mail already and is deactivated: it can be reactivated; \
             username: user 1 has this username already and is deactivated: it can be reactivated"
        ),
        other => panic!("{other:?}"),
    }
    let there = world.polaris.tenant("hickman", polaris_core::Actor::System).unwrap();
    assert!(there.users().create(new_user("kim@example.org", "viewer")).is_ok(), "one person, two tenants: two records");
}

#[test]
fn a_blank_username_is_none_and_many_may_have_none() {
    let world = World::new();
    for at in 0..3 {
        let draft = NewUser { username: (at > 0).then(|| " ".into()), ..new_user(&format!("u{at}@example.org"), "viewer") };
        assert_eq!(admin(&world).users().create(draft).unwrap().user.username, None);
    }
}

fn people(world: &World) -> Vec<User> {
    let add = |first: &str, last: &str, email: &str, role: &str| {
        let username = (first == "Zoë").then(|| "zed_99".to_owned());
        let draft = NewUser { first_name: first.into(), last_name: last.into(), username, ..new_user(email, role) };
        world.clock.advance(chrono::TimeDelta::seconds(1));
        admin(world).users().create(draft).unwrap().user
    };
    vec![
        add("Zoë", "Álvarez", "zoe@example.org", "admin"),
        add("Ann", "Straße", "a_n%n@example.org", "coordinator"),
        add("Bob", "Lee", "bob@other.example", "viewer"),
    ]
}

#[test]
fn users_are_found_by_words_of_name_email_and_username_by_role_and_by_standing() {
    let world = World::new();
    let all = people(&world);
    let kckps = admin(&world);
    kckps.users().deactivate(all[2].id).unwrap();
    let q = |q: &str| list(&kckps, &UserFilter { q: Some(q.into()), ..UserFilter::default() });
    assert_eq!(q(""), ["Zoë", "Bob", "Ann"], "by last name, whatever its accents");
    assert_eq!(q("zoe alvarez"), ["Zoë"]);
    assert_eq!(q("ALV  zo"), ["Zoë"], "parts of words, in any order");
    assert_eq!(q("strasse"), ["Ann"]);
    assert_eq!(q("EXAMPLE.org"), ["Zoë", "Ann"]);
    assert_eq!(q("_n%n"), ["Ann"], "% and _ are nothing but themselves");
    assert_eq!(q("zed_99"), ["Zoë"]);
    assert_eq!(q("zoe bob"), [""; 0]);
    assert_eq!(q(&"x ".repeat(10_000)), [""; 0]);
    assert_eq!(q(&"x".repeat(300)), [""; 0]);
    assert_eq!(list(&kckps, &UserFilter { role: Some(Role::Coordinator), ..UserFilter::default() }), ["Ann"]);
    assert_eq!(list(&kckps, &UserFilter { active: Some(true), ..UserFilter::default() }), ["Zoë", "Ann"]);
    assert_eq!(list(&kckps, &UserFilter { active: Some(false), ..UserFilter::default() }), ["Bob"]);
    let nul = UserFilter { q: Some("zoe\0".into()), ..UserFilter::default() };
    assert_eq!(code(kckps.users().list(&nul, AccountOrder::default(), PageRequest::default())), "BAD_REQUEST");
}

#[test]
fn users_are_sorted_either_way_and_paged() {
    let world = World::new();
    people(&world);
    let page = |order: &str, page, per_page| {
        let found = admin(&world)
            .users()
            .list(&UserFilter::default(), AccountOrder::parse(order).unwrap(), PageRequest::new(page, per_page).unwrap())
            .unwrap();
        assert_eq!(found.total, 3);
        found.items.iter().map(|user| user.first_name.clone()).collect::<Vec<_>>()
    };
    assert_eq!(page("name", 1, 20), ["Zoë", "Bob", "Ann"]);
    assert_eq!(page("-name", 1, 20), ["Ann", "Bob", "Zoë"]);
    assert_eq!(page("email", 1, 20), ["Ann", "Bob", "Zoë"]);
    assert_eq!(page("-created", 1, 20), ["Bob", "Ann", "Zoë"]);
    assert_eq!(page("created", 2, 2), ["Bob"]);
    assert_eq!(page("created", 3, 2), [""; 0]);
    assert_eq!(AccountOrder::default().by, AccountSort::Name);
}

#[test]
fn a_user_is_shown_by_number_email_or_username() {
    let world = World::new();
    let zoe = &people(&world)[0];
    for named in ["1", "zoe@example.org", " ZOE@EXAMPLE.ORG ", "zed_99", "ZED_99"] {
        assert_eq!(&admin(&world).users().get(named).unwrap(), zoe, "{named}");
    }
    for nobody in ["0", "4", "-1", "", "%", "zoe", "zoe@example.or", "99999999999999999999", "' OR 1=1 --", "\0"] {
        assert_eq!(code(admin(&world).users().get(nobody)), "USER_NOT_FOUND", "{nobody}");
    }
}

// The numbers of one tenant mean nothing in another.
#[test]
fn another_tenants_users_are_not_found() {
    let world = World::new();
    let zoe = people(&world)[0].id;
    let there = world.polaris.tenant("hickman", polaris_core::Actor::System).unwrap();
    let users = there.users();
    for named in [UserRef::from(zoe), UserRef::from("zoe@example.org"), UserRef::from("zed_99")] {
        let edit = polaris_core::UserEdit { first_name: Patch::Set("X".into()), ..Default::default() };
        let answers = [
            code(users.get(named.clone())),
            code(users.edit(named.clone(), edit, None)),
            code(users.deactivate(named.clone())),
            code(users.reactivate(named.clone())),
            code(users.reset_password(named.clone())),
            code(users.set_password(named.clone(), &"correct horse".into())),
        ];
        assert_eq!(answers, ["USER_NOT_FOUND"; 6]);
    }
    assert!(list(&there, &UserFilter::default()).is_empty());
    assert_eq!(admin(&world).users().get(zoe).unwrap().version, 1);
}

// X1: "details without personal data".
#[test]
fn the_audit_log_tells_of_users_by_number_and_holds_nothing_personal() {
    let world = World::new();
    let kckps = admin(&world);
    let draft = NewUser { username: Some("quillfeather".into()), first_name: "Quill".into(), ..new_user("quill@example.org", "admin") };
    let id = kckps.users().create(draft).unwrap().user.id;
    let edit = |edit| kckps.users().edit(id, edit, None).unwrap();
    edit(polaris_core::UserEdit { email: Patch::Set("quill2@example.org".into()), ..Default::default() });
    kckps.users().create(new_user("other@example.org", "admin")).unwrap();
    edit(polaris_core::UserEdit { role: Patch::Set("viewer".into()), first_name: Patch::Set("Quilla".into()), ..Default::default() });
    kckps.users().reset_password(id).unwrap();
    kckps.users().set_password(id, &"correct horse".into()).unwrap();
    kckps.users().reset_password(id).unwrap();
    kckps.users().deactivate(id).unwrap();
    kckps.users().reactivate(id).unwrap();
    let raw = world.raw("kckps");
    let mut statement =
        raw.prepare("SELECT action, details FROM audit_entries WHERE resource_kind = 'user' AND resource_id = '1' ORDER BY id").unwrap();
    let noted: Vec<(String, String)> = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap().map(Result::unwrap).collect();
    let expected = [
        ("user.create", r#"{"by":"mail","invited":true,"role":"admin"}"#),
        ("user.edit", r#"{"fields":["email"]}"#),
        ("user.edit", r#"{"fields":["first_name","role"],"role":{"from":"admin","to":"viewer"}}"#),
        ("user.reset_password", r#"{"link":"invitation"}"#),
        ("user.reset_password", r#"{"sessions_ended":0,"set":true}"#),
        ("user.reset_password", r#"{"link":"reset"}"#),
        ("user.deactivate", r#"{"calendar_feeds_ended":0,"sessions_ended":0}"#),
        ("user.reactivate", r#"{"role":"viewer"}"#),
    ];
    assert_eq!(noted.iter().map(|(action, details)| (action.as_str(), details.as_str())).collect::<Vec<_>>(), expected);
    let whole: String = raw
        .query_row("SELECT group_concat(action || details || coalesce(resource_id, '')) FROM audit_entries", [], |row| row.get(0))
        .unwrap();
    for personal in ["uill", "Hart", "example.org", "correct horse", "plol_"] {
        assert!(!whole.contains(personal), "{personal}");
    }
}
