//! U1 and P6 beside U2: what administering an account does to whoever logs in to it.

use polaris_core::types::UserId;
use polaris_core::{Actor, NewStaff, NewUser, Patch, Role, StaffRole, UsedLink, UserEdit};

use super::people::{caller, from, house, log_in, try_log_in, with};
use super::support::{World, code, handed_over, new_staff, new_user};

const GOOD: &str = "a longer one than most";

/// The account `kim@kckps.org` of [`house`] is an admin, `Pat.Lee@kckps.org` a coordinator.
const PAT: UserId = UserId::new(1);

fn use_link(world: &World, link: &str, password: &str) -> &'static str {
    let used = UsedLink { link: link.into(), password: password.into() };
    code(world.polaris.tenant_door("kckps", from("192.0.2.7")).unwrap().sessions().use_link(&used))
}

fn lock(world: &World, login: &str) {
    for _ in 0..5 {
        assert_eq!(code(try_log_in(&world.polaris, login, "wrong", "192.0.2.9")), "INVALID_CREDENTIALS");
    }
    assert_eq!(code(try_log_in(&world.polaris, login, "wrong", "192.0.2.9")), "TOO_MANY_ATTEMPTS");
}

#[test]
fn an_invited_user_sets_a_password_with_the_link_once_and_logs_in() {
    let world = house();
    let admin = world.as_role(Role::Admin);
    let created = admin.users().create(handed_over("New@kckps.org", "viewer")).unwrap();
    let first = created.invitation.unwrap().secret;
    let second = admin.users().reset_password(created.user.id).unwrap().secret;
    assert_eq!(use_link(&world, first.reveal(), GOOD), "INVALID_LINK", "a new invitation voids the earlier one");
    assert_eq!(use_link(&world, second.reveal(), "new@kckps.org"), "VALIDATION_FAILED");
    assert_eq!(use_link(&world, second.reveal(), GOOD), "ok");
    assert_eq!(use_link(&world, second.reveal(), GOOD), "INVALID_LINK", "once");
    let logged_in = try_log_in(&world.polaris, "NEW@kckps.org", GOOD, "192.0.2.7").unwrap();
    assert_eq!(logged_in.actor, Actor::tenant_user(created.user.id.get(), "Kim Hart", Role::Viewer));
    let user = admin.users().get(created.user.id).unwrap();
    assert!(user.has_password && user.last_log_in_at.is_some());
}

#[test]
fn an_invitation_is_void_after_72_hours_and_a_reset_after_one() {
    let world = house();
    let admin = world.as_role(Role::Admin);
    let invited = admin.users().create(handed_over("new@kckps.org", "viewer")).unwrap().invitation.unwrap();
    let reset = admin.users().reset_password(PAT).unwrap();
    world.clock.set(reset.expires_at);
    assert_eq!(use_link(&world, reset.secret.reveal(), GOOD), "INVALID_LINK");
    world.clock.set(invited.expires_at - chrono::TimeDelta::milliseconds(1));
    assert_eq!(use_link(&world, invited.secret.reveal(), GOOD), "ok");
}

#[test]
fn deactivating_signs_out_at_once_and_no_link_or_password_lets_in() {
    let world = house();
    let admin = world.as_role(Role::Admin);
    let pat = log_in(&world, "patlee");
    let link = admin.users().reset_password(PAT).unwrap().secret;
    admin.users().deactivate(PAT).unwrap();
    assert_eq!(code(caller(&world, &pat)), "UNAUTHENTICATED");
    assert_eq!(use_link(&world, link.reveal(), GOOD), "INVALID_LINK");
    assert_eq!(code(try_log_in(&world.polaris, "patlee", super::people::PASSWORD, "192.0.2.7")), "INVALID_CREDENTIALS");
    admin.users().reactivate(PAT).unwrap();
    assert_eq!(code(caller(&world, &pat)), "UNAUTHENTICATED", "that session stays ended");
    assert_eq!(use_link(&world, link.reveal(), GOOD), "INVALID_LINK", "and that link void");
    assert_eq!(code(try_log_in(&world.polaris, "patlee", super::people::PASSWORD, "192.0.2.7")), "ok");
}

#[test]
fn a_role_holds_at_once_for_sessions_that_live() {
    let world = house();
    let pat = log_in(&world, "patlee");
    let role = || match caller(&world, &pat).unwrap().actor {
        Actor::TenantUser { role, .. } => role,
        other => panic!("{other:?}"),
    };
    assert_eq!(role(), Role::Coordinator);
    let to = |role: &str| UserEdit { role: Patch::Set(role.into()), ..UserEdit::default() };
    world.as_role(Role::Admin).users().edit(PAT, to("viewer"), None).unwrap();
    assert_eq!(role(), Role::Viewer);
    world.as_role(Role::Admin).users().edit(PAT, to("admin"), None).unwrap();
    assert_eq!(role(), Role::Admin);
}

