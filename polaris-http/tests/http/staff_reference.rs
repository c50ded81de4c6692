//! Reference data as the operator's staff import, list and bring them to tenants (P5, FR-TENANT-104).

use polaris_core::{ReferenceData, ReferenceSync};
use serde_json::{Value, json};

use super::client::Answer;
use super::house::{House, Server};
use super::schema::document;

const REFERENCE: &str = "/api/v1/platform/reference";

fn csv(server: &Server, token: &str, rest: &str, body: impl Into<Vec<u8>>) -> Answer {
    server.post(&format!("{REFERENCE}/import{rest}")).token(token).header("Content-Type", "text/csv; charset=utf-8").body(body).send()
}

fn names(server: &Server, token: &str, rest: &str) -> Vec<String> {
    let data = server.get(&format!("{REFERENCE}/{rest}")).token(token).send().data(200);
    data.as_array().unwrap().iter().map(|item| item["name"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_csv_file_and_a_json_document_are_imported_listed_and_brought_to_tenants() {
    let server = House::new().serve();
    let token = server.session("admin", None);
    let report = csv(&server, &token, "?kind=skills", "name;aliases\nNursing;Care\nWelding;\n").data(200);
    assert_eq!(report["skills"], json!({ "created": 2, "updated": 0, "unchanged": 0, "removed": 0, "rejected": 0 }));
    assert_eq!((&report["dry_run"], &report["problems"]), (&json!(false), &json!([])));
    let document = json!({
        "districts": [{ "name": "Kansas City Kansas Public Schools", "aliases": ["KCKPS"], "schools": [
            { "name": "Harmon High School", "level": "high", "city": "Kansas City", "state": "KS", "postal_code": "66106", "aliases": null },
        ] }],
        "skills": ["Welding"],
        "career_types": [{ "name": "Health", "keywords": ["nurse"], "aliases": [] }],
    });
    let report = server.post(&format!("{REFERENCE}/import")).token(&token).json(&document).send().data(200);
    assert_eq!(
        (&report["districts"]["updated"], &report["schools"]["created"], &report["skills"]["unchanged"]),
        (&json!(1), &json!(1), &json!(1))
    );

    assert_eq!(names(&server, &token, "skills"), ["Nursing", "Welding"]);
    assert_eq!(names(&server, &token, "skills?q=care"), ["Nursing"]);
    assert_eq!(names(&server, &token, "schools?district=KCKPS&per_page=1"), ["Harmon High School"]);
    assert_eq!(names(&server, &token, "career_types"), ["Health"]);
    let district = server.get(&format!("{REFERENCE}/districts")).token(&token).send().data(200);
    assert_eq!((&district[0]["schools"], &district[0]["aliases"], &district[0]["level"]), (&json!(2), &json!(["KCKPS"]), &Value::Null));

    let sync = |body: Value| server.post(&format!("{REFERENCE}/sync")).token(&token).json(&body).send().data(200);
    let told = sync(json!({ "dry_run": true }));
    let done = server.post(&format!("{REFERENCE}/sync")).token(&token).send().data(200);
    assert_eq!((&told["tenants"], &told["dry_run"], &done["dry_run"]), (&done["tenants"], &json!(true), &json!(false)));
    assert_eq!(done["tenants"][0]["tenant"], "hmsd");
    assert_eq!((&done["tenants"][1]["changes"]["skills"]["added"], &done["tenants"][1]["error"]), (&json!(2), &Value::Null));
    assert_eq!(sync(json!({ "tenants": ["kckps"] }))["tenants"].as_array().unwrap().len(), 1);
}

#[test]
fn bad_rows_are_named_with_line_and_column_and_nothing_is_imported() {
    let server = House::new().serve();
    let token = server.session("admin", None);
    let file = "name,aliases\nGood,\n=cmd(),\nFine,+1\n";
    let expected = [("line 3, name", "FORMULA"), ("line 4, aliases", "FORMULA")].map(|(field, code)| (field.to_owned(), code.to_owned()));
    assert_eq!(csv(&server, &token, "?kind=skills", file).fields(422, "VALIDATION_FAILED"), expected);
    let report = csv(&server, &token, "?kind=skills&dry_run=true", file).data(200);
    assert_eq!((&report["skills"]["created"], &report["skills"]["rejected"]), (&json!(1), &json!(2)));
    assert_eq!(report["problems"][1]["field"], "line 4, aliases");
    let document = json!({ "districts": [{ "name": "D", "schools": [{ "name": "S", "level": "college" }] }] });
    let fields = server.post(&format!("{REFERENCE}/import")).token(&token).json(&document).send().fields(422, "VALIDATION_FAILED");
    assert_eq!(fields, [("districts[0].schools[0].level".to_owned(), "UNKNOWN_VALUE".to_owned())]);
    assert!(names(&server, &token, "skills").is_empty());
}

#[test]
fn what_can_not_be_read_is_refused_by_name() {
    let server = House::new().serve();
    let token = server.session("admin", None);
    for (rest, body, field) in [
        ("", "name\nA\n", "kind"),
        ("?kind=colours", "name\nA\n", "kind"),
        ("?kind=Skills", "name\nA\n", "kind"),
        ("?kind=skills&dry_run=yes", "name\nA\n", "dry_run"),
        ("?kind=skills&replace=1", "name\nA\n", "replace"),
        ("?kind=skills&color=1", "name\nA\n", "color"),
        ("?kind=skills", "name,level\nA,high\n", "level"),
        ("?kind=schools", "name,level\nA,high\n", "district"),
        ("?kind=skills", "", "body"),
        ("?kind=skills", "name\nA\0B\n", "body"),
    ] {
        csv(&server, &token, rest, body).refuses(field);
    }
    let post = |body: &Value, rest: &str| server.post(&format!("{REFERENCE}/import{rest}")).token(&token).json(body).send();
    post(&json!({ "skills": [] }), "?kind=skills").refuses("kind");
    post(&json!({ "colours": [] }), "").refuses("colours");
    post(&json!({ "skills": [5] }), "").refuses("skills[0]");
    for (body, field) in [(json!({ "tenants": "kckps" }), "tenants"), (json!({ "all": true }), "all")] {
        server.post(&format!("{REFERENCE}/sync")).token(&token).json(&body).send().refuses(field);
    }
    let fields = server.post(&format!("{REFERENCE}/sync")).token(&token).json(&json!({ "tenants": ["hmsd", "x"] })).send();
    assert_eq!(fields.fields(422, "VALIDATION_FAILED"), [("tenants[1]".to_owned(), "UNKNOWN_VALUE".to_owned())]);
    server.get(&format!("{REFERENCE}/colours")).token(&token).send().refused(404, "NOT_FOUND");
    server.get(&format!("{REFERENCE}/skills?district=x")).token(&token).send().refuses("district");
    server.get(&format!("{REFERENCE}/import")).token(&token).send_unchecked().refused(405, "METHOD_NOT_ALLOWED");
}

#[test]
fn a_file_may_be_larger_than_other_bodies_but_not_than_16_mib() {
    let server = House::new().serve();
    let token = server.session("admin", None);
    let post = |kind: &str, body: Vec<u8>| {
        server.post(&format!("{REFERENCE}/import?kind=skills&dry_run=true")).token(&token).header("Content-Type", kind).body(body).send()
    };
    let rows: String = (0..100_000).map(|number| format!("Skill number {number} of very many\n")).collect();
    assert!(rows.len() > 2 << 20);
    assert_eq!(post("text/csv", format!("name\n{rows}").into_bytes()).data(200)["skills"]["created"], 100_000);
    assert!(post("text/csv", vec![b'x'; (16 << 20) + 1]).refused(413, "PAYLOAD_TOO_LARGE")["message"].as_str().unwrap().contains("16 MiB"));
    let refused = post("text/plain", b"name\nA\n".to_vec()).refused(415, "UNSUPPORTED_MEDIA_TYPE");
    assert!(refused["message"].as_str().unwrap().contains("text/csv"));
}

#[test]
fn who_may_not_keep_reference_data_learns_nothing_by_trying() {
    let server = House::new().serve();
    let support = server.session("support", None);
    server.get(&format!("{REFERENCE}/skills")).token(&support).send().ok(200);
    for path in ["import", "import?kind=nonsense", "sync"] {
        server.post(&format!("{REFERENCE}/{path}")).token(&support).body("nonsense").send().refused(403, "FORBIDDEN");
        server.post(&format!("{REFERENCE}/{path}")).body("nonsense").send().refused(401, "UNAUTHENTICATED");
    }
    server.get(&format!("{REFERENCE}/nonsense")).send().refused(401, "UNAUTHENTICATED");
}

#[test]
fn one_bad_tenant_is_told_of_and_does_not_stop_the_rest() {
    let server = House::new().serve();
    let token = server.session("admin", None);
    std::fs::write(server.data().join("polaris_hmsd.db"), b"no database").unwrap();
    csv(&server, &token, "?kind=skills", "name\nNursing\n").data(200);
    let report = server.post(&format!("{REFERENCE}/sync")).token(&token).send().data(200);
    assert_eq!((&report["tenants"][0]["error"]["code"], &report["tenants"][0]["changes"]), (&json!("UNAVAILABLE"), &Value::Null));
    assert_eq!(report["tenants"][1]["changes"]["skills"]["added"], 1);
}

#[test]
fn what_is_documented_is_what_the_core_reads() {
    fn fields<T: serde::de::DeserializeOwned + std::fmt::Debug>(text: &str) -> Vec<String> {
        let error = serde_json::from_str::<T>(text).unwrap_err().to_string();
        let (_, list) = error.split_once(", expected ").unwrap();
        let mut fields: Vec<_> = list.split('`').skip(1).step_by(2).map(str::to_owned).collect();
        fields.sort();
        fields
    }
    for (schema, fields) in [
        ("NewReferenceData", fields::<ReferenceData>(r#"{"?": 1}"#)),
        ("NewDistrict", fields::<ReferenceData>(r#"{"districts": [{"?": 1}]}"#)),
        ("NewSchool", fields::<ReferenceData>(r#"{"districts": [{"schools": [{"?": 1}]}]}"#)),
        ("NewSkill", fields::<ReferenceData>(r#"{"skills": [{"?": 1}]}"#)),
        ("NewCareerType", fields::<ReferenceData>(r#"{"career_types": [{"?": 1}]}"#)),
        ("NewReferenceSync", fields::<ReferenceSync>(r#"{"?": 1}"#)),
    ] {
        let documented: Vec<_> = document()["components"]["schemas"][schema]["properties"].as_object().unwrap().keys().cloned().collect();
        assert_eq!(documented, fields, "{schema}");
    }
}
