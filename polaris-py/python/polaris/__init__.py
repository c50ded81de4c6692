"""Polaris: an embeddable, multi-tenant engine for events run with volunteers.

    import polaris

    p = polaris.Polaris.open("./data")
    kckps = p.tenant("kckps", polaris.Actor.tenant_user(7, "Pat Lee", "coordinator"))
    event = kckps.events().create(title="Career Day", starts_at="2027-03-04T09:00", location="Main gym")
    kckps.events().publish(event.id)

Everything may be used from several threads at once; other threads run while a call works. After a fork, a Polaris opens its data anew
in the child; handles obtained before refuse to work there. Whatever goes wrong is a PolarisError.
"""

from collections.abc import Sequence

from ._polaris import *
from ._polaris import __version__
from .errors import *

__all__ = [
    "Actor",
    "Added",
    "Administration",
    "ApiKey",
    "ApiKeyState",
    "AuditEntry",
    "AuditExport",
    "AuditHead",
    "AuditLog",
    "AuditVerification",
    "Backup",
    "BackupProblem",
    "Backups",
    "BadRequest",
    "Branding",
    "Break",
    "Caller",
    "ChangedPassword",
    "Conflict",
    "Context",
    "Copied",
    "CreatedStaff",
    "CreatedTenant",
    "CreatedUser",
    "DataDirectoryError",
    "Doctor",
    "Event",
    "EventNotFound",
    "Events",
    "FeatureDisabled",
    "FieldError",
    "Finding",
    "Forbidden",
    "InternalError",
    "InvalidApiKey",
    "InvalidCredentials",
    "InvalidLink",
    "InvalidTransition",
    "Items",
    "Kept",
    "LinkSecret",
    "LoggedIn",
    "Migration",
    "MigrationReport",
    "MissingApiKey",
    "Navigation",
    "NotFound",
    "OneTimeLink",
    "OpenedSession",
    "Operation",
    "OwnSession",
    "OwnSessions",
    "Page",
    "Platform",
    "Polaris",
    "PolarisError",
    "Pruned",
    "PublicApi",
    "PublicEvent",
    "Reference",
    "Report",
    "Restored",
    "SchemaError",
    "School",
    "SessionNotFound",
    "SessionToken",
    "Sessions",
    "Settings",
    "Staff",
    "StaffDoor",
    "StaffMember",
    "StaffNavigation",
    "StaffNotFound",
    "Support",
    "SupportStay",
    "Tenant",
    "TenantDetails",
    "TenantHandle",
    "TenantInactive",
    "TenantNotFound",
    "Tenants",
    "TooManyAttempts",
    "UNSET",
    "Unauthenticated",
    "Unavailable",
    "Unset",
    "User",
    "UserNotFound",
    "UserSessions",
    "Users",
    "ValidationError",
    "Verification",
    "VerifiedFile",
    "Who",
    "__version__",
    "operations",
]

# A page is a sequence in all it does; this lets isinstance know.
Sequence.register(Page)
