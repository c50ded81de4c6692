//! One tenant's outbox: whose turn it is, and what became of it.
//!
//! A mail that is being sent belongs to who sends it until `taken_until`; if they died, another takes it up then. `attempts` rises with
//! each claim, and who has lost a claim can't settle the mail any more. Nothing is sent inside a transaction.

use chrono::{DateTime, TimeDelta, Utc};

use super::compose::{Composed, Composing, compose};
use super::config::MailConfig;
use super::message::Message;
use super::outbox::Queued;
use crate::clock::{Randomness, random};
use crate::error::{Error, Result, Unavailable};
use crate::store::error::StoreError;
use crate::store::{Row, Transaction, params};
use crate::tenant::TenantHandle;
use crate::tenant::handle::Writing;
use crate::types::{MailId, MailKind};

/// For how long a mail is its sender's: longer than all steps at a slow server take together.
pub(crate) const LEASE: TimeDelta = TimeDelta::minutes(20);
/// A mail is given up so long after it was written, or was last tried again by hand (M1).
pub(crate) const GIVEN_UP_AFTER: TimeDelta = TimeDelta::days(3);
/// The longest wait between two attempts.
const LONGEST_WAIT: TimeDelta = TimeDelta::hours(2);
/// How long settled mails are kept, with their recipients' addresses.
pub(crate) const KEPT: TimeDelta = TimeDelta::days(90);
/// Settled mails forgotten in one go.
const FORGOTTEN_AT_ONCE: u32 = 500;

/// What is said of a mail whose recipient may not get any.
const NOT_ALLOWED: &str = "the recipient is not among those who may get mails on this installation (mail_allow)";
/// What is said of one that its sender never settled.
const CUT_OFF: &str = "sending it was cut off";

/// What is due in an outbox, and when.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Due {
    /// When the next mail's turn is.
    pub(crate) next: Option<DateTime<Utc>>,
    /// When that of the next mail is at which a server hung before.
    pub(crate) stalled: Option<DateTime<Utc>>,
    pub(crate) waiting: u32,
    /// When the oldest of those was written.
    pub(crate) oldest: Option<DateTime<Utc>>,
    /// Whether some were settled so long ago that they are forgotten, or links so old that it is time to see whether they can be.
    pub(crate) stale: bool,
}

/// Looks what is due; indexed reads.
pub(crate) fn due(transaction: &Transaction<'_>, now: DateTime<Utc>) -> Result<Due> {
    let row = transaction.first(
        "SELECT (SELECT min(next_attempt_at) FROM outbox WHERE state = 'waiting' AND stalled = 0) AS next,
                (SELECT min(taken_until) FROM outbox WHERE state = 'sending' AND stalled = 0) AS freed,
                (SELECT min(next_attempt_at) FROM outbox WHERE state = 'waiting' AND stalled = 1) AS stalled,
                (SELECT min(taken_until) FROM outbox WHERE state = 'sending' AND stalled = 1) AS stalled_freed,
                (SELECT count(*) FROM outbox WHERE state = 'waiting') AS waiting,
                (SELECT created_at FROM outbox WHERE id = (SELECT min(id) FROM outbox WHERE state = 'waiting')) AS oldest,
                EXISTS (SELECT 1 FROM outbox WHERE state IN ('sent', 'failed', 'held') AND next_attempt_at < ?1)
                OR EXISTS (SELECT 1 FROM mail_links WHERE coalesce(counts_from, created_at) < ?1) AS stale",
        params![now - KEPT],
        |row| {
            let first = |waiting: &str, freed: &str| -> Result<Option<DateTime<Utc>>> {
                let (waiting, freed): (Option<DateTime<Utc>>, Option<DateTime<Utc>>) = (row.get(waiting)?, row.get(freed)?);
                Ok([waiting, freed].into_iter().flatten().min())
            };
            Ok(Due {
                next: first("next", "freed")?,
                stalled: first("stalled", "stalled_freed")?,
                waiting: row.get("waiting")?,
                oldest: row.get("oldest")?,
                stale: row.get("stale")?,
            })
        },
    )?;
    row.ok_or(Error::Internal)
}

