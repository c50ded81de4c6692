//! A demo that is there: its tenants and keys, checked.

use chrono::Utc;
use polaris_core::types::{EventOrder, EventStatus, LocalTime};
use polaris_core::{Context, EventFilter, PageRequest, Patience, Polaris, Result};

use super::district::SLUGS;
use super::{keys, spoilt};
use crate::app::actor;

/// What is shown of a tenant of the demo.
pub(super) struct DemoTenant {
    pub(super) slug: String,
    pub(super) name: String,
    pub(super) schools: u32,
    pub(super) events: u32,
    pub(super) published: u32,
    pub(super) api_key: String,
    /// The slug of the next published event, or of the first where all have passed.
    pub(super) event: String,
    /// How many published events begin today or later.
    pub(super) upcoming: u32,
}

/// Both tenants, each with a key that works.
pub(super) fn open(polaris: &Polaris) -> Result<Vec<DemoTenant>> {
    let keys = keys::read(polaris.data()).map_err(|why| spoilt(polaris.data(), &why))?;
    SLUGS.iter().map(|slug| tenant(polaris, slug, keys.get(*slug).map(String::as_str))).collect()
}

fn tenant(polaris: &Polaris, slug: &str, key: Option<&str>) -> Result<DemoTenant> {
    let spoilt = |why: &str| spoilt(polaris.data(), &format!("{slug}: {why}"));
    if let Err(error) = polaris.public_api(slug, key, Context::default(), Patience::Wait) {
        return Err(match error {
            polaris_core::Error::Unavailable(_) => error,
            other => spoilt(&other.to_string()),
        });
    }
    let details = polaris.platform(actor())?.tenants().get(slug)?;
    let events = polaris.tenant(slug, actor())?;
    let events = events.events();
    let mut filter = EventFilter { statuses: vec![EventStatus::Published], ..EventFilter::default() };
    let first = PageRequest::new(1, 1)?;
    let any = events.list(&filter, EventOrder::default(), first)?;
    filter.from_date = Some(LocalTime::from_instant(Utc::now(), details.tenant.time_zone).local.date());
    let coming = events.list(&filter, EventOrder::default(), first)?;
    let event = coming.items.first().or(any.items.first()).ok_or_else(|| spoilt("nothing is published"))?;
    Ok(DemoTenant {
        slug: slug.to_owned(),
        name: details.tenant.name,
        schools: details.schools,
        events: details.events.iter().map(|(_, count)| count).sum(),
        published: any.total,
        api_key: key.unwrap_or_default().to_owned(),
        event: event.slug.to_string(),
        upcoming: coming.total,
    })
}
