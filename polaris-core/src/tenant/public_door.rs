//! Who is let in to a tenant's public face: whoever has one of its keys, as often as that may ask (FR-API-104, FR-API-105).

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::handle::{Reading, TenantHandle};
use super::public_events::{PublicApi, Revision};
use crate::auth::network::Network;
use crate::auth::{Actor, Caller, Context, Patience};
use crate::error::{Error, Result};
use crate::limits::{Noted, Taken, Window};
use crate::polaris::{Polaris, hide_inactive};
use crate::store::{Transaction, params};
use crate::types::{ApiKey, ApiKeyId, KeyHash};

impl Polaris {
    /// A tenant's public face, for whoever presents one of its API keys: checked in the order of the HTTP contract, and counted.
    ///
    /// # Errors
    ///
    /// [`Error::MissingApiKey`] without a key; [`Error::TenantNotFound`] for an unknown or inactive tenant; [`Error::InvalidApiKey`];
    /// [`Error::RateLimitExceeded`] when the key has used up one of its windows, or instead of the two before when they were the answer
    /// to this address 20 times in ten minutes; [`Error::BadRequest`] for an address or request id that is none.
    pub fn public_api(&self, slug: &str, key: Option<&str>, context: Context, patience: Patience) -> Result<PublicApi> {
        let key = key.filter(|key| !key.is_empty()).ok_or(Error::MissingApiKey)?;
        let (key, context) = (ApiKey::parse(key), Caller::new(Actor::Public, context).checked()?.context);
        let engine = self.engine()?;
        let network = || context.address.as_deref().and_then(Network::of);
        // What can be no key needs no look at anything.
        if key.is_none()
            && let Some(retry_after) = network().and_then(|network| engine.limits.strangers.refused(network, self.now()))
        {
            return Err(Error::RateLimitExceeded { retry_after, quota: None });
        }
        // Nothing that is asked here goes into an audit log: the request it is part of need not be carried along.
        let caller = Caller::from(Actor::Public).with_patience(patience);
        let entered = self.enter(slug, caller).and_then(|handle| enter(&handle, key.as_ref())).map_err(hide_inactive);
        if let Err(Error::TenantNotFound | Error::InvalidApiKey) = &entered
            && let Some(retry_after) = network().and_then(|network| engine.limits.strangers.count(network, self.now()))
        {
            return Err(Error::RateLimitExceeded { retry_after, quota: None });
        }
        entered
    }
}

/// Checks and counts the key, in the transaction that also gives the revision.
fn enter(handle: &TenantHandle, key: Option<&ApiKey>) -> Result<PublicApi> {
    let polaris = handle.polaris();
    let (keys, limits) = (&polaris.engine()?.limits.keys, &polaris.setup().config.rate_limits);
    let (id, taken, settings, revision, now) = handle.look(|reading| {
        let id = key.map_or(Ok(None), |key| find(reading, key))?.ok_or(Error::InvalidApiKey)?;
        let taken = keys.take((handle.id(), id), limits, reading.now, || read(reading.transaction, id))?;
        Ok((id, taken, Arc::clone(&reading.settings), Revision::from(&reading.standing), reading.now))
    })?;
    let Taken { quota, note } = taken;
    let actor = Actor::ApiKey { tenant: handle.id(), id };
    let unnoted = note.then_some(id);
    let mut entered = PublicApi { handle: handle.acting_as(actor), settings, revision, now, quota, unnoted };
    if handle.caller().patience == Patience::Wait {
        entered.note_use();
    }
    Ok(entered)
}

/// The key with this text, if it is one and has not ended.
fn find(reading: &Reading<'_>, key: &ApiKey) -> Result<Option<ApiKeyId>> {
    let hash = key.hash();
    let found = reading.transaction.first(
        "SELECT id, hash FROM api_keys WHERE hash = ?1 AND (expires_at IS NULL OR expires_at > ?2)",
        params![hash, reading.now],
        |row| Ok((row.get::<ApiKeyId>("id")?, row.get::<KeyHash>("hash")?)),
    )?;
    Ok(found.filter(|(_, stored)| stored.matches(&hash)).map(|(id, _)| id))
}

/// What the file says of a key's use; nothing of one that has gone.
fn read(transaction: &Transaction<'_>, id: ApiKeyId) -> Result<Noted> {
    let sql = "SELECT last_used_at, hour_began_at, hour_count, day_began_at, day_count FROM api_keys WHERE id = ?1";
    let noted = transaction.first(sql, params![id], |row| {
        let window = |began_at: Option<DateTime<Utc>>, count| began_at.map(|began_at| Window { began_at, count });
        Ok(Noted {
            hour_used: row.get("last_used_at")?,
            hour: window(row.get("hour_began_at")?, row.get("hour_count")?),
            day: window(row.get("day_began_at")?, row.get("day_count")?),
        })
    })?;
    Ok(noted.unwrap_or_default())
}

impl PublicApi {
    /// Whether the key's use is to be written down, which whoever entered without [`Patience`] has still to do: with
    /// [`Self::note_use`], where it may wait, while the answer is on its way.
    #[must_use]
    pub fn owes_note(&self) -> bool {
        self.unnoted.is_some()
    }

    /// Writes down when the key was last used and how far it has come, if that is due. Left undone, or on a full or busy disk, it is
    /// written the next time.
    pub fn note_use(&mut self) {
        if let Some(key) = self.unnoted.take() {
            note(&self.handle, key, self.now);
        }
    }
}

/// Writes down how far a key has come. Bookkeeping, which must not keep anybody from reading.
fn note(handle: &TenantHandle, id: ApiKeyId, now: DateTime<Utc>) {
    let written = handle.polaris().engine().and_then(|engine| {
        let (keys, whose) = (&engine.limits.keys, (handle.id(), id));
        let (before, after) = handle.keep_soon(|transaction| {
            let before = read(transaction, id)?;
            let after = keys.to_note(whose, &before, now);
            write(transaction, id, &after)?;
            Ok((before, after))
        })?;
        keys.noted(whose, &before, &after, now);
        Ok(())
    });
    if let Err(error) = written {
        tracing::warn!(%error, tenant = %handle.slug(), "the use of an API key could not be noted; it is counted all the same");
    }
}

fn write(transaction: &Transaction<'_>, id: ApiKeyId, noted: &Noted) -> Result<()> {
    let began_at = |window: Option<Window>| window.map(|window| window.began_at);
    let count = |window: Option<Window>| window.map_or(0, |window| window.count);
    transaction.execute(
        "UPDATE api_keys SET last_used_at = ?2, hour_began_at = ?3, hour_count = ?4, day_began_at = ?5, day_count = ?6 WHERE id = ?1",
        params![id, noted.hour_used, began_at(noted.hour), count(noted.hour), began_at(noted.day), count(noted.day)],
    )?;
    Ok(())
}
