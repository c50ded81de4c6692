//! A server, two Python processes and the command line on one directory at once: nobody reads old things, nobody starves, nobody is told
//! that a database is locked.

use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::support::{Server, python, run, said};

/// Each Python process writes for a while, reads back what it has published, and prints how often it wrote and its slowest write in
/// milliseconds.
const WRITER: &str = r"
import json, sys, time, polaris
data, name, seconds = sys.argv[1], sys.argv[2], float(sys.argv[3])
tenant = polaris.Polaris.open(data).tenant('kckps', polaris.Actor.tenant_user(1, name, 'coordinator'))
written, slowest, end = 0, 0.0, time.monotonic() + seconds
while time.monotonic() < end:
    began = time.monotonic()
    event = tenant.events().create(title=f'{name} {written}', starts_at='2027-03-01T09:00', location='Gym')
    tenant.events().publish(event.id)
    slowest = max(slowest, (time.monotonic() - began) * 1000)
    written += 1
    assert tenant.events().get(event.id).status == 'published'
print(json.dumps({'written': written, 'slowest_ms': slowest}))
";

#[test]
fn a_server_two_pythons_and_the_command_line_share_a_directory() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().join("data");
    run(&data, &["init"]);
    let key = run(&data, &["tenant", "create", "kckps", "--name", "Kansas City Kansas"])["api_key"].as_str().unwrap().to_owned();
    let token = run(&data, &["session", "open", "--role", "admin", "--tenant", "kckps"])["token"].as_str().unwrap().to_owned();
    let server = Server::start(&data);
    let total = |server: &Server| {
        let (status, body) = server.get("/api/v1/district/kckps/events?per_page=1", ("X-API-Key", &key));
        assert_eq!(status, 200, "{body}");
        body["pagination"]["total"].as_u64().unwrap()
    };

    let pythons: Vec<_> = ["ann", "bea"]
        .map(|name| {
            let mut command = Command::new(python());
            command.arg("-c").arg(WRITER).arg(&data).args([name, "4"]).stdout(Stdio::piped()).stderr(Stdio::piped());
            command.spawn().unwrap()
        })
        .into_iter()
        .collect();

    let done = AtomicBool::new(false);
    let (by_http, by_cli, slowest) = std::thread::scope(|threads| {
        // Reads over HTTP all the while: what was counted once never disappears.
        let reader = threads.spawn(|| {
            let mut seen = 0;
            while !done.load(Ordering::Relaxed) {
                let now = total(&server);
                assert!(now >= seen, "an older state was shown: {now} after {seen}");
                seen = now;
            }
        });
        // Writes over HTTP; each is seen by the next read.
        let writer = threads.spawn(|| {
            let (mut written, mut slowest) = (0_u64, Duration::ZERO);
            while !done.load(Ordering::Relaxed) {
                let began = Instant::now();
                let body = format!(r#"{{"title": "By HTTP {written}", "starts_at": "2027-03-01T09:00", "location": "Gym"}}"#);
                let (status, event) = server.post("/api/v1/tenants/kckps/events", &token, &body);
                assert_eq!(status, 201, "{event}");
                let id = event["data"]["id"].as_i64().unwrap();
                let (status, event) = server.post(&format!("/api/v1/tenants/kckps/events/{id}/publish"), &token, "");
                assert_eq!(status, 200, "{event}");
                slowest = slowest.max(began.elapsed());
                let (status, _) = server.get(&format!("/api/v1/district/kckps/events/{id}"), ("X-API-Key", &key));
                assert_eq!(status, 200, "an acknowledged publication is seen at once");
                written += 1;
            }
            (written, slowest)
        });
        // The command line meanwhile: a process for each event, seen by the server at once.
        let end = Instant::now() + Duration::from_secs(4);
        let (mut by_cli, mut slowest_cli) = (0_u64, Duration::ZERO);
        while Instant::now() < end {
            let began = Instant::now();
            let event = run(
                &data,
                &["event", "create", "kckps", "--title", "By hand", "--starts-at", "2027-03-01T09:00", "--location", "Gym", "--publish"],
            );
            slowest_cli = slowest_cli.max(began.elapsed());
            let (status, _) = server.get(&format!("/api/v1/district/kckps/events/{}", event["id"]), ("X-API-Key", &key));
            assert_eq!(status, 200, "an event published by another process is seen at once");
            by_cli += 1;
        }
        let results: Vec<Value> = pythons
            .into_iter()
            .map(|python| {
                let output = python.wait_with_output().unwrap();
                assert!(output.status.success(), "{}", said(&output));
                serde_json::from_slice(&output.stdout).unwrap()
            })
            .collect();
        done.store(true, Ordering::Relaxed);
        reader.join().unwrap();
        let (by_http, slowest_http) = writer.join().unwrap();
        let by_python: Vec<_> = results.iter().map(|result| result["written"].as_u64().unwrap()).collect();
        println!("written: python {by_python:?}, http {by_http}, command line {by_cli}");
        println!("slowest create-and-publish: python {results:?}, http {slowest_http:?}, command line {slowest_cli:?}");
        // Nobody starves: each got on while the others wrote without pause.
        assert!(by_python.iter().all(|written| *written >= 10), "{by_python:?}");
        assert!(by_http >= 10 && by_cli >= 5, "{by_http} {by_cli}");
        (by_http + by_python.iter().sum::<u64>(), by_cli, slowest_http.max(slowest_cli))
    });
    // Every write waits at most until its deadline (10 s), or it would have failed above; all of them are there.
    assert!(slowest < Duration::from_secs(20));
    assert_eq!(total(&server), by_http + by_cli);
    server.stop();
    assert_eq!(run(&data, &["doctor"])["findings"], serde_json::json!([]));
}
