//! Which tenants are open, and which is closed for another.
#![allow(clippy::unwrap_used)]

use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, AtomicUsize};
use std::thread;
use std::time::Duration;

use uuid::Uuid;

use super::*;

fn id(number: u128) -> TenantId {
    TenantId::new(Uuid::from_u128(number))
}

fn slug(number: u128) -> Slug {
    Slug::stored(format!("tenant-{number}"))
}

fn open(tenants: &OpenTenants<u128>, number: u128) -> Result<Arc<u128>> {
    tenants.get_or_open(id(number), &slug(number), || Ok(number))
}

fn is_open(tenants: &OpenTenants<u128>, number: u128) -> bool {
    tenants.map().entries.contains_key(&id(number))
}

#[test]
fn a_tenant_is_opened_once_when_sixteen_ask_at_once() {
    for _ in 0..50 {
        let tenants = OpenTenants::new(4);
        let (openings, together) = (AtomicUsize::new(0), Barrier::new(16));
        thread::scope(|scope| {
            for _ in 0..16 {
                scope.spawn(|| {
                    together.wait();
                    tenants
                        .get_or_open(id(1), &slug(1), || {
                            thread::sleep(Duration::from_millis(1));
                            Ok(openings.fetch_add(1, Ordering::SeqCst))
                        })
                        .unwrap();
                });
            }
        });
        assert_eq!(openings.into_inner(), 1);
    }
}

#[test]
fn a_slow_opening_holds_up_no_other_tenant() {
    let tenants = OpenTenants::new(4);
    let (slow, may_end) = (Barrier::new(2), Barrier::new(2));
    thread::scope(|scope| {
        scope.spawn(|| {
            tenants.get_or_open(id(1), &slug(1), || {
                slow.wait();
                may_end.wait();
                Ok(1)
            })
        });
        slow.wait();
        assert_eq!(*open(&tenants, 2).unwrap(), 2);
        assert!(tenants.get("tenant-1").is_none(), "not open yet");
        may_end.wait();
    });
    assert!(tenants.get("tenant-1").is_some());
}

#[test]
fn the_least_recently_used_is_closed_for_another() {
    let tenants = OpenTenants::new(3);
    for number in 1..=3 {
        open(&tenants, number).unwrap();
    }
    tenants.get("tenant-1").unwrap();
    open(&tenants, 2).unwrap();
    open(&tenants, 4).unwrap();
    assert!(!is_open(&tenants, 3), "3 was used longest ago");
    assert!(is_open(&tenants, 1) && is_open(&tenants, 2) && is_open(&tenants, 4));
    assert!(tenants.get("tenant-3").is_none());
}

#[test]
fn a_borrowed_tenant_stays_and_when_all_are_borrowed_the_answer_is_unavailable() {
    let tenants = OpenTenants::new(2);
    let first = open(&tenants, 1).unwrap();
    open(&tenants, 2).unwrap();
    let third = open(&tenants, 3).unwrap();
    assert!(is_open(&tenants, 1), "borrowed, though used longest ago");
    assert!(matches!(open(&tenants, 4), Err(Error::Unavailable(Unavailable::Overloaded))));
    assert_eq!(tenants.count(), 2);
    drop(third);
    open(&tenants, 4).unwrap();
    assert!(is_open(&tenants, 1) && !is_open(&tenants, 3));
    drop(first);
}

#[test]
fn one_that_could_not_be_opened_takes_no_place_and_is_tried_anew() {
    let tenants = OpenTenants::new(1);
    for _ in 0..3 {
        assert!(tenants.get_or_open(id(1), &slug(1), || Err(Error::TenantInactive)).is_err());
        assert_eq!(tenants.count(), 0);
    }
    assert_eq!(*open(&tenants, 1).unwrap(), 1);
}

