//! The OpenAPI document: complete, kept as a snapshot, and true of what the core reads.

use std::collections::BTreeSet;

use polaris_core::{
    EventEdit, NewCancellation, NewDuplicate, NewEvent, NewPassword, NewStaff, NewSupport, NewTenant, NewUser, SettingsEdit, StaffEdit,
    TenantEdit, UsedLink, UserEdit, json, operations,
};
use polaris_core::{NewApiKey, NewKeyAdoption, NewKeyRotation};
use polaris_core::{NewBackup, NewMigration, NewRestore};
use polaris_core::{
    NewNote, NewOutreach, NewOutreachMail, NewParticipation, NewSignup, NewVolunteer, NoteEdit, OutreachEdit, ParticipationEdit,
    VolunteerEdit, VolunteerMerge,
};
use serde_json::Value;

use super::house::House;
use super::schema::document;

/// Operations that the core has and HTTP has not.
fn not_over_http() -> BTreeSet<String> {
    let exceptions = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/surface.toml")).unwrap();
    let exceptions: toml::Table = exceptions.parse().unwrap();
    exceptions["http"].as_table().unwrap().keys().cloned().collect()
}

/// What only HTTP has.
const ONLY_HTTP: &[&str] = &["health_live", "health_public_api", "health_ready"];

/// The operations that the document has.
fn described() -> BTreeSet<String> {
    let paths = document()["paths"].as_object().unwrap();
    let operations = paths.values().flat_map(|path| path.as_object().unwrap().values());
    let mut ids = BTreeSet::new();
    for operation in operations {
        let id = operation["operationId"].as_str().unwrap();
        assert!(ids.insert(id.to_owned()), "{id} is described twice");
    }
    ids
}

#[test]
fn the_document_is_served_as_it_is() {
    let server = House::new().serve();
    let answer = server.get("/openapi.json").send();
    assert_eq!(answer.ok(200), *document());
    assert!(answer.header("content-type").unwrap().starts_with("application/json"));
    assert!(document()["openapi"].as_str().unwrap().starts_with("3.0."));
}

#[test]
fn the_documentation_is_a_page_that_loads_nothing_from_elsewhere() {
    let server = House::new().serve();
    let answer = server.get("/docs").send();
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("content-type"), Some("text/html; charset=utf-8"));
    assert!(answer.text().contains("<title>Polaris API</title>"));
    for tag in ["<script src=", "<link rel=\"stylesheet\" href=\"http", "@import"] {
        assert!(!answer.text().contains(tag), "{tag}");
    }
}

#[test]
fn the_document_has_every_operation_and_no_other() {
    let here = described();
    let all: BTreeSet<_> = operations::ALL.iter().map(|operation| operation.id.to_owned()).collect();
    let only: BTreeSet<_> = ONLY_HTTP.iter().map(ToString::to_string).collect();
    assert_eq!(here, all.difference(&not_over_http()).cloned().chain(only).collect());
}

#[test]
fn every_parameter_of_a_path_is_documented_and_required() {
    for (path, operations) in document()["paths"].as_object().unwrap() {
        for operation in operations.as_object().unwrap().values() {
            let in_path: BTreeSet<_> = path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}')).collect();
            let parameters = operation["parameters"].as_array();
            let described: BTreeSet<_> = parameters
                .into_iter()
                .flatten()
                .filter(|parameter| parameter["in"] == "path" && parameter["required"] == true)
                .map(|parameter| parameter["name"].as_str().unwrap())
                .collect();
            assert_eq!(in_path, described, "{path}");
        }
    }
}

#[test]
fn every_operation_but_health_names_what_it_takes_to_be_let_in() {
    for (path, operations) in document()["paths"].as_object().unwrap() {
        for operation in operations.as_object().unwrap().values() {
            let scheme = match path {
                path if path.starts_with("/api/v1/district/") => Some("api_key"),
                path if ["/health/", "/calendar/", "/api/v1/public/"].iter().any(|open| path.starts_with(open)) => None,
                // Where a session is got in the first place.
                _ if ["log_in", "use_link", "request_reset"]
                    .iter()
                    .any(|open| operation["operationId"].as_str().unwrap().ends_with(open)) =>
                {
                    None
                }
                _ => Some("session"),
            };
            let named = operation["security"][0].as_object().and_then(|schemes| schemes.keys().next());
            assert_eq!(named.map(String::as_str), scheme, "{path}");
            assert!(operation["summary"].is_string() || operation["description"].is_string(), "{path}");
        }
    }
}

