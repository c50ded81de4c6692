//! What is counted by address: who comes with keys that are none or asks for tenants there are not, and who signs up.
//!
//! As many addresses as somebody may think of: at most so many are remembered, in two generations. When the younger is full the older is
//! forgotten, and whoever is seen again moves to the younger one.

use std::collections::HashMap;
use std::mem::take;
use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};

use super::window::{Window, seconds_until};
use crate::auth::network::Network;

/// How often strangers are answered as what they are.
const STRANGERS: u32 = 20;
/// Within which they count.
const STRANGERS_WITHIN: TimeDelta = TimeDelta::minutes(10);
/// Addresses in a generation, at most: two of them take about 2 MB.
const MOST: usize = 16_384;

/// Addresses, each of which may come so often within so long.
pub(crate) struct Addresses {
    most: u32,
    within: TimeDelta,
    generations: Mutex<Generations>,
}

#[derive(Default)]
struct Generations {
    younger: HashMap<Network, Window>,
    older: HashMap<Network, Window>,
    /// When the younger one was begun.
    began_at: Option<DateTime<Utc>>,
}

impl Addresses {
    /// None yet.
    pub(super) fn new(most: u32, within: TimeDelta) -> Self {
        Self { most, within, generations: Mutex::default() }
    }

    /// Those that strangers come from.
    pub(super) fn of_strangers() -> Self {
        Self::new(STRANGERS, STRANGERS_WITHIN)
    }

    fn generations(&self) -> MutexGuard<'_, Generations> {
        self.generations.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Seconds after which this address may come again, if it may not now.
    pub(crate) fn refused(&self, network: Network, now: DateTime<Utc>) -> Option<u32> {
        self.refusal(self.generations().find(network)?, now)
    }

    fn refusal(&self, window: Window, now: DateTime<Utc>) -> Option<u32> {
        (window.lasts(self.within, now) && window.count >= self.most).then(|| seconds_until(window.began_at + self.within, now))
    }

    /// Counts one more of this address; gives the seconds after which it may come again, if this one was too much.
    pub(crate) fn count(&self, network: Network, now: DateTime<Utc>) -> Option<u32> {
        let mut generations = self.generations();
        let mut window = generations.find(network).filter(|window| window.lasts(self.within, now)).unwrap_or_else(|| Window::begin(now));
        if let Some(seconds) = self.refusal(window, now) {
            return Some(seconds);
        }
        window.count += 1;
        generations.keep(network, window, self.within, now);
        None
    }

    #[cfg(test)]
    fn remembered(&self) -> usize {
        let generations = self.generations();
        generations.younger.len() + generations.older.len()
    }
}

impl Generations {
    fn find(&self, network: Network) -> Option<Window> {
        self.younger.get(&network).or_else(|| self.older.get(&network)).copied()
    }

    fn keep(&mut self, network: Network, window: Window, within: TimeDelta, now: DateTime<Utc>) {
        let is_old = self.began_at.is_none_or(|began_at| now - began_at >= within || began_at > now);
        if is_old || (self.younger.len() >= MOST && !self.younger.contains_key(&network)) {
            self.older = take(&mut self.younger);
            self.began_at = Some(now);
        }
        self.younger.insert(network, window);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000 + seconds, 0).unwrap()
    }

    fn network(text: &str) -> Network {
        Network::of(text).unwrap()
    }

    #[test]
    fn twenty_in_ten_minutes_are_answered_and_no_more_until_they_are_over() {
        let strangers = Addresses::of_strangers();
        let (one, other) = (network("192.0.2.7"), network("192.0.2.8"));
        for second in 0..20 {
            assert_eq!(strangers.refused(one, at(second)), None);
            assert_eq!(strangers.count(one, at(second)), None);
        }
        assert_eq!(strangers.count(one, at(20)), Some(580));
        assert_eq!(strangers.refused(one, at(599)), Some(1));
        assert_eq!(strangers.count(other, at(20)), None);
        assert_eq!(strangers.refused(one, at(600)), None);
        assert_eq!(strangers.count(one, at(600)), None);
        assert_eq!(strangers.refused(one, at(601)), None, "a new window has begun");
    }

    #[test]
    fn others_are_counted_by_their_own_measure() {
        let signups = Addresses::new(2, TimeDelta::minutes(1));
        let one = network("2001:db8:1:2::7");
        assert_eq!((signups.count(one, at(0)), signups.count(network("2001:db8:1:2:ffff::8"), at(1))), (None, None));
        assert_eq!((signups.count(one, at(2)), signups.count(one, at(60))), (Some(58), None));
    }

    #[test]
    fn a_flood_of_addresses_takes_no_more_than_so_much_memory() {
        let strangers = Addresses::of_strangers();
        let guesser = network("203.0.113.9");
        (0..20).for_each(|_| assert_eq!(strangers.count(guesser, at(0)), None));
        for number in 0..100_000_u32 {
            let address = std::net::Ipv4Addr::from(number).to_string();
            strangers.count(network(&address), at(1));
            assert!(strangers.remembered() <= 2 * MOST);
        }
        // By then it is forgotten: who has so many addresses gains nothing by it.
        assert_eq!(strangers.refused(guesser, at(1)), None);
        strangers.count(guesser, at(1_000));
        strangers.count(guesser, at(2_000));
        assert!(strangers.remembered() <= 2, "what is over is let go");
    }
}
