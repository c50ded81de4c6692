//! M1, M4: mails that are sent late, again or out of order say what holds by then, and no calendar is left with anything else.

use std::collections::{BTreeMap, HashMap};

use chrono::TimeDelta;

use super::scene::Scene;
use crate::mail::compose::Composed;
use crate::mail::message::Message;
use crate::mail::outbox::Queued;
use crate::store::params;
use crate::tenant::rosters::find_participation;
use crate::types::{MailKind, MailSecret, ParticipationStatus, Patch, VolunteerId};
use crate::{Context, Event, EventEdit, NewCancellation, NewSignup, ParticipationEdit, Patience};

fn message(scene: &Scene, queued: &Queued) -> Message {
    match scene.compose(queued, false).unwrap() {
        Composed::Mail(message) => message,
        Composed::Pointless(why) => panic!("{}: {why}", queued.kind),
    }
}

/// The value of a property of an invite.
fn property(ics: &str, name: &str) -> String {
    let ics = ics.replace("\r\n ", "");
    let line = ics.lines().find(|line| line.starts_with(&format!("{name}:")));
    line.map(|line| line[name.len() + 1..].to_owned()).unwrap_or_default()
}

/// Method, number, title, place and start of a mail's invite.
fn entry(message: &Message) -> (String, i64, String, String, String) {
    let ics = &message.invite.as_ref().unwrap().text;
    let property = |name| property(ics, name);
    (property("METHOD"), property("SEQUENCE").parse().unwrap(), property("SUMMARY"), property("LOCATION"), property("DTSTART"))
}

fn edit(scene: &Scene, edit: EventEdit) -> Event {
    scene.kckps.events().edit(scene.event.id, edit, None).unwrap().event
}

fn moved(notify: bool) -> EventEdit {
    EventEdit {
        location: Patch::Set("NEW HALL".into()),
        starts_at: Patch::Set("2027-03-05T10:00".into()),
        ends_at: Patch::Set("2027-03-05T12:00".into()),
        notify,
        ..EventEdit::default()
    }
}

fn renamed(title: &str) -> EventEdit {
    EventEdit { title: Patch::Set(title.into()), ..EventEdit::default() }
}

#[test]
fn who_is_told_late_that_they_have_a_place_is_told_time_place_and_title_as_they_stand() {
    for kind in [MailKind::SignupConfirmed, MailKind::SignupPromoted] {
        let scene = Scene::new();
        let place = scene.place("confirmed");
        scene.tell(kind, &place, Some(crate::mail::invites::InviteStep::Anew));
        edit(&scene, moved(false));
        edit(&scene, renamed("Career Night"));
        assert_eq!(scene.outbox().len(), 1, "nobody is told again");
        let late = scene.last();
        let (method, sequence, title, place, start) = entry(&late);
        assert_eq!((method.as_str(), title.as_str(), start.as_str()), ("REQUEST", "Career Night", "20270305T160000Z"));
        assert!(place.starts_with("NEW HALL") && sequence > 0, "{place} {sequence}");
        assert!(late.subject.contains("Career Night"), "{}", late.subject);
        for text in [&late.text, &late.html] {
            assert!(
                text.contains("NEW HALL") && text.contains("March 5") && !text.contains("Gym") && !text.contains("Career Day"),
                "{text}"
            );
        }
        // And whatever is told of it next counts for more.
        edit(&scene, EventEdit { location: Patch::Set("Library".into()), ..EventEdit::default() });
        assert!(entry(&scene.last()).1 > sequence);
    }
}

#[test]
fn who_waits_and_is_told_late_is_told_time_place_and_title_as_they_stand() {
    let scene = Scene::new();
    let place = scene.place("waitlisted");
    scene.tell(MailKind::SignupWaitlisted, &place, None);
    edit(&scene, EventEdit { title: Patch::Set("Career Night".into()), ..moved(false) });
    let late = scene.last();
    assert!(late.subject.contains("Career Night") && late.text.contains("NEW HALL") && !late.text.contains("Gym"), "{}", late.text);
}

