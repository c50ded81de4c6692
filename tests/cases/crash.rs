//! `kill -9` at any moment: every acknowledged write is there, and doctor mends what is left over.

use std::collections::{HashMap, HashSet};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use polaris_core::clock::{Clock, ManualClock, SystemClock};
use polaris_core::types::EventId;
use polaris_core::{Actor, Config, Context, NewTenant, PageRequest, Patience, Polaris, TenantFilter, TenantState};
use serde_json::Value;

use crate::support::{Server, long, run};

pub(crate) fn rounds() -> u64 {
    if long() { 200 } else { 20 }
}

/// Lets the writer work for a while, kills it, and gives the lines it finished.
pub(crate) fn killed_after(data: &Path, what: &str, name: &str, delay: Duration) -> Vec<String> {
    let mut child = Command::new(env!("CARGO_BIN_EXE_polaris-test-writer"))
        .args([data.to_str().unwrap(), what, name])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let out = BufReader::new(child.stdout.take().unwrap());
    let reader = std::thread::spawn(move || {
        let mut lines = Vec::new();
        let mut out = out;
        let mut line = String::new();
        // The kill may cut a line off; only those with an end were said.
        while out.read_line(&mut line).is_ok_and(|read| read > 0) && line.ends_with('\n') {
            lines.push(line.trim_end().to_owned());
            line.clear();
        }
        lines
    });
    std::thread::sleep(delay);
    // On Unix this is SIGKILL.
    child.kill().unwrap();
    child.wait().unwrap();
    let lines = reader.join().unwrap();
    assert!(!lines.iter().any(|line| line.starts_with("error")), "{lines:?}");
    lines
}

/// A different moment each round, without anything random: up to 120 ms, in steps that never fall in with each other.
pub(crate) fn moment(round: u64) -> Duration {
    Duration::from_micros(4_000 + (round * 7_919) % 116_000)
}

/// Doctor finds nothing that it can't mend, and after mending nothing at all.
pub(crate) fn doctor_leaves_nothing(polaris: &Polaris) -> usize {
    let platform = polaris.platform(Actor::System).unwrap();
    let report = platform.doctor().check().unwrap();
    for finding in &report.findings {
        assert!(finding.mendable, "{}: {} ({})", finding.subject, finding.problem, finding.remedy);
    }
    let (mended, after) = platform.doctor().mend().unwrap();
    assert_eq!(after.findings, [], "what remains after mending");
    mended.len()
}

#[test]
fn tenants_acknowledged_before_a_kill_are_whole_and_others_leave_nothing_behind() {
    let (mut directory, mut data) = (None, std::path::PathBuf::new());
    let (mut acknowledged, mut mended) = (Vec::new(), 0);
    for round in 0..rounds() {
        if round % 10 == 0 {
            // A fresh one now and then: doctor looks at every tenant there is.
            let fresh = tempfile::tempdir().unwrap();
            data = fresh.path().join("data");
            directory = Some(fresh);
            acknowledged.clear();
            drop(Polaris::init(Config::at(&data)).unwrap());
        }
        acknowledged.extend(killed_after(&data, "tenants", &format!("r{round}"), moment(round)));
        let polaris = Polaris::open(Config::at(&data)).unwrap();
        mended += doctor_leaves_nothing(&polaris);
        for line in &acknowledged {
            let [_, slug, key] = line.split(' ').collect::<Vec<_>>().try_into().unwrap();
            let entered = polaris.public_api(slug, Some(key), Context::default(), Patience::Wait);
            assert!(entered.is_ok(), "{slug}: {:?}", entered.err());
        }
    }
    drop(directory);
    println!("{} rounds, {mended} leftovers mended", rounds());
}

#[test]
fn events_acknowledged_before_a_kill_are_there_and_published() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().join("data");
    let polaris = Polaris::init(Config::at(&data)).unwrap();
    polaris.platform(Actor::System).unwrap().tenants().create(NewTenant::new("kckps", "Kansas City Kansas")).unwrap();
    drop(polaris);
    let (mut seen, mut total) = (HashSet::new(), 0);
    for round in 0..rounds() {
        let lines = killed_after(&data, "events", "kckps", moment(round));
        let polaris = Polaris::open(Config::at(&data)).unwrap();
        doctor_leaves_nothing(&polaris);
        let kckps = polaris.tenant("kckps", Actor::System).unwrap();
        for line in &lines {
            let [_, number, title] = line.splitn(3, ' ').collect::<Vec<_>>().try_into().unwrap();
            let event = kckps.events().get(EventId::new(number.parse().unwrap())).unwrap();
            assert_eq!((event.title.as_str(), event.status.as_str()), (title, "published"));
            assert!(seen.insert(event.id), "the number {number} was given twice");
        }
        total += lines.len();
    }
    assert!(total > 0, "no round acknowledged anything: the test tested nothing");
    println!("{} rounds, {total} events acknowledged, none lost", rounds());
}

