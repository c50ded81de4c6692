//! What has become pointless when its turn comes is not sent.

use chrono::TimeDelta;

use super::scene::Scene;
use crate::mail::invites::InviteStep;
use crate::types::{MailKind, Patch, VolunteerId};
use crate::{
    Actor, Context, EventEdit, NewCancellation, NewOutreach, NewSignup, NewVolunteer, OutreachEdit, ParticipationEdit, Patience,
    TenantEdit, VolunteerEdit, VolunteerMerge,
};

fn elsewhere(scene: &Scene) {
    let edit = EventEdit { location: Patch::Set("Library".into()), ..EventEdit::default() };
    scene.kckps.events().edit(scene.event.id, edit, None).unwrap();
}

#[test]
fn accounts_that_are_gone_deactivated_or_have_a_password_get_no_link() {
    let scene = Scene::new();
    let user = scene.invite(MailKind::Invitation);
    assert_eq!(scene.why_not(), None);
    scene.run("UPDATE users SET email = ?1, folded_email = 'new@kckps.example'", "new@kckps.example");
    assert_eq!(scene.why_not(), Some("the account has another e-mail address by now"));
    scene.run("UPDATE users SET email = 'PAT@kckps.example', folded_email = 'pat@kckps.example', active = ?1", "0");
    assert_eq!(scene.why_not(), Some("the account is deactivated"));
    scene.run("UPDATE users SET active = 1, password_hash = ?1", "x");
    assert_eq!(scene.why_not(), Some("the account has a password already"));
    let mut gone = scene.outbox().pop().unwrap();
    gone.user = Some(crate::types::UserId::new(user.get() + 1));
    assert!(matches!(scene.compose(&gone, false).unwrap(), crate::mail::compose::Composed::Pointless("there is no such account any more")));
}

#[test]
fn a_reset_whose_password_was_set_meanwhile_is_not_sent() {
    let scene = Scene::new();
    scene.invite(MailKind::Reset);
    assert_eq!(scene.why_not(), None);
    scene.run("UPDATE users SET password_changed_at = ?1", "2027-01-15T18:00:05.000Z");
    assert_eq!(scene.why_not(), Some("the password was set meanwhile"));
}

#[test]
fn outreach_does_not_reach_who_opted_out_asked_not_to_be_contacted_left_or_signed_up_meanwhile() {
    let scene = Scene::new();
    scene.ask();
    assert_eq!(scene.why_not(), None);
    for (change, back, why) in [
        ("email_opt_out = 1", "email_opt_out = 0", "they asked for no more mails of this kind"),
        ("do_not_contact = 1", "do_not_contact = 0", "they asked not to be contacted"),
        ("active = 0", "active = 1", "the volunteer is deactivated"),
    ] {
        scene.run(&format!("UPDATE volunteers SET {change} WHERE first_name = ?1"), "Ann");
        assert_eq!(scene.why_not(), Some(why));
        scene.run(&format!("UPDATE volunteers SET {back} WHERE first_name = ?1"), "Ann");
    }
    scene.place("confirmed");
    assert_eq!(scene.why_not(), Some("they have signed up meanwhile"));
    scene.place("declined");
    assert_eq!(scene.why_not(), None);
    scene.kckps.events().cancel(scene.event.id, NewCancellation::default()).unwrap();
    let outreach = scene.outbox().remove(0);
    assert!(matches!(
        scene.compose(&outreach, false).unwrap(),
        crate::mail::compose::Composed::Pointless("the event was cancelled meanwhile")
    ));
}

/// Somebody who says on the telephone that they don't come must not be asked by mail an hour later.
#[test]
fn outreach_does_not_reach_who_declined_between_queuing_and_sending() {
    let log = |scene: &Scene, outcome: &str| {
        let who = Some(scene.ann.get());
        let draft = NewOutreach { volunteer_id: who, method: "phone".into(), outcome: Some(outcome.into()), ..NewOutreach::default() };
        scene.kckps.outreach().log(scene.event.id, &draft).unwrap().outreach.id
    };
    // On the telephone.
    let scene = Scene::new();
    let features = [("recruitment".to_owned(), Some(true))].into();
    let edit = TenantEdit { features, ..TenantEdit::default() };
    scene.kckps.polaris().platform(Actor::System).unwrap().tenants().edit("kckps", &edit, None).unwrap();
    log(&scene, "declined");
    scene.pass(TimeDelta::seconds(1));
    scene.ask();
    assert_eq!(scene.why_not(), None, "asked again on purpose");
    scene.pass(TimeDelta::seconds(1));
    let asked = log(&scene, "no_response");
    assert_eq!(scene.why_not(), None);
    let edit = OutreachEdit { outcome: Patch::Set("declined".into()), ..OutreachEdit::default() };
    scene.kckps.outreach().edit(asked, &edit, None).unwrap();
    assert_eq!(scene.why_not(), Some("they declined meanwhile"));
    // On the roster.
    let scene = Scene::new();
    let declined = ParticipationEdit { status: Patch::Set("declined".into()), ..ParticipationEdit::default() };
    scene.place("invited");
    scene.kckps.rosters().edit(scene.event.id, scene.ann, &declined, None).unwrap();
    scene.pass(TimeDelta::seconds(1));
    scene.ask();
    assert_eq!(scene.why_not(), None, "asked again on purpose");
    scene.place("invited");
    scene.pass(TimeDelta::seconds(1));
    scene.kckps.rosters().edit(scene.event.id, scene.ann, &declined, None).unwrap();
    assert_eq!(scene.why_not(), Some("they declined meanwhile"));
}