#[test]
fn who_is_asked_late_is_asked_to_what_the_event_is_by_then() {
    let scene = Scene::new();
    let features = [("recruitment".to_owned(), Some(true))].into();
    let feature = crate::TenantEdit { features, ..crate::TenantEdit::default() };
    scene.kckps.polaris().platform(crate::Actor::System).unwrap().tenants().edit("kckps", &feature, None).unwrap();
    let draft = crate::NewOutreachMail {
        volunteer_ids: Some(vec![scene.ann.get()]),
        subject: Some("{{ first_name }}, come to {{ title }}".into()),
        text: Some("{{ when }}\n{{ place }}\n{{ additional_info }}".into()),
        ..crate::NewOutreachMail::default()
    };
    scene.kckps.outreach().send_mail(scene.event.id, &draft).unwrap();
    edit(&scene, EventEdit { title: Patch::Set("Career {{ Night }}".into()), ..moved(false) });
    let late = scene.last();
    assert_eq!(late.subject, "Ann, come to Career {{ Night }}");
    for text in [&late.text, &late.html] {
        assert!(text.contains("NEW HALL") && text.contains("March 5") && !text.contains("Gym") && !text.contains("March 4"), "{text}");
    }
    assert!(late.text.contains("Park behind the gym.\nBring a badge."), "{}", late.text);
}

#[test]
fn a_change_that_is_told_late_is_told_from_what_was_to_what_is_by_then() {
    let scene = Scene::new();
    scene.confirm();
    let at = |place: &str, notify| EventEdit { location: Patch::Set(place.into()), notify, ..EventEdit::default() };
    edit(&scene, at("Library", true));
    let changed = scene.outbox().pop().unwrap();
    edit(&scene, at("NEW HALL", false));
    let late = message(&scene, &changed);
    assert!(late.text.contains("Was at: Gym, ") && late.text.contains("Is now at: NEW HALL, "), "{}", late.text);
    assert!(!late.text.contains("Library"), "{}", late.text);
    let (_, sequence, _, place, _) = entry(&late);
    assert!(place.starts_with("NEW HALL") && sequence == 2, "{place} {sequence}");
    // Where it is as it was before, it only tells how it stands: an earlier attempt may have told something else.
    edit(&scene, at("Gym", false));
    let late = message(&scene, &changed);
    assert!(!late.text.contains("Was at") && !late.text.contains("has changed") && late.text.contains("Where: Gym, "), "{}", late.text);
    assert_eq!(entry(&late).1, 3);
}

#[test]
fn what_they_left_is_named_as_they_knew_it_and_the_invite_that_is_taken_back_counts_for_most() {
    for kind in [MailKind::SignupCancelled, MailKind::SignupRemoved] {
        let scene = Scene::new();
        let place = scene.confirm();
        let sent = entry(&scene.last()).1;
        scene.place("declined");
        scene.tell(kind, &place, Some(crate::mail::invites::InviteStep::TakenBack));
        edit(&scene, EventEdit { title: Patch::Set("Career Night".into()), ..moved(true) });
        let late = scene.last();
        assert!(late.text.contains("Career Day") && !late.text.contains("NEW HALL"), "{}", late.text);
        let (method, sequence, ..) = entry(&late);
        assert!(method == "CANCEL" && sequence > sent + 1, "{sequence}");
    }
}

#[test]
fn an_invite_is_in_no_late_mail_once_it_was_taken_back() {
    let scene = Scene::new();
    let place = scene.confirm();
    edit(&scene, moved(true));
    let changed = scene.outbox().pop().unwrap();
    scene.place("declined");
    scene.tell(MailKind::SignupCancelled, &place, Some(crate::mail::invites::InviteStep::TakenBack));
    scene.place("waitlisted");
    let late = message(&scene, &changed);
    assert!(late.text.contains("NEW HALL") && late.invite.is_none(), "who waits has nothing in their calendar");
    assert_eq!(entry(&scene.last()).0, "CANCEL");
}

