//! The OpenAPI document, the page that shows it, and what of it the server itself uses.

mod headers;

use std::collections::HashMap;

use poem::endpoint::make_sync;
use poem::http::{HeaderValue, header};
use poem::{Endpoint, Response, Route, RouteMethod};
use poem_openapi::{OpenApi, OpenApiService};
use polaris_core::Polaris;
use polaris_core::operations::{self, Permission, Surface};
use polaris_core::types::{EventStep, EventType};
use serde_json::{Map, Value, json};

use crate::calendar::FeedsApi;
use crate::health::HealthApi;
use crate::opt_outs::OptOutsApi;
use crate::pages;
use crate::public_api::PublicEventsApi;
use crate::signups::SignupsApi;
use crate::staff::once::KEY;
use crate::staff::{
    ApiKeysApi, AuditApi, CalendarApi, EventChangesApi, MailTemplatesApi, MailsApi, MaintenanceApi, OutreachApi, PlatformApi,
    PlatformAuditApi, RecruitmentApi, ReferenceApi, RostersApi, SettingsApi, StaffApi, StaffSessionsApi, SupportApi, TenantApi,
    TenantChangesApi, TenantSessionsApi, UsersApi, VolunteerFilesApi, VolunteerNotesApi, VolunteersApi,
};
use crate::{ServerConfig, State};

pub(crate) type Api = (
    (PublicEventsApi, SignupsApi),
    TenantSessionsApi,
    (TenantApi, EventChangesApi),
    (VolunteersApi, VolunteerNotesApi, VolunteerFilesApi, RostersApi, RecruitmentApi, OutreachApi),
    UsersApi,
    (SettingsApi, MailsApi, MailTemplatesApi),
    StaffSessionsApi,
    PlatformApi,
    TenantChangesApi,
    StaffApi,
    MaintenanceApi,
    (AuditApi, PlatformAuditApi, SupportApi, ReferenceApi, ApiKeysApi),
    (CalendarApi, FeedsApi, OptOutsApi),
    HealthApi,
);

/// All that is described.
pub(crate) fn api(state: State) -> Api {
    (
        (PublicEventsApi { state: state.clone() }, SignupsApi { state: state.clone() }),
        TenantSessionsApi { state: state.clone() },
        (TenantApi { state: state.clone() }, EventChangesApi { state: state.clone() }),
        (
            VolunteersApi { state: state.clone() },
            VolunteerNotesApi { state: state.clone() },
            VolunteerFilesApi { state: state.clone() },
            RostersApi { state: state.clone() },
            RecruitmentApi { state: state.clone() },
            OutreachApi { state: state.clone() },
        ),
        UsersApi { state: state.clone() },
        (SettingsApi { state: state.clone() }, MailsApi { state: state.clone() }, MailTemplatesApi { state: state.clone() }),
        StaffSessionsApi { state: state.clone() },
        PlatformApi { state: state.clone() },
        TenantChangesApi { state: state.clone() },
        StaffApi { state: state.clone() },
        MaintenanceApi { state: state.clone() },
        (
            AuditApi { state: state.clone() },
            PlatformAuditApi { state: state.clone() },
            SupportApi { state: state.clone() },
            ReferenceApi { state: state.clone() },
            ApiKeysApi { state: state.clone() },
        ),
        (CalendarApi { state: state.clone() }, FeedsApi { state: state.clone() }, OptOutsApi { state: state.clone() }),
        HealthApi { state },
    )
}

/// The description of it. What serves is [`routes`].
pub(crate) fn service(api: Api) -> OpenApiService<Api, ()> {
    OpenApiService::new(api, "Polaris", env!("CARGO_PKG_VERSION")).description(
        "Events run with volunteers, one isolated database per tenant. Every JSON answer has the same envelope: `success`, `data` and \
         `meta`, with `pagination` for lists; errors have `success`, `error` with a stable `code`, and the request's id in `meta`.",
    )
}