#[test]
fn nobody_is_asked_to_come_to_what_has_begun() {
    let scene = Scene::new();
    scene.ask();
    scene.pass(scene.event.starts_at.instant - scene.now() - TimeDelta::milliseconds(1));
    assert_eq!(scene.why_not(), None);
    scene.pass(TimeDelta::milliseconds(1));
    assert_eq!(scene.why_not(), Some("the event has begun"));
}

#[test]
fn mails_about_what_they_did_reach_who_opted_out_and_who_asked_not_to_be_contacted() {
    let scene = Scene::new();
    scene.run("UPDATE volunteers SET email_opt_out = 1, do_not_contact = 1 WHERE first_name = ?1", "Ann");
    scene.confirm();
    assert_eq!(scene.why_not(), None);
    elsewhere(&scene);
    assert_eq!(scene.why_not(), None, "she signed up herself");
    scene.run("UPDATE participations SET signed_up_at = NULL WHERE status = ?1", "confirmed");
    assert_eq!(scene.why_not(), Some("they asked not to be contacted"));
}

#[test]
fn what_no_longer_holds_is_not_told() {
    let scene = Scene::new();
    let place = scene.confirm();
    scene.place("declined");
    assert_eq!(scene.why_not(), Some("they have no place any more"));
    scene.tell(MailKind::SignupCancelled, &place, Some(InviteStep::TakenBack));
    assert_eq!(scene.why_not(), None);
    scene.confirm();
    scene.run("DELETE FROM outbox WHERE id = (SELECT max(id) FROM outbox) AND kind = ?1", "signup_confirmed");
    assert_eq!(scene.why_not(), Some("they have signed up again"));
    scene.place("waitlisted");
    scene.tell(MailKind::SignupWaitlisted, &place, None);
    assert_eq!(scene.why_not(), None);
    scene.place("confirmed");
    assert_eq!(scene.why_not(), Some("they are not on the waitlist any more"));
    elsewhere(&scene);
    assert_eq!(scene.why_not(), None);
    scene.run("DELETE FROM participations WHERE status = ?1", "confirmed");
    assert_eq!(scene.why_not(), Some("they are not on the roster any more"));
}

/// Who waited has nothing in their calendar.
#[test]
fn who_waited_is_told_that_they_are_off_without_an_invite_unless_they_wait_again() {
    let scene = Scene::new();
    let place = scene.place("waitlisted");
    scene.place("declined");
    scene.tell(MailKind::SignupRemoved, &place, None);
    assert_eq!(scene.why_not(), None);
    assert!(scene.last().invite.is_none());
    scene.place("waitlisted");
    assert_eq!(scene.why_not(), Some("they are on the roster again"));
    scene.run("DELETE FROM participations WHERE status = ?1", "waitlisted");
    assert_eq!(scene.why_not(), None);
}

/// Whoever cancels, and is back on the waitlist before the mail is sent, must not keep the event in their calendar (S4, M4).
#[test]
fn an_invite_is_taken_back_unless_a_later_one_is_out() {
    for kind in [MailKind::SignupCancelled, MailKind::SignupRemoved] {
        let scene = Scene::new();
        let place = scene.confirm();
        scene.place("declined");
        scene.tell(kind, &place, Some(InviteStep::TakenBack));
        let taken_back = scene.outbox().pop().unwrap();
        let why_not = || match scene.compose(&taken_back, false).unwrap() {
            crate::mail::compose::Composed::Mail(mail) => {
                assert_eq!(mail.invite.unwrap().method, "CANCEL");
                None
            }
            crate::mail::compose::Composed::Pointless(why) => Some(why),
        };
        assert_eq!(why_not(), None);
        let place = scene.place("waitlisted");
        assert_eq!(why_not(), None, "who waits has nothing in their calendar");
        scene.place("confirmed");
        assert_eq!(why_not(), None, "confirmed without an invite");
        scene.tell(MailKind::SignupPromoted, &place, Some(InviteStep::Anew));
        assert!(why_not().is_some_and(|why| why.ends_with(" again")), "the later invite stands");
    }
    let scene = Scene::new();
    let place = scene.place("waitlisted");
    scene.place("declined");
    scene.tell(MailKind::SignupCancelled, &place, None);
    scene.place("waitlisted");
    assert_eq!(scene.why_not(), Some("they have signed up again"), "there is nothing to take back");
}

