//! Skills and career types as an import finds them, each asked for once.

use std::collections::{HashMap, HashSet};

use crate::error::{Error, Problem, Result};
use crate::store::Transaction;
use crate::tenant::skills::{self, CareerType, Skill};
use crate::tenant::volunteers::fields::MOST_SKILLS;
use crate::types::SkillId;
use crate::types::fold::fold;

/// What is known by now, and what the file has added to it.
pub(super) struct Known<'t> {
    transaction: &'t Transaction<'t>,
    dry_run: bool,
    career_types: HashMap<String, Option<CareerType>>,
    skills: HashMap<String, Option<Skill>>,
    /// Those the file has added, of which a dry run finds nothing in the database.
    new: HashMap<String, Skill>,
    pub(super) added: Vec<String>,
}

/// Names of either kind that are remembered; a file has more only where it is hostile.
const MOST_REMEMBERED: usize = 10_000;
/// Skills that one file may add.
const MOST_ADDED: usize = 10_000;
/// What is told of one that adds more.
const TOO_MANY_ADDED: &str = "names more than 10,000 skills that nobody has: is another column read as skills?";

impl<'t> Known<'t> {
    pub(super) fn new(transaction: &'t Transaction<'t>, dry_run: bool) -> Self {
        Self { transaction, dry_run, career_types: HashMap::new(), skills: HashMap::new(), new: HashMap::new(), added: Vec::new() }
    }

    /// The career type of this name or alias.
    pub(super) fn career_type(&mut self, name: &str) -> Result<Option<CareerType>> {
        let folded = fold(name);
        if let Some(known) = self.career_types.get(&folded) {
            return Ok(known.clone());
        }
        let found = skills::career_type(self.transaction, &folded)?;
        if self.career_types.len() >= MOST_REMEMBERED {
            self.career_types.clear();
        }
        self.career_types.insert(folded, found.clone());
        Ok(found)
    }

    fn skill(&mut self, folded: &str) -> Result<Option<Skill>> {
        if let Some(new) = self.new.get(folded) {
            return Ok(Some(new.clone()));
        }
        if let Some(known) = self.skills.get(folded) {
            return Ok(known.clone());
        }
        let found = skills::known_skill(self.transaction, folded)?;
        if self.skills.len() >= MOST_REMEMBERED {
            self.skills.clear();
        }
        self.skills.insert(folded.to_owned(), found.clone());
        Ok(found)
    }

    /// The skills of these names, and of those that somebody has already; each once, in the order of their folded names.
    pub(super) fn skills(&mut self, held: &[String], names: &[String]) -> Result<Vec<Skill>> {
        let mut all = Vec::with_capacity(held.len() + names.len());
        for name in held.iter().chain(names) {
            let folded = fold(name);
            let skill = match self.skill(&folded)? {
                Some(known) => known,
                None => {
                    if self.added.len() >= MOST_ADDED {
                        return Err(Error::bad_request("body", TOO_MANY_ADDED));
                    }
                    let new = if self.dry_run {
                        Skill { id: SkillId::new(0), name: name.clone(), folded_name: folded.clone() }
                    } else {
                        skills::skill(self.transaction, name)?
                    };
                    self.added.push(name.clone());
                    self.new.insert(folded, new.clone());
                    new
                }
            };
            all.push(skill);
        }
        all.sort_by(|one, other| one.folded_name.cmp(&other.folded_name));
        all.dedup_by(|one, other| one.folded_name == other.folded_name);
        Ok(all)
    }

    /// Those of these names that somebody who has some skills has room for, and what is wrong where that is not all.
    pub(super) fn room_for(&mut self, held: &[String], names: Vec<String>) -> Result<(Vec<String>, Option<Problem>)> {
        let (mut has, mut over) = (HashSet::new(), false);
        for name in held {
            has.insert(self.canonical(name)?);
        }
        let mut kept = Vec::with_capacity(names.len());
        for name in names {
            let folded = self.canonical(&name)?;
            if has.contains(&folded) || has.len() < MOST_SKILLS {
                has.insert(folded);
                kept.push(name);
            } else {
                over = true;
            }
        }
        let problem = || Problem::new("TOO_MANY", format!("would make it more than {MOST_SKILLS} skills; those beyond were left out"));
        Ok((kept, over.then(problem)))
    }

    /// The folded name of the skill that goes by this name or alias.
    pub(super) fn canonical(&mut self, name: &str) -> Result<String> {
        let folded = fold(name);
        Ok(self.skill(&folded)?.map_or(folded, |known| known.folded_name))
    }
}