/// A client that hears nothing sends the same again: it must find what was done before the server was killed, and make what was not.
#[test]
fn creates_with_a_key_that_a_kill_cut_off_are_repeated_and_each_is_there_exactly_once() {
    const CLIENTS: usize = 4;
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().join("data");
    run(&data, &["init"]);
    run(&data, &["tenant", "create", "kckps", "--name", "Kansas City Kansas"]);
    let token = run(&data, &["session", "open", "--role", "admin", "--tenant", "kckps"])["token"].as_str().unwrap().to_owned();
    let events = "/api/v1/tenants/kckps/events";
    let body = |title: &str| format!(r#"{{"title": "{title}", "starts_at": "2027-03-04T09:00", "location": "Main gym"}}"#);
    let (mut sent, mut answered) = (HashMap::new(), 0);
    for round in 0..rounds() / 4 {
        let server = Server::start(&data);
        let count = AtomicUsize::new(0);
        let (requests, heard): (Vec<_>, Vec<_>) = std::thread::scope(|scope| {
            let clients: Vec<_> = (0..CLIENTS)
                .map(|client| {
                    let (server, token, count) = (&server, token.as_str(), &count);
                    scope.spawn(move || {
                        let mut told = Vec::new();
                        for n in 0.. {
                            let key = format!("r{round}-c{client}-{n}");
                            let answer = server.post_once(events, token, &key, &body(&key));
                            let last = answer.is_none();
                            count.fetch_add(usize::from(!last), Ordering::Relaxed);
                            told.push((key, answer));
                            if last {
                                return told;
                            }
                        }
                        told
                    })
                })
                .collect();
            // Once it is in the middle of it, however fast the machine is.
            while count.load(Ordering::Relaxed) < CLIENTS && clients.iter().any(|client| !client.is_finished()) {
                std::thread::sleep(Duration::from_millis(1));
            }
            std::thread::sleep(moment(round) / 4);
            assert!(Command::new("kill").args(["-KILL", &server.process.0.id().to_string()]).status().unwrap().success());
            clients.into_iter().flat_map(|client| client.join().unwrap()).unzip()
        });
        drop(server);
        let server = Server::start(&data);
        for (key, first) in requests.into_iter().zip(heard) {
            let (status, again) = server.post_once(events, &token, &key, &body(&key)).unwrap();
            assert_eq!((status, &again["data"]["title"]), (201, &Value::from(key.as_str())));
            if let Some((status, first)) = first {
                assert_eq!((status, &first["data"]), (201, &again["data"]), "{key} was acknowledged");
                answered += 1;
            }
            assert_eq!(sent.insert(key, again["data"]["id"].as_i64().unwrap()), None);
        }
        server.stop();
        let polaris = Polaris::open(Config::at(&data)).unwrap();
        doctor_leaves_nothing(&polaris);
    }
    let raw = rusqlite::Connection::open(data.join("polaris_kckps.db")).unwrap();
    let mut statement = raw.prepare("SELECT title, id FROM events").unwrap();
    let rows = statement.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?))).unwrap();
    let found: Vec<_> = rows.map(Result::unwrap).collect();
    assert_eq!(found.len(), sent.len(), "none twice, none missing");
    assert_eq!(found.into_iter().collect::<HashMap<_, _>>(), sent);
    assert!(answered > 0, "no round acknowledged anything: the test tested nothing");
    println!("{} rounds, {answered} of {} acknowledged at first", rounds() / 4, sent.len());
}

