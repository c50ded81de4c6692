//! A server that is asked at half of what it can do, while events are edited: how long an answer takes, whether one is ever stale, and how
//! much memory the server takes.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::{Duration, Instant};

use polaris_core::types::{EventId, Patch};
use polaris_core::{Actor, EventEdit, NewSession, Polaris};

use crate::client::Client;
use crate::measure::{Outcome, Plan, Target, median, to_float, verdict};
use crate::servers::Servers;
use crate::{CONNECTIONS, PAGE};

/// What an edited event is called: with how often it was edited.
const TITLE: &str = "Edited so often: ";
/// Edits a second.
const EDITS: u32 = 10;

pub(crate) fn run(plan: &Plan, servers: &Servers, key: &str, polaris: &Polaris) -> Outcome<()> {
    let client = Client::new(servers.ports.quiet, key);
    let (at_full, window) = (plan.pick(2_000, 1_000, 50), plan.pick(8_000, 3_000, 200));
    let (at_full, window) = (Duration::from_millis(at_full), Duration::from_millis(window));
    let editing = Editing::new(servers, polaris)?;
    editing.edit(1)?;
    let mut p99s = Vec::new();
    let (mut answers, mut edits) = (0, 0);
    for _ in 0..plan.pick(3, 1, 1) {
        let pace = client.rate(CONNECTIONS, at_full, &|| PAGE.to_owned())? / 2.0;
        let mut waits = editing.during(|acknowledged| {
            let floor = || acknowledged.load(Ordering::Acquire);
            client.paced(CONNECTIONS, pace, window, PAGE, &floor, &fresh)
        })?;
        waits.sort_by(f64::total_cmp);
        let at = |part: f64| waits.get(index(waits.len(), part)).map_or(0.0, |wait| wait * 1e3);
        answers += waits.len();
        edits = editing.acknowledged.load(Ordering::Acquire);
        if plan.measures() {
            println!("  {pace:>6.0} a second: p50 {:.2} ms, p99 {:.2} ms, longest {:.2} ms", at(0.5), at(0.99), at(1.0));
        }
        p99s.push(at(0.99));
    }
    if !plan.measures() {
        println!("http_paced: ran");
        return Ok(());
    }
    let p99 = median(&p99s);
    println!("http_paced: half of the load at a fixed pace, {EDITS} edits a second");
    println!("  -> p99 {p99:.2} ms{}", verdict(p99, Target::AtMost(5.0)));
    println!(
        "  -> {answers} answers, {edits} edits, by the server and by another process in turns; no answer was older than the last edit"
    );
    println!("     that was acknowledged before it was asked for");
    let (now, most) = (servers.mebibytes("VmRSS")?, servers.mebibytes("VmHWM")?);
    println!("  -> the server's memory: {now:.1} MiB, at most {most:.1} MiB{}\n", verdict(most, Target::AtMost(60.0)));
    Ok(())
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place in a list")]
fn index(count: usize, part: f64) -> usize {
    (to_float(count.saturating_sub(1)) * part) as usize
}

/// Whether an answer has at least as many edits as were acknowledged before it was asked for.
fn fresh(floor: u32, body: &str) -> Outcome<()> {
    let (_, rest) = body.split_once(TITLE).ok_or("the edited event is not on the page")?;
    let digits = rest.split(|c: char| !c.is_ascii_digit()).next().unwrap_or_default();
    let seen: u32 = digits.parse()?;
    if seen >= floor { Ok(()) } else { Err(format!("stale: edit {floor} was acknowledged, and the answer knows {seen}").into()) }
}

struct Editing<'a> {
    polaris: &'a Polaris,
    /// Edits over HTTP, by the server itself.
    client: Client,
    acknowledged: AtomicU32,
}

impl<'a> Editing<'a> {
    fn new(servers: &Servers, polaris: &'a Polaris) -> Outcome<Self> {
        let session =
            NewSession { staff: "Load".into(), role: Some("admin".into()), tenant: Some("kckps".into()), ..NewSession::default() };
        let token = polaris.platform(Actor::System)?.sessions().open(&session)?.token;
        let client = Client::with_session(servers.ports.quiet, token.reveal());
        Ok(Self { polaris, client, acknowledged: AtomicU32::new(0) })
    }

    /// Edits the event: by this process's own engine and over HTTP in turns.
    fn edit(&self, number: u32) -> Outcome<()> {
        let title = format!("{TITLE}{number}");
        if number.is_multiple_of(2) {
            let edit = EventEdit { title: Patch::Set(title), ..EventEdit::default() };
            self.polaris.tenant("kckps", Actor::System)?.events().edit(EventId::new(1), edit, None)?;
        } else {
            let body = format!("{{\"title\":\"{title}\"}}");
            self.client.patch("/api/v1/tenants/kckps/events/1", &body)?;
        }
        self.acknowledged.store(number, Ordering::Release);
        Ok(())
    }

    /// Edits at its pace while that is done.
    fn during<T>(&self, work: impl FnOnce(&AtomicU32) -> Outcome<T>) -> Outcome<T> {
        let done = AtomicBool::new(false);
        std::thread::scope(|scope| {
            let editing = scope.spawn(|| {
                while !done.load(Ordering::Relaxed) {
                    let next = Instant::now() + Duration::from_secs(1) / EDITS;
                    self.edit(self.acknowledged.load(Ordering::Acquire) + 1)?;
                    std::thread::sleep(next.saturating_duration_since(Instant::now()));
                }
                Outcome::Ok(())
            });
            let worked = work(&self.acknowledged);
            done.store(true, Ordering::Relaxed);
            editing.join().map_err(|_| "the editor panicked")??;
            worked
        })
    }
}
