//! Deactivating and deleting a tenant that other processes have open and write to (P3, P4).

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::time::Duration;

use polaris_core::{Actor, Config, NewTenant, Polaris};
use serde_json::json;

use crate::support::{Running, Server, refused, run};

fn events(polaris: &Polaris) -> u32 {
    let shown = polaris.platform(Actor::System).unwrap().tenants().get("kckps").unwrap();
    shown.events.iter().map(|(_, count)| count).sum()
}

#[test]
fn once_deactivated_no_other_process_has_a_write_acknowledged_however_it_writes() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().join("data");
    let polaris = Polaris::init(Config::at(&data)).unwrap();
    let platform = polaris.platform(Actor::System).unwrap();
    platform.tenants().create(NewTenant::new("kckps", "Kansas City Kansas")).unwrap();
    for round in 0..3 {
        let mut writers: Vec<_> = (0..2)
            .map(|_| {
                let mut command = Command::new(env!("CARGO_BIN_EXE_polaris-test-writer"));
                let mut running =
                    Running(command.args([data.to_str().unwrap(), "events", "kckps"]).stdout(Stdio::piped()).spawn().unwrap());
                let out = BufReader::new(running.0.stdout.take().unwrap());
                (running, std::thread::spawn(move || out.lines().map_while(Result::ok).collect::<Vec<_>>()))
            })
            .collect();
        std::thread::sleep(Duration::from_millis(250 + 70 * round));
        let before = events(&polaris);
        assert!(before > 0, "nothing was written: the test tested nothing");
        platform.tenants().deactivate("kckps", None).unwrap();
        let then = events(&polaris);
        let mut acknowledged = 0;
        for (running, said) in &mut writers {
            // It stops by itself at the first refusal.
            assert!(!running.0.wait().unwrap().success());
            let said = std::mem::replace(said, std::thread::spawn(Vec::new)).join().unwrap();
            assert!(said.last().is_some_and(|line| line.starts_with("error TENANT_INACTIVE")), "{:?}", said.last());
            acknowledged += said.iter().filter(|line| line.starts_with("event ")).count();
        }
        assert_eq!(events(&polaris), then, "nothing was written after the deactivation had returned");
        assert!(acknowledged > 0 && acknowledged <= then as usize, "{acknowledged} of {then}");
        platform.tenants().reactivate("kckps", None).unwrap();
    }
    assert_eq!(platform.doctor().check().unwrap().findings, []);
}

#[test]
fn a_running_server_lets_go_of_a_deleted_tenant_and_serves_the_next_of_its_slug() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().join("data");
    run(&data, &["init"]);
    let create = |name: &str| run(&data, &["tenant", "create", "kckps", "--name", name])["api_key"].as_str().unwrap().to_owned();
    let key = create("The first");
    run(&data, &["tenant", "create", "hmsd", "--name", "Another"]);
    let token = run(&data, &["session", "open", "--role", "admin", "--tenant", "kckps"])["token"].as_str().unwrap().to_owned();
    let server = Server::start(&data);
    let public = |key: &str| server.get("/api/v1/district/kckps/events", ("X-API-Key", key)).0;
    let event = r#"{"title": "By the first", "starts_at": "2027-03-01T09:00", "location": "Gym"}"#;
    assert_eq!((public(&key), server.post("/api/v1/tenants/kckps/events", &token, event).0), (200, 201));

    run(&data, &["tenant", "deactivate", "kckps"]);
    assert_eq!((public(&key), server.post("/api/v1/tenants/kckps/events", &token, event).0), (404, 401), "at once, in the server too");
    assert_eq!(run(&data, &["tenant", "delete", "kckps", "--yes"])["state"], "trashed");
    assert_eq!(public(&key), 404);
    assert_eq!(refused(&data, &["tenant", "create", "kckps", "--name", "Too early"]), (4, "CONFLICT".to_owned()));
    run(&data, &["tenant", "purge", "kckps", "--yes"]);
    let next = create("The second");
    assert_eq!((public(&key), public(&next)), (401, 200));
    let (status, answer) = server.get("/api/v1/tenants/kckps/events", ("Authorization", &format!("Bearer {token}")));
    assert_eq!(status, 401, "who had entered the first has not entered the second: {answer}");
    server.stop();
    assert_eq!(run(&data, &["doctor"])["findings"], json!([]));
}