#[test]
fn those_who_waited_for_a_failed_opening_still_share_one() {
    for _ in 0..200 {
        let tenants = OpenTenants::new(4);
        let (tries, open_now, together) = (AtomicUsize::new(0), AtomicUsize::new(0), Barrier::new(8));
        thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    together.wait();
                    let _ = tenants.get_or_open(id(1), &slug(1), || {
                        if tries.fetch_add(1, Ordering::SeqCst) < 2 {
                            thread::sleep(Duration::from_micros(100));
                            return Err(Error::Unavailable(Unavailable::Busy));
                        }
                        Ok(open_now.fetch_add(1, Ordering::SeqCst))
                    });
                });
            }
        });
        assert_eq!(open_now.into_inner(), 1, "the same file was open twice");
        assert_eq!(tenants.count(), 1);
    }
}

#[test]
fn one_that_is_being_handed_out_is_not_closed() {
    let tenants = OpenTenants::new(1);
    let (entry, _) = tenants.entry(id(1), &slug(1)).unwrap();
    entry.opened.get_or_init(|| Arc::new(1));
    // Whoever holds the entry is just about to take what is in it.
    assert!(matches!(open(&tenants, 2), Err(Error::Unavailable(Unavailable::Overloaded))));
    tenants.close_where(|_| true);
    assert!(is_open(&tenants, 1));
    drop(entry);
    open(&tenants, 2).unwrap();
}

#[test]
fn background_work_on_a_tenant_does_not_count_as_borrowing_it() {
    let tenants = OpenTenants::new(2);
    open(&tenants, 1).unwrap();
    open(&tenants, 2).unwrap();
    let (working, may_end) = (Barrier::new(2), Barrier::new(2));
    thread::scope(|scope| {
        scope.spawn(|| {
            let waited = AtomicBool::new(false);
            tenants.tend(|_| {
                if !waited.swap(true, Ordering::SeqCst) {
                    working.wait();
                    may_end.wait();
                }
            });
        });
        working.wait();
        let others: Vec<_> = (3..5).map(|number| open(&tenants, number)).collect();
        may_end.wait();
        assert!(others.iter().all(Result::is_ok), "{others:?}");
    });
    assert_eq!(tenants.count(), 2);
}

#[test]
fn the_sweep_closes_the_condemned_that_nobody_borrows() {
    let tenants = OpenTenants::new(8);
    let borrowed = open(&tenants, 1).unwrap();
    for number in 2..=4 {
        open(&tenants, number).unwrap();
    }
    tenants.close_where(|number| *number < 4);
    assert!(is_open(&tenants, 1) && !is_open(&tenants, 2) && !is_open(&tenants, 3) && is_open(&tenants, 4));
    drop(borrowed);
    tenants.close_where(|number| *number < 4);
    assert!(!is_open(&tenants, 1));
}

#[test]
fn a_slug_that_passed_to_another_tenant_leads_to_that_one() {
    let tenants = OpenTenants::new(8);
    tenants.get_or_open(id(1), &slug(1), || Ok(1)).unwrap();
    tenants.get_or_open(id(2), &slug(1), || Ok(2)).unwrap();
    assert_eq!(tenants.get("tenant-1").as_deref(), Some(&2));
    tenants.close_where(|number| *number == 1);
    assert_eq!(tenants.get("tenant-1").as_deref(), Some(&2), "closing the old one does not hide the new one");
}

#[test]
fn under_a_storm_the_cap_holds_and_nobody_gets_anothers_tenant() {
    let tenants = OpenTenants::new(6);
    let open_now = Arc::new(AtomicUsize::new(0));
    struct Counted(u128, Arc<AtomicUsize>);
    impl Drop for Counted {
        fn drop(&mut self) {
            self.1.fetch_sub(1, Ordering::SeqCst);
        }
    }
    thread::scope(|scope| {
        for thread in 0..4_u128 {
            let (tenants, open_now) = (&tenants, &open_now);
            scope.spawn(move || {
                for round in 0..2_000_u128 {
                    let number = (thread * 7 + round * 13) % 20;
                    let tenant = tenants
                        .get_or_open(id(number), &slug(number), || {
                            open_now.fetch_add(1, Ordering::SeqCst);
                            Ok(Counted(number, Arc::clone(open_now)))
                        })
                        .unwrap();
                    assert_eq!(tenant.0, number);
                }
            });
        }
    });
    assert!(tenants.count() <= 6);
    assert_eq!(open_now.load(Ordering::SeqCst), tenants.count(), "what is not in the table is closed");
}
