//! C2: who would suit an event best, each with why (FR-SELFSERV-402).

use std::cmp::{Ordering, Reverse};
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::Hash;

use chrono::{DateTime, NaiveDate, Utc};

use super::Recruitment;
use super::keywords::keywords;
use super::score::{Facts, Nearness, Place, ScoreParts};
use crate::error::{Error, Result};
use crate::operations::RECRUITMENT_CANDIDATES;
use crate::page::{Page, PageRequest};
use crate::store::dialect::elements;
use crate::store::{Row, Transaction, params};
use crate::tenant::events::{ASSUMED_LENGTH, LONGER_THAN_ANY};
use crate::tenant::rosters::{end, event_id};
use crate::tenant::settings::Settings;
use crate::tenant::volunteers::{Volunteer, row as volunteers};
use crate::types::fold::fold;
use crate::types::{EventId, EventRef, EventType, LocalTime, SkillId, VolunteerId, parse_instant};

/// Somebody who may be asked to an event. Personal: only admins and coordinators see it.
#[derive(Clone, PartialEq, Eq)]
pub struct Candidate {
    /// The volunteer.
    pub volunteer: Volunteer,
    /// 0 to 100: the parts together.
    pub score: u8,
    /// The points, part by part.
    pub parts: ScoreParts,
    /// Why, a line for each part in their order: `attended 3 events (+15)`.
    pub reasons: Vec<String>,
    /// How many events they attended.
    pub attended: u32,
    /// When the last of them began (UTC).
    pub last_attended_at: Option<DateTime<Utc>>,
    /// When they were last asked to any event (UTC), by an invitation or otherwise, if they ever were.
    pub last_asked_at: Option<DateTime<Utc>>,
}

/// People stay out of logs, even when a whole value is printed.
impl std::fmt::Debug for Candidate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Candidate").field("volunteer", &self.volunteer.id).field("parts", &self.parts).finish_non_exhaustive()
    }
}

/// Whether `volunteers v` may be asked to event `?1`. Whoever may not is left out: the one place with this rule.
macro_rules! is_candidate {
    () => {
        "(v.active = 1 AND v.do_not_contact = 0 AND (v.email IS NOT NULL OR v.phone IS NOT NULL)
          AND v.id NOT IN (SELECT p.volunteer_id FROM participations p WHERE p.event_id = ?1 AND p.status <> 'declined'))"
    };
}
pub(super) use is_candidate;

/// Everybody who may be asked, with what their score is made of. What they attended and when they were asked is kept with them.
const SELECT: &str = concat!(
    "SELECT v.id, v.folded_name, v.postal_code, v.city, v.attended, v.last_attended_at, v.last_asked_at, w.skills,
            v.id IN (
                SELECT p.volunteer_id FROM events e JOIN participations p ON p.event_id = e.id
                WHERE e.id <> ?1 AND e.status <> 'cancelled' AND p.status IN ('invited', 'confirmed')
                  AND e.starts_at > ?3 AND e.starts_at < ?4 AND (e.ends_at > ?5 OR e.ends_at IS NULL AND e.starts_at > ?6)
            ) AS is_busy
     FROM volunteers v
     LEFT JOIN (
         SELECT k.volunteer_id, group_concat(k.skill_id) AS skills
         FROM volunteer_skills k WHERE k.skill_id IN ",
    elements!("?2"),
    " GROUP BY k.volunteer_id
     ) w ON w.volunteer_id = v.id
     WHERE ",
    is_candidate!()
);

/// What an event is to those who may be asked to it.
struct Sought {
    id: EventId,
    starts_at: DateTime<Utc>,
    ends_at: DateTime<Utc>,
    event_type: Option<EventType>,
    school_code: Option<String>,
    school_city: Option<String>,
    /// Which skills count, by number.
    skills: HashMap<SkillId, String>,
    /// Whether the event names them itself.
    skills_are_named: bool,
}

const EVENT: &str = "
    SELECT e.id, e.starts_at, e.ends_at, e.event_type, s.postal_code, s.city FROM events e LEFT JOIN schools s ON s.id = e.school_id
    WHERE e.id = ?1";