/// A restore puts people back onto the waitlist who were told since that they have a place.
#[test]
fn who_waits_again_after_a_restore_has_the_event_taken_out_of_their_calendar_with_the_next_change() {
    let scene = Scene::new();
    scene.confirm();
    let sent = entry(&scene.last()).1;
    assert!(scene.place("waitlisted").has_invite);
    scene.run("UPDATE events SET volunteers_needed = 1, volunteers_registered = CAST(?1 AS INTEGER)", "1");
    edit(&scene, moved(true));
    let changed = scene.last();
    let (method, sequence, ..) = entry(&changed);
    assert!(changed.text.contains("NEW HALL") && method == "CANCEL" && sequence > sent, "{method} {sequence}");
}

/// A number at random, always the same ones.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from((self.0 >> 33) % most as u64).unwrap()
    }
}

/// What a calendar shows of an event, and since which composing.
#[derive(Debug, Clone, PartialEq)]
struct Stands {
    method: String,
    shows: (String, String, String),
}

/// A message on its way.
struct Sent {
    to: String,
    uid: String,
    sequence: i64,
    stands: Stands,
    composed_at: usize,
}

/// Everything that happens to an event, its people and their mails, at random.
struct Play {
    scene: Scene,
    dice: Dice,
    step: usize,
    under_way: Vec<Sent>,
    /// By address and UID, what stands there.
    calendars: HashMap<(String, String), Sent>,
    /// What each number of each invite said: never two things.
    said: BTreeMap<(String, i64), Stands>,
    /// When the event changed so that people were told.
    told_at: Vec<usize>,
    /// When it last changed at all.
    changed_at: usize,
    links: u8,
}

const PEOPLE: [&str; 3] = ["Bob", "Cid", "Dee"];

impl Play {
    fn new(seed: u64) -> Self {
        let mut play = Self {
            scene: Scene::new(),
            dice: Dice(seed),
            step: 0,
            under_way: Vec::new(),
            calendars: HashMap::new(),
            said: BTreeMap::new(),
            told_at: Vec::new(),
            changed_at: 0,
            links: 0,
        };
        play.wants(1);
        play
    }

    fn event(&self) -> Event {
        self.scene.kckps.events().get(self.scene.event.id).unwrap()
    }

    fn wants(&mut self, volunteers: i64) {
        edit(&self.scene, EventEdit { volunteers_needed: Patch::Set(volunteers), ..EventEdit::default() });
    }

    fn number(&self, name: &str) -> Option<VolunteerId> {
        let address = format!("{}@example.org", name.to_lowercase());
        self.scene.kckps.volunteers().get(address.as_str()).ok().map(|volunteer| volunteer.volunteer.id)
    }

    fn sign_up(&self, name: &str) {
        let draft = NewSignup {
            first_name: name.into(),
            last_name: "Lee".into(),
            email: format!("{}@example.org", name.to_lowercase()),
            ..NewSignup::default()
        };
        let door = self.scene.kckps.polaris().signup("kckps", Context::default(), Patience::Wait).unwrap();
        // Closed, or too many mails in an hour.
        let _ = door.attempt().unwrap().submit(self.scene.event.id, &draft, None);
    }

    fn cancel(&mut self, name: &str) {
        let Some(volunteer) = self.number(name) else { return };
        self.links += 1;
        let secret = MailSecret::generate([self.links; 32]);
        self.scene.run(
            &format!(
                "INSERT INTO mail_links (hash, purpose, participation_id, created_at)
                 SELECT ?1, 'manage_signup', id, '2027-01-15T18:00:00.000Z' FROM participations WHERE volunteer_id = {volunteer}"
            ),
            secret.hash().as_str(),
        );
        let door = self.scene.kckps.polaris().signup("kckps", Context::default(), Patience::Wait).unwrap();
        let _ = door.cancel(secret.reveal());
    }

    fn becomes(&self, name: &str, status: &str) {
        let Some(volunteer) = self.number(name) else { return };
        let edit = ParticipationEdit { status: Patch::Set(status.into()), over_capacity: true, ..ParticipationEdit::default() };
        let _ = self.scene.kckps.rosters().edit(self.scene.event.id, volunteer, &edit, None);
    }

