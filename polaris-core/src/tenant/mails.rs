//! M1: a tenant's outbox, as its admins see it: which mails were sent, which wait and why, which could not be delivered.
//!
//! Recipients' addresses are personal: who administers the tenant sees them, nobody else. Mails that were sent, failed or are held are
//! forgotten 90 days later.
//!
//! ```
//! # use polaris_core::{Actor, MailFilter, NewTenant, Polaris, Role};
//! # let polaris = Polaris::in_memory()?;
//! # polaris.platform(Actor::System)?.tenants().create(NewTenant::new("kckps", "Kansas City Kansas"))?;
//! let kckps = polaris.tenant("kckps", Actor::tenant_user(1, "Pat Lee", Role::Admin))?;
//! let failed = MailFilter { state: Some("failed".into()), ..MailFilter::default() };
//! assert_eq!(kckps.mails().list(&failed, Default::default())?.total, 0);
//! assert_eq!(kckps.mails().retry_all()?.mails, 0);
//! # Ok::<(), polaris_core::Error>(())
//! ```

use std::fmt;

use chrono::{DateTime, Utc};
use serde_json::json;

use super::handle::TenantHandle;
use crate::audit::Entry;
use crate::error::{Error, Result};
use crate::operations::{MAILS_GET, MAILS_LIST, MAILS_RETRY, MAILS_RETRY_ALL};
use crate::page::{Page, PageRequest};
use crate::store::conditions::Conditions;
use crate::store::{Row, Transaction, params};
use crate::types::{EmailAddress, EventId, MailId, MailKind, MailState, OutreachId, ParticipationId, UserId, VolunteerId};

/// What is said of mails that waited when the backup was made from which their database was put back.
pub(crate) const RESTORED: &str = "it waited in a backup that was put back, and may have been sent since; try it again if it was not";

/// A mail of the outbox. Personal, as its recipient's address is.
#[derive(Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Mail {
    /// Its number in this tenant; never used again.
    pub id: MailId,
    /// What it is about.
    pub kind: MailKind,
    /// Where it stands.
    pub state: MailState,
    /// The address it goes to.
    pub recipient: EmailAddress,
    /// The volunteer it concerns.
    pub volunteer_id: Option<VolunteerId>,
    /// The event it concerns.
    pub event_id: Option<EventId>,
    /// The place on a roster it concerns.
    pub participation_id: Option<ParticipationId>,
    /// The outreach it is.
    pub outreach_id: Option<OutreachId>,
    /// The user it concerns.
    pub user_id: Option<UserId>,
    /// How often it was tried.
    pub attempts: u32,
    /// When it is its turn (UTC), if it waits.
    pub next_attempt_at: Option<DateTime<Utc>>,
    /// Why the last attempt failed, or why it is held.
    pub last_error: Option<String>,
    /// When it was written (UTC).
    pub created_at: DateTime<Utc>,
    /// When it was sent (UTC).
    pub sent_at: Option<DateTime<Utc>>,
}

impl fmt::Debug for Mail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mail").field("id", &self.id).field("kind", &self.kind).field("state", &self.state).finish_non_exhaustive()
    }
}

/// Which mails are wanted. Everything left out lets all through.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MailFilter {
    /// In this state: `waiting`, `sending`, `sent`, `failed` or `held`.
    pub state: Option<String>,
    /// Of this kind, such as `signup_confirmed`.
    pub kind: Option<String>,
    /// About the event with this number.
    pub event: Option<i64>,
    /// About the volunteer with this number.
    pub volunteer: Option<i64>,
}

/// What trying all again did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct RetriedMails {
    /// Mails that failed or were held, and wait again.
    pub mails: u32,
}

/// A tenant's outbox; see [`TenantHandle::mails`].
pub struct Mails<'a> {
    handle: &'a TenantHandle,
}

impl<'a> Mails<'a> {
    pub(crate) fn new(handle: &'a TenantHandle) -> Self {
        Self { handle }
    }

    /// Mails that pass the filter, the newest first, a page at a time.
    ///
    /// # Errors
    ///
    /// [`Error::BadRequest`] naming `state` or `kind` for an unknown word; [`Error::Forbidden`].
    pub fn list(&self, filter: &MailFilter, page: PageRequest) -> Result<Page<Mail>> {
        self.handle.read(&MAILS_LIST, |reading| {
            let conditions = narrowed(filter)?;
            let sql = format!("SELECT count(*) AS total FROM outbox{}", conditions.sql());
            let total = reading.transaction.first(&sql, &conditions.params(&[]), |row| row.get("total"))?.unwrap_or_default();
            let at = conditions.next();
            let sql = format!("SELECT {COLUMNS}{} ORDER BY id DESC LIMIT ?{at} OFFSET ?{}", conditions.sql(), at + 1);
            let (most, skipped) = (page.per_page(), page.offset());
            Ok(page.of(reading.transaction.all(&sql, &conditions.params(&[&most, &skipped]), mail)?, total))
        })
    }

