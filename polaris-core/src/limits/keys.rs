//! What each key has used of its minute, its hour and its day.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, DurationRound as _, TimeDelta, Utc};

use super::window::{Window, seconds_until};
use super::{Quota, RateLimits};
use crate::error::{Error, Result};
use crate::types::{ApiKeyId, TenantId};

const MINUTE: TimeDelta = TimeDelta::minutes(1);
const HOUR: TimeDelta = TimeDelta::hours(1);
const DAY: TimeDelta = TimeDelta::days(1);

/// Of the hour's requests, which part may be unwritten.
const UNWRITTEN: u32 = 20;

/// Keys after which those not used for a day are looked for.
const MANY: usize = 1_024;

/// Which key of which tenant.
pub(crate) type Whose = (TenantId, ApiKeyId);

/// What the tenant's file says of a key's use.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Noted {
    /// The hour it was last used in.
    pub(crate) hour_used: Option<DateTime<Utc>>,
    pub(crate) hour: Option<Window>,
    pub(crate) day: Option<Window>,
}

/// A request that was counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Taken {
    pub(crate) quota: Quota,
    /// Whether the key's use is to be written down now; whoever is told does it, and says so with [`Keys::noted`].
    pub(crate) note: bool,
}

/// The keys that were used in this process.
#[derive(Default)]
pub(crate) struct Keys {
    tallies: Mutex<Tallies>,
}

#[derive(Default)]
struct Tallies {
    by_key: HashMap<Whose, Tally>,
    pruned_at: usize,
}

/// A window of which a part is written down.
#[derive(Debug, Clone, Copy)]
struct Shared {
    window: Window,
    /// What the file said when it was last looked at.
    written: u32,
}

struct Tally {
    minute: Window,
    hour: Shared,
    day: Shared,
    /// The hour whose use is written down, and how many of the hour's requests were counted when that was last tried.
    hour_used: Option<DateTime<Utc>>,
    tried: u32,
}

impl Keys {
    fn tallies(&self) -> MutexGuard<'_, Tallies> {
        self.tallies.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts a request. A key that this process hasn't seen yet begins where `noted` says that the file has it.
    ///
    /// # Errors
    ///
    /// [`Error::RateLimitExceeded`] when a window is used up; such a request is not counted.
    pub(crate) fn take(
        &self,
        whose: Whose,
        limits: &RateLimits,
        now: DateTime<Utc>,
        noted: impl FnOnce() -> Result<Noted>,
    ) -> Result<Taken> {
        let mut tallies = self.tallies();
        let tally = match tallies.by_key.get_mut(&whose) {
            Some(tally) => tally,
            // What it reads was read a moment ago, so that nobody waits for it.
            None => tallies.add(whose, Tally::of(noted()?, now), now),
        };
        tally.take(limits, now)
    }

    /// As [`Self::take`], of a key that this process has seen before; `None` of any other, which is not counted.
    pub(crate) fn take_known(&self, whose: Whose, limits: &RateLimits, now: DateTime<Utc>) -> Option<Result<Taken>> {
        self.tallies().by_key.get_mut(&whose).map(|tally| tally.take(limits, now))
    }

    /// What is to be written down, given what the file says now.
    pub(crate) fn to_note(&self, whose: Whose, noted: &Noted, now: DateTime<Utc>) -> Noted {
        let tallies = self.tallies();
        let Some(tally) = tallies.by_key.get(&whose) else { return *noted };
        let (hour, day) = (tally.hour.merged(noted.hour, HOUR, now), tally.day.merged(noted.day, DAY, now));
        Noted { hour_used: hour_of(now), hour: Some(hour), day: Some(day) }
    }

    /// That the file said `before` and now says `after`: what other processes have counted is known now.
    pub(crate) fn noted(&self, whose: Whose, before: &Noted, after: &Noted, now: DateTime<Utc>) {
        let mut tallies = self.tallies();
        if let Some(tally) = tallies.by_key.get_mut(&whose) {
            tally.tried = tally.tried.saturating_add(tally.hour.take_over(before.hour, after.hour, HOUR, now));
            tally.day.take_over(before.day, after.day, DAY, now);
        }
    }
}

impl Tallies {
    fn add(&mut self, whose: Whose, tally: Tally, now: DateTime<Utc>) -> &mut Tally {
        if self.by_key.len() >= self.pruned_at.max(MANY) {
            self.by_key.retain(|_, tally| tally.day.window.lasts(DAY, now));
            self.pruned_at = 2 * self.by_key.len();
        }
        self.by_key.entry(whose).or_insert(tally)
    }
}

