//! Reference data: districts, schools, skills and career types, kept by the operator and copied into new tenants.

use std::sync::LazyLock;

use serde_json::json;

use super::Platform;
use super::tenants::Copied;
use crate::audit::Entry;
use crate::error::{Error, Problem, Problems, Result};
use crate::operations::REFERENCE_ADD;
use crate::store::image::Image;
use crate::store::value::Param;
use crate::store::{Transaction, params};
use crate::types::fold::fold;
use crate::types::text::{self, NAME_MAX, ORGANIZATION_MAX, TITLE_MAX};

/// Reference data to add. What is known already (by folded name) is updated, nothing is removed.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ReferenceData {
    /// Districts with their schools.
    pub districts: Vec<NewDistrict>,
    /// Names of skills.
    pub skills: Vec<String>,
    /// Names of career types.
    pub career_types: Vec<String>,
}

/// A district.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NewDistrict {
    /// Its full name.
    pub name: String,
    /// Other names it goes by.
    pub aliases: Vec<String>,
    /// Its schools.
    pub schools: Vec<NewSchool>,
}

/// A school.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NewSchool {
    /// Its full name.
    pub name: String,
    /// `elementary`, `middle`, `high` or `other`.
    pub level: String,
    /// The city it is in.
    pub city: Option<String>,
    /// The state, as two letters.
    pub state: Option<String>,
    /// Its postal code.
    pub postal_code: Option<String>,
}

/// How much reference data was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Added {
    /// Districts.
    pub districts: usize,
    /// Schools.
    pub schools: usize,
    /// Skills.
    pub skills: usize,
    /// Career types.
    pub career_types: usize,
}

/// The reference data of the installation; see [`Platform::reference`].
pub struct Reference<'a> {
    pub(super) platform: &'a Platform,
}

impl Reference<'_> {
    /// Adds or updates reference data, all or nothing. Tenants that exist are not changed.
    ///
    /// # Errors
    ///
    /// [`Error::Validation`] naming each bad item by its place (`districts[0].schools[3].level`); [`Error::Forbidden`].
    pub fn add(&self, data: &ReferenceData) -> Result<Added> {
        self.platform.authorize(&REFERENCE_ADD)?;
        check(data)?;
        self.platform.write(&REFERENCE_ADD, |registry| {
            for district in &data.districts {
                add_district(registry, district)?;
            }
            for skill in &data.skills {
                add_name(registry, "skills", skill)?;
            }
            for career_type in &data.career_types {
                add_name(registry, "career_types", career_type)?;
            }
            let added = Added {
                districts: data.districts.len(),
                schools: data.districts.iter().map(|district| district.schools.len()).sum(),
                skills: data.skills.len(),
                career_types: data.career_types.len(),
            };
            Ok((added, Entry::of("reference", "registry", json!(added))))
        })
    }
}

fn check(data: &ReferenceData) -> Result<()> {
    let mut problems = Problems::default();
    let mut name = |place: String, text: &str, max| {
        problems.take(&place, text::required(text::line(text, max)));
    };
    for (at, district) in data.districts.iter().enumerate() {
        name(format!("districts[{at}].name"), &district.name, ORGANIZATION_MAX);
        for (nth, alias) in district.aliases.iter().enumerate() {
            name(format!("districts[{at}].aliases[{nth}]"), alias, ORGANIZATION_MAX);
        }
        for (nth, school) in district.schools.iter().enumerate() {
            name(format!("districts[{at}].schools[{nth}].name"), &school.name, TITLE_MAX);
        }
    }
    for (at, skill) in data.skills.iter().enumerate() {
        name(format!("skills[{at}]"), skill, NAME_MAX);
    }
    for (at, career_type) in data.career_types.iter().enumerate() {
        name(format!("career_types[{at}]"), career_type, NAME_MAX);
    }
    for (at, district) in data.districts.iter().enumerate() {
        for (nth, school) in district.schools.iter().enumerate() {
            if !["elementary", "middle", "high", "other"].contains(&school.level.as_str()) {
                let problem = Problem::new("UNKNOWN_VALUE", "must be one of elementary, middle, high, other");
                problems.note(&format!("districts[{at}].schools[{nth}].level"), problem);
            }
            for (field, value) in [("city", &school.city), ("state", &school.state), ("postal_code", &school.postal_code)] {
                problems
                    .take(&format!("districts[{at}].schools[{nth}].{field}"), text::line(value.as_deref().unwrap_or_default(), NAME_MAX));
            }
        }
    }
    problems.finish()
}