    /// One mail.
    ///
    /// # Errors
    ///
    /// [`Error::MailNotFound`]; [`Error::Forbidden`].
    pub fn get(&self, mail: MailId) -> Result<Mail> {
        self.handle.read(&MAILS_GET, |reading| find(reading.transaction, mail))
    }

    /// Has a mail tried again at once that failed, is held or waits, for another three days. A volunteer's goes to the address that they have
    /// by now.
    ///
    /// # Errors
    ///
    /// [`Error::MailNotFound`]; [`Error::InvalidTransition`] for one that was sent or is being sent; [`Error::Forbidden`].
    pub fn retry(&self, mail: MailId) -> Result<Mail> {
        self.handle.write(&MAILS_RETRY, |writing| {
            let before = find(writing.transaction, mail)?;
            let reason = match before.state {
                MailState::Sent => "it was sent already, and would come twice",
                MailState::Sending => "it is being sent right now",
                MailState::Waiting | MailState::Failed | MailState::Held => "",
            };
            if !reason.is_empty() {
                let (from, to) = (before.state.as_str(), MailState::Waiting.as_str());
                return Err(Error::InvalidTransition { what: "a mail", from, to, reason: reason.to_owned() });
            }
            writing.transaction.execute(&format!("{AGAIN} WHERE id = ?2"), params![writing.now, mail])?;
            writing.mail_queued.set(true);
            let details = json!({ "kind": before.kind, "was": before.state });
            Ok((find(writing.transaction, mail)?, Entry::of("mail", mail, details)))
        })
    }

    /// Has all mails tried again that failed or are held.
    ///
    /// # Errors
    ///
    /// [`Error::Forbidden`].
    pub fn retry_all(&self) -> Result<RetriedMails> {
        self.handle.write(&MAILS_RETRY_ALL, |writing| {
            let sql = format!("{AGAIN} WHERE state IN ('failed', 'held')");
            let mails = writing.transaction.execute(&sql, params![writing.now])?;
            writing.mail_queued.set(mails > 0);
            let retried = RetriedMails { mails: u32::try_from(mails).unwrap_or(u32::MAX) };
            Ok((retried, Entry::of("tenant", self.handle.id(), json!({ "mails": retried.mails }))))
        })
    }
}

/// A volunteer's mail goes to the address that they have by now: it may have been mended because the first attempt did not arrive. What takes
/// the entry of a merged record out of a calendar goes to whose calendar that is.
const AGAIN: &str = "
    UPDATE outbox SET state = 'waiting', next_attempt_at = ?1, retried_at = ?1, attempts = 0, last_error = NULL,
        recipient = CASE kind WHEN 'signup_merged' THEN recipient
                    ELSE coalesce((SELECT v.email FROM volunteers v WHERE v.id = outbox.volunteer_id), recipient) END";

/// To be put between SELECT and WHERE.
const COLUMNS: &str = "id, kind, state, recipient, volunteer_id, event_id, participation_id, outreach_id, user_id, attempts,
                       CASE WHEN state = 'waiting' THEN next_attempt_at END AS next_attempt_at, last_error, created_at, sent_at
                       FROM outbox";

fn find(transaction: &Transaction<'_>, id: MailId) -> Result<Mail> {
    transaction.first(&format!("SELECT {COLUMNS} WHERE id = ?1"), params![id], mail)?.ok_or(Error::MailNotFound)
}

fn mail(row: &Row<'_, '_>) -> Result<Mail> {
    Ok(Mail {
        id: row.get("id")?,
        kind: row.get("kind")?,
        state: row.get("state")?,
        recipient: row.get("recipient")?,
        volunteer_id: row.get("volunteer_id")?,
        event_id: row.get("event_id")?,
        participation_id: row.get("participation_id")?,
        outreach_id: row.get("outreach_id")?,
        user_id: row.get("user_id")?,
        attempts: row.get("attempts")?,
        next_attempt_at: row.get("next_attempt_at")?,
        last_error: row.get("last_error")?,
        created_at: row.get("created_at")?,
        sent_at: row.get("sent_at")?,
    })
}

fn narrowed(filter: &MailFilter) -> Result<Conditions> {
    let MailFilter { state, kind, event, volunteer } = filter;
    let mut conditions = Conditions::default();
    if let Some(state) = state {
        conditions.add("state = ??", MailState::parse(state).map_err(|problem| Error::bad_request("state", problem.message))?);
    }
    if let Some(kind) = kind {
        conditions.add("kind = ??", MailKind::parse(kind).map_err(|problem| Error::bad_request("kind", problem.message))?);
    }
    if let Some(event) = event {
        conditions.add("event_id = ??", EventId::new(*event));
    }
    if let Some(volunteer) = volunteer {
        conditions.add("volunteer_id = ??", VolunteerId::new(*volunteer));
    }
    Ok(conditions)
}
