#![allow(clippy::unwrap_used)]
use std::sync::atomic::{AtomicU32, Ordering};

use super::*;

const LIMITS: RateLimits = RateLimits { per_minute: 60, per_hour: 1_000, per_day: 10_000 };

fn whose() -> Whose {
    (TenantId::new(uuid::Uuid::nil()), ApiKeyId::new(1))
}

fn at(seconds: i64) -> DateTime<Utc> {
    // A full hour, so that the hour of use is easy to follow.
    DateTime::from_timestamp(1_800_000_000 + seconds, 0).unwrap()
}

/// A process that has seen the key at the beginning.
fn fresh() -> Keys {
    let keys = Keys::default();
    keys.tallies().add(whose(), Tally::of(Noted::default(), at(0)), at(0));
    keys
}

fn take(keys: &Keys, limits: &RateLimits, seconds: i64) -> Result<Taken> {
    keys.take(whose(), limits, at(seconds), || Ok(Noted::default()))
}

fn ask(keys: &Keys, seconds: i64) -> Result<Quota, u32> {
    match take(keys, &LIMITS, seconds) {
        Ok(taken) => Ok(taken.quota),
        Err(Error::RateLimitExceeded { retry_after, quota }) => {
            assert_eq!(quota.unwrap().remaining, 0);
            assert_eq!(quota.unwrap().resets_at, at(seconds) + TimeDelta::seconds(retry_after.into()), "both say the same");
            Err(retry_after)
        }
        Err(other) => panic!("{other}"),
    }
}

#[test]
fn a_minute_begins_with_its_first_request_and_holds_sixty() {
    let keys = fresh();
    for left in (0..60).rev() {
        assert_eq!(ask(&keys, 7).unwrap(), Quota { limit: 60, remaining: left, resets_at: at(60) });
    }
    assert_eq!(ask(&keys, 7), Err(53));
    assert_eq!(ask(&keys, 59), Err(1));
    // The next one begins when somebody asks, not when the last ended.
    assert_eq!(ask(&keys, 75).unwrap(), Quota { limit: 60, remaining: 59, resets_at: at(135) });
}

#[test]
fn the_window_with_fewest_left_is_told_and_the_last_to_end_is_waited_for() {
    let keys = fresh();
    let mut asked = 0;
    let mut last = None;
    for minute in 0.. {
        for _ in 0..60 {
            match ask(&keys, minute * 60) {
                Ok(quota) => {
                    asked += 1;
                    last = Some(quota);
                }
                Err(retry_after) => {
                    assert_eq!(asked, 1_000, "an hour's requests");
                    assert_eq!(last.unwrap(), Quota { limit: 1_000, remaining: 0, resets_at: at(3_600) });
                    assert_eq!(i64::from(retry_after), 3_600 - minute * 60);
                    return;
                }
            }
        }
    }
}

#[test]
fn a_day_holds_ten_thousand_and_refusals_cost_nothing() {
    let keys = fresh();
    let mut asked = 0;
    for minute in 0..(24 * 60) {
        for _ in 0..61 {
            asked += u32::from(ask(&keys, minute * 60).is_ok());
        }
    }
    assert_eq!(asked, 10_000);
    assert_eq!(ask(&keys, 86_399), Err(1));
    assert!(ask(&keys, 86_400).is_ok());
}

#[test]
fn however_many_ask_at_once_exactly_sixty_are_answered() {
    let (keys, answered) = (fresh(), AtomicU32::new(0));
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for _ in 0..40 {
                    if ask(&keys, 1).is_ok() {
                        answered.fetch_add(1, Ordering::Relaxed);
                    }
                }
            });
        }
    });
    assert_eq!(answered.into_inner(), 60);
}

/// Writes down what is due, as the key's tenant does.
fn note(keys: &Keys, file: &mut Noted, seconds: i64) {
    let before = *file;
    *file = keys.to_note(whose(), &before, at(seconds));
    keys.noted(whose(), &before, file, at(seconds));
}

#[test]
fn use_is_written_down_once_an_hour_and_with_each_twentieth_of_it() {
    let (keys, mut file, mut notes) = (fresh(), Noted::default(), Vec::new());
    for number in 0..180 {
        let seconds = 10 + number * 2;
        if take(&keys, &LIMITS, seconds).unwrap().note {
            note(&keys, &mut file, seconds);
            notes.push(file.hour.unwrap().count);
        }
    }
    assert_eq!(notes, [1, 51, 101, 151]);
    assert_eq!(file.hour_used, Some(at(0)));
    assert_eq!(file.day, Some(Window { began_at: at(0), count: 151 }));
    // A new hour by the clock, while the window still lasts.
    assert!(take(&keys, &LIMITS, 3_600).unwrap().note);
}

#[test]
fn a_restart_forgets_at_most_a_twentieth_of_the_hour() {
    let (keys, mut file) = (fresh(), Noted::default());
    for number in 0..140 {
        if take(&keys, &LIMITS, number).unwrap().note {
            note(&keys, &mut file, number);
        }
    }
    let restarted = Keys::default();
    let limits = RateLimits { per_minute: 100_000, ..LIMITS };
    let quota = restarted.take(whose(), &limits, at(150), || Ok(file)).unwrap().quota;
    assert_eq!((quota.limit, quota.remaining), (1_000, 1_000 - 101 - 1));
    assert_eq!(quota.resets_at, at(3_600));
}

#[test]
fn processes_that_share_a_file_count_together() {
    let limits = RateLimits { per_minute: 1_000_000, per_hour: 1_000, per_day: 1_000_000 };
    let processes = [fresh(), fresh(), fresh()];
    let (mut file, mut answered) = (Noted::default(), 0);
    for second in 0..1_000 {
        for keys in &processes {
            if let Ok(taken) = take(keys, &limits, second) {
                answered += 1;
                if taken.note {
                    note(keys, &mut file, second);
                }
            }
        }
    }
    assert!((1_000..=1_000 + 3 * 50).contains(&answered), "{answered}");
}

#[test]
fn what_fails_to_be_written_is_not_tried_with_each_request() {
    let keys = fresh();
    let tries = (0..60).filter(|_| take(&keys, &LIMITS, 1).unwrap().note).count();
    assert_eq!(tries, 2, "the first request and the fifty-first");
}

#[test]
fn keys_not_used_for_a_day_are_forgotten() {
    let keys = Keys::default();
    for number in 0..5_000 {
        let whose = (whose().0, ApiKeyId::new(number));
        keys.take(whose, &LIMITS, at(number * 1_000), || Ok(Noted::default())).unwrap();
    }
    assert!(keys.tallies().by_key.len() <= MANY, "{}", keys.tallies().by_key.len());
}
