//! Reference data as a file holds them: the registry's, and a tenant's copies. Read whole (there are some thousands, and at most some
//! hundred thousand), written one thing at a time.

use super::ReferenceKind;
use crate::error::{Error, Result};
use crate::store::{Row, Transaction, params};
use crate::types::fold::fold;

/// Whose file it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Registry,
    Tenant,
}

/// A district, school, skill or career type.
#[derive(Debug, Clone)]
pub(super) struct Thing {
    pub(super) id: i64,
    /// What its copies are known by. Districts have none; in a tenant, neither have the tenant's own.
    pub(super) key: Option<String>,
    /// The district of a school, in the registry; else 0.
    pub(super) district: i64,
    pub(super) values: Values,
}

/// What is known of a thing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Values {
    pub(super) name: String,
    pub(super) aliases: Aliases,
    pub(super) level: Option<String>,
    pub(super) city: Option<String>,
    pub(super) state: Option<String>,
    pub(super) postal_code: Option<String>,
    pub(super) keywords: Vec<String>,
}

impl Values {
    pub(super) fn folded(&self) -> String {
        fold(&self.name)
    }
}

/// Other names of a thing, each with its folded form, in the order of that. (A map takes half a kilobyte for one name.)
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Aliases(Vec<(String, String)>);

impl Aliases {
    fn find(&self, folded: &str) -> std::result::Result<usize, usize> {
        self.0.binary_search_by(|(other, _)| other.as_str().cmp(folded))
    }

    /// Adds one; of several with one folded form the last stays.
    pub(super) fn insert(&mut self, folded: String, alias: String) {
        match self.find(&folded) {
            Ok(at) => self.0[at].1 = alias,
            Err(at) => {
                self.0.reserve_exact(1);
                self.0.insert(at, (folded, alias));
            }
        }
    }

    /// Removes one, and tells whether it was there.
    pub(super) fn remove(&mut self, folded: &str) -> bool {
        self.find(folded).is_ok_and(|at| {
            self.0.remove(at);
            true
        })
    }

    pub(super) fn contains(&self, folded: &str) -> bool {
        self.find(folded).is_ok()
    }

    /// Each with its folded form first.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(folded, alias)| (folded.as_str(), alias.as_str()))
    }
}

/// The registry's reference data, all of them.
pub(super) struct Held {
    kinds: [Vec<Thing>; 4],
}

impl Held {
    pub(super) fn read(registry: &Transaction<'_>) -> Result<Self> {
        let mut held = Self { kinds: [const { Vec::new() }; 4] };
        for kind in ReferenceKind::ALL {
            held.kinds[kind.at()] = all(registry, *kind, Side::Registry)?;
        }
        Ok(held)
    }

    pub(super) fn of(&self, kind: ReferenceKind) -> &[Thing] {
        &self.kinds[kind.at()]
    }

    pub(super) fn into_kinds(self) -> [Vec<Thing>; 4] {
        self.kinds
    }

    /// The number of the district of this name or alias.
    pub(super) fn district(&self, name: &str) -> Option<i64> {
        let folded = fold(name);
        let districts = self.of(ReferenceKind::Districts);
        let named = districts.iter().find(|district| district.values.folded() == folded);
        named.or_else(|| districts.iter().find(|district| district.values.aliases.contains(&folded))).map(|district| district.id)
    }
}

/// All things of a kind, with their aliases.
pub(super) fn all(file: &Transaction<'_>, kind: ReferenceKind, side: Side) -> Result<Vec<Thing>> {
    const DETAILS: &str = "NULL AS level, NULL AS city, NULL AS state, NULL AS postal_code";
    let sql = match (kind, side) {
        (ReferenceKind::Districts, _) => {
            format!("SELECT id, NULL AS reference_key, 0 AS district_id, name, {DETAILS}, '[]' AS keywords FROM districts ORDER BY id")
        }
        (ReferenceKind::Schools, Side::Registry) => {
            "SELECT id, reference_key, district_id, name, level, city, state, postal_code, '[]' AS keywords FROM schools ORDER BY id"
                .to_owned()
        }
        (ReferenceKind::Schools, Side::Tenant) => {
            "SELECT id, reference_key, 0 AS district_id, name, level, city, state, postal_code, '[]' AS keywords FROM schools ORDER BY id"
                .to_owned()
        }
        (ReferenceKind::Skills, _) => {
            format!("SELECT id, reference_key, 0 AS district_id, name, {DETAILS}, '[]' AS keywords FROM skills ORDER BY id")
        }
        (ReferenceKind::CareerTypes, _) => {
            format!("SELECT id, reference_key, 0 AS district_id, name, {DETAILS}, keywords FROM career_types ORDER BY id")
        }
    };
    let mut things = file.all(&sql, params![], thing)?;
    let (table, owner) = kind.alias_table();
    let aliases = file.all(&format!("SELECT {owner} AS id, folded_alias, alias FROM {table}"), params![], |row| {
        Ok((row.get::<i64>("id")?, row.get("folded_alias")?, row.get("alias")?))
    })?;
    for (id, folded, alias) in aliases {
        // They come in the order of their numbers.
        if let Ok(at) = things.binary_search_by_key(&id, |thing| thing.id) {
            things[at].values.aliases.insert(folded, alias);
        }
    }
    Ok(things)
}

fn thing(row: &Row<'_, '_>) -> Result<Thing> {
    Ok(Thing {
        id: row.get("id")?,
        key: row.get("reference_key")?,
        district: row.get("district_id")?,
        values: Values {
            name: row.get("name")?,
            aliases: Aliases::default(),
            level: row.get("level")?,
            city: row.get("city")?,
            state: row.get("state")?,
            postal_code: row.get("postal_code")?,
            keywords: serde_json::from_str(&row.get::<String>("keywords")?).unwrap_or_default(),
        },
    })
}

