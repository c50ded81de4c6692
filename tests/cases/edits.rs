//! An edit that was acknowledged shows in every answer that is asked for afterwards, whichever process made it: also where a website
//! only asks whether what it has is still true. (FR-API-106)

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use polaris_core::types::{EventId, Patch};
use polaris_core::{Actor, Config, EventEdit, Polaris};
use serde_json::Value;

use crate::support::{Server, long, run};

/// What the event is called: with the number of its edit.
const TITLE: &str = "Edited so often: ";

fn number_in(title: &Value) -> u64 {
    title.as_str().unwrap().strip_prefix(TITLE).unwrap().parse().unwrap()
}

/// Asks for one address over and over, as a website that keeps the last answer and its tag. Gives how often it was told that it has it.
fn keep_asking(server: &Server, path: &str, key: &str, acknowledged: &AtomicU64, done: &AtomicBool) -> u64 {
    let (mut tag, mut has, mut unchanged) = (String::new(), 0, 0);
    while !done.load(Ordering::Relaxed) {
        let floor = acknowledged.load(Ordering::Acquire);
        let (status, etag, body) = server.get_unless(path, key, &tag);
        match status {
            304 => unchanged += 1,
            200 => {
                let event = body.pointer("/data/0").unwrap_or(&body["data"]);
                has = number_in(&event["title"]);
                tag = etag;
            }
            other => panic!("{path}: {other}: {body}"),
        }
        assert!(has >= floor, "{path}: edit {floor} was acknowledged before this was asked, and the answer ({status}) knows {has}");
    }
    unchanged
}

#[test]
fn no_answer_is_older_than_the_last_acknowledged_edit_from_whichever_process() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().join("data");
    run(&data, &["init"]);
    let key = run(&data, &["tenant", "create", "kckps", "--name", "Kansas City Kansas"])["api_key"].as_str().unwrap().to_owned();
    let token = run(&data, &["session", "open", "--role", "admin", "--tenant", "kckps"])["token"].as_str().unwrap().to_owned();
    let first = format!("{TITLE}0");
    run(&data, &["event", "create", "kckps", "--title", &first, "--starts-at", "2037-03-01T09:00", "--location", "Gym", "--publish"]);
    let polaris = Polaris::open(Config::at(&data)).unwrap();
    let server = Server::start(&data);
    let (acknowledged, done) = (AtomicU64::new(0), AtomicBool::new(false));
    let paths = ["/api/v1/district/kckps/events?per_page=20", "/api/v1/district/kckps/events/upcoming", "/api/v1/district/kckps/events/1"];
    std::thread::scope(|threads| {
        let asking = paths.map(|path| threads.spawn(|| keep_asking(&server, path, &key, &acknowledged, &done)));
        let editing = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            for number in 1..=if long() { 2_000 } else { 100 } {
                let title = format!("{TITLE}{number}");
                // The server and this process, in turn.
                if number % 2 == 0 {
                    let body = format!(r#"{{"title": "{title}"}}"#);
                    let (status, event) = server.patch("/api/v1/tenants/kckps/events/1", &token, &body);
                    assert_eq!(status, 200, "{event}");
                } else {
                    let edit = EventEdit { title: Patch::Set(title), ..EventEdit::default() };
                    polaris.tenant("kckps", Actor::System).unwrap().events().edit(EventId::new(1), edit, None).unwrap();
                }
                acknowledged.store(number, Ordering::Release);
            }
        }));
        done.store(true, Ordering::Relaxed);
        let unchanged = asking.map(|thread| thread.join().unwrap());
        editing.unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        println!("told that it is unchanged, by address: {unchanged:?}");
        assert!(unchanged.iter().all(|times| *times > 0), "the edits left no time to find anything unchanged: {unchanged:?}");
    });
}
