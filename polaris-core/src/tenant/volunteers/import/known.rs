//! Skills and career types as an import finds them, each asked for once.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use super::cells::is_formula;
use crate::error::{Problem, Result};
use crate::store::Transaction;
use crate::tabular::is_blank;
use crate::tenant::skills::{self, CareerType, Skill};
use crate::tenant::volunteers::fields::{self, MOST_SKILLS};
use crate::tenant::volunteers::skill_cells::{self, SEPARATORS};
use crate::types::SkillId;
use crate::types::fold::fold;

/// What is known by now, and what the file has added to it.
pub(super) struct Known<'t> {
    transaction: &'t Transaction<'t>,
    dry_run: bool,
    career_types: HashMap<String, Option<CareerType>>,
    skills: HashMap<String, Option<Skill>>,
    pub(super) added: Vec<String>,
}

/// Pieces of a cell that may be one name with separators in it: "Arts, crafts" is one where the tenant has such a skill.
const MOST_PIECES: usize = 4;

impl<'t> Known<'t> {
    pub(super) fn new(transaction: &'t Transaction<'t>, dry_run: bool) -> Self {
        Self { transaction, dry_run, career_types: HashMap::new(), skills: HashMap::new(), added: Vec::new() }
    }

    /// The career type of this name or alias.
    pub(super) fn career_type(&mut self, name: &str) -> Result<Option<CareerType>> {
        let folded = fold(name);
        if let Some(known) = self.career_types.get(&folded) {
            return Ok(known.clone());
        }
        let found = skills::career_type(self.transaction, &folded)?;
        self.career_types.insert(folded, found.clone());
        Ok(found)
    }

    fn skill(&mut self, folded: &str) -> Result<Option<Skill>> {
        if let Some(known) = self.skills.get(folded) {
            return Ok(known.clone());
        }
        let found = skills::known_skill(self.transaction, folded)?;
        self.skills.insert(folded.to_owned(), found.clone());
        Ok(found)
    }

    /// The names in a cell, split at `,`, `;` and `|` where these are no part of a known one, and what is wrong with some of them.
    pub(super) fn split(&mut self, cell: &str) -> Result<(Vec<String>, Option<Problem>)> {
        let (mut names, mut seen, mut problem) = (Vec::new(), HashSet::new(), None);
        let mut rest = Some(cell);
        while let Some(cell) = rest {
            let quoted = skill_cells::quoted(cell);
            // What stands in quotation marks is a name, whatever it looks like.
            let is_marked = quoted.is_some();
            let (name, behind) = match quoted {
                Some((name, behind)) => (Cow::Owned(name), behind),
                None => {
                    let end = self.end_of_name(cell)?;
                    (Cow::Borrowed(cell[..end].trim()), cell.get(end + 1..))
                }
            };
            rest = behind;
            if !is_marked && is_blank(&name) {
                continue;
            }
            match fields::skill(&name) {
                _ if !is_marked && is_formula(&name) && self.skill(&fold(&name))?.is_none() => {
                    problem = Some(Problem::new("FORMULA", "holds a formula, which is no skill; it was left out"));
                }
                Ok(Some(name)) if seen.contains(&fold(&name)) => {}
                Ok(Some(_)) if names.len() == MOST_SKILLS => {
                    problem = Some(Problem::new("TOO_MANY", format!("holds more than {MOST_SKILLS} skills; those beyond were left out")));
                    break;
                }
                Ok(Some(name)) => {
                    seen.insert(fold(&name));
                    names.push(name);
                }
                Ok(None) => {}
                Err(mut bad) => {
                    bad.message.push_str("; the skill was left out");
                    problem = Some(bad);
                }
            }
        }
        Ok((names, problem))
    }

    /// Where the first name in a cell ends: at a separator that is no part of a known name, unless each piece of it is known as well.
    fn end_of_name(&mut self, cell: &str) -> Result<usize> {
        let separators = cell.match_indices(SEPARATORS).map(|(at, _)| at);
        let ends: Vec<usize> = separators.chain([cell.len()]).take(MOST_PIECES).collect();
        for last in (1..ends.len()).rev() {
            if self.skill(&fold(&cell[..ends[last]]))?.is_none() {
                continue;
            }
            let mut pieces_are_known = true;
            for piece in cell[..ends[last]].split(SEPARATORS) {
                pieces_are_known = pieces_are_known && self.skill(&fold(piece))?.is_some();
            }
            if !pieces_are_known {
                return Ok(ends[last]);
            }
        }
        Ok(ends[0])
    }

    /// The skills of these names, and of those that somebody has already; each once, in the order of their folded names.
    pub(super) fn skills(&mut self, held: &[String], names: &[String]) -> Result<Vec<Skill>> {
        let mut all = Vec::with_capacity(held.len() + names.len());
        for name in held.iter().chain(names) {
            let folded = fold(name);
            let skill = match self.skill(&folded)? {
                Some(known) => known,
                None => {
                    let new = if self.dry_run {
                        Skill { id: SkillId::new(0), name: name.clone(), folded_name: folded.clone() }
                    } else {
                        skills::skill(self.transaction, name)?
                    };
                    self.added.push(name.clone());
                    self.skills.insert(folded, Some(new.clone()));
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
