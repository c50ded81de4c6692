//! What all values have in common: made of the core's by name, attributes, equality, hash, a `repr` that shows the fields that matter, and
//! pickling.

use std::collections::BTreeMap;

use pyo3::PyClass;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyDateTime, PyType};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// A class that is a value: its fields are attributes. `from` a type of the core, it takes all its fields by name, so that none is
/// forgotten, and shows its instants `by` the clocks of a moment that it holds. In brackets stands what `repr` shows (nobody's name and
/// no address: reprs end up in logs), in the braces at the end further methods. One that is `secret` holds a secret and refuses to be
/// pickled.
macro_rules! value {
    (
        secret $(#[$about:meta])* $name:ident from $core:path [$($shown:ident),*]
        { $($(#[$doc:meta])* $field:ident: $type:ty,)* }
        $({ $($more:tt)* })?
    ) => {
        $(#[$about])*
        #[pyo3::pyclass(frozen, eq, hash, get_all, module = "polaris")]
        #[derive(Clone, PartialEq, Eq, Hash)]
        pub(crate) struct $name { $($(#[$doc])* $field: $type,)* }

        $crate::value::made_of! { $name from $core { $($field)* } }
        $crate::time::shows_local! { $name { $($field)* } }

        #[pyo3::pymethods]
        impl $name {
            fn __repr__(slf: &pyo3::Bound<'_, Self>) -> pyo3::PyResult<String> {
                $crate::value::repr(slf.as_any(), &[$(stringify!($shown)),*])
            }

            fn __reduce__(&self) -> pyo3::PyResult<()> {
                Err($crate::value::refuse_to_reduce(stringify!($name)))
            }

            $($($more)*)?
        }
    };
    (
        $(#[$about:meta])* $name:ident from $core:path $(, by $moment:ident)? [$($shown:ident),*]
        { $($(#[$doc:meta])* $field:ident: $type:ty,)* }
        $($more:tt)*
    ) => {
        $crate::value::value! { $(#[$about])* $name [$($shown),*] { $($(#[$doc])* $field: $type,)* } $($more)* }
        $crate::value::made_of! { $name from $core { $($field)* } $(by $moment)? }
    };
    (
        $(#[$about:meta])* $name:ident [$($shown:ident),*]
        { $($(#[$doc:meta])* $field:ident: $type:ty,)* }
        $({ $($more:tt)* })?
    ) => {
        $(#[$about])*
        #[pyo3::pyclass(frozen, eq, hash, get_all, module = "polaris")]
        #[derive(Clone, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
        pub(crate) struct $name { $($(#[$doc])* $field: $type,)* }

        $crate::time::shows_local! { $name { $($field)* } }

        #[pyo3::pymethods]
        impl $name {
            fn __repr__(slf: &pyo3::Bound<'_, Self>) -> pyo3::PyResult<String> {
                $crate::value::repr(slf.as_any(), &[$(stringify!($shown)),*])
            }

            fn __reduce__<'py>(slf: &pyo3::Bound<'py, Self>) -> pyo3::PyResult<$crate::value::Pickled<'py>> {
                $crate::value::reduce(slf)
            }

            #[staticmethod]
            fn _from_pickle(py: pyo3::Python<'_>, text: &str) -> pyo3::PyResult<Self> {
                $crate::value::from_pickle(py, text)
            }

            $($($more)*)?
        }
    };
}
pub(crate) use value;

macro_rules! made_of {
    ($name:ident from $core:path { $($field:ident)* } $(by $moment:ident)?) => {
        impl From<$core> for $name {
            fn from(core: $core) -> Self {
                let $core { $($field,)* } = core;
                let made = Self { $($field: $crate::value::Of::of($field),)* };
                $(let made = $crate::time::Local::by_clocks(made, Some($moment.zone));)?
                made
            }
        }

        impl $crate::value::Of<$core> for $name {
            fn of(core: $core) -> Self {
                core.into()
            }
        }
    };
}
pub(crate) use made_of;

/// What Python shows of a type of the core's.
pub(crate) trait Of<T> {
    fn of(core: T) -> Self;
}

impl<T, U: Of<T>> Of<Option<T>> for Option<U> {
    fn of(core: Option<T>) -> Self {
        core.map(U::of)
    }
}

impl<T, U: Of<T>> Of<Vec<T>> for Vec<U> {
    fn of(core: Vec<T>) -> Self {
        core.into_iter().map(U::of).collect()
    }
}

impl<K: Ord, T, U: Of<T>> Of<BTreeMap<K, T>> for BTreeMap<K, U> {
    fn of(core: BTreeMap<K, T>) -> Self {
        core.into_iter().map(|(name, value)| (name, U::of(value))).collect()
    }
}

impl<A, B, C: Of<A>, D: Of<B>> Of<(A, B)> for (C, D) {
    fn of((first, second): (A, B)) -> Self {
        (C::of(first), D::of(second))
    }
}

/// Pairs of different names.
impl<A, B, C: Of<A> + Ord, D: Of<B>> Of<Vec<(A, B)>> for BTreeMap<C, D> {
    fn of(core: Vec<(A, B)>) -> Self {
        core.into_iter().map(|(name, value)| (C::of(name), D::of(value))).collect()
    }
}

macro_rules! shown_as {
    ($($type:ty: $shown:ty = $show:expr;)*) => {
        $(impl $crate::value::Of<$type> for $shown {
            fn of(core: $type) -> Self {
                let show: fn($type) -> $shown = $show;
                show(core)
            }
        })*
    };
}
pub(crate) use shown_as;

mod shown {
    use std::path::PathBuf;

    use polaris_core::operations::{Feature, Permission};
    use polaris_core::platform::doctor::Severity;
    use polaris_core::types::{
        ApiKeyId, CancelReason, CareerTypeId, EmailAddress, EventFormat, EventId, EventSlug, EventStatus, EventType, FeedId, MailId,
        MailKind, MailState, NoteId, NoteOutcome, OutreachId, OutreachMethod, OutreachOutcome, ParticipationId, ParticipationStatus,
        ParticipationType, PhoneNumber, SchoolId, SessionId, SignupState, SignupStatus, Slug, StaffId, SupportId, TenantId, TimeZone,
        UserId, Username, VolunteerId,
    };
    use polaris_core::{
        CalendarSource, LeftOutReason, LinkPurpose, MergeDecision, NotMailedReason, Role, StaffRole, TenantState, UrgencyLevel,
        VolunteerOutcome,
    };

    shown_as! {
        bool: bool = |it| it;
        u8: u8 = |it| it;
        u32: u32 = |it| it;
        u64: u64 = |it| it;
        i64: i64 = |it| it;
        usize: usize = |it| it;
        String: String = |it| it;
        PathBuf: PathBuf = |it| it;
        &'static str: String = str::to_owned;
        ApiKeyId: i64 = ApiKeyId::get;
        CalendarSource: String = |it| it.as_str().to_owned();
        CancelReason: String = |it| it.as_str().to_owned();
        CareerTypeId: i64 = CareerTypeId::get;
        EmailAddress: String = |it| it.as_str().to_owned();
        EventFormat: String = |it| it.as_str().to_owned();
        EventId: i64 = EventId::get;
        EventSlug: String = |it| it.as_str().to_owned();
        EventStatus: String = |it| it.as_str().to_owned();
        EventType: String = |it| it.as_str().to_owned();
        FeedId: i64 = FeedId::get;
        Feature: String = |it| it.as_str().to_owned();
        LeftOutReason: String = |it| it.as_str().to_owned();
        LinkPurpose: String = |it| it.as_str().to_owned();
        MailId: i64 = MailId::get;
        MailKind: String = |it| it.as_str().to_owned();
        MailState: String = |it| it.as_str().to_owned();
        MergeDecision: String = |it| it.as_str().to_owned();
        NotMailedReason: String = |it| it.as_str().to_owned();
        NoteId: i64 = NoteId::get;
        NoteOutcome: String = |it| it.as_str().to_owned();
        OutreachId: i64 = OutreachId::get;
        OutreachMethod: String = |it| it.as_str().to_owned();
        OutreachOutcome: String = |it| it.as_str().to_owned();
        ParticipationId: i64 = ParticipationId::get;
        ParticipationStatus: String = |it| it.as_str().to_owned();
        ParticipationType: String = |it| it.as_str().to_owned();
        Permission: String = |it| it.as_str().to_owned();
        PhoneNumber: String = |it| it.as_str().to_owned();
        Role: String = |it| it.as_str().to_owned();
        SchoolId: i64 = SchoolId::get;
        SessionId: i64 = SessionId::get;
        Severity: String = |it| it.as_str().to_owned();
        SignupState: String = |it| it.as_str().to_owned();
        SignupStatus: String = |it| it.as_str().to_owned();
        Slug: String = |it| it.to_string();
        StaffId: i64 = StaffId::get;
        StaffRole: String = |it| it.as_str().to_owned();
        SupportId: String = |it| it.to_string();
        TenantId: String = |it| it.to_string();
        TenantState: String = |it| it.as_str().to_owned();
        TimeZone: String = |it| it.name().to_owned();
        UrgencyLevel: String = |it| it.as_str().to_owned();
        UserId: i64 = UserId::get;
        Username: String = |it| it.as_str().to_owned();
        VolunteerId: i64 = VolunteerId::get;
        VolunteerOutcome: String = |it| it.as_str().to_owned();
    }
}

/// `Name(field=…, …)`. Moments are shown as text, for they are long otherwise.
pub(crate) fn repr(object: &Bound<'_, PyAny>, fields: &[&str]) -> PyResult<String> {
    let mut text = object.get_type().name()?.to_string();
    for (at, field) in fields.iter().enumerate() {
        let value = object.getattr(*field)?;
        let value = if value.is_instance_of::<PyDateTime>() { value.call_method0("isoformat")? } else { value };
        text.push_str(if at == 0 { "(" } else { ", " });
        text.push_str(field);
        text.push('=');
        text.push_str(&value.repr()?.to_string_lossy());
    }
    text.push_str(if fields.is_empty() { "()" } else { ")" });
    Ok(text)
}

/// What pickle wants: a function and its arguments.
pub(crate) type Pickled<'py> = (Bound<'py, PyAny>, (Bound<'py, PyType>, String));

pub(crate) fn reduce<'py, T: PyClass<Frozen = pyo3::pyclass::boolean_struct::True> + Serialize + Sync>(
    value: &Bound<'py, T>,
) -> PyResult<Pickled<'py>> {
    let class = value.as_any().get_type();
    let text = serde_json::to_string(value.get()).map_err(|error| PyTypeError::new_err(format!("cannot pickle {class}: {error}")))?;
    Ok((value.py().import("polaris._polaris")?.getattr("_unpickle")?, (class, text)))
}

/// Pickling something that holds a secret is refused: pickles are kept in caches and queues.
pub(crate) fn refuse_to_reduce(class: &str) -> PyErr {
    PyTypeError::new_err(format!("cannot pickle {class}: it holds a secret; take what `reveal()` gives if that is meant to be kept"))
}

pub(crate) fn from_pickle<T: DeserializeOwned>(py: Python<'_>, text: &str) -> PyResult<T> {
    serde_json::from_str(text)
        .map_err(|_| crate::errors::bad(py, "pickle", "was made by a version of Polaris that this one doesn't understand"))
}

/// The value that was pickled.
#[pyfunction]
#[pyo3(name = "_unpickle", text_signature = "(class_, text)")]
pub(crate) fn unpickle<'py>(class_: &Bound<'py, PyAny>, text: &str) -> PyResult<Bound<'py, PyAny>> {
    let read = class_.getattr("_from_pickle");
    read.map_err(|_| crate::errors::bad(class_.py(), "pickle", "is not of a class that Polaris knows"))?.call1((text,))
}