#[test]
fn formats_are_those_of_the_openapi_registry() {
    fn formats<'v>(value: &'v Value, found: &mut BTreeSet<&'v str>) {
        match value {
            Value::Array(items) => items.iter().for_each(|item| formats(item, found)),
            Value::Object(fields) => {
                found.extend(fields.get("format").and_then(Value::as_str));
                fields.values().for_each(|field| formats(field, found));
            }
            _ => {}
        }
    }
    let mut found = BTreeSet::new();
    formats(document(), &mut found);
    let known = BTreeSet::from(["binary", "date", "int32", "int64", "uint32", "uint64"]);
    assert!(found.is_subset(&known), "{found:?}");
}

#[test]
fn the_document_is_as_it_was_reviewed() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/openapi.json");
    let now = polaris_http::document().unwrap() + "\n";
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
        std::fs::write(path, &now).unwrap();
    }
    let then = std::fs::read_to_string(path).unwrap_or_default();
    assert!(now == then, "the OpenAPI document has changed: UPDATE_SNAPSHOTS=1 writes it to tests/openapi.json, to be reviewed there");
}

/// The fields that a draft knows, from what it says of one it doesn't know.
fn fields_of<T: serde::de::DeserializeOwned>() -> BTreeSet<String> {
    let error = serde_json::from_str::<T>(r#"{"no such field": 1}"#).err().unwrap().to_string();
    let (_, list) = error.split_once("expected ").unwrap();
    list.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

#[test]
fn what_is_sent_in_is_documented_by_the_names_that_the_core_reads() {
    for (schema, fields, required) in [
        ("NewEvent", fields_of::<NewEvent>(), ["location", "starts_at", "title"].as_slice()),
        ("EventEdit", fields_of::<EventEdit>(), &[]),
        ("NewCancellation", fields_of::<NewCancellation>(), &[]),
        ("NewDuplicate", fields_of::<NewDuplicate>(), &["starts_at"]),
        ("NewTenant", fields_of::<NewTenant>(), &["name", "slug"]),
        ("NewSupport", fields_of::<NewSupport>(), &["tenant"]),
        ("TenantEdit", fields_of::<TenantEdit>(), &[]),
        ("SettingsEdit", fields_of::<SettingsEdit>(), &[]),
        ("NewPassword", fields_of::<NewPassword>(), &["current_password", "new_password"]),
        ("NewPasswordByLink", fields_of::<UsedLink>(), &["link", "password"]),
        ("NewUser", fields_of::<NewUser>(), &["email", "first_name", "last_name", "role"]),
        ("NewFirstAdmin", fields_of::<NewUser>(), &["email", "first_name", "last_name"]),
        ("UserEdit", fields_of::<UserEdit>(), &[]),
        ("NewStaff", fields_of::<NewStaff>(), &["email", "name", "role"]),
        ("StaffEdit", fields_of::<StaffEdit>(), &[]),
        ("NewVolunteer", fields_of::<NewVolunteer>(), &["first_name", "last_name"]),
        ("VolunteerEdit", fields_of::<VolunteerEdit>(), &[]),
        ("NewVolunteerMerge", fields_of::<VolunteerMerge>(), &["merged_id"]),
        ("NewNote", fields_of::<NewNote>(), &["text"]),
        ("NoteEdit", fields_of::<NoteEdit>(), &[]),
        ("NewParticipation", fields_of::<NewParticipation>(), &["volunteer_id"]),
        ("ParticipationEdit", fields_of::<ParticipationEdit>(), &[]),
        ("NewOutreach", fields_of::<NewOutreach>(), &["method", "volunteer_id"]),
        ("OutreachEdit", fields_of::<OutreachEdit>(), &[]),
        ("NewSignup", fields_of::<NewSignup>(), &["email", "first_name", "last_name"]),
        ("MailTemplateEdit", fields_of::<polaris_core::MailTemplateEdit>(), &[]),
        ("NewOutreachMail", fields_of::<NewOutreachMail>(), &[]),
        ("NewMigration", fields_of::<NewMigration>(), &[]),
        ("NewBackup", fields_of::<NewBackup>(), &[]),
        ("NewRestore", fields_of::<NewRestore>(), &["tenant"]),
        ("NewApiKey", fields_of::<NewApiKey>(), &["name"]),
        ("NewKeyRotation", fields_of::<NewKeyRotation>(), &[]),
        ("NewKeyAdoption", fields_of::<NewKeyAdoption>(), &["hash", "name"]),
    ] {
        let schema = &document()["components"]["schemas"][schema];
        let documented: BTreeSet<_> = schema["properties"].as_object().unwrap().keys().cloned().collect();
        assert_eq!(documented, fields);
        let mut named: Vec<_> = schema["required"].as_array().into_iter().flatten().map(|name| name.as_str().unwrap()).collect();
        named.sort_unstable();
        assert_eq!(named, required);
    }
}

#[test]
fn what_is_sent_in_is_documented_by_the_types_that_the_core_reads() {
    fn example(shape: &Value) -> Value {
        let named = |shape: &Value| {
            shape["$ref"].as_str().and_then(|name| name.rsplit('/').next()).map(|name| document()["components"]["schemas"][name].clone())
        };
        let all = shape["allOf"].as_array();
        if let Some(inner) = named(shape).or_else(|| all.into_iter().flatten().find_map(named)) {
            let fields = inner["properties"].as_object().unwrap().iter();
            return fields.map(|(name, shape)| (name.clone(), example(shape))).collect::<serde_json::Map<_, _>>().into();
        }
        match shape["type"].as_str().unwrap() {
            "string" => "text".into(),
            "integer" => 5.into(),
            "array" => Value::Array(vec![example(&shape["items"])]),
            "object" => serde_json::json!({ "any": example(&shape["additionalProperties"]) }),
            "boolean" => true.into(),
            other => panic!("teach this test `{other}`"),
        }
    }
    fn reads(schema: &str, body: &Value) -> bool {
        let text = body.to_string();
        match schema {
            "NewEvent" => json::read::<NewEvent>(text.as_bytes()).is_ok(),
            "EventEdit" => json::read::<EventEdit>(text.as_bytes()).is_ok(),
            "NewCancellation" => json::read::<NewCancellation>(text.as_bytes()).is_ok(),
            "NewDuplicate" => json::read::<NewDuplicate>(text.as_bytes()).is_ok(),
            "TenantEdit" => json::read::<TenantEdit>(text.as_bytes()).is_ok(),
            "SettingsEdit" => json::read::<SettingsEdit>(text.as_bytes()).is_ok(),
            "NewUser" | "NewFirstAdmin" => json::read::<NewUser>(text.as_bytes()).is_ok(),
            "UserEdit" => json::read::<UserEdit>(text.as_bytes()).is_ok(),
            "NewStaff" => json::read::<NewStaff>(text.as_bytes()).is_ok(),
            "StaffEdit" => json::read::<StaffEdit>(text.as_bytes()).is_ok(),
            "NewVolunteer" => json::read::<NewVolunteer>(text.as_bytes()).is_ok(),
            "VolunteerEdit" => json::read::<VolunteerEdit>(text.as_bytes()).is_ok(),
            "NewNote" => json::read::<NewNote>(text.as_bytes()).is_ok(),
            "NoteEdit" => json::read::<NoteEdit>(text.as_bytes()).is_ok(),
            "ParticipationEdit" => json::read::<ParticipationEdit>(text.as_bytes()).is_ok(),
            "OutreachEdit" => json::read::<OutreachEdit>(text.as_bytes()).is_ok(),
            "NewSignup" => json::read::<NewSignup>(text.as_bytes()).is_ok(),
            "MailTemplateEdit" => json::read::<polaris_core::MailTemplateEdit>(text.as_bytes()).is_ok(),
            "NewOutreachMail" => json::read::<NewOutreachMail>(text.as_bytes()).is_ok(),
            "NewMigration" => json::read::<NewMigration>(text.as_bytes()).is_ok(),
            "NewBackup" => json::read::<NewBackup>(text.as_bytes()).is_ok(),
            "NewRestore" => json::read::<NewRestore>(text.as_bytes()).is_ok(),
            "NewApiKey" => json::read::<NewApiKey>(text.as_bytes()).is_ok(),
            "NewKeyRotation" => json::read::<NewKeyRotation>(text.as_bytes()).is_ok(),
            "NewKeyAdoption" => json::read::<NewKeyAdoption>(text.as_bytes()).is_ok(),
            _ => json::read::<NewTenant>(text.as_bytes()).is_ok(),
        }
    }
    let events = ["EventEdit", "NewCancellation", "NewDuplicate"];
    let keys = ["NewApiKey", "NewKeyRotation", "NewKeyAdoption"];
    let people = ["NewUser", "NewFirstAdmin", "UserEdit", "NewStaff", "StaffEdit"];
    let volunteers =
        ["NewSignup", "NewVolunteer", "VolunteerEdit", "NewNote", "NoteEdit", "ParticipationEdit", "OutreachEdit", "NewOutreachMail"];
    let people = people.into_iter().chain(volunteers).chain(keys);
    for schema in ["NewEvent", "NewTenant", "TenantEdit", "SettingsEdit", "MailTemplateEdit"]
        .into_iter()
        .chain(events)
        .chain(people)
        .chain(["NewMigration", "NewBackup", "NewRestore"])
    {
        for (name, shape) in document()["components"]["schemas"][schema]["properties"].as_object().unwrap() {
            let with = |value: Value| reads(schema, &serde_json::json!({ name: value }));
            assert!(with(example(shape)), "{schema}.{name}");
            assert_eq!(with(Value::Null), shape["nullable"] == true, "null as {schema}.{name}");
            assert!(!with(serde_json::json!(1.5)), "{schema}.{name}");
        }
    }
}

#[test]
fn documented_lengths_are_those_that_are_kept() {
    let server = House::new().serve();
    let token = server.session("admin", Some("kckps"));
    let mut looked_at = 0;
    for (schema, path) in [
        ("NewEvent", "/api/v1/tenants/kckps/events"),
        ("NewTenant", "/api/v1/platform/tenants"),
        ("NewUser", "/api/v1/tenants/kckps/users"),
        ("NewStaff", "/api/v1/platform/staff"),
        ("NewSupport", "/api/v1/platform/support"),
        ("NewVolunteer", "/api/v1/tenants/kckps/volunteers"),
        ("NewKeyAdoption", "/api/v1/tenants/kckps/api-keys/adopt"),
        ("NewSignup", "/api/v1/public/kckps/events/1/signups"),
    ] {
        for (name, shape) in document()["components"]["schemas"][schema]["properties"].as_object().unwrap() {
            let Some(most) = shape["maxLength"].as_u64() else { continue };
            // Nothing else is sent: what is missing keeps it from being created.
            let is_too_long = |length: u64| {
                let body = serde_json::json!({ name: "x".repeat(usize::try_from(length).unwrap()) });
                let fields = server.post(path).token(&token).json(&body).send().fields(422, "VALIDATION_FAILED");
                fields.contains(&(name.clone(), "TOO_LONG".to_owned()))
            };
            assert!(is_too_long(most + 1) && !is_too_long(most), "{schema}.{name}");
            looked_at += 1;
        }
    }
    assert_eq!(looked_at, 32);
}

// The error for an unknown event type says that the documentation lists them.
#[test]
fn the_event_types_are_listed_wherever_one_is_sent_in() {
    let listed = |described: &Value| {
        let text = described["description"].as_str().unwrap();
        polaris_core::types::EventType::ALL.iter().all(|kind| text.contains(&format!("`{kind}`")))
    };
    for schema in ["NewEvent", "EventEdit"] {
        assert!(listed(&document()["components"]["schemas"][schema]["properties"]["event_type"]));
    }
    for path in ["/api/v1/district/{tenant}/events", "/api/v1/district/{tenant}/events/upcoming", "/api/v1/tenants/{tenant}/events"] {
        let parameters = document()["paths"][path]["get"]["parameters"].as_array().unwrap();
        assert!(listed(parameters.iter().find(|parameter| parameter["name"] == "event_type").unwrap()), "{path}");
    }
}

#[test]
fn the_document_tells_of_each_step_where_it_leads_as_the_core_has_it() {
    for step in polaris_core::types::EventStep::ALL {
        let path = format!("/api/v1/tenants/{{tenant}}/events/{{event}}/{}", step.as_str().replace('_', "-"));
        let described = &document()["paths"][path.as_str()]["post"];
        assert_eq!(described["operationId"], format!("events_{step}"));
        let text = described["description"].as_str().unwrap();
        let states: Vec<_> = text.split('`').skip(1).step_by(2).collect();
        let expected: Vec<_> = step.from().iter().map(|from| from.as_str()).chain([step.to().as_str()]).collect();
        assert_eq!(states, expected, "{text}");
    }
}
