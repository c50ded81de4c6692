//! Going round the tenants and delivering what is due (M1).
//!
//! Each tenant in turn gets a few of its mails sent, so that one with thousands keeps nobody waiting. Which tenants have mail due is found
//! out without opening their databases as long as nothing was written into them: their files' times and lengths tell.
//!
//! Mails at which a server hung come when nothing else is due, one a round: a mail that hangs the server keeps no other from being sent.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};

use super::mime::{self, Label, Outgoing};
use super::transport::{Refusal, Transport};
use super::turns::{self, Among, Claimed, Due, Settled, Turn};
use crate::auth::{Actor, Caller};
use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::polaris::Polaris;
use crate::store::directory::DataDirectory;
use crate::store::params;
use crate::store::schema::Kind;
use crate::store::touched::{Touched, touched};
use crate::tenant::{TenantHandle, look_into};
use crate::types::{MailId, Slug, TenantId};

/// Mails of one tenant before it is the next one's turn.
const AT_ONCE: u32 = 20;
/// How often those that wait are counted while one tenant's mails are sent.
const COUNTED_EVERY: Duration = Duration::from_secs(1);
/// How often it is tried to write down what became of a mail before that is left for later.
const TRIES: u32 = 3;

/// What was done with mails.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct Delivered {
    /// Mails that a mail server, or the folder, has taken.
    pub sent: u64,
    /// Attempts that failed; the mails are tried again later.
    pub postponed: u64,
    /// Mails that were refused for good, or given up after three days.
    pub failed: u64,
    /// Mails that are held back: their recipients may not get any, or they have become pointless.
    pub held: u64,
    /// Mails that wait still, whether it is their turn or not.
    pub waiting: u64,
    /// Tenants whose mails could not be looked at.
    pub tenants_failed: u64,
}

impl Delivered {
    /// How many mails it was the turn of.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.settled() + self.postponed
    }

    /// Those of them that don't wait any more.
    fn settled(&self) -> u64 {
        self.sent + self.failed + self.held
    }
}

/// Called after each mail with what was done so far; false breaks it off.
pub type OnDelivery<'p> = &'p mut dyn FnMut(&Delivered) -> bool;

/// Who goes round, with what is remembered from one round to the next.
pub(crate) struct Rounds {
    polaris: Polaris,
    engine: Arc<Engine>,
    transport: Transport,
    seen: HashMap<TenantId, Seen>,
    /// Mails that were sent, or not, where that could not be written down: it comes before anything else, lest they are sent again.
    unsettled: Vec<(Slug, MailId, u32, Settled)>,
    /// Tenants that could not be looked at in this round, and those of the round before, whose trouble was told already.
    failing: HashSet<TenantId>,
    told: HashSet<TenantId>,
    /// Whether all tenants are gone round, so that what is counted is the whole.
    of_all: bool,
    counted: Instant,
}

/// What was seen in a tenant's outbox.
#[derive(Default)]
struct Seen {
    touched: Option<Touched>,
    due: Due,
}

impl Rounds {
    pub(crate) fn new(polaris: &Polaris) -> Result<Self> {
        let engine = Arc::clone(polaris.engine()?);
        let folder = engine.directory.as_ref().map(DataDirectory::mail);
        let transport = Transport::of(&engine.setup.config.mail, folder)?;
        Ok(Self {
            polaris: polaris.clone(),
            engine,
            transport,
            seen: HashMap::new(),
            unsettled: Vec::new(),
            failing: HashSet::new(),
            told: HashSet::new(),
            of_all: true,
            counted: Instant::now(),
        })
    }

    /// Whether mail is switched off.
    pub(crate) fn is_off(&self) -> bool {
        self.transport.is_off()
    }

    /// Delivers all that was due when it began, of one tenant or all.
    pub(crate) fn all(&mut self, tenant: Option<&Slug>, on_delivery: OnDelivery<'_>) -> Result<Delivered> {
        let by = self.polaris.now();
        let mut done = Delivered::default();
        self.transport.begin_round();
        loop {
            let before = done.total();
            let going_on = self.pass(tenant, by, &mut done, on_delivery)?;
            if !going_on || done.total() == before {
                break;
            }
        }
        self.transport.rest();
        Ok(done)
    }

