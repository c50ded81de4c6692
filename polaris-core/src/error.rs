//! What can go wrong, as values with a stable code.
//!
//! Every operation of the engine returns [`Error`]. A frontend maps [`Error::code`] to its own world (an HTTP status, an
//! exit status, an exception class) and invents no codes. Messages are for the caller: they never hold SQL, file paths,
//! secrets or another tenant's names. What an operator needs beyond that is logged where it happens.
//!
//! Inside the engine, a check of one input value returns [`Problem`]; [`Problems`] gathers those of a whole draft, so that
//! a caller learns everything that is wrong at once.

use std::fmt;

use crate::limits::Quota;
use crate::operations::Feature;
use crate::types::{SignupState, VolunteerId};

/// The result of every operation of the engine.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why an operation was not done. Nothing is half done: the change, its audit entry and its mails stand or fall together.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A parameter or a body could not be read as what it should be: a wrong type, an unknown field, a bad value.
    #[error("{field}: {message}")]
    BadRequest {
        /// The parameter or field, or `body` for the whole.
        field: String,
        /// What is wrong and how to mend it.
        message: String,
    },

    /// Readable, but one or more rules are broken. All broken fields are listed, not the first.
    #[error("{0}")]
    Validation(FieldErrors),

    /// No session, an expired one, or one of another tenant.
    #[error("sign in first: this needs a session that is still valid here")]
    Unauthenticated,

    /// The public API was called without a key.
    #[error("send the district's API key in the X-API-Key header")]
    MissingApiKey,

    /// The public API was called with a key that isn't (or is no longer) this tenant's.
    #[error("this API key is not valid for this district")]
    InvalidApiKey,

    /// A log-in was refused, whatever the reason: a wrong password, an unknown or deactivated account.
    #[error("this log-in is not right; check the e-mail or username and the password")]
    InvalidCredentials,

    /// Too many failed log-ins: none is tried until the time has passed. The same whether or not there is such an account.
    #[error("too many failed attempts; try again in {retry_after} seconds")]
    TooManyAttempts {
        /// Seconds until a log-in is tried again.
        retry_after: u32,
    },

    /// The public API was asked too often: with one key, or without a right one from one address. This request was not counted.
    #[error("this was asked too often; try again in {retry_after} seconds")]
    RateLimitExceeded {
        /// Seconds until a request is answered again.
        retry_after: u32,
        /// What the key has left; `None` where it is an address that asked too often.
        quota: Option<Quota>,
    },

    /// A one-time link that is unknown, used, expired or another tenant's.
    #[error("this link is not valid, or no longer; ask for a new one")]
    InvalidLink,

    /// The actor is known and may not do this.
    #[error("you are not permitted to do this ({operation})")]
    Forbidden {
        /// The id of the operation in the table of operations, or `platform` for the operator's side as a whole.
        operation: &'static str,
    },

    /// The tenant has the feature this belongs to switched off.
    #[error("the feature `{0}` is switched off for this tenant")]
    FeatureDisabled(Feature),

    /// No tenant has this slug (or, for callers without a session, it is inactive).
    #[error("there is no such tenant")]
    TenantNotFound,

    /// The tenant is deactivated: nothing of it can be read or changed until staff reactivate it.
    #[error("this tenant is deactivated")]
    TenantInactive,

    /// No event of this tenant has this number or slug, or the actor may not know of it.
    #[error("there is no such event")]
    EventNotFound,

    /// No volunteer of this tenant has this number or e-mail address.
    #[error("there is no such volunteer")]
    VolunteerNotFound,

    /// No note on this volunteer has this number.
    #[error("there is no such note on this volunteer")]
    NoteNotFound,

    /// No outreach of this tenant has this number.
    #[error("there is no such outreach")]
    OutreachNotFound,

    /// The volunteer is not on the event's roster.
    #[error("this volunteer is not on this event's roster")]
    ParticipationNotFound,

    /// No user of this tenant has this number.
    #[error("there is no such user")]
    UserNotFound,

    /// No member of staff has this number.
    #[error("there is no such member of staff")]
    StaffNotFound,

    /// No session of one's own has this number.
    #[error("there is no such session")]
    SessionNotFound,

    /// No valid API key of this tenant has this number.
    #[error("there is no such API key")]
    ApiKeyNotFound,

    /// No mail of this tenant's outbox has this number; what was settled 90 days ago is forgotten.
    #[error("there is no such mail")]
    MailNotFound,

    /// Something else named does not exist.
    #[error("there is no such {0}")]
    NotFound(&'static str),

    /// The change contradicts what is stored: a duplicate, or a version that is no longer current.
    #[error("{0}")]
    Conflict(String),

    /// Another volunteer has the e-mail address that was given.
    #[error("email: volunteer {volunteer} has this e-mail address already{}", if *active { "" } else { " and is deactivated: reactivate or merge them" })]
    VolunteerExists {
        /// Their number.
        volunteer: VolunteerId,
        /// Whether they are active.
        active: bool,
    },

    /// As many are confirmed for an event as it wants.
    #[error("this event is full: it wants {needed} and has {registered}; say over_capacity to confirm one more")]
    EventFull {
        /// How many it wants.
        needed: u32,
        /// How many are confirmed or have attended.
        registered: u32,
    },

    /// As many are confirmed for an event as it wants, and its tenant keeps no waitlist: nobody can sign up.
    #[error("{}", SignupState::Full.sentence())]
    SignupFull,

    /// Nobody can sign up for this event, or no longer.
    #[error("{}", .0.sentence())]
    SignupClosed(SignupState),

    /// The caller broke it off. Nothing was changed.
    #[error("broken off: nothing was changed")]
    Cancelled,

    /// A life cycle does not allow this step.
    #[error("{what} can't go from {from} to {to}: {reason}")]
    InvalidTransition {
        /// What was to change, for example `an event`.
        what: &'static str,
        /// The present state.
        from: &'static str,
        /// The state asked for.
        to: &'static str,
        /// Why, and what is allowed instead.
        reason: String,
    },

    /// The engine can't do this now. Trying again later may work.
    #[error("{0}")]
    Unavailable(Unavailable),

    /// The database has an older schema than this program and may not be migrated on opening.
    #[error("the database has schema version {found}, this program needs {needed}: migrate it first")]
    SchemaOutdated {
        /// The version stored in the file.
        found: u32,
        /// The version this program works with.
        needed: u32,
    },

    /// The database was written by a newer version of Polaris.
    #[error("the database has schema version {found}, this program knows up to {known}: use a newer Polaris")]
    SchemaTooNew {
        /// The version stored in the file.
        found: u32,
        /// The newest version this program knows.
        known: u32,
    },

    /// The data directory can't be used as it is; for whoever starts the program. May name paths.
    #[error("{0}")]
    DataDirectory(String),

    /// Something that should be impossible. Details are in the log, not in the message.
    #[error("something went wrong inside Polaris; it has been logged")]
    Internal,
}

