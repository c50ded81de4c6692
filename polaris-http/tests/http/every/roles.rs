//! The matrix of the specification over HTTP: every operation as every role, and the order of the checks.

use polaris_core::operations::{Operation, Permission, Surface};

use super::{People, STAFF, USERS, endpoints};
use crate::http::house::House;

/// The rows of the specification's matrix; staff act within a tenant with the rights of an admin, `support` staff only read.
fn permitted(role: &str, operation: &Operation) -> bool {
    let any = |roles: &[&str]| roles.contains(&role);
    // Whoever reads events makes feeds of them, but support staff.
    if operation.id.starts_with("calendar_feeds") && operation.audit.is_some() && role == "staff support" {
        return false;
    }
    match operation.permission {
        Permission::ReadPublishedEvents | Permission::ReadEvents | Permission::OwnAccount | Permission::SignIn => true,
        Permission::ManageEvents => any(&["admin", "coordinator", "staff admin"]),
        Permission::ReadVolunteers => any(&["admin", "coordinator", "staff admin", "staff support"]),
        Permission::ManageVolunteers | Permission::ExportVolunteers => any(&["admin", "coordinator", "staff admin"]),
        Permission::ReadAdministration | Permission::ReadAudit => any(&["admin", "staff admin", "staff support"]),
        Permission::Administer | Permission::ExportData => any(&["admin", "staff admin"]),
        Permission::ReadPlatform | Permission::Support => any(&["staff admin", "staff support"]),
        Permission::ManagePlatform => any(&["staff admin"]),
        // Nobody who has a session: of the public surface alone.
        Permission::SignUp => false,
        other => panic!("say who has {other:?}"),
    }
}

#[test]
fn each_role_may_do_over_http_exactly_what_the_matrix_says() {
    let mut people = People::new();
    for endpoint in endpoints() {
        let operation = endpoint.operation;
        if operation.permission == Permission::SignIn {
            continue;
        }
        endpoint.ask(&people.server, "kckps").send().refused(401, "UNAUTHENTICATED");
        for role in USERS.into_iter().chain(STAFF) {
            let token = people.token(role);
            let answer = endpoint.ask(&people.server, "kckps").token(&token).send();
            let asked = format!("{role}: {:?} {}", answer.asked, answer.text());
            if operation.surface == Surface::Platform && USERS.contains(&role) {
                answer.refused(401, "UNAUTHENTICATED");
            } else if permitted(role, operation) {
                assert!(![401, 403].contains(&answer.status) && answer.status < 500, "{asked}");
            } else {
                // Before body, parameters and existence are looked at: all of them are wrong here.
                answer.refused(403, "FORBIDDEN");
            }
        }
    }
}

#[test]
fn permission_comes_before_feature_and_feature_before_what_was_sent() {
    let people = People::of(House::new().without_events("kckps").without("kckps", "volunteers"));
    let mut seen = 0;
    for endpoint in endpoints().into_iter().filter(|endpoint| endpoint.operation.feature.is_some()) {
        for role in USERS.into_iter().chain(STAFF) {
            let answer = endpoint.ask(&people.server, "kckps").token(&people.tokens[role]).send();
            answer.refused(403, if permitted(role, endpoint.operation) { "FEATURE_DISABLED" } else { "FORBIDDEN" });
            seen += 1;
        }
    }
    assert!(seen >= 140);
}
