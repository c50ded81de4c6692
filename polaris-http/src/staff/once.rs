//! `Idempotency-Key`: a POST that changes something in a tenant is carried out once, however often it is sent.
//!
//! The frame puts an empty [`Once`] into each request; [`begin`] fills it once it is known that the caller may do this, and gives a handle
//! on which the core makes each change once. Whoever reads the body says so. What is asked for is the address and the body, byte for byte.
//! The frame then tells by a header whether the answer is that of an earlier request.

use std::sync::{Arc, OnceLock};

use poem::Request;
use poem::http::{HeaderName, Method};
use polaris_core::{Error, IdempotencyKey, Result, TenantHandle};

/// The header that a request carries.
pub(crate) const KEY: &str = "Idempotency-Key";
/// The header of an answer that was given before.
pub(crate) const REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");

/// The key of a request, once it was read, and what the request is for.
#[derive(Clone, Default)]
pub(crate) struct Once(Arc<OnceLock<(IdempotencyKey, String)>>);

impl Once {
    /// Whether the answer is that of an earlier request with this key.
    pub(crate) fn was_repeated(&self) -> bool {
        self.0.get().is_some_and(|(key, _)| key.was_repeated())
    }

    /// Says what the body of the request is.
    pub(crate) fn note_body(&self, body: &[u8]) {
        if let Some((key, target)) = self.0.get() {
            let _ = key.clone().for_body(&[target.as_bytes(), b"\n", body].concat());
        }
    }
}

/// The handle on which a change is made once, where the request carries a key.
///
/// # Errors
///
/// [`Error::BadRequest`] for a key that can't be one, or several of them.
pub(super) fn begin(request: &Request, tenant: TenantHandle) -> Result<TenantHandle> {
    Ok(match key_of(request)? {
        Some(key) => tenant.once(&key),
        None => tenant,
    })
}

/// The key that a request carries, if it does.
///
/// # Errors
///
/// As [`begin`].
pub(crate) fn key_of(request: &Request) -> Result<Option<IdempotencyKey>> {
    let mut given = request.headers().get_all(KEY).iter();
    let (Some(value), Some(once)) = (given.next(), request.data::<Once>()) else { return Ok(None) };
    if *request.method() != Method::POST {
        return Ok(None);
    }
    if given.next().is_some() {
        return Err(Error::bad_request(KEY, "can be given once"));
    }
    let key = IdempotencyKey::new(value.to_str().unwrap_or_default())?;
    let target = request.original_uri().path_and_query().map(ToString::to_string).unwrap_or_default();
    let _ = once.0.set((key.clone(), target));
    once.note_body(b"");
    Ok(Some(key))
}
