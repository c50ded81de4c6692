//! Volunteers, read from the database and written to it.

use super::{CareerType, Volunteer};
use crate::error::{Error, Result};
use crate::store::dialect::json_list;
use crate::store::{Row, Transaction, params};
use crate::tenant::settings::json;
use crate::tenant::skills::Skill;
use crate::types::fold::fold;
use crate::types::{EmailAddress, PhoneNumber, VolunteerId};

/// The columns of a volunteer, in the order the mapper asks for them.
macro_rules! columns {
    () => {
        concat!(
            "v.id, v.first_name, v.last_name, v.email, v.phone, v.organization, v.title, v.career_type_id, c.name AS career_type_name,
         CASE WHEN v.folded_skills <> '' THEN
             ",
            json_list!("name" of "SELECT k.name FROM volunteer_skills h JOIN skills k ON k.id = h.skill_id
                                  WHERE h.volunteer_id = v.id ORDER BY k.folded_name"),
            " END AS skills,
         v.city, v.state, v.postal_code, v.notes, v.active, v.email_opt_out, v.do_not_contact, v.version, v.created_at, v.updated_at
         FROM volunteers v LEFT JOIN career_types c ON c.id = v.career_type_id"
        )
    };
}

/// `columns FROM volunteers`, to be put between SELECT and WHERE.
pub(crate) const COLUMNS: &str = columns!();
pub(super) const BY_ID: &str = concat!("SELECT ", columns!(), " WHERE v.id = ?1");
pub(crate) const BY_EMAIL: &str = concat!("SELECT ", columns!(), " WHERE v.folded_email = ?1");

/// Those without an address who agree in name, organization and digits of the phone number; who is active comes first. Found by name: the `+`
/// keeps the index of addresses out of it, in which all who have none stand together.
pub(super) const BY_LIKENESS: &str = concat!(
    "SELECT ",
    columns!(),
    " WHERE v.folded_name = ?1 AND +v.folded_email IS NULL AND coalesce(v.folded_organization, '') = ?2 AND coalesce(v.phone_digits, '') = ?3
      ORDER BY v.active DESC, v.id"
);

/// One row of `columns!`.
pub(crate) fn volunteer(row: &Row<'_, '_>) -> Result<Volunteer> {
    let id = row.get("id")?;
    let first_name = row.get("first_name")?;
    let last_name = row.get("last_name")?;
    let email = row.get("email")?;
    let phone = row.get("phone")?;
    let organization = row.get("organization")?;
    let title = row.get("title")?;
    let career_type = match row.get::<Option<_>>("career_type_id")? {
        Some(id) => Some(CareerType { id, name: row.get("career_type_name")? }),
        None => None,
    };
    Ok(Volunteer {
        id,
        first_name,
        last_name,
        email,
        phone,
        organization,
        title,
        career_type,
        skills: if row.get::<Option<String>>("skills")?.is_some() { json(row, "skills")? } else { Vec::new() },
        city: row.get("city")?,
        state: row.get("state")?,
        postal_code: row.get("postal_code")?,
        notes: row.get("notes")?,
        active: row.get("active")?,
        email_opt_out: row.get("email_opt_out")?,
        do_not_contact: row.get("do_not_contact")?,
        version: row.get("version")?,
        created_at: row.get("created_at")?,
        updated_at: row.get("updated_at")?,
    })
}

/// What finds and sorts a volunteer by name: the last name first.
pub(crate) fn folded_name(first: &str, last: &str) -> String {
    fold(&format!("{last} {first}"))
}

/// What finds a volunteer by skills.
pub(crate) fn folded_skills(skills: &[Skill]) -> String {
    skills.iter().map(|skill| skill.folded_name.as_str()).collect::<Vec<_>>().join(" ")
}

/// What of a volunteer is stored folded beside what was typed.
struct Folded {
    name: String,
    email: Option<String>,
    phone_digits: Option<String>,
    organization: Option<String>,
    title: Option<String>,
}

impl Folded {
    fn of(volunteer: &Volunteer) -> Self {
        Self {
            name: folded_name(&volunteer.first_name, &volunteer.last_name),
            email: volunteer.email.as_ref().map(EmailAddress::folded),
            phone_digits: volunteer.phone.as_ref().map(PhoneNumber::digits),
            organization: volunteer.organization.as_deref().map(fold),
            title: volunteer.title.as_deref().map(fold),
        }
    }
}

const INSERT: &str = "
    INSERT INTO volunteers (first_name, last_name, folded_name, email, folded_email, phone, phone_digits, organization, folded_organization,
                            title, folded_title, career_type_id, folded_skills, city, state, postal_code, notes, active, email_opt_out,
                            do_not_contact, created_at, updated_at)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22)";