/// Which mails' turn it can be: a mail at which a server hung may hang it again, so all others go first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Among {
    Ordinary,
    Stalled,
}

/// Whose turn it is.
pub(crate) enum Turn {
    /// Nobody's.
    Nobody,
    /// This mail's, which is the caller's to send now.
    Mail(Box<Claimed>),
    /// That of a mail that won't be sent.
    Closed { id: MailId, why: String, failed: bool },
    /// That of a mail that could not be composed; it is tried again later.
    Unfit { id: MailId, why: String, given_up: bool },
}

/// A mail that is being sent.
pub(crate) struct Claimed {
    pub(crate) id: MailId,
    /// Which attempt this is, from 1.
    pub(crate) attempt: u32,
    pub(crate) message: Message,
    /// After that it isn't tried again.
    pub(crate) given_up_at: DateTime<Utc>,
}

/// A mail's turn before it is known what it says.
struct Next {
    id: MailId,
    attempts: u32,
    cut_off: bool,
    given_up_at: DateTime<Utc>,
    queued: Result<Queued>,
}

const NEXT: &str = "
    SELECT id, kind, recipient, volunteer_id, event_id, user_id, data, attempts, created_at, retried_at, state
    FROM outbox";

/// Takes the mail whose turn it is, and composes it; of those that were due by then.
pub(crate) fn claim(handle: &TenantHandle, config: &MailConfig, public_url: Option<&str>, among: Among, by: DateTime<Utc>) -> Result<Turn> {
    let mut unfit = None;
    let claimed = handle.keep_by_settings(|writing| {
        unfit = None;
        let transaction = writing.transaction;
        let Some(next) = next(transaction, among, by.min(writing.now))? else { return Ok(Turn::Nobody) };
        if next.cut_off && next.given_up_at <= writing.now {
            let why = format!("{CUT_OFF}, and it was given up after three days");
            close(transaction, &next, "failed", &why, writing.now)?;
            return Ok(Turn::Closed { id: next.id, why, failed: true });
        }
        let composed = next.queued.as_ref().map_err(Clone::clone).and_then(|queued| {
            if !config.allows(&queued.recipient) {
                return Ok(Composed::Pointless(NOT_ALLOWED));
            }
            compose(transaction, &composing(handle, writing, config, public_url), queued)
        });
        match composed {
            Ok(Composed::Pointless(why)) => {
                close(transaction, &next, "held", why, writing.now)?;
                Ok(Turn::Closed { id: next.id, why: why.to_owned(), failed: false })
            }
            Ok(Composed::Mail(message)) => {
                let attempt = next.attempts + 1;
                transaction.execute(
                    "UPDATE outbox SET state = 'sending', attempts = ?2, taken_until = ?3 WHERE id = ?1",
                    params![next.id, attempt, writing.now + LEASE],
                )?;
                Ok(Turn::Mail(Box::new(Claimed { id: next.id, attempt, message, given_up_at: next.given_up_at })))
            }
            // That is about the database, not about the mail.
            Err(error @ (Error::Unavailable(_) | Error::TenantInactive)) if !matches!(error, Error::Unavailable(Unavailable::Damaged)) => {
                Err(error)
            }
            // What composing has written by then is undone with the transaction.
            Err(error) => {
                let why = match &error {
                    Error::Conflict(why) => format!("it can't be composed: {why}"),
                    other => format!("it can't be composed ({})", other.code()),
                };
                unfit = Some((next.id, next.attempts, next.given_up_at, why));
                Err(error)
            }
        }
    });
    match (claimed, unfit) {
        (Err(_), Some((id, attempts, given_up_at, why))) => {
            let given_up = handle.keep_by_settings(|writing| {
                let again = again(writing.now, attempts + 1, given_up_at, handle.polaris().randomness());
                let sql = "UPDATE outbox SET state = ?3, attempts = ?2 + 1, next_attempt_at = ?4, last_error = ?5, taken_until = NULL
                           WHERE id = ?1 AND attempts = ?2 AND state IN ('waiting', 'sending')";
                let state = if again.is_some() { "waiting" } else { "failed" };
                writing.transaction.execute(sql, params![id, attempts, state.to_owned(), again.unwrap_or(writing.now), why])?;
                Ok(again.is_none())
            })?;
            Ok(Turn::Unfit { id, why, given_up })
        }
        (claimed, _) => claimed,
    }
}

