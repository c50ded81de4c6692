//! The districts of the demo: invented events at real schools, which come from `examples/reference`.

use chrono::{NaiveDate, NaiveTime, TimeDelta, Weekday};
use polaris_core::types::EventStatus;
use polaris_core::{Error, NewEvent, NewTenant, ReferenceImport, ReferenceKind, ReferenceSource, Result};
use serde::Deserialize;

use super::calendar;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct District {
    pub(super) slug: String,
    name: String,
    district: String,
    time_zone: String,
    pub(super) events: Vec<DemoEvent>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DemoEvent {
    title: String,
    description: String,
    event_type: String,
    format: String,
    school: Option<String>,
    location: String,
    /// -1 the last one, 0 this one, 1 the next.
    semester: i8,
    week: u32,
    weekday: Weekday,
    time: String,
    minutes: i64,
    volunteers_needed: i64,
    skills: Vec<String>,
    deadline_days_before: Option<i64>,
    additional_info: Option<String>,
    pub(super) status: EventStatus,
}

/// The tenants of the demo.
pub(super) const SLUGS: [&str; 2] = ["kckps", "hmsd"];

/// All districts, in the order of [`SLUGS`].
pub(super) fn all() -> Result<Vec<District>> {
    let texts = [include_str!("kckps.json"), include_str!("hmsd.json")];
    // They are part of the program and read by its tests.
    texts.iter().map(|text| serde_json::from_str(text).map_err(|_| Error::Internal)).collect()
}

macro_rules! reference_file {
    ($kind:ident, $name:literal) => {
        (ReferenceKind::$kind, include_str!(concat!("../../../examples/reference/", $name)))
    };
}

/// What the operator knows before there are tenants.
const REFERENCE: [(ReferenceKind, &str); 4] = [
    reference_file!(Districts, "districts.csv"),
    reference_file!(Schools, "schools.csv"),
    reference_file!(Skills, "skills.csv"),
    reference_file!(CareerTypes, "career_types.csv"),
];

pub(super) fn reference() -> Result<ReferenceImport> {
    let sources: Result<Vec<_>> = REFERENCE.into_iter().map(|(kind, text)| ReferenceSource::csv(kind, text.as_bytes())).collect();
    Ok(ReferenceImport::of(sources?))
}

impl District {
    pub(super) fn tenant(&self) -> NewTenant {
        NewTenant {
            district: Some(self.district.clone()),
            time_zone: Some(self.time_zone.clone()),
            ..NewTenant::new(&self.slug, &self.name)
        }
    }
}

impl DemoEvent {
    /// The event as a coordinator would enter it today.
    pub(super) fn draft(&self, today: NaiveDate) -> Result<NewEvent> {
        let semester = calendar::semester(today, self.semester);
        let day = calendar::day(semester, self.week, self.weekday);
        let time: NaiveTime = self.time.parse().map_err(|_| Error::Internal)?;
        let start = day.and_time(time);
        let end = start + TimeDelta::minutes(self.minutes);
        Ok(NewEvent {
            title: self.title.clone(),
            starts_at: start.format("%Y-%m-%dT%H:%M").to_string(),
            ends_at: Some(end.format("%Y-%m-%dT%H:%M").to_string()),
            time_zone: None,
            location: self.location.clone(),
            description: Some(self.description.clone()),
            event_type: Some(self.event_type.clone()),
            format: Some(self.format.clone()),
            school: self.school.clone(),
            volunteers_needed: Some(self.volunteers_needed),
            wanted_skills: self.skills.clone(),
            registration_deadline: self.deadline_days_before.map(|days| (day - TimeDelta::days(days)).to_string()),
            additional_info: self.additional_info.clone(),
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use polaris_core::types::parse_date;
    use polaris_core::{Actor, Polaris, ReferenceSync};

    use super::*;

    #[test]
    fn every_event_of_every_district_is_good_whenever_the_demo_is_made() {
        for (nth, today) in ["2026-01-01", "2026-06-15", "2026-10-19", "2028-02-29"].into_iter().enumerate() {
            let polaris = Polaris::in_memory().unwrap();
            let districts = all().unwrap();
            let platform = polaris.platform(Actor::System).unwrap();
            let report = platform.reference().import(&reference().unwrap()).unwrap();
            let created = [report.districts, report.schools, report.skills, report.career_types].map(|kind| kind.created);
            assert_eq!(created, [6, 74, 40, 16]);
            for (district, slug) in districts.iter().zip(SLUGS) {
                assert_eq!(district.slug, slug);
                let created = platform.tenants().create(district.tenant()).unwrap();
                assert_eq!(created.copied.district_known, Some(true));
                assert!(created.copied.schools >= 7);
                assert_eq!(district.events.len(), 12);
                let tenant = polaris.tenant(slug, Actor::System).unwrap();
                for event in &district.events {
                    let draft = event.draft(parse_date(today).unwrap()).unwrap();
                    tenant.events().create(draft).unwrap_or_else(|error| panic!("{nth} {}: {error}", event.title));
                }
                // No skill of an event is unknown: that would have become the tenant's own.
                let synced = platform.reference().sync(&ReferenceSync::default()).unwrap();
                assert!(synced.tenants.iter().all(|tenant| tenant.outcome.as_ref().is_ok_and(|changes| changes.skills.own == 0)));
            }
        }
    }
}
