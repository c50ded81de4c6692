//! The server's benchmarks, each beside its reference in the same run: `cargo bench -p polaris-http [-- --quick] [name …]`.
//!
//! The servers run in a process of their own, all on one runtime; this process only asks. What the figures mean and what was measured
//! is in `docs/benchmarks.md`.
#![allow(clippy::print_stdout, reason = "figures are for whoever runs this")]

mod client;
#[allow(dead_code, reason = "shared with the engine's benchmarks, which use more of it")]
#[path = "../../../polaris-core/benches/engine/measure.rs"]
mod measure;
mod paced;
mod servers;
mod signups;

use std::cell::Cell;
use std::time::Duration;

use chrono::{Days, NaiveDate};
use polaris_core::{Actor, Config, Durability, NewEvent, NewTenant, Polaris};

use client::Client;
use measure::{Outcome, Plan, Side, Target, Unit, compare, scratch_directory};
use servers::Servers;

/// One page of the list.
const PAGE: &str = "/api/v1/district/kckps/events?per_page=20";
/// One event.
const ONE: &str = "/api/v1/district/kckps/events/1";
const CONNECTIONS: u32 = 16;

fn main() -> Outcome<()> {
    if let Some(errand) = servers::errand() {
        return errand;
    }
    let Some(plan) = Plan::from_args() else { return Ok(()) };
    plan.introduce("HTTP over loopback");
    let directory = scratch_directory()?;
    let data = directory.path().join("data");
    let polaris = Polaris::init(Config { durability: Durability::Normal, ..Config::at(&data) })?;
    let created = polaris.platform(Actor::System)?.tenants().create(NewTenant::new("kckps", "Kansas City Kansas"))?;
    let events = plan.pick(1_000, 1_000, 40);
    for number in 0..events {
        let event = polaris.tenant("kckps", Actor::System)?.events().create(new_event(number))?;
        polaris.tenant("kckps", Actor::System)?.events().publish(event.id)?;
    }
    let key = created.api_key.reveal().to_owned();
    let servers = Servers::start(&data, PAGE, &key)?;
    if plan.wants("http_list") {
        list(&plan, &servers, &key)?;
    }
    if plan.wants("http_one") {
        one(&plan, &servers, &key)?;
    }
    if plan.wants("http_not_modified") {
        not_modified(&plan, &servers, &key)?;
    }
    // Only where something is named, as `tests/load/run.sh` does.
    if let (true, Ok(list), Ok(one)) = (plan.measures(), std::env::var("BESIDE_LIST"), std::env::var("BESIDE_ONE")) {
        beside(&plan, &servers, &key, &[("http_beside: 20 events", PAGE, &list), ("http_beside: one event", ONE, &one)])?;
    }
    if plan.wants("http_paced") {
        // Nothing else in that process, as `polaris serve` has it.
        paced::run(&plan, &Servers::alone(&data)?, &key, &polaris)?;
    }
    if plan.wants("http_signup") {
        signups::run(&plan, directory.path())?;
    }
    if plan.wants("http_after_edit") {
        after_edit(&plan, &servers, &key, &polaris, events)?;
    }
    Ok(())
}

fn list(plan: &Plan, servers: &Servers, key: &str) -> Outcome<()> {
    let window = plan.pick(Duration::from_millis(1_500), Duration::from_millis(800), Duration::from_millis(50));
    let ask = |port: u16, path: &dyn Fn() -> String| Client::new(port, key).rate(CONNECTIONS, window, path);
    let page = || PAGE.to_owned();
    // A first day that nobody has asked for yet, long before all events: the same page, but rendered for this request alone.
    let days = Cell::new(0);
    let first = NaiveDate::from_ymd_opt(1000, 1, 1).ok_or("a day")?;
    let unseen = || {
        days.set(days.get() + 1);
        format!("{PAGE}&from_date={}", first + Days::new(days.get() % 365_000))
    };
    compare(
        plan,
        "http_list: 20 events of 1,000, 16 keep-alive connections",
        Unit::Rate,
        &mut [
            Side::new("polaris, no request log", || ask(servers.ports.quiet, &page)),
            Side::new("bare poem handler, the same bytes", || ask(servers.ports.bare, &page)),
            Side::new("polaris, request log to /dev/null", || ask(servers.ports.logged, &page)),
            Side::new("polaris, no answer ever asked for twice", || ask(servers.ports.quiet, &unseen)),
        ],
        &[(1, Target::AtLeast(0.5)), (2, Target::Told), (3, Target::Told)],
    )?;
    if plan.measures() {
        println!("http_list, the server's own processor time for one request (client and kernel threads not counted)");
        let mut last = 0.0;
        for (name, port) in [("polaris, no request log", servers.ports.quiet), ("bare poem handler", servers.ports.bare)] {
            let before = servers.processor_seconds()?;
            let count = Client::new(port, key).count(CONNECTIONS, window * 3, &page)?;
            let spent = (servers.processor_seconds()? - before) / measure::to_float(count);
            println!("  {name:<56} {:>8.1} µs", spent * 1e6);
            if last > 0.0 {
                println!("  -> polaris takes {:.2} times as much", last / spent);
            }
            last = spent;
        }
        println!();
    }
    Ok(())
}