    /// One round: a few mails of each tenant that has some due by then. False when it was broken off.
    pub(crate) fn pass(
        &mut self,
        only: Option<&Slug>,
        by: DateTime<Utc>,
        done: &mut Delivered,
        on_delivery: OnDelivery<'_>,
    ) -> Result<bool> {
        self.settle_the_unsettled();
        self.of_all = only.is_none();
        let mut tenants = self.tenants(only)?;
        if self.of_all {
            let known: HashSet<TenantId> = tenants.iter().map(|(id, ..)| *id).collect();
            self.seen.retain(|id, _| known.contains(id));
        }
        self.failing.clear();
        // How many wait is known before it is tried to send the first: that may take long.
        tenants.retain(|(id, slug, is_current)| {
            let looked = self.look_after(*id, slug, *is_current);
            self.went_well(*id, slug, looked, done)
        });
        self.count(done);
        done.tenants_failed = self.failing.len() as u64;
        let before = done.total();
        for (id, slug, _) in &tenants {
            if self.due(*id).next.is_some_and(|next| next <= by) {
                let delivered = self.visit(*id, slug, (Among::Ordinary, AT_ONCE), by, done, on_delivery);
                if matches!(delivered, Err(Error::Cancelled)) {
                    return Ok(false);
                }
                self.went_well(*id, slug, delivered, done);
            }
        }
        let mut stalled: Vec<_> = tenants.iter().filter_map(|(id, slug, _)| Some((self.due(*id).stalled?, *id, slug))).collect();
        stalled.retain(|(since, id, _)| *since <= by && !self.failing.contains(id));
        stalled.sort_unstable();
        for (position, (_, id, slug)) in stalled.into_iter().enumerate() {
            // While the server is down they are put off with all others.
            if self.transport.down().is_none() && (position > 0 || done.total() > before) {
                break;
            }
            let delivered = self.visit(id, slug, (Among::Stalled, 1), by, done, on_delivery);
            if matches!(delivered, Err(Error::Cancelled)) {
                return Ok(false);
            }
            self.went_well(id, slug, delivered, done);
        }
        self.told = std::mem::take(&mut self.failing);
        Ok(true)
    }

    /// Whether that went well with a tenant. What did not is told once.
    fn went_well(&mut self, id: TenantId, slug: &Slug, went: Result<()>, done: &mut Delivered) -> bool {
        match went {
            Ok(()) => return true,
            // Deactivated, deleted or being restored meanwhile: it has no mails to be sent.
            Err(Error::TenantInactive | Error::TenantNotFound) => {}
            Err(error) => {
                if self.failing.insert(id) && !self.told.contains(&id) {
                    tracing::warn!(tenant = %slug, %error, "a tenant's mails could not be looked at; it is tried again");
                }
            }
        }
        done.tenants_failed = self.failing.len() as u64;
        false
    }

    fn due(&self, id: TenantId) -> Due {
        if self.is_off() { Due::default() } else { self.seen.get(&id).map(|seen| seen.due).unwrap_or_default() }
    }

    /// Brings up to date how many wait, for whoever asks for the state of things.
    fn count(&mut self, done: &mut Delivered) {
        self.counted = Instant::now();
        done.waiting = self.seen.values().map(|seen| u64::from(seen.due.waiting)).sum();
        if self.of_all {
            self.engine.mail.count(done.waiting, self.seen.values().filter_map(|seen| seen.due.oldest).min());
        }
    }

    /// Lets go of the connection when there is nothing to do.
    pub(crate) fn rest(&mut self) {
        self.transport.rest();
    }

    pub(crate) fn begin_round(&mut self) {
        self.transport.begin_round();
    }

    /// The active tenants, and whether their databases have this version's schema.
    fn tenants(&self, only: Option<&Slug>) -> Result<Vec<(TenantId, Slug, bool)>> {
        let known = self.engine.registry.read(|registry| {
            let sql = "SELECT uuid, slug, schema_version FROM tenants WHERE state = 'active' AND (?1 IS NULL OR slug = ?1) ORDER BY slug";
            registry.all(sql, params![only.cloned()], |row| {
                Ok((row.get("uuid")?, row.get("slug")?, row.get::<u32>("schema_version")? == Kind::Tenant.version()))
            })
        })?;
        match only {
            Some(_) if known.is_empty() => Err(Error::TenantNotFound),
            _ => Ok(known),
        }
    }

    /// Looks into a tenant's outbox, and forgets what was settled long ago.
    fn look_after(&mut self, id: TenantId, slug: &Slug, is_current: bool) -> Result<()> {
        self.look(id, slug, is_current)?;
        if self.seen.get(&id).is_some_and(|seen| seen.due.stale) {
            turns::forget(&self.handle(slug)?, self.polaris.now())?;
        }
        Ok(())
    }