/// The document as text; the same that `/openapi.json` serves.
///
/// # Errors
///
/// Only if an engine in memory can't be made.
pub fn document() -> polaris_core::Result<String> {
    let state = State {
        polaris: Polaris::in_memory()?,
        config: ServerConfig::default().into(),
        rendered: crate::public_api::Rendered::new().into(),
        calendars: crate::calendar::Kept::new().into(),
        blocking: crate::blocking::Blocking::new(),
        hashing: crate::staff::Hashing::new(),
        imports: crate::staff::Imports::default(),
        metrics: None,
    };
    Ok(text_of(&service(api(state))))
}

/// Adds what is described to what is served. poem-openapi's own endpoint would be a router inside of a router, and read the part behind the
/// question mark for extractors that nothing here uses: a tenth of what a short answer takes.
pub(crate) fn routes(api: Api, pages: Route) -> Route {
    let mut table = HashMap::new();
    api.add_routes(&mut table);
    table.into_iter().fold(pages, |routes, (path, methods)| {
        let methods = methods.into_iter().fold(RouteMethod::new(), |all, (method, endpoint)| all.method(method, endpoint));
        routes.at(path, methods)
    })
}

/// The document, with what the core says of it, the headers of its answers, and three things put right: poem-openapi leaves fields that may be
/// null out of `required` without saying that they (or items of a list) may be null, it can't say that unknown fields are refused, and it
/// calls the format of dates `naive-date`.
fn text_of(service: &OpenApiService<Api, ()>) -> String {
    let mut document: Value = serde_json::from_str(&service.spec()).unwrap_or_default();
    if let Some(schemas) = document.pointer_mut("/components/schemas").and_then(Value::as_object_mut) {
        for (name, schema) in schemas.iter_mut().filter(|(name, _)| !name.starts_with("Error")) {
            // What is sent in may leave fields out and may have no others; in answers every field is there.
            let sent_in = name.starts_with("New") || name.ends_with("Edit");
            tell_what_may_be_null(schema, !sent_in);
            if name.ends_with("Edit") {
                tell_that_null_removes(schema);
            }
            if let Some(schema) = schema.as_object_mut().filter(|_| sent_in) {
                schema.insert("additionalProperties".to_owned(), Value::Bool(false));
            }
        }
    }
    if let Some(cell) = document.pointer_mut("/components/schemas/PreviewRow/properties/cells/items").and_then(Value::as_object_mut) {
        cell.insert("nullable".to_owned(), Value::Bool(true));
    }
    name_dates(&mut document);
    list_event_types(&mut document);
    for (method, described) in operations_of(&mut document) {
        tell_the_life_cycle(described);
        if method == "post" {
            tell_what_is_done_once(described);
        }
    }
    headers::tell(&mut document);
    serde_json::to_string_pretty(&document).unwrap_or_default()
}

fn tell_what_may_be_null(schema: &mut Value, always_there: bool) {
    let required: Vec<Value> = schema.get("required").and_then(Value::as_array).cloned().unwrap_or_default();
    let mut all = Vec::new();
    for (property, shape) in schema.get_mut("properties").and_then(Value::as_object_mut).into_iter().flatten() {
        let property = Value::from(property.as_str());
        // What has a default is no option: it may be left out, and is never null.
        if let Some(shape) = shape.as_object_mut().filter(|shape| !required.contains(&property) && !shape.contains_key("default")) {
            // What stands beside a reference isn't read.
            if let Some(reference) = shape.remove("$ref") {
                shape.insert("allOf".to_owned(), serde_json::json!([{ "$ref": reference }]));
            }
            shape.insert("nullable".to_owned(), Value::Bool(true));
        }
        all.push(property);
    }
    if let Some(schema) = schema.as_object_mut().filter(|_| always_there && !all.is_empty()) {
        schema.insert("required".to_owned(), Value::Array(all));
    }
}

