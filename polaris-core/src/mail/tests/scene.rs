//! A tenant with an event and a volunteer, and its outbox composed as whoever delivers it does.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value as Json, json};

use crate::audit::Entry;
use crate::clock::{Clock, ManualClock, SeededRandomness};
use crate::mail::compose::{Composed, Composing, compose};
use crate::mail::invites::InviteStep;
use crate::mail::message::Message;
use crate::mail::outbox::{NewMail, Queued};
use crate::mail::signup;
use crate::operations::{EVENTS_EDIT, SETTINGS_EDIT};
use crate::store::params;
use crate::tenant::handle::TenantHandle;
use crate::tenant::rosters::Participation;
use crate::types::{MailKind, UserId, VolunteerId};
use crate::{
    Actor, Config, Event, NewEvent, NewParticipation, NewSchool, NewTenant, NewUser, NewVolunteer, Polaris, Result, SettingsEdit, json,
};

pub(super) const URL: &str = "https://events.example.org";

pub(super) struct Scene {
    pub(super) clock: Arc<ManualClock>,
    pub(super) kckps: TenantHandle,
    pub(super) event: Event,
    pub(super) ann: VolunteerId,
    pub(super) url: Option<&'static str>,
}

impl Scene {
    /// In January 2027 Ann Lee is known, and an event in March is published.
    pub(super) fn new() -> Self {
        Self::with("Ann", "Career Day")
    }

