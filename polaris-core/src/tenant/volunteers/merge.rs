//! V5: two records of one person made into one, keeping both histories.
//!
//! One survives and keeps its number, the other's number leads to it from then on. What the survivor has, it keeps; what it lacks, it
//! takes from the other; what of the other is not kept, stands in a note. What a merge would do can be seen before. Of skills there is room
//! for as many as anybody may have, since who has more could not be edited with all of them: the survivor's own come first.

use chrono::{DateTime, Utc};
use serde_json::json;

use super::draft::silent;
use super::edit::changed;
use super::fields::MOST_SKILLS;
use super::notes::{self, NoteAuthor, today};
use super::{Volunteer, Volunteers, find_to_change, refuse_stale, row};
use crate::audit::Entry;
use crate::error::{Error, Result};
use crate::mail::invites::{self, Doubled};
use crate::operations::{VOLUNTEERS_MERGE, VOLUNTEERS_PREVIEW_MERGE};
use crate::store::{Transaction, params};
use crate::tenant::handle::Writing;
use crate::tenant::rosters::{
    EventBrief, Participation, brief, count_registered, find_participation, participation, participation_columns, rank,
    update_participation,
};
use crate::tenant::signup::{fill, fill_for, give_place, of_merging};
use crate::tenant::skills;
use crate::types::fold::fold;
use crate::types::text::NOTES_MAX;
use crate::types::words::words;
use crate::types::{EmailAddress, EventId, ParticipationStatus, PhoneNumber, VolunteerId};

/// Which record goes into the one that survives.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct VolunteerMerge {
    /// The number of the record that goes; required.
    pub merged_id: Option<i64>,
    /// Its version that was seen, if the caller wants to be told that somebody changed it meanwhile.
    pub merged_version: Option<u32>,
}

words! {
    /// What a merge does with a field.
    MergeDecision, "decision", exact {
        /// The survivor keeps its own, which differs.
        Kept = "kept",
        /// The survivor lacks it and takes the other's.
        Filled = "filled",
        /// Both are put together, as far as there is room.
        Combined = "combined",
    }
}

/// What a merge does with a field. Those that are the same in both, or that only the survivor has, are not named.
#[derive(Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct MergedField {
    /// The field's name.
    pub field: String,
    /// What is done with it.
    pub decision: MergeDecision,
    /// The other's value, as text, where it is not kept, and skills for which there is no room: a note will hold it.
    pub dropped: Option<String>,
}

/// What a merge does with an event on whose roster the other stands.
#[derive(Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct MergedParticipation {
    /// The event.
    pub event: EventBrief,
    /// How the survivor stands on its roster, if they do.
    pub survivor: Option<ParticipationStatus>,
    /// How the other does.
    pub merged: ParticipationStatus,
    /// How the survivor will: of two, what says more, attended before no_show, confirmed, waitlisted, invited, declined.
    pub result: ParticipationStatus,
    /// What is not kept of the place that says less, as text: another type, other minutes, notes for which there is no room beside the other's.
    /// A note will hold it.
    pub dropped: Option<String>,
    /// Whether the event stands in their calendar twice, by an invite to each address: then a mail to the other's takes that entry out.
    #[serde(default)]
    pub double_entry: bool,
}

/// What a merge will do, or did.
#[derive(Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct MergePlan {
    /// The one who survives, as they will be.
    pub survivor: Volunteer,
    /// The one who goes, as they are.
    pub merged: Volunteer,
    /// What is done with fields in which they differ.
    pub fields: Vec<MergedField>,
    /// The events of the one who goes, the last one first.
    pub participations: Vec<MergedParticipation>,
    /// How many notes the survivor gets from the other.
    pub notes: u32,
}

silent!(MergedField, MergedParticipation, MergePlan);

/// Columns that refer to a volunteer and simply follow a merge. What else refers to one is merged by hand; a test holds both against the
/// schema.
pub(crate) const FOLLOW: &[(&str, &str)] = &[
    ("volunteer_notes", "volunteer_id"),
    ("outbox", "volunteer_id"),
    ("volunteer_merges", "volunteer_id"),
    ("outreach", "volunteer_id"),
    ("mail_links", "volunteer_id"),
];
/// What refers to a place on a roster: links and mails of a sign-up stay good when two places of one person become one.
const FOLLOW_A_PLACE: &[(&str, &str)] = &[("outbox", "participation_id"), ("mail_links", "participation_id")];
#[cfg(test)]
pub(crate) const BY_HAND: &[(&str, &str)] =
    &[("participations", "volunteer_id"), ("volunteer_skills", "volunteer_id"), ("invites", "volunteer_id")];

