//! How long links in mails work, and that what is kept of them goes some day.

use std::fs;

use polaris_core::types::VolunteerId;
use polaris_core::{Context, EventEdit, NewOutreachMail, Patch, Patience, Signups};

use super::mails::deliver;
use super::recruitment::recruit;
use super::signup::{event_for, status};
use super::support::{World, code, names};
use super::volunteers::{add, with_email};

fn world() -> World {
    World::with(|config| config.public_url = Some("https://events.example.org".into()))
}

fn door(world: &World) -> Signups {
    world.polaris.signup("kckps", Context::default(), Patience::Wait).unwrap()
}

/// The secrets of the links of a kind in the mails that were sent so far, the oldest first.
fn secrets(world: &World, kind: &str) -> Vec<String> {
    let folder = world.root.path().join("mail");
    let mails = names(&folder).into_iter().map(|name| fs::read_to_string(folder.join(name)).unwrap().replace("=\r\n", ""));
    let secret = |mail: String| Some(mail.split_once(&format!("/signup/kckps/{kind}/"))?.1[..48].to_owned());
    mails.filter_map(secret).collect()
}

fn kept(world: &World) -> u32 {
    world.raw("kckps").query_row("SELECT count(*) FROM mail_links", [], |row| row.get(0)).unwrap()
}

/// As time goes by, with somebody who delivers.
fn on(world: &World, day: &str) {
    world.clock.set(format!("{day}T15:00:00Z").parse().unwrap());
    deliver(&world.polaris);
}

#[test]
fn the_link_to_a_sign_up_works_until_30_days_after_the_event_and_is_forgotten_after_90() {
    let world = world();
    let event = event_for(&world, 3);
    status(&world, &event, "Ann");
    deliver(&world.polaris);
    let [ann] = secrets(&world, "manage").try_into().unwrap();
    // It is older than 90 days then, and the event still to come: it was moved, and she was told with another link.
    let edit = EventEdit { starts_at: Patch::Set("2027-03-15T09:00".into()), ..EventEdit::default() };
    world.kckps().events().edit(event.id, edit, None).unwrap();
    deliver(&world.polaris);
    for day in ["2026-12-15", "2027-03-14", "2027-04-13"] {
        on(&world, day);
        assert!(door(&world).look(&ann).is_ok(), "{day}");
    }
    on(&world, "2027-04-15");
    assert_eq!(code(door(&world).look(&ann)), "INVALID_LINK");
    // Moved once more within that time, it would work again.
    on(&world, "2027-06-12");
    assert_eq!(kept(&world), 2);
    on(&world, "2027-06-14");
    assert_eq!(kept(&world), 0);
}

#[test]
fn a_slip_of_the_date_of_an_event_costs_nobody_their_link() {
    let world = world();
    let event = event_for(&world, 3);
    status(&world, &event, "Ann");
    deliver(&world.polaris);
    let [ann] = secrets(&world, "manage").try_into().unwrap();
    let raw = world.raw("kckps");
    raw.execute("UPDATE events SET starts_at = '2025-10-15T14:00:00.000Z', ends_at = NULL", []).unwrap();
    on(&world, "2026-09-05");
    raw.execute("UPDATE events SET starts_at = '2026-10-15T14:00:00.000Z'", []).unwrap();
    assert!(door(&world).look(&ann).is_ok());
}

#[test]
fn the_link_that_ends_mails_works_for_a_year_after_its_mail() {
    let world = world();
    recruit(&world);
    let kckps = world.kckps();
    let event = event_for(&world, 3);
    let ann: VolunteerId = add(&kckps, with_email("Ann", "ann@example.org")).id;
    let draft = NewOutreachMail { volunteer_ids: Some(vec![ann.get()]), ..NewOutreachMail::default() };
    assert_eq!(kckps.outreach().send_mail(event.id, &draft).unwrap().mailed.len(), 1);
    deliver(&world.polaris);
    let secret = secrets(&world, "unsubscribe").remove(0);
    for day in ["2026-12-15", "2027-03-15", "2027-09-01"] {
        on(&world, day);
        assert!(!door(&world).look_at_opt_out(&secret).unwrap().opted_out, "{day}");
    }
    assert!(door(&world).opt_out(&secret).unwrap().opted_out);
    on(&world, "2027-09-03");
    assert_eq!((kept(&world), code(door(&world).look_at_opt_out(&secret))), (0, "INVALID_LINK"));
    assert!(kckps.volunteers().get(ann).unwrap().volunteer.email_opt_out, "what was said with it stays");
}

#[test]
fn many_old_links_go_bit_by_bit_and_those_still_wanted_keep_none_of_them() {
    let world = world();
    let event = event_for(&world, 3);
    status(&world, &event, "Ann");
    let raw = world.raw("kckps");
    let insert = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1200)
                  INSERT INTO mail_links (hash, purpose, participation_id, volunteer_id, created_at)
                  SELECT printf('%s%063d', ?1, i), ?2, iif(?2 = 'unsubscribe', NULL, 1), iif(?2 = 'unsubscribe', 1, NULL), ?3 FROM n";
    // The older ones are those that are still wanted: the event is in October 2026.
    raw.execute(insert, ("a", "manage_signup", "2025-01-01T12:00:00.000Z")).unwrap();
    raw.execute(insert, ("b", "unsubscribe", "2025-06-01T12:00:00.000Z")).unwrap();
    let at_once = kept(&world);
    deliver(&world.polaris);
    assert!(kept(&world) >= at_once - 500, "a few hundred at once");
    for _ in 0..5 {
        deliver(&world.polaris);
    }
    assert_eq!(kept(&world), 1201);
}