fn add_district(registry: &Transaction<'_>, district: &NewDistrict) -> Result<()> {
    let id = registry
        .first(
            "INSERT INTO districts (name, folded_name) VALUES (?1, ?2)
             ON CONFLICT (folded_name) DO UPDATE SET name = excluded.name RETURNING id",
            params![district.name.trim(), fold(&district.name)],
            |row| row.get::<i64>("id"),
        )?
        .ok_or(Error::Internal)?;
    for alias in &district.aliases {
        registry.execute(
            "INSERT INTO district_aliases (folded_alias, alias, district_id) VALUES (?1, ?2, ?3)
             ON CONFLICT (folded_alias) DO UPDATE SET alias = excluded.alias, district_id = excluded.district_id",
            params![fold(alias), alias.trim(), id],
        )?;
    }
    for school in &district.schools {
        registry.execute(
            "INSERT INTO schools (district_id, name, folded_name, level, city, state, postal_code) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
             ON CONFLICT (district_id, folded_name) DO UPDATE SET name = excluded.name, level = excluded.level,
                 city = excluded.city, state = excluded.state, postal_code = excluded.postal_code",
            params![id, school.name.trim(), fold(&school.name), school.level, school.city, school.state, school.postal_code],
        )?;
    }
    Ok(())
}

fn add_name(registry: &Transaction<'_>, table: &'static str, name: &str) -> Result<()> {
    registry.execute(
        &format!("INSERT INTO {table} (name, folded_name) VALUES (?1, ?2) ON CONFLICT (folded_name) DO UPDATE SET name = excluded.name"),
        params![name.trim(), fold(name)],
    )?;
    Ok(())
}

/// What of the reference data a new tenant gets a copy of, and in which state they are.
pub(crate) struct Wanted {
    /// The district's number; the inner `None` is a district that the reference data don't know, the outer one: no district was given.
    #[allow(clippy::option_option, reason = "not given, not known and known are three things")]
    district: Option<Option<i64>>,
    state: String,
    counts: Copied,
}

impl Wanted {
    /// What a tenant of this district gets: the district's schools (all schools when no district is given), all skills and career types.
    pub(crate) fn find(registry: &Transaction<'_>, district: Option<&str>) -> Result<Self> {
        let find = |name: &str| {
            registry.first(
                "SELECT id FROM districts WHERE folded_name = ?1 UNION ALL SELECT district_id AS id FROM district_aliases WHERE folded_alias = ?1",
                params![fold(name)],
                |row| row.get::<i64>("id"),
            )
        };
        // Every change of reference data leaves an entry in the audit log, whose hash no other entry has: not even one of a registry
        // that was restored from a backup and changed in another way since.
        let last_change = registry.first(
            "SELECT hash FROM audit_entries WHERE id = (SELECT max(id) FROM audit_entries WHERE action >= 'reference.' AND action < 'reference/')",
            params![],
            |row| row.get::<String>("hash"),
        )?;
        let state = last_change.map_or_else(|| "0".to_owned(), |hash| hash.chars().take(16).collect());
        let district = district.map(find).transpose()?;
        let counts = registry.first(
            "SELECT (SELECT count(*) FROM schools WHERE ?1 IS NULL) + (SELECT count(*) FROM schools WHERE district_id = ?1) AS schools,
                    (SELECT count(*) FROM skills) AS skills, (SELECT count(*) FROM career_types) AS career_types",
            params![only(district)],
            |row| {
                let district_known = district.map(|known| known.is_some());
                let (schools, skills) = (row.get("schools")?, row.get("skills")?);
                Ok(Copied { district_known, schools, skills, career_types: row.get("career_types")? })
            },
        )?;
        Ok(Self { district, state, counts: counts.ok_or(Error::Internal)? })
    }

    /// The image that has this in it.
    pub(crate) fn image(&self) -> Image {
        let extent = match self.district {
            None => "all".to_owned(),
            Some(None) => "none".to_owned(),
            Some(Some(district)) => district.to_string(),
        };
        Image::Filled { state: self.state.clone(), extent }
    }

    /// How much it is.
    pub(crate) fn counts(&self) -> Copied {
        self.counts
    }
}

/// The one district whose schools are wanted, if not all are. 0 is no district's number: one that is not known brings no schools.
#[allow(clippy::option_option, reason = "not given, not known and known are three things")]
fn only(district: Option<Option<i64>>) -> Option<i64> {
    district.map(|known| known.unwrap_or(0))
}

/// A copy of what one tenant gets.
pub(crate) struct ReferenceCopy {
    schools: Vec<SchoolRow>,
    school_aliases: Vec<(i64, String, String)>,
    skills: Vec<(i64, String, String)>,
    skill_aliases: Vec<(i64, String, String)>,
    career_types: Vec<(String, String, String)>,
}

