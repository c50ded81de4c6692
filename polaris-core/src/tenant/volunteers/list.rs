//! V3: lists of volunteers, narrowed, searched, sorted and paged; and what a field completes to while it is typed in (FR-SELFSERV-303).

use super::row::{COLUMNS, volunteer};
use super::{Volunteer, Volunteers};
use crate::error::{Error, Problem, Result};
use crate::operations::{VOLUNTEERS_LIST, VOLUNTEERS_SUGGEST};
use crate::page::{Page, PageRequest};
use crate::store::conditions::Conditions;
use crate::store::full_text::{self, Sought};
use crate::store::{Row, Transaction, params};
use crate::tenant::skills;
use crate::types::fold::fold;
use crate::types::text::{self, NAME_MAX, ORGANIZATION_MAX};
use crate::types::{VolunteerId, VolunteerOrder, VolunteerSort};

/// Which volunteers are wanted. Everything left out lets all through.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct VolunteerFilter {
    /// Words that name, organization, e-mail address, title or skills hold, whole or their beginning, whatever their case and accents; at
    /// most 200 characters. A text without any word, such as an emoji, is looked for as it stands.
    pub q: Option<String>,
    /// Who has this skill, by name or alias.
    pub skill: Option<String>,
    /// Of this career type, by name or alias.
    pub career_type: Option<String>,
    /// Of this organization, whatever its case and accents.
    pub organization: Option<String>,
    /// Active, or deactivated.
    pub active: Option<bool>,
}

/// A volunteer, as far as a list of suggestions shows them.
#[derive(Clone, PartialEq, Eq)]
pub struct VolunteerSuggestion {
    /// Their number.
    pub id: VolunteerId,
    /// Their first name.
    pub first_name: String,
    /// Their last name.
    pub last_name: String,
    /// Their organization, which tells people of one name apart.
    pub organization: Option<String>,
}

super::draft::silent!(VolunteerSuggestion);

/// Suggestions at most.
const SUGGESTIONS: u32 = 10;
/// So many of those who hold the words are sorted by name; of more, it doesn't matter which are suggested before more is typed.
const CONSIDERED: u32 = 1_000;

impl Volunteers<'_> {
    /// Volunteers that pass the filter, a page at a time.
    ///
    /// # Errors
    ///
    /// [`Error::BadRequest`] naming `skill` or `career_type` when the tenant has none of that name, or `q` when it holds control characters
    /// or is too long; [`Error::Forbidden`], [`Error::FeatureDisabled`].
    pub fn list(&self, filter: &VolunteerFilter, order: VolunteerOrder, page: PageRequest) -> Result<Page<Volunteer>> {
        self.handle.read(&VOLUNTEERS_LIST, |reading| {
            let transaction = reading.transaction;
            let conditions = narrowed(transaction, filter)?;
            let total = total(transaction, filter, &conditions)?;
            let sql = page_of(&conditions, order);
            Ok(page.of(transaction.all(&sql, &conditions.params(&[&page.per_page(), &page.offset()]), volunteer)?, total))
        })
    }

    /// At most ten active volunteers for what was typed so far: those whose last name begins so, then others who hold the words, each by
    /// name. None for nothing.
    ///
    /// # Errors
    ///
    /// [`Error::BadRequest`] for a text with control characters or of more than 200; [`Error::Forbidden`], [`Error::FeatureDisabled`].
    pub fn suggest(&self, q: &str) -> Result<Vec<VolunteerSuggestion>> {
        self.handle.read(&VOLUNTEERS_SUGGEST, |reading| {
            let Sought::Words(words) = full_text::VOLUNTEERS.sought(q)? else { return Ok(Vec::new()) };
            let transaction = reading.transaction;
            let mut found = transaction.all(BY_LAST_NAME, params![fold(q), SUGGESTIONS], suggestion)?;
            if found.len() < SUGGESTIONS as usize {
                let sql = format!(
                    "SELECT v.id, v.first_name, v.last_name, v.organization FROM ({}) m JOIN volunteers v ON v.id = m.id
                     ORDER BY v.folded_name, v.id LIMIT ?2",
                    full_text::VOLUNTEERS.some("volunteers v", "v.active = 1", CONSIDERED)
                );
                for other in transaction.all(&sql, params![words, 2 * SUGGESTIONS], suggestion)? {
                    if found.len() < SUGGESTIONS as usize && !found.iter().any(|known| known.id == other.id) {
                        found.push(other);
                    }
                }
            }
            Ok(found)
        })
    }
}

const BY_LAST_NAME: &str = "
    SELECT id, first_name, last_name, organization FROM volunteers
    WHERE folded_name >= ?1 AND folded_name < ?1 || char(1114111) AND active = 1 ORDER BY folded_name, id LIMIT ?2";

fn suggestion(row: &Row<'_, '_>) -> Result<VolunteerSuggestion> {
    Ok(VolunteerSuggestion {
        id: row.get("id")?,
        first_name: row.get("first_name")?,
        last_name: row.get("last_name")?,
        organization: row.get("organization")?,
    })
}

/// How many pass the filter. Those who hold some words, whatever else they are, the index counts by itself: it is looked up of nobody.
fn total(transaction: &Transaction<'_>, filter: &VolunteerFilter, conditions: &Conditions) -> Result<u32> {
    let VolunteerFilter { q, skill: None, career_type: None, organization: None, active: None } = filter else {
        return counted(transaction, conditions);
    };
    match full_text::VOLUNTEERS.sought(q.as_deref().unwrap_or_default())? {
        Sought::Words(words) => {
            Ok(transaction.first(&full_text::VOLUNTEERS.count(), params![words], |row| row.get("total"))?.unwrap_or_default())
        }
        Sought::All | Sought::Literally(_) => counted(transaction, conditions),
    }
}

