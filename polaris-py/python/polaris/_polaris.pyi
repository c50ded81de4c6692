"""The compiled half of polaris; import from there."""

import builtins
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from os import PathLike
from pathlib import Path
from typing import Any, Final, Generic, Literal, TypeAlias, TypedDict, TypeVar, final, overload, type_check_only

from .types import (
    AccountOrder,
    ActorKind,
    AuditOutcome,
    CalendarView,
    CancelReason,
    Durability,
    EventFormat,
    EventOrder,
    EventStatus,
    InviteBy,
    LeftOutReason,
    LinkPurpose,
    MailKind,
    MailState,
    MailTransport,
    NotMailedReason,
    NoteOutcome,
    OutreachMethod,
    OutreachOutcome,
    ParticipationStatus,
    ParticipationType,
    Progress,
    PublicEventStatus,
    ReferenceKind,
    Role,
    RosterOrder,
    SchoolLevel,
    SmtpSecurity,
    StaffRole,
    TenantState,
    UrgencyLevel,
    VolunteerFormat,
    VolunteerOrder,
)

_T_co = TypeVar("_T_co", covariant=True)

_Path: TypeAlias = str | PathLike[str]

@type_check_only
class _SchoolName(TypedDict):
    name: str
    level: SchoolLevel

@type_check_only
class _School(_SchoolName, total=False):
    city: str | None
    state: str | None
    postal_code: str | None
    aliases: Sequence[str] | None

@type_check_only
class _DistrictName(TypedDict):
    name: str

@type_check_only
class _District(_DistrictName, total=False):
    aliases: Sequence[str] | None
    schools: Sequence[_School]

@type_check_only
class _SkillName(TypedDict):
    name: str

@type_check_only
class _Skill(_SkillName, total=False):
    aliases: Sequence[str] | None

@type_check_only
class _CareerType(_Skill, total=False):
    keywords: Sequence[str] | None

@type_check_only
class _ReferenceData(TypedDict, total=False):
    districts: Sequence[_District]
    skills: Sequence[str | _Skill]
    career_types: Sequence[str | _CareerType]

@type_check_only
class _FirstAdminNames(TypedDict):
    email: str
    first_name: str
    last_name: str

@type_check_only
class _FirstAdmin(_FirstAdminNames, total=False):
    username: str | None
    password: str | None
    invite: InviteBy | None

@type_check_only
class _Branding(TypedDict, total=False):
    colour: str | Unset | None
    logo_url: str | Unset | None

@type_check_only
class _Mail(TypedDict, total=False):
    sender_name: str | Unset | None
    reply_to: str | Unset | None

@type_check_only
class _Weights(TypedDict):
    history: int
    recency: int
    skills: int
    proximity: int
    availability: int

_MailFrom = TypedDict("_MailFrom", {"from": str}, total=False)

@type_check_only
class _MailOptions(_MailFrom, total=False):
    transport: MailTransport
    folder: str
    allow: Iterable[str]
    host: str
    port: int
    security: SmtpSecurity
    user: str
    password: str
    ca_file: str
    timeout: float

__all__ = [
    "Actor",
    "Administration",
    "Agenda",
    "ApiKey",
    "ApiKeyState",
    "ApiKeys",
    "AuditEntry",
    "AuditExport",
    "AuditHead",
    "AuditLog",
    "AuditVerification",
    "Backup",
    "BackupProblem",
    "Backups",
    "Branding",
    "Break",
    "Brought",
    "Calendar",
    "CalendarFeed",
    "CalendarFeeds",
    "CalendarFile",
    "CalendarItem",
    "Caller",
    "Candidate",
    "CareerType",
    "ChangedEvent",
    "ChangedPassword",
    "Changes",
    "Context",
    "Copied",
    "CreatedFeed",
    "CreatedStaff",
    "CreatedTenant",
    "CreatedUser",
    "Dashboard",
    "DashboardEvent",
    "DashboardTotals",
    "Delivered",
    "Deliveries",
    "Doctor",
    "Event",
    "EventBrief",
    "Events",
    "FeedSecret",
    "FieldError",
    "Finding",
    "FinishedImport",
    "HistoryEntry",
    "ImportCounts",
    "ImportLogEntry",
    "ImportPreview",
    "ImportReport",
    "Imported",
    "ImportedRow",
    "Items",
    "Kept",
    "LeftOut",
    "LinkSecret",
    "LoggedIn",
    "LoggedOutreach",
    "MadeApiKey",
    "Mail",
    "MailPreview",
    "MailRecipient",
    "MailSettings",
    "MailTemplate",
    "MailTemplates",
    "MailedVolunteer",
    "Mails",
    "ManagedSignup",
    "MergePlan",
    "MergedField",
    "MergedParticipation",
    "Migration",
    "MigrationReport",
    "Navigation",
    "NotMailed",
    "NoteAuthor",
    "Notices",
    "OneTimeLink",
    "OpenedSession",
    "Operation",
    "Outreach",
    "OutreachAttempt",
    "OutreachEntry",
    "OutreachMailPreview",
    "Overlap",
    "OwnSession",
    "OwnSessions",
    "Page",
    "Participation",
    "Placed",
    "Platform",
    "Polaris",
    "PreviewColumn",
    "PreviewRow",
    "Pruned",
    "PublicApi",
    "PublicEvent",
    "Quota",
    "Recruitment",
    "Reference",
    "ReferenceItem",
    "ReferenceSource",
    "Report",
    "Restored",
    "RestoredDirectory",
    "RestoredTenant",
    "RosterEntry",
    "RosterTotals",
    "Rosters",
    "RowProblem",
    "SavedVolunteer",
    "School",
    "ScoreParts",
    "SentOutreachMail",
    "SessionToken",
    "Sessions",
    "Settings",
    "SignedUp",
    "SignupEvent",
    "SignupTenant",
    "Signups",
    "Staff",
    "StaffDoor",
    "StaffMember",
    "StaffNavigation",
    "Support",
    "SupportStay",
    "SyncReport",
    "TemplateVariable",
    "Tenant",
    "TenantDetails",
    "TenantHandle",
    "TenantSync",
    "Tenants",
    "UNSET",
    "Unset",
    "User",
    "UserSessions",
    "Users",
    "Verification",
    "VerifiedFile",
    "Volunteer",
    "VolunteerDetails",
    "VolunteerExport",
    "VolunteerImportReport",
    "VolunteerNote",
    "VolunteerSuggestion",
    "VolunteerTotals",
    "Volunteers",
    "Weights",
    "Who",
    "__version__",
    "operations",
]

__version__: Final[str]
UNSET: Final[Unset]

@final
class Unset:
    """The class of UNSET: an argument that is UNSET is left out, which in an edit keeps the field as it is; None clears it."""
    def __bool__(self) -> Literal[False]: ...

def operations() -> list[Operation]:
    """Every operation there is, in the order of the documentation."""
def _unpickle(class_: object, text: str) -> object: ...

@final
class Polaris:
    """An open data directory. After a fork it opens the directory anew in the child."""
    @staticmethod
    def open(
        path: _Path,
        *,
        durability: Durability = "full",
        readers: int = 2,
        open_tenants: int = 256,
        deadline: float = 10.0,
        migrate_on_open: bool = True,
        api_per_minute: int = 60,
        api_per_hour: int = 1000,
        api_per_day: int = 10000,
        signups_per_address: int = 30,
        public_url: str | None = None,
        mail: _MailOptions | None = None,
    ) -> Polaris:
        """Opens a data directory. Opened already in this process, with the same options, it costs next to nothing.

        durability is "full" (an acknowledged write survives a power cut) or "normal"; readers are the reading connections of one
        tenant, 1 to 8; open_tenants are kept open at most; deadline is how long one operation may take, in seconds; migrate_on_open
        says whether a database of an older schema is migrated or refused; api_per_minute, api_per_hour and api_per_day are how often
        one API key may enter the public API, signups_per_address how often people may sign up from one address in ten minutes;
        public_url is where the public reaches this installation, for links in mails.

        mail is how mails are sent, as a dict: "transport" is "folder" (each becomes a file in "folder", by default mail in the data
        directory), "smtp" or "none" (all wait); "from" is the address they come from; "allow" lists who may get mails, addresses and
        domains such as "@example.org", everyone when left out. For "smtp": "host", "port", "security" ("none", "starttls" or "tls"),
        "user", "password", "ca_file", and "timeout" in seconds. What a `polaris serve` beside it sends goes by its own settings."""
    @staticmethod
    def init(
        path: _Path,
        *,
        durability: Durability = "full",
        readers: int = 2,
        open_tenants: int = 256,
        deadline: float = 10.0,
        migrate_on_open: bool = True,
        api_per_minute: int = 60,
        api_per_hour: int = 1000,
        api_per_day: int = 10000,
        signups_per_address: int = 30,
        public_url: str | None = None,
        mail: _MailOptions | None = None,
    ) -> Polaris:
        """Makes a new data directory, readable by its owner alone, and opens it. Takes the options of open."""
    @staticmethod
    def restore(
        path: _Path,
        backup: _Path | Backup,
        actor: Actor | Caller,
        context: Context | None = None,
        *,
        progress: Progress | None = None,
        durability: Durability = "full",
        readers: int = 2,
        open_tenants: int = 256,
        deadline: float = 10.0,
        migrate_on_open: bool = True,
        api_per_minute: int = 60,
        api_per_hour: int = 1000,
        api_per_day: int = 10000,
        signups_per_address: int = 30,
        public_url: str | None = None,
        mail: _MailOptions | None = None,
    ) -> RestoredDirectory:
        """Puts a whole installation back from the folder of a backup, into a data directory that is new or empty; nothing else is needed for it.
        Every file is checked first; a tenant whose file isn't sound is told, and the rest put back. All sessions and links are void.
        progress is called with how many files are done, of how many. Takes the options of open too."""
    @staticmethod
    def verify_backup(backup: _Path | Backup, *, progress: Progress | None = None) -> Verification:
        """Checks the backup in a folder, whatever there is of the data directory it was made of; as backups().verify, but for what only the
        operator's audit log can tell."""
    @staticmethod
    def in_memory() -> Polaris:
        """An engine with all its databases in memory, for tests: the same behaviour, gone when dropped."""
    @property
    def data(self) -> Path | None:
        """The place of the data; None for an engine in memory."""
    def platform(self, actor: Actor | Caller, context: Context | None = None) -> Platform:
        """The operator's side: tenants, reference data, staff sessions, doctor."""
    def tenant(self, slug: str, actor: Actor | Caller, context: Context | None = None) -> TenantHandle:
        """A tenant, for an actor. Cheap: obtain one for each request."""
    def public_api(self, slug: str, key: str | ApiKey | None, context: Context | None = None) -> PublicApi:
        """A tenant's public face, for whoever presents one of its API keys. Obtain one for each request: the key is checked and counted here,
        and wrong ones are counted by the context's address."""
    def public_calendar(self, slug: str, context: Context | None = None, *, public_url: str | None = None) -> CalendarFile:
        """A tenant's published and completed events as an iCalendar file, for anybody. public_url is where this installation is reached, for
        links to sign-up pages. Where there is no such tenant, or it has events switched off, it is NotFound."""
    def calendar_feed(
        self, slug: str, secret: str | FeedSecret, context: Context | None = None, *, public_url: str | None = None
    ) -> CalendarFile:
        """What is at the secret address of a calendar feed: all events of the tenant, as long as the feed's user may see them; else NotFound."""
    def tenant_door(self, slug: str, context: Context | None = None) -> TenantHandle:
        """Where people log in to a tenant: for whoever has no session yet. An inactive tenant is not found here."""
    def staff_door(self, context: Context | None = None) -> StaffDoor:
        """Where staff log in: for whoever has no session yet."""
    def tenant_session(self, token: str | SessionToken, slug: str) -> Caller:
        """Whoever a session token stands for in this tenant: one of its users, or a member of staff who has entered it."""
    def signup(self, slug: str, context: Context | None = None) -> Signups:
        """Where people sign up for a tenant's events, without a log-in: what a form of one's own needs. The context holds the visitor's address,
        by which attempts are counted, as are wrong links."""
    def staff_session(self, token: str | SessionToken) -> Caller:
        """The staff member behind a session token."""
    def support_session(self, token: str | SessionToken, slug: str) -> Caller:
        """The staff member behind a session token that has entered this tenant."""

@final
class Platform:
    """The platform, for one member of staff."""
    def tenants(self) -> Tenants:
        """Tenants: create, list, show, edit, deactivate, delete."""
    def reference(self) -> Reference:
        """Reference data that new tenants get a copy of."""
    def sessions(self) -> Sessions:
        """Sessions opened for members of staff."""
    def own_sessions(self) -> OwnSessions:
        """One's own sessions and password."""
    def support(self) -> Support:
        """Entering tenants to help their people."""
    def staff(self) -> Staff:
        """The operator's people: create, list, show, edit, deactivate, reset a password."""
    def audit(self) -> AuditLog:
        """The operator's own audit log."""
    def mails(self) -> Deliveries:
        """Mails of all tenants: deliver what is due."""
    def backups(self) -> Backups:
        """Backups: create, list, verify, restore, prune."""
    def doctor(self) -> Doctor:
        """Checks and mends the data directory."""

@final
class Tenants:
    """The tenants of the installation."""
    def create(
        self,
        *,
        slug: str,
        name: str,
        district: str | None = None,
        features: Mapping[str, bool] | None = None,
        time_zone: str | None = None,
        first_admin: _FirstAdmin | None = None,
    ) -> CreatedTenant:
        """Creates a tenant: its database, a copy of the reference data, its first API key, and its first admin if one is described (a dict of
        what `users().create` takes, but for the role). features are flags that differ from the defaults."""
    def list(
        self, *, q: str | None = None, state: TenantState | None = None, page: int = 1, per_page: int = 20
    ) -> Page[Tenant]:
        """Tenants by slug, a page at a time. q is text that slug, name or district contain; state is "active", "inactive" or "trashed":
        without one those in the trash are left out."""
    def iterate(self, *, q: str | None = None, state: TenantState | None = None, per_page: int = 100) -> Items[Tenant]:
        """As list, one after the other."""
    def list_all(self, *, q: str | None = None, state: TenantState | None = None) -> builtins.list[Tenant]:
        """As list, all of them as they were at one moment."""
    def get(self, slug: str) -> TenantDetails:
        """One tenant with what its own file tells."""
    def edit(
        self,
        slug: str,
        *,
        version: int | None = None,
        name: str | Unset = ...,
        district: str | Unset | None = ...,
        features: Mapping[str, bool | Unset | None] | Unset = ...,
        branding: _Branding | Unset | None = ...,
        portal: Mapping[str, str | Unset | None] | Unset | None = ...,
        time_zone: str | Unset = ...,
        allowed_origins: Iterable[str] | Unset | None = ...,
        recruitment_weights: _Weights | Unset | None = ...,
        waitlist: bool | Unset | None = ...,
        mail: _Mail | Unset | None = ...,
    ) -> TenantDetails:
        """Changes what is given and keeps the rest; None clears. A flag that is None is forgotten, which gives it its default; a text of the
        portal that is None is removed. With the version that was read, only if it is still the present one."""
    def migrate(
        self, *, all: bool = False, tenants: Iterable[str] | None = None, dry_run: bool = False, jobs: int | None = None,
        progress: Progress | None = None,
    ) -> MigrationReport:
        """Brings databases of tenants to this version's schema, all or those named by slug, each after a copy of it was made; dry_run only tells
        which need it. jobs are how many at a time, 1 to 16. progress is called with how many are done, of how many."""
    def deactivate(self, slug: str, *, reason: str | None = None) -> Tenant:
        """Deactivates a tenant, at once and everywhere: handles refuse, sessions end, log-ins refuse, the public finds nothing."""
    def reactivate(self, slug: str, *, reason: str | None = None) -> Tenant:
        """Reactivates a deactivated tenant. Sessions that ended stay ended."""
    def delete(self, slug: str, *, confirm: str) -> Tenant:
        """Moves a deactivated tenant to the trash; confirm must be its slug once more."""
    def undelete(self, slug: str) -> Tenant:
        """Takes a tenant back from the trash, deactivated."""
    def purge(self, slug: str, *, confirm: str) -> None:
        """Removes a tenant in the trash for good, and frees its slug; confirm must be its slug once more. This can't be undone."""