/// Which resource is not to be had at the moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Unavailable {
    /// The database was busy with other work until the deadline passed.
    #[error("the database is busy; try again shortly")]
    Busy,
    /// The work itself took longer than its deadline.
    #[error("this took too long and was stopped; try again, or ask for less")]
    TookTooLong,
    /// This could only be done by waiting, and the caller had no [`Patience`](crate::auth::Patience). Nothing was done.
    #[error("this needs a moment of waiting")]
    WouldWait,
    /// Too much is asked at once: more tenants are in use than may be open, no descriptor is left, or one tenant has its share of the
    /// server already.
    #[error("too much is asked at once; try again shortly")]
    Overloaded,
    /// The disk is full. Reading goes on.
    #[error("the disk is full: nothing was changed, reading still works")]
    DiskFull,
    /// The files can't be written.
    #[error("the data is read-only: nothing was changed")]
    ReadOnly,
    /// The tenant's file is missing, damaged or not the one it should be.
    #[error("this tenant's database can't be used; the operator must look at it (`polaris doctor`)")]
    Damaged,
    /// The data directory is no longer where it was opened.
    #[error("the data directory was moved, replaced or removed while in use: put it back, or restart on the right one")]
    Moved,
    /// The worker that delivers mails has shown no sign of life for twenty minutes.
    #[error("delivering mails hangs: restart the server; no mail is lost")]
    MailStuck,
    /// The handle was made before this process was forked.
    #[error("this handle was opened before the process forked; ask for a new one in this process")]
    Forked,
}

