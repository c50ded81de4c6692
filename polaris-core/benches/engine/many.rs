//! A thousand tenants visited in turn, twice: how much memory and how many descriptors that takes.
//!
//! Measured in a process of its own, so that no other benchmark's memory is counted. Beside it a process that keeps as many bare
//! connections open and reads the same.

use std::collections::VecDeque;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use polaris_core::types::{EventId, EventOrder};
use polaris_core::{Config, Durability, EventFilter, PageRequest, Polaris};

use crate::bare::{self, EVENT_BY_ID, Event, Purpose};
use crate::cold::event_of;
use crate::data::{coordinator, file_of, make_many, many_tenants, new_event, slug};
use crate::measure::{Outcome, Plan, Target, mebibytes, scratch_directory, seconds, verdict};

/// Tenants open at once: the default.
const OPEN: usize = 256;
/// Two readers and a writer take seven descriptors; the registry has as many, and a program has some of its own.
const DESCRIPTORS: usize = 7 * (OPEN + 1) + 16;
const MEBIBYTES: f64 = 150.0;

const ERRAND: &str = "--visit";

pub(crate) fn run(plan: &Plan) -> Outcome<()> {
    let temporary = scratch_directory()?;
    let count = plan.pick(1_000, 1_000, 4);
    let data = if plan.measures() {
        many_tenants(count)?
    } else {
        make_many(&temporary.path().join("data"), count)?;
        temporary.path().join("data")
    };
    // Writing changes the tenants, so this part makes its own; more than can be open at once.
    let changed = plan.pick(400, 300, 4);
    let changing = temporary.path().join("changing");
    make_many(&changing, changed)?;
    if plan.measures() {
        println!("many_tenants: visited in turn, twice, at most {OPEN} open");
    }
    for (name, how, data, count) in [
        ("engine: 20 events and one by number, each visit", "read", &data, count),
        ("bare connections: the same two statements", "bare", &data, count),
        ("engine: the same and one write, each visit", "write", &changing, changed),
    ] {
        let seen = Seen::in_a_process(how, data, count)?;
        if !plan.measures() {
            println!("many_tenants, {how}: ran");
            continue;
        }
        let memory = if how == "bare" { Target::Told } else { Target::AtMost(MEBIBYTES) };
        println!("  {name} ({count} tenants)");
        println!("    memory: {:.1} MiB at the beginning, peak {:.1} MiB{}", seen.before, seen.peak, verdict(seen.peak, memory));
        let within = if seen.descriptors <= DESCRIPTORS { "met" } else { "MISSED" };
        let within = if how == "bare" { String::new() } else { format!("; cap: {DESCRIPTORS}: {within}") };
        println!("    descriptors: {} at most{within}", seen.descriptors);
        println!("    tenants open at the end: {}; first visit {:.3} ms each, second {:.3} ms", seen.open, seen.first, seen.second);
    }
    if plan.measures() {
        println!();
    }
    Ok(())
}

/// What the visiting process saw of itself.
struct Seen {
    before: f64,
    peak: f64,
    descriptors: usize,
    open: usize,
    first: f64,
    second: f64,
}

impl Seen {
    fn in_a_process(how: &str, data: &Path, count: usize) -> Outcome<Self> {
        let mut command = Command::new(std::env::current_exe()?);
        let done = command.args([ERRAND, how]).arg(data).arg(count.to_string()).output()?;
        if !done.status.success() {
            return Err(format!("the visiting process failed: {}", String::from_utf8_lossy(&done.stderr)).into());
        }
        let text = String::from_utf8(done.stdout)?;
        let numbers: Vec<&str> = text.split_whitespace().collect();
        let [before, peak, descriptors, open, first, second] = numbers[..] else { return Err(text.into()) };
        Ok(Self {
            before: before.parse()?,
            peak: peak.parse()?,
            descriptors: descriptors.parse()?,
            open: open.parse()?,
            first: first.parse()?,
            second: second.parse()?,
        })
    }
}

/// Does the visiting, if that is what this process was started for.
pub(crate) fn errand() -> Option<Outcome<()>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [flag, how, data, count] = args.as_slice() else { return None };
    (flag == ERRAND).then(|| visit(how, &PathBuf::from(data), count.parse()?))
}

fn visit(how: &str, data: &Path, count: usize) -> Outcome<()> {
    let polaris = if how == "bare" {
        None
    } else {
        Some(Polaris::open(Config { open_tenants: u32::try_from(OPEN)?, durability: Durability::Normal, ..Config::at(data) })?)
    };
    let before = mebibytes("VmRSS")?;
    let mut open = VecDeque::new();
    let mut most = 0;
    let mut took = Vec::new();
    for round in 0..2 {
        let began = Instant::now();
        for number in 0..count {
            match &polaris {
                Some(polaris) => engine(polaris, number, (how == "write").then_some(round))?,
                None => {
                    if open.len() == OPEN {
                        open.pop_front();
                    }
                    open.push_back(connection(data, number)?);
                }
            }
            if number % 32 == 0 || number + 1 == count {
                most = most.max(fs::read_dir("/proc/self/fd")?.count() - 1);
            }
        }
        took.push(seconds(began.elapsed()) * 1e3 / crate::measure::to_float(count));
    }
    let held = polaris.as_ref().map_or(Ok(open.len()), Polaris::open_tenants)?;
    println!("{before} {} {most} {held} {} {}", mebibytes("VmHWM")?, took[0], took[1]);
    Ok(())
}

fn engine(polaris: &Polaris, number: usize, write: Option<usize>) -> Outcome<()> {
    let tenant = polaris.tenant(&slug(number), coordinator())?;
    if let Some(round) = write {
        tenant.events().create(new_event(1_000 + round))?;
    }
    let page = tenant.events().list(&EventFilter::default(), EventOrder::default(), PageRequest::default())?;
    std::hint::black_box((page, tenant.events().get(EventId::new(event_of(number)?))?));
    Ok(())
}

fn connection(data: &Path, number: usize) -> Outcome<rusqlite::Connection> {
    let connection = bare::open(&file_of(data, &slug(number)), Purpose::Read)?;
    {
        let page = EVENT_BY_ID.replace("WHERE e.id = ?1", "ORDER BY e.starts_at, e.id LIMIT ?1");
        let mut page = connection.prepare_cached(&page)?;
        let events: Vec<Event> = page.query_map([20], Event::read)?.collect::<Result<_, _>>()?;
        let one = connection.prepare_cached(EVENT_BY_ID)?.query_row([event_of(number)?], Event::read)?;
        std::hint::black_box((events, one));
    }
    Ok(connection)
}