/// Beside another server on this machine that has the same events. Its address begins with its port.
fn beside(plan: &Plan, servers: &Servers, key: &str, pairs: &[(&str, &str, &str)]) -> Outcome<()> {
    let window = plan.pick(Duration::from_millis(1_500), Duration::from_millis(800), Duration::from_millis(50));
    for (title, ours, theirs) in pairs {
        let (port, path) = theirs.split_once('/').ok_or("the other's address is its port and a path")?;
        let (port, path) = (port.parse()?, format!("/{path}"));
        println!("{title}: {} bytes beside {}", bytes(servers.ports.quiet, key, ours)?, bytes(port, key, &path)?);
        let ask = |port: u16, path: &str| Client::new(port, key).rate(CONNECTIONS, window, &|| path.to_owned());
        compare(
            plan,
            title,
            Unit::Rate,
            &mut [
                Side::new("polaris, no request log", || ask(servers.ports.quiet, ours)),
                Side::new("the other server", || ask(port, &path)),
            ],
            &[(1, Target::Told)],
        )?;
    }
    Ok(())
}

fn bytes(port: u16, key: &str, path: &str) -> Outcome<usize> {
    Ok(Client::new(port, key).answer(path)?.1.len())
}

fn one(plan: &Plan, servers: &Servers, key: &str) -> Outcome<()> {
    let window = plan.pick(Duration::from_millis(1_500), Duration::from_millis(800), Duration::from_millis(50));
    let ask = |port: u16| Client::new(port, key).rate(CONNECTIONS, window, &|| ONE.to_owned());
    compare(
        plan,
        "http_one: one event by number, 16 keep-alive connections",
        Unit::Rate,
        &mut [
            Side::new("polaris, no request log", || ask(servers.ports.quiet)),
            Side::new("bare poem handler, the same bytes", || ask(servers.ports.bare)),
        ],
        &[(1, Target::AtLeast(0.5))],
    )
}

fn not_modified(plan: &Plan, servers: &Servers, key: &str) -> Outcome<()> {
    let window = plan.pick(Duration::from_millis(1_500), Duration::from_millis(800), Duration::from_millis(50));
    let (head, _) = Client::new(servers.ports.quiet, key).answer(PAGE)?;
    let tag = head.lines().find_map(|line| line.strip_prefix("etag: ")).ok_or("no ETag")?;
    let ask = |port: u16, path: &str| Client::that_has(port, key, tag).rate(CONNECTIONS, window, &|| path.to_owned());
    compare(
        plan,
        "http_not_modified: a list that is unchanged, 16 keep-alive connections",
        Unit::Rate,
        &mut [
            Side::new("polaris, no request log", || ask(servers.ports.quiet, PAGE)),
            Side::new("bare poem handler, 304", || ask(servers.ports.bare, servers::BARE_304)),
        ],
        &[(1, Target::AtLeast(0.6))],
    )
}

/// How long one answer takes, one connection, one request at a time.
fn after_edit(plan: &Plan, servers: &Servers, key: &str, polaris: &Polaris, events: usize) -> Outcome<()> {
    let requests = plan.pick(60, 30, 3);
    let tenant = polaris.tenant("kckps", Actor::System)?;
    let next = Cell::new(events);
    // Another process of the same data directory publishes one more event, beyond the page that is asked for.
    let edit = || -> Outcome<()> {
        let event = tenant.events().create(new_event(next.replace(next.get() + 1)))?;
        tenant.events().publish(event.id)?;
        Ok(())
    };
    let nothing = || Ok(());
    let polaris = Client::new(servers.ports.quiet, key);
    let bare = Client::new(servers.ports.bare, key);
    compare(
        plan,
        "http_after_edit: one request, the tenant's events changed just before",
        Unit::Time,
        &mut [
            Side::new("polaris, after an edit", || polaris.latency(requests, PAGE, &edit)),
            Side::new("polaris, nothing changed", || polaris.latency(requests, PAGE, &nothing)),
            Side::new("bare poem handler, the same bytes", || bare.latency(requests, PAGE, &nothing)),
        ],
        &[(1, Target::Told), (2, Target::Told)],
    )
}

/// An event of a usual size, some years from now.
fn new_event(number: usize) -> NewEvent {
    let day = format!("{}-{:02}-{:02}", 2030 + number / 336, number / 28 % 12 + 1, number % 28 + 1);
    NewEvent {
        title: format!("Career Day {number}"),
        starts_at: format!("{day}T09:00"),
        ends_at: Some(format!("{day}T11:30")),
        location: "Main gym, entrance from the parking lot".into(),
        description: Some(
            "Meet the pupils of the eighth grade and tell them in ten minutes what you do all day, how you came to it, and what you \
             wish somebody had told you at their age. Bring something that they can take in their hands. Coffee is served from eight."
                .into(),
        ),
        event_type: Some("career_fair".into()),
        volunteers_needed: Some(12),
        registration_deadline: Some(format!("{day}T08:00")),
        ..NewEvent::default()
    }
}
