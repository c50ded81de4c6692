"""What can go wrong. Every exception of Polaris is a PolarisError with a stable code, the same in every frontend.

    try:
        events.create(title="", starts_at="tomorrow", location="Main gym")
    except polaris.ValidationError as error:
        for field in error.fields:
            print(field.field, field.code, field.message)
"""

from collections.abc import Sequence

from ._polaris import FieldError

__all__ = [
    "ApiKeyNotFound",
    "BadRequest",
    "Cancelled",
    "Conflict",
    "DataDirectoryError",
    "EventFull",
    "EventNotFound",
    "FeatureDisabled",
    "Forbidden",
    "InternalError",
    "InvalidApiKey",
    "InvalidCredentials",
    "InvalidLink",
    "InvalidTransition",
    "MailNotFound",
    "MissingApiKey",
    "NotFound",
    "NoteNotFound",
    "OutreachNotFound",
    "ParticipationNotFound",
    "PolarisError",
    "RateLimitExceeded",
    "SchemaError",
    "SessionNotFound",
    "SignupClosed",
    "StaffNotFound",
    "TenantInactive",
    "TenantNotFound",
    "TooManyAttempts",
    "Unauthenticated",
    "Unavailable",
    "UserNotFound",
    "ValidationError",
    "VolunteerNotFound",
]


class PolarisError(Exception):
    """Why an operation was not done. Nothing is half done."""

    code: str = "INTERNAL"
    """The stable code."""

    fields: list[FieldError]
    """What is wrong, field by field, where the error is about fields or arguments; else empty."""

    def __init__(self, message: str = "", *, code: str | None = None, fields: Sequence[FieldError] = ()) -> None:
        super().__init__(message)
        if code is not None:
            self.code = code
        self.fields = list(fields)


class BadRequest(PolarisError):
    """An argument could not be read as what it should be: a wrong type, an unknown name, a bad value. fields names it."""

    code = "BAD_REQUEST"


class ValidationError(PolarisError):
    """Readable, but one or more rules are broken. fields lists all broken fields, not the first."""

    code = "VALIDATION_FAILED"


class Unauthenticated(PolarisError):
    """No session, or one that is no longer valid here."""

    code = "UNAUTHENTICATED"


class MissingApiKey(Unauthenticated):
    """The public API was entered without a key."""

    code = "MISSING_API_KEY"


class InvalidApiKey(Unauthenticated):
    """The key isn't, or is no longer, this tenant's."""

    code = "INVALID_API_KEY"


class InvalidCredentials(Unauthenticated):
    """A log-in was refused, whatever the reason."""

    code = "INVALID_CREDENTIALS"


class TooManyAttempts(PolarisError):
    """Too many failed log-ins: none is tried until the time has passed. The same whether or not there is such an account."""

    code = "TOO_MANY_ATTEMPTS"

    retry_after: int | None = None
    """Seconds until a log-in is tried again."""


class RateLimitExceeded(PolarisError):
    """The public API was entered too often: with one key, or without a right one from one address. This was not counted."""

    code = "RATE_LIMIT_EXCEEDED"

    retry_after: int | None = None
    """Seconds until it can be entered again."""


class Forbidden(PolarisError):
    """The actor is known and may not do this."""

    code = "FORBIDDEN"


class FeatureDisabled(PolarisError):
    """The tenant has the feature this belongs to switched off."""

    code = "FEATURE_DISABLED"


class NotFound(PolarisError):
    """What was named does not exist, or the actor may not know of it."""

    code = "NOT_FOUND"


class TenantNotFound(NotFound):
    """No tenant has this slug."""

    code = "TENANT_NOT_FOUND"


class EventNotFound(NotFound):
    """No event of this tenant has this number or slug."""

    code = "EVENT_NOT_FOUND"


class VolunteerNotFound(NotFound):
    """No volunteer of this tenant has this number or e-mail address."""

    code = "VOLUNTEER_NOT_FOUND"


class NoteNotFound(NotFound):
    """No note on this volunteer has this number."""

    code = "NOTE_NOT_FOUND"


class OutreachNotFound(NotFound):
    """No outreach of this tenant has this number."""

    code = "OUTREACH_NOT_FOUND"


