//! The server as its clients see it: on a socket, over a real data directory.
//!
//! Every answer that the client of these tests gets is held against the OpenAPI document as well: its status must be documented for
//! the operation, and its body must have the documented shape.
#![allow(clippy::unwrap_used, clippy::needless_pass_by_value, missing_docs, reason = "what fails here has failed the test")]

mod http {
    // What the tests are made with.
    mod client;
    mod house;
    mod raw;
    mod schema;

    // The public event API, and the feeds of calendars.
    mod calendar_feeds;
    mod cors;
    mod old_addresses;
    mod public_caching;
    mod public_checks;
    mod public_events;
    mod public_fields;
    mod public_limits;
    mod public_parameters;
    mod public_paths;
    mod signups;
    mod signups_at_once;

    // The staff surfaces.
    mod audit;
    mod cookies;
    mod log_in;
    mod own_sessions;
    mod password_resets;
    mod staff_calendar;
    mod staff_event_changes;
    mod staff_events;
    mod staff_imports;
    mod staff_keys;
    mod staff_lists;
    mod staff_mail_templates;
    mod staff_mails;
    mod staff_maintenance;
    mod staff_outreach;
    mod staff_people;
    mod staff_recruitment;
    mod staff_reference;
    mod staff_rosters;
    mod staff_sessions;
    mod staff_settings;
    mod staff_tenants;
    mod staff_trash;
    mod staff_users;
    mod staff_volunteers;
    mod support;

    // What holds for every operation.
    mod every;

    // The pages.
    mod account_pages;
    mod browser;
    mod pages;
    mod signup_pages;

    // What every answer has.
    mod bodies;
    mod envelope;
    mod headers;
    mod health;
    mod logged;
    mod metrics;
    mod once;
    mod openapi;
    mod opt_outs;

    // The server as a whole.
    mod connections;
    mod malformed;
    mod overload;
    mod stop;
    mod stuck;
}
