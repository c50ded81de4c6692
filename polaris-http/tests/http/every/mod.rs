//! What holds for every operation of the document, generated from it: so that an operation that is added tomorrow is tested too.

mod elsewhere;
mod junk;
mod once;
mod roles;

use std::collections::BTreeMap;

use polaris_core::operations::{self, Operation, Surface};
use polaris_core::{Actor, LogIn, NewUser, Patience};
use serde_json::{Value, json};

use super::client::Ask;
use super::house::{House, Server};

/// An operation, and how it is asked for.
struct Endpoint {
    method: String,
    /// With its parameters in braces.
    path: String,
    operation: &'static Operation,
    takes_json: bool,
}

/// Those of the document that need a session, or that give one.
fn endpoints() -> Vec<Endpoint> {
    let document: Value = serde_json::from_str(include_str!("../../openapi.json")).unwrap();
    let mut endpoints = Vec::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, described) in methods.as_object().unwrap() {
            let Some(operation) = operations::find(described["operationId"].as_str().unwrap()) else { continue };
            if operation.surface != Surface::PublicApi {
                let takes_json = described["requestBody"]["content"]["application/json"].is_object();
                endpoints.push(Endpoint { method: method.to_uppercase(), path: path.clone(), operation, takes_json });
            }
        }
    }
    assert!(endpoints.len() > 40);
    endpoints
}

impl Endpoint {
    /// Its path at this tenant. Other parameters name what nobody has.
    fn at(&self, tenant: &str) -> String {
        let mut path = self.path.replace("{tenant}", tenant);
        while let Some((before, rest)) = path.split_once('{') {
            let (_, after) = rest.split_once('}').unwrap();
            path = format!("{before}999999{after}");
        }
        path
    }

    /// The names of its parameters but for the tenant.
    fn parameters(&self) -> impl Iterator<Item = &str> {
        self.path.split('{').skip(1).filter_map(|rest| rest.split('}').next()).filter(|name| *name != "tenant")
    }

    fn changes(&self) -> bool {
        self.method != "GET"
    }

    /// Asks with what would be sent, were it not junk: nothing that can be done without a body, and a body that is none of this API's.
    fn ask<'s>(&self, server: &'s Server, tenant: &str) -> Ask<'s> {
        let ask = server.ask(&self.method, &self.at(tenant));
        if self.takes_json { ask.json(&json!({ "no_such_field": 1 })) } else { ask }
    }
}

/// Everybody who can have a session, by role; all of `kckps`, or staff who have entered it.
struct People {
    server: Server,
    tokens: BTreeMap<&'static str, String>,
}

const USERS: [&str; 4] = ["admin", "coordinator", "virtual_admin", "viewer"];
const STAFF: [&str; 2] = ["staff admin", "staff support"];
const SECRET: &str = "the quick brown fox";

impl People {
    /// With every feature on that is off by default.
    fn new() -> Self {
        Self::of(House::new().with("kckps", "recruitment"))
    }

    fn of(house: House) -> Self {
        let tenant = house.tenant("kckps");
        for role in USERS {
            let user = NewUser {
                email: format!("{role}@kckps.org"),
                first_name: "Secretive".into(),
                last_name: "Person".into(),
                role: role.into(),
                password: Some(SECRET.into()),
                ..NewUser::default()
            };
            tenant.users().create(user).unwrap();
        }
        drop(tenant);
        let mut people = Self { server: house.serve(), tokens: BTreeMap::new() };
        for role in USERS.into_iter().chain(STAFF) {
            people.tokens.insert(role, people.fresh(role));
        }
        people
    }

    /// A new session.
    fn fresh(&self, role: &str) -> String {
        match role.strip_prefix("staff ") {
            Some(role) => self.server.session(role, Some("kckps")),
            None => {
                let tenant = self.server.polaris.tenant("kckps", Actor::Public).unwrap();
                let log_in = LogIn { login: format!("{role}@kckps.org"), password: SECRET.into() };
                tenant.sessions().log_in(&log_in).answer.unwrap().token.reveal().to_owned()
            }
        }
    }

    /// A session of this role that lives: the operation before may have ended all of them.
    fn token(&mut self, role: &'static str) -> String {
        if self.server.polaris.tenant_session(&self.tokens[role], "kckps", Patience::Wait).is_err() {
            let fresh = self.fresh(role);
            self.tokens.insert(role, fresh);
        }
        self.tokens[role].clone()
    }
}