class ParticipationNotFound(NotFound):
    """The volunteer is not on the event's roster."""

    code = "PARTICIPATION_NOT_FOUND"


class UserNotFound(NotFound):
    """No user of this tenant has this number."""

    code = "USER_NOT_FOUND"


class StaffNotFound(NotFound):
    """No member of staff has this number."""

    code = "STAFF_NOT_FOUND"


class SessionNotFound(NotFound):
    """No session of one's own has this number."""

    code = "SESSION_NOT_FOUND"


class ApiKeyNotFound(NotFound):
    """No API key of this tenant that is still good has this number."""

    code = "API_KEY_NOT_FOUND"


class MailNotFound(NotFound):
    """No mail of this tenant's outbox has this number; what was settled 90 days ago is forgotten."""

    code = "MAIL_NOT_FOUND"


class InvalidLink(NotFound):
    """A one-time link that is unknown, used, expired or another tenant's."""

    code = "INVALID_LINK"


class TenantInactive(PolarisError):
    """The tenant is deactivated: nothing of it can be read or changed until staff reactivate it."""

    code = "TENANT_INACTIVE"


class Conflict(PolarisError):
    """The change contradicts what is stored: a duplicate, or a version that is no longer current."""

    code = "CONFLICT"

    volunteer_id: int | None = None
    """The number of the volunteer who has the e-mail address that was given, where that is the conflict."""


class EventFull(Conflict):
    """As many are confirmed for the event as it wants."""

    code = "EVENT_FULL"


class SignupClosed(Conflict):
    """Nobody can sign up for this event, or no longer. The message says why."""

    code = "SIGNUP_CLOSED"


class Cancelled(PolarisError):
    """Whoever asked for the work broke it off: nothing was changed."""

    code = "CANCELLED"


class InvalidTransition(Conflict):
    """A life cycle does not allow this step. The message says which it allows."""

    code = "INVALID_TRANSITION"


class Unavailable(PolarisError):
    """Polaris can't do this now: busy, disk full, read-only, or a handle from before a fork. The message says which."""

    code = "UNAVAILABLE"


class SchemaError(PolarisError):
    """A database must be migrated first (SCHEMA_OUTDATED), or was written by a newer version (SCHEMA_TOO_NEW)."""

    code = "SCHEMA_OUTDATED"


class DataDirectoryError(PolarisError):
    """The data directory is missing, is none, or is another user's."""

    code = "DATA_DIRECTORY"


class InternalError(PolarisError):
    """Something that should be impossible."""

    code = "INTERNAL"


_CLASSES: list[type[PolarisError]] = [
    BadRequest,
    ValidationError,
    Unauthenticated,
    MissingApiKey,
    InvalidApiKey,
    InvalidCredentials,
    TooManyAttempts,
    RateLimitExceeded,
    Forbidden,
    FeatureDisabled,
    NotFound,
    TenantNotFound,
    EventNotFound,
    VolunteerNotFound,
    NoteNotFound,
    OutreachNotFound,
    ParticipationNotFound,
    UserNotFound,
    StaffNotFound,
    SessionNotFound,
    ApiKeyNotFound,
    MailNotFound,
    InvalidLink,
    TenantInactive,
    Conflict,
    EventFull,
    SignupClosed,
    InvalidTransition,
    Cancelled,
    Unavailable,
    SchemaError,
    DataDirectoryError,
    InternalError,
]
_BY_CODE = {each.code: each for each in _CLASSES} | {"SCHEMA_TOO_NEW": SchemaError}


def _of(
    code: str, message: str, fields: list[FieldError], retry_after: int | None = None, volunteer_id: int | None = None
) -> PolarisError:
    """The exception for an error of the engine. A code of a newer engine is a plain PolarisError, or a NotFound by its ending."""
    error = _class_of(code)(message, code=code, fields=fields)
    if isinstance(error, TooManyAttempts | RateLimitExceeded):
        error.retry_after = retry_after
    if isinstance(error, Conflict):
        error.volunteer_id = volunteer_id
    return error


def _class_of(code: str) -> type[PolarisError]:
    return _BY_CODE.get(code, NotFound if code.endswith("_NOT_FOUND") else PolarisError)