impl Volunteers<'_> {
    /// What [`Volunteers::merge`] would do.
    ///
    /// # Errors
    ///
    /// As [`Volunteers::merge`].
    pub fn preview_merge(&self, survivor: VolunteerId, merge: &VolunteerMerge) -> Result<MergePlan> {
        self.handle.read(&VOLUNTEERS_PREVIEW_MERGE, |reading| {
            Ok(Merge::find(reading.transaction, survivor, None, merge, reading.now)?.plan(reading.now))
        })
    }

    /// Merges a record into another, for good: the survivor keeps its number, the other's leads to it. Where both had a place at an event, the
    /// first on its waitlist gets the one that is free now; where both had an invite in their calendar, a mail takes the entry of the record that
    /// goes out; who signed up and waited under one record, and has a place under the other, is told of it. `version` is the survivor's that
    /// was seen, if the caller wants to be told that somebody changed it meanwhile.
    ///
    /// # Errors
    ///
    /// [`Error::Validation`] when `merged_id` is missing; [`Error::VolunteerNotFound`] for either; [`Error::Conflict`] for one and the same,
    /// one who was merged already, and a stale version; [`Error::Forbidden`], [`Error::FeatureDisabled`].
    pub fn merge(&self, survivor: VolunteerId, merge: &VolunteerMerge, version: Option<u32>) -> Result<MergePlan> {
        self.handle.write(&VOLUNTEERS_MERGE, |writing| {
            let (transaction, now) = (writing.transaction, writing.now);
            let both = Merge::find(transaction, survivor, version, merge, now)?;
            let mut plan = both.plan(now);
            let actor = self.handle.actor();
            let author = NoteAuthor { kind: actor.kind().to_owned(), id: actor.number(), name: actor.name().map(str::to_owned) };
            let counted = both.carry_out(transaction, &plan, &author, today(writing), now)?;
            if counted {
                writing.public_changed()?;
            }
            if let Some(email) = &both.merged.email {
                for doubled in &both.doubled {
                    of_merging(writing, doubled, survivor, email.as_str())?;
                }
            }
            both.tell_who_waited(writing)?;
            // Of two places of one person at an event, one is free now; and who waits may be one who can be told now.
            let mut promoted = 0;
            for event in both.freed() {
                promoted += fill(writing, event)?;
            }
            promoted += fill_for(writing, survivor)?;
            plan.survivor = row::stored(transaction, survivor)?;
            let details = json!({
                "merged": plan.merged.id,
                "fields": changed(&both.survivor, &plan.survivor),
                "participations": plan.participations.len(),
                "notes": plan.notes,
                "double_entries": both.doubled.len(),
                "promoted": promoted,
            });
            Ok((plan, Entry::of("volunteer", survivor, details)))
        })
    }
}

/// Both records, and what hangs on them.
struct Merge {
    survivor: Volunteer,
    merged: Volunteer,
    /// The other's places on rosters, each with the survivor's on the same.
    places: Vec<(EventBrief, Participation, Option<Participation>)>,
    notes: u32,
    /// What stands in their calendar twice.
    doubled: Vec<Doubled>,
}

impl Merge {
    /// Somebody who signed up and waits has a place, which was the other record's, and no mail says so yet.
    fn tell_who_waited(&self, writing: &Writing<'_>) -> Result<()> {
        let waited = |place: &Participation| place.status == ParticipationStatus::Waitlisted && place.signed_up_at.is_some();
        for (event, theirs, own) in &self.places {
            let Some(own) = own else { continue };
            if !waited(own) && !waited(theirs) {
                continue;
            }
            let place = find_participation(writing.transaction, event.id, self.survivor.id)?;
            if let Some(place) = place.filter(|place| place.status == ParticipationStatus::Confirmed && !place.has_invite) {
                give_place(writing, &place)?;
            }
        }
        Ok(())
    }