fn hour_of(now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    now.duration_trunc(HOUR).ok()
}

impl Tally {
    fn of(noted: Noted, now: DateTime<Utc>) -> Self {
        let shared = |window: Option<Window>, length| match window.filter(|window| window.lasts(length, now)) {
            Some(window) => Shared { window, written: window.count },
            None => Shared { window: Window::begin(now), written: 0 },
        };
        let hour = shared(noted.hour, HOUR);
        Self { minute: Window::begin(now), hour, day: shared(noted.day, DAY), hour_used: noted.hour_used, tried: hour.written }
    }

    fn take(&mut self, limits: &RateLimits, now: DateTime<Utc>) -> Result<Taken> {
        self.renew(now);
        if let Some(refused) = self.refusal(limits, now) {
            return Err(refused);
        }
        let note = self.is_due(limits, now);
        self.count();
        if note {
            // Nobody else writes meanwhile, and not at once again if it fails.
            self.hour_used = hour_of(now);
            self.tried = self.hour.window.count;
        }
        Ok(Taken { quota: self.quota(limits), note })
    }

    fn renew(&mut self, now: DateTime<Utc>) {
        if !self.minute.lasts(MINUTE, now) {
            self.minute = Window::begin(now);
        }
        if !self.hour.window.lasts(HOUR, now) {
            self.hour = Shared { window: Window::begin(now), written: 0 };
            self.tried = 0;
        }
        if !self.day.window.lasts(DAY, now) {
            self.day = Shared { window: Window::begin(now), written: 0 };
        }
    }

    fn windows(&self, limits: &RateLimits) -> [(Window, TimeDelta, u32); 3] {
        [(self.minute, MINUTE, limits.per_minute), (self.hour.window, HOUR, limits.per_hour), (self.day.window, DAY, limits.per_day)]
    }

    /// That a window is used up: until all that are have ended.
    fn refusal(&self, limits: &RateLimits, now: DateTime<Utc>) -> Option<Error> {
        let used_up = self.windows(limits).into_iter().filter(|(window, _, limit)| window.count >= *limit);
        let free_at = used_up.map(|(window, length, _)| window.began_at + length).max()?;
        Some(Error::RateLimitExceeded { retry_after: seconds_until(free_at, now), quota: Some(self.quota(limits)) })
    }

    fn count(&mut self) {
        for window in [&mut self.minute, &mut self.hour.window, &mut self.day.window] {
            window.count = window.count.saturating_add(1);
        }
    }

    /// Of the window with fewest left; of several, the one that lasts longest.
    fn quota(&self, limits: &RateLimits) -> Quota {
        let quotas = self.windows(limits).map(|(window, length, limit)| Quota {
            limit,
            remaining: limit.saturating_sub(window.count),
            resets_at: window.began_at + length,
        });
        let [minute, hour, day] = quotas;
        [hour, day].into_iter().fold(minute, |fewest, next| {
            if (next.remaining, std::cmp::Reverse(next.resets_at)) < (fewest.remaining, std::cmp::Reverse(fewest.resets_at)) {
                next
            } else {
                fewest
            }
        })
    }

    /// Whether its use is to be written down: in an hour it isn't known to have been used in, and with each twentieth of the hour's requests.
    fn is_due(&self, limits: &RateLimits, now: DateTime<Utc>) -> bool {
        let part = (limits.per_hour / UNWRITTEN).max(1);
        self.hour_used != hour_of(now) || self.hour.window.count.saturating_sub(self.tried).saturating_add(1) >= part
    }
}

impl Shared {
    /// What the file is to say, when it says `there` now. Whoever counts for the same key in another process has added to it.
    fn merged(&self, there: Option<Window>, length: TimeDelta, now: DateTime<Utc>) -> Window {
        match there.filter(|there| there.lasts(length, now)) {
            Some(there) => Window {
                began_at: there.began_at.min(self.window.began_at),
                count: there.count.saturating_add(self.window.count.saturating_sub(self.written)),
            },
            None => self.window,
        }
    }

    /// Takes over what others have counted since this process last looked, and tells how much that is.
    fn take_over(&mut self, before: Option<Window>, after: Option<Window>, length: TimeDelta, now: DateTime<Utc>) -> u32 {
        let Some(after) = after else { return 0 };
        let there = before.filter(|before| before.lasts(length, now)).map_or(0, |before| before.count);
        let others = there.saturating_sub(self.written);
        self.window.count = self.window.count.saturating_add(others);
        self.window.began_at = self.window.began_at.min(after.began_at);
        self.written = after.count;
        others
    }
}

#[cfg(test)]
mod tests;