    fn change(&mut self) {
        let places = ["Gym", "Library", "Hall"];
        let mut change = EventEdit { notify: self.dice.below(2) == 0, ..EventEdit::default() };
        match self.dice.below(4) {
            0 => change.title = Patch::Set(["Career Day", "Career Night"][self.dice.below(2)].into()),
            1 => {
                let day = 4 + self.dice.below(3);
                change.starts_at = Patch::Set(format!("2027-03-0{day}T09:00"));
                change.ends_at = Patch::Set(format!("2027-03-0{day}T11:00"));
            }
            _ => change.location = Patch::Set(places[self.dice.below(3)].into()),
        }
        let Ok(changed) = self.scene.kckps.events().edit(self.scene.event.id, change, None) else { return };
        self.changed_at = self.step;
        if changed.notices.told > 0 {
            self.told_at.push(self.step);
        }
    }

    /// Rows of the outbox in these states.
    fn rows(&self, states: &str) -> Vec<i64> {
        let sql = format!("SELECT id FROM outbox WHERE state IN ({states}) ORDER BY id");
        self.scene.kckps.keep(|transaction| transaction.all(&sql, params![], |row| row.get("id"))).unwrap()
    }

    fn set(&self, id: i64, state: &str) {
        self.scene.run(&format!("UPDATE outbox SET state = ?1 WHERE id = {id}"), state);
    }

    /// Whoever's turn it is: the mail may arrive at once, later, not at all, or without its sender hearing of it.
    fn attempt(&mut self, id: i64, last: bool) {
        let queued = {
            let ids = self.rows("'waiting', 'sending', 'sent', 'failed', 'held'");
            self.scene.outbox().swap_remove(ids.iter().position(|other| *other == id).unwrap())
        };
        let message = match self.scene.compose(&queued, false).unwrap() {
            Composed::Pointless(_) => return self.set(id, "held"),
            Composed::Mail(message) => message,
        };
        let event = self.event();
        if !matches!(queued.kind, MailKind::SignupCancelled | MailKind::SignupRemoved) {
            assert!(message.text.contains(&event.title) && message.text.contains(&event.location), "{}", message.text);
        }
        let status = self.status(queued.volunteer.unwrap());
        match queued.kind {
            MailKind::SignupConfirmed | MailKind::SignupPromoted => assert_eq!(status, Some(ParticipationStatus::Confirmed)),
            MailKind::SignupWaitlisted => assert_eq!(status, Some(ParticipationStatus::Waitlisted)),
            MailKind::SignupCancelled | MailKind::SignupRemoved => assert_ne!(status, Some(ParticipationStatus::Confirmed)),
            _ => {}
        }
        let outcome = if last { 0 } else { self.dice.below(6) };
        if let Some(invite) = message.invite.as_ref().filter(|_| outcome != 1) {
            let (method, sequence, title, place, start) = entry(&message);
            let uid = property(&invite.text, "UID");
            // What is cancelled is gone, whatever was said of it.
            let shows = if method == "CANCEL" { Default::default() } else { (title, place, start) };
            let stands = Stands { method, shows };
            let said = self.said.entry((uid.clone(), sequence)).or_insert_with(|| stands.clone());
            assert_eq!(*said, stands, "one number says one thing: some programs take the first, some the last");
            self.under_way.push(Sent { to: message.to, uid, sequence, stands, composed_at: self.step });
        }
        match outcome {
            // It was refused for now, or cut off after it had arrived.
            1 | 2 => {}
            3 => self.set(id, "failed"),
            _ => self.set(id, "sent"),
        }
        if self.dice.below(2) == 0 {
            self.arrive();
        }
    }

    /// One that is under way arrives; mails overtake each other.
    fn arrive(&mut self) {
        if self.under_way.is_empty() {
            return;
        }
        let next = self.dice.below(self.under_way.len());
        let sent = self.under_way.swap_remove(next);
        let key = (sent.to.clone(), sent.uid.clone());
        if self.calendars.get(&key).is_none_or(|before| before.sequence < sent.sequence) {
            self.calendars.insert(key, sent);
        }
    }

    fn status(&self, volunteer: VolunteerId) -> Option<ParticipationStatus> {
        let place = self.scene.kckps.keep(|transaction| find_participation(transaction, self.scene.event.id, volunteer)).unwrap();
        place.map(|place| place.status)
    }