    fn find(
        transaction: &Transaction<'_>,
        survivor: VolunteerId,
        version: Option<u32>,
        merge: &VolunteerMerge,
        now: DateTime<Utc>,
    ) -> Result<Self> {
        let merged = merge.merged_id.ok_or_else(|| Error::invalid("merged_id", crate::error::Problem::required()))?;
        let survivor = find_to_change(transaction, &survivor.into())?;
        let merged = find_to_change(transaction, &VolunteerId::new(merged).into())?;
        if survivor.id == merged.id {
            return Err(Error::Conflict("this is one and the same volunteer: name the other record".to_owned()));
        }
        refuse_stale("volunteer", version, survivor.version)?;
        refuse_stale("other volunteer", merge.merged_version, merged.version)?;
        let theirs = places(transaction, merged.id)?;
        let mut own = places(transaction, survivor.id)?;
        let places = theirs
            .into_iter()
            .map(|(event, place)| {
                let same = own.iter().position(|(other, _)| other.id == event.id).map(|at| own.swap_remove(at).1);
                (event, place, same)
            })
            .collect();
        let count = "SELECT count(*) AS notes FROM volunteer_notes WHERE volunteer_id = ?1";
        let notes = transaction.first(count, params![merged.id], |row| row.get("notes"))?.unwrap_or_default();
        let doubled = invites::doubled(transaction, survivor.id, merged.id, now)?;
        Ok(Self { survivor, merged, places, notes, doubled })
    }

    fn plan(&self, now: DateTime<Utc>) -> MergePlan {
        let (survivor, fields) = self.fields(now);
        let participations = self.places.iter().map(|(event, theirs, own)| MergedParticipation {
            event: event.clone(),
            survivor: own.as_ref().map(|own| own.status),
            merged: theirs.status,
            result: own
                .as_ref()
                .map_or(theirs.status, |own| if rank(own.status) >= rank(theirs.status) { own.status } else { theirs.status }),
            dropped: own.as_ref().and_then(|own| joined(own, theirs, now).1),
            double_entry: self.doubled.iter().any(|doubled| doubled.event == event.id),
        });
        MergePlan { survivor, merged: self.merged.clone(), fields, participations: participations.collect(), notes: self.notes }
    }

    /// The events at which both have a place.
    fn freed(&self) -> impl Iterator<Item = EventId> {
        let both = |(_, theirs, own): &&(_, Participation, Option<Participation>)| {
            theirs.status.takes_a_place() && own.as_ref().is_some_and(|own| own.status.takes_a_place())
        };
        self.places.iter().filter(both).map(|(event, ..)| event.id)
    }

