//! Logging in, against nothing but the hash it must compute; and what those who read meanwhile notice of it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use argon2::{Algorithm, Argon2, Params, Version};
use polaris_core::types::EventId;
use polaris_core::{Durability, Polaris};

use crate::data::{coordinator, fill_tenant, log_in, new_engine, new_user};
use crate::measure::{Outcome, Plan, Side, Target, Unit, compare, median, rate, scratch_directory, seconds, verdict};

/// Threads that log in at once; the engine hashes fewer at once.
const THREADS: usize = 8;
/// A reader asks this often: a busy server's pace, not as fast as it can.
const PAUSE: Duration = Duration::from_micros(200);

pub(crate) fn run(plan: &Plan) -> Outcome<()> {
    let place = scratch_directory()?;
    let polaris = new_engine(&place.path().join("data"), 50, Durability::Full)?;
    let events = plan.pick(1_000, 1_000, 5);
    fill_tenant(&polaris, "kckps", events)?;
    for number in 0..THREADS {
        new_user(&polaris, "kckps", &email(number))?;
    }
    let times = plan.pick(12, 6, 1);
    compare(
        plan,
        "log_in: 8 threads log in, durable",
        Unit::Rate,
        &mut [
            Side::new("sessions().log_in(…)", || rate(THREADS * times, || engine(&polaris, times))),
            Side::new("bare argon2id, as many at once as the engine lets in", || rate(THREADS * times, || bare(THREADS * times))),
        ],
        &[(1, Target::AtLeast(0.8))],
    )?;
    reads(plan, &polaris, events)
}

fn email(number: usize) -> String {
    format!("pat{number}@kckps.org")
}

fn engine(polaris: &Polaris, times: usize) -> Outcome<()> {
    thread::scope(|scope| {
        let all: Vec<_> = (0..THREADS)
            .map(|number| scope.spawn(move || (0..times).try_for_each(|_| log_in(polaris, "kckps", &email(number)).map(drop))))
            .collect();
        all.into_iter().try_for_each(|one| one.join().map_err(|_| "a thread failed")?)
    })
}

/// The same parameters, on as many threads.
fn bare(hashes: usize) -> Outcome<()> {
    let threads = polaris_core::auth::hashed_at_once();
    thread::scope(|scope| {
        let all: Vec<_> = (0..threads)
            .map(|_| {
                scope.spawn(move || -> Outcome<()> {
                    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(19_456, 2, 1, Some(32))?);
                    let mut out = [0; 32];
                    for _ in 0..hashes / threads {
                        argon2.hash_password_into(b"correct horse battery", b"sixteen bytes!!!", &mut out)?;
                        std::hint::black_box(out);
                    }
                    Ok(())
                })
            })
            .collect();
        all.into_iter().try_for_each(|one| one.join().map_err(|_| "a thread failed")?)
    })
}

/// How long reads take alone, and while others log in without a pause.
fn reads(plan: &Plan, polaris: &Polaris, events: usize) -> Outcome<()> {
    let lasting = plan.pick(Duration::from_secs(2), Duration::from_millis(700), Duration::from_millis(20));
    let (mut alone, mut beside) = (Vec::new(), Vec::new());
    for _ in 0..plan.pick(5, 2, 1) {
        alone.push(read_for(polaris, events, lasting)?);
        let stop = AtomicBool::new(false);
        let measured = thread::scope(|scope| {
            for number in 0..THREADS {
                let stop = &stop;
                scope.spawn(move || while !stop.load(Ordering::Relaxed) && log_in(polaris, "kckps", &email(number)).is_ok() {});
            }
            let measured = read_for(polaris, events, lasting);
            stop.store(true, Ordering::Relaxed);
            measured
        });
        beside.push(measured?);
    }
    if !plan.measures() {
        println!("log_in_reads: ran");
        return Ok(());
    }
    let of = |rounds: &[[f64; 2]], at: usize| median(&rounds.iter().map(|round| round[at]).collect::<Vec<_>>()) * 1e6;
    println!("log_in_reads: one event by number every 0.2 ms, alone and while 8 threads log in");
    println!("  {:<56} p50 {:>6.1} µs, p99 {:>7.1} µs", "alone", of(&alone, 0), of(&alone, 1));
    println!("  {:<56} p50 {:>6.1} µs, p99 {:>7.1} µs", "beside log-ins", of(&beside, 0), of(&beside, 1));
    let ratio = of(&beside, 1) / of(&alone, 1);
    println!("  -> p99 {ratio:.2} times as long{}\n", verdict(ratio, Target::AtMost(3.0)));
    Ok(())
}

/// The median and the 99th percentile of reads, in seconds.
fn read_for(polaris: &Polaris, events: usize, lasting: Duration) -> Outcome<[f64; 2]> {
    let (until, mut taken) = (Instant::now() + lasting, Vec::new());
    while Instant::now() < until {
        let number = i64::try_from(taken.len() * 617 % events + 1)?;
        let began = Instant::now();
        std::hint::black_box(polaris.tenant("kckps", coordinator())?.events().get(EventId::new(number))?);
        taken.push(seconds(began.elapsed()));
        thread::sleep(PAUSE);
    }
    taken.sort_by(f64::total_cmp);
    Ok([taken[taken.len() / 2], taken[taken.len() * 99 / 100]])
}