impl Sought {
    fn find(transaction: &Transaction<'_>, event: &EventRef) -> Result<Self> {
        let read = |row: &Row<'_, '_>| {
            let starts_at = row.get("starts_at")?;
            Ok(Self {
                id: row.get("id")?,
                starts_at,
                ends_at: end(starts_at, row.get("ends_at")?),
                event_type: row.get("event_type")?,
                school_code: row.get("postal_code")?,
                school_city: row.get::<Option<String>>("city")?.map(|city| fold(&city)),
                skills: HashMap::new(),
                skills_are_named: true,
            })
        };
        let found = transaction.first(EVENT, params![event_id(transaction, event)?], read)?;
        let mut sought = found.ok_or(Error::EventNotFound)?;
        sought.skills = named(transaction, sought.id)?;
        if sought.skills.is_empty() {
            sought.skills_are_named = false;
            sought.skills = fitting(transaction, &keywords(sought.event_type))?;
        }
        Ok(sought)
    }
}

fn named(transaction: &Transaction<'_>, event: EventId) -> Result<HashMap<SkillId, String>> {
    let sql = "SELECT k.id, k.name FROM event_skills w JOIN skills k ON k.id = w.skill_id WHERE w.event_id = ?1";
    Ok(transaction.all(sql, params![event], |row| Ok((row.get("id")?, row.get("name")?)))?.into_iter().collect())
}

/// The tenant's skills whose names contain a keyword.
fn fitting(transaction: &Transaction<'_>, keywords: &[&str]) -> Result<HashMap<SkillId, String>> {
    if keywords.is_empty() {
        return Ok(HashMap::new());
    }
    let skills = transaction.all("SELECT id, name, folded_name FROM skills", params![], |row| {
        Ok((row.get::<String>("folded_name")?, (row.get("id")?, row.get("name")?)))
    })?;
    let fits = |folded: &str| keywords.iter().any(|keyword| folded.contains(keyword));
    Ok(skills.into_iter().filter(|(folded, _)| fits(folded)).map(|(_, skill)| skill).collect())
}

/// Somebody with their score, before they are shown.
struct Ranked {
    id: VolunteerId,
    folded_name: String,
    facts: Facts,
    parts: ScoreParts,
    /// The skills that count, with commas between.
    skills: Option<String>,
    /// As stored, which sorts as time: read of those who are shown alone.
    last_attended_at: Option<String>,
    last_asked_at: Option<String>,
}

impl Recruitment<'_> {
    /// Who may be asked to an event, the best suited first, a page at a time. Who is inactive, not to be contacted, without e-mail and phone,
    /// or on its roster already is [left out](Self::left_out).
    ///
    /// Equal scores are in the order of who was last asked: never, then longest ago; then by last and first name, then by number.
    ///
    /// # Errors
    ///
    /// [`Error::EventNotFound`]; [`Error::Forbidden`], [`Error::FeatureDisabled`].
    pub fn candidates(&self, event: impl Into<EventRef>, page: PageRequest) -> Result<Page<Candidate>> {
        let reference = event.into();
        self.handle.read(&RECRUITMENT_CANDIDATES, |reading| {
            let sought = Sought::find(reading.transaction, &reference)?;
            let mut ranked = ranked(reading.transaction, &reading.settings, reading.now, &sought)?;
            let total = u32::try_from(ranked.len()).unwrap_or(u32::MAX);
            put_in_order(&mut ranked, page.skipped().saturating_add(page.taken()));
            let wanted = ranked.into_iter().skip(page.skipped()).collect();
            Ok(page.of(shown(reading.transaction, &sought, wanted)?, total))
        })
    }
}

/// The numbers of the first so many candidates.
pub(super) fn best(
    transaction: &Transaction<'_>,
    settings: &Settings,
    now: DateTime<Utc>,
    event: &EventRef,
    count: usize,
) -> Result<Vec<VolunteerId>> {
    let sought = Sought::find(transaction, event)?;
    let mut ranked = ranked(transaction, settings, now, &sought)?;
    put_in_order(&mut ranked, count);
    Ok(ranked.into_iter().map(|of| of.id).collect())
}

/// Keeps the best, in their order. Of a hundred thousand only they are sorted.
fn put_in_order(ranked: &mut Vec<Ranked>, count: usize) {
    if count < ranked.len() {
        ranked.select_nth_unstable_by(count, by_rank);
        ranked.truncate(count);
    }
    ranked.sort_unstable_by(by_rank);
}

/// The best suited first; no two are equal.
fn by_rank(one: &Ranked, other: &Ranked) -> Ordering {
    fn key(of: &Ranked) -> (Reverse<u8>, Option<&str>, &str, VolunteerId) {
        (Reverse(of.parts.total()), of.last_asked_at.as_deref(), &of.folded_name, of.id)
    }
    key(one).cmp(&key(other))
}

