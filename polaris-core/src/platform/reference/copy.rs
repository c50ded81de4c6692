//! The copy of the reference data that a new tenant gets.

use std::sync::LazyLock;

use crate::error::{Error, Result};
use crate::platform::tenants::Copied;
use crate::store::image::Image;
use crate::store::value::Param;
use crate::store::{Transaction, params};
use crate::types::fold::fold;

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
        // that was restored from a backup and changed in another way since. (Bringing them to tenants changes nothing here. Schema 1 and 2
        // knew `reference.add`.)
        let last_change = registry.first(
            "SELECT hash FROM audit_entries WHERE id = (SELECT max(id) FROM audit_entries WHERE action IN ('reference.import', 'reference.add'))",
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
    skills: Vec<(i64, String, String, String)>,
    skill_aliases: Vec<(i64, String, String)>,
    career_types: Vec<(i64, String, String, String, String)>,
    career_type_aliases: Vec<(i64, String, String)>,
}

struct SchoolRow {
    id: i64,
    key: String,
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
    const COLUMNS: usize = 8;

    fn params(&self) -> [&dyn Param; Self::COLUMNS] {
        [&self.id, &self.key, &self.name, &self.folded_name, &self.level, &self.city, &self.state, &self.postal_code]
    }
}

/// The statement that writes so many schools.
fn insert_schools(count: usize) -> String {
    let row = |row: usize| {
        let numbers: Vec<_> = (1..=SchoolRow::COLUMNS).map(|column| format!("?{}", row * SchoolRow::COLUMNS + column)).collect();
        format!("({})", numbers.join(", "))
    };
    let rows: Vec<_> = (0..count).map(row).collect();
    format!("INSERT INTO schools (id, reference_key, name, folded_name, level, city, state, postal_code) VALUES {}", rows.join(", "))
}

impl ReferenceCopy {
    /// Reads what is wanted.
    pub(crate) fn read(registry: &Transaction<'_>, wanted: &Wanted) -> Result<Self> {
        let only = only(wanted.district);
        let aliases = |table: &str, owner: &str| {
            registry.all(&format!("SELECT {owner} AS id, folded_alias, alias FROM {table}"), params![], |row| {
                Ok((row.get("id")?, row.get("folded_alias")?, row.get("alias")?))
            })
        };
        Ok(Self {
            schools: registry.all(
                "SELECT id, reference_key, name, folded_name, level, city, state, postal_code FROM schools
                 WHERE ?1 IS NULL OR district_id = ?1 ORDER BY id",
                params![only],
                |row| {
                    Ok(SchoolRow {
                        id: row.get("id")?,
                        key: row.get("reference_key")?,
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
            skills: registry.all("SELECT id, reference_key, name, folded_name FROM skills ORDER BY id", params![], |row| {
                Ok((row.get("id")?, row.get("reference_key")?, row.get("name")?, row.get("folded_name")?))
            })?,
            skill_aliases: aliases("skill_aliases", "skill_id")?,
            career_types: registry.all(
                "SELECT id, reference_key, name, folded_name, keywords FROM career_types ORDER BY id",
                params![],
                |row| Ok((row.get("id")?, row.get("reference_key")?, row.get("name")?, row.get("folded_name")?, row.get("keywords")?)),
            )?,
            career_type_aliases: aliases("career_type_aliases", "career_type_id")?,
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
        for (id, key, name, folded) in &self.skills {
            file.execute(
                "INSERT INTO skills (id, reference_key, name, folded_name, source) VALUES (?1, ?2, ?3, ?4, 'reference')",
                params![id, key, name, folded],
            )?;
        }
        for (skill, folded, alias) in &self.skill_aliases {
            file.execute("INSERT INTO skill_aliases (folded_alias, alias, skill_id) VALUES (?1, ?2, ?3)", params![folded, alias, skill])?;
        }
        for (id, key, name, folded, keywords) in &self.career_types {
            file.execute(
                "INSERT INTO career_types (id, reference_key, name, folded_name, keywords) VALUES (?1, ?2, ?3, ?4, ?5)",
                params![id, key, name, folded, keywords],
            )?;
        }
        for (career_type, folded, alias) in &self.career_type_aliases {
            file.execute(
                "INSERT INTO career_type_aliases (folded_alias, alias, career_type_id) VALUES (?1, ?2, ?3)",
                params![folded, alias, career_type],
            )?;
        }
        Ok(())
    }
}