    /// The survivor as they will be, and what is done with each field.
    fn fields(&self, now: DateTime<Utc>) -> (Volunteer, Vec<MergedField>) {
        let (mut after, merged, mut fields) = (self.survivor.clone(), &self.merged, Vec::new());
        let mut note = |field: &'static str, decision: MergeDecision, dropped: Option<String>| {
            fields.push(MergedField { field: field.to_owned(), decision, dropped });
        };
        let name = |volunteer: &Volunteer| format!("{} {}", volunteer.first_name, volunteer.last_name);
        // Also where they differ in accents alone: the other may be the right spelling.
        if name(&after) != name(merged) {
            note("name", MergeDecision::Kept, Some(name(merged)));
        }
        macro_rules! settle {
            ($($field:ident by $same:expr;)*) => {$(
                match (&after.$field, &merged.$field) {
                    (None, Some(_)) => {
                        after.$field = merged.$field.clone();
                        note(stringify!($field), MergeDecision::Filled, None);
                    }
                    (Some(own), Some(theirs)) if $same(own) != $same(theirs) => {
                        note(stringify!($field), MergeDecision::Kept, Some(theirs.to_string()));
                    }
                    _ => {}
                }
            )*};
        }
        settle! {
            email by EmailAddress::folded;
            phone by PhoneNumber::digits;
            organization by |text: &String| fold(text);
            title by |text: &String| fold(text);
        }
        match (&after.career_type, &merged.career_type) {
            (None, Some(theirs)) => {
                after.career_type = Some(theirs.clone());
                note("career_type", MergeDecision::Filled, None);
            }
            (Some(own), Some(theirs)) if own != theirs => note("career_type", MergeDecision::Kept, Some(theirs.name.clone())),
            _ => {}
        }
        // Parts of one address: of two that contradict each other, none is mixed into the other.
        let agree = |own: &Option<String>, theirs: &Option<String>| match (own, theirs) {
            (Some(own), Some(theirs)) => fold(own) == fold(theirs),
            _ => true,
        };
        let one_place =
            agree(&after.city, &merged.city) && agree(&after.state, &merged.state) && agree(&after.postal_code, &merged.postal_code);
        if one_place {
            settle! {
                city by |text: &String| fold(text);
                state by |text: &String| fold(text);
                postal_code by |text: &String| fold(text);
            }
        } else {
            let parts = [&merged.city, &merged.state, &merged.postal_code];
            let address: Vec<_> = parts.into_iter().flatten().map(String::as_str).collect();
            note("address", MergeDecision::Kept, Some(address.join(", ")));
        }
        match (&after.notes, &merged.notes) {
            (None, Some(_)) => {
                after.notes.clone_from(&merged.notes);
                note("notes", MergeDecision::Filled, None);
            }
            (Some(own), Some(theirs)) if own != theirs => note("notes", MergeDecision::Kept, Some(theirs.clone())),
            _ => {}
        }
        let mut more: Vec<_> = merged.skills.iter().filter(|skill| !after.skills.contains(skill)).cloned().collect();
        if !more.is_empty() {
            let room = MOST_SKILLS.saturating_sub(after.skills.len());
            let beyond = more.split_off(room.min(more.len()));
            let decision = match (more.is_empty(), after.skills.is_empty()) {
                (true, _) => MergeDecision::Kept,
                (false, true) => MergeDecision::Filled,
                (false, false) => MergeDecision::Combined,
            };
            after.skills.extend(more);
            after.skills.sort_by_key(|skill| fold(skill));
            note("skills", decision, (!beyond.is_empty()).then(|| beyond.join(BETWEEN_SKILLS)));
        }
        // Who is active under one of the records is; what either asked not to be done is not done.
        for (field, own, theirs) in [
            ("active", &mut after.active, merged.active),
            ("email_opt_out", &mut after.email_opt_out, merged.email_opt_out),
            ("do_not_contact", &mut after.do_not_contact, merged.do_not_contact),
        ] {
            if theirs && !*own {
                *own = true;
                note(field, MergeDecision::Combined, None);
            }
        }
        after.updated_at = now;
        (after, fields)
    }

    /// Does it; tells whether an event's number of confirmed people was counted anew.
    fn carry_out(
        &self,
        transaction: &Transaction<'_>,
        plan: &MergePlan,
        author: &NoteAuthor,
        today: chrono::NaiveDate,
        now: DateTime<Utc>,
    ) -> Result<bool> {
        let (survivor, merged) = (self.survivor.id, self.merged.id);
        let mut counted = false;
        // While both stand on the rosters: it matters whose invite is out.
        invites::merge(transaction, survivor, merged)?;
        for (_, theirs, own) in &self.places {
            let Some(own) = own else { continue };
            let (after, _) = joined(own, theirs, now);
            for (table, column) in FOLLOW_A_PLACE {
                transaction.execute(&format!("UPDATE {table} SET {column} = ?2 WHERE {column} = ?1"), params![theirs.id, own.id])?;
            }
            transaction.execute("DELETE FROM participations WHERE id = ?1", params![theirs.id])?;
            update_participation(transaction, &after)?;
            count_registered(transaction, own.event_id)?;
            counted = true;
        }
        transaction.execute(
            "UPDATE participations SET volunteer_id = ?2, version = version + 1, updated_at = ?3 WHERE volunteer_id = ?1",
            params![merged, survivor, now],
        )?;
        for (table, column) in FOLLOW {
            transaction.execute(&format!("UPDATE {table} SET {column} = ?2 WHERE {column} = ?1"), params![merged, survivor])?;
        }
        for text in dropped(plan) {
            notes::insert(transaction, survivor, &text, None, today, author.clone(), now)?;
        }
        transaction.execute("DELETE FROM volunteers WHERE id = ?1", params![merged])?;
        // Whoever signs up with the address of the one that goes is the survivor.
        let email = self.merged.email.as_ref().map(EmailAddress::folded);
        transaction.execute(
            "INSERT INTO volunteer_merges (merged_id, volunteer_id, folded_email, merged_at) VALUES (?1, ?2, ?3, ?4)",
            params![merged, survivor, email, now],
        )?;
        let skills = skills::skills(transaction, &plan.survivor.skills)?;
        row::update(transaction, &plan.survivor, Some(&skills))?;
        Ok(counted)
    }
}