fn counted(transaction: &Transaction<'_>, conditions: &Conditions) -> Result<u32> {
    let count = format!("SELECT count(*) AS total FROM volunteers v{}", conditions.sql());
    Ok(transaction.first(&count, &conditions.params(&[]), |row| row.get("total"))?.unwrap_or_default())
}

/// Which volunteers are on the page is settled before anything of them is read.
fn page_of(conditions: &Conditions, order: VolunteerOrder) -> String {
    format!("SELECT {COLUMNS} WHERE v.id IN ({}) ORDER BY {}", numbers_of(conditions, order), order_by(order))
}

fn numbers_of(conditions: &Conditions, order: VolunteerOrder) -> String {
    let (order, at) = (order_by(order), conditions.next());
    format!("SELECT v.id FROM volunteers v{} ORDER BY {order} LIMIT ?{at} OFFSET ?{}", conditions.sql(), at + 1)
}

/// The filter as SQL on `volunteers v`.
pub(crate) fn narrowed(transaction: &Transaction<'_>, filter: &VolunteerFilter) -> Result<Conditions> {
    let VolunteerFilter { q, skill, career_type, organization, active } = filter;
    let mut conditions = Conditions::default();
    if let Some(active) = active {
        conditions.add("v.active = ??", *active);
    }
    if let Some(name) = skill {
        let known = skills::known_skill(transaction, &folded("skill", name, NAME_MAX)?)?;
        let known = known.ok_or_else(|| Error::bad_request("skill", "is not one of this tenant's skills"))?;
        conditions.add("v.id IN (SELECT volunteer_id FROM volunteer_skills WHERE skill_id = ??)", known.id);
    }
    if let Some(name) = career_type {
        let known = skills::career_type(transaction, &folded("career_type", name, NAME_MAX)?)?;
        let known = known.ok_or_else(|| Error::bad_request("career_type", "is not one of this tenant's career types"))?;
        conditions.add("v.career_type_id = ??", known.id);
    }
    if let Some(name) = organization {
        let folded = folded("organization", name, ORGANIZATION_MAX)?;
        conditions.add("(v.folded_organization IS NULL) = 0 AND v.folded_organization = ??", folded);
    }
    if let Some(q) = q {
        full_text::VOLUNTEERS.narrow(&mut conditions, q)?;
    }
    Ok(conditions)
}

/// A name that is looked for, folded.
fn folded(field: &str, name: &str, most: usize) -> Result<String> {
    let name = text::line(name, most).map_err(|Problem { message, .. }| Error::bad_request(field, message))?;
    Ok(fold(&name.unwrap_or_default()))
}

/// Ties are settled by name and number, so that pages never overlap. Numbers rise in the order in which people were added.
pub(crate) fn order_by(order: VolunteerOrder) -> &'static str {
    match (order.by, order.descending) {
        (VolunteerSort::Name, false) => "v.folded_name, v.id",
        (VolunteerSort::Name, true) => "v.folded_name DESC, v.id DESC",
        (VolunteerSort::Organization, false) => "v.folded_organization IS NULL, v.folded_organization, v.folded_name, v.id",
        (VolunteerSort::Organization, true) => {
            "v.folded_organization IS NULL DESC, v.folded_organization DESC, v.folded_name DESC, v.id DESC"
        }
        (VolunteerSort::Created, false) => "v.id",
        (VolunteerSort::Created, true) => "v.id DESC",
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::{Actor, NewTenant, Polaris};

    /// How SQLite would find the volunteers of a page.
    fn plan(filter: &VolunteerFilter, order: &str) -> String {
        let polaris = Polaris::in_memory().unwrap();
        polaris.platform(Actor::System).unwrap().tenants().create(NewTenant::new("kckps", "Kansas City Kansas")).unwrap();
        let kckps = polaris.tenant("kckps", Actor::System).unwrap();
        let steps = kckps.read(&VOLUNTEERS_LIST, |reading| {
            let conditions = narrowed(reading.transaction, filter)?;
            let sql = format!("EXPLAIN QUERY PLAN {}", numbers_of(&conditions, VolunteerOrder::parse(order).unwrap()));
            reading.transaction.all(&sql, &conditions.params(&[&20_u32, &0_i64]), |row| row.get::<String>("detail"))
        });
        steps.unwrap().join("; ")
    }

    #[test]
    fn every_order_has_an_index_that_is_read_either_way() {
        let active = VolunteerFilter { active: Some(true), ..VolunteerFilter::default() };
        for (order, index) in [("name", "volunteers_by_name"), ("organization", "volunteers_by_organization"), ("created", "SCAN v")] {
            for order in [order.to_owned(), format!("-{order}")] {
                for filter in [&VolunteerFilter::default(), &active] {
                    let plan = plan(filter, &order);
                    assert!(plan.contains(index) && !plan.contains("TEMP B-TREE"), "{order}: {plan}");
                }
            }
        }
    }

    #[test]
    fn words_and_organizations_find_their_volunteers_by_an_index() {
        for (filter, index) in [
            (VolunteerFilter { q: Some("jo".into()), ..VolunteerFilter::default() }, "VIRTUAL TABLE INDEX"),
            (VolunteerFilter { organization: Some("Lodz".into()), ..VolunteerFilter::default() }, "volunteers_by_organization"),
        ] {
            let plan = plan(&filter, "name");
            assert!(plan.contains(index), "{filter:?}: {plan}");
        }
    }
}