impl Error {
    /// The stable code of this error, the same in every frontend.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::BadRequest { .. } => "BAD_REQUEST",
            Self::Validation(_) => "VALIDATION_FAILED",
            Self::Unauthenticated => "UNAUTHENTICATED",
            Self::MissingApiKey => "MISSING_API_KEY",
            Self::InvalidApiKey => "INVALID_API_KEY",
            Self::InvalidCredentials => "INVALID_CREDENTIALS",
            Self::TooManyAttempts { .. } => "TOO_MANY_ATTEMPTS",
            Self::RateLimitExceeded { .. } => "RATE_LIMIT_EXCEEDED",
            Self::InvalidLink => "INVALID_LINK",
            Self::Forbidden { .. } => "FORBIDDEN",
            Self::FeatureDisabled(_) => "FEATURE_DISABLED",
            Self::TenantNotFound => "TENANT_NOT_FOUND",
            Self::TenantInactive => "TENANT_INACTIVE",
            Self::EventNotFound => "EVENT_NOT_FOUND",
            Self::VolunteerNotFound => "VOLUNTEER_NOT_FOUND",
            Self::NoteNotFound => "NOTE_NOT_FOUND",
            Self::OutreachNotFound => "OUTREACH_NOT_FOUND",
            Self::ParticipationNotFound => "PARTICIPATION_NOT_FOUND",
            Self::UserNotFound => "USER_NOT_FOUND",
            Self::StaffNotFound => "STAFF_NOT_FOUND",
            Self::SessionNotFound => "SESSION_NOT_FOUND",
            Self::ApiKeyNotFound => "API_KEY_NOT_FOUND",
            Self::MailNotFound => "MAIL_NOT_FOUND",
            Self::NotFound(_) => "NOT_FOUND",
            Self::Conflict(_) | Self::VolunteerExists { .. } => "CONFLICT",
            Self::EventFull { .. } | Self::SignupFull => "EVENT_FULL",
            Self::SignupClosed(_) => "SIGNUP_CLOSED",
            Self::Cancelled => "CANCELLED",
            Self::InvalidTransition { .. } => "INVALID_TRANSITION",
            Self::Unavailable(_) => "UNAVAILABLE",
            Self::SchemaOutdated { .. } => "SCHEMA_OUTDATED",
            Self::SchemaTooNew { .. } => "SCHEMA_TOO_NEW",
            Self::DataDirectory(_) => "DATA_DIRECTORY",
            Self::Internal => "INTERNAL",
        }
    }

    /// The broken fields, where the error is about fields.
    #[must_use]
    pub fn fields(&self) -> &[FieldError] {
        match self {
            Self::Validation(fields) => &fields.0,
            _ => &[],
        }
    }

    /// A [`Error::BadRequest`] for one parameter or field.
    #[must_use]
    pub fn bad_request(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self::BadRequest { field: field.into(), message: message.into() }
    }

    /// A [`Error::Validation`] of a single field.
    #[must_use]
    pub fn invalid(field: impl Into<String>, problem: Problem) -> Self {
        Self::Validation(FieldErrors(vec![problem.on(field)]))
    }
}

/// One broken field of a draft.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct FieldError {
    /// The field's name, as in the draft and on every wire.
    pub field: String,
    /// A stable code, for example `REQUIRED` or `TOO_LONG`.
    pub code: &'static str,
    /// What is wrong and how to mend it, for a person.
    pub message: String,
}

/// All broken fields of a draft, in the draft's order. Never empty inside an [`Error`].
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct FieldErrors(pub Vec<FieldError>);

impl fmt::Display for FieldErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, error) in self.0.iter().enumerate() {
            if at > 0 {
                f.write_str("; ")?;
            }
            write!(f, "{}: {}", error.field, error.message)?;
        }
        Ok(())
    }
}

/// What is wrong with one value, before it is known which field holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// A stable code, for example `REQUIRED` or `TOO_LONG`.
    pub code: &'static str,
    /// What is wrong and how to mend it, for a person. Does not repeat the value where that could be personal.
    pub message: String,
}

impl Problem {
    /// A problem with its code and message.
    #[must_use]
    pub fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }

    /// The value is missing or blank.
    #[must_use]
    pub fn required() -> Self {
        Self::new("REQUIRED", "is required")
    }

    /// Names the field this problem was found in.
    #[must_use]
    pub fn on(self, field: impl Into<String>) -> FieldError {
        FieldError { field: field.into(), code: self.code, message: self.message }
    }
}

/// Gathers the problems of a draft while it is checked, so that all are reported at once.
///
/// ```
/// use polaris_core::error::{Problem, Problems};
///
/// let mut problems = Problems::default();
/// let name: Option<String> = problems.take("name", Err(Problem::required()));
/// assert!(name.is_none());
/// assert_eq!(problems.finish().unwrap_err().code(), "VALIDATION_FAILED");
/// ```
#[derive(Debug, Default)]
pub struct Problems(Vec<FieldError>);

impl Problems {
    /// Keeps the value, or notes the problem under the field's name and gives `None`.
    pub fn take<T>(&mut self, field: &str, checked: std::result::Result<T, Problem>) -> Option<T> {
        match checked {
            Ok(value) => Some(value),
            Err(problem) => {
                self.0.push(problem.on(field));
                None
            }
        }
    }

    /// Notes a problem that concerns the draft as a whole under the field it is best mended in.
    pub fn note(&mut self, field: &str, problem: Problem) {
        self.0.push(problem.on(field));
    }

    /// Notes the problems of a draft that is a field of this one, each as `field.its_field`.
    pub fn absorb(&mut self, field: &str, inner: Self) {
        self.0.extend(inner.0.into_iter().map(|error| FieldError { field: format!("{field}.{}", error.field), ..error }));
    }

    /// Nothing, or all that was noted as one [`Error::Validation`].
    ///
    /// # Errors
    ///
    /// [`Error::Validation`] when at least one problem was noted.
    pub fn finish(self) -> Result<()> {
        if self.0.is_empty() { Ok(()) } else { Err(Error::Validation(FieldErrors(self.0))) }
    }
}