@final
class Reference:
    """The reference data of the installation."""
    def import_(
        self, *sources: _Path | ReferenceSource | _ReferenceData, dry_run: bool = False, replace: bool = False
    ) -> ImportReport:
        """Imports reference data, all or nothing: what is known by its name is updated by what is given, the rest is added. Tenants that exist
        get it with sync.

        Each source is the path of a CSV or JSON file, a ReferenceSource, or a dict: {"districts": [{"name": …, "aliases": […], "schools":
        [{"name": …, "level": "high", "city": …, "state": …, "postal_code": …}]}], "skills": […], "career_types": [{"name": …, "keywords":
        […]}]}. All sources are taken together. dry_run tells what would be done, bad rows too; replace removes what the sources don't have,
        of the kinds they have. A ValidationError names all bad rows by file, line and column."""
    def list(
        self, kind: ReferenceKind, *, q: str | None = None, district: str | None = None, page: int = 1, per_page: int = 20
    ) -> Page[ReferenceItem]:
        """The reference data of a kind ("districts", "schools", "skills" or "career_types") by name, a page at a time. q is text that name,
        alias or city contain; district, for schools, is the name or an alias of theirs."""
    def iterate(
        self, kind: ReferenceKind, *, q: str | None = None, district: str | None = None, per_page: int = 100
    ) -> Items[ReferenceItem]:
        """As list, one after the other."""
    def sync(
        self, *, tenants: Iterable[str] | None = None, dry_run: bool = False, progress: Progress | None = None
    ) -> SyncReport:
        """Brings the reference data to tenants, those named by slug or all active ones: adds what is new, changes what was changed, removes
        what is gone and not used. What a tenant uses or made itself stays. dry_run tells what would be done. What goes wrong with a tenant
        is in the answer. progress is called with how many are done, of how many."""

@final
class ReferenceSource:
    """Reference data to import, with the places where they stood, so that a bad row can be named."""
    @staticmethod
    def csv(kind: ReferenceKind, content: bytes | str, name: str | None = None) -> ReferenceSource:
        """A CSV file of one kind ("districts", "schools", "skills" or "career_types"), as bytes or text. Separated by commas, semicolons or
        tabs; the first line names the columns; several aliases or keywords in a cell are separated by "|" or ";". The name stands before
        each place in what is told of it."""
    @staticmethod
    def json(content: bytes | str, name: str | None = None) -> ReferenceSource:
        """A JSON document with all kinds, as bytes or text, of the form of the dict that import_ takes."""
    @staticmethod
    def file(path: _Path, kind: ReferenceKind | None = None) -> ReferenceSource:
        """A file by its path. What its name (schools.csv, kc-skills.csv, reference.json) doesn't tell, kind does."""
    @property
    def name(self) -> str | None:
        """The name that stands before each place; None where there is none."""

@final
class Sessions:
    """Staff sessions."""
    def open(
        self, *, staff: str, role: StaffRole | None = None, tenant: str | None = None, reason: str | None = None
    ) -> OpenedSession:
        """Opens a session, and enters a tenant with it if one is named. The role is `admin` or `support`, for a new account; `support` when left out."""

@final
class StaffDoor:
    """Where staff log in, before it is known who they are."""
    def log_in(self, *, login: str, password: str) -> LoggedIn:
        """Logs in, by e-mail or username in any case. A refusal is the same whatever is wrong, and takes a fixed least time."""
    def use_link(self, *, link: str | LinkSecret, password: str) -> LinkPurpose:
        """Sets the password of the account that a one-time link was issued for, and tells what the link was for (`invitation` or `reset`).
        The link is used up, and all sessions of the account end."""

@final
class OwnSessions:
    """The caller's own sessions and password: for whoever has an account of the staff's."""
    def current(self) -> StaffNavigation:
        """Who acts, what they may do and which tenants they have entered."""
    def log_out(self) -> None:
        """Ends the present session; the tenants it has entered are left."""
    def list(self) -> list[OwnSession]:
        """One's own sessions, the last used first."""
    def end(self, session: int) -> None:
        """Ends one of one's own sessions, by number; the tenants it has entered are left."""
    def end_others(self) -> int:
        """Ends all of one's own sessions but the present one, and tells how many there were."""
    def change_password(self, *, current_password: str, new_password: str) -> ChangedPassword:
        """Changes one's own password, which ends all other sessions. Each wrong present password counts as a failed log-in."""

@final
class Support:
    """Support sessions of staff in tenants."""
    def enter(self, *, tenant: str, reason: str | None = None) -> SupportStay:
        """Enters a tenant, for 8 hours at most: needs a caller with a session. Noted in the tenant's audit log and the operator's."""
    def leave(self, tenant: str) -> SupportStay:
        """Leaves a tenant that the present session has entered, by slug."""
    def list(self, *, page: int = 1, per_page: int = 20) -> Page[SupportStay]:
        """Who is in which tenant, the last who entered first, a page at a time. Support staff see themselves."""
    def iterate(self, *, per_page: int = 100) -> Items[SupportStay]:
        """As list, one after the other."""

@final
class Doctor:
    """Checks and mends the data directory."""
    def check(self, *, progress: Progress | None = None) -> Report:
        """Checks everything; changes nothing. progress is called with how many files are done, of how many."""
    def mend(self, *, progress: Progress | None = None) -> tuple[list[Finding], Report]:
        """Checks, mends what is safe to mend, and checks again. Gives what was mended, and what remains. progress is called with how many
        files are done, of how many, for one check after the other."""

@final
class TenantHandle:
    """A tenant, opened for one actor. Every operation checks anew that the tenant is active, the actor permitted and the feature on. One
    that was obtained before a fork refuses to work in the child."""
    @property
    def slug(self) -> str:
        """The tenant's slug."""
    @property
    def id(self) -> str:
        """The tenant's id: the same for ever, never used again."""
    @property
    def actor(self) -> Actor:
        """Who is acting."""
    def events(self) -> Events:
        """Events: create, publish, get, list."""
    def volunteers(self) -> Volunteers:
        """Volunteers: add, find, show, edit, deactivate, merge; notes on them."""
    def rosters(self) -> Rosters:
        """Events' rosters: assign, list, edit, remove."""
    def recruitment(self) -> Recruitment:
        """Recruitment: which events need volunteers, who would suit one, and who is left out."""
    def outreach(self) -> Outreach:
        """Outreach: who was asked to come to which event, how, and what came of it."""
    def calendar(self) -> Calendar:
        """The calendar: what is in it in a range of time, as a file, and the feeds that calendar programs read."""
    def sessions(self) -> UserSessions:
        """Logging in, and one's own sessions and password."""
    def api_keys(self) -> ApiKeys:
        """The keys of the public API: create, list, get, rotate, revoke, adopt."""
    def administration(self) -> Administration:
        """What the tenant's admins look after: its settings."""
    def mail_templates(self) -> MailTemplates:
        """What the tenant's mails say: list, get, edit, reset, preview."""
    def users(self) -> Users:
        """The tenant's users: create, list, show, edit, deactivate, reset a password."""
    def mails(self) -> Mails:
        """The outbox: which mails wait, were sent, failed or are held; try one again."""
    def audit(self) -> AuditLog:
        """The tenant's audit log."""

@final
class Deliveries:
    """The mails of all tenants."""
    def deliver(self, *, tenant: str | None = None, progress: Progress | None = None) -> Delivered:
        """Delivers the mails that are due, of one tenant (by slug) or all, and tells what was done. For programs beside which no `polaris
        serve` runs: call it every minute or so. Several may at once: each mail is sent by one of them. progress is called with how many
        mails were dealt with, of how many that is known; what it raises breaks it off, and the rest of the mails wait."""

@final
class Mails:
    """The outbox of a tenant, for its admins."""
    def list(
        self,
        *,
        state: MailState | None = None,
        kind: MailKind | None = None,
        event: int | None = None,
        volunteer: int | None = None,
        page: int = 1,
        per_page: int = 20,
    ) -> Page[Mail]:
        """Mails, the newest first, a page at a time: those in a state ("waiting", "sending", "sent", "failed" or "held"), of a kind, about an
        event or a volunteer, by number. Those that were sent, failed or are held are forgotten after 90 days."""
    def iterate(
        self,
        *,
        state: MailState | None = None,
        kind: MailKind | None = None,
        event: int | None = None,
        volunteer: int | None = None,
        per_page: int = 100,
    ) -> Items[Mail]:
        """As list, one after the other."""
    def get(self, mail: int) -> Mail:
        """One mail, by number."""
    def retry(self, mail: int) -> Mail:
        """Has a mail tried again at once that failed, is held or waits, for another three days."""
    def retry_all(self) -> int:
        """Has all mails tried again that failed or are held, and tells how many they are."""

@final
class Volunteers:
    """The volunteers of a tenant. A volunteer is named by number, or by e-mail address in any case."""
    def create(
        self,
        *,
        first_name: str,
        last_name: str,
        email: str | None = None,
        phone: str | None = None,
        organization: str | None = None,
        title: str | None = None,
        career_type: str | None = None,
        skills: Iterable[str] | None = None,
        city: str | None = None,
        state: str | None = None,
        postal_code: str | None = None,
        notes: str | None = None,
        email_opt_out: bool | None = None,
        do_not_contact: bool | None = None,
    ) -> SavedVolunteer:
        """Adds a volunteer. If a deactivated one has the e-mail address, that one is reactivated, with what is given in place of what was
        there. If an active one has it, Conflict tells their number: error.volunteer_id."""
    def list(
        self,
        *,
        q: str | None = None,
        skill: str | None = None,
        career_type: str | None = None,
        organization: str | None = None,
        active: bool | None = None,
        order: VolunteerOrder = "name",
        page: int = 1,
        per_page: int = 20,
    ) -> Page[Volunteer]:
        """Volunteers, a page at a time. q: words that name, organization, e-mail, title or skills hold, whole or their beginning, whatever
        their case and accents; skill and career_type: a name or alias. The order is name, organization or created, with a "-" before it
        for descending."""
    def iterate(
        self,
        *,
        q: str | None = None,
        skill: str | None = None,
        career_type: str | None = None,
        organization: str | None = None,
        active: bool | None = None,
        order: VolunteerOrder = "name",
        per_page: int = 100,
    ) -> Items[Volunteer]:
        """As list, one after the other."""
    def suggest(self, q: str) -> builtins.list[VolunteerSuggestion]:
        """At most ten active volunteers for what was typed so far: those whose last name begins so, then others who hold the words."""
    def get(self, volunteer: int | str) -> VolunteerDetails:
        """One volunteer, with what they took part in, notes and outreach. The number of one who was merged leads to the other."""
    def history(self, volunteer: int | str, *, page: int = 1, per_page: int = 20) -> Page[HistoryEntry]:
        """The events on whose rosters a volunteer stands, in any status, the last one first, a page at a time."""
    def edit(
        self,
        volunteer: int | str,
        *,
        version: int | None = None,
        first_name: str | Unset = ...,
        last_name: str | Unset = ...,
        email: str | Unset | None = ...,
        phone: str | Unset | None = ...,
        organization: str | Unset | None = ...,
        title: str | Unset | None = ...,
        career_type: str | Unset | None = ...,
        skills: Iterable[str] | Unset | None = ...,
        city: str | Unset | None = ...,
        state: str | Unset | None = ...,
        postal_code: str | Unset | None = ...,
        notes: str | Unset | None = ...,
        email_opt_out: bool | Unset = ...,
        do_not_contact: bool | Unset = ...,
    ) -> Volunteer:
        """Changes what is given and keeps the rest; None clears all but the names. With the version that was read, only if it is still the
        present one."""
    def deactivate(self, volunteer: int | str) -> Volunteer:
        """Deactivates a volunteer: they are kept with all their history, and can't be put on a roster any more."""
    def reactivate(self, volunteer: int | str) -> Volunteer:
        """Reactivates a deactivated volunteer."""
    def preview_merge(self, volunteer: int, *, merged_id: int, merged_version: int | None = None) -> MergePlan:
        """What merge would do. Both by number."""
    def merge(self, volunteer: int, *, merged_id: int, version: int | None = None, merged_version: int | None = None) -> MergePlan:
        """Merges the record merged_id into this one, for good: this one keeps its number, the other's leads to it. With the versions that
        were seen, only if they are still the present ones."""
    def list_notes(self, volunteer: int | str, *, page: int = 1, per_page: int = 20) -> Page[VolunteerNote]:
        """The notes on a volunteer, the last day first, a page at a time."""
    def add_note(
        self, volunteer: int | str, *, text: str, outcome: NoteOutcome | None = None, noted_on: date | str | None = None
    ) -> VolunteerNote:
        """Adds a note on a volunteer, by the actor; noted_on is today in the tenant's zone unless given."""
    def edit_note(
        self,
        volunteer: int | str,
        note: int,
        *,
        version: int | None = None,
        text: str | Unset = ...,
        outcome: NoteOutcome | Unset | None = ...,
        noted_on: date | str | Unset = ...,
    ) -> VolunteerNote:
        """Changes what is given of a note and keeps the rest; outcome=None clears it. Its author stays."""
    def remove_note(self, volunteer: int | str, note: int, *, version: int | None = None) -> None:
        """Removes a note for good."""
    def preview_import(self, file: _Path | bytes, *, sheet: str | None = None) -> ImportPreview:
        """Looks at a CSV or XLSX file of volunteers, given by its path or as bytes: its columns and what they are likely to hold, its first rows,
        how many there are. sheet names a sheet of a workbook; the first visible one is shown otherwise."""
    def import_(
        self,
        file: _Path | bytes,
        *,
        sheet: str | None = None,
        mapping: Mapping[str, str] | None = None,
        dry_run: bool = False,
        reference: str | None = None,
        progress: Progress | None = None,
    ) -> FinishedImport:
        """Imports volunteers from a CSV or XLSX file, given by its path or as bytes: all good rows in one transaction; bad ones are in the report.
        mapping says which column holds what, {"first_name": "Vorname", …}: what it leaves out is not read; otherwise columns are recognised by
        their names. dry_run tells what would be done and changes nothing. progress is called with how many rows are dealt with, of how many;
        if it raises, or at Ctrl-C, the import is broken off and nothing of it stays. Importing a file again changes nothing."""
    def list_imports(self, *, page: int = 1, per_page: int = 20) -> Page[ImportLogEntry]:
        """The imports that were done, the last one first, a page at a time."""
    def get_import(self, import_: int | str) -> ImportLogEntry:
        """One import that was done, by its number or the reference it was done under."""
    def export(
        self,
        *,
        format: VolunteerFormat = "csv",
        q: str | None = None,
        skill: str | None = None,
        career_type: str | None = None,
        organization: str | None = None,
        active: bool | None = None,
        order: VolunteerOrder = "name",
    ) -> VolunteerExport:
        """Begins to take out the volunteers that list would give, as "csv" (safe to open in a spreadsheet), "raw_csv" (for programs) or "xlsx".
        That it was done is in the audit log before the first piece is handed out. What was exported can be imported, and changes nothing;
        but not "raw_csv", in which nothing tells a text from a formula or a blank cell."""

