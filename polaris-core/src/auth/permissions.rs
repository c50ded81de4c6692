//! The role matrix, in one place.

use super::actor::{Actor, Role, StaffRole};
use crate::operations::Operation;
use crate::operations::Permission::{self, *};

/// Whether this actor has this permission.
pub(crate) fn may(actor: &Actor, permission: Permission) -> bool {
    match permission {
        SignIn => return true,
        // Everybody else puts people on rosters by name.
        SignUp => return matches!(actor, Actor::Public | Actor::System),
        _ => {}
    }
    match actor {
        Actor::System => true,
        Actor::Staff { role: StaffRole::Admin, .. } => true,
        Actor::Staff { role: StaffRole::Support, .. } => {
            matches!(
                permission,
                ReadPublishedEvents | ReadEvents | ReadVolunteers | ReadAdministration | ReadAudit | OwnAccount | ReadPlatform | Support
            )
        }
        Actor::TenantUser { role, .. } => match permission {
            ReadPublishedEvents | ReadEvents | OwnAccount | SignIn => true,
            ManageEvents | ReadVolunteers | ManageVolunteers | ExportVolunteers => matches!(role, Role::Admin | Role::Coordinator),
            ReadAdministration | Administer | ReadAudit | ExportData => *role == Role::Admin,
            ReadPlatform | ManagePlatform | Support | SignUp => false,
        },
        Actor::ApiKey { .. } | Actor::Public => permission == ReadPublishedEvents,
    }
}

/// Whether this actor may do this: what they are permitted, and nothing that changes something where they only read.
pub(crate) fn may_do(actor: &Actor, operation: &Operation) -> bool {
    let reads_only = matches!(actor, Actor::Staff { role: StaffRole::Support, .. });
    let concerns_others = operation.audit.is_some() && !matches!(operation.permission, SignIn | OwnAccount | Support);
    may(actor, operation.permission) && !(reads_only && concerns_others)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::{ApiKeyId, TenantId};

    /// The matrix of the specification, row by row: admin, coordinator, virtual_admin, viewer, api key, public, staff, support.
    const MATRIX: &[(Permission, [bool; 8])] = &[
        (ReadPublishedEvents, [true, true, true, true, true, true, true, true]),
        (ReadEvents, [true, true, true, true, false, false, true, true]),
        (ManageEvents, [true, true, false, false, false, false, true, false]),
        (ReadVolunteers, [true, true, false, false, false, false, true, true]),
        (ManageVolunteers, [true, true, false, false, false, false, true, false]),
        (ExportVolunteers, [true, true, false, false, false, false, true, false]),
        (ReadAdministration, [true, false, false, false, false, false, true, true]),
        (Administer, [true, false, false, false, false, false, true, false]),
        (ReadAudit, [true, false, false, false, false, false, true, true]),
        (ExportData, [true, false, false, false, false, false, true, false]),
        (SignUp, [false, false, false, false, false, true, false, false]),
        (SignIn, [true, true, true, true, true, true, true, true]),
        (OwnAccount, [true, true, true, true, false, false, true, true]),
        (ReadPlatform, [false, false, false, false, false, false, true, true]),
        (ManagePlatform, [false, false, false, false, false, false, true, false]),
        (Support, [false, false, false, false, false, false, true, true]),
    ];

    #[test]
    fn the_documentation_shows_the_same_matrix() {
        let page = include_str!("../../../docs/operations.md");
        let documented = page.lines().skip_while(|line| !line.starts_with("| permission | admin | coordinator | virtual_admin | viewer |"));
        let mut documented: Vec<&str> = documented.skip(2).take_while(|line| line.starts_with('|')).collect();
        let marks = |row: &[bool; 8]| row.map(|yes| if yes { " ✓ |" } else { " |" }).concat();
        let expected = MATRIX.iter().map(|(permission, row)| format!("| {} |{}", permission.as_str().replace('_', " "), marks(row)));
        let mut expected: Vec<String> = expected.collect();
        documented.sort_unstable();
        expected.sort_unstable();
        assert_eq!(documented, expected);
    }

    #[test]
    fn each_role_may_do_exactly_what_the_matrix_says() {
        assert_eq!(MATRIX.len(), Permission::ALL.len());
        let user = |role| Actor::tenant_user(1, "Someone", role);
        let actors = [
            user(Role::Admin),
            user(Role::Coordinator),
            user(Role::VirtualAdmin),
            user(Role::Viewer),
            Actor::ApiKey { tenant: TenantId::new(uuid::Uuid::nil()), id: ApiKeyId::new(1) },
            Actor::Public,
            Actor::staff("Someone", StaffRole::Admin),
            Actor::staff("Someone", StaffRole::Support),
        ];
        for (permission, row) in MATRIX {
            for (actor, expected) in actors.iter().zip(row) {
                assert_eq!(may(actor, *permission), *expected, "{actor:?} {permission:?}");
            }
        }
    }
}