const PLACES: &str = concat!(
    "SELECT ",
    participation_columns!(),
    ", e.slug, e.title, e.status AS event_status, e.time_zone, e.starts_at_local, e.starts_at, e.ends_at_local, e.ends_at, e.location
     FROM participations p JOIN events e ON e.id = p.event_id WHERE p.volunteer_id = ?1 ORDER BY e.starts_at DESC, e.id DESC"
);

/// All places of a volunteer on rosters, with their events.
fn places(transaction: &Transaction<'_>, volunteer: VolunteerId) -> Result<Vec<(EventBrief, Participation)>> {
    transaction.all(PLACES, params![volunteer], |row| {
        let place = participation(row)?;
        Ok((brief(row)?, place))
    })
}

/// Two places of one person on one roster, made into one, and what is not kept of them.
fn joined(own: &Participation, theirs: &Participation, now: DateTime<Utc>) -> (Participation, Option<String>) {
    let (says_more, other) = if rank(own.status) >= rank(theirs.status) { (own, theirs) } else { (theirs, own) };
    let mut dropped = Vec::new();
    if other.participation_type != says_more.participation_type {
        dropped.push(other.participation_type.to_string());
    }
    if let Some(minutes) = other.minutes.filter(|minutes| says_more.minutes != Some(*minutes)) {
        dropped.push(format!("{minutes} minutes"));
    }
    let notes = match (&own.notes, &theirs.notes) {
        (Some(one), Some(other)) if one != other => {
            let both = format!("{one}\n\n{other}");
            if both.chars().count() <= NOTES_MAX {
                Some(both)
            } else {
                dropped.push(other.clone());
                Some(one.clone())
            }
        }
        (one, other) => one.clone().or_else(|| other.clone()),
    };
    // Where both say the same, it holds since the first time: also whose turn it is of those who wait.
    let same = own.status == theirs.status;
    let since = |own: Option<DateTime<Utc>>, theirs: Option<DateTime<Utc>>| own.into_iter().chain(theirs).min();
    let joined = Participation {
        id: own.id,
        volunteer_id: own.volunteer_id,
        notes,
        has_invite: own.has_invite || theirs.has_invite,
        signed_up_at: own.signed_up_at.into_iter().chain(theirs.signed_up_at).min(),
        version: own.version + 1,
        created_at: own.created_at,
        updated_at: now,
        invited_at: if same { since(own.invited_at, theirs.invited_at) } else { says_more.invited_at },
        waitlisted_at: match own.status {
            ParticipationStatus::Waitlisted if same => since(own.waitlisted_at, theirs.waitlisted_at),
            _ => says_more.waitlisted_at,
        },
        confirmed_at: if same { since(own.confirmed_at, theirs.confirmed_at) } else { says_more.confirmed_at },
        ..says_more.clone()
    };
    (joined, (!dropped.is_empty()).then(|| dropped.join(", ")))
}

/// What stands between skills that are not kept.
const BETWEEN_SKILLS: &str = "; ";

/// What notes say afterwards of the one who went: what was not kept of them, and their own notes as they were.
fn dropped(plan: &MergePlan) -> Vec<String> {
    let mut first = format!("Volunteer {} was merged into this one.", plan.merged.id);
    let mut rest = None;
    for MergedField { field, dropped, .. } in &plan.fields {
        let Some(dropped) = dropped else { continue };
        if field == "notes" {
            rest = Some(dropped.clone());
        } else {
            first.push_str(&format!("\n{}: {dropped}", field.replace('_', " ")));
        }
    }
    for MergedParticipation { event, dropped, .. } in &plan.participations {
        let Some(dropped) = dropped else { continue };
        first.push_str(&format!("\n{}, {}: {dropped}", event.title, event.starts_at.local.date()));
    }
    notes_of(&first).into_iter().chain(rest).collect()
}

/// A text as notes, none longer than one may be. Many skills make it so long, which is cut between two of them, or notes of places on rosters.
fn notes_of(text: &str) -> Vec<String> {
    let (mut notes, mut rest) = (Vec::new(), text);
    while let Some((most, _)) = rest.char_indices().nth(NOTES_MAX) {
        let end = rest[..most].rfind(BETWEEN_SKILLS).filter(|at| *at > 0).unwrap_or(most);
        notes.push(rest[..end].to_owned());
        rest = rest[end..].trim_start_matches(BETWEEN_SKILLS);
    }
    notes.push(rest.to_owned());
    notes
}
