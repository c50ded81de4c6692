//! The calendar for whoever has no session: the feed of published events, and the secret ones.
//!
//! Whatever the reason that there is nothing at an address (no such tenant, deactivated, events switched off, a secret that is wrong, revoked
//! or whose owner may no longer see events), it is the same [`Error::NotFound`]; and to an address that was told so 20 times in ten minutes,
//! counted together with wrong keys of the public API, [`Error::RateLimitExceeded`]. What is right is answered all the same.

use chrono::{DateTime, Timelike, Utc};

use super::file::{CalendarFile, Which, file, true_until};
use crate::auth::network::Network;
use crate::auth::{Actor, Caller, Context, Patience, Role};
use crate::error::{Error, Result};
use crate::operations::{CALENDAR_FEEDS_READ, PUBLIC_CALENDAR_GET};
use crate::polaris::Polaris;
use crate::store::params;
use crate::tenant::handle::TenantHandle;
use crate::tenant::public_events::{Lasting, Revision};
use crate::types::{FeedId, FeedSecret, TenantId};

/// A calendar for whoever has no session, that of the published events or a secret one; see [`Polaris::public_calendar`] and
/// [`Polaris::secret_calendar`].
pub struct PublicCalendar {
    handle: TenantHandle,
    revision: Revision,
    now: DateTime<Utc>,
    which: Which,
    changes: i64,
}

impl Polaris {
    /// A tenant's published and completed events, for calendar programs.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`] where there is none, for whatever reason; [`Error::RateLimitExceeded`] instead when that was the answer to this
    /// address 20 times in ten minutes; [`Error::BadRequest`] for an address or request id that is none; [`Error::Unavailable`].
    pub fn public_calendar(&self, slug: &str, context: Context, patience: Patience) -> Result<PublicCalendar> {
        let caller = Caller::new(Actor::Public, context).with_patience(patience).checked()?;
        let enter = || {
            let handle = self.tenant(slug, caller.clone())?;
            let (revision, now) = handle.read(&PUBLIC_CALENDAR_GET, |reading| Ok((Revision::from(&reading.standing), reading.now)))?;
            Ok(PublicCalendar { handle, revision, now, which: Which::Public, changes: 0 })
        };
        self.counted(&caller, enter().map_err(nothing_there))
    }

    /// What is at the secret address of a feed: all events of the tenant, as long as the feed's owner may see them. `public_url` is where
    /// this installation is reached, for links to sign-up pages.
    ///
    /// # Errors
    ///
    /// As [`Self::public_calendar`].
    pub fn calendar_feed(&self, slug: &str, secret: &str, context: Context, public_url: Option<&str>) -> Result<CalendarFile> {
        Ok(self.secret_calendar(slug, secret, context)?.file(public_url)?.value)
    }

    /// Lets in whoever has the secret address of a feed, without making the file yet: one that was made at the same [`PublicCalendar::revision`]
    /// and [`PublicCalendar::changes`] is still true.
    ///
    /// # Errors
    ///
    /// As [`Self::public_calendar`].
    pub fn secret_calendar(&self, slug: &str, secret: &str, context: Context) -> Result<PublicCalendar> {
        let caller = Caller::new(Actor::Public, context).checked()?;
        let enter = || {
            let secret = FeedSecret::parse(secret).ok_or(NOTHING)?;
            let handle = self.tenant(slug, caller.clone())?;
            let feed = find(&handle, &secret)?.ok_or(NOTHING)?;
            let own = handle.acting_as(feed.owner);
            let (revision, now, changes) = own.read(&CALENDAR_FEEDS_READ, |reading| {
                let last = reading
                    .transaction
                    .first("SELECT coalesce(max(id), 0) AS last FROM audit_entries", params![], |row| row.get("last"))?;
                Ok((Revision::from(&reading.standing), reading.now, last.unwrap_or_default()))
            })?;
            if feed.last_used_at.is_none_or(|used| used < feed.hour) {
                note_use(&handle, feed.id, feed.hour);
            }
            Ok(PublicCalendar { handle: own, revision, now, which: Which::All, changes })
        };
        self.counted(&caller, enter().map_err(nothing_there))
    }