fn composing<'a>(handle: &'a TenantHandle, writing: &'a Writing<'_>, config: &'a MailConfig, public_url: Option<&'a str>) -> Composing<'a> {
    Composing {
        slug: handle.slug(),
        tenant: handle.id(),
        settings: &writing.settings,
        now: writing.now,
        randomness: handle.polaris().randomness(),
        public_url,
        from: config.from_address(),
        preview: false,
    }
}

/// The one that has waited longest; before that, one that somebody took and never settled.
fn next(transaction: &Transaction<'_>, among: Among, by: DateTime<Utc>) -> Result<Option<Next>> {
    let stalled = if among == Among::Stalled { "stalled = 1" } else { "stalled = 0" };
    let cut_off = format!("{NEXT} WHERE state = 'sending' AND {stalled} AND taken_until <= ?1 ORDER BY taken_until, id LIMIT 1");
    if let Some(next) = transaction.first(&cut_off, params![by], read)? {
        return Ok(Some(next));
    }
    let waiting = format!("{NEXT} WHERE state = 'waiting' AND {stalled} AND next_attempt_at <= ?1 ORDER BY next_attempt_at, id LIMIT 1");
    transaction.first(&waiting, params![by], read)
}

fn read(row: &Row<'_, '_>) -> Result<Next> {
    let (created_at, retried_at): (DateTime<Utc>, Option<DateTime<Utc>>) = (row.get("created_at")?, row.get("retried_at")?);
    Ok(Next {
        id: row.get("id")?,
        attempts: row.get("attempts")?,
        cut_off: row.get::<String>("state")? == "sending",
        given_up_at: retried_at.unwrap_or(created_at) + GIVEN_UP_AFTER,
        queued: queued(row, created_at),
    })
}

/// What one row holds may be wrong without keeping the others from being sent.
fn queued(row: &Row<'_, '_>, created_at: DateTime<Utc>) -> Result<Queued> {
    let kind = row.get::<String>("kind")?;
    Ok(Queued {
        kind: MailKind::parse(&kind).map_err(|_| StoreError::BadColumn("kind".to_owned()))?,
        recipient: row.get("recipient")?,
        volunteer: row.get("volunteer_id")?,
        event: row.get("event_id")?,
        user: row.get("user_id")?,
        data: crate::tenant::settings::json(row, "data")?,
        created_at,
    })
}

fn close(transaction: &Transaction<'_>, next: &Next, state: &str, why: &str, now: DateTime<Utc>) -> Result<()> {
    transaction.execute(
        "UPDATE outbox SET state = ?2, next_attempt_at = ?4, last_error = ?3, taken_until = NULL WHERE id = ?1",
        params![next.id, state.to_owned(), why.to_owned(), now],
    )?;
    Ok(())
}

/// What became of a mail that was claimed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Settled {
    Sent,
    /// It is tried again then; after all others where the server hung at it.
    Again {
        then: DateTime<Utc>,
        why: String,
        stalled: bool,
    },
    /// It is not tried again.
    Failed(String),
}