#[test]
fn an_address_that_is_no_longer_the_volunteers_gets_nothing_and_another_attempt_goes_to_theirs() {
    let scene = Scene::new();
    scene.confirm();
    scene.run("UPDATE volunteers SET email = ?1, folded_email = 'ann@example.org'", "Ann@Example.org");
    assert_eq!(scene.why_not(), None, "only written in another way");
    let other = "the volunteer has another e-mail address by now, or none; trying it again sends it there";
    scene.run("UPDATE volunteers SET email = ?1, folded_email = 'lee@example.org'", "lee@example.org");
    assert_eq!(scene.why_not(), Some(other));
    let mails = scene.kckps.mails().list(&crate::MailFilter::default(), crate::PageRequest::default()).unwrap();
    let mail = scene.kckps.mails().retry(mails.items[0].id).unwrap();
    assert_eq!((mail.recipient.as_str(), scene.why_not()), ("lee@example.org", None));
    scene.run("UPDATE volunteers SET email = NULL, folded_email = NULL WHERE first_name = ?1", "Ann");
    assert_eq!(scene.why_not(), Some(other));
    scene.kckps.mails().retry_all().unwrap();
    assert_eq!(scene.why_not(), Some(other));
    // The address of a record that became theirs is theirs, too.
    scene.run(
        "INSERT INTO volunteer_merges (merged_id, volunteer_id, folded_email, merged_at) VALUES (99, 1, ?1, '2027-01-15T18:00:00.000Z')",
        "lee@example.org",
    );
    assert_eq!(scene.why_not(), None);
}

/// Ann's record becomes Bo's, who had no address; theirs is Ann's then, until it is corrected.
#[test]
fn an_address_that_came_with_a_merged_record_gets_nothing_once_it_is_corrected_or_somebody_elses() {
    let other = Some("the volunteer has another e-mail address by now, or none; trying it again sends it there");
    for email in [Patch::Set("bo@example.org".into()), Patch::Clear] {
        let mut scene = Scene::new();
        let ann = scene.ann;
        let bo = add(&scene, "Bo", None);
        merge(&scene, bo, ann);
        scene.ann = bo;
        scene.confirm();
        assert_eq!((scene.outbox()[0].recipient.as_str(), scene.why_not()), ("ann@example.org", None));
        let corrected = VolunteerEdit { email, ..VolunteerEdit::default() };
        scene.kckps.volunteers().edit(bo, corrected, None).unwrap();
        assert_eq!(scene.why_not(), other);
        // Who signs up with it now is somebody else.
        let draft =
            NewSignup { first_name: "Ann".into(), last_name: "Lee".into(), email: "ann@example.org".into(), ..NewSignup::default() };
        let door = scene.kckps.polaris().signup("kckps", Context::default(), Patience::Wait).unwrap();
        door.attempt().unwrap().submit(scene.event.id, &draft, None).unwrap();
        assert_eq!(scene.kckps.volunteers().get("ann@example.org").unwrap().volunteer.id.get(), bo.get() + 1);
    }
    // The survivor kept their own, the other's is still good for the same person; until it is another's.
    let mut scene = Scene::new();
    let (ann, bo) = (scene.ann, add(&scene, "Bo", Some("bo@example.org")));
    merge(&scene, bo, ann);
    scene.ann = bo;
    let place = scene.place("confirmed");
    scene.tell(MailKind::SignupConfirmed, &place, Some(InviteStep::Anew));
    scene.run("UPDATE outbox SET recipient = ?1", "ann@example.org");
    assert_eq!(scene.why_not(), None);
    add(&scene, "Cy", Some("ANN@example.org"));
    assert_eq!(scene.why_not(), other);
}

fn add(scene: &Scene, first_name: &str, email: Option<&str>) -> VolunteerId {
    let email = email.map(str::to_owned);
    let draft = NewVolunteer { first_name: first_name.into(), last_name: "Lee".into(), email, ..NewVolunteer::default() };
    scene.kckps.volunteers().create(draft).unwrap().volunteer.id
}

fn merge(scene: &Scene, survivor: VolunteerId, goes: VolunteerId) {
    let merge = VolunteerMerge { merged_id: Some(goes.get()), ..VolunteerMerge::default() };
    scene.kckps.volunteers().merge(survivor, &merge, None).unwrap();
}

#[test]
fn nothing_is_told_of_an_event_that_is_over() {
    let scene = Scene::new();
    scene.confirm();
    scene.pass("2027-03-04T17:00:00Z".parse::<chrono::DateTime<chrono::Utc>>().unwrap() - scene.now());
    assert_eq!(scene.why_not(), None, "it ends now");
    scene.pass(TimeDelta::seconds(1));
    assert_eq!(scene.why_not(), Some("the event is over"));
}
