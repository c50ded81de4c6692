//! Audit logs over HTTP (X2, X3): listed, exported, verified, for a tenant's admins and the operator's staff.

use serde_json::{Value, json};

use super::house::{House, Server, event};
use super::log_in::log_in;

const KCKPS: &str = "/api/v1/tenants/kckps/audit";
const OPERATOR: &str = "/api/v1/platform/audit";

fn with_events() -> Server {
    let server = House::new().with_people().serve();
    for day in 1..=3 {
        server.draft("kckps", event("Career Day", &format!("2026-02-0{day}T09:00")));
    }
    server
}

fn kim(server: &Server) -> String {
    log_in(server, "/api/v1/tenants/kckps/session", "kim")
}

#[test]
fn an_admin_lists_the_log_newest_first_by_every_filter() {
    let server = with_events();
    let kim = kim(&server);
    let list = |query: &str| server.get(&format!("{KCKPS}?{query}")).token(&kim).send().ok(200);
    let all = list("per_page=2");
    assert_eq!(all["meta"]["tenant"], "kckps");
    assert_eq!((&all["data"][0]["action"], &all["data"][1]["action"]), (&json!("session.log_in"), &json!("event.create")));
    let total = all["pagination"]["total"].as_u64().unwrap();
    let count = |query: &str| list(query)["pagination"]["total"].as_u64().unwrap();
    assert_eq!(count("action=event."), 3);
    assert_eq!(count("action=event.create&resource_kind=event&resource_id=2"), 1);
    assert_eq!(count("actor_kind=system"), 4);
    assert_eq!(count(&format!("after={}", total - 1)), 1);
    assert_eq!(count("outcome=refused"), 0);
    assert_eq!(count("from=2026-01-10&to=2026-01-10"), total, "that day in Kansas City");
    assert_eq!(count("to=2026-01-09"), 0);
    assert_eq!(count("from=2026-01-10T15:30:00Z"), total);
    assert_eq!(list("action=event.create")["data"][0]["details"]["status"], "draft");
}

#[test]
fn what_makes_no_sense_is_refused_by_name() {
    let server = with_events();
    let (kim, admin) = (kim(&server), server.session("admin", None));
    for (query, field) in [
        ("actor_kind=god", "actor_kind"),
        ("actor_id=7", "actor_id"),
        ("actor_kind=staff&actor_id=-1", "actor_id"),
        ("actor_kind=staff&actor_id=x", "actor_id"),
        ("resource_id=7", "resource_id"),
        ("action=", "action"),
        ("from=yesterday", "from"),
        ("from=2026-02-30", "from"),
        ("from=2026-01-10T00:00:00+00:00", "from"),
        ("from=2026-01-02&to=2026-01-01", "from"),
        ("outcome=maybe", "outcome"),
        ("after=1.5", "after"),
        ("after=9223372036854775808", "after"),
        ("page=0", "page"),
        ("actor=7", "actor"),
        ("outcome=done&outcome=done", "outcome"),
    ] {
        server.get(&format!("{KCKPS}?{query}")).token(&kim).send().refuses(field);
        server.get(&format!("{OPERATOR}?{query}")).token(&admin).send().refuses(field);
        if field != "page" {
            server.get(&format!("{KCKPS}/export?{query}")).token(&kim).send().refuses(field);
        }
    }
    server.get(&format!("{KCKPS}/export?format=pdf")).token(&kim).send().refuses("format");
    server.get(&format!("{KCKPS}/verify?head=7")).token(&kim).send().refuses("head");
    server.get(&format!("{KCKPS}/head?x=7")).token(&kim).send().refuses("x");
}

#[test]
fn only_who_may_read_the_log_does_and_only_who_may_take_data_out_exports() {
    let server = with_events();
    let pat = log_in(&server, "/api/v1/tenants/kckps/session", "pat");
    let lee = log_in(&server, "/api/v1/tenants/hmsd/session", "lee");
    let (support, outside) = (server.session("support", Some("kckps")), server.session("admin", None));
    for rest in ["", "/export", "/verify", "/head"] {
        let at = format!("{KCKPS}{rest}?junk=1");
        server.get(&at).send().refused(401, "UNAUTHENTICATED");
        server.get(&at).token(&pat).send().refused(403, "FORBIDDEN");
        let (theirs, nobodys) = (server.get(&at).token(&lee).send(), server.get(&at.replace("kckps", "nowhere")).token(&lee).send());
        assert_eq!(theirs.refused(401, "UNAUTHENTICATED"), nobodys.refused(401, "UNAUTHENTICATED"));
        server.get(&at).token(&outside).send().refused(401, "UNAUTHENTICATED");
        let at = format!("{OPERATOR}{rest}");
        server.get(&at).token(&lee).send().refused(401, "UNAUTHENTICATED");
        let answer = server.get(&at).token(&support).send();
        match rest {
            "/export" => drop(answer.refused(403, "FORBIDDEN")),
            _ => drop(answer.ok(200)),
        }
        let answer = server.get(&format!("{KCKPS}{rest}")).token(&support).send();
        match rest {
            "/export" => drop(answer.refused(403, "FORBIDDEN")),
            _ => drop(answer.ok(200)),
        }
    }
}