/// Adds a thing without its aliases, and gives its number.
pub(super) fn insert(file: &Transaction<'_>, kind: ReferenceKind, side: Side, key: &str, district: i64, values: &Values) -> Result<i64> {
    let Values { name, level, city, state, postal_code, keywords, .. } = values;
    let folded = values.folded();
    match (kind, side) {
        (ReferenceKind::Districts, _) => file.insert("INSERT INTO districts (name, folded_name) VALUES (?1, ?2)", params![name, folded]),
        (ReferenceKind::Schools, Side::Registry) => file.insert(
            "INSERT INTO schools (name, folded_name, reference_key, level, city, state, postal_code, district_id)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            params![name, folded, key, level, city, state, postal_code, district],
        ),
        (ReferenceKind::Schools, Side::Tenant) => file.insert(
            "INSERT INTO schools (name, folded_name, reference_key, level, city, state, postal_code) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            params![name, folded, key, level, city, state, postal_code],
        ),
        (ReferenceKind::Skills, Side::Registry) => {
            file.insert("INSERT INTO skills (name, folded_name, reference_key) VALUES (?1, ?2, ?3)", params![name, folded, key])
        }
        (ReferenceKind::Skills, Side::Tenant) => file.insert(
            "INSERT INTO skills (name, folded_name, reference_key, source) VALUES (?1, ?2, ?3, 'reference')",
            params![name, folded, key],
        ),
        (ReferenceKind::CareerTypes, _) => file.insert(
            "INSERT INTO career_types (name, folded_name, reference_key, keywords) VALUES (?1, ?2, ?3, ?4)",
            params![name, folded, key, list(keywords)?],
        ),
    }
}

/// Changes what is known of a thing but for its aliases.
pub(super) fn update(file: &Transaction<'_>, kind: ReferenceKind, id: i64, values: &Values) -> Result<()> {
    let Values { name, level, city, state, postal_code, keywords, .. } = values;
    let folded = values.folded();
    match kind {
        ReferenceKind::Districts => {
            file.execute("UPDATE districts SET name = ?2, folded_name = ?3 WHERE id = ?1", params![id, name, folded])
        }
        ReferenceKind::Skills => file.execute("UPDATE skills SET name = ?2, folded_name = ?3 WHERE id = ?1", params![id, name, folded]),
        ReferenceKind::Schools => file.execute(
            "UPDATE schools SET name = ?2, folded_name = ?3, level = ?4, city = ?5, state = ?6, postal_code = ?7 WHERE id = ?1",
            params![id, name, folded, level, city, state, postal_code],
        ),
        ReferenceKind::CareerTypes => file.execute(
            "UPDATE career_types SET name = ?2, folded_name = ?3, keywords = ?4 WHERE id = ?1",
            params![id, name, folded, list(keywords)?],
        ),
    }
    .map(|_| ())
}

fn list(words: &[String]) -> Result<String> {
    serde_json::to_string(words).map_err(|_| Error::Internal)
}

/// Notes what a tenant's copy is a copy of. A skill that was the tenant's own is the reference data's from now on.
pub(super) fn link(file: &Transaction<'_>, kind: ReferenceKind, id: i64, key: Option<&str>) -> Result<()> {
    let key = key.map(str::to_owned);
    let source = if kind == ReferenceKind::Skills { ", source = 'reference'" } else { "" };
    file.execute(&format!("UPDATE {} SET reference_key = ?2{source} WHERE id = ?1", kind.table()), params![id, key]).map(|_| ())
}

/// Gives up the folded names of things that are about to be renamed, so that two of them can change places.
pub(super) fn free_names(file: &Transaction<'_>, kind: ReferenceKind, ids: impl IntoIterator<Item = i64>) -> Result<()> {
    let sql = format!("UPDATE {} SET folded_name = char(1) || id WHERE id = ?1", kind.table());
    for id in ids {
        file.execute(&sql, params![id])?;
    }
    Ok(())
}

/// Removes all aliases of things whose aliases are about to be written.
pub(super) fn clear_aliases(file: &Transaction<'_>, kind: ReferenceKind, ids: impl IntoIterator<Item = i64>) -> Result<()> {
    let (table, owner) = kind.alias_table();
    let sql = format!("DELETE FROM {table} WHERE {owner} = ?1");
    for id in ids {
        file.execute(&sql, params![id])?;
    }
    Ok(())
}

/// Writes the aliases of a thing. One that another has becomes this one's.
pub(super) fn write_aliases(file: &Transaction<'_>, kind: ReferenceKind, id: i64, values: &Values) -> Result<()> {
    let (table, owner) = kind.alias_table();
    let sql = format!(
        "INSERT INTO {table} (folded_alias, alias, {owner}) VALUES (?1, ?2, ?3)
         ON CONFLICT ({}) DO UPDATE SET alias = excluded.alias, {owner} = excluded.{owner}",
        kind.alias_key()
    );
    for (folded, alias) in values.aliases.iter() {
        file.execute(&sql, params![folded, alias, id])?;
    }
    Ok(())
}

/// Removes a thing with its aliases; a district with its schools.
pub(super) fn remove(file: &Transaction<'_>, kind: ReferenceKind, id: i64) -> Result<()> {
    file.execute(&format!("DELETE FROM {} WHERE id = ?1", kind.table()), params![id]).map(|_| ())
}