@final
class Rosters:
    """The rosters of a tenant's events. An event is named by number or slug, a volunteer by number or e-mail address."""
    def list(
        self,
        event: int | str,
        *,
        statuses: ParticipationStatus | Iterable[ParticipationStatus] | None = None,
        order: RosterOrder = "name",
        page: int = 1,
        per_page: int = 20,
    ) -> Page[RosterEntry]:
        """An event's roster, a page at a time. The order is name, status or created, with a "-" before it for descending."""
    def iterate(
        self,
        event: int | str,
        *,
        statuses: ParticipationStatus | Iterable[ParticipationStatus] | None = None,
        order: RosterOrder = "name",
        per_page: int = 100,
    ) -> Items[RosterEntry]:
        """As list, one after the other."""
    def totals(self, event: int | str) -> RosterTotals:
        """How many stand how on an event's roster, and their hours."""
    def get(self, event: int | str, volunteer: int | str) -> Participation:
        """One volunteer's place on an event's roster."""
    def assign(
        self,
        event: int | str,
        *,
        volunteer_id: int,
        status: Literal["invited", "confirmed"] | None = None,
        participation_type: ParticipationType | None = None,
        notes: str | None = None,
        over_capacity: bool = False,
    ) -> Placed:
        """Puts an active volunteer on an event's roster, once, as invited or confirmed. Confirming on a full event is EventFull unless
        over_capacity is True."""
    def edit(
        self,
        event: int | str,
        volunteer: int | str,
        *,
        version: int | None = None,
        status: ParticipationStatus | Unset = ...,
        participation_type: ParticipationType | Unset = ...,
        notes: str | Unset | None = ...,
        minutes: int | Unset | None = ...,
        over_capacity: bool = False,
    ) -> Placed:
        """Changes a place: status (which may follow which is in the documentation; attended and no_show only from the event's start on),
        participation_type, notes, minutes of one who attended. With the version that was read, only if it is still the present one."""
    def remove(self, event: int | str, volunteer: int | str, *, version: int | None = None) -> None:
        """Takes a volunteer off an event's roster. Not while they count as attended."""

@final
class Recruitment:
    """Recruitment of a tenant. An event is named by number or slug."""
    def dashboard(self, *, page: int = 1, per_page: int = 20) -> Dashboard:
        """The draft, confirmed and published events that have not begun and need more volunteers, the most urgent first, a page at a time; and
        how many there are in all."""
    def candidates(self, event: int | str, *, page: int = 1, per_page: int = 20) -> Page[Candidate]:
        """Who may be asked to an event, the best suited first, each with why, a page at a time. Equal scores come in the order of who was last
        asked: never, then longest ago; then by last and first name, then by number."""
    def iterate_candidates(self, event: int | str, *, per_page: int = 100) -> Items[Candidate]:
        """As candidates, one after the other."""
    def left_out(self, event: int | str, *, page: int = 1, per_page: int = 20) -> Page[LeftOut]:
        """Who is no candidate for an event, each with every reason, by last and first name, a page at a time."""
    def iterate_left_out(self, event: int | str, *, per_page: int = 100) -> Items[LeftOut]:
        """As left_out, one after the other."""

@final
class Outreach:
    """The outreach of a tenant. An event is named by number or slug, a volunteer by number or e-mail address."""
    def log(
        self,
        event: int | str,
        *,
        volunteer_id: int,
        method: OutreachMethod,
        outcome: OutreachOutcome | None = None,
        notes: str | None = None,
        attempted_at: datetime | str | None = None,
        over_capacity: bool = False,
    ) -> LoggedOutreach:
        """Logs that a volunteer was asked to come to an event: method is "email", "phone", "text" or "in_person", outcome "pending",
        "no_response", "interested", "declined" or "confirmed", attempted_at now unless given and never in the future. Who confirmed comes on
        the event's roster, which is EventFull where it is full unless over_capacity is True; who declined and is invited is marked so there."""
    def list(
        self,
        *,
        event: int | str | None = None,
        volunteer: int | str | None = None,
        methods: OutreachMethod | Iterable[OutreachMethod] | None = None,
        outcomes: OutreachOutcome | Iterable[OutreachOutcome] | None = None,
        page: int = 1,
        per_page: int = 20,
    ) -> Page[OutreachEntry]:
        """Outreach for an event, to a volunteer, by methods and outcomes, or all of it, the last attempt first, a page at a time."""
    def iterate(
        self,
        *,
        event: int | str | None = None,
        volunteer: int | str | None = None,
        methods: OutreachMethod | Iterable[OutreachMethod] | None = None,
        outcomes: OutreachOutcome | Iterable[OutreachOutcome] | None = None,
        per_page: int = 100,
    ) -> Items[OutreachEntry]:
        """As list, one after the other."""
    def get(self, outreach: int) -> OutreachEntry:
        """One time that a volunteer was asked."""
    def edit(
        self,
        outreach: int,
        *,
        version: int | None = None,
        method: OutreachMethod | Unset = ...,
        outcome: OutreachOutcome | Unset = ...,
        notes: str | Unset | None = ...,
        attempted_at: datetime | str | Unset = ...,
        over_capacity: bool = False,
    ) -> LoggedOutreach:
        """Changes what is given and keeps the rest, which counts as follow-up; notes=None clears them. Another outcome than before does to the
        event's roster what it does when logged. With the version that was read, only if it is still the present one."""
    def preview_mail(
        self,
        event: int | str,
        *,
        volunteer_ids: Iterable[int] | None = None,
        top: int | None = None,
        subject: str | None = None,
        text: str | None = None,
        again: bool = False,
    ) -> OutreachMailPreview:
        """Whom send_mail would write to, who would be left out and why, and what the first of them would read. Changes nothing."""
    def send_mail(
        self,
        event: int | str,
        *,
        volunteer_ids: Iterable[int] | None = None,
        top: int | None = None,
        subject: str | None = None,
        text: str | None = None,
        again: bool = False,
    ) -> SentOutreachMail:
        """Asks volunteers by mail to come to an event that has not begun: those of volunteer_ids, or the top so many candidates, at most 200. Each
        mail goes into the outbox, and each is logged as outreach. subject and text, the usual ones unless given, may hold {{ first_name }},
        {{ last_name }}, {{ tenant }}, {{ title }}, {{ when }}, {{ place }}, {{ location }}, {{ school }} and {{ additional_info }}. Left out,
        with every reason, is who may not or can't be written to, who is on the roster, and unless again is True who declined or was asked by
        mail within 24 hours. Without a public_url it is Conflict: nobody could opt out."""
    def remove(self, outreach: int, *, version: int | None = None) -> None:
        """Removes outreach that was logged by mistake; the event's roster stays as it is. Not what a mail of Polaris asked."""

@final
class UserSessions:
    """Logging in to a tenant, and the caller's own sessions and password there."""
    def log_in(self, *, login: str, password: str) -> LoggedIn:
        """Logs in, by e-mail or username in any case. A refusal is the same whatever is wrong, and takes a fixed least time."""
    def use_link(self, *, link: str | LinkSecret, password: str) -> LinkPurpose:
        """Sets the password of the account that a one-time link was issued for, and tells what the link was for (`invitation` or `reset`).
        The link is used up, and all sessions of the account end."""
    def request_reset(self, *, login: str) -> None:
        """Asks for a mail with a link to set a new password, by e-mail or username. Nothing tells whether there is such an account: the answer
        and its time are the same."""
    def current(self) -> Navigation:
        """Who acts here, what they may do and what is switched on."""
    def log_out(self) -> None:
        """Ends the present session: needs a caller with one."""
    def list(self) -> list[OwnSession]:
        """One's own sessions, the last used first."""
    def end(self, session: int) -> None:
        """Ends one of one's own sessions, by number."""
    def end_others(self) -> int:
        """Ends all of one's own sessions but the present one, and tells how many there were."""
    def change_password(self, *, current_password: str, new_password: str) -> ChangedPassword:
        """Changes one's own password, which ends all other sessions. Each wrong present password counts as a failed log-in."""

@final
class ApiKeys:
    """The keys of a tenant's public API."""
    def create(self, *, name: str) -> MadeApiKey:
        """Makes a key for a program; name says which, such as "Website". A tenant has ten at most."""
    def list(self) -> list[ApiKeyState]:
        """The keys that are good now, in the order in which they were made; without their secrets."""
    def get(self, key: int) -> ApiKeyState:
        """One key that is good now, by number; without its secret."""
    def rotate(self, key: int, *, grace_hours: int | None = None) -> MadeApiKey:
        """Replaces a key by a new one with the same name. The old one ends at once, or stays good for grace_hours, at most 720."""
    def revoke(self, key: int) -> ApiKeyState:
        """Ends a key at once, also one that is in its grace. Gives what it was."""
    def adopt(self, *, hash: str, name: str) -> ApiKeyState:
        """Takes over a key of the earlier application by its hash (the 64 hexadecimal digits in tenant.api_key_hash), so that the website
        that has the key keeps it. For the operator's admins."""

@final
class Administration:
    """The settings of a tenant."""
    def settings(self) -> Settings:
        """The tenant's settings."""
    def edit_settings(
        self,
        *,
        version: int | None = None,
        branding: _Branding | Unset | None = ...,
        portal: Mapping[str, str | Unset | None] | Unset | None = ...,
        time_zone: str | Unset = ...,
        allowed_origins: Iterable[str] | Unset | None = ...,
        recruitment_weights: _Weights | Unset | None = ...,
        waitlist: bool | Unset | None = ...,
        mail: _Mail | Unset | None = ...,
    ) -> Settings:
        """Changes what is given of what is the tenant's own to settle, and keeps the rest; None clears. A text of the portal that is None is
        removed. With the version that was read, only if it is still the present one."""

@final
class MailTemplates:
    """The texts of a tenant's mails: the usual, or its own in their place."""
    def list(self) -> list[MailTemplate]:
        """The texts of every kind of mail."""
    def get(self, kind: str) -> MailTemplate:
        """The texts of one kind: "invitation", "reset", "signup_confirmed", "signup_waitlisted", "signup_promoted", "signup_cancelled",
        "signup_removed", "signup_merged", "event_changed", "event_cancelled" or "outreach"."""
    def edit(
        self, kind: str, *, version: int | None = None, subject: str | Unset = ..., text: str | Unset = ..., html: str | Unset | None = ...
    ) -> MailTemplate:
        """Puts own texts in place of the usual, or changes them; what isn't given stays. Where the text changes and the HTML was the usual, the
        HTML is made of the text from then on, as it is where html is None. With the version that was read, only if it is still the present one."""
    def reset(self, kind: str, *, version: int | None = None) -> MailTemplate:
        """Brings the usual texts back. With the version that was read, only if it is still the present one."""
    def preview(self, kind: str, *, subject: str | Unset = ..., text: str | Unset = ..., html: str | Unset | None = ...) -> MailPreview:
        """A mail of this kind as it would be sent, about people and an event that don't exist: with the texts as they are, or as an edit with
        these would make them. Nothing is stored."""

@final
class Users:
    """The users of a tenant."""
    def create(
        self,
        *,
        email: str,
        first_name: str,
        last_name: str,
        role: Role | Literal["user"],
        username: str | None = None,
        password: str | None = None,
        invite: InviteBy | None = None,
    ) -> CreatedUser:
        """Creates an account. Without a password its owner is invited to set one within 72 hours: a user gets a mail, unless invite is
        "link" or there is no public_url; then, and for staff always, the answer has the link, to be handed over."""
    def list(
        self,
        *,
        q: str | None = None,
        role: Role | None = None,
        active: bool | None = None,
        order: AccountOrder = "name",
        page: int = 1,
        per_page: int = 20,
    ) -> Page[User]:
        """Accounts, a page at a time. q is text that names, e-mail or username contain; the order is name, email or created, with a
        "-" before it for descending."""
    def iterate(
        self,
        *,
        q: str | None = None,
        role: Role | None = None,
        active: bool | None = None,
        order: AccountOrder = "name",
        per_page: int = 100,
    ) -> Items[User]:
        """As list, one after the other."""
    def get(self, user: int | str) -> User:
        """One account, by number, e-mail address or username."""
    def edit(
        self,
        user: int | str,
        *,
        version: int | None = None,
        email: str | Unset = ...,
        username: str | Unset | None = ...,
        first_name: str | Unset = ...,
        last_name: str | Unset = ...,
        role: Role | Literal["user"] | Unset = ...,
    ) -> User:
        """Changes what is given and keeps the rest; username=None takes it away. With the version that was read, only if it is still
        the present one. The last active admin stays one."""
    def deactivate(self, user: int | str) -> User:
        """Deactivates an account: its sessions and links end at once, and it can't log in. Not one's own, and not the last admin's."""
    def reactivate(self, user: int | str) -> User:
        """Reactivates a deactivated account, with the password it had."""
    def reset_password(self, user: int | str) -> OneTimeLink:
        """Makes a link, good for one hour, with which the account's owner sets a new password. Links from before are void."""
    def set_password(self, user: int | str, *, password: str) -> User:
        """Sets the password of an account, which ends its sessions: for the operator, where no link can reach its owner."""
    def invite(self, user: int | str) -> User:
        """Sends a user a mail with a link to set a password: an invitation, good for 72 hours, or where they have one a link for a new one,
        good for an hour. Links from before stay good. Without a public_url it is Conflict: a mail could hold no link."""

@final
class Staff:
    """The operator's staff."""
    def create(
        self,
        *,
        name: str,
        email: str,
        role: StaffRole,
        username: str | None = None,
        password: str | None = None,
    ) -> CreatedStaff:
        """Creates an account. Without a password its owner is invited to set one within 72 hours: a user gets a mail, unless invite is
        "link" or there is no public_url; then, and for staff always, the answer has the link, to be handed over."""
    def list(
        self,
        *,
        q: str | None = None,
        role: StaffRole | None = None,
        active: bool | None = None,
        order: AccountOrder = "name",
        page: int = 1,
        per_page: int = 20,
    ) -> Page[StaffMember]:
        """Accounts, a page at a time. q is text that names, e-mail or username contain; the order is name, email or created, with a
        "-" before it for descending."""
    def iterate(
        self,
        *,
        q: str | None = None,
        role: StaffRole | None = None,
        active: bool | None = None,
        order: AccountOrder = "name",
        per_page: int = 100,
    ) -> Items[StaffMember]:
        """As list, one after the other."""
    def get(self, staff: int | str) -> StaffMember:
        """One account, by number, e-mail address or username."""
    def edit(
        self,
        staff: int | str,
        *,
        version: int | None = None,
        name: str | Unset = ...,
        email: str | Unset = ...,
        username: str | Unset | None = ...,
        role: StaffRole | Unset = ...,
    ) -> StaffMember:
        """Changes what is given and keeps the rest; username=None takes it away. With the version that was read, only if it is still
        the present one. The last active admin stays one."""
    def deactivate(self, staff: int | str) -> StaffMember:
        """Deactivates an account: its sessions and links end at once, and it can't log in. Not one's own, and not the last admin's."""
    def reactivate(self, staff: int | str) -> StaffMember:
        """Reactivates a deactivated account, with the password it had."""
    def reset_password(self, staff: int | str) -> OneTimeLink:
        """Makes a link, good for one hour, with which the account's owner sets a new password. Links from before are void."""
    def set_password(self, staff: int | str, *, password: str) -> StaffMember:
        """Sets the password of an account, which ends its sessions: for the operator, where no link can reach its owner."""