#[test]
fn an_export_is_a_file_of_lines_and_is_noted_with_its_row_count() {
    let server = with_events();
    let kim = kim(&server);
    let csv = server.get(&format!("{KCKPS}/export?action=event.")).token(&kim).send();
    assert_eq!((csv.status, csv.header("content-type")), (200, Some("text/csv; charset=utf-8")));
    assert_eq!(csv.header("content-disposition"), Some("attachment; filename=\"audit-kckps.csv\""));
    assert_eq!(csv.header("cache-control"), Some("no-store"));
    let text = csv.text();
    assert_eq!(text.lines().count(), 4, "{text}");
    assert!(text.starts_with("id,occurred_at,actor_kind,"));

    let lines = server.get(&format!("{KCKPS}/export?format=jsonl")).token(&kim).send();
    assert_eq!(lines.header("content-type"), Some("application/x-ndjson"));
    let entries: Vec<Value> = lines.text().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let listed = server.get(&format!("{KCKPS}?per_page=100&action=audit.export")).token(&kim).send().data(200);
    assert_eq!(listed[0]["details"], json!({ "format": "jsonl", "rows": entries.len(), "filter": {} }));
    assert_eq!(listed[1]["details"], json!({ "format": "csv", "rows": 3, "filter": { "action": "event." } }));
    // The same entries, under the same names.
    let shown = server.get(&format!("{KCKPS}?per_page=100&action=event.")).token(&kim).send().data(200);
    assert!(entries.contains(&shown[0]), "{shown}");

    let head = server.ask("HEAD", &format!("{KCKPS}/export")).token(&kim).send_unchecked();
    assert_eq!((head.status, head.body.len(), head.header("content-type")), (200, 0, Some("text/csv; charset=utf-8")));
    let admin = server.session("admin", None);
    let operators = server.get(&format!("{OPERATOR}/export?format=jsonl")).token(&admin).send();
    assert_eq!(operators.header("content-disposition"), Some("attachment; filename=\"audit-operator.jsonl\""));
}

#[test]
fn a_long_export_comes_whole() {
    let house = House::new().with_people().sql(
        "kckps",
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 25000)
         INSERT INTO audit_entries (occurred_at, actor_kind, personal_digest, action, outcome, details, previous_hash, hash)
         SELECT '2026-01-09T12:00:00.000Z', 'public', '', 'thing.do', 'done', '{}', '', '' FROM n;",
    );
    let server = house.serve();
    let kim = kim(&server);
    let export = server.get(&format!("{KCKPS}/export?action=thing.do")).token(&kim).send();
    assert_eq!(export.text().lines().count(), 25_001);
}

#[test]
fn a_log_is_verified_against_what_was_noted_and_what_was_kept() {
    let server = with_events();
    let kim = kim(&server);
    let head = server.get(&format!("{KCKPS}/head")).token(&kim).send().data(200);
    assert_eq!((&head["tenant"], &head["epoch"]), (&json!("kckps"), &json!(1)));
    let kept = format!("{}:{}", head["id"], head["hash"].as_str().unwrap());
    let verified = server.get(&format!("{KCKPS}/verify?head={kept}")).token(&kim).send().data(200);
    assert_eq!((&verified["intact"], &verified["first_break"], &verified["head"]), (&json!(true), &Value::Null, &head));
    let forged = format!("{}:{}", head["id"], "0".repeat(64));
    let found = server.get(&format!("{KCKPS}/verify?head={forged}")).token(&kim).send().data(200);
    assert_eq!(
        (&found["intact"], &found["first_break"]["kind"], &found["first_break"]["id"]),
        (&json!(false), &json!("rewritten"), &head["id"])
    );
    assert!(found["first_break"]["message"].as_str().unwrap().starts_with(&format!("entry {} ", head["id"])));

    let admin = server.session("admin", None);
    let operator = server.get(&format!("{OPERATOR}/verify")).token(&admin).send().data(200);
    assert_eq!((&operator["intact"], &operator["noted"], &operator["head"]["tenant"]), (&json!(true), &Value::Null, &Value::Null));
    assert_eq!(server.get(&format!("{OPERATOR}/head")).token(&admin).send().data(200)["epoch"], Value::Null);
}
