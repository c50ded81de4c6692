//! The server's beginning and end.

use std::net::TcpListener;

use serde_json::{Value, json};

use crate::support::{Home, Server, get};

#[test]
fn serve_names_its_port_answers_and_ends_well_on_sigterm_and_sigint() {
    let home = Home::with_event();
    for signal in ["TERM", "INT"] {
        let server = Server::start(&home, &["serve", "--listen", "127.0.0.1:0"]);
        assert!(server.said.contains("(data ./polaris-data); stop with Ctrl-C"), "{}", server.said);
        assert!(!server.address().ends_with(":0"));
        assert_eq!(get(&server.address(), "/health/live", "").0, 200);
        server.signal(signal);
        assert_eq!(server.ended(), Some(0));
    }
}

#[test]
fn what_the_terminal_creates_the_running_server_serves() {
    let home = Home::with_data();
    let server = Server::start(&home, &["serve", "--listen", "127.0.0.1:0"]);
    let key = home.json(&["tenant", "create", "kckps", "--name", "Kansas City Kansas"])["api_key"].as_str().unwrap().to_owned();
    let path = "/api/v1/district/kckps/events";
    assert_eq!(get(&server.address(), path, &key).0, 200);
    home.run(&["event", "create", "kckps", "--title", "Career Day", "--starts-at", "2099-03-04T09:00", "--location", "Gym", "--publish"])
        .done();
    let (status, body) = get(&server.address(), path, &key);
    let body: Value = serde_json::from_str(&body).unwrap();
    assert_eq!((status, &body["data"][0]["slug"]), (200, &json!("career-day-2099-03-04")));
}

#[test]
fn a_second_serve_on_the_directory_is_refused() {
    let home = Home::with_data();
    let _first = Server::start(&home, &["serve", "--listen", "127.0.0.1:0"]);
    let why = home.run(&["serve", "--listen", "127.0.0.1:0"]).refused(4);
    assert!(why.contains("another `polaris serve` is running on this data directory"), "{why}");
}

#[test]
fn a_taken_port_is_named_with_what_to_do() {
    let home = Home::with_data();
    let other = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = other.local_addr().unwrap().to_string();
    let why = home.run(&["serve", "--listen", &address]).refused(1);
    assert!(why.contains(&format!("{address} is taken by another program")) && why.contains("--listen"), "{why}");
    let why = home.run(&["serve", "--listen", "192.0.2.1:8080"]).refused(1);
    assert!(why.contains("not an address of this machine"), "{why}");
    assert!(home.run(&["serve", "--listen", "nowhere"]).refused(2).contains("listen: must be"));
}

#[test]
fn a_server_for_programs_says_where_it_is_as_json() {
    let home = Home::with_data();
    let mut command = home.program();
    command.args(["serve", "--listen", "127.0.0.1:0", "--json"]);
    let mut child = command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::null()).spawn().unwrap();
    let mut line = String::new();
    std::io::BufRead::read_line(&mut std::io::BufReader::new(child.stdout.take().unwrap()), &mut line).unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    let said: Value = serde_json::from_str(&line).unwrap();
    assert!(said["url"].as_str().unwrap().starts_with("http://127.0.0.1:"), "{said}");
    assert_eq!(said["data"], "./polaris-data");
}

#[test]
fn a_server_whose_mails_hold_no_links_says_so_once_and_how_they_would() {
    let home = Home::with_data();
    let told = |args: &[&str]| {
        let args = [&["serve", "--listen", "127.0.0.1:0"], args].concat();
        let server = Server::start(&home, &args);
        server
            .said
            .lines()
            .filter(|line| line.contains("public_url"))
            .map(|line| serde_json::from_str(line).unwrap())
            .collect::<Vec<Value>>()
    };
    let [warned] = told(&[]).try_into().unwrap();
    assert_eq!(warned["level"], "WARN");
    let message = warned["message"].as_str().unwrap();
    assert!(message.contains("mails hold no links") && message.contains("POLARIS_PUBLIC_URL"), "{message}");
    assert_eq!(told(&["--public-url", "https://events.example.org"]), [] as [Value; 0]);
    assert!(home.run(&["doctor"]).done().contains("public_url is not set: mails hold no links"));
}

#[test]
fn metrics_are_read_with_the_token_of_a_file_and_the_file_must_hold_a_good_one() {
    let home = Home::with_data();
    home.write("token", "TpGv0mVJ1yqWc8aZ\n");
    let serve = ["serve", "--listen", "127.0.0.1:0", "--metrics-token-file", "token"];
    let server = Server::start(&home, &serve);
    assert_eq!(get(&server.address(), "/metrics", "").0, 401);
    drop(server);
    for (held, why) in
        [("short\n", "must hold at least 16 letters"), ("", "must hold a token in one line"), ("two\nlines of it here\n", "in one line")]
    {
        home.write("token", held);
        let said = home.run(&serve).refused(2);
        assert!(said.contains("metrics_token_file: ") && said.contains(why) && !said.contains("lines of"), "{said}");
    }
    let said = home.run(&["serve", "--listen", "127.0.0.1:0", "--metrics-token-file", "nowhere"]).refused(2);
    assert!(said.contains("metrics_token_file: ") && said.contains("can't be read"), "{said}");
}