    fn visit(
        &mut self,
        id: TenantId,
        slug: &Slug,
        which: (Among, u32),
        by: DateTime<Utc>,
        done: &mut Delivered,
        on_delivery: OnDelivery<'_>,
    ) -> Result<()> {
        let handle = self.handle(slug)?;
        if handle.id() != id {
            return Err(Error::TenantNotFound);
        }
        let delivered = self.deliver(&handle, which, by, done, on_delivery);
        let looked = self.look_again(&handle, done);
        delivered.and(looked)
    }

    fn look_again(&mut self, handle: &TenantHandle, done: &mut Delivered) -> Result<()> {
        self.seen.remove(&handle.id());
        let looked = self.look(handle.id(), handle.slug(), true);
        self.count(done);
        looked
    }

    fn handle(&self, slug: &Slug) -> Result<TenantHandle> {
        self.polaris.enter(slug.as_str(), Caller::from(Actor::System))
    }

    /// Brings up to date what is known of a tenant's outbox, if its file may have changed.
    fn look(&mut self, id: TenantId, slug: &Slug, is_current: bool) -> Result<()> {
        let location = self.engine.location(id, slug)?;
        let touched = touched(&location);
        if touched.is_some() && self.seen.get(&id).is_some_and(|seen| seen.touched == touched) {
            return Ok(());
        }
        let now = self.polaris.now();
        let due = match self.engine.open_already(slug.as_str()) {
            Some(file) if file.id == id => file.database.read(|transaction| {
                file.standing(transaction)?;
                turns::due(transaction, now)
            })?,
            // Opened in earnest, it is migrated, or refused.
            _ if !is_current || self.engine.directory.is_none() => {
                self.engine.open_tenant(slug.as_str())?.database.read(|transaction| turns::due(transaction, now))?
            }
            // Those whom nobody works with are not kept open for this.
            _ => look_into(location, id, slug, self.engine.options(), |transaction, active| {
                if active { turns::due(transaction, now) } else { Err(Error::TenantInactive) }
            })?,
        };
        self.seen.insert(id, Seen { touched, due });
        Ok(())
    }

    /// Sends a few mails of one tenant.
    fn deliver(
        &mut self,
        handle: &TenantHandle,
        (among, most): (Among, u32),
        by: DateTime<Utc>,
        done: &mut Delivered,
        on_delivery: OnDelivery<'_>,
    ) -> Result<()> {
        let before = *done;
        let mut delivered = Ok(());
        for _ in 0..most {
            self.engine.mail.beat();
            if self.counted.elapsed() >= COUNTED_EVERY {
                delivered = self.look_again(handle, done);
                if delivered.is_err() {
                    break;
                }
            }
            if let Err(why) = self.transport.ready() {
                self.put_off(handle, by, &why, done)?;
                break;
            }
            let settled = done.settled();
            match self.next(handle, among, by, done) {
                // Counted before: whoever looks on sees it go down.
                Ok(true) => done.waiting = done.waiting.saturating_sub(done.settled() - settled),
                Ok(false) => break,
                Err(error) => {
                    delivered = Err(error);
                    break;
                }
            }
            if !on_delivery(done) {
                delivered = Err(Error::Cancelled);
                break;
            }
        }
        if done.total() > before.total() {
            tracing::info!(
                tenant = %handle.slug(),
                sent = done.sent - before.sent,
                postponed = done.postponed - before.postponed,
                failed = done.failed - before.failed,
                held = done.held - before.held,
                "mails were delivered"
            );
        }
        delivered
    }

    /// Nothing can be sent: what is due waits.
    fn put_off(&mut self, handle: &TenantHandle, by: DateTime<Utc>, why: &str, done: &mut Delivered) -> Result<()> {
        self.trouble(why);
        let (later, failed) = turns::put_off(handle, by, why)?;
        done.postponed += u64::from(later);
        done.failed += u64::from(failed);
        if failed > 0 {
            tracing::warn!(tenant = %handle.slug(), failed, why, "mails were given up after three days");
        }
        Ok(())
    }

    /// Says, once, that nothing can be sent.
    fn trouble(&self, why: &str) {
        if self.engine.mail.trouble(Some(why)) {
            tracing::warn!(why, "no mail can be sent at the moment; all of it waits and is tried again");
        }
    }

