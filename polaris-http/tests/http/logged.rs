//! The request log of a server in a process of its own: this test program starts itself once more.

use std::process::Command;

use polaris_http::ServerConfig;
use serde_json::Value;

use super::house::House;

const CHILD: &str = "POLARIS_TEST_LOGS_REQUESTS";

/// Requests that hold a secret or a person in every place there is.
#[test]
fn in_the_child_that_logs() {
    if std::env::var_os(CHILD).is_none() {
        return;
    }
    let server = House::new().serve_with(ServerConfig { log_requests: true, ..ServerConfig::default() });
    let token = server.session("admin", Some("kckps"));
    server.public("kckps", "?page=1&name=Jane-Roe");
    server.public("kckps", "/jane-roe");
    server.get("/api/v1/district/kckps/events?key=Jane-Roe").key("plrs_Jane-Roe").send();
    server.get("/api/v1/tenants/hmsd/events").token(&token).header("User-Agent", "Jane-Roe").send();
    server.post("/api/v1/tenants/kckps/events").token(&token).header("X-Request-Id", "from-the-site").json(&"Jane-Roe".into()).send();
    server.get("/nothing/Jane-Roe/jane-roe").send();
    server.get("/account/kckps/set-password/plol_Jane-Roe").send_unchecked();
    server.post("/account/kckps/forgotten").form(&[("login", "jane-roe")]).send_unchecked();
    server.get("/calendar/kckps/plcf_Jane-Roe.ics").send();
    server.get("/calendar/kckps/events.ics").send();
    server.get("/api/v1/district/Jane%20Roe/events").send();
    server.ask("JANE-ROE", "/health/live").send();
    server.raw("Jane-Roe\r\n\r\n");
}

#[test]
fn each_request_is_one_line_without_queries_keys_addresses_or_what_was_typed_into_a_path() {
    let child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "http::logged::in_the_child_that_logs", "--nocapture", "--test-threads=1"])
        .env(CHILD, "1")
        .output()
        .unwrap();
    assert!(child.status.success(), "{child:?}");
    let text = String::from_utf8(child.stdout).unwrap();
    let lines: Vec<Value> = text.lines().filter_map(|line| serde_json::from_str(&line[line.find('{')?..]).ok()).collect();
    let seen: Vec<_> =
        lines.iter().map(|line| format!("{} {} {} {}", line["method"], line["route"], line["tenant"], line["status"])).collect();
    let expected = [
        r#""GET" "/api/v1/district/{tenant}/events" "kckps" 200"#,
        r#""GET" "/api/v1/district/{tenant}/events/{event}" "kckps" 404"#,
        r#""GET" "/api/v1/district/{tenant}/events" "kckps" 401"#,
        r#""GET" "/api/v1/tenants/{tenant}/events" "hmsd" 401"#,
        r#""POST" "/api/v1/tenants/{tenant}/events" "kckps" 400"#,
        r#""GET" "none" null 404"#,
        r#""GET" "/account/{tenant}/set-password/{secret}" "kckps" 404"#,
        r#""POST" "/account/{tenant}/forgotten" "kckps" 303"#,
        r#""GET" "/calendar/{tenant}/{feed}" "kckps" 404"#,
        r#""GET" "/calendar/{tenant}/events.ics" "kckps" 200"#,
        r#""GET" "/api/v1/district/{tenant}/events" null 401"#,
        r#""other" "/health/live" null 405"#,
        r#""other" "none" null 400"#,
    ];
    assert_eq!(seen, expected);
    for line in &lines {
        let fields: Vec<_> = line.as_object().unwrap().keys().cloned().collect();
        assert_eq!(fields, ["duration_us", "level", "method", "request_id", "route", "status", "tenant", "time"]);
        assert_eq!(line["level"], "info");
    }
    assert_eq!(lines[4]["request_id"], "from-the-site");
    for word in ["ane", "127.0.0.1", "plrs_", "plss_", "plcf_", "plol_", "page"] {
        assert!(!lines.iter().any(|line| line.to_string().contains(word)), "{word}");
    }
}

const TROUBLED: &str = "POLARIS_TEST_LOGS_TROUBLE";

#[test]
fn in_the_child_with_trouble() {
    if std::env::var_os(TROUBLED).is_none() {
        return;
    }
    polaris_http::report_to_stderr(true);
    let server = House::new().serve();
    std::fs::remove_file(server.data().join("polaris_kckps.db")).unwrap();
    server.public("kckps", "").refused(503, "UNAVAILABLE");
}

#[test]
fn trouble_with_a_tenants_file_is_reported_under_the_tenants_slug() {
    let child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "http::logged::in_the_child_with_trouble", "--nocapture", "--test-threads=1"])
        .env(TROUBLED, "1")
        .output()
        .unwrap();
    assert!(child.status.success(), "{child:?}");
    let text = String::from_utf8(child.stderr).unwrap();
    let lines: Vec<Value> = text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
    let trouble: Vec<_> = lines.iter().filter(|line| line["message"] == "the store is unavailable").collect();
    assert!(!trouble.is_empty() && trouble.iter().all(|line| line["database"] == "kckps"), "{text}");
}
