//! An event as the pages show it.

use polaris_core::types::SignupState;
use polaris_core::{Event, SignupEvent};
use serde::Serialize;

use super::super::when::{When, moment};

#[derive(Debug, Serialize)]
pub(super) struct ShownEvent {
    slug: String,
    title: String,
    when: When,
    location: String,
    school: Option<String>,
    online: bool,
    description: Option<String>,
    additional_info: Option<String>,
    skills: Vec<String>,
    /// Until when people may sign up, where that is before the start: in words, and for programs.
    deadline: Option<(String, String)>,
    /// Places left, where a number is wanted.
    places: Option<u32>,
    state: &'static str,
    takes_people: bool,
    /// How it stands, as a sentence.
    sentence: String,
}

impl ShownEvent {
    pub(super) fn of(seen: &SignupEvent) -> Self {
        let Event { slug, title, location, school, description, additional_info, wanted_skills, starts_at, .. } = &seen.event;
        Self {
            slug: slug.to_string(),
            title: title.clone(),
            when: When::of(&seen.event),
            location: location.clone(),
            school: school.as_ref().map(|school| school.name.clone()).filter(|school| !location.contains(school.as_str())),
            online: seen.event.format == polaris_core::types::EventFormat::Virtual,
            description: description.clone(),
            additional_info: additional_info.clone(),
            skills: wanted_skills.clone(),
            deadline: seen
                .event
                .registration_deadline
                .filter(|deadline| deadline.instant < starts_at.instant)
                .map(|deadline| moment(&deadline)),
            places: seen.event.slots_available(),
            state: seen.state.as_str(),
            takes_people: seen.state.takes_people(),
            sentence: sentence(seen.state).to_owned(),
        }
    }
}

/// How sign-up stands, for people who look at the page.
fn sentence(state: SignupState) -> &'static str {
    match state {
        SignupState::Open => "You can sign up.",
        SignupState::Waitlist => {
            "All places are taken. If you sign up now, you come onto the waitlist, and get a mail as soon as a place is yours."
        }
        SignupState::Full => "All places are taken. Sign-up is not possible any more.",
        SignupState::DeadlinePassed => "Sign-up is closed: its deadline has passed.",
        SignupState::Begun => "Sign-up is closed: the event has begun.",
        SignupState::Completed => "Sign-up is closed: the event has taken place.",
        SignupState::Cancelled => "This event was cancelled. Everyone who had signed up gets a mail.",
        SignupState::Withdrawn => "Sign-up is closed for now: this event is being changed.",
    }
}