@final
class AuditLog:
    """The audit log of a tenant, or the operator's own."""
    @property
    def tenant(self) -> str | None:
        """The slug of the tenant; None for the operator's own log."""
    def list(
        self,
        *,
        actor_kind: ActorKind | None = None,
        actor_id: int | None = None,
        action: str | None = None,
        resource_kind: str | None = None,
        resource_id: str | None = None,
        from_: str | date | datetime | None = None,
        to: str | date | datetime | None = None,
        outcome: AuditOutcome | None = None,
        after: int | None = None,
        page: int = 1,
        per_page: int = 20,
    ) -> Page[AuditEntry]:
        """Entries, newest first, a page at a time. An action that ends in a dot means all that begin so. from_ and to are days, local to the
        tenant, or instants with an offset; after is the number of an entry that was seen."""
    def iterate(
        self,
        *,
        actor_kind: ActorKind | None = None,
        actor_id: int | None = None,
        action: str | None = None,
        resource_kind: str | None = None,
        resource_id: str | None = None,
        from_: str | date | datetime | None = None,
        to: str | date | datetime | None = None,
        outcome: AuditOutcome | None = None,
        after: int | None = None,
        per_page: int = 100,
    ) -> Items[AuditEntry]:
        """As list, one after the other."""
    def follow(
        self,
        *,
        actor_kind: ActorKind | None = None,
        actor_id: int | None = None,
        action: str | None = None,
        resource_kind: str | None = None,
        resource_id: str | None = None,
        from_: str | date | datetime | None = None,
        to: str | date | datetime | None = None,
        outcome: AuditOutcome | None = None,
        after: int | None = None,
        at_most: int = 100,
    ) -> builtins.list[AuditEntry]:
        """The first entries that list would give, oldest first, at most so many: for whoever follows a log, who gives the number of the last
        one seen as after the next time."""
    def export(
        self,
        *,
        format: Literal["csv", "jsonl"] = "csv",
        actor_kind: ActorKind | None = None,
        actor_id: int | None = None,
        action: str | None = None,
        resource_kind: str | None = None,
        resource_id: str | None = None,
        from_: str | date | datetime | None = None,
        to: str | date | datetime | None = None,
        outcome: AuditOutcome | None = None,
        after: int | None = None,
    ) -> AuditExport:
        """Begins to take out the entries that list would give, oldest first, as "csv" or "jsonl". That it was done is in the log before
        the first piece is handed out."""
    def verify(self, kept: AuditHead | str | None = None, *, progress: Progress | None = None) -> AuditVerification:
        """Follows the chain of entries to its end, and compares it with what the registry noted and with a head that was kept safe elsewhere
        (an AuditHead, or its text). What is wrong with the log is in the answer. progress is called with how many entries are read, of how
        many."""
    def head(self) -> AuditHead | None:
        """Where the log ends now, to be kept safe elsewhere; None where it is empty."""

@final
class AuditExport(Iterator[bytes]):
    """Entries on their way out: an iterator of pieces of a file, as bytes."""
    @property
    def rows(self) -> int:
        """How many entries it has."""
    @property
    def format(self) -> Literal["csv", "jsonl"]:
        """What it is written as."""
    @property
    def file_name(self) -> str:
        """A name for the file."""
    def __iter__(self) -> AuditExport: ...
    def __next__(self) -> bytes: ...

@final
class Backups:
    """Backups of the registry and of tenants."""
    def create(
        self, *, tenants: Iterable[str] | None = None, into: _Path | None = None, progress: Progress | None = None
    ) -> Backup:
        """Makes a backup while everything runs: of these tenants, by slug, or of all; the registry is always in it. into is the directory in
        which its folder is made; left out, `backups/` in the data directory. progress is called with how many files are done, of how many."""
    def list(self, *, place: _Path | None = None, page: int = 1, per_page: int = 20) -> Page[Backup]:
        """The backups in the default place, or in another, newest first, a page at a time."""
    def iterate(self, *, place: _Path | None = None, per_page: int = 100) -> Items[Backup]:
        """As list, one after the other."""
    def get(self, backup: _Path | Backup) -> Backup:
        """One backup: by its name in the default place or "latest", by the path of its folder, or as list gave it."""
    def verify(self, backup: _Path | Backup, *, progress: Progress | None = None) -> Verification:
        """Reads a backup whole and checks it. What is wrong with it is in the answer. progress is called with how many files are done, of how
        many."""
    def check_restore(self, backup: _Path | Backup, *, tenant: str) -> None:
        """Checks one tenant of a backup as restoring it would, and changes nothing. What is wrong is an exception."""
    def restore(self, backup: _Path | Backup, *, tenant: str, activate: bool = False, unknown: bool = False) -> Restored:
        """Puts a deactivated tenant back as a backup has it, once that was checked. It stays deactivated unless activate says otherwise; the
        file it replaces goes to the trash. unknown accepts a backup that the operator's audit log has no note of: only for one whose way here
        is known."""
    def prune(self, *, keep: int) -> Pruned:
        """Removes all backups in the default place but the newest finished ones, so many, and all but as many copies of each file from before
        migrations and restores."""

@final
class Events:
    """The events of a tenant. An event is named by number or slug."""
    def create(
        self,
        *,
        title: str,
        starts_at: str | datetime,
        location: str,
        ends_at: str | datetime | None = None,
        time_zone: str | None = None,
        description: str | None = None,
        event_type: str | None = None,
        format: EventFormat | None = None,
        school: str | None = None,
        volunteers_needed: int | None = None,
        wanted_skills: Iterable[str] | None = None,
        registration_deadline: str | date | datetime | None = None,
        additional_info: str | None = None,
    ) -> Event:
        """Creates an event as a draft. A time without an offset, as text or datetime, is in time_zone or else the tenant's zone (where clocks
        show it twice the earlier one; with fold=1 the later); a registration_deadline that is a bare date means the end of that day."""
    def edit(
        self,
        event: int | str,
        *,
        version: int | None = None,
        title: str | Unset = ...,
        starts_at: str | datetime | Unset = ...,
        ends_at: str | datetime | Unset | None = ...,
        time_zone: str | Unset | None = ...,
        location: str | Unset = ...,
        description: str | Unset | None = ...,
        event_type: str | Unset | None = ...,
        format: EventFormat | Unset | None = ...,
        school: str | Unset | None = ...,
        volunteers_needed: int | Unset | None = ...,
        wanted_skills: Iterable[str] | Unset | None = ...,
        registration_deadline: str | date | datetime | Unset | None = ...,
        additional_info: str | Unset | None = ...,
        notify: bool = True,
    ) -> ChangedEvent:
        """Changes what is given and keeps the rest, until the event is completed or cancelled; None clears all but title, start and location.
        With the version that was read, only if it is still the present one. Times without an offset are in the event's own zone, or in
        time_zone if that is given. Where start, end, location, school or format change, those who are confirmed or waitlisted are told,
        unless notify=False."""
    def confirm(self, event: int | str) -> Event:
        """Confirms a draft: it takes place, and its slug stays."""
    def return_to_draft(self, event: int | str) -> Event:
        """Makes a confirmed event a draft again."""
    def publish(self, event: int | str) -> Event:
        """Publishes a draft or a confirmed event: from now on the public sees it."""
    def unpublish(self, event: int | str) -> Event:
        """Takes a published event off the public list. It stays confirmed: it takes place, and whoever has its address may sign up."""
    def complete(self, event: int | str) -> Event:
        """Completes a confirmed or published event that has begun: it has taken place. Final."""
    def cancel(self, event: int | str, *, reason: CancelReason | None = None, note: str | None = None) -> ChangedEvent:
        """Cancels an event, for good. Everyone invited, confirmed or waitlisted is told, with the reason; the note is for those who manage
        events, and with the reason "other" it has at least 10 characters."""
    def duplicate(self, event: int | str, *, starts_at: str | date | datetime) -> Event:
        """Copies an event in whatever status to a new date, as a draft with nobody on its roster. A bare date keeps the time of day; a time
        without an offset is in the event's own zone. End and registration deadline keep their distance from the start."""
    def get(self, event: int | str) -> Event:
        """One event."""
    def list(
        self,
        *,
        q: str | None = None,
        statuses: EventStatus | Iterable[EventStatus] | None = None,
        event_type: str | None = None,
        school: str | None = None,
        from_date: str | date | None = None,
        to_date: str | date | None = None,
        needs_volunteers: bool | None = None,
        order: EventOrder = "start",
        page: int = 1,
        per_page: int = 20,
    ) -> Page[Event]:
        """Events, a page at a time. q: words that title, description or location hold, whole or their beginning, whatever their case and
        accents; school: its name or alias; needs_volunteers: True for those that have yet to begin and still need some, False for all
        others. Dates are local to the tenant and inclusive; the order is start, title, status or created, with a "-" before it for
        descending."""
    def iterate(
        self,
        *,
        q: str | None = None,
        statuses: EventStatus | Iterable[EventStatus] | None = None,
        event_type: str | None = None,
        school: str | None = None,
        from_date: str | date | None = None,
        to_date: str | date | None = None,
        needs_volunteers: bool | None = None,
        order: EventOrder = "start",
        per_page: int = 100,
    ) -> Items[Event]:
        """As list, one after the other."""
    def list_all(
        self,
        *,
        q: str | None = None,
        statuses: EventStatus | Iterable[EventStatus] | None = None,
        event_type: str | None = None,
        school: str | None = None,
        from_date: str | date | None = None,
        to_date: str | date | None = None,
        needs_volunteers: bool | None = None,
        order: EventOrder = "start",
    ) -> builtins.list[Event]:
        """As list, all of them as they were at one moment."""

@final
class Calendar:
    """The calendar of a tenant."""
    def get(
        self,
        *,
        view: CalendarView | None = "month",
        date: str | date | None = None,
        start: str | date | datetime | None = None,
        end: str | date | datetime | None = None,
        time_zone: str | None = None,
    ) -> Agenda:
        """What is in the calendar: this month, or the day, week (from Sunday on) or month that a date is in, or from start up to end, at most
        400 days later. A date means its beginning. All in the tenant's zone, unless time_zone names another."""
    def export(self, *, public_url: str | None = None) -> CalendarFile:
        """All events as an iCalendar file, from the beginning of the last school year on. public_url is where this installation is reached,
        for links to sign-up pages."""
    def feeds(self) -> CalendarFeeds:
        """The secret addresses at which calendar programs read all events."""

@final
class CalendarFeeds:
    """The calendar feeds of a tenant."""
    def create(self, *, name: str | None = None, user: str | int | None = None) -> CreatedFeed:
        """Makes a feed for oneself or, by admins, for another user (by number, e-mail or username), and gives its secret, this once. It shows
        what its user may see, and ends when they are deactivated."""
    def list(self, *, page: int = 1, per_page: int = 20) -> Page[CalendarFeed]:
        """One's own feeds, the newest first, a page at a time; for admins everybody's."""
    def iterate(self, *, per_page: int = 100) -> Items[CalendarFeed]:
        """As list, one after the other."""
    def revoke(self, feed: int) -> CalendarFeed:
        """Ends a feed at once, by number. One's own; admins end anybody's."""

@final
class PublicApi:
    """A tenant's public face, entered with a valid key. Obtain one for each request."""
    @property
    def quota(self) -> Quota:
        """What the key has left, this entry counted: a website is told of it in X-RateLimit-Limit, -Remaining and -Reset."""
    def list(
        self,
        *,
        status: PublicEventStatus = "published",
        event_type: str | None = None,
        from_date: str | date | None = None,
        to_date: str | date | None = None,
        page: int = 1,
        per_page: int = 20,
    ) -> Page[PublicEvent]:
        """Events of one status ("published" or "completed"), by start. Dates are local to the tenant and inclusive."""
    def iterate(
        self,
        *,
        status: PublicEventStatus = "published",
        event_type: str | None = None,
        from_date: str | date | None = None,
        to_date: str | date | None = None,
        per_page: int = 100,
    ) -> Items[PublicEvent]:
        """As list, one after the other."""
    def upcoming(self, *, event_type: str | None = None, page: int = 1, per_page: int = 20) -> Page[PublicEvent]:
        """Published events that have not begun, by start."""
    def get(self, event: int | str) -> PublicEvent:
        """One published or completed event, by number or slug."""

@final
class Signups:
    """Where people sign up for a tenant's events, without a log-in. Obtain one for each request, with the visitor's address in its context.

    What is answered follows from the event alone. Whether somebody is known, or has signed up before, only the mail tells that they get."""
    @property
    def tenant(self) -> SignupTenant:
        """The tenant itself: name, colour and logo."""
    def list_events(self, *, page: int = 1, per_page: int = 20) -> Page[SignupEvent]:
        """Published events that people can sign up for, and full ones that would take them, by start."""
    def iterate_events(self, *, per_page: int = 100) -> Items[SignupEvent]:
        """As list_events, one after the other."""
    def get_event(self, event: int | str) -> SignupEvent:
        """One event, by slug or number, also a confirmed one that is on no list, and one that takes nobody any more."""
    def submit(
        self,
        event: int | str,
        *,
        first_name: str,
        last_name: str,
        email: str,
        phone: str | None = None,
        organization: str | None = None,
        notes: str | None = None,
        website: str | None = None,
    ) -> SignedUp:
        """Signs somebody up for an event, by slug or number: for a place, or for the waitlist of a full one. Every call is counted by the
        visitor's address, good or bad; after 30 in ten minutes it is RateLimitExceeded, as it is for an e-mail address to which ten mails of
        sign-ups and cancellations went within an hour. An event that takes nobody any more is SignupClosed, a full one of a tenant without
        waitlists EventFull. Names hold nothing that links and addresses are made of. website is a trap: a field of a form that people don't
        see; with anything in it the answer is the usual one, and nobody is signed up."""
    def get(self, secret: str) -> ManagedSignup:
        """How somebody stands, by the secret of the link in one of their mails. Any other secret is InvalidLink."""
    def cancel(self, secret: str) -> ManagedSignup:
        """Cancels a sign-up, by the secret of the link in a mail. A place that becomes free goes to the first on the waitlist; both are told by
        mail. Who has cancelled already is shown that; once the event has begun it is Conflict."""
    def opted_out(self, secret: str) -> bool:
        """Whether whom an outreach mail went to has opted out of more, by the secret of the mail's link. Changes nothing; any other secret is
        InvalidLink."""
    def opt_out(self, secret: str) -> None:
        """Ends outreach to whom an outreach mail went to, by the secret of the mail's link; again changes nothing. As opted_out."""

