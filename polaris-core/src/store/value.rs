//! What goes into a statement and what comes out of a column.

use std::borrow::Cow;

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use uuid::Uuid;

use crate::types::{
    ApiKeyId, AuditId, CancelReason, EmailAddress, EventFormat, EventId, EventSlug, EventStatus, EventType, FeedId, KeyHash, SchoolId,
    SessionId, SkillId, Slug, StaffId, SupportId, TenantId, TimeZone, UserId, Username, instant_text, local_text, parse_instant,
    parse_local,
};
use crate::types::{
    CareerTypeId, MailId, MailKind, MailState, NoteId, NoteOutcome, OutreachId, OutreachMethod, OutreachOutcome, ParticipationId,
    ParticipationStatus, ParticipationType, PhoneNumber, VolunteerId, VolunteerImportId, parse_date,
};

/// One value as the database knows it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value<'a> {
    Null,
    Integer(i64),
    Text(Cow<'a, str>),
}

/// Something that can be bound to `?1`.
pub(crate) trait Param {
    fn value(&self) -> Value<'_>;
}

/// Something a column can be read as. `None` means the column holds something else.
pub(crate) trait FromColumn: Sized {
    fn from_column(value: Value<'_>) -> Option<Self>;
}

/// The parameters of a statement, in the order `?1, ?2, …`.
macro_rules! params {
    ($($param:expr),* $(,)?) => { &[$(&$param as &dyn $crate::store::value::Param),*] };
}
pub(crate) use params;

/// Values stored as text by `as_str` and read back by a function.
macro_rules! text_columns {
    ($($type:ty: $write:expr, $read:expr;)*) => {$(
        impl Param for $type {
            fn value(&self) -> Value<'_> {
                let write: fn(&$type) -> Cow<'_, str> = $write;
                Value::Text(write(self))
            }
        }
        impl FromColumn for $type {
            fn from_column(value: Value<'_>) -> Option<Self> {
                let read: fn(Cow<'_, str>) -> Option<$type> = $read;
                match value { Value::Text(text) => read(text), _ => None }
            }
        }
    )*};
}

text_columns! {
    String: |v| Cow::Borrowed(v), |t| Some(t.into_owned());
    Slug: |v| Cow::Borrowed(v.as_str()), |t| Some(Slug::stored(t.into_owned()));
    EventSlug: |v| Cow::Borrowed(v.as_str()), |t| Some(EventSlug::stored(t.into_owned()));
    KeyHash: |v| Cow::Borrowed(v.as_str()), |t| Some(KeyHash::stored(t.into_owned()));
    EmailAddress: |v| Cow::Borrowed(v.as_str()), |t| Some(EmailAddress::stored(t.into_owned()));
    Username: |v| Cow::Borrowed(v.as_str()), |t| Some(Username::stored(t.into_owned()));
    CancelReason: |v| Cow::Borrowed(v.as_str()), |t| CancelReason::parse(&t).ok();
    EventStatus: |v| Cow::Borrowed(v.as_str()), |t| EventStatus::parse(&t).ok();
    EventFormat: |v| Cow::Borrowed(v.as_str()), |t| EventFormat::parse(&t).ok();
    EventType: |v| Cow::Borrowed(v.as_str()), |t| EventType::parse(&t).ok();
    TimeZone: |v| Cow::Borrowed(v.name()), |t| TimeZone::parse(&t).ok();
    TenantId: |v| Cow::Owned(v.get().to_string()), |t| Uuid::parse_str(&t).ok().map(TenantId::new);
    SupportId: |v| Cow::Owned(v.get().to_string()), |t| Uuid::parse_str(&t).ok().map(SupportId::new);
    DateTime<Utc>: |v| Cow::Owned(instant_text(*v)), |t| parse_instant(&t);
    PhoneNumber: |v| Cow::Borrowed(v.as_str()), |t| Some(PhoneNumber::stored(t.into_owned()));
    ParticipationStatus: |v| Cow::Borrowed(v.as_str()), |t| ParticipationStatus::parse(&t).ok();
    ParticipationType: |v| Cow::Borrowed(v.as_str()), |t| ParticipationType::parse(&t).ok();
    MailKind: |v| Cow::Borrowed(v.as_str()), |t| MailKind::parse(&t).ok();
    MailState: |v| Cow::Borrowed(v.as_str()), |t| MailState::parse(&t).ok();
    OutreachMethod: |v| Cow::Borrowed(v.as_str()), |t| OutreachMethod::parse(&t).ok();
    OutreachOutcome: |v| Cow::Borrowed(v.as_str()), |t| OutreachOutcome::parse(&t).ok();
    NoteOutcome: |v| Cow::Borrowed(v.as_str()), |t| NoteOutcome::parse(&t).ok();
    NaiveDate: |v| Cow::Owned(v.to_string()), |t| parse_date(&t).ok();
    NaiveDateTime: |v| Cow::Owned(local_text(*v)), |t| parse_local(&t);
}

/// Integer ids.
macro_rules! id_columns {
    ($($type:ty),*) => {$(
        impl Param for $type {
            fn value(&self) -> Value<'_> { Value::Integer(self.get()) }
        }
        impl FromColumn for $type {
            fn from_column(value: Value<'_>) -> Option<Self> {
                match value { Value::Integer(id) => Some(<$type>::new(id)), _ => None }
            }
        }
    )*};
}

id_columns!(
    ApiKeyId,
    AuditId,
    CareerTypeId,
    EventId,
    FeedId,
    MailId,
    NoteId,
    OutreachId,
    ParticipationId,
    SchoolId,
    SessionId,
    SkillId,
    StaffId,
    UserId,
    VolunteerId,
    VolunteerImportId
);

/// Plain integers.
macro_rules! integer_columns {
    ($($type:ty),*) => {$(
        impl Param for $type {
            fn value(&self) -> Value<'_> { Value::Integer(i64::from(*self)) }
        }
        impl FromColumn for $type {
            fn from_column(value: Value<'_>) -> Option<Self> {
                match value { Value::Integer(number) => number.try_into().ok(), _ => None }
            }
        }
    )*};
}

integer_columns!(i64, u32);

impl Param for bool {
    fn value(&self) -> Value<'_> {
        Value::Integer(i64::from(*self))
    }
}

impl FromColumn for bool {
    fn from_column(value: Value<'_>) -> Option<Self> {
        match value {
            Value::Integer(0) => Some(false),
            Value::Integer(1) => Some(true),
            _ => None,
        }
    }
}

impl Param for str {
    fn value(&self) -> Value<'_> {
        Value::Text(Cow::Borrowed(self))
    }
}

impl<T: Param + ?Sized> Param for &T {
    fn value(&self) -> Value<'_> {
        (**self).value()
    }
}

impl<T: Param> Param for Option<T> {
    fn value(&self) -> Value<'_> {
        self.as_ref().map_or(Value::Null, Param::value)
    }
}

impl<T: FromColumn> FromColumn for Option<T> {
    fn from_column(value: Value<'_>) -> Option<Self> {
        match value {
            Value::Null => Some(None),
            other => T::from_column(other).map(Some),
        }
    }
}
