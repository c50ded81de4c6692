//! P8: what became of tenants that were migrated.

use polaris_core as core;
use polaris_core::MigrationOutcome;

use crate::value::{shown_as, value};

value! {
    /// What became of each tenant that was to be migrated.
    MigrationReport from core::MigrationReport [target, dry_run, tenants] {
        /// The schema version of this program.
        target: u32,
        /// Whether nothing was to be changed.
        dry_run: bool,
        /// One for each tenant asked for, by slug.
        tenants: Vec<Migration>,
    }
}

value! {
    /// What became of one database.
    Migration [slug, from_version, outcome, code] {
        /// The tenant's slug.
        slug: String,
        /// The schema version its file had; None where it couldn't be read.
        from_version: Option<u32>,
        /// `up_to_date`, `migrated`, `pending` or `failed`.
        outcome: String,
        /// The error's code, where it failed.
        code: Option<String>,
        /// What is wrong, for a person, where it failed.
        message: Option<String>,
    }
}

shown_as! {
    core::Migration: Migration = |migration| {
        let outcome = migration.outcome.as_str().to_owned();
        let (code, message) = match migration.outcome {
            MigrationOutcome::Failed { code, message } => (Some(code.to_owned()), Some(message)),
            _ => (None, None),
        };
        Migration { slug: migration.slug.to_string(), from_version: migration.from, outcome, code, message }
    };
}