    pub(super) fn with(first_name: &str, title: &str) -> Self {
        let clock = Arc::new(ManualClock::at("2027-01-15T18:00:00Z".parse().unwrap()));
        let randomness = Arc::new(SeededRandomness::new(5));
        let config = Config { public_url: Some(URL.to_owned()), ..Config::at("/nowhere") };
        let polaris = Polaris::builder(config).clock(Arc::clone(&clock) as _).randomness(randomness).in_memory().unwrap();
        let platform = polaris.platform(Actor::System).unwrap();
        let school = NewSchool { name: "Wyandotte High School".into(), level: "high".into(), ..NewSchool::default() };
        let district = crate::NewDistrict { name: "KCKPS".into(), aliases: None, schools: vec![school] };
        let data = crate::ReferenceData { districts: vec![district], ..crate::ReferenceData::default() };
        platform.reference().import(&data.into()).unwrap();
        platform.tenants().create(NewTenant::new("kckps", "Kansas City Kansas")).unwrap();
        let kckps = polaris.tenant("kckps", Actor::System).unwrap();
        let settings = r##"{"branding": {"colour": "#ffcc00", "logo_url": "https://kckps.example/logo.png"},
            "mail": {"sender_name": "KCKPS Volunteers", "reply_to": "volunteers@kckps.example"}}"##;
        kckps.administration().edit_settings(&json::read::<SettingsEdit>(settings.as_bytes()).unwrap(), None).unwrap();
        let draft = NewEvent {
            title: title.into(),
            starts_at: "2027-03-04T09:00".into(),
            ends_at: Some("2027-03-04T11:00".into()),
            location: "Gym".into(),
            school: Some("Wyandotte High School".into()),
            additional_info: Some("Park behind the gym.\nBring a badge.".into()),
            ..NewEvent::default()
        };
        let event = kckps.events().create(draft).unwrap();
        let event = kckps.events().publish(event.id).unwrap();
        let ann = NewVolunteer {
            first_name: first_name.into(),
            last_name: "Lee".into(),
            email: Some("ann@example.org".into()),
            ..NewVolunteer::default()
        };
        let ann = kckps.volunteers().create(ann).unwrap().volunteer.id;
        Self { clock, kckps, event, ann, url: Some(URL) }
    }

    pub(super) fn pass(&self, time: TimeDelta) {
        self.clock.advance(time);
    }

    /// Puts Ann on the roster, as if by herself.
    pub(super) fn place(&self, status: &str) -> Participation {
        if status == "declined" || self.roster().is_none() {
            let draft = NewParticipation { volunteer_id: Some(self.ann.get()), ..NewParticipation::default() };
            if self.roster().is_none() {
                self.kckps.rosters().assign(self.event.id, &draft).unwrap();
            }
        }
        self.run("UPDATE participations SET status = ?1, signed_up_at = '2027-01-15T18:00:00.000Z'", status);
        self.roster().unwrap()
    }

    pub(super) fn roster(&self) -> Option<Participation> {
        self.kckps.keep(|transaction| crate::tenant::rosters::find_participation(transaction, self.event.id, self.ann)).unwrap()
    }

    pub(super) fn run(&self, sql: &str, value: &str) {
        self.kckps.keep(|transaction| transaction.execute(sql, params![value.to_owned()])).unwrap();
    }

    /// Tells Ann how she stands.
    pub(super) fn tell(&self, kind: MailKind, place: &Participation, step: Option<InviteStep>) {
        let address = self.kckps.volunteers().get(self.ann).unwrap().volunteer.email.unwrap();
        let told = self.kckps.write(&EVENTS_EDIT, |writing| {
            signup::tell(writing, kind, &self.event, place, address.as_str(), step)?;
            Ok(((), Entry::of("event", self.event.id, json!({}))))
        });
        told.unwrap();
    }

    pub(super) fn confirm(&self) -> Participation {
        let place = self.place("confirmed");
        self.tell(MailKind::SignupConfirmed, &place, Some(InviteStep::Anew));
        self.roster().unwrap()
    }

    pub(super) fn ask(&self) {
        let told = self.kckps.write(&EVENTS_EDIT, |writing| {
            let data = json!({ "subject": "Can you come, Ann?", "text": "Dear Ann,\n\nwe need you.\nPlease come!" });
            let (volunteer, event) = (Some(self.ann), Some(self.event.id));
            NewMail { volunteer, event, data, ..NewMail::new(MailKind::Outreach, "ann@example.org") }.queue(writing)?;
            Ok(((), Entry::of("event", self.event.id, json!({}))))
        });
        told.unwrap();
    }

    /// A user without a password, and a mail to them.
    pub(super) fn invite(&self, kind: MailKind) -> UserId {
        let draft = NewUser {
            email: "pat@kckps.example".into(),
            first_name: "Pat".into(),
            last_name: "Roe".into(),
            role: "coordinator".into(),
            password: (kind == MailKind::Reset).then(|| "correct horse battery".to_owned().into()),
            ..NewUser::default()
        };
        let user = self.kckps.users().create(draft).unwrap().user.id;
        // Whatever creating them has sent or made.
        self.run("DELETE FROM outbox WHERE kind = ?1", "invitation");
        self.run("DELETE FROM one_time_links WHERE purpose = ?1", "invitation");
        self.pass(TimeDelta::seconds(1));
        let told = self.kckps.write(&SETTINGS_EDIT, |writing| {
            NewMail { user: Some(user), ..NewMail::new(kind, "Pat@KCKPS.example") }.queue(writing)?;
            Ok(((), Entry::of("user", user, json!({}))))
        });
        told.unwrap();
        user
    }

    /// The rows of the outbox.
    pub(super) fn outbox(&self) -> Vec<Queued> {
        let sql = "SELECT kind, recipient, volunteer_id, event_id, user_id, data, created_at FROM outbox ORDER BY id";
        let read = |row: &crate::store::Row<'_, '_>| {
            Ok(Queued {
                kind: row.get("kind")?,
                recipient: row.get("recipient")?,
                volunteer: row.get("volunteer_id")?,
                event: row.get("event_id")?,
                user: row.get("user_id")?,
                data: serde_json::from_str(&row.get::<String>("data")?).unwrap(),
                created_at: row.get("created_at")?,
            })
        };
        self.kckps.keep(|transaction| transaction.all(sql, params![], read)).unwrap()
    }

    pub(super) fn compose(&self, queued: &Queued, preview: bool) -> Result<Composed> {
        let settings = self.kckps.settings().unwrap();
        static SEED: AtomicU64 = AtomicU64::new(100);
        let randomness = SeededRandomness::new(SEED.fetch_add(1, Ordering::Relaxed));
        self.kckps.keep(|transaction| {
            let composing = Composing {
                slug: self.kckps.slug(),
                tenant: self.kckps.id(),
                settings: &settings,
                now: self.now(),
                randomness: &randomness,
                public_url: self.url,
                from: "polaris@operator.example",
                preview,
            };
            compose(transaction, &composing, queued)
        })
    }

    pub(super) fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// What the last mail of the outbox says.
    pub(super) fn last(&self) -> Message {
        self.pass(TimeDelta::seconds(1));
        match self.compose(self.outbox().last().unwrap(), false).unwrap() {
            Composed::Mail(message) => message,
            Composed::Pointless(why) => panic!("{why}"),
        }
    }

    /// Why the last mail is not sent, if it isn't.
    pub(super) fn why_not(&self) -> Option<&'static str> {
        match self.compose(self.outbox().last().unwrap(), false).unwrap() {
            Composed::Mail(_) => None,
            Composed::Pointless(why) => Some(why),
        }
    }

    pub(super) fn count(&self, table: &str) -> i64 {
        let sql = format!("SELECT count(*) AS rows FROM {table}");
        self.kckps.keep(|transaction| transaction.first(&sql, params![], |row| row.get("rows"))).unwrap().unwrap()
    }
}

/// The data of a mail.
pub(super) fn data(queued: &Queued) -> &Json {
    &queued.data
}
