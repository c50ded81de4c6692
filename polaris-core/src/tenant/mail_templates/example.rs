//! What mails can be looked at with: a volunteer, an event and links that don't exist.

use serde_json::json;

use crate::mail::letter::variables::variables;
use crate::mail::letter::{Facts, Said};
use crate::mail::told::{Told, reason};
use crate::tenant::settings::Settings;
use crate::types::{LocalTime, MailKind, Slug};

/// Everything that a mail of this kind may name, nothing of it empty but what the tenant has not settled.
pub(super) fn facts(kind: MailKind, slug: &Slug, settings: &Settings) -> Facts {
    let mut facts = nothing(kind);
    let mut say = |name: &'static str, said: Said| {
        if let Some(fact) = facts.get_mut(name) {
            *fact = said;
        }
    };
    let line = |text: &str| Said::Line(text.to_owned());
    let page = |path: &str| Said::Line(format!("https://events.example.org/{path}"));
    say("first_name", line("Ann"));
    say("last_name", line("Lee"));
    say("tenant", line(&settings.name));
    say("reply_to", line(settings.mail.reply_to.as_deref().unwrap_or_default()));
    say("login", line("ann@example.org"));
    say("expires", line("Thursday, March 4, 2027, 9:00 AM CST"));
    say("link", page(&format!("account/{slug}/set-password/example")));
    say("manage_link", page(&format!("signup/{slug}/manage/example")));
    say("event_link", page(&format!("signup/{slug}/career-day-2027-03-04")));
    say("unsubscribe_link", page(&format!("signup/{slug}/unsubscribe/example")));
    say("additional_info", Said::Lines("Park behind the gym.\nBring a badge.".to_owned()));
    say("signed_up", line("yes"));
    say("reason", line(reason(Some("weather"))));
    say("subject", line("Can you come to Career Day?"));
    say("message", Said::Lines("Dear Ann,\n\nwould you tell our students about your work?".to_owned()));
    let moment = |text: &str| LocalTime::parse(text, settings.time_zone).map(|moment| moment.to_rfc3339()).unwrap_or_default();
    let event = Told::read(&json!({
        "slug": "career-day-2027-03-04", "title": "Career Day", "location": "Gym", "school": "Example High School", "format": "in_person",
        "starts_at": moment("2027-03-04T09:00"), "ends_at": moment("2027-03-04T11:00"), "time_zone": settings.time_zone.name(),
    }));
    if let Ok(event) = event {
        let mut told = Facts::new();
        event.facts(&mut told);
        event.changes(&json!({ "starts_at": moment("2027-03-04T08:00"), "location": "Library" }), &mut told);
        told.into_iter().for_each(|(name, said)| say(name, said));
    }
    facts
}

/// So many conditions are tried in every combination.
const EACH: usize = 5;

/// All that can come of texts with conditions on these names: each combination of what may be empty, or where there are many, everything,
/// nothing, everything but one, and one alone.
pub(super) fn variants(kind: MailKind, slug: &Slug, settings: &Settings, asked: impl Fn(&str) -> bool) -> Vec<Facts> {
    let names: Vec<_> = variables(kind).into_iter().filter(|variable| variable.may_be_empty).map(|variable| variable.name).collect();
    let (asked, others): (Vec<_>, Vec<_>) = names.into_iter().partition(|name| asked(name));
    let all = (1_u32 << asked.len()) - 1;
    let sets: Vec<u32> = if asked.len() <= EACH {
        (0..=all).collect()
    } else {
        let one = (0..asked.len()).map(|at| 1 << at);
        [all, 0].into_iter().chain(one.clone().map(|bit| all & !bit)).chain(one).collect()
    };
    let whole = facts(kind, slug, settings);
    let variant = |given: u32| {
        let mut facts = whole.clone();
        let gone = asked.iter().enumerate().filter(|(at, _)| given & (1 << at) == 0).map(|(_, name)| name);
        for name in gone.chain(others.iter().filter(|_| given == 0)) {
            facts.insert(name, Said::Line(String::new()));
        }
        facts
    };
    sets.into_iter().map(variant).collect()
}

/// The same with everything empty that may be.
pub(super) fn bare(kind: MailKind, slug: &Slug, settings: &Settings) -> Facts {
    let mut facts = facts(kind, slug, settings);
    for variable in variables(kind).iter().filter(|variable| variable.may_be_empty) {
        facts.insert(variable.name, Said::Line(String::new()));
    }
    facts
}

fn nothing(kind: MailKind) -> Facts {
    variables(kind).into_iter().filter(|variable| !variable.html_only).map(|variable| (variable.name, Said::Line(String::new()))).collect()
}