    /// Sends the next mail; false when there is none.
    fn next(&mut self, handle: &TenantHandle, among: Among, by: DateTime<Utc>, done: &mut Delivered) -> Result<bool> {
        let config = &self.engine.setup.config;
        match turns::claim(handle, &config.mail, config.public_address(), among, by)? {
            Turn::Nobody => return Ok(false),
            Turn::Closed { id, why, failed } => {
                if failed {
                    done.failed += 1;
                } else {
                    done.held += 1;
                }
                tracing::info!(tenant = %handle.slug(), mail = id.get(), why, "a mail is not sent");
            }
            Turn::Unfit { id, why, given_up } => {
                if given_up {
                    done.failed += 1;
                } else {
                    done.postponed += 1;
                }
                tracing::error!(tenant = %handle.slug(), mail = id.get(), why, given_up, "a mail could not be composed");
            }
            Turn::Mail(mail) => {
                let settled = self.send(handle, &mail);
                match &settled {
                    Settled::Sent => done.sent += 1,
                    Settled::Again { why, .. } => {
                        done.postponed += 1;
                        tracing::warn!(tenant = %handle.slug(), mail = mail.id.get(), attempt = mail.attempt, why, "a mail is tried again later");
                    }
                    Settled::Failed(why) => {
                        done.failed += 1;
                        tracing::warn!(tenant = %handle.slug(), mail = mail.id.get(), attempt = mail.attempt, why, "a mail could not be delivered");
                    }
                }
                self.settle(handle, mail.id, mail.attempt, settled);
            }
        }
        Ok(true)
    }

    fn send(&mut self, handle: &TenantHandle, mail: &Claimed) -> Settled {
        let outgoing = match self.outgoing(handle, mail) {
            Ok(outgoing) => outgoing,
            Err(why) => return Settled::Failed(why.to_owned()),
        };
        let sent = self.transport.send(&outgoing);
        if let Some(why) = self.transport.down() {
            self.trouble(why);
        }
        let (why, stalled) = match sent {
            Ok(()) => {
                if self.engine.mail.trouble(None) {
                    tracing::info!("mails can be sent again");
                }
                return Settled::Sent;
            }
            Err(Refusal::ForGood(why)) => return Settled::Failed(why),
            Err(Refusal::Later(why)) => (why, false),
            Err(Refusal::Stalled(why)) => (why, true),
            Err(Refusal::Down(why)) => {
                self.trouble(&why);
                (why, false)
            }
        };
        match turns::again(self.polaris.now(), mail.attempt, mail.given_up_at, self.polaris.randomness()) {
            Some(then) => Settled::Again { then, why, stalled },
            None => Settled::Failed(format!("{why}; it was given up after three days")),
        }
    }

    fn outgoing(&self, handle: &TenantHandle, mail: &Claimed) -> Result<Outgoing, &'static str> {
        let from = self.engine.setup.config.mail.from_address();
        let domain = from.rsplit_once('@').map_or("polaris.invalid", |(_, domain)| domain);
        let tenant = handle.id().get().simple().to_string();
        let message_id = format!("{tenant}.{}@{domain}", mail.id);
        let name = format!("{}-{}-{:06}.eml", handle.slug(), &tenant[..8], mail.id.get());
        mime::write(&mail.message, Label { from, message_id: &message_id, name, date: self.polaris.now() })
    }

    /// Writes down what became of a mail; where that fails, later.
    fn settle(&mut self, handle: &TenantHandle, id: MailId, attempt: u32, settled: Settled) {
        for attempt_to_write in 1..=TRIES {
            match turns::settle(handle, id, attempt, &settled) {
                Ok(true) => return,
                Ok(false) => {
                    tracing::warn!(tenant = %handle.slug(), mail = id.get(), "a mail took so long that another took it up: it may come twice");
                    return;
                }
                Err(error) if attempt_to_write == TRIES => {
                    tracing::error!(tenant = %handle.slug(), mail = id.get(), %error, "what became of a mail can't be written down yet");
                }
                Err(_) => std::thread::sleep(Duration::from_millis(50)),
            }
        }
        self.unsettled.push((handle.slug().clone(), id, attempt, settled));
    }

    fn settle_the_unsettled(&mut self) {
        for (slug, id, attempt, settled) in std::mem::take(&mut self.unsettled) {
            match self.handle(&slug).and_then(|handle| turns::settle(&handle, id, attempt, &settled)) {
                Ok(_) | Err(Error::TenantNotFound | Error::TenantInactive) => {}
                Err(_) => self.unsettled.push((slug, id, attempt, settled)),
            }
        }
    }
}