fn ranked(transaction: &Transaction<'_>, settings: &Settings, now: DateTime<Utc>, sought: &Sought) -> Result<Vec<Ranked>> {
    let zone = settings.time_zone;
    let day = |instant: DateTime<Utc>| -> NaiveDate { LocalTime::from_instant(instant, zone).local.date() };
    let today = day(now);
    let school = Place::new(sought.school_code.as_deref(), sought.school_city.as_deref());
    let ids: Vec<_> = sought.skills.keys().map(|id| id.get().to_string()).collect();
    let ids = format!("[{}]", ids.join(","));
    let earliest = sought.starts_at - LONGER_THAN_ANY;
    let hour_before = sought.starts_at - ASSUMED_LENGTH;
    let params = params![sought.id, ids, earliest, sought.ends_at, sought.starts_at, hour_before];
    let weights = settings.recruitment_weights.unwrap_or_default();
    // Most places and most days come again and again.
    let mut days = Known::default();
    let mut near = Known::default();
    transaction.all(SELECT, params, |row| {
        let (id, folded_name) = (row.get("id")?, row.get("folded_name")?);
        let place: (Option<String>, Option<String>) = (row.get("postal_code")?, row.get("city")?);
        let nearness = *near.of(place, |(postal_code, city)| {
            let city = city.as_deref().map(fold);
            Nearness::of(school, Place::new(postal_code.as_deref(), city.as_deref()))
        });
        let attended = row.get("attended")?;
        let last_attended_at: Option<String> = row.get("last_attended_at")?;
        let days_since = last_attended_at
            .clone()
            .and_then(|last| *days.of(last, |last| parse_instant(last).map(|last| today.signed_duration_since(day(last)).num_days())));
        let last_asked_at = row.get("last_asked_at")?;
        let skills: Option<String> = row.get("skills")?;
        let facts = Facts {
            attended,
            days_since,
            skills: skills.as_deref().map_or(0, |ids| u32::try_from(ids.split(',').count()).unwrap_or(u32::MAX)),
            skills_are_named: sought.skills_are_named,
            nearness,
            is_busy: row.get("is_busy")?,
        };
        let parts = facts.score(weights);
        Ok(Ranked { id, folded_name, facts, parts, skills, last_attended_at, last_asked_at })
    })
}

/// What was worked out before.
struct Known<K, V>(HashMap<K, V>);

impl<K, V> Default for Known<K, V> {
    fn default() -> Self {
        Self(HashMap::new())
    }
}

impl<K: Eq + Hash, V> Known<K, V> {
    fn of(&mut self, key: K, work_out: impl FnOnce(&K) -> V) -> &V {
        match self.0.entry(key) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => {
                let value = work_out(new.key());
                new.insert(value)
            }
        }
    }
}

/// The candidates of a page, with their profiles read in one statement.
fn shown(transaction: &Transaction<'_>, sought: &Sought, wanted: Vec<Ranked>) -> Result<Vec<Candidate>> {
    let ids: Vec<_> = wanted.iter().map(|of| of.id.get().to_string()).collect();
    let sql = format!("SELECT {} WHERE v.id IN {}", volunteers::COLUMNS, elements!("?1"));
    let profiles = transaction.all(&sql, params![format!("[{}]", ids.join(","))], volunteers::volunteer)?;
    let mut profiles: HashMap<_, _> = profiles.into_iter().map(|volunteer| (volunteer.id, volunteer)).collect();
    let candidate = |of: Ranked| {
        let held = of.skills.iter().flat_map(|ids| ids.split(',')).filter_map(|id| id.parse().ok()).map(SkillId::new);
        let mut names: Vec<&str> = held.filter_map(|id| sought.skills.get(&id)).map(String::as_str).collect();
        names.sort_by_cached_key(|name| fold(name));
        Some(Candidate {
            volunteer: profiles.remove(&of.id)?,
            score: of.parts.total(),
            parts: of.parts,
            reasons: of.facts.reasons(of.parts, &names),
            attended: of.facts.attended,
            last_attended_at: of.last_attended_at.as_deref().and_then(parse_instant),
            last_asked_at: of.last_asked_at.as_deref().and_then(parse_instant),
        })
    };
    Ok(wanted.into_iter().filter_map(candidate).collect())
}