/// P7. Two files can't commit together: what a kill leaves pending in the operator's log is settled by what the tenant's log says.
#[test]
fn after_a_kill_both_logs_tell_the_same_of_what_staff_changed() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().join("data");
    let polaris = Polaris::init(Config::at(&data)).unwrap();
    polaris.platform(Actor::System).unwrap().tenants().create(NewTenant::new("kckps", "Kansas City Kansas")).unwrap();
    drop(polaris);
    let mut acknowledged = 0;
    for round in 0..rounds() {
        acknowledged += killed_after(&data, "staff", "kckps", moment(round)).len();
        // Nothing is settled as long as it may be under way, so the clock is put forward.
        let later = Arc::new(ManualClock::at(SystemClock.now() + chrono::TimeDelta::minutes(2)));
        let polaris = Polaris::builder(Config::at(&data)).clock(later).open().unwrap();
        doctor_leaves_nothing(&polaris);
        drop(polaris);
    }
    let marks = |file: &str, key: &str, outcome: &str| -> HashSet<String> {
        let raw = rusqlite::Connection::open(data.join(file)).unwrap();
        let sql = "SELECT json_extract(details, ?1) FROM audit_entries WHERE action LIKE 'event.%' AND outcome = ?2 ORDER BY id";
        let mut statement = raw.prepare(sql).unwrap();
        let marks = statement.query_map([key, outcome], |row| row.get::<_, String>(0)).unwrap().map(Result::unwrap);
        let mut seen = HashSet::new();
        marks.for_each(|mark| assert!(seen.insert(mark), "told of twice"));
        seen
    };
    let inside = marks("polaris_kckps.db", "$.support", "done");
    assert_eq!(inside, marks("polaris.db", "$.mark", "done"));
    let (pending, refused) = (marks("polaris.db", "$.mark", "pending"), marks("polaris.db", "$.mark", "refused"));
    assert!(inside.is_disjoint(&refused) && pending == inside.union(&refused).cloned().collect());
    assert!(inside.len() >= 2 * acknowledged && acknowledged > 0, "each acknowledged event was created and published");
    println!("{} rounds, {acknowledged} events acknowledged, {} changes settled as not done", rounds(), refused.len());
}

/// Where a tenant stands after each step of its life, as the writer takes it through.
const LIFE: [&str; 8] = ["active", "inactive", "trashed", "inactive", "active", "inactive", "trashed", "gone"];

fn state_of(polaris: &Polaris, slug: &str) -> &'static str {
    let platform = polaris.platform(Actor::System).unwrap();
    let states = [None, Some(TenantState::Trashed)].map(|state| TenantFilter { q: Some(slug.to_owned()), state });
    let found = states.iter().flat_map(|filter| platform.tenants().list(filter, PageRequest::new(1, 100).unwrap()).unwrap().items);
    found.into_iter().find(|tenant| tenant.slug.as_str() == slug).map_or("gone", |tenant| tenant.state.as_str())
}

#[test]
fn a_kill_between_deactivating_deleting_and_purging_leaves_a_tenant_before_or_after_the_step_and_whole() {
    let (mut steps, mut mended, mut beyond) = (0, 0, 0);
    for round in 0..rounds() {
        let directory = tempfile::tempdir().unwrap();
        let data = directory.path().join("data");
        drop(Polaris::init(Config::at(&data)).unwrap());
        let lines = killed_after(&data, "lives", "life", moment(round));
        steps += lines.len();
        let polaris = Polaris::open(Config::at(&data)).unwrap();
        mended += doctor_leaves_nothing(&polaris);
        let (slug, next) = match lines.last() {
            Some(line) => {
                let [_, slug, step] = line.split(' ').collect::<Vec<_>>().try_into().unwrap();
                (slug.to_owned(), step.parse::<usize>().unwrap() + 1)
            }
            None => continue,
        };
        let platform = polaris.platform(Actor::System).unwrap();
        let tenants = platform.tenants();
        let state = state_of(&polaris, &slug);
        let expected = [LIFE[next - 1], LIFE.get(next).copied().unwrap_or("gone")];
        assert!(expected.contains(&state), "{slug} is {state} after step {}", next - 1);
        beyond += usize::from(state != expected[0]);
        // Wherever it stands, it can be brought back with all it holds; or its slug used again.
        match state {
            "gone" => drop(tenants.create(NewTenant::new(&slug, "Another")).unwrap()),
            state => {
                if state == "trashed" {
                    tenants.undelete(&slug).unwrap();
                }
                if state != "active" {
                    tenants.reactivate(&slug, None).unwrap();
                }
                let event = polaris.tenant(&slug, Actor::System).unwrap().events().get(EventId::new(1)).unwrap();
                assert_eq!(event.title, "Career talk");
            }
        }
        assert_eq!(platform.doctor().check().unwrap().findings, []);
    }
    assert!(steps > 0, "no round acknowledged anything: the test tested nothing");
    println!("{} rounds, {steps} steps acknowledged, {beyond} done and not said, {mended} leftovers mended", rounds());
}
