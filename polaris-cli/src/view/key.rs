use polaris_core::types::instant_text;
use polaris_core::{ApiKeyState, MadeApiKey};
use serde::Serialize;

/// An API key without its secret.
#[derive(Debug, Serialize)]
pub(crate) struct KeyView {
    id: i64,
    name: String,
    hint: String,
    created_at: String,
    last_used_at: Option<String>,
    expires_at: Option<String>,
}

impl From<&ApiKeyState> for KeyView {
    fn from(key: &ApiKeyState) -> Self {
        Self {
            id: key.id.get(),
            name: key.name.clone(),
            hint: key.hint.clone(),
            created_at: instant_text(key.created_at),
            last_used_at: key.last_used_at.map(instant_text),
            expires_at: key.expires_at.map(instant_text),
        }
    }
}

/// An API key just made, with its secret.
#[derive(Serialize)]
pub(crate) struct MadeKeyView {
    key: KeyView,
    api_key: String,
    replaced: Option<KeyView>,
}

impl From<&MadeApiKey> for MadeKeyView {
    fn from(made: &MadeApiKey) -> Self {
        Self {
            key: KeyView::from(&made.key),
            api_key: made.api_key.reveal().to_owned(),
            replaced: made.replaced.as_ref().map(KeyView::from),
        }
    }
}
