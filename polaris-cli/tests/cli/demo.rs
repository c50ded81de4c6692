//! The demo: made, tried, stopped, killed, taken up again.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;
use std::time::Duration;

use crate::support::{Home, Server, get, try_line};

fn start(home: &Home) -> Server {
    Server::start(home, &["demo", "--listen", "127.0.0.1:0"])
}

fn key(line: &str) -> &str {
    line.split('\'').nth(1).unwrap().strip_prefix("X-API-Key: ").unwrap()
}

#[test]
fn the_three_lines_work_as_printed_also_after_a_restart() {
    let home = Home::empty();
    let mut keys = Vec::new();
    for _ in 0..2 {
        let demo = start(&home);
        let lines = demo.curl_lines();
        let (status, list) = try_line(&home, &lines[0]);
        assert_eq!((status, list["data"].as_array().unwrap().len()), (200, 3), "{list}");
        assert_eq!(list["meta"]["tenant"], "kckps");
        let (status, one) = try_line(&home, &lines[1]);
        assert_eq!((status, one["meta"]["tenant"].as_str()), (200, Some("hmsd")), "{one}");
        assert_eq!(one["data"]["status"], "published");
        let (status, upcoming) = try_line(&home, &lines[2]);
        assert_eq!(status, 200);
        assert!(!upcoming["data"].as_array().unwrap().is_empty(), "{upcoming}");
        keys.push([key(&lines[0]).to_owned(), key(&lines[1]).to_owned()]);
        demo.signal("TERM");
        assert_eq!(demo.ended(), Some(0));
    }
    assert_eq!(keys[0], keys[1], "a restart keeps the keys");
    let mode = fs::metadata(home.join("polaris-demo/demo-keys.json")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    assert!(home.run(&["doctor", "--data", "polaris-demo"]).done().contains("checked 2 tenants"));
}

#[test]
fn the_demo_holds_a_year_of_two_real_districts() {
    let home = Home::empty();
    drop(start(&home));
    let list = home.json(&["event", "list", "kckps", "--data", "polaris-demo", "--per-page", "100"]);
    assert_eq!(list["total"], 12);
    assert!(list["items"].as_array().unwrap().iter().all(|event| event["ends_at"].is_string() && event["wanted_skills"][0].is_string()));
    assert_eq!(home.json(&["tenant", "show", "kckps", "--data", "polaris-demo"])["schools"], 37);
    assert_eq!(home.json(&["tenant", "show", "hmsd", "--data", "polaris-demo"])["schools"], 7);
    assert_eq!(home.json(&["event", "list", "hmsd", "--data", "polaris-demo", "--status", "published"])["total"], 10);
}

#[test]
fn another_demo_or_serve_on_the_directory_is_refused() {
    let home = Home::empty();
    let _demo = start(&home);
    let why = home.run(&["demo", "--listen", "127.0.0.1:0"]).refused(4);
    assert!(why.contains("another `polaris serve` is running on this data directory"), "{why}");
    home.run(&["serve", "--data", "polaris-demo", "--listen", "127.0.0.1:0"]).refused(4);
}

#[test]
fn a_taken_port_gives_another_one_and_says_so() {
    let home = Home::empty();
    let other = TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = other.local_addr().unwrap().to_string();
    let demo = Server::start(&home, &["demo", "--listen", &taken]);
    assert!(demo.said.starts_with(&format!("{taken} is taken by another program, so the demo uses 127.0.0.1:")), "{}", demo.said);
    let lines = demo.curl_lines();
    assert!(lines.iter().all(|line| line.contains(&demo.address()) && !line.contains(&taken)), "{lines:?}");
    assert_eq!(get(&demo.address(), "/api/v1/district/kckps/events", key(&lines[0])).0, 200);
}

#[test]
fn a_kill_at_any_moment_leaves_nothing_or_a_whole_demo() {
    let home = Home::empty();
    for round in 0..8 {
        let mut child = home
            .program()
            .args(["demo", "--listen", "127.0.0.1:0"])
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_millis(40 * round));
        child.kill().unwrap();
        child.wait().unwrap();
        if home.join("polaris-demo").exists() {
            assert!(home.join("polaris-demo/demo-keys.json").exists());
        }
    }
    let demo = start(&home);
    for line in demo.curl_lines() {
        assert_eq!(try_line(&home, &line).0, 200, "{line}");
    }
    assert!(!home.join("polaris-demo.unfinished").exists());
}

