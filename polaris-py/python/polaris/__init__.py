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

from ._polaris import (
    Actor,
    Added,
    ApiKey,
    ApiKeyState,
    Context,
    Copied,
    CreatedTenant,
    Doctor,
    Event,
    Events,
    FieldError,
    Finding,
    OpenedSession,
    Operation,
    Page,
    Platform,
    Polaris,
    PublicApi,
    PublicEvent,
    Reference,
    Report,
    School,
    Sessions,
    SessionToken,
    Tenant,
    TenantDetails,
    TenantHandle,
    Tenants,
    __version__,
    operations,
)
from .errors import (
    BadRequest,
    Conflict,
    DataDirectoryError,
    EventNotFound,
    FeatureDisabled,
    Forbidden,
    InternalError,
    InvalidApiKey,
    InvalidTransition,
    MissingApiKey,
    NotFound,
    PolarisError,
    SchemaError,
    TenantInactive,
    TenantNotFound,
    Unauthenticated,
    Unavailable,
    ValidationError,
)

__all__ = [
    "Actor",
    "Added",
    "ApiKey",
    "ApiKeyState",
    "BadRequest",
    "Conflict",
    "Context",
    "Copied",
    "CreatedTenant",
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
    "InvalidTransition",
    "MissingApiKey",
    "NotFound",
    "OpenedSession",
    "Operation",
    "Page",
    "Platform",
    "Polaris",
    "PolarisError",
    "PublicApi",
    "PublicEvent",
    "Reference",
    "Report",
    "SchemaError",
    "School",
    "SessionToken",
    "Sessions",
    "Tenant",
    "TenantDetails",
    "TenantHandle",
    "TenantInactive",
    "TenantNotFound",
    "Tenants",
    "Unauthenticated",
    "Unavailable",
    "ValidationError",
    "__version__",
    "operations",
]

# A page is a sequence in all it does; this lets isinstance know.
Sequence.register(Page)
