//! Skills and career types, as people name them: by name or alias, whatever the case and accents.

use crate::error::Result;
use crate::store::{Transaction, params};
use crate::types::fold::fold;
use crate::types::{CareerTypeId, SkillId};

/// A skill of the tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Skill {
    pub(crate) id: SkillId,
    pub(crate) name: String,
    pub(crate) folded_name: String,
}

/// One of the tenant's career types.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct CareerType {
    /// Its number in this tenant.
    pub id: CareerTypeId,
    /// Its name.
    pub name: String,
}

/// The skill of this name or alias; a new one becomes the tenant's own.
pub(crate) fn skill(transaction: &Transaction<'_>, name: &str) -> Result<Skill> {
    let folded = fold(name);
    if let Some(known) = known_skill(transaction, &folded)? {
        return Ok(known);
    }
    let sql = "INSERT INTO skills (name, folded_name, source) VALUES (?1, ?2, 'own')";
    Ok(Skill { id: SkillId::new(transaction.insert(sql, params![name, folded])?), name: name.to_owned(), folded_name: folded })
}

/// The skill of this name or alias (folded), if the tenant has it.
pub(crate) fn known_skill(transaction: &Transaction<'_>, folded: &str) -> Result<Option<Skill>> {
    transaction.first(
        "SELECT id, name, folded_name FROM skills WHERE folded_name = ?1
         UNION ALL SELECT k.id, k.name, k.folded_name FROM skill_aliases a JOIN skills k ON k.id = a.skill_id WHERE a.folded_alias = ?1",
        params![folded],
        |row| Ok(Skill { id: row.get("id")?, name: row.get("name")?, folded_name: row.get("folded_name")? }),
    )
}

/// The skills of these names, each once, in the order of their folded names.
pub(crate) fn skills(transaction: &Transaction<'_>, names: &[String]) -> Result<Vec<Skill>> {
    let mut skills = names.iter().map(|name| skill(transaction, name)).collect::<Result<Vec<_>>>()?;
    skills.sort_by(|one, other| one.folded_name.cmp(&other.folded_name));
    skills.dedup_by_key(|skill| skill.id);
    Ok(skills)
}

/// The career type of this name or alias (folded), if the tenant has it.
pub(crate) fn career_type(transaction: &Transaction<'_>, folded: &str) -> Result<Option<CareerType>> {
    transaction.first(
        "SELECT id, name FROM career_types WHERE folded_name = ?1
         UNION ALL SELECT c.id, c.name FROM career_type_aliases a JOIN career_types c ON c.id = a.career_type_id WHERE a.folded_alias = ?1",
        params![folded],
        |row| Ok(CareerType { id: row.get("id")?, name: row.get("name")? }),
    )
}
