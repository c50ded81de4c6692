//! M3: who finds the link in an outreach mail gets no more of them, without a log-in, in one step.

use polaris_core::types::{MailSecret, VolunteerId};
use polaris_core::{Context, OptOut, Patience, Result, Signups};

use super::support::{World, code, new_volunteer};
use super::volunteers::add;

fn door(world: &World, address: &str) -> Signups {
    world.polaris.signup("kckps", Context { address: Some(address.into()), ..Context::default() }, Patience::Wait).unwrap()
}

/// A link as a mail to this volunteer would hold it.
fn link(world: &World, volunteer: VolunteerId, seed: u8) -> String {
    let secret = MailSecret::generate([seed; 32]);
    let sql = "INSERT INTO mail_links (hash, purpose, volunteer_id, created_at) VALUES (?1, 'unsubscribe', ?2, '2026-09-01T12:00:00.000Z')";
    world.raw("kckps").execute(sql, (secret.hash().as_str(), volunteer.get())).unwrap();
    secret.reveal().to_owned()
}

fn opted_out(world: &World, volunteer: VolunteerId) -> bool {
    world.kckps().volunteers().get(volunteer).unwrap().volunteer.email_opt_out
}

fn refused(answer: Result<OptOut>) -> &'static str {
    code(answer)
}

#[test]
fn a_look_changes_nothing_and_opting_out_is_done_once_and_stays() {
    let world = World::new();
    let ann = add(&world.kckps(), new_volunteer("Ann", "Lee")).id;
    let bob = add(&world.kckps(), new_volunteer("Bob", "Lee")).id;
    let (first, second) = (link(&world, ann, 1), link(&world, ann, 2));
    let door = door(&world, "192.0.2.7");
    assert_eq!(door.look_at_opt_out(&first).unwrap(), OptOut { opted_out: false });
    assert!(!opted_out(&world, ann));
    assert_eq!(door.opt_out(&first).unwrap(), OptOut { opted_out: true });
    assert!(opted_out(&world, ann) && !opted_out(&world, bob));
    let version = world.kckps().volunteers().get(ann).unwrap().volunteer.version;
    assert_eq!(door.opt_out(&second).unwrap(), OptOut { opted_out: true }, "again, by another mail");
    assert_eq!(door.look_at_opt_out(&first).unwrap(), OptOut { opted_out: true });
    assert_eq!(world.kckps().volunteers().get(ann).unwrap().volunteer.version, version, "again changes nothing");
    let raw = world.raw("kckps");
    let mut rows = raw
        .prepare("SELECT actor_kind, action, resource_kind, resource_id, details FROM audit_entries WHERE action = 'volunteer.opt_out'")
        .unwrap();
    let rows: Vec<[String; 5]> = rows
        .query_map([], |row| Ok([row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?]))
        .unwrap()
        .map(std::result::Result::unwrap)
        .collect();
    let details = r#"{"by":"themselves","fields":["email_opt_out"]}"#;
    assert_eq!(rows, [["public".to_owned(), "volunteer.opt_out".into(), "volunteer".into(), ann.to_string(), details.into()]]);
}

#[test]
fn it_stays_possible_whatever_is_switched_off_and_after_a_merge() {
    let world = World::new();
    let (ann, anna) = (add(&world.kckps(), new_volunteer("Ann", "Lee")).id, add(&world.kckps(), new_volunteer("Anna", "Lee")).id);
    let secret = link(&world, ann, 1);
    let merge = polaris_core::VolunteerMerge { merged_id: Some(ann.get()), ..polaris_core::VolunteerMerge::default() };
    world.kckps().volunteers().merge(anna, &merge, None).unwrap();
    let off = polaris_core::json::read(br#"{"features": {"events": false, "volunteers": false, "recruitment": false}}"#).unwrap();
    world.platform().tenants().edit("kckps", &off, None).unwrap();
    door(&world, "192.0.2.7").opt_out(&secret).unwrap();
    let on = polaris_core::json::read(br#"{"features": {"volunteers": true}}"#).unwrap();
    world.platform().tenants().edit("kckps", &on, None).unwrap();
    assert!(opted_out(&world, anna));
}

#[test]
fn other_secrets_are_refused_alike_and_guesses_are_counted() {
    let world = World::new();
    let ann = add(&world.kckps(), new_volunteer("Ann", "Lee")).id;
    let secret = link(&world, ann, 1);
    let other = MailSecret::generate([9; 32]);
    for bad in ["", "plml_", other.reveal(), &secret[..47], "' OR 1=1 --"] {
        assert_eq!(refused(door(&world, "192.0.2.7").opt_out(bad)), "INVALID_LINK");
        assert_eq!(refused(door(&world, "192.0.2.7").look_at_opt_out(bad)), "INVALID_LINK");
    }
    assert!(!opted_out(&world, ann));
    for _ in 0..20 {
        let _ = door(&world, "192.0.2.8").opt_out("guess");
    }
    assert_eq!(refused(door(&world, "192.0.2.8").opt_out("guess")), "RATE_LIMIT_EXCEEDED");
    // A link to a sign-up is none to opt out.
    world.platform().tenants().deactivate("kckps", None).unwrap();
    let unknown = world.polaris.signup("kckps", Context::default(), Patience::Wait);
    assert_eq!(unknown.err().unwrap().code(), "TENANT_NOT_FOUND");
}