@final
class Actor:
    """Whoever an operation is done by.

    Actor.tenant_user(user.id, user.name, "coordinator") is a user as the embedding program knows them. Personal: repr shows no name."""
    @staticmethod
    def system() -> Actor:
        """Polaris itself: background work and programs without a person. May do everything."""
    @staticmethod
    def staff(name: str, role: StaffRole = "admin") -> Actor:
        """A member of the operator's staff. The role is `admin` or `support`."""
    @staticmethod
    def tenant_user(id: int, name: str, role: Role | Literal["user"]) -> Actor:
        """A user of the tenant, as the embedding program knows them. The role is `admin`, `coordinator`, `virtual_admin` or `viewer`; the
        Flask application's `user` is a viewer."""
    @staticmethod
    def public() -> Actor:
        """Anybody."""
    @property
    def kind(self) -> ActorKind:
        """What kind of actor this is: `system`, `staff`, `tenant_user`, `api_key` or `public`."""
    @property
    def id(self) -> int | None:
        """Their number, if they have one."""
    @property
    def name(self) -> str | None:
        """Their name, for the audit log."""
    @property
    def role(self) -> str | None:
        """What they may do."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class Context:
    """The request an operation is part of; kept in the audit log. Personal: repr shows no address."""
    def __new__(cls, address: str | None = None, request_id: str | None = None) -> Context: ...
    @property
    def address(self) -> str | None:
        """The address it came from."""
    @property
    def request_id(self) -> str | None:
        """Its id, to find it in the log again."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class Page(Sequence[_T_co], Generic[_T_co]):
    """One page of a list: a sequence of its items that knows where it stands in the whole."""
    def __new__(cls, items: Iterable[_T_co], total: int, page: int = 1, per_page: int = 20) -> Page[_T_co]: ...
    @property
    def total(self) -> int:
        """Items in the whole list."""
    @property
    def page(self) -> int:
        """Which page this is, from 1."""
    @property
    def per_page(self) -> int:
        """Items on a full page."""
    @property
    def total_pages(self) -> int:
        """How many pages the whole list has; 0 when it is empty."""
    @property
    def has_next(self) -> bool:
        """Whether a later page has items."""
    @property
    def has_prev(self) -> bool:
        """Whether an earlier page exists."""
    def __class_getitem__(cls, key: Any) -> Any: ...
    def __len__(self) -> int: ...
    @overload
    def __getitem__(self, key: int, /) -> _T_co: ...
    @overload
    def __getitem__(self, key: slice, /) -> tuple[_T_co, ...]: ...
    def __iter__(self) -> Iterator[_T_co]: ...
    def __reversed__(self) -> Iterator[_T_co]: ...
    def __contains__(self, key: object, /) -> bool: ...
    def index(self, value: Any, start: int = 0, stop: int = 9223372036854775807) -> int:
        """Where the first item that equals this stands; ValueError if there is none."""
    def count(self, value: Any) -> int:
        """How many items equal this."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class Items(Iterator[_T_co], Generic[_T_co]):
    """The items of a list, one after the other. Each page is fetched when its first item is asked for, so what is added or removed
    meanwhile may be missed or come twice."""
    def __class_getitem__(cls, key: Any) -> Any: ...
    def __iter__(self) -> Items[_T_co]: ...
    def __next__(self) -> _T_co: ...

@final
class ApiKey:
    """An API key of a tenant. Neither `repr` nor pickling gives it away."""
    def reveal(self) -> str:
        """The secret itself, to be shown to its owner once. Only its hash is stored."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class FeedSecret:
    """The secret of a calendar feed. Neither `repr` nor pickling gives it away."""
    def reveal(self) -> str:
        """The secret itself, to be shown to its owner once. Only its hash is stored."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class LinkSecret:
    """The secret of a one-time link. Neither `repr` nor pickling gives it away."""
    def reveal(self) -> str:
        """The secret itself, to be shown to its owner once. Only its hash is stored."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class SessionToken:
    """The token of a session. Neither `repr` nor pickling gives it away."""
    def reveal(self) -> str:
        """The secret itself, to be shown to its owner once. Only its hash is stored."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class Caller:
    """An actor with the session they are known by: what a session token stands for. Takes the place of an actor wherever one is wanted."""
    @property
    def actor(self) -> Actor:
        """Who acts."""
    @property
    def session(self) -> int | None:
        """The number of their session; what is theirs alone, such as logging out, needs one."""
    @property
    def context(self) -> Context:
        """In which request."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class Who:
    """Who is acting, as a screen shows them. Personal: repr shows no name."""
    @property
    def kind(self) -> ActorKind:
        """`tenant_user`, `staff` or `system`."""
    @property
    def id(self) -> int | None:
        """Their number: of a user in the tenant, of a member of staff in the registry."""
    @property
    def name(self) -> str | None:
        """Their name."""
    @property
    def role(self) -> str | None:
        """Their role."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class FieldError:
    """One broken field or argument."""
    @property
    def field(self) -> str:
        """Its name, as in the call."""
    @property
    def code(self) -> str:
        """A stable code, for example `REQUIRED` or `TOO_LONG`."""
    @property
    def message(self) -> str:
        """What is wrong and how to mend it, for a person."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class Operation:
    """One operation of the engine."""
    @property
    def id(self) -> str:
        """`capability_operation`, the same in every frontend."""
    @property
    def surface(self) -> Literal["platform", "tenant", "public_api"]:
        """Where it lives: `platform`, `tenant` or `public_api`."""
    @property
    def permission(self) -> str:
        """What its actor must be permitted."""
    @property
    def feature(self) -> str | None:
        """What its tenant must have switched on."""
    @property
    def audit(self) -> str | None:
        """The action its audit entry names; reads have none."""
    @property
    def summary(self) -> str:
        """What it does, in a line."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class Report:
    """What doctor found."""
    @property
    def tenants(self) -> int:
        """Tenants whose files were checked."""
    @property
    def findings(self) -> list[Finding]:
        """What is wrong, worst first; empty when all is well."""
    @property
    def kept(self) -> Kept:
        """What lies in the data directory beside what is served."""
    @property
    def sqlite_version(self) -> str:
        """The version of the bundled SQLite."""
    @property
    def sqlite_options(self) -> list[str]:
        """The options it was compiled with."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class Finding:
    """One thing that is wrong."""
    @property
    def severity(self) -> Literal["error", "warning"]:
        """`error` or `warning`."""
    @property
    def subject(self) -> str:
        """The file or tenant it is about."""
    @property
    def problem(self) -> str:
        """What is wrong."""
    @property
    def remedy(self) -> str:
        """How to mend it."""
    @property
    def mendable(self) -> bool:
        """Whether `mend` does it."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class StaffNavigation:
    """What a screen needs to know of the member of staff who looks at it."""
    @property
    def who(self) -> Who:
        """Who it is."""
    @property
    def permissions(self) -> list[str]:
        """What they may do on the platform, and inside the tenants they enter."""
    @property
    def entered(self) -> list[str]:
        """The tenants that this session has entered, by slug."""
    @property
    def session(self) -> OwnSession | None:
        """Their session, if they have logged in."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class ImportReport:
    """What an import did, or would do."""
    @property
    def dry_run(self) -> bool:
        """Whether nothing was done."""
    @property
    def districts(self) -> Imported:
        """Districts."""
    @property
    def schools(self) -> Imported:
        """Schools."""
    @property
    def skills(self) -> Imported:
        """Skills."""
    @property
    def career_types(self) -> Imported:
        """Career types."""
    @property
    def problems(self) -> list[FieldError]:
        """What is wrong with the rejected rows, each with its place; of a dry run alone, since an import with bad rows fails with them."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class Imported:
    """What an import did with the rows of one kind."""
    @property
    def created(self) -> int:
        """New ones."""
    @property
    def updated(self) -> int:
        """Known ones that were changed."""
    @property
    def unchanged(self) -> int:
        """Known ones that said nothing new."""
    @property
    def removed(self) -> int:
        """Removed, because the sources replace what there was."""
    @property
    def rejected(self) -> int:
        """Bad ones. Only a dry run tells of them so: an import with bad rows fails."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class ReferenceItem:
    """One thing of the reference data. What its kind doesn't have is None or empty."""
    @property
    def id(self) -> int:
        """Its number among its kind, never used again."""
    @property
    def name(self) -> str:
        """Its full name."""
    @property
    def aliases(self) -> list[str]:
        """Other names it goes by, sorted."""
    @property
    def district(self) -> str | None:
        """A school's district."""
    @property
    def level(self) -> SchoolLevel | None:
        """A school's level: `elementary`, `middle`, `high` or `other`."""
    @property
    def city(self) -> str | None:
        """A school's city."""
    @property
    def state(self) -> str | None:
        """A school's state, as two letters."""
    @property
    def postal_code(self) -> str | None:
        """A school's postal code."""
    @property
    def keywords(self) -> list[str]:
        """A career type's keywords."""
    @property
    def schools(self) -> int | None:
        """How many schools a district has."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class SyncReport:
    """What a sync did, or would do."""
    @property
    def dry_run(self) -> bool:
        """Whether nothing was done."""
    @property
    def tenants(self) -> list[TenantSync]:
        """Each tenant, by slug."""
    @property
    def skipped(self) -> list[str]:
        """Deactivated tenants, which a sync of all leaves as they are."""
    @property
    def is_complete(self) -> bool:
        """Whether every tenant is up to date now."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class TenantSync:
    """What a sync did with one tenant."""
    @property
    def tenant(self) -> str:
        """The tenant, by slug."""
    @property
    def changes(self) -> Changes | None:
        """What was changed; None where it failed."""
    @property
    def code(self) -> str | None:
        """The error's code, where it failed."""
    @property
    def message(self) -> str | None:
        """What is wrong and how to mend it, where it failed."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class Changes:
    """What was changed in a tenant."""
    @property
    def district_known(self) -> bool | None:
        """Whether the reference data know the tenant's district; None when it has none, and then gets all schools. The schools of a tenant
        whose district is not known are left as they are."""
    @property
    def schools(self) -> Brought:
        """Schools."""
    @property
    def skills(self) -> Brought:
        """Skills."""
    @property
    def career_types(self) -> Brought:
        """Career types."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class Brought:
    """What was done with the things of one kind in a tenant."""
    @property
    def added(self) -> int:
        """New ones."""
    @property
    def changed(self) -> int:
        """Those that were otherwise; also the tenant's own of the same name, which are the reference data's from then on."""
    @property
    def unchanged(self) -> int:
        """Those that were up to date."""
    @property
    def removed(self) -> int:
        """Those that the reference data don't have any more and the tenant does not use."""
    @property
    def used(self) -> int:
        """Those that the reference data don't have any more: kept, because the tenant uses them."""
    @property
    def own(self) -> int:
        """The tenant's own: kept."""
    @property
    def clashing(self) -> int:
        """Those that kept their former name, because something of the tenant's own has the new one."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class OpenedSession:
    """A session just opened. Personal: repr shows no name."""
    @property
    def staff(self) -> str:
        """Whom it stands for."""
    @property
    def role(self) -> StaffRole:
        """What they may do."""
    @property
    def token(self) -> SessionToken:
        """The token. Only its hash is stored: this is the one time it can be shown."""
    @property
    def tenant(self) -> str | None:
        """The tenant it has entered, if any."""
    @property
    def expires_at(self) -> datetime:
        """When it ends at the latest (UTC); 8 hours without use end it too."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class LoggedIn:
    """Somebody who has just logged in."""
    @property
    def actor(self) -> Actor:
        """Who they are."""
    @property
    def session(self) -> int:
        """The number of their session."""
    @property
    def token(self) -> SessionToken:
        """The token that stands for them. Only its hash is stored: this is the one time it can be shown."""
    @property
    def expires_at(self) -> datetime:
        """When the session ends at the latest; 8 hours without use end it too."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class ChangedPassword:
    """One's own password, changed."""
    @property
    def sessions_ended(self) -> int:
        """How many other sessions this has ended."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class OwnSession:
    """One of one's own sessions."""
    @property
    def id(self) -> int:
        """Its number, to end it by."""
    @property
    def current(self) -> bool:
        """Whether it is the one that asks."""
    @property
    def address(self) -> str | None:
        """The address it was opened from, if it came over a network."""
    @property
    def created_at(self) -> datetime:
        """When it was opened."""
    @property
    def last_used_at(self) -> datetime:
        """When it was last used, to within 5 minutes."""
    @property
    def expires_at(self) -> datetime:
        """When it ends at the latest."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class Agenda:
    """What is in the calendar in a range of time."""
    @property
    def starts_at(self) -> datetime:
        """The first moment of the range."""
    @property
    def ends_at(self) -> datetime:
        """The first moment after it."""
    @property
    def items(self) -> list[CalendarItem]:
        """What overlaps it, by start; what only touches it doesn't."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class CalendarItem:
    """One thing in the calendar. Numbers, no people."""
    @property
    def source(self) -> Literal["tenant"]:
        """Whose it is: `tenant`, the tenant's own event."""
    @property
    def id(self) -> int:
        """The event's number."""
    @property
    def slug(self) -> str:
        """Its name in addresses."""
    @property
    def title(self) -> str:
        """What it is called."""
    @property
    def starts_at(self) -> datetime:
        """When it begins, in the zone that was asked for."""
    @property
    def ends_at(self) -> datetime:
        """When it ends, in the same zone; 60 minutes after its start where nobody said."""
    @property
    def time_zone(self) -> str:
        """The zone of the event itself."""
    @property
    def status(self) -> EventStatus:
        """`draft`, `confirmed`, `published`, `completed` or `cancelled`."""
    @property
    def event_type(self) -> str | None:
        """What kind of event it is."""
    @property
    def format(self) -> EventFormat:
        """`in_person` or `virtual`."""
    @property
    def location(self) -> str:
        """Where it is."""
    @property
    def school(self) -> str | None:
        """The school it is at."""
    @property
    def description(self) -> str | None:
        """What it is about: the first 1,000 characters."""
    @property
    def volunteers_needed(self) -> int:
        """How many volunteers are wanted; 0: no number was stated."""
    @property
    def volunteers_registered(self) -> int:
        """How many are confirmed or have attended."""
    @property
    def is_past(self) -> bool:
        """Whether it had ended when it was asked for."""
    @property
    def colour(self) -> str:
        """Its colour, as `#rrggbb`."""
    @property
    def fill_percent(self) -> int | None:
        """How many of the volunteers it needs it has, in percent, rounded down; None where no number was stated."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class CalendarFile:
    """An iCalendar file."""
    @property
    def text(self) -> str:
        """The file (RFC 5545), with lines that end in CR LF."""
    @property
    def events(self) -> int:
        """How many events are in it."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class CalendarFeed:
    """A calendar feed, without its secret."""
    @property
    def id(self) -> int:
        """Its number, to revoke it by."""
    @property
    def name(self) -> str:
        """What it is for."""
    @property
    def user(self) -> int:
        """The number of the user whose it is."""
    @property
    def user_name(self) -> str:
        """Their name."""
    @property
    def created_at(self) -> datetime:
        """When it was made."""
    @property
    def last_used_at(self) -> datetime | None:
        """When it was last read, to the hour."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class CreatedFeed:
    """A calendar feed just made."""
    @property
    def feed(self) -> CalendarFeed:
        """The feed."""
    @property
    def secret(self) -> FeedSecret:
        """Its secret. Only its hash is stored: this is the one time it can be shown."""
    @property
    def tenant(self) -> str:
        """The tenant whose events it shows, by slug."""
    def path(self) -> str:
        """The path of its address on the server. As secret as the secret itself."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class SupportStay:
    """A staff member's stay in a tenant."""
    @property
    def id(self) -> str:
        """Its id, in both audit logs."""
    @property
    def tenant(self) -> str:
        """The tenant, by slug."""
    @property
    def staff(self) -> int:
        """The number of the member of staff."""
    @property
    def staff_name(self) -> str:
        """Their name."""
    @property
    def session(self) -> int:
        """The session it belongs to."""
    @property
    def reason(self) -> str | None:
        """Why they entered."""
    @property
    def created_at(self) -> datetime:
        """When they entered (UTC)."""
    @property
    def expires_at(self) -> datetime:
        """When they have to leave at the latest (UTC)."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class Tenant:
    """A tenant, as lists show it."""
    @property
    def id(self) -> str:
        """The same for ever, never used again."""
    @property
    def slug(self) -> str:
        """Its name in addresses."""
    @property
    def name(self) -> str:
        """Its name for people."""
    @property
    def district(self) -> str | None:
        """The school district it stands for."""
    @property
    def state(self) -> TenantState:
        """`active`, `inactive` or `trashed`."""
    @property
    def time_zone(self) -> str:
        """Its time zone, by its IANA name."""
    @property
    def created_at(self) -> datetime:
        """When it was created (UTC)."""
    @property
    def updated_at(self) -> datetime:
        """When what is shown here last changed (UTC)."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class TenantDetails:
    """A tenant with what its own file tells."""
    @property
    def tenant(self) -> Tenant:
        """What lists show."""
    @property
    def features(self) -> dict[str, bool]:
        """Feature flags by name."""
    @property
    def branding(self) -> Branding:
        """How it shows itself."""
    @property
    def portal(self) -> dict[str, str]:
        """Texts of its portal, by name."""
    @property
    def allowed_origins(self) -> list[str]:
        """Web origins that browsers may call its public API from; empty means any."""
    @property
    def recruitment_weights(self) -> Weights | None:
        """What the parts of a candidate's score count for; None: the usual weights, 30, 20, 25, 15 and 10."""
    @property
    def waitlist(self) -> bool:
        """Whether who signs up for a full event comes onto its waitlist, or is refused."""
    @property
    def mail(self) -> MailSettings:
        """Under which name its mails are sent, and where answers go."""
    @property
    def version(self) -> int:
        """The version of its settings; rises with every edit."""
    @property
    def users(self) -> int:
        """How many users it has, deactivated ones included."""
    @property
    def api_keys(self) -> list[ApiKeyState]:
        """The API keys that are good now."""
    @property
    def events(self) -> dict[str, int]:
        """How many events stand in each status; one without any is missing."""
    @property
    def schools(self) -> int:
        """How many schools it knows."""
    @property
    def schema_version(self) -> int:
        """The schema version of its file."""
    @property
    def file_bytes(self) -> tuple[int, int]:
        """Bytes of its file and of the log beside it; 0 in memory."""
    @property
    def last_activity(self) -> datetime | None:
        """When anything was last changed in it (UTC)."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class Delivered:
    """What was done with mails."""
    @property
    def sent(self) -> int:
        """Mails that a mail server, or the folder, has taken."""
    @property
    def postponed(self) -> int:
        """Attempts that failed; the mails are tried again later."""
    @property
    def failed(self) -> int:
        """Mails that were refused for good, or given up after three days."""
    @property
    def held(self) -> int:
        """Mails that are held back: their recipients may not get any, or they have become pointless."""
    @property
    def waiting(self) -> int:
        """Mails that wait still, whether it is their turn or not."""
    @property
    def tenants_failed(self) -> int:
        """Tenants whose mails could not be looked at."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class Mail:
    """A mail of the outbox. Personal, as its recipient's address is."""
    @property
    def id(self) -> int:
        """Its number in this tenant; never used again."""
    @property
    def kind(self) -> MailKind:
        """What it is about, such as `signup_confirmed`."""
    @property
    def state(self) -> MailState:
        """`waiting`, `sending`, `sent`, `failed` or `held`."""
    @property
    def recipient(self) -> str:
        """The address it goes to."""
    @property
    def volunteer_id(self) -> int | None:
        """The volunteer it concerns."""
    @property
    def event_id(self) -> int | None:
        """The event it concerns."""
    @property
    def participation_id(self) -> int | None:
        """The place on a roster it concerns."""
    @property
    def outreach_id(self) -> int | None:
        """The outreach it is."""
    @property
    def user_id(self) -> int | None:
        """The user it concerns."""
    @property
    def attempts(self) -> int:
        """How often it was tried."""
    @property
    def next_attempt_at(self) -> datetime | None:
        """When it is its turn, if it waits."""
    @property
    def last_error(self) -> str | None:
        """Why the last attempt failed, or why it is held."""
    @property
    def created_at(self) -> datetime:
        """When it was written."""
    @property
    def sent_at(self) -> datetime | None:
        """When it was sent."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class ApiKeyState:
    """An API key without its secret."""
    @property
    def id(self) -> int:
        """Its number in this tenant; never used again."""
    @property
    def name(self) -> str:
        """What it is for."""
    @property
    def hint(self) -> str:
        """How it begins; of one that was taken over, how its hash begins."""
    @property
    def created_at(self) -> datetime:
        """When it was made, or taken over."""
    @property
    def last_used_at(self) -> datetime | None:
        """The hour in which it was last used, if it ever was."""
    @property
    def expires_at(self) -> datetime | None:
        """When it ends: of one that was replaced by another and has a grace."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class MadeApiKey:
    """A key just made."""
    @property
    def key(self) -> ApiKeyState:
        """What lists show of it."""
    @property
    def api_key(self) -> ApiKey:
        """The key itself. Only its hash is stored: this is the one time it can be shown."""
    @property
    def replaced(self) -> ApiKeyState | None:
        """The key that it replaces and until when that is still good; None where that has ended, or there is none."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class Quota:
    """What a key has left, of the window (minute, hour or day) that has fewest left."""
    @property
    def limit(self) -> int:
        """Requests that window allows."""
    @property
    def remaining(self) -> int:
        """Requests that are left in it."""
    @property
    def resets_at(self) -> datetime:
        """When it ends."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class CreatedTenant:
    """A tenant just created, with its first API key."""
    @property
    def tenant(self) -> Tenant:
        """The tenant."""
    @property
    def api_key(self) -> ApiKey:
        """Its first API key. Only its hash is stored: this is the one time it can be shown."""
    @property
    def copied(self) -> Copied:
        """What was copied from the reference data."""
    @property
    def first_admin(self) -> CreatedUser | None:
        """Its first admin, if one was described, with their invitation."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class Copied:
    """Rows copied from the reference data."""
    @property
    def district_known(self) -> bool | None:
        """Whether the reference data knows the district; None when none was given."""
    @property
    def schools(self) -> int:
        """Schools."""
    @property
    def skills(self) -> int:
        """Skills."""
    @property
    def career_types(self) -> int:
        """Career types."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class Event:
    """One event of a tenant."""
    @property
    def id(self) -> int:
        """Its number in this tenant; never used again."""
    @property
    def slug(self) -> str:
        """Its name in addresses, unique in the tenant."""
    @property
    def title(self) -> str:
        """What it is called."""
    @property
    def description(self) -> str | None:
        """What it is about, in plain text."""
    @property
    def event_type(self) -> str | None:
        """What kind of event it is, such as `career_fair`."""
    @property
    def format(self) -> EventFormat:
        """`in_person` or `virtual`."""
    @property
    def status(self) -> EventStatus:
        """Where it stands in its life cycle: `draft`, `confirmed`, `published`, `completed` or `cancelled`."""
    @property
    def starts_at(self) -> datetime:
        """When it begins, in the event's zone: the tenant's as it was when the event was made, unless another was given."""
    @property
    def ends_at(self) -> datetime | None:
        """When it ends, if that is known."""
    @property
    def registration_deadline(self) -> datetime | None:
        """Until when people may sign up; the start if nothing else was said."""
    @property
    def location(self) -> str:
        """Where it is."""
    @property
    def school(self) -> School | None:
        """At which of the tenant's schools."""
    @property
    def volunteers_needed(self) -> int:
        """How many volunteers are wanted; 0: no number was stated."""
    @property
    def volunteers_registered(self) -> int:
        """How many are confirmed or have attended."""
    @property
    def wanted_skills(self) -> list[str]:
        """Skills asked for, by name."""
    @property
    def additional_info(self) -> str | None:
        """What else people should know."""
    @property
    def completed_at(self) -> datetime | None:
        """When it was completed, if it was."""
    @property
    def cancelled_at(self) -> datetime | None:
        """When it was cancelled, if it was."""
    @property
    def cancel_reason(self) -> CancelReason | None:
        """Why it was cancelled, if that was said."""
    @property
    def cancel_note(self) -> str | None:
        """What was noted with that; for those who manage events."""
    @property
    def version(self) -> int:
        """Rises with every change; give it back when editing."""
    @property
    def created_at(self) -> datetime:
        """When it was created, by the same clocks."""
    @property
    def updated_at(self) -> datetime:
        """When it was last changed."""
    @property
    def duration_minutes(self) -> int | None:
        """Minutes from start to end; None without an end."""
    @property
    def slots_available(self) -> int | None:
        """Places left, never below 0; None where no number of volunteers was stated."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class ChangedEvent:
    """An event after a change that people were told of."""
    @property
    def event(self) -> Event:
        """The event as it is now."""
    @property
    def notices(self) -> Notices:
        """Who is told; nobody where the change is none that people are told of."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class Notices:
    """How many people of an event's roster are told of a change."""
    @property
    def told(self) -> int:
        """Those who get a mail."""
    @property
    def without_email(self) -> int:
        """Those who have no e-mail address: they must be told some other way."""
    @property
    def do_not_contact(self) -> int:
        """Those who asked not to be contacted, and did not sign up themselves."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class School:
    """A school of the tenant."""
    @property
    def id(self) -> int:
        """Its number in this tenant."""
    @property
    def name(self) -> str:
        """Its name."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class SignupTenant:
    """A tenant, as people see it who sign up."""
    @property
    def slug(self) -> str:
        """Its name in addresses."""
    @property
    def name(self) -> str:
        """Its name, as people know it."""
    @property
    def district(self) -> str | None:
        """The school district it stands for, if any."""
    @property
    def time_zone(self) -> str:
        """The IANA zone that its times are in; an event has its own."""
    @property
    def branding(self) -> Branding:
        """Its colour and logo."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class SignupEvent:
    """An event, as people see it who may sign up."""
    @property
    def event(self) -> Event:
        """The event; without what was noted with a cancellation."""
    @property
    def district(self) -> str | None:
        """The district it belongs to."""
    @property
    def state(self) -> str:
        """`open`; `waitlist`: full, who signs up comes onto its waitlist; `full`: takes nobody; `deadline_passed`, `begun`, `completed`,
        `cancelled`, `withdrawn`: takes nobody any more, or not at present."""
    @property
    def takes_people(self) -> bool:
        """Whether somebody can sign up, for a place or for the waitlist."""
    @property
    def message(self) -> str:
        """The state in words, for people."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class SignedUp:
    """What somebody is told who signed up. The same for everybody at the same moment."""
    @property
    def status(self) -> str:
        """`confirmed` where there was a place, `waitlisted` where all were taken."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class ManagedSignup:
    """A sign-up, as whoever made it sees it."""
    @property
    def event(self) -> SignupEvent:
        """The event, whatever has become of it."""
    @property
    def status(self) -> str:
        """How they stand on its roster; `declined` where they cancelled."""
    @property
    def signed_up_at(self) -> datetime | None:
        """When they signed up (UTC), if they did."""
    @property
    def waitlist_position(self) -> int | None:
        """Which one they are on the waitlist, from 1; None where they aren't on it."""
    @property
    def can_cancel(self) -> bool:
        """Whether they can cancel now."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class PublicEvent:
    """An event as the public sees it."""
    @property
    def event(self) -> Event:
        """The event."""
    @property
    def district(self) -> str | None:
        """The district it belongs to."""
    @property
    def sign_up_open(self) -> bool:
        """Whether people may sign up at the moment of asking."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class Navigation:
    """What a screen needs to know of whoever looks at it."""
    @property
    def who(self) -> Who:
        """Who it is."""
    @property
    def tenant(self) -> str:
        """The tenant's slug."""
    @property
    def tenant_name(self) -> str:
        """The tenant's name, as people know it."""
    @property
    def branding(self) -> Branding:
        """How the tenant shows itself."""
    @property
    def permissions(self) -> list[str]:
        """What they may do here."""
    @property
    def features(self) -> list[str]:
        """What the tenant has switched on."""
    @property
    def session(self) -> OwnSession | None:
        """Their session, if they are one of the tenant's users and have logged in."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class Settings:
    """A tenant's settings."""
    @property
    def name(self) -> str:
        """The tenant's name, as people know it."""
    @property
    def district(self) -> str | None:
        """The school district it stands for, if any."""
    @property
    def time_zone(self) -> str:
        """The zone that people's input and every answer follow, by its IANA name."""
    @property
    def features(self) -> dict[str, bool]:
        """Feature flags by name."""
    @property
    def branding(self) -> Branding:
        """How the tenant shows itself."""
    @property
    def portal(self) -> dict[str, str]:
        """Texts of its portal, by name."""
    @property
    def allowed_origins(self) -> list[str]:
        """Web origins that browsers may call the public API from; empty means any."""
    @property
    def recruitment_weights(self) -> Weights | None:
        """What the parts of a candidate's score count for; None: the usual weights, 30, 20, 25, 15 and 10."""
    @property
    def waitlist(self) -> bool:
        """Whether who signs up for a full event comes onto its waitlist, or is refused."""
    @property
    def mail(self) -> MailSettings:
        """Under which name the tenant's mails are sent, and where answers go."""
    @property
    def version(self) -> int:
        """Rises with every edit."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class Branding:
    """How a tenant shows itself."""
    @property
    def colour(self) -> str | None:
        """Its colour, `#rrggbb`."""
    @property
    def logo_url(self) -> str | None:
        """The `https` address of its logo."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class MailSettings:
    """Under which name a tenant's mails are sent, and where answers go."""
    @property
    def sender_name(self) -> str | None:
        """The name that mails come from; None: the tenant's own."""
    @property
    def reply_to(self) -> str | None:
        """The address that answers go to; None: the operator's sender."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class MailTemplate:
    """The texts of one kind of mail."""
    @property
    def kind(self) -> str:
        """Which kind."""
    @property
    def own(self) -> bool:
        """Whether the tenant wrote them itself."""
    @property
    def subject(self) -> str:
        """The subject, one line."""
    @property
    def text(self) -> str:
        """The plain text."""
    @property
    def html(self) -> str | None:
        """What the HTML document holds between the tenant's name and its end; None: it is made of the text."""
    @property
    def variables(self) -> list[TemplateVariable]:
        """What they may name in double braces."""
    @property
    def version(self) -> int:
        """Rises with every change; 0 as long as the tenant has never changed them."""
    @property
    def updated_at(self) -> datetime | None:
        """When the tenant last changed them (UTC), if it ever did."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class TemplateVariable:
    """Something that the texts of a mail may name."""
    @property
    def name(self) -> str:
        """What it is called."""
    @property
    def meaning(self) -> str:
        """What it stands for."""
    @property
    def may_be_empty(self) -> bool:
        """Whether it may be empty: then the words round it should be under a condition."""
    @property
    def html_only(self) -> bool:
        """Whether only the HTML may name it."""
    @property
    def required(self) -> bool:
        """Whether the text, and the HTML if there is one, must show it."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class MailPreview:
    """A mail as it would be sent."""
    @property
    def kind(self) -> str:
        """Which kind."""
    @property
    def from_name(self) -> str:
        """The name it comes from."""
    @property
    def reply_to(self) -> str | None:
        """Where answers go; None: to the operator's sender."""
    @property
    def subject(self) -> str:
        """Its subject."""
    @property
    def text(self) -> str:
        """For programs that show plain text."""
    @property
    def html(self) -> str:
        """For programs that show HTML: a whole document."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class Kept:
    """What lies in the data directory beside what is served: numbers of files, and their bytes."""
    @property
    def backups(self) -> tuple[int, int]:
        """Files of backups."""
    @property
    def snapshots(self) -> tuple[int, int]:
        """Copies of files from before they were migrated."""
    @property
    def replaced(self) -> tuple[int, int]:
        """Files in the trash that restores have replaced."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class User:
    """One user of a tenant. Personal: repr shows no names and no addresses."""
    @property
    def id(self) -> int:
        """Their number; never used again."""
    @property
    def email(self) -> str:
        """Their e-mail address, unique in the tenant whatever its case."""
    @property
    def username(self) -> str | None:
        """What they may log in with instead of the e-mail address."""
    @property
    def first_name(self) -> str:
        """Their first name."""
    @property
    def last_name(self) -> str:
        """Their last name."""
    @property
    def role(self) -> Role:
        """What they may do."""
    @property
    def active(self) -> bool:
        """Whether they may log in at all."""
    @property
    def has_password(self) -> bool:
        """Whether they have a password; who is invited has none until they set it."""
    @property
    def last_log_in_at(self) -> datetime | None:
        """When they last logged in, if ever."""
    @property
    def version(self) -> int:
        """Rises with every change; give it back when editing."""
    @property
    def created_at(self) -> datetime:
        """When the account was made."""
    @property
    def updated_at(self) -> datetime:
        """When the account was last changed."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class Volunteer:
    """One volunteer of a tenant."""
    @property
    def id(self) -> int:
        """Their number in this tenant; never used again."""
    @property
    def first_name(self) -> str:
        """Their first name."""
    @property
    def last_name(self) -> str:
        """Their last name."""
    @property
    def email(self) -> str | None:
        """Their e-mail address, unique in the tenant whatever its case."""
    @property
    def phone(self) -> str | None:
        """Their phone number, as it was typed."""
    @property
    def organization(self) -> str | None:
        """Where they work or whom they come from."""
    @property
    def title(self) -> str | None:
        """What they are there."""
    @property
    def career_type(self) -> CareerType | None:
        """What kind of work they do."""
    @property
    def skills(self) -> list[str]:
        """What they can, by name."""
    @property
    def city(self) -> str | None:
        """The city they live in."""
    @property
    def state(self) -> str | None:
        """Its state."""
    @property
    def postal_code(self) -> str | None:
        """Its postal code."""
    @property
    def notes(self) -> str | None:
        """What else to know of them."""
    @property
    def active(self) -> bool:
        """Whether they are asked to take part at all."""
    @property
    def email_opt_out(self) -> bool:
        """Whether they want no mails that ask them to take part."""
    @property
    def do_not_contact(self) -> bool:
        """Whether they are not to be asked at all, on any way."""
    @property
    def version(self) -> int:
        """Rises with every change; give it back when editing."""
    @property
    def created_at(self) -> datetime:
        """When they were added."""
    @property
    def updated_at(self) -> datetime:
        """When they were last changed."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class CareerType:
    """One of the tenant's career types."""
    @property
    def id(self) -> int:
        """Its number in this tenant."""
    @property
    def name(self) -> str:
        """Its name."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class SavedVolunteer:
    """A volunteer who was added."""
    @property
    def volunteer(self) -> Volunteer:
        """The volunteer."""
    @property
    def outcome(self) -> Literal["created", "reactivated"]:
        """`created`, or `reactivated` where a deactivated one had the e-mail address."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class VolunteerDetails:
    """A volunteer as a whole: who they are, what they did, what is noted of them."""
    @property
    def volunteer(self) -> Volunteer:
        """The volunteer."""
    @property
    def totals(self) -> VolunteerTotals:
        """What they did, in numbers."""
    @property
    def participations(self) -> list[HistoryEntry]:
        """The latest events they were asked to, at most 20, the last one first."""
    @property
    def notes(self) -> list[VolunteerNote]:
        """The latest notes, at most 20, the last one first."""
    @property
    def outreach(self) -> list[OutreachEntry]:
        """The latest times they were asked to an event, at most 20, the last one first. None where recruitment is switched off."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class VolunteerTotals:
    """What a volunteer did, in numbers."""
    @property
    def events(self) -> int:
        """On how many rosters they stand, in any status."""
    @property
    def attended(self) -> int:
        """How many events they attended."""
    @property
    def no_shows(self) -> int:
        """How often they were confirmed and didn't come."""
    @property
    def minutes(self) -> int:
        """Minutes of all they attended."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class FinishedImport:
    """An import that was done or tried."""
    @property
    def id(self) -> int | None:
        """Its number in the log; None for a dry run."""
    @property
    def dry_run(self) -> bool:
        """Whether nothing was changed."""
    @property
    def duration_ms(self) -> int:
        """How long it took, in milliseconds."""
    @property
    def report(self) -> VolunteerImportReport:
        """What became of the rows: the same for a dry run as for an import."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class ImportCounts:
    """How many rows came out how."""
    @property
    def created(self) -> int:
        """New volunteers."""
    @property
    def updated(self) -> int:
        """Known ones that were changed."""
    @property
    def reactivated(self) -> int:
        """Deactivated ones that are active again."""
    @property
    def unchanged(self) -> int:
        """Known ones of whom the file says nothing new."""
    @property
    def skipped(self) -> int:
        """Rows that mean a person of an earlier row."""
    @property
    def rejected(self) -> int:
        """Bad rows."""
    @property
    def blank(self) -> int:
        """Blank rows; these are in no other count."""
    @property
    def warnings(self) -> int:
        """Warnings, of all rows together."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class ImportLogEntry:
    """An import that was done."""
    @property
    def id(self) -> int:
        """Its number."""
    @property
    def imported_at(self) -> datetime:
        """When."""
    @property
    def actor_name(self) -> str | None:
        """Who did it, as they were called then."""
    @property
    def format(self) -> Literal["csv", "xlsx"]:
        """What the file was: `csv` or `xlsx`."""
    @property
    def total_rows(self) -> int:
        """Rows it had, blank ones left out."""
    @property
    def counts(self) -> ImportCounts:
        """How many came out how."""
    @property
    def duration_ms(self) -> int:
        """How long it took, in milliseconds."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class ImportPreview:
    """What a file holds, and what its columns are likely to mean."""
    @property
    def format(self) -> Literal["csv", "xlsx"]:
        """`csv` or `xlsx`."""
    @property
    def sheet(self) -> str | None:
        """Which sheet is shown; None for CSV."""
    @property
    def sheets(self) -> list[str]:
        """All sheets of the workbook, hidden ones too."""
    @property
    def header_row(self) -> int:
        """The row that names the columns."""
    @property
    def columns(self) -> list[PreviewColumn]:
        """The columns, in the order of the file."""
    @property
    def mapping(self) -> dict[str, str]:
        """What is suggested: the column of each field, to be given to import_ as it is or changed. Without first and last names an import is
        refused."""
    @property
    def whole_name(self) -> str | None:
        """A column that holds first and last names in one: it has to be split before the file can be imported."""
    @property
    def rows(self) -> list[PreviewRow]:
        """The first rows that are not blank, at most 10."""
    @property
    def total_rows(self) -> int:
        """How many rows there are in all, blank ones left out."""
    @property
    def blank_rows(self) -> int:
        """How many blank rows there are."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class ImportedRow:
    """What became of one row."""
    @property
    def row(self) -> int:
        """The row's number in the spreadsheet."""
    @property
    def outcome(self) -> Literal["created", "updated", "reactivated", "unchanged", "skipped", "rejected"]:
        """`created`, `updated`, `reactivated`, `unchanged`, `skipped` or `rejected`."""
    @property
    def volunteer_id(self) -> int | None:
        """The volunteer it meant; None where it is a new one."""
    @property
    def same_as(self) -> int | None:
        """The earlier row that meant the same person, where it was skipped."""
    @property
    def problems(self) -> list[RowProblem]:
        """Why it was rejected; else what it is warned of."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class PreviewColumn:
    """One column of a file."""
    @property
    def name(self) -> str:
        """Its name: as the file spells it, counted where it is there twice, its letters where it has none."""
    @property
    def letters(self) -> str:
        """Its letters in a spreadsheet."""
    @property
    def field(self) -> str | None:
        """What it is likely to hold, such as `first_name`."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class PreviewRow:
    """One row of a file. Personal: its repr doesn't show the cells."""
    @property
    def row(self) -> int:
        """The row's number in the spreadsheet."""
    @property
    def cells(self) -> list[str]:
        """What its cells hold, one for each column, at most 200 characters of each."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class RowProblem:
    """Something wrong with a row. Personal: its repr doesn't show what stands in the cell."""
    @property
    def column(self) -> str | None:
        """The column's name."""
    @property
    def field(self) -> str | None:
        """What it was read as."""
    @property
    def code(self) -> str:
        """A stable code, such as `BAD_EMAIL`."""
    @property
    def message(self) -> str:
        """What is wrong, what was done about it, and how to mend it."""
    @property
    def original(self) -> str | None:
        """What stands in the cell, at most 200 characters of it."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class VolunteerImportReport:
    """What an import did, or would do."""
    @property
    def format(self) -> Literal["csv", "xlsx"]:
        """`csv` or `xlsx`."""
    @property
    def sheet(self) -> str | None:
        """Which sheet was read; None for CSV."""
    @property
    def header_row(self) -> int:
        """The row that names the columns."""
    @property
    def mapping(self) -> dict[str, str]:
        """Which column was read as what."""
    @property
    def total_rows(self) -> int:
        """Rows under the header, blank ones left out."""
    @property
    def counts(self) -> ImportCounts:
        """How many came out how."""
    @property
    def skills_added(self) -> list[str]:
        """Skills that nobody had and that are the tenant's own now."""
    @property
    def rows(self) -> list[ImportedRow]:
        """Every row but blank ones, in the order of the file."""
    @property
    def rejected_csv(self) -> str | None:
        """The rejected rows as the text of a CSV file, with each row's number and what is wrong: mended, it can be imported. None where no
        row was rejected."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class VolunteerExport(Iterator[bytes]):
    """Volunteers on their way out: an iterator of pieces of a file, as bytes."""
    @property
    def rows(self) -> int:
        """How many volunteers it has."""
    @property
    def format(self) -> VolunteerFormat:
        """What it is written as."""
    @property
    def file_name(self) -> str:
        """A name for the file."""
    def __iter__(self) -> VolunteerExport: ...
    def __next__(self) -> bytes: ...

@final
class VolunteerSuggestion:
    """A volunteer, as far as a list of suggestions shows them."""
    @property
    def id(self) -> int:
        """Their number."""
    @property
    def first_name(self) -> str:
        """Their first name."""
    @property
    def last_name(self) -> str:
        """Their last name."""
    @property
    def organization(self) -> str | None:
        """Their organization, which tells people of one name apart."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class VolunteerNote:
    """A note on a volunteer."""
    @property
    def id(self) -> int:
        """Its number in this tenant; never used again."""
    @property
    def volunteer_id(self) -> int:
        """On whom."""
    @property
    def noted_on(self) -> date:
        """The day it is about, local to the tenant."""
    @property
    def text(self) -> str:
        """What it says."""
    @property
    def outcome(self) -> NoteOutcome | None:
        """What came of it: `interested`, `follow_up`, `accepted` or `declined`."""
    @property
    def author(self) -> NoteAuthor:
        """Who wrote it."""
    @property
    def version(self) -> int:
        """Rises with every change; give it back when editing."""
    @property
    def created_at(self) -> datetime:
        """When it was written."""
    @property
    def updated_at(self) -> datetime:
        """When it was last changed."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class NoteAuthor:
    """Who wrote a note or logged outreach, as they were called then."""
    @property
    def kind(self) -> Literal["tenant_user", "staff", "system"]:
        """`tenant_user`, `staff`, or `system` for programs without a person."""
    @property
    def id(self) -> int | None:
        """Their number, if they have one."""
    @property
    def name(self) -> str | None:
        """Their name, if they have one."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class OutreachAttempt:
    """One time that a volunteer was asked to come to an event. Personal: repr shows no notes."""
    @property
    def id(self) -> int:
        """Its number in this tenant; never used again."""
    @property
    def event_id(self) -> int:
        """To which event."""
    @property
    def volunteer_id(self) -> int:
        """Who was asked."""
    @property
    def method(self) -> OutreachMethod:
        """`email`, `phone`, `text` or `in_person`."""
    @property
    def outcome(self) -> OutreachOutcome:
        """`pending`, `no_response`, `interested`, `declined` or `confirmed`."""
    @property
    def notes(self) -> str | None:
        """What else to know of it."""
    @property
    def attempted_at(self) -> datetime:
        """When they were asked."""
    @property
    def followed_up_at(self) -> datetime | None:
        """When it was last followed up: changed after it was logged."""
    @property
    def mail_id(self) -> int | None:
        """The mail by which they were asked, if Polaris wrote it."""
    @property
    def author(self) -> NoteAuthor:
        """Who logged it."""
    @property
    def version(self) -> int:
        """Rises with every change; give it back when editing."""
    @property
    def created_at(self) -> datetime:
        """When it was logged."""
    @property
    def updated_at(self) -> datetime:
        """When it was last changed."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class OutreachEntry:
    """One time that a volunteer was asked, with whom and to what. Personal: repr shows no names."""
    @property
    def outreach(self) -> OutreachAttempt:
        """How they were asked, and what came of it."""
    @property
    def event(self) -> EventBrief:
        """To which event."""
    @property
    def first_name(self) -> str:
        """The volunteer's first name."""
    @property
    def last_name(self) -> str:
        """The volunteer's last name."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class LoggedOutreach:
    """Outreach that was logged or followed up."""
    @property
    def outreach(self) -> OutreachAttempt:
        """The outreach."""
    @property
    def placed(self) -> Placed | None:
        """The place on the event's roster that this gave or changed, if it did."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class SentOutreachMail:
    """What was written to whom."""
    @property
    def mailed(self) -> list[MailedVolunteer]:
        """Who gets a mail, in the order in which they were named or ranked."""
    @property
    def left_out(self) -> list[NotMailed]:
        """Who gets none, in that order."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class MailedVolunteer:
    """Somebody who gets a mail, and their outreach."""
    @property
    def volunteer_id(self) -> int:
        """The volunteer."""
    @property
    def outreach_id(self) -> int:
        """As what it was logged."""
    @property
    def mail_id(self) -> int:
        """The mail in the outbox."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class NotMailed:
    """Somebody who gets no mail."""
    @property
    def volunteer_id(self) -> int:
        """Their number, as it was given."""
    @property
    def reasons(self) -> list[NotMailedReason]:
        """All of `unknown`, `inactive`, `do_not_contact`, `email_opt_out`, `no_email`, `on_roster`, `declined`, `asked_lately` that apply."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class MailRecipient:
    """Somebody who would get a mail. Personal: repr shows no names and no addresses."""
    @property
    def volunteer_id(self) -> int:
        """The volunteer."""
    @property
    def first_name(self) -> str:
        """Their first name."""
    @property
    def last_name(self) -> str:
        """Their last name."""
    @property
    def email(self) -> str:
        """Their e-mail address."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class OutreachMailPreview:
    """What would be written to whom. Personal: repr shows nothing of what it says."""
    @property
    def recipients(self) -> list[MailRecipient]:
        """Who would get a mail, in the order in which they were named or ranked."""
    @property
    def left_out(self) -> list[NotMailed]:
        """Who would get none, in that order."""
    @property
    def subject(self) -> str | None:
        """The subject as the first of them would get it; None where nobody gets a mail."""
    @property
    def text(self) -> str | None:
        """What it says to the first of them."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class MergePlan:
    """What a merge will do, or did."""
    @property
    def survivor(self) -> Volunteer:
        """The one who survives, as they will be."""
    @property
    def merged(self) -> Volunteer:
        """The one who goes, as they are."""
    @property
    def fields(self) -> list[MergedField]:
        """What is done with fields in which they differ."""
    @property
    def participations(self) -> list[MergedParticipation]:
        """The events of the one who goes, the last one first."""
    @property
    def notes(self) -> int:
        """How many notes the survivor gets from the other."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class MergedField:
    """What a merge does with a field."""
    @property
    def field(self) -> str:
        """The field's name."""
    @property
    def decision(self) -> Literal["kept", "filled", "combined"]:
        """`kept` (the survivor's differs), `filled` (from the other) or `combined`."""
    @property
    def dropped(self) -> str | None:
        """The other's value where it is not kept, and skills beyond the 50 that anybody has: a note will hold it."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class MergedParticipation:
    """What a merge does with an event on whose roster the other stands."""
    @property
    def event(self) -> EventBrief:
        """The event."""
    @property
    def survivor(self) -> ParticipationStatus | None:
        """How the survivor stands on its roster, if they do."""
    @property
    def merged(self) -> ParticipationStatus:
        """How the other does."""
    @property
    def result(self) -> ParticipationStatus:
        """How the survivor will."""
    @property
    def dropped(self) -> str | None:
        """What is not kept of the place that says less, as text: another type, other minutes, notes for which there is no room. A note will hold it."""
    @property
    def double_entry(self) -> bool:
        """Whether the event stands in their calendar twice, by an invite to each address: then a mail to the other's takes that entry out."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class Participation:
    """Somebody's place on an event's roster. Stamps are None where the present status says otherwise."""
    @property
    def id(self) -> int:
        """Its number in this tenant; never used again."""
    @property
    def event_id(self) -> int:
        """Of which event."""
    @property
    def volunteer_id(self) -> int:
        """Whose."""
    @property
    def status(self) -> ParticipationStatus:
        """`invited`, `waitlisted`, `confirmed`, `declined`, `attended` or `no_show`."""
    @property
    def participation_type(self) -> ParticipationType:
        """`volunteer`, `speaker`, `mentor`, `facilitator` or `organizer`."""
    @property
    def notes(self) -> str | None:
        """What to know of this one's taking part."""
    @property
    def has_invite(self) -> bool:
        """Whether a calendar invite was sent to them."""
    @property
    def signed_up_at(self) -> datetime | None:
        """When they signed up themselves, if they did."""
    @property
    def invited_at(self) -> datetime | None:
        """When they were invited."""
    @property
    def waitlisted_at(self) -> datetime | None:
        """When they came onto the waitlist."""
    @property
    def confirmed_at(self) -> datetime | None:
        """When they were confirmed."""
    @property
    def declined_at(self) -> datetime | None:
        """When they declined."""
    @property
    def attended_at(self) -> datetime | None:
        """When it was noted that they attended."""
    @property
    def no_show_at(self) -> datetime | None:
        """When it was noted that they didn't come."""
    @property
    def minutes(self) -> int | None:
        """Minutes they attended. Only of those who attended."""
    @property
    def version(self) -> int:
        """Rises with every change; give it back when editing."""
    @property
    def created_at(self) -> datetime:
        """When they were put on the roster."""
    @property
    def updated_at(self) -> datetime:
        """When this was last changed."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class Placed:
    """A place that was given or changed."""
    @property
    def participation(self) -> Participation:
        """The place."""
    @property
    def overlaps(self) -> list[Overlap]:
        """Other events at the same time to which the volunteer is asked or comes: a warning, and no hindrance."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class Overlap:
    """Another event at the same time."""
    @property
    def event(self) -> EventBrief:
        """The event."""
    @property
    def status(self) -> ParticipationStatus:
        """How the volunteer stands on its roster."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class EventBrief:
    """An event, as a history shows it."""
    @property
    def id(self) -> int:
        """Its number."""
    @property
    def slug(self) -> str:
        """Its name in addresses."""
    @property
    def title(self) -> str:
        """What it is called."""
    @property
    def status(self) -> EventStatus:
        """Where it stands in its life cycle."""
    @property
    def starts_at(self) -> datetime:
        """When it begins."""
    @property
    def ends_at(self) -> datetime | None:
        """When it ends, if that is known."""
    @property
    def location(self) -> str:
        """Where it is."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class HistoryEntry:
    """An event, and how the volunteer stands on its roster."""
    @property
    def event(self) -> EventBrief:
        """The event."""
    @property
    def participation(self) -> Participation:
        """How they stand on its roster."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class RosterEntry:
    """A place on a roster, with whose it is. Personal: repr shows no names and no addresses."""
    @property
    def participation(self) -> Participation:
        """The place."""
    @property
    def first_name(self) -> str:
        """The volunteer's first name."""
    @property
    def last_name(self) -> str:
        """The volunteer's last name."""
    @property
    def email(self) -> str | None:
        """Their e-mail address."""
    @property
    def phone(self) -> str | None:
        """Their phone number."""
    @property
    def organization(self) -> str | None:
        """Their organization."""
    @property
    def active(self) -> bool:
        """Whether they are still active."""
    @property
    def do_not_contact(self) -> bool:
        """Whether they are not to be contacted."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class RosterTotals:
    """How many stand how on a roster."""
    @property
    def invited(self) -> int:
        """Asked to come."""
    @property
    def waitlisted(self) -> int:
        """Waiting for a place."""
    @property
    def confirmed(self) -> int:
        """Who will come."""
    @property
    def declined(self) -> int:
        """Who will not."""
    @property
    def attended(self) -> int:
        """Who was there."""
    @property
    def no_show(self) -> int:
        """Who was confirmed and didn't come."""
    @property
    def minutes(self) -> int:
        """Minutes of all who attended, together."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class Dashboard:
    """The events that need volunteers, and how many there are."""
    @property
    def totals(self) -> DashboardTotals:
        """Of all of them, not only this page's."""
    @property
    def events(self) -> list[DashboardEvent]:
        """This page's, by level, then score, then start, then number."""
    @property
    def page(self) -> int:
        """Which page this is, from 1."""
    @property
    def per_page(self) -> int:
        """Events on a full page."""
    @property
    def total_pages(self) -> int:
        """How many pages there are."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class DashboardTotals:
    """How many events need volunteers, and how many of them."""
    @property
    def events(self) -> int:
        """Events that need volunteers."""
    @property
    def critical(self) -> int:
        """Those that are critical."""
    @property
    def warning(self) -> int:
        """Those that are a warning."""
    @property
    def on_track(self) -> int:
        """Those that are on track."""
    @property
    def open_places(self) -> int:
        """Volunteers still missing at all of them."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class DashboardEvent:
    """An event that needs volunteers."""
    @property
    def event(self) -> EventBrief:
        """The event."""
    @property
    def event_type(self) -> str | None:
        """What kind of event it is."""
    @property
    def volunteers_needed(self) -> int:
        """How many volunteers it needs."""
    @property
    def volunteers_registered(self) -> int:
        """How many are confirmed or attended."""
    @property
    def days(self) -> int:
        """Days from today to its start, by the tenant's calendar."""
    @property
    def fill_percent(self) -> int:
        """How much of the need is covered, in percent, rounded down."""
    @property
    def score(self) -> int:
        """How urgent it is: 15 (far off, nearly full) to 150 (today, empty)."""
    @property
    def level(self) -> UrgencyLevel:
        """`critical`, `warning` or `on_track`."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class Candidate:
    """Somebody who may be asked to an event. Personal: repr shows no names and no addresses."""
    @property
    def volunteer(self) -> Volunteer:
        """The volunteer."""
    @property
    def score(self) -> int:
        """0 to 100: the parts together."""
    @property
    def parts(self) -> ScoreParts:
        """The points, part by part."""
    @property
    def reasons(self) -> list[str]:
        """Why, a line for each part in their order: `attended 3 events (+15)`."""
    @property
    def attended(self) -> int:
        """How many events they attended."""
    @property
    def last_attended_at(self) -> datetime | None:
        """When the last of them began (UTC)."""
    @property
    def last_asked_at(self) -> datetime | None:
        """When they were last asked to an event (UTC), if they ever were."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class ScoreParts:
    """The points of a candidate, part by part."""
    @property
    def history(self) -> int:
        """For events attended."""
    @property
    def recency(self) -> int:
        """For how long ago the last one was."""
    @property
    def skills(self) -> int:
        """For skills the event wants."""
    @property
    def proximity(self) -> int:
        """For living near the event's school."""
    @property
    def availability(self) -> int:
        """For being free then."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class LeftOut:
    """Somebody who is no candidate for an event. Personal: repr shows no names."""
    @property
    def volunteer_id(self) -> int:
        """The volunteer's number."""
    @property
    def first_name(self) -> str:
        """Their first name."""
    @property
    def last_name(self) -> str:
        """Their last name."""
    @property
    def reasons(self) -> list[LeftOutReason]:
        """All of `inactive`, `do_not_contact`, `unreachable` (neither e-mail nor phone), `on_roster` (and did not decline) that apply."""
    @property
    def roster_status(self) -> ParticipationStatus | None:
        """How they stand on the event's roster, if they are on it."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class Weights:
    """What the parts of a candidate's score count for, together 100."""
    @property
    def history(self) -> int:
        """Events attended."""
    @property
    def recency(self) -> int:
        """How long ago the last one was."""
    @property
    def skills(self) -> int:
        """Skills the event wants."""
    @property
    def proximity(self) -> int:
        """How near the event's school they live."""
    @property
    def availability(self) -> int:
        """Whether they are free then."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class StaffMember:
    """One of the operator's people; the role is `admin` or `support`. Personal: repr shows no name and no address."""
    @property
    def id(self) -> int:
        """Their number; never used again."""
    @property
    def name(self) -> str:
        """Their name, by which audit logs know them."""
    @property
    def email(self) -> str | None:
        """Their e-mail address, if they have one."""
    @property
    def username(self) -> str | None:
        """What they may log in with instead of the e-mail address."""
    @property
    def role(self) -> StaffRole:
        """What they may do."""
    @property
    def active(self) -> bool:
        """Whether they may log in at all."""
    @property
    def has_password(self) -> bool:
        """Whether they have a password; who is invited has none until they set it."""
    @property
    def last_log_in_at(self) -> datetime | None:
        """When they last logged in, if ever."""
    @property
    def version(self) -> int:
        """Rises with every change; give it back when editing."""
    @property
    def created_at(self) -> datetime:
        """When the account was made."""
    @property
    def updated_at(self) -> datetime:
        """When the account was last changed."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class CreatedUser:
    """A user just created, with their invitation if no password was given."""
    @property
    def user(self) -> User:
        """The user."""
    @property
    def invitation(self) -> OneTimeLink | None:
        """The link with which they set a password, where one was asked for, and where mails can hold none: to be handed over."""
    @property
    def mailed(self) -> bool:
        """Whether a mail with such a link is on its way to them."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class CreatedStaff:
    """A member of staff just created, with their invitation if no password was given."""
    @property
    def staff(self) -> StaffMember:
        """The member of staff."""
    @property
    def invitation(self) -> OneTimeLink | None:
        """The link with which they set a password."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class OneTimeLink:
    """A link that works once, to be handed to the account's owner alone."""
    @property
    def purpose(self) -> LinkPurpose:
        """What it is for: `invitation` or `reset`."""
    @property
    def secret(self) -> LinkSecret:
        """The secret. Only its hash is stored: this is the one time it can be shown."""
    @property
    def expires_at(self) -> datetime:
        """Until when it is good."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class AuditEntry:
    """One entry of an audit log. Personal while it holds a name and an address: repr shows neither."""
    @property
    def id(self) -> int:
        """Its number in its log, rising by one."""
    @property
    def occurred_at(self) -> datetime:
        """When it happened."""
    @property
    def actor_kind(self) -> ActorKind:
        """What kind of actor did it."""
    @property
    def actor_id(self) -> int | None:
        """The actor's number: of a user in the tenant, of staff in the registry, of an API key."""
    @property
    def actor_role(self) -> str | None:
        """The actor's role at that time."""
    @property
    def actor_name(self) -> str | None:
        """The actor's name; gone once the person was erased."""
    @property
    def address(self) -> str | None:
        """The IP address it came from; gone once the person was erased."""
    @property
    def action(self) -> str:
        """What was done, as `noun.verb`."""
    @property
    def resource_kind(self) -> str | None:
        """What kind of thing it was done to."""
    @property
    def resource_id(self) -> str | None:
        """Which one."""
    @property
    def request_id(self) -> str | None:
        """The id of the request it was part of."""
    @property
    def outcome(self) -> AuditOutcome:
        """How it came out: `done`, `refused` or `pending`."""
    @property
    def details(self) -> dict[str, Any]:
        """Numbers, codes and names of things; no personal data."""
    @property
    def hash(self) -> str:
        """The hash that the next entry follows (SHA-256, hex)."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class AuditHead:
    """Where an audit log ends. str() of it is what verify takes."""
    @property
    def epoch(self) -> int | None:
        """Rises with every restore of the tenant; the operator's own log has none."""
    @property
    def id(self) -> int:
        """The last entry's number."""
    @property
    def hash(self) -> str:
        """Its hash: 64 hex digits."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class AuditVerification:
    """What following an audit log found."""
    @property
    def entries(self) -> int:
        """Entries that were read."""
    @property
    def first_break(self) -> Break | None:
        """The first thing that is not as it was written; None when all is well."""
    @property
    def head(self) -> AuditHead | None:
        """Where the log ends; None where it is empty."""
    @property
    def noted(self) -> AuditHead | None:
        """Where the registry last saw it end, if it did."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class Break:
    """Something that is not as it was written."""
    @property
    def id(self) -> int:
        """The entry at which it shows."""
    @property
    def kind(self) -> str:
        """What it is."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class Backup:
    """A backup, as its folder tells."""
    @property
    def name(self) -> str:
        """Its name, the time it began (UTC): `20261121T064500Z`."""
    @property
    def folder(self) -> Path:
        """Where it lies."""
    @property
    def state(self) -> Literal["finished", "unfinished", "unusable"]:
        """`finished`, `unfinished` or `unusable`."""
    @property
    def problem(self) -> BackupProblem | None:
        """Why it can't be used, where it can't."""
    @property
    def times(self) -> tuple[datetime, datetime] | None:
        """When it began and ended (UTC); None where nothing tells."""
    @property
    def tenants(self) -> list[str]:
        """The tenants in it, by slug."""
    @property
    def left_out(self) -> dict[str, str]:
        """Tenants that were asked for and are not in it, with the error's code."""
    @property
    def bytes(self) -> int:
        """Bytes of its databases."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class BackupProblem:
    """Something that is wrong with a backup."""
    @property
    def subject(self) -> str:
        """What it is about: `registry`, a tenant's slug, `manifest`, or `backup` for the whole."""
    @property
    def code(self) -> str:
        """A stable code, such as `DAMAGED` or `TAMPERED`."""
    @property
    def message(self) -> str:
        """What is wrong, for a person."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class Verification:
    """What a check of a backup found."""
    @property
    def name(self) -> str:
        """The backup's name."""
    @property
    def files(self) -> list[VerifiedFile]:
        """Its databases, the registry first; empty where the manifest can't be used."""
    @property
    def problems(self) -> list[BackupProblem]:
        """All that is wrong; empty when all is well."""
    @property
    def is_sound(self) -> bool:
        """Whether nothing is wrong with it."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class VerifiedFile:
    """One database of a backup."""
    @property
    def file(self) -> str:
        """Its name in the folder."""
    @property
    def tenant(self) -> str | None:
        """The tenant's slug; None for the registry."""
    @property
    def bytes(self) -> int:
        """Its bytes."""
    @property
    def schema_version(self) -> int:
        """The schema version it has. An older one is migrated when it is restored."""
    @property
    def sound(self) -> bool:
        """Whether nothing is wrong with it."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class Restored:
    """A tenant put back."""
    @property
    def tenant(self) -> str:
        """Its slug."""
    @property
    def backup(self) -> str:
        """The backup it comes from."""
    @property
    def as_of(self) -> datetime:
        """When that backup began (UTC): nothing later is in it."""
    @property
    def from_schema(self) -> int:
        """The schema version it had in the backup."""
    @property
    def epoch(self) -> int:
        """The epoch of its audit log that begins with this."""
    @property
    def active(self) -> bool:
        """Whether it is active."""
    @property
    def api_keys(self) -> int:
        """Its API keys: those valid now, or where the replaced file couldn't tell, those of then."""
    @property
    def access_kept(self) -> bool:
        """Whether keys, passwords, roles and deactivations of its people are as they were just now. Otherwise (the replaced file was
        missing or damaged) they are as they were then, replaced keys and old passwords included."""
    @property
    def shut_out(self) -> int:
        """People of the backup of whom the replaced file knew nothing, so that nobody could say whether they may still get in: they are
        deactivated and have no password."""
    @property
    def active_admins(self) -> int:
        """Its active admins. Without one, nobody of the tenant can bring anybody back: the operator can."""
    @property
    def replaced(self) -> str | None:
        """The file in `trash/` that it replaced, if there was one."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class RestoredDirectory:
    """A whole installation put back."""
    @property
    def backup(self) -> str:
        """The backup it comes from."""
    @property
    def as_of(self) -> datetime:
        """When that backup began (UTC): nothing later is in it."""
    @property
    def data(self) -> Path:
        """The data directory."""
    @property
    def tenants(self) -> list[RestoredTenant]:
        """The tenants that its registry knows, by slug."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class RestoredTenant:
    """What became of one tenant of an installation put back."""
    @property
    def slug(self) -> str:
        """Its slug."""
    @property
    def code(self) -> str | None:
        """Why it isn't there, as the error's code; None when it is."""
    @property
    def message(self) -> str | None:
        """The same for a person."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class Pruned:
    """What was removed."""
    @property
    def backups(self) -> list[str]:
        """Backups, by name, newest first."""
    @property
    def copies(self) -> int:
        """How many copies of files from before migrations and restores."""
    @property
    def bytes(self) -> int:
        """The bytes of all of it."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class MigrationReport:
    """What became of each tenant that was to be migrated."""
    @property
    def target(self) -> int:
        """The schema version of this program."""
    @property
    def dry_run(self) -> bool:
        """Whether nothing was to be changed."""
    @property
    def tenants(self) -> list[Migration]:
        """One for each tenant asked for, by slug."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class Migration:
    """What became of one database."""
    @property
    def slug(self) -> str:
        """The tenant's slug."""
    @property
    def from_version(self) -> int | None:
        """The schema version its file had; None where it couldn't be read."""
    @property
    def outcome(self) -> Literal["up_to_date", "migrated", "pending", "failed"]:
        """`up_to_date`, `migrated`, `pending` or `failed`."""
    @property
    def code(self) -> str | None:
        """The error's code, where it failed."""
    @property
    def message(self) -> str | None:
        """What is wrong, for a person, where it failed."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...