/// Writes a new volunteer with their skills, and gives their number.
pub(crate) fn insert(transaction: &Transaction<'_>, new: &Volunteer, skills: &[Skill]) -> Result<VolunteerId> {
    let folded = Folded::of(new);
    let id = VolunteerId::new(transaction.insert(
        INSERT,
        params![
            new.first_name,
            new.last_name,
            folded.name,
            new.email,
            folded.email,
            new.phone,
            folded.phone_digits,
            new.organization,
            folded.organization,
            new.title,
            folded.title,
            new.career_type.as_ref().map(|career| career.id),
            folded_skills(skills),
            new.city,
            new.state,
            new.postal_code,
            new.notes,
            new.active,
            new.email_opt_out,
            new.do_not_contact,
            new.created_at,
            new.updated_at,
        ],
    )?);
    hold(transaction, id, skills)?;
    Ok(id)
}

const UPDATE: &str = "
    UPDATE volunteers
    SET first_name = ?2, last_name = ?3, folded_name = ?4, email = ?5, folded_email = ?6, phone = ?7, phone_digits = ?8,
        organization = ?9, folded_organization = ?10, title = ?11, folded_title = ?12, career_type_id = ?13,
        folded_skills = coalesce(?14, folded_skills), city = ?15, state = ?16, postal_code = ?17, notes = ?18, active = ?19,
        email_opt_out = ?20, do_not_contact = ?21, version = version + 1, updated_at = ?22
    WHERE id = ?1";

/// Writes a volunteer as they are now: what is in `after`, but for its skills, which stay unless others are given.
pub(crate) fn update(transaction: &Transaction<'_>, after: &Volunteer, skills: Option<&[Skill]>) -> Result<()> {
    let folded = Folded::of(after);
    transaction.execute(
        UPDATE,
        params![
            after.id,
            after.first_name,
            after.last_name,
            folded.name,
            after.email,
            folded.email,
            after.phone,
            folded.phone_digits,
            after.organization,
            folded.organization,
            after.title,
            folded.title,
            after.career_type.as_ref().map(|career| career.id),
            skills.map(folded_skills),
            after.city,
            after.state,
            after.postal_code,
            after.notes,
            after.active,
            after.email_opt_out,
            after.do_not_contact,
            after.updated_at,
        ],
    )?;
    if let Some(skills) = skills {
        transaction.execute("DELETE FROM volunteer_skills WHERE volunteer_id = ?1", params![after.id])?;
        hold(transaction, after.id, skills)?;
    }
    Ok(())
}

fn hold(transaction: &Transaction<'_>, volunteer: VolunteerId, skills: &[Skill]) -> Result<()> {
    for skill in skills {
        transaction.execute("INSERT INTO volunteer_skills (volunteer_id, skill_id) VALUES (?1, ?2)", params![volunteer, skill.id])?;
    }
    Ok(())
}

/// The volunteer of this number, which must be there.
pub(crate) fn stored(transaction: &Transaction<'_>, id: VolunteerId) -> Result<Volunteer> {
    transaction.first(BY_ID, params![id], volunteer)?.ok_or(Error::VolunteerNotFound)
}
