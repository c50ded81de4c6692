//! Recruitment (feature `recruitment`): which events need volunteers most (C1), who would suit one best (C2), and who was asked
//! ([`outreach`], C3).
//!
//! ```
//! # use std::collections::BTreeMap;
//! # use polaris_core::{Actor, NewEvent, NewTenant, NewVolunteer, PageRequest, Polaris};
//! # let polaris = Polaris::in_memory()?;
//! # let features = BTreeMap::from([("recruitment".to_owned(), true)]);
//! # polaris.platform(Actor::System)?.tenants().create(NewTenant { features, ..NewTenant::new("kckps", "Kansas City Kansas") })?;
//! let kckps = polaris.tenant("kckps", Actor::System)?;
//! # let draft = NewEvent { title: "Career Day".into(), starts_at: "2199-03-04T09:00".into(), location: "Gym".into(),
//! #                        volunteers_needed: Some(4), ..NewEvent::default() };
//! # let event = kckps.events().create(draft)?;
//! # let ann = NewVolunteer { first_name: "Ann".into(), last_name: "Lee".into(), email: Some("ann@example.org".into()),
//! #                          ..NewVolunteer::default() };
//! # kckps.volunteers().create(ann)?;
//! let dashboard = kckps.recruitment().dashboard(PageRequest::default())?;
//! assert_eq!((dashboard.totals.events, dashboard.totals.open_places), (1, 4));
//! let candidates = kckps.recruitment().candidates(event.id, PageRequest::default())?;
//! assert_eq!(candidates.items[0].score, 10);
//! assert_eq!(candidates.items[0].reasons[4], "free at that time (+10)");
//! # Ok::<(), polaris_core::Error>(())
//! ```

mod candidates;
mod dashboard;
mod keywords;
mod left_out;
pub mod outreach;
mod score;
mod urgency;
mod weights;

pub use candidates::Candidate;
pub use dashboard::{Dashboard, DashboardEvent, DashboardTotals};
pub use left_out::{LeftOut, LeftOutReason};
pub use score::ScoreParts;
pub use urgency::UrgencyLevel;
pub(crate) use weights::check as check_weights;
pub use weights::{NewWeights, Weights};

use super::handle::TenantHandle;

/// Recruitment of a tenant; see [`TenantHandle::recruitment`].
pub struct Recruitment<'a> {
    handle: &'a TenantHandle,
}

impl<'a> Recruitment<'a> {
    pub(crate) fn new(handle: &'a TenantHandle) -> Self {
        Self { handle }
    }
}