    /// Counts an address that asks for what there is not.
    fn counted<T>(&self, caller: &Caller, answer: Result<T>) -> Result<T> {
        if let Err(Error::NotFound(_)) = &answer
            && let Some(network) = caller.context.address.as_deref().and_then(Network::of)
            && let Some(retry_after) = self.engine()?.limits.strangers.count(network, self.now())
        {
            return Err(Error::RateLimitExceeded { retry_after, quota: None });
        }
        answer
    }
}

const NOTHING: Error = Error::NotFound("calendar");

fn nothing_there(error: Error) -> Error {
    match error {
        Error::TenantNotFound | Error::TenantInactive | Error::FeatureDisabled(_) | Error::Forbidden { .. } => NOTHING,
        other => other,
    }
}

impl PublicCalendar {
    /// The tenant's number: what was made for it at the same revision is still true.
    #[must_use]
    pub fn tenant(&self) -> TenantId {
        self.handle.id()
    }

    /// Whether it has all events, as those at secret addresses have: the same for all of a tenant's feeds.
    #[must_use]
    pub fn has_all(&self) -> bool {
        self.which == Which::All
    }

    /// Rises with everything that is done in the tenant: the revision says nothing of drafts. Always 0 for the public calendar.
    #[must_use]
    pub fn changes(&self) -> i64 {
        self.changes
    }

    /// The tenant's revision at entry.
    #[must_use]
    pub fn revision(&self) -> Revision {
        self.revision
    }

    /// The instant of entry.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        self.now
    }

    /// The file. Takes a while where there are thousands of events, so it waits for a reader, whatever the patience at entry. `public_url` is
    /// where this installation is reached, for links to sign-up pages.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`] where it has gone since; [`Error::Unavailable`].
    pub fn file(&self, public_url: Option<&str>) -> Result<Lasting<CalendarFile>> {
        let operation = if self.has_all() { &CALENDAR_FEEDS_READ } else { &PUBLIC_CALENDAR_GET };
        let made = self.handle.with_patience(Patience::Wait).read(operation, |reading| {
            let value = file(&self.handle, reading, self.which, public_url)?;
            Ok(Lasting { value, revision: Revision::from(&reading.standing), until: Some(true_until(reading)) })
        });
        made.map_err(nothing_there)
    }
}

/// A feed that is asked for, its owner, and the present hour.
struct Found {
    id: FeedId,
    owner: Actor,
    last_used_at: Option<DateTime<Utc>>,
    hour: DateTime<Utc>,
}

const BY_HASH: &str = "
    SELECT f.id, f.hash, f.last_used_at, u.id AS user_id, u.first_name || ' ' || u.last_name AS name, u.role
    FROM calendar_feeds f JOIN users u ON u.id = f.user_id
    WHERE f.hash = ?1 AND u.active = 1";

fn find(handle: &TenantHandle, secret: &FeedSecret) -> Result<Option<Found>> {
    let hash = secret.hash();
    handle.look(|reading| {
        let found = reading.transaction.first(BY_HASH, params![hash], |row| {
            let role = Role::parse(&row.get::<String>("role")?).map_err(|_| Error::Internal)?;
            let owner = Actor::tenant_user(row.get("user_id")?, &row.get::<String>("name")?, role);
            let stored: crate::types::KeyHash = row.get("hash")?;
            Ok((stored, row.get("id")?, owner, row.get("last_used_at")?))
        })?;
        let hour = reading.now.with_minute(0).and_then(|hour| hour.with_second(0)).and_then(|hour| hour.with_nanosecond(0));
        Ok(found.filter(|(stored, ..)| stored.matches(&hash)).map(|(_, id, owner, last_used_at)| Found {
            id,
            owner,
            last_used_at,
            hour: hour.unwrap_or(reading.now),
        }))
    })
}

/// Notes the hour in which a feed was last read. Bookkeeping: where it can't be done now, it is done the next time.
fn note_use(handle: &TenantHandle, id: FeedId, hour: DateTime<Utc>) {
    let noted = handle.keep_soon(|transaction| {
        transaction.execute("UPDATE calendar_feeds SET last_used_at = ?2 WHERE id = ?1", params![id, hour])?;
        Ok(())
    });
    if let Err(error) = noted {
        tracing::debug!(%error, tenant = %handle.slug(), "the use of a calendar feed could not be noted");
    }
}
