//! `polaris key …`: the keys of a tenant's public API.

mod adopt;
mod create;
mod list;
mod revoke;
mod rotate;

use chrono::{DateTime, Utc};
use clap::{Args, Subcommand};
use polaris_core::types::ApiKeyId;
use polaris_core::{ApiKeyState, Error, TenantHandle};

use crate::app::App;
use crate::failure::Failure;

#[derive(Debug, Subcommand)]
pub(crate) enum KeyCommand {
    List(list::ListArgs),
    Show(list::ShowArgs),
    Create(create::CreateArgs),
    Rotate(rotate::RotateArgs),
    Revoke(revoke::RevokeArgs),
    Adopt(adopt::AdoptArgs),
}

/// Runs the command that was typed.
pub(crate) fn run(command: &KeyCommand, app: &mut App<'_>) -> Result<(), Failure> {
    match command {
        KeyCommand::List(args) => list::run(args, app),
        KeyCommand::Show(args) => list::show(args, app),
        KeyCommand::Create(args) => create::run(args, app),
        KeyCommand::Rotate(args) => rotate::run(args, app),
        KeyCommand::Revoke(args) => revoke::run(args, app),
        KeyCommand::Adopt(args) => adopt::run(args, app),
    }
}

/// Which key is meant.
#[derive(Debug, Args)]
pub(crate) struct Named {
    /// the tenant's slug
    pub(super) tenant: String,
    /// the key's number; left out, the tenant's only one
    pub(super) key: Option<i64>,
}

impl Named {
    /// The key that is named, or the only one that wasn't replaced.
    pub(super) fn find(&self, tenant: &TenantHandle) -> Result<ApiKeyState, Failure> {
        if let Some(key) = self.key {
            return Ok(tenant.api_keys().get(ApiKeyId::new(key))?);
        }
        let mut keys = tenant.api_keys().list()?;
        keys.retain(|key| key.expires_at.is_none());
        match <[_; 1]>::try_from(keys) {
            Ok([only]) => Ok(only),
            Err(keys) if keys.is_empty() => Err(Error::ApiKeyNotFound.into()),
            Err(keys) => {
                let numbers: Vec<_> = keys.iter().map(|key| format!("{} ({})", key.id, key.name)).collect();
                Err(Error::bad_request("key", format!("say which: there are {}", numbers.join(", "))).into())
            }
        }
    }
}

fn moment(instant: DateTime<Utc>) -> String {
    instant.format("%Y-%m-%d %H:%M UTC").to_string()
}

/// In which hour a key was last used.
fn last_used(key: &ApiKeyState) -> String {
    key.last_used_at.map_or_else(|| "never".to_owned(), |hour| hour.format("%Y-%m-%d %H:00 UTC").to_string())
}
