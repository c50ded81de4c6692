//! The drill (P10): back up under load, destroy, restore. And migrations (P8) and backups that are killed at any moment.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use polaris_core::types::EventId;
use polaris_core::{Actor, Config, NewTenant, PageRequest, Polaris, TenantFilter};
use serde_json::json;

use crate::support::{Server, long, polaris, run};

/// A writer in a process of its own, and what was acknowledged to it so far.
struct Load {
    process: Child,
    acknowledged: Arc<Mutex<Vec<String>>>,
}

impl Load {
    fn on(data: &Path, slug: &str) -> Self {
        let program = env!("CARGO_BIN_EXE_polaris-test-writer");
        let mut process = Command::new(program).args([data.to_str().unwrap(), "events", slug]).stdout(Stdio::piped()).spawn().unwrap();
        let acknowledged = Arc::new(Mutex::new(Vec::new()));
        let (lines, heard) = (BufReader::new(process.stdout.take().unwrap()), Arc::clone(&acknowledged));
        std::thread::spawn(move || lines.lines().map_while(Result::ok).for_each(|line| heard.lock().unwrap().push(line)));
        Self { process, acknowledged }
    }

    fn so_far(&self) -> Vec<String> {
        self.acknowledged.lock().unwrap().clone()
    }

    fn wait_for(&self, count: usize) {
        let since = Instant::now();
        while self.so_far().len() < count {
            assert!(since.elapsed() < Duration::from_secs(60), "the writer is too slow: {:?}", self.so_far().last());
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

impl Drop for Load {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[test]
fn the_drill_every_write_acknowledged_before_the_backup_is_there_after_all_was_destroyed_and_restored() {
    let directory = tempfile::tempdir().unwrap();
    let (data, safe, new) = (directory.path().join("data"), directory.path().join("safe"), directory.path().join("new"));
    run(&data, &["init"]);
    let mut keys = Vec::new();
    for slug in ["kckps", "hmsd"] {
        let created = run(&data, &["tenant", "create", slug, "--name", slug]);
        keys.push(created["api_key"].as_str().unwrap().to_owned());
    }
    let server = Server::start(&data);
    let loads = [("kckps", Load::on(&data, "kckps")), ("hmsd", Load::on(&data, "hmsd"))];
    loads.iter().for_each(|(_, load)| load.wait_for(50));
    let before: Vec<_> = loads.iter().map(|(slug, load)| (*slug, load.so_far())).collect();
    let backup = run(&data, &["backup", "create", "--to", safe.to_str().unwrap()]);
    assert_eq!(backup["left_out"], json!([]));
    // The server serves and the writers go on writing.
    assert_eq!(server.get("/api/v1/district/kckps/events", ("X-API-Key", &keys[0])).0, 200);
    loads.iter().zip(&before).for_each(|((_, load), (_, before))| load.wait_for(before.len() + 1));
    drop(loads);
    drop(server);
    fs::remove_dir_all(&data).unwrap();

    let folder = backup["folder"].as_str().unwrap();
    assert_eq!(run(&new, &["backup", "verify", folder])["sound"], true);
    let restored = run(&new, &["backup", "restore", "--all", folder]);
    assert!(restored["tenants"].as_array().unwrap().iter().all(|tenant| tenant["restored"] == true), "{restored}");
    assert_eq!(run(&new, &["doctor"])["findings"], json!([]));
    let polaris = Polaris::open(Config::at(&new)).unwrap();
    for (slug, acknowledged) in before {
        let tenant = polaris.tenant(slug, Actor::System).unwrap();
        for line in &acknowledged {
            let [_, number, title] = line.splitn(3, ' ').collect::<Vec<_>>().try_into().unwrap();
            let event = tenant.events().get(EventId::new(number.parse().unwrap())).unwrap();
            assert_eq!((event.title.as_str(), event.status.as_str()), (title, "published"), "{slug}");
        }
        println!("{slug}: {} events acknowledged before the backup, all there", acknowledged.len());
    }
    let server = Server::start(&new);
    assert_eq!(server.get("/api/v1/district/kckps/events", ("X-API-Key", &keys[0])).0, 200);
    server.stop();
}

/// The directory that schema 1 left, with as many tenants more, all like one of them.
fn of_schema_1(place: &Path, more: usize) -> PathBuf {
    let data = place.join("data");
    fs::create_dir(&data).unwrap();
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/schema-1.tar.gz");
    assert!(Command::new("tar").arg("-C").arg(&data).arg("-xpzf").arg(fixture).status().unwrap().success());
    let registry = rusqlite::Connection::open(data.join("polaris.db")).unwrap();
    for number in 0..more {
        let (slug, id) = (format!("more-{number}"), format!("00000000-0000-4000-8000-{number:012}"));
        let file = data.join(format!("polaris_{slug}.db"));
        fs::copy(data.join("polaris_north.db"), &file).unwrap();
        let file = rusqlite::Connection::open(file).unwrap();
        file.execute("UPDATE tenant SET uuid = ?1, slug = ?2", [&id, &slug]).unwrap();
        let columns = "name, folded_name, district, state, time_zone, schema_version, created_at, updated_at";
        let sql = format!("INSERT INTO tenants (uuid, slug, {columns}) SELECT ?1, ?2, {columns} FROM tenants WHERE slug = 'north'");
        registry.execute(&sql, [&id, &slug]).unwrap();
    }
    data
}

/// Runs a command for a while and kills it; whether it had ended by itself.
fn killed_after(data: &Path, arguments: &[&str], delay: Duration) -> bool {
    let mut child = polaris(data, arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    std::thread::sleep(delay);
    let ended = child.try_wait().unwrap().is_some();
    child.kill().unwrap();
    child.wait().unwrap();
    ended
}

fn mended(polaris: &Polaris) {
    let platform = polaris.platform(Actor::System).unwrap();
    for finding in platform.doctor().check().unwrap().findings {
        assert!(finding.mendable, "{}: {} ({})", finding.subject, finding.problem, finding.remedy);
    }
    assert_eq!(platform.doctor().mend().unwrap().1.findings, []);
}

#[test]
fn migrations_killed_at_any_moment_are_taken_up_where_they_were_cut_off() {
    let rounds = if long() { 40 } else { 4 };
    for round in 0..rounds {
        let directory = tempfile::tempdir().unwrap();
        let data = of_schema_1(directory.path(), 17);
        let mut kills = 0;
        for step in 0_u64..6 {
            let delay = Duration::from_millis(8 + (round * 31 + step * 67) % 260);
            if killed_after(&data, &["migrate", "--all"], delay) {
                break;
            }
            kills += 1;
        }
        let report = run(&data, &["migrate", "--all"]);
        let outcomes: Vec<_> = report["tenants"].as_array().unwrap().iter().map(|tenant| tenant["outcome"].as_str().unwrap()).collect();
        assert!(outcomes.len() == 20 && !outcomes.contains(&"failed"), "{report}");
        let polaris = Polaris::open(Config { migrate_on_open: false, ..Config::at(&data) }).unwrap();
        mended(&polaris);
        let all = polaris.platform(Actor::System).unwrap().tenants().list(&TenantFilter::default(), PageRequest::new(1, 100).unwrap());
        for tenant in all.unwrap().items {
            polaris.tenant(tenant.slug.as_str(), Actor::System).unwrap().events().get(EventId::new(1)).unwrap();
        }
        println!("round {round}: killed {kills} times, {} left for the last run", outcomes.iter().filter(|is| **is == "migrated").count());
    }
}

#[test]
fn backups_killed_at_any_moment_never_look_finished_and_doctor_removes_them() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().join("data");
    run(&data, &["init"]);
    let polaris = Polaris::open(Config::at(&data)).unwrap();
    for number in 0..10 {
        polaris.platform(Actor::System).unwrap().tenants().create(NewTenant::new(&format!("t-{number}"), "T")).unwrap();
    }
    let (mut unfinished, rounds) = (0, if long() { 100 } else { 15 });
    for round in 0..rounds {
        killed_after(&data, &["backup", "create"], Duration::from_millis(4 + (round * 7) % 60));
        let platform = polaris.platform(Actor::System).unwrap();
        for backup in platform.backups().list(PageRequest::new(1, 100).unwrap()).unwrap().items {
            if backup.state.as_str() == "finished" {
                let found = platform.backups().verify(&polaris_core::BackupRef::named(&backup.name)).unwrap();
                assert!(found.is_sound(), "{:?}", found.problems);
            } else {
                assert_eq!(backup.state.as_str(), "unfinished");
                unfinished += 1;
            }
        }
        mended(&polaris);
        if platform.backups().list(PageRequest::default()).unwrap().total > 1 {
            platform.backups().prune(1).unwrap();
        }
    }
    println!("{rounds} rounds, {unfinished} unfinished backups recognised and removed");
}

#[test]
fn a_restore_killed_at_any_moment_leaves_the_tenant_as_it_was_or_restored() {
    let rounds = if long() { 60 } else { 12 };
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().join("data");
    run(&data, &["init"]);
    run(&data, &["tenant", "create", "kckps", "--name", "Kansas City"]);
    let event = ["event", "create", "kckps", "--starts-at", "2027-03-04T09:00", "--location", "Gym", "--title"];
    run(&data, &[&event[..], &["Before"]].concat());
    run(&data, &["backup", "create"]);
    let mut seen = [0, 0];
    for round in 0..rounds {
        run(&data, &[&event[..], &["After"]].concat());
        run(&data, &["tenant", "deactivate", "kckps"]);
        killed_after(&data, &["backup", "restore", "latest", "kckps", "--yes"], Duration::from_millis(5 + (round * 37) % 200));
        mended(&Polaris::open(Config::at(&data)).unwrap());
        run(&data, &["tenant", "reactivate", "kckps"]);
        let count = run(&data, &["event", "list", "kckps", "--per-page", "100"])["total"].as_u64().unwrap();
        seen[usize::from(count == 1)] += 1;
        assert_eq!(run(&data, &["doctor"])["findings"], json!([]));
        if count > 1 {
            run(&data, &["tenant", "deactivate", "kckps"]);
            run(&data, &["backup", "restore", "latest", "kckps", "--yes", "--activate"]);
            assert_eq!(run(&data, &["event", "list", "kckps"])["total"], 1);
        }
    }
    println!("{rounds} rounds: {} as it was, {} restored", seen[0], seen[1]);
}
