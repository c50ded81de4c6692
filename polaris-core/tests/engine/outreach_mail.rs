//! C4: volunteers asked to an event by mail, each logged, whoever is left out named.

use chrono::TimeDelta;
use polaris_core::types::{EventId, OutreachMethod, OutreachOutcome, VolunteerId};
use polaris_core::{
    AuditFilter, Error, IdempotencyKey, NewEvent, NewOutreach, NewOutreachMail, NewParticipation, NewVolunteer, NotMailedReason,
    OutreachFilter, PageRequest, ParticipationEdit, Patch, Role, SentOutreachMail, TenantHandle, VolunteerEdit, VolunteerMerge,
};
use serde_json::Value;

use super::recruitment::{at, recruiting, recruiting_with};
use super::recruitment_candidates::candidates;
use super::support::{World, career_day, code, new_volunteer};
use super::volunteers::{add, why, with_email};

use NotMailedReason::{AskedLately, Declined, DoNotContact, EmailOptOut, Inactive, NoEmail, OnRoster, Unknown};

fn event(kckps: &TenantHandle) -> EventId {
    let draft = NewEvent {
        school: Some("Wyandotte High School".into()),
        ends_at: Some("2026-10-15T12:00".into()),
        volunteers_needed: Some(3),
        ..career_day()
    };
    kckps.events().create(draft).unwrap().id
}

fn reachable(kckps: &TenantHandle, name: &str) -> VolunteerId {
    add(kckps, with_email(name, &format!("{name}@example.org"))).id
}

fn to(volunteers: &[VolunteerId]) -> NewOutreachMail {
    NewOutreachMail { volunteer_ids: Some(volunteers.iter().map(|id| id.get()).collect()), ..NewOutreachMail::default() }
}

fn send(kckps: &TenantHandle, event: EventId, draft: &NewOutreachMail) -> SentOutreachMail {
    kckps.outreach().send_mail(event, draft).unwrap()
}

fn left_out(sent: &SentOutreachMail) -> Vec<(VolunteerId, Vec<NotMailedReason>)> {
    sent.left_out.iter().map(|out| (out.volunteer_id, out.reasons.clone())).collect()
}

fn mailed(sent: &SentOutreachMail) -> Vec<VolunteerId> {
    sent.mailed.iter().map(|mailed| mailed.volunteer_id).collect()
}

/// The mails in the outbox: recipient, volunteer, outreach, data.
fn outbox(world: &World) -> Vec<(String, i64, Option<i64>, Value)> {
    let file = world.raw("kckps");
    let mut rows =
        file.prepare("SELECT recipient, volunteer_id, outreach_id, data FROM outbox WHERE kind = 'outreach' ORDER BY id").unwrap();
    let read = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get::<_, String>(3)?));
    let rows: Vec<_> = rows.query_map((), read).unwrap().map(Result::unwrap).collect();
    rows.into_iter().map(|(to, who, outreach, data)| (to, who, outreach, serde_json::from_str(&data).unwrap())).collect()
}