/// What an edit says by name (flags, texts) is removed by null.
fn tell_that_null_removes(schema: &mut Value) {
    let properties = schema.get_mut("properties").and_then(Value::as_object_mut).into_iter().flat_map(|properties| properties.values_mut());
    for named in properties.filter_map(|property| property.get_mut("additionalProperties")?.as_object_mut()) {
        named.insert("nullable".to_owned(), Value::Bool(true));
    }
}

fn name_dates(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(name_dates),
        Value::Object(fields) => {
            for (name, field) in fields {
                if name == "format" && field == "naive-date" {
                    *field = Value::from("date");
                }
                name_dates(field);
            }
        }
        _ => {}
    }
}

/// Errors say that the documentation lists the event types: it does so wherever one is sent in.
fn list_event_types(document: &mut Value) {
    let names: Vec<_> = EventType::ALL.iter().map(|kind| format!("`{kind}`")).collect();
    let add = |described: &mut Value| {
        if let Some(Value::String(text)) = described.get_mut("description") {
            text.push_str(&format!(" `EventType`: {}.", names.join(", ")));
        }
    };
    for schema in ["NewEvent", "EventEdit"] {
        document.pointer_mut(&format!("/components/schemas/{schema}/properties/event_type")).into_iter().for_each(add);
    }
    let parameters = operations_of(document).filter_map(|(_, operation)| operation.get_mut("parameters")?.as_array_mut()).flatten();
    parameters.filter(|parameter| parameter.get("name").is_some_and(|name| name == "event_type")).for_each(add);
}

/// Each with its method.
fn operations_of(document: &mut Value) -> impl Iterator<Item = (&str, &mut Map<String, Value>)> {
    let paths = document.get_mut("paths").and_then(Value::as_object_mut).into_iter().flat_map(|paths| paths.values_mut());
    let operations = paths.filter_map(Value::as_object_mut).flatten();
    operations.filter_map(|(method, described)| Some((method.as_str(), described.as_object_mut()?)))
}

fn id(described: &Map<String, Value>) -> &str {
    described.get("operationId").and_then(Value::as_str).unwrap_or_default()
}

/// Which step leads where stands in the core's table alone.
fn tell_the_life_cycle(described: &mut Map<String, Value>) {
    let Some(step) = id(described).strip_prefix("events_").and_then(|step| EventStep::parse(step).ok()) else { return };
    let from: Vec<_> = step.from().iter().map(|status| format!("`{status}`")).collect();
    let text = format!("From {} to `{}`; from any other status it is INVALID_TRANSITION.", from.join(" or "), step.to());
    described.insert("description".to_owned(), text.into());
}

/// Every POST that changes something in a tenant takes a key. What only gives or ends a session, or sets one's own password, doesn't; nor does
/// an import, which changes nothing when it is repeated, and whose answer is too large to be kept.
fn tell_what_is_done_once(described: &mut Map<String, Value>) {
    let is_taken = |operation: &operations::Operation| {
        (operation.surface == Surface::Tenant || *operation == operations::SIGNUPS_SUBMIT)
            && operation.audit.is_some()
            && !matches!(operation.permission, Permission::SignIn | Permission::OwnAccount)
            && *operation != operations::VOLUNTEERS_IMPORT
    };
    if !operations::find(id(described)).is_some_and(is_taken) {
        return;
    }
    let parameter = json!({
        "name": KEY,
        "in": "header",
        "required": false,
        "schema": { "type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[ -~]+$" },
        "description": "Made up anew for each request, such as a UUID. The same key with the same address and body gets the first answer \
                        again for 24 hours, without any secret it held and with the header `Idempotent-Replayed: true`, and nothing is \
                        done twice; with another address or body it is CONFLICT. What was refused is not remembered. A key is that of one \
                        user and one operation; at a sign-up, of one e-mail address.",
    });
    if let Some(parameters) = described.entry("parameters").or_insert_with(|| json!([])).as_array_mut() {
        parameters.push(parameter);
    }
    let header =
        json!({ "description": "`true`: this is the answer to an earlier request with the same key.", "schema": { "type": "string" } });
    for (status, response) in described.get_mut("responses").and_then(Value::as_object_mut).into_iter().flatten() {
        if status.starts_with('2')
            && let Some(headers) = response.as_object_mut().and_then(headers::headers_of)
        {
            headers.insert("Idempotent-Replayed".to_owned(), header.clone());
        }
    }
}