#[test]
fn a_spoilt_demo_says_to_start_again() {
    let home = Home::empty();
    drop(start(&home));
    let keys = home.join("polaris-demo/demo-keys.json");
    let good = fs::read_to_string(&keys).unwrap();
    fs::write(&keys, good.replace("plrs_", "plrs_x")).unwrap();
    let why = home.run(&["demo", "--listen", "127.0.0.1:0"]).refused(4);
    assert!(why.contains("not as `polaris demo` made it") && why.contains("remove ./polaris-demo and start again"), "{why}");
    fs::write(&keys, "{").unwrap();
    home.run(&["demo", "--listen", "127.0.0.1:0"]).refused(4);
    fs::remove_file(&keys).unwrap();
    assert!(home.run(&["demo", "--listen", "127.0.0.1:0"]).refused(4).contains("it has no demo-keys.json"));
}

#[test]
fn the_demo_leaves_other_directories_alone() {
    let home = Home::with_data();
    fs::create_dir(home.join("polaris-demo")).unwrap();
    home.write("polaris-demo/notes.txt", "mine");
    assert!(home.run(&["demo", "--listen", "127.0.0.1:0"]).refused(1).contains("not empty and not a demo"));
    assert!(home.run(&["demo", "--data", "polaris-data", "--listen", "127.0.0.1:0"]).refused(4).contains("demo-keys.json"));
    fs::create_dir(home.join("other.unfinished")).unwrap();
    home.write("other.unfinished/notes.txt", "mine");
    assert!(home.run(&["demo", "--data", "other", "--listen", "127.0.0.1:0"]).refused(1).contains("notes.txt"));
    assert_eq!(fs::read_to_string(home.join("other.unfinished/notes.txt")).unwrap(), "mine");
}

#[test]
fn the_demo_goes_where_the_flag_says_and_nowhere_else() {
    let home = Home::empty();
    home.write("polaris.toml", "data = 'real-data'\n");
    fs::create_dir(home.join("empty")).unwrap();
    let demo = Server::start(&home, &["demo", "--data", "empty", "--listen", "127.0.0.1:0"]);
    assert!(demo.lines(1)[0].starts_with("made the demo in empty"), "{}", demo.said);
    let usual = start(&home);
    assert!(usual.lines(1)[0].starts_with("made the demo in ./polaris-demo"));
    assert!(!home.join("real-data").exists());
}

#[test]
fn of_several_begun_at_once_one_serves_and_the_others_say_why_not() {
    let home = Home::empty();
    let demos = std::thread::scope(|scope| {
        let all: Vec<_> = (0..4).map(|_| scope.spawn(|| start(&home))).collect();
        all.into_iter().map(|one| one.join().unwrap()).collect::<Vec<_>>()
    });
    let serving = demos.iter().filter(|demo| demo.said.contains("serving on")).count();
    let refused = demos.iter().filter(|demo| demo.said.starts_with("error: another `polaris ")).count();
    assert_eq!((serving, refused), (1, 3), "{:?}", demos.iter().map(|demo| &demo.said).collect::<Vec<_>>());
}

#[test]
fn a_demo_for_programs_is_one_document() {
    let home = Home::empty();
    let mut command = home.program();
    command.args(["demo", "--listen", "127.0.0.1:0", "--json"]);
    let mut child = command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::null()).spawn().unwrap();
    let mut line = String::new();
    std::io::BufRead::read_line(&mut std::io::BufReader::new(child.stdout.take().unwrap()), &mut line).unwrap();
    let demo: serde_json::Value = serde_json::from_str(&line).unwrap();
    let key = demo["tenants"][1]["api_key"].as_str().unwrap();
    let address = demo["url"].as_str().unwrap().strip_prefix("http://").unwrap();
    assert_eq!(get(address, "/api/v1/district/hmsd/events", key).0, 200);
    assert_eq!((demo["tenants"][0]["published"].as_u64(), demo["try"].as_array().map(Vec::len)), (Some(10), Some(3)));
    child.kill().unwrap();
    child.wait().unwrap();
}
