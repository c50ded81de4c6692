//! The same story through Rust, HTTP, the command line and Python, on one data directory.

use std::process::Command;

use polaris_core::{Actor, Config, EventFilter, NewEvent, PageRequest, Polaris, Role};
use serde_json::{Value, json};

use crate::support::{Server, python, run, said};

#[test]
fn an_event_made_in_any_frontend_is_seen_in_all_of_them() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().join("data");

    // The operator, on the command line: a directory, a tenant, a session for programs.
    run(&data, &["init"]);
    let created = run(&data, &["tenant", "create", "kckps", "--name", "Kansas City Kansas"]);
    let key = created["api_key"].as_str().unwrap().to_owned();
    let session = run(&data, &["session", "open", "--role", "admin", "--tenant", "kckps", "--reason", "the story test"]);
    let token = session["token"].as_str().unwrap().to_owned();
    let server = Server::start(&data);

    // One event from each frontend, each published in another than the one that made it.
    let by_cli = run(
        &data,
        &["event", "create", "kckps", "--title", "Made on the terminal", "--starts-at", "2027-03-01T09:00", "--location", "Gym"],
    );
    let body = json!({ "title": "Made over HTTP", "starts_at": "2027-03-02T09:00", "location": "Gym" }).to_string();
    let (status, by_http) = server.post("/api/v1/tenants/kckps/events", &token, &body);
    assert_eq!(status, 201, "{by_http}");
    let by_python = in_python(
        &data,
        "print(json.dumps(tenant.events().create(title='Made in Python', starts_at='2027-03-03T09:00', location='Gym').id))",
    );
    let polaris = Polaris::open(Config::at(&data)).unwrap();
    let kckps = polaris.tenant("kckps", Actor::tenant_user(1, "Pat Lee", Role::Coordinator)).unwrap();
    let by_rust = kckps
        .events()
        .create(NewEvent {
            title: "Made in Rust".into(),
            starts_at: "2027-03-04T09:00".into(),
            location: "Gym".into(),
            ..NewEvent::default()
        })
        .unwrap();

    let number = |event: &Value| event["id"].as_i64().unwrap();
    in_python(&data, &format!("print(json.dumps(tenant.events().publish({}).slug))", number(&by_cli)));
    kckps.events().publish(polaris_core::types::EventId::new(number(&by_http["data"]))).unwrap();
    let (status, published) = server.post(&format!("/api/v1/tenants/kckps/events/{by_python}/publish"), &token, "");
    assert_eq!(status, 200, "{published}");
    run(&data, &["event", "publish", "kckps", by_rust.slug.as_str()]);

    // Every frontend tells the same.
    let titles = ["Made on the terminal", "Made over HTTP", "Made in Python", "Made in Rust"].map(str::to_owned).to_vec();
    let from = |items: &Value, field: &str| -> Vec<String> {
        items.as_array().unwrap().iter().map(|event| event[field].as_str().unwrap().to_owned()).collect()
    };
    let rust = kckps.events().list(&EventFilter::default(), polaris_core::types::EventOrder::default(), PageRequest::default()).unwrap();
    assert_eq!(rust.items.iter().map(|event| event.title.clone()).collect::<Vec<_>>(), titles);
    assert_eq!(from(&run(&data, &["event", "list", "kckps"])["items"], "title"), titles);
    let (status, public) = server.get("/api/v1/district/kckps/events", ("X-API-Key", &key));
    assert_eq!((status, from(&public["data"], "title")), (200, titles.clone()));
    let (status, staff) = server.get("/api/v1/tenants/kckps/events?status=published", ("Authorization", &format!("Bearer {token}")));
    assert_eq!((status, from(&staff["data"], "title")), (200, titles.clone()));
    let python = in_python(&data, "print(json.dumps([event.title for event in tenant.events().list()]))");
    assert_eq!(python, json!(titles));

    // And the instant is the same everywhere.
    let starts_at = "2027-03-04T09:00:00-06:00";
    assert_eq!(by_rust.starts_at.to_rfc3339(), starts_at);
    assert_eq!(run(&data, &["event", "show", "kckps", by_rust.slug.as_str()])["starts_at"], starts_at);
    assert_eq!(public["data"][3]["start_datetime"], starts_at);
    assert_eq!(
        in_python(&data, &format!("print(json.dumps(tenant.events().get({}).starts_at.isoformat()))", by_rust.id)),
        json!(starts_at)
    );

    // Nothing is wrong with the directory: every file whole, every audit chain unbroken.
    assert_eq!(run(&data, &["doctor"])["findings"], json!([]));
    server.stop();
}

/// Runs a line of Python with `tenant` open for a coordinator, and reads the JSON it prints.
fn in_python(data: &std::path::Path, line: &str) -> Value {
    let program = format!(
        "import json, sys, polaris\n\
         tenant = polaris.Polaris.open(sys.argv[1]).tenant('kckps', polaris.Actor.tenant_user(2, 'Sam Roe', 'coordinator'))\n{line}\n"
    );
    let output = Command::new(python()).arg("-c").arg(program).arg(data).output().unwrap();
    assert!(output.status.success(), "{}", said(&output));
    serde_json::from_slice(&output.stdout).unwrap()
}