/// Writes down what became of a mail; false where it was somebody else's by then.
pub(crate) fn settle(handle: &TenantHandle, id: MailId, attempt: u32, settled: &Settled) -> Result<bool> {
    let now = handle.polaris().now();
    let (state, next, error, sent, stalled) = match settled {
        Settled::Sent => ("sent", now, None, Some(now), false),
        Settled::Again { then, why, stalled } => ("waiting", *then, Some(why.clone()), None, *stalled),
        Settled::Failed(why) => ("failed", now, Some(why.clone()), None, false),
    };
    let sql = "UPDATE outbox
               SET state = ?3, next_attempt_at = ?4, last_error = ?5, sent_at = ?6, stalled = max(stalled, ?7), taken_until = NULL
               WHERE id = ?1 AND attempts = ?2 AND state = 'sending'";
    let change =
        |transaction: &Transaction<'_>| transaction.execute(sql, params![id, attempt, state.to_owned(), next, error, sent, stalled]);
    handle.keep_in_any_state(change).map(|changed| changed == 1)
}

/// When a mail is tried again that has been tried so often: after 1, 2, 4 … minutes and never more than two hours, and a little at random, so
/// that not all come at once. `None`: it is given up.
pub(crate) fn again(now: DateTime<Utc>, attempts: u32, given_up_at: DateTime<Utc>, randomness: &dyn Randomness) -> Option<DateTime<Utc>> {
    if given_up_at <= now {
        return None;
    }
    let minutes = 1_i64 << attempts.saturating_sub(1).min(10);
    let wait = TimeDelta::minutes(minutes).min(LONGEST_WAIT);
    let [chance] = random::<1>(randomness);
    let more = wait * i32::from(chance) / (5 * 255);
    let then = now + wait + more;
    DateTime::from_timestamp_millis(then.timestamp_millis()).or(Some(then))
}

/// What is due by `?1`: what waits, and what somebody took and never settled.
const DUE: &str = "(state = 'waiting' AND next_attempt_at <= ?1 OR state = 'sending' AND taken_until <= ?1)";

/// Puts off all that is due, since nothing can be sent: one write, however many they are. What has waited for three days is given up.
pub(crate) fn put_off(handle: &TenantHandle, by: DateTime<Utc>, why: &str) -> Result<(u32, u32)> {
    handle.keep_by_settings(|writing| {
        let (transaction, now) = (writing.transaction, writing.now);
        let given_up = format!(
            "UPDATE outbox SET state = 'failed', attempts = attempts + 1, next_attempt_at = ?3, last_error = ?4, taken_until = NULL
             WHERE {DUE} AND coalesce(retried_at, created_at) <= ?2"
        );
        let failed = transaction.execute(&given_up, params![by, now - GIVEN_UP_AFTER, now, why.to_owned()])?;
        let tried = format!("SELECT DISTINCT attempts FROM outbox WHERE {DUE}");
        let tried = transaction.all(&tried, params![by], |row| row.get::<u32>("attempts"))?;
        let later = format!(
            "UPDATE outbox SET state = 'waiting', attempts = attempts + 1, next_attempt_at = ?3, last_error = ?4, taken_until = NULL
             WHERE {DUE} AND attempts = ?2"
        );
        let mut put_off = 0;
        for attempts in tried {
            let then = again(now, attempts + 1, DateTime::<Utc>::MAX_UTC, handle.polaris().randomness()).unwrap_or(now);
            put_off += transaction.execute(&later, params![by, attempts, then, why.to_owned()])?;
        }
        Ok((u32::try_from(put_off).unwrap_or(u32::MAX), u32::try_from(failed).unwrap_or(u32::MAX)))
    })
}

/// Forgets mails that were settled long ago, since they hold addresses of people, and links that lead nowhere any more.
pub(crate) fn forget(handle: &TenantHandle, now: DateTime<Utc>) -> Result<()> {
    let sql = "DELETE FROM outbox WHERE id IN (
                   SELECT id FROM outbox WHERE state IN ('sent', 'failed', 'held') AND next_attempt_at < ?1 ORDER BY id LIMIT ?2)";
    handle.keep(|transaction| {
        transaction.execute(sql, params![now - KEPT, FORGOTTEN_AT_ONCE])?;
        super::links::forget(transaction, now - KEPT, FORGOTTEN_AT_ONCE)
    })
}
