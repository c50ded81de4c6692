//! How often the public API may be asked, by one key and by whoever has none that is right (FR-API-105), and how often people may sign up
//! from one address (S5).
//!
//! A key may ask 60 times a minute, 1,000 times an hour and 10,000 times a day, whichever of the endpoints it asks; each window begins
//! with the first request in it. Who comes with wrong keys or asks for tenants that don't exist is counted by address, and after 20 in ten
//! minutes is told no more which of both it was. It all happens in [`Polaris::public_api`](crate::Polaris::public_api), so that every
//! frontend has it.
//!
//! The counts live in memory. What a key has used of its hour and its day is written into the tenant's file each time a twentieth of the
//! hour is used up, and at the first request of an hour: that much a restart forgets, and that much each further process on the same
//! directory may let through. Minutes, and addresses, begin anew with each process.
//!
//! | file | holds |
//! |---|---|
//! | `window` | one window |
//! | `keys` | what each key has used |
//! | `addresses` | what came from addresses: without a right key, for new passwords, and to sign up |

mod addresses;
mod keys;
mod window;

use chrono::{DateTime, TimeDelta, Utc};

use crate::config::Config;
pub(crate) use addresses::Addresses;
pub(crate) use keys::{Keys, Noted, Taken};
pub(crate) use window::Window;

/// How often one API key may ask, over all endpoints of the public API.
///
/// ```
/// use polaris_core::RateLimits;
///
/// let limits = RateLimits { per_minute: 600, ..RateLimits::default() };
/// assert_eq!(limits.per_day, 10_000);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateLimits {
    /// Requests a minute; 60 unless said otherwise.
    pub per_minute: u32,
    /// Requests an hour; 1,000 unless said otherwise.
    pub per_hour: u32,
    /// Requests a day (24 hours from the first); 10,000 unless said otherwise.
    pub per_day: u32,
}

impl Default for RateLimits {
    fn default() -> Self {
        Self { per_minute: 60, per_hour: 1_000, per_day: 10_000 }
    }
}

/// How often people may sign up from one address, whether or not they get through. An IPv6 network of 64 bits counts as one address.
///
/// ```
/// use polaris_core::SignupLimits;
///
/// let limits = SignupLimits { submissions: 100, ..SignupLimits::default() }; // a whole school behind one address
/// assert_eq!(limits.minutes, 10);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SignupLimits {
    /// Submissions within that time; 30 unless said otherwise.
    pub submissions: u32,
    /// Minutes from the first of them; 10 unless said otherwise.
    pub minutes: u32,
}

impl Default for SignupLimits {
    fn default() -> Self {
        Self { submissions: 30, minutes: 10 }
    }
}

/// What a key has left, of the window that has fewest left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quota {
    /// Requests that window allows.
    pub limit: u32,
    /// Requests that are left in it.
    pub remaining: u32,
    /// When it ends (UTC).
    pub resets_at: DateTime<Utc>,
}

/// The counts of one process.
pub(crate) struct Limits {
    pub(crate) keys: Keys,
    pub(crate) strangers: Addresses,
    /// Who asks for new passwords: as often as strangers are answered.
    pub(crate) resets: Addresses,
    pub(crate) signups: Addresses,
}

impl Limits {
    pub(crate) fn new(config: &Config) -> Self {
        let SignupLimits { submissions, minutes } = config.signup_limits;
        Self {
            keys: Keys::default(),
            strangers: Addresses::of_strangers(),
            resets: Addresses::of_strangers(),
            signups: Addresses::new(submissions, TimeDelta::minutes(minutes.into())),
        }
    }
}
