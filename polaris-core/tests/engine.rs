//! The engine from outside: what an embedding program sees of it, on a data directory of its own for each test.
#![allow(clippy::unwrap_used)]

mod engine {
    mod api_keys;
    mod audit;
    mod audit_lists;
    mod audit_verify;
    mod backups;
    mod calendar;
    mod calendar_feeds;
    mod descriptors;
    mod doctor;
    mod event_copy;
    mod event_edit;
    mod event_notices;
    mod event_rules;
    mod event_search;
    mod event_zones;
    mod events;
    mod first_admin;
    mod images;
    mod life_cycle;
    mod log_in;
    mod log_in_lock_outs;
    mod migration;
    mod once;
    mod opening;
    mod own_sessions;
    mod pages;
    mod passwords;
    mod people;
    mod permissions;
    mod public_api;
    mod rate_limits;
    mod reference_import;
    mod reference_list;
    mod reference_sync;
    mod restore;
    mod rosters;
    mod sessions;
    mod settings;
    mod staff_accounts;
    mod support;
    mod support_sessions;
    mod support_writes;
    mod tenant_creation;
    mod tenant_state;
    mod tenants;
    mod trash;
    mod two_engines;
    mod users;
    mod users_changed;
    mod users_log_in;
    mod volunteers;
    mod volunteers_found;
    mod volunteers_merged;
}