struct SchoolRow {
    id: i64,
    name: String,
    folded_name: String,
    level: String,
    city: Option<String>,
    state: Option<String>,
    postal_code: Option<String>,
}

/// Schools written by one statement: a statement each takes twice as long.
const SCHOOLS_AT_ONCE: usize = 50;

impl SchoolRow {
    const COLUMNS: usize = 7;

    fn params(&self) -> [&dyn Param; Self::COLUMNS] {
        [&self.id, &self.name, &self.folded_name, &self.level, &self.city, &self.state, &self.postal_code]
    }
}

/// The statement that writes so many schools.
fn insert_schools(count: usize) -> String {
    let row = |row: usize| {
        let numbers: Vec<_> = (1..=SchoolRow::COLUMNS).map(|column| format!("?{}", row * SchoolRow::COLUMNS + column)).collect();
        format!("({})", numbers.join(", "))
    };
    let rows: Vec<_> = (0..count).map(row).collect();
    format!("INSERT INTO schools (id, name, folded_name, level, city, state, postal_code) VALUES {}", rows.join(", "))
}

impl ReferenceCopy {
    /// Reads what is wanted.
    pub(crate) fn read(registry: &Transaction<'_>, wanted: &Wanted) -> Result<Self> {
        let only = only(wanted.district);
        let triple = |table: &str, id: &str, a: &str, b: &str, filter: &str| {
            registry.all(&format!("SELECT {id} AS id, {a} AS a, {b} AS b FROM {table} {filter}"), params![], |row| {
                Ok((row.get("id")?, row.get("a")?, row.get("b")?))
            })
        };
        Ok(Self {
            schools: registry.all(
                "SELECT id, name, folded_name, level, city, state, postal_code FROM schools
                 WHERE ?1 IS NULL OR district_id = ?1 ORDER BY id",
                params![only],
                |row| {
                    Ok(SchoolRow {
                        id: row.get("id")?,
                        name: row.get("name")?,
                        folded_name: row.get("folded_name")?,
                        level: row.get("level")?,
                        city: row.get("city")?,
                        state: row.get("state")?,
                        postal_code: row.get("postal_code")?,
                    })
                },
            )?,
            school_aliases: registry.all(
                "SELECT a.school_id AS id, a.folded_alias, a.alias FROM school_aliases a JOIN schools s ON s.id = a.school_id
                 WHERE ?1 IS NULL OR s.district_id = ?1",
                params![only],
                |row| Ok((row.get("id")?, row.get("folded_alias")?, row.get("alias")?)),
            )?,
            skills: triple("skills", "id", "name", "folded_name", "ORDER BY id")?,
            skill_aliases: triple("skill_aliases", "skill_id", "folded_alias", "alias", "")?,
            career_types: registry.all("SELECT name, folded_name, keywords FROM career_types ORDER BY id", params![], |row| {
                Ok((row.get("name")?, row.get("folded_name")?, row.get("keywords")?))
            })?,
        })
    }

    /// Writes the copy into a new tenant's file, under the registry's numbers.
    pub(crate) fn write(&self, file: &Transaction<'_>) -> Result<()> {
        static FULL: LazyLock<String> = LazyLock::new(|| insert_schools(SCHOOLS_AT_ONCE));
        for schools in self.schools.chunks(SCHOOLS_AT_ONCE) {
            let values: Vec<_> = schools.iter().flat_map(SchoolRow::params).collect();
            if schools.len() == SCHOOLS_AT_ONCE {
                file.execute(&FULL, &values)?;
            } else {
                file.execute(&insert_schools(schools.len()), &values)?;
            }
        }
        for (school, folded, alias) in &self.school_aliases {
            file.execute(
                "INSERT INTO school_aliases (school_id, folded_alias, alias) VALUES (?1, ?2, ?3)",
                params![school, folded, alias],
            )?;
        }
        for (id, name, folded) in &self.skills {
            file.execute("INSERT INTO skills (id, name, folded_name, source) VALUES (?1, ?2, ?3, 'reference')", params![id, name, folded])?;
        }
        for (skill, folded, alias) in &self.skill_aliases {
            file.execute("INSERT INTO skill_aliases (folded_alias, alias, skill_id) VALUES (?1, ?2, ?3)", params![folded, alias, skill])?;
        }
        for (name, folded, keywords) in &self.career_types {
            file.execute("INSERT INTO career_types (name, folded_name, keywords) VALUES (?1, ?2, ?3)", params![name, folded, keywords])?;
        }
        Ok(())
    }
}