/// `/docs` and `/openapi.json`.
pub(crate) struct Pages<D, J> {
    pub(crate) docs: D,
    pub(crate) json: J,
}

pub(crate) fn pages(
    service: &OpenApiService<Api, ()>,
) -> Pages<impl Endpoint<Output = Response> + use<>, impl Endpoint<Output = Response> + use<>> {
    let text = text_of(service);
    let html = service.swagger_ui_html().replace(&service.spec(), &text).replace("<title>Swagger UI</title>", "<title>Polaris API</title>");
    Pages {
        docs: make_sync(move |_| {
            let mut page = Response::builder().content_type("text/html; charset=utf-8").body(html.clone());
            // The page carries its script and style inside.
            page.headers_mut().insert(
                header::CONTENT_SECURITY_POLICY,
                HeaderValue::from_static(
                    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src 'self' data:; \
                     connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
                ),
            );
            page
        }),
        json: make_sync(move |_| Response::builder().content_type("application/json").body(text.clone())),
    }
}

/// Which methods each route takes.
pub(crate) struct Methods(Vec<Known>);

struct Known {
    pattern: String,
    allowed: String,
}

pub(crate) fn methods() -> Methods {
    let page = |pattern: &str| Known { pattern: pattern.to_owned(), allowed: "GET, HEAD".to_owned() };
    let mut routes =
        vec![page("/docs"), page("/openapi.json"), page(crate::metrics::PATH), page("/district/{tenant}/event/{number}/signup")];
    routes.extend(pages::known().map(|(pattern, allowed)| Known { pattern: (*pattern).to_owned(), allowed: (*allowed).to_owned() }));
    for path in Api::meta().into_iter().flat_map(|api| api.paths) {
        let mut allowed: Vec<String> = path.operations.iter().map(|operation| operation.method.to_string()).collect();
        if allowed.iter().any(|method| method == "GET") {
            allowed.push("HEAD".to_owned());
        }
        if crate::frame::Shared::of(&path.path).is_some() {
            allowed.push("OPTIONS".to_owned());
        }
        allowed.sort();
        routes.push(Known { pattern: path.path, allowed: allowed.join(", ") });
    }
    Methods(routes)
}

impl Methods {
    fn find(&self, path: &str) -> Option<&Known> {
        let exact = |route: &&Known| route.pattern == path;
        self.0.iter().find(exact).or_else(|| self.0.iter().find(|route| fits(&route.pattern, path)))
    }

    /// The `Allow` header of a path.
    pub(crate) fn allowed(&self, path: &str) -> Option<String> {
        self.find(path).map(|route| route.allowed.clone())
    }

    /// The pattern of the route a path belongs to.
    pub(crate) fn route(&self, path: &str) -> Option<&str> {
        self.find(path).map(|route| route.pattern.as_str())
    }

    /// The part of this path that stands for a tenant.
    pub(crate) fn tenant_of<'p>(&self, path: &'p str) -> Option<&'p str> {
        let at = self.route(path)?.split('/').position(|part| part == "{tenant}")?;
        path.split('/').nth(at)
    }
}

fn fits(pattern: &str, path: &str) -> bool {
    let (mut pattern, mut path) = (pattern.split('/'), path.split('/'));
    loop {
        match (pattern.next(), path.next()) {
            (None, None) => return true,
            (Some(wish), Some(part)) if wish == part || (wish.starts_with('{') && !part.is_empty()) => {}
            _ => return false,
        }
    }
}
