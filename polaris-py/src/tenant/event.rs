//! Events, who is told of their changes, and schools as values.

use polaris_core as core;

use crate::time::{Instant, Moment};
use crate::value::value;

value! {
    /// One event of a tenant.
    Event from core::Event, by starts_at [id, slug, title, status, starts_at] {
        /// Its number in this tenant; never used again.
        id: i64,
        /// Its name in addresses, unique in the tenant.
        slug: String,
        /// What it is called.
        title: String,
        /// What it is about, in plain text.
        description: Option<String>,
        /// What kind of event it is, such as `career_fair`.
        event_type: Option<String>,
        /// `in_person` or `virtual`.
        format: String,
        /// Where it stands in its life cycle: `draft`, `confirmed`, `published`, `completed` or `cancelled`.
        status: String,
        /// When it begins, in the event's zone: the tenant's as it was when the event was made, unless another was given.
        starts_at: Moment,
        /// When it ends, if that is known.
        ends_at: Option<Moment>,
        /// Until when people may sign up; the start if nothing else was said.
        registration_deadline: Option<Moment>,
        /// Where it is.
        location: String,
        /// At which of the tenant's schools.
        school: Option<School>,
        /// How many volunteers are wanted; 0: no number was stated.
        volunteers_needed: u32,
        /// How many are confirmed or have attended.
        volunteers_registered: u32,
        /// Skills asked for, by name.
        wanted_skills: Vec<String>,
        /// What else people should know.
        additional_info: Option<String>,
        /// When it was completed, if it was.
        completed_at: Option<Instant>,
        /// When it was cancelled, if it was.
        cancelled_at: Option<Instant>,
        /// Why it was cancelled, if that was said.
        cancel_reason: Option<String>,
        /// What was noted with that; for those who manage events.
        cancel_note: Option<String>,
        /// Rises with every change; give it back when editing.
        version: u32,
        /// When it was created, by the same clocks.
        created_at: Instant,
        /// When it was last changed.
        updated_at: Instant,
    } {
        /// Minutes from start to end; None without an end.
        #[getter]
        fn duration_minutes(&self) -> Option<i64> {
            self.ends_at.map(|end| (end.0.instant - self.starts_at.0.instant).num_minutes())
        }

        /// Places left, never below 0; None where no number of volunteers was stated.
        #[getter]
        fn slots_available(&self) -> Option<u32> {
            (self.volunteers_needed > 0).then(|| self.volunteers_needed.saturating_sub(self.volunteers_registered))
        }
    }
}

value! {
    /// An event after a change that people were told of.
    ChangedEvent from core::ChangedEvent [event, notices] {
        /// The event as it is now.
        event: Event,
        /// Who is told; nobody where the change is none that people are told of.
        notices: Notices,
    }
}

value! {
    /// How many people of an event's roster are told of a change.
    Notices from core::Notices [told, without_email, do_not_contact] {
        /// Those who get a mail.
        told: u32,
        /// Those who have no e-mail address: they must be told some other way.
        without_email: u32,
        /// Those who asked not to be contacted, and did not sign up themselves.
        do_not_contact: u32,
    }
}

value! {
    /// A school of the tenant.
    School from core::tenant::events::School [id, name] {
        /// Its number in this tenant.
        id: i64,
        /// Its name.
        name: String,
    }
}