#[test]
fn each_mail_is_filled_for_its_reader_logged_and_queued_together() {
    let world = recruiting();
    let kckps = world.kckps();
    let event = event(&kckps);
    let (ann, bea) = (reachable(&kckps, "Ann"), reachable(&kckps, "Bea"));
    let draft = NewOutreachMail {
        subject: Some("{{ first_name }}, come to {{ title }}".into()),
        text: Some("Dear {{ first_name }} {{ last_name }},\n\n{{ tenant }} invites you:\n{{ when }}\n{{ place }}{% if additional_info %}\n{{ additional_info }}{% endif %}\n".into()),
        ..to(&[bea, ann])
    };
    let preview = kckps.outreach().preview_mail(event, &draft).unwrap();
    assert_eq!(
        preview.recipients.iter().map(|of| (of.volunteer_id, of.email.as_str())).collect::<Vec<_>>(),
        [(bea, "Bea@example.org"), (ann, "Ann@example.org")]
    );
    assert_eq!(preview.subject.as_deref(), Some("Bea, come to Career Day"));
    let text = "Dear Bea Hart,\n\nKansas City Kansas invites you:\nThursday, October 15, 2026, 9:00 AM – 12:00 PM CDT\nMain gym, Wyandotte High School";
    assert_eq!(preview.text.as_deref(), Some(text));
    assert!(outbox(&world).is_empty(), "a preview changes nothing");
    assert!(!format!("{preview:?} {draft:?}").contains("Bea"), "people stay out of logs");
    let sent = kckps.outreach().send_mail("career-day-2026-10-15", &draft).unwrap();
    assert_eq!((mailed(&sent), left_out(&sent)), (vec![bea, ann], vec![]));
    let mails = outbox(&world);
    assert_eq!(mails.len(), 2);
    let (recipient, who, outreach, data) = &mails[0];
    assert_eq!((recipient.as_str(), *who, *outreach), ("Bea@example.org", bea.get(), Some(sent.mailed[0].outreach_id.get())));
    assert_eq!(
        (&data["subject"], &data["text"], &data["event"]["title"]),
        (&"{{ first_name }}, come to {{ title }}".into(), &draft.text.as_deref().unwrap().trim().into(), &"Career Day".into()),
        "it is filled when it is sent"
    );
    // Each is logged, and shows its mail.
    let logged =
        kckps.outreach().list(&OutreachFilter { event: Some(event.into()), ..Default::default() }, PageRequest::default()).unwrap();
    let of_bea = &logged.items.iter().find(|entry| entry.outreach.volunteer_id == bea).unwrap().outreach;
    assert_eq!(
        (of_bea.method, of_bea.outcome, of_bea.mail_id),
        (OutreachMethod::Email, OutreachOutcome::Pending, Some(sent.mailed[0].mail_id))
    );
    assert_eq!(candidates(&kckps, event)[0].last_asked_at, Some(of_bea.attempted_at), "who was asked comes later next time");
    assert!(why(kckps.outreach().remove(of_bea.id, None)).contains("by mail"));
    // One entry, with numbers alone.
    let entries = world.as_role(Role::Admin).audit().list(&AuditFilter::default(), PageRequest::default()).unwrap().items;
    assert_eq!(entries[0].action, "outreach.send_mail");
    assert_eq!(entries[0].details.to_string(), format!(r#"{{"left_out":0,"mailed":[{bea},{ann}]}}"#));
}

#[test]
fn without_a_text_the_usual_one_is_sent() {
    let world = recruiting();
    let kckps = world.kckps();
    let (event, ann) = (event(&kckps), reachable(&kckps, "Ann"));
    let preview = kckps.outreach().preview_mail(event, &to(&[ann])).unwrap();
    assert_eq!(preview.subject.as_deref(), Some("Can you help at Career Day?"));
    let text = preview.text.unwrap();
    assert!(
        text.starts_with("Hello Ann,\n\n")
            && text.contains("Thursday, October 15, 2026, 9:00 AM – 12:00 PM CDT, Main gym, Wyandotte High School."),
        "{text}"
    );
}

/// Nobody could opt out of them (M3).
#[test]
fn nobody_is_asked_by_mail_while_mails_can_hold_no_links() {
    let world = recruiting_with(|config| config.public_url = None);
    let kckps = world.kckps();
    let (event, ann) = (event(&kckps), reachable(&kckps, "Ann"));
    for refused in [kckps.outreach().send_mail(event, &to(&[ann])).err(), kckps.outreach().preview_mail(event, &to(&[ann])).err()] {
        let error = refused.unwrap();
        assert!(error.code() == "CONFLICT" && error.to_string().contains("set public_url"), "{error}");
    }
    assert!(outbox(&world).is_empty());
}

#[test]
fn a_name_that_could_be_read_as_a_link_is_not_in_the_mail() {
    let world = recruiting();
    let kckps = world.kckps();
    let event = event(&kckps);
    let evil = add(&kckps, NewVolunteer { first_name: "evil.example/win".into(), ..with_email("x", "x@example.org") }).id;
    let text = kckps.outreach().preview_mail(event, &to(&[evil])).unwrap().text.unwrap();
    assert!(text.starts_with("Hello,\n\n") && !text.contains("evil"), "{text}");
}

#[test]
fn whoever_is_left_out_is_named_with_every_reason() {
    let world = recruiting();
    let kckps = world.kckps();
    let event = event(&kckps);
    let with = |name: &str, edit: VolunteerEdit| {
        let id = reachable(&kckps, name);
        kckps.volunteers().edit(id, edit, None).unwrap();
        id
    };
    let fine = reachable(&kckps, "Fine");
    let out = with("Out", VolunteerEdit { email_opt_out: Patch::Set(true), ..Default::default() });
    let closed = with("Closed", VolunteerEdit { do_not_contact: Patch::Set(true), ..Default::default() });
    let inactive = reachable(&kckps, "Gone");
    kckps.volunteers().deactivate(inactive).unwrap();
    let by_phone =
        add(&kckps, NewVolunteer { phone: Some("913 555 0100".into()), email_opt_out: Some(true), ..new_volunteer("Phone", "Lee") }).id;
    let (invited, declined, said_no) = (reachable(&kckps, "Invited"), reachable(&kckps, "Declined"), reachable(&kckps, "No"));
    for who in [invited, declined] {
        kckps.rosters().assign(event, &NewParticipation { volunteer_id: Some(who.get()), ..Default::default() }).unwrap();
    }
    let no = ParticipationEdit { status: Patch::Set("declined".into()), ..Default::default() };
    kckps.rosters().edit(event, declined, &no, None).unwrap();
    let call =
        NewOutreach { volunteer_id: Some(said_no.get()), method: "phone".into(), outcome: Some("declined".into()), ..Default::default() };
    kckps.outreach().log(event, &call).unwrap();
    let unknown = VolunteerId::new(99);
    let all = [unknown, out, fine, closed, inactive, by_phone, invited, declined, said_no, fine];
    let sent = send(&kckps, event, &to(&all));
    assert_eq!(mailed(&sent), [fine], "who is named twice gets one mail");
    let expected = [
        (unknown, vec![Unknown]),
        (out, vec![EmailOptOut]),
        (closed, vec![DoNotContact]),
        (inactive, vec![Inactive]),
        (by_phone, vec![EmailOptOut, NoEmail]),
        (invited, vec![OnRoster]),
        (declined, vec![Declined]),
        (said_no, vec![Declined]),
    ];
    assert_eq!(left_out(&sent), expected);
    // Asked within 24 hours, unless it is said that they shall be again; who may not be written to never is.
    world.clock.advance(TimeDelta::hours(24) - TimeDelta::milliseconds(1));
    assert_eq!(left_out(&send(&kckps, event, &to(&[fine]))), [(fine, vec![AskedLately])]);
    let again = NewOutreachMail { again: true, ..to(&all) };
    let preview = kckps.outreach().preview_mail(event, &again).unwrap();
    assert_eq!(preview.recipients.iter().map(|of| of.volunteer_id).collect::<Vec<_>>(), [fine, declined, said_no]);
    assert_eq!(preview.left_out.len(), 6);
    world.clock.advance(TimeDelta::milliseconds(1));
    assert_eq!(mailed(&send(&kckps, event, &to(&[fine]))), [fine], "a day later");
    // For another event they were not asked.
    let other = kckps.events().create(career_day()).unwrap().id;
    assert_eq!(mailed(&send(&kckps, other, &to(&[fine, said_no]))), [fine, said_no]);
    // The old number of one who was merged means the other.
    let twin = add(&kckps, new_volunteer("Twin", "Lee")).id;
    kckps.volunteers().merge(fine, &VolunteerMerge { merged_id: Some(twin.get()), ..Default::default() }, None).unwrap();
    let preview = kckps.outreach().preview_mail(event, &NewOutreachMail { again: true, ..to(&[twin, fine]) }).unwrap();
    assert_eq!(preview.recipients.iter().map(|of| of.volunteer_id).collect::<Vec<_>>(), [fine]);
}

#[test]
fn the_best_candidates_are_asked_in_their_order() {
    let world = recruiting();
    let kckps = world.kckps();
    let event = event(&kckps);
    for number in 0..5 {
        reachable(&kckps, &format!("Ann{number}"));
    }
    let by_phone = add(&kckps, NewVolunteer { phone: Some("913 555 0100".into()), ..new_volunteer("Abel", "Aa") }).id;
    let ranked: Vec<_> = candidates(&kckps, event).iter().map(|of| of.volunteer.id).collect();
    assert_eq!(ranked[0], by_phone);
    let best = NewOutreachMail { top: Some(3), ..Default::default() };
    let sent = send(&kckps, event, &best);
    assert_eq!((mailed(&sent), left_out(&sent)), (ranked[1..3].to_vec(), vec![(by_phone, vec![NoEmail])]), "nobody comes in their place");
    // More than there are: all of them.
    let sent = send(&kckps, event, &NewOutreachMail { top: Some(200), again: true, ..Default::default() });
    assert_eq!((sent.mailed.len(), sent.left_out.len()), (5, 1));
}

#[test]
fn texts_that_name_what_there_is_not_and_unclear_requests_are_refused_with_what_there_is() {
    let world = recruiting();
    let kckps = world.kckps();
    let (event, ann) = (event(&kckps), reachable(&kckps, "Ann"));
    let refused = |draft: NewOutreachMail| -> Vec<(String, &'static str)> {
        let preview = kckps.outreach().preview_mail(event, &draft).unwrap_err();
        let error = kckps.outreach().send_mail(event, &draft).unwrap_err();
        assert_eq!(preview.to_string(), error.to_string());
        error.fields().iter().map(|field| (field.field.clone(), field.code)).collect()
    };
    let text = |text: &str| NewOutreachMail { text: Some(text.into()), ..to(&[ann]) };
    let error = kckps.outreach().send_mail(event, &text("Hello\n{{ surname }}")).unwrap_err().to_string();
    assert_eq!(
        error,
        "text: line 2: there is no `surname`; there are first_name, last_name, tenant, title, when, place, location, school, additional_info"
    );
    let subject = NewOutreachMail { subject: Some("{{ email }}".into()), ..text("{% for a in b %}{% endfor %}") };
    let flaws = refused(subject);
    assert_eq!(flaws[0], ("subject".into(), "UNKNOWN_VARIABLE"));
    assert!(flaws[1..].iter().all(|flaw| *flaw == ("text".to_owned(), "SYNTAX")), "{flaws:?}");
    for source in ["{{ title", "{{ title|upper }}", "{{ settings.mail }}", "{% include 'x' %}", "{% if title %}"] {
        assert!(refused(text(source)).iter().all(|(field, _)| field == "text"), "{source}");
    }
    assert_eq!(refused(text(&"x".repeat(5_001))), [("text".into(), "TOO_LONG")]);
    let lines = NewOutreachMail { subject: Some("one\nBcc: all@example.org".into()), ..to(&[ann]) };
    assert_eq!(refused(lines), [("subject".into(), "CONTROL_CHARACTERS")]);
    assert_eq!(refused(NewOutreachMail::default()), [("volunteer_ids".into(), "REQUIRED")]);
    assert_eq!(refused(to(&[])), [("volunteer_ids".into(), "REQUIRED")]);
    assert_eq!(refused(NewOutreachMail { top: Some(2), ..to(&[ann]) }), [("top".into(), "CONTRADICTION")]);
    for top in [0, -1, 201, i64::MAX] {
        assert_eq!(refused(NewOutreachMail { top: Some(top), ..Default::default() }), [("top".into(), "OUT_OF_RANGE")]);
    }
    let crowd: Vec<_> = (1..=201).map(VolunteerId::new).collect();
    assert_eq!(refused(to(&crowd)), [("volunteer_ids".into(), "TOO_MANY")]);
    assert_eq!(send(&kckps, event, &to(&crowd[..200])).mailed.len(), 1);
    assert_eq!(outbox(&world).len(), 1, "nothing was sent of what was refused");
    assert_eq!(code(kckps.outreach().send_mail(EventId::new(99), &to(&[ann]))), "EVENT_NOT_FOUND");
}

#[test]
fn nobody_is_asked_to_what_is_over_off_or_under_way() {
    let world = recruiting();
    let kckps = world.kckps();
    let (event, ann) = (event(&kckps), reachable(&kckps, "Ann"));
    for status in ["completed", "cancelled"] {
        world.set_status(event, status);
        assert!(why(kckps.outreach().send_mail(event, &to(&[ann]))).contains(status));
        assert_eq!(code(kckps.outreach().preview_mail(event, &to(&[ann]))), "CONFLICT");
    }
    for status in ["draft", "confirmed", "published"] {
        world.set_status(event, status);
        assert_eq!(kckps.outreach().preview_mail(event, &to(&[ann])).unwrap().recipients.len(), 1);
    }
    at(&world, "2026-10-15T14:00:00Z");
    assert!(why(kckps.outreach().send_mail(event, &to(&[ann]))).contains("has begun"));
}

#[test]
fn a_request_that_is_repeated_under_its_key_sends_nothing_twice() {
    let world = recruiting();
    let kckps = world.kckps();
    let (event, ann) = (event(&kckps), reachable(&kckps, "Ann"));
    let key = IdempotencyKey::new("once").unwrap();
    let first = kckps.once(&key).outreach().send_mail(event, &to(&[ann])).unwrap();
    let again = kckps.once(&key).outreach().send_mail(event, &to(&[ann])).unwrap();
    assert_eq!(first, again);
    assert!(key.was_repeated());
    assert_eq!(outbox(&world).len(), 1);
}

// Whoever has the text in hand can't reach what it doesn't hold: values are no templates.
#[test]
fn what_is_filled_in_is_not_read_again() {
    let world = recruiting();
    let kckps = world.kckps();
    let event = kckps.events().create(NewEvent { title: "{{ last_name }} {% if x %}".into(), ..career_day() }).unwrap().id;
    let ann = reachable(&kckps, "Ann");
    let draft = NewOutreachMail { subject: Some("To {{ title }}".into()), text: Some("{{ title }}".into()), ..to(&[ann]) };
    let preview = kckps.outreach().preview_mail(event, &draft).unwrap();
    assert_eq!(
        (preview.subject.as_deref(), preview.text.as_deref()),
        (Some("To {{ last_name }} {% if x %}"), Some("{{ last_name }} {% if x %}"))
    );
    assert!(matches!(kckps.outreach().get(polaris_core::types::OutreachId::new(1)), Err(Error::OutreachNotFound)));
}
