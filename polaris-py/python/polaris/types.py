"""The words that calls take and values hold, for annotations.

    from polaris.types import EventStatus

    def titles(events: polaris.Events, status: EventStatus) -> list[str]: ...
    choices = typing.get_args(EventStatus)

Where a program runs they are text; what is none of them is refused by name.
"""

from collections.abc import Callable
from typing import Literal, TypeAlias

__all__ = [
    "AccountOrder",
    "ActorKind",
    "AuditOutcome",
    "CalendarView",
    "CancelReason",
    "Durability",
    "EventFormat",
    "EventOrder",
    "EventStatus",
    "InviteBy",
    "LeftOutReason",
    "LinkPurpose",
    "MailKind",
    "MailState",
    "MailTransport",
    "NotMailedReason",
    "NoteOutcome",
    "OutreachMethod",
    "OutreachOutcome",
    "ParticipationStatus",
    "ParticipationType",
    "Progress",
    "PublicEventStatus",
    "ReferenceKind",
    "Role",
    "RosterOrder",
    "SchoolLevel",
    "SmtpSecurity",
    "StaffRole",
    "TenantState",
    "UrgencyLevel",
    "VolunteerFormat",
    "VolunteerOrder",
]

AccountOrder: TypeAlias = Literal["name", "-name", "email", "-email", "created", "-created"]
"""How lists of users and staff are sorted."""

ActorKind: TypeAlias = Literal["system", "staff", "tenant_user", "api_key", "public"]
"""What kind of actor somebody is."""

AuditOutcome: TypeAlias = Literal["done", "refused", "pending"]
"""What came of what an audit log tells."""

CalendarView: TypeAlias = Literal["day", "week", "month"]
"""How much of the calendar is seen."""

CancelReason: TypeAlias = Literal[
    "weather",
    "presenter_cancelled",
    "teacher_cancelled",
    "school_conflict",
    "technical_issues",
    "low_enrollment",
    "scheduling_error",
    "other",
]
"""Why an event was cancelled."""

Durability: TypeAlias = Literal["full", "normal"]
"""What an acknowledged write survives: a power cut, or the end of the program alone."""

EventFormat: TypeAlias = Literal["in_person", "virtual"]
"""How an event is held."""

EventOrder: TypeAlias = Literal["start", "-start", "title", "-title", "status", "-status", "created", "-created"]
"""How lists of events are sorted; with a "-", descending."""

EventStatus: TypeAlias = Literal["draft", "confirmed", "published", "completed", "cancelled"]
"""Where an event stands in its life cycle."""

LeftOutReason: TypeAlias = Literal["inactive", "do_not_contact", "unreachable", "on_roster"]
"""Why somebody is no candidate for an event."""

InviteBy: TypeAlias = Literal["mail", "link"]
LinkPurpose: TypeAlias = Literal["invitation", "reset"]
"""What a one-time link is for."""

MailKind: TypeAlias = Literal[
    "invitation",
    "reset",
    "signup_confirmed",
    "signup_waitlisted",
    "signup_promoted",
    "signup_cancelled",
    "signup_removed",
    "signup_merged",
    "event_changed",
    "event_cancelled",
    "outreach",
]
"""What a mail is about."""

MailState: TypeAlias = Literal["waiting", "sending", "sent", "failed", "held"]
"""Where a mail stands."""

MailTransport: TypeAlias = Literal["folder", "smtp", "none"]
"""What carries mails."""

NotMailedReason: TypeAlias = Literal[
    "unknown", "inactive", "do_not_contact", "email_opt_out", "no_email", "on_roster", "declined", "asked_lately"
]
"""Why somebody gets no mail that asks them to come to an event."""

NoteOutcome: TypeAlias = Literal["interested", "follow_up", "accepted", "declined"]
"""What came of what a note tells."""

OutreachMethod: TypeAlias = Literal["email", "phone", "text", "in_person"]
"""How somebody was asked to come to an event."""

OutreachOutcome: TypeAlias = Literal["pending", "no_response", "interested", "declined", "confirmed"]
"""What came of asking somebody to come to an event."""

ParticipationStatus: TypeAlias = Literal["invited", "waitlisted", "confirmed", "declined", "attended", "no_show"]
"""How somebody stands on a roster."""

ParticipationType: TypeAlias = Literal["volunteer", "speaker", "mentor", "facilitator", "organizer"]
"""As what somebody takes part."""

Progress: TypeAlias = Callable[[int, int], object]
"""Called with how much is done and how much there is."""

PublicEventStatus: TypeAlias = Literal["published", "completed"]
"""Where an event stands that the public sees."""

ReferenceKind: TypeAlias = Literal["districts", "schools", "skills", "career_types"]
"""The kinds of reference data."""

Role: TypeAlias = Literal["admin", "coordinator", "virtual_admin", "viewer"]
"""What a tenant's user may do."""

RosterOrder: TypeAlias = Literal["name", "-name", "status", "-status", "created", "-created"]
"""How rosters are sorted."""

SchoolLevel: TypeAlias = Literal["elementary", "middle", "high", "other"]
"""What kind of school it is."""

SmtpSecurity: TypeAlias = Literal["none", "starttls", "tls"]
"""How the connection to a mail server is kept from being read."""

StaffRole: TypeAlias = Literal["admin", "support"]
"""What a member of staff may do."""

TenantState: TypeAlias = Literal["active", "inactive", "trashed"]
"""How a tenant stands."""

UrgencyLevel: TypeAlias = Literal["critical", "warning", "on_track"]
"""How urgently an event needs volunteers."""

VolunteerFormat: TypeAlias = Literal["csv", "raw_csv", "xlsx"]
"""As what volunteers are exported: CSV that is safe to open in a spreadsheet, CSV as it is, or a workbook."""

VolunteerOrder: TypeAlias = Literal["name", "-name", "organization", "-organization", "created", "-created"]
"""How lists of volunteers are sorted."""
