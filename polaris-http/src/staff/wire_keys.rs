//! The shapes of API keys.

use poem_openapi::Object;
use polaris_core::{ApiKeyState, MadeApiKey};
use serde::Serialize;

use crate::public_api::utc;

/// An API key without its secret.
#[derive(Debug, Object, Serialize)]
#[oai(rename = "ApiKey")]
pub(crate) struct ApiKeyBody {
    /// Its number in this tenant.
    id: i64,
    /// What it is for.
    name: String,
    /// How it begins; of one that was taken over, how its hash begins.
    hint: String,
    /// When it was made, or taken over (UTC).
    created_at: String,
    /// The hour in which it was last used (UTC), if it ever was.
    last_used_at: Option<String>,
    /// When it ends (UTC): of one that was replaced by another and has a grace.
    expires_at: Option<String>,
}

impl From<&ApiKeyState> for ApiKeyBody {
    fn from(key: &ApiKeyState) -> Self {
        Self {
            id: key.id.get(),
            name: key.name.clone(),
            hint: key.hint.clone(),
            created_at: utc(key.created_at),
            last_used_at: key.last_used_at.map(utc),
            expires_at: key.expires_at.map(utc),
        }
    }
}

/// An API key just made, with its secret.
#[derive(Debug, Object, Serialize)]
#[oai(rename = "MadeApiKey")]
pub(crate) struct MadeApiKeyBody {
    /// What lists show of it.
    key: ApiKeyBody,
    /// The key itself, for the X-API-Key header; shown this once, and null where the request was a repeated one.
    api_key: Option<String>,
    /// The key that it replaces and until when that is still good; null where that has ended, or there is none.
    replaced: Option<ApiKeyBody>,
}

impl From<&MadeApiKey> for MadeApiKeyBody {
    fn from(made: &MadeApiKey) -> Self {
        Self {
            key: ApiKeyBody::from(&made.key),
            api_key: (!made.api_key.is_withheld()).then(|| made.api_key.reveal().to_owned()),
            replaced: made.replaced.as_ref().map(ApiKeyBody::from),
        }
    }
}

/// A new API key.
#[derive(Debug, Object)]
#[oai(rename = "NewApiKey")]
#[allow(dead_code, reason = "documents what the core reads")]
pub(crate) struct NewApiKeyBody {
    /// What it is for, such as `Website`.
    #[oai(validator(min_length = 1, max_length = 100))]
    name: String,
}

/// How a key is replaced by another.
#[derive(Debug, Object)]
#[oai(rename = "NewKeyRotation")]
#[allow(dead_code, reason = "documents what the core reads")]
pub(crate) struct NewKeyRotationBody {
    /// For how many hours the old key stays good; left out or 0, it ends at once.
    #[oai(validator(minimum(value = "0"), maximum(value = "720")))]
    grace_hours: Option<i64>,
}

/// A key of the earlier application, as its database has it.
#[derive(Debug, Object)]
#[oai(rename = "NewKeyAdoption")]
#[allow(dead_code, reason = "documents what the core reads")]
pub(crate) struct NewKeyAdoptionBody {
    /// The key's hash, the 64 hexadecimal digits in `tenant.api_key_hash`; not the key itself.
    #[oai(validator(pattern = "^[0-9a-fA-F]{64}$"))]
    hash: String,
    /// What the key is for, such as `Website`.
    #[oai(validator(min_length = 1, max_length = 100))]
    name: String,
}