    fn one_step(&mut self) {
        self.step += 1;
        let minutes = i64::try_from(self.dice.below(30)).unwrap();
        self.scene.pass(TimeDelta::minutes(minutes) + TimeDelta::seconds(1));
        let name = PEOPLE[self.dice.below(PEOPLE.len())];
        match self.dice.below(20) {
            0..=3 => self.sign_up(name),
            4 => self.cancel(name),
            5 => self.becomes(name, "declined"),
            6 => {
                if let Some(volunteer) = self.number(name) {
                    let _ = self.scene.kckps.rosters().remove(self.scene.event.id, volunteer, None);
                }
            }
            7 => {
                let status = ["confirmed", "confirmed", "waitlisted", "invited"][self.dice.below(4)];
                self.becomes(name, status);
            }
            8 if !self.event().status.is_final() => {
                let volunteers = 1 + self.dice.below(3);
                self.wants(i64::try_from(volunteers).unwrap());
            }
            9..=12 => self.change(),
            13 if self.step > 40 && self.dice.below(4) == 0 => {
                if self.scene.kckps.events().cancel(self.scene.event.id, NewCancellation::default()).is_ok() {
                    self.told_at.push(self.step);
                }
            }
            14 => {
                for id in self.rows("'failed', 'held'") {
                    if self.dice.below(2) == 0 {
                        self.scene.kckps.mails().retry(crate::types::MailId::new(id)).unwrap();
                    }
                }
            }
            15 => self.arrive(),
            _ => {
                let waiting = self.rows("'waiting'");
                if !waiting.is_empty() {
                    let which = self.dice.below(waiting.len());
                    self.attempt(waiting[which], false);
                }
            }
        }
    }

    /// Everything is delivered, whatever failed too.
    fn finish(&mut self) {
        self.step += 1;
        self.scene.pass(TimeDelta::hours(1));
        let mut left = self.rows("'waiting', 'failed'");
        while !left.is_empty() {
            let next = self.dice.below(left.len());
            self.attempt(left.swap_remove(next), true);
        }
        while !self.under_way.is_empty() {
            self.arrive();
        }
    }

    fn check(&self) {
        let event = self.event();
        for name in PEOPLE {
            let Some(volunteer) = self.number(name) else { continue };
            let address = format!("{}@example.org", name.to_lowercase());
            let entries: Vec<&Sent> = self.calendars.iter().filter(|((to, _), _)| *to == address).map(|(_, sent)| sent).collect();
            assert!(entries.len() <= 1, "one entry for life");
            let shown = entries.first().filter(|sent| sent.stands.method == "REQUEST");
            let comes = self.status(volunteer) == Some(ParticipationStatus::Confirmed) && !event.status.is_final();
            assert_eq!(shown.is_some(), comes, "{name}");
            let Some(sent) = shown else { continue };
            assert!(self.told_at.iter().all(|told| *told <= sent.composed_at), "{name} was told of a change, their calendar not");
            let stands = (event.title.as_str(), event.location.as_str());
            let shows = (sent.stands.shows.0.as_str(), sent.stands.shows.1.split('\\').next().unwrap());
            // Nobody is told again of what changed quietly since.
            if sent.composed_at >= self.changed_at {
                assert_eq!(shows, stands, "{name}");
                let start = event.starts_at.instant.format("%Y%m%dT%H%M%SZ").to_string();
                assert_eq!(sent.stands.shows.2, start, "{name}");
            }
        }
    }
}

#[test]
fn whatever_happens_in_whatever_order_mails_arrive_calendars_agree_with_roster_and_event_in_the_end() {
    let (mut shown, mut quietly) = (0, 0);
    for seed in 0..20 {
        let mut play = Play::new(seed);
        for _ in 0..80 {
            play.one_step();
        }
        play.finish();
        let check = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| play.check()));
        assert!(check.is_ok(), "seed {seed}");
        shown += play.calendars.values().filter(|sent| sent.stands.method == "REQUEST").count();
        quietly += play.calendars.values().filter(|sent| sent.composed_at < play.changed_at).count();
    }
    assert!(shown > 10 && quietly > 2, "the play is worth something: {shown}, {quietly}");
}