#[test]
fn another_email_or_username_is_what_one_logs_in_with_from_then_on() {
    let world = house();
    let edit = UserEdit { email: Patch::Set("Patricia@kckps.org".into()), username: Patch::Set("Patricia".into()), ..UserEdit::default() };
    world.as_role(Role::Admin).users().edit(PAT, edit, None).unwrap();
    let answer = |login: &str| code(try_log_in(&world.polaris, login, super::people::PASSWORD, "192.0.2.7"));
    assert_eq!([answer("PATRICIA@kckps.org"), answer("PATRICIA")], ["ok"; 2]);
    assert_eq!([answer("pat.lee@kckps.org"), answer("patlee")], ["INVALID_CREDENTIALS"; 2]);
}

// "a reset link still works" while the account is locked; so does a password set at the machine, and coming back.
#[test]
fn a_locked_account_is_revived_by_link_by_password_and_by_reactivation() {
    let world = house();
    let admin = world.as_role(Role::Admin);
    lock(&world, "patlee");
    let link = admin.users().reset_password(PAT).unwrap().secret;
    assert_eq!(code(try_log_in(&world.polaris, "patlee", super::people::PASSWORD, "192.0.2.9")), "TOO_MANY_ATTEMPTS", "not used yet");
    assert_eq!(use_link(&world, link.reveal(), GOOD), "ok");
    assert_eq!(code(try_log_in(&world.polaris, "patlee", GOOD, "192.0.2.9")), "ok");
    lock(&world, "patlee");
    admin.users().set_password(PAT, &"another long one".into()).unwrap();
    assert_eq!(code(try_log_in(&world.polaris, "patlee", "another long one", "192.0.2.9")), "ok");
    lock(&world, "patlee");
    admin.users().deactivate(PAT).unwrap();
    admin.users().reactivate(PAT).unwrap();
    assert_eq!(code(try_log_in(&world.polaris, "patlee", "another long one", "192.0.2.9")), "ok");
}

#[test]
fn a_password_set_for_someone_signs_them_out_everywhere() {
    let world = house();
    let (one, two) = (log_in(&world, "patlee"), log_in(&world, "patlee"));
    world.as_role(Role::Admin).users().set_password(PAT, &GOOD.into()).unwrap();
    assert_eq!([code(caller(&world, &one)), code(caller(&world, &two))], ["UNAUTHENTICATED"; 2]);
}

#[test]
fn the_longest_names_there_can_be_log_in_and_work() {
    let world = house();
    let draft = NewUser {
        first_name: "É".repeat(100),
        last_name: "Ü".repeat(100),
        password: Some(GOOD.into()),
        ..new_user("long@kckps.org", "admin")
    };
    world.as_role(Role::Admin).users().create(draft).unwrap();
    let logged_in = try_log_in(&world.polaris, "long@kckps.org", GOOD, "192.0.2.7").unwrap();
    let caller = caller(&world, &logged_in).unwrap();
    let handle = world.polaris.tenant("kckps", caller).unwrap();
    assert_eq!(code(handle.users().create(new_user("other@kckps.org", "viewer"))), "ok");
}

#[test]
fn an_invited_member_of_staff_sets_a_password_and_logs_in_with_the_role_they_have_now() {
    let world = house();
    let created = world.platform().staff().create(NewStaff { role: "admin".into(), ..new_staff("Robin Ray", "robin@prepkc.org") }).unwrap();
    let door = || world.polaris.staff_door(from("192.0.2.7")).unwrap();
    let link = created.invitation.unwrap().secret;
    door().use_link(&UsedLink { link: link.reveal().into(), password: GOOD.into() }).unwrap();
    let robin = door().log_in(&with("ROBIN@prepkc.org", GOOD)).wait().unwrap();
    assert!(matches!(&robin.actor, Actor::Staff { name, role: StaffRole::Admin, .. } if &**name == "Robin Ray"));
    world.platform().staff().deactivate(created.staff.id).unwrap();
    assert_eq!(code(world.polaris.staff_session(robin.token.reveal())), "UNAUTHENTICATED");
    assert_eq!(code(door().log_in(&with("robin@prepkc.org", GOOD)).wait()), "INVALID_CREDENTIALS");
}
