//! Who is let in to a tenant's public face: whoever has one of its keys, as often as that may ask (FR-API-104, FR-API-105).

use chrono::{DateTime, Utc};

use super::handle::TenantHandle;
use super::public_events::{PublicApi, Revision};
use crate::auth::network::Network;
use crate::auth::{Actor, Caller, Context, Patience};
use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::limits::{Noted, Taken, Window};
use crate::polaris::{Polaris, hide_inactive};
use crate::store::{Transaction, params};
use crate::types::{ApiKey, ApiKeyId};

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
        let entered = self.enter(slug, caller).and_then(|handle| enter(engine, &handle, key.as_ref())).map_err(hide_inactive);
        if let Err(Error::TenantNotFound | Error::InvalidApiKey) = &entered
            && let Some(retry_after) = network().and_then(|network| engine.limits.strangers.count(network, self.now()))
        {
            return Err(Error::RateLimitExceeded { retry_after, quota: None });
        }
        entered
    }
}

/// Checks and counts the key, in the transaction that also gives the revision.
fn enter(engine: &Engine, handle: &TenantHandle, key: Option<&ApiKey>) -> Result<PublicApi> {
    let polaris = handle.polaris();
    let (keys, limits, now) = (&engine.limits.keys, &polaris.setup().config.rate_limits, polaris.now());
    let hash = key.map(ApiKey::hash);
    // Nearly always all else is known from before: then this one statement is enough.
    let glance = || {
        handle.glance(|transaction, file| {
            let (standing, id) = file.standing_and_key(transaction, hash.as_ref(), now)?;
            let Some(settings) = file.kept_settings(&standing) else { return Ok(None) };
            let id = id.ok_or(Error::InvalidApiKey)?;
            let taken = keys.take_known((handle.id(), id), limits, now).transpose()?;
            Ok(taken.map(|taken| (id, taken, settings, Revision::from(&standing))))
        })
    };
    let known = if handle.caller().patience == Patience::Never { glance().transpose()?.flatten() } else { None };
    let (id, Taken { quota, note }, settings, revision) = match known {
        Some(known) => known,
        None => handle.look_itself(|transaction, file| {
            let (standing, id) = file.standing_and_key(transaction, hash.as_ref(), now)?;
            let settings = file.settings(transaction, &standing)?;
            let id = id.ok_or(Error::InvalidApiKey)?;
            let taken = keys.take((handle.id(), id), limits, now, || read(transaction, id))?;
            Ok((id, taken, settings, Revision::from(&standing)))
        })?,
    };
    let actor = Actor::ApiKey { tenant: handle.id(), id };
    let unnoted = note.then_some(id);
    let mut entered = PublicApi { handle: handle.acting_as(actor), settings, revision, now, quota, unnoted };
    if handle.caller().patience == Patience::Wait {
        entered.note_use();
    }
    Ok(entered)
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
