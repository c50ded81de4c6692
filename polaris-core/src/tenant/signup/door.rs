//! Who is let in to sign up: anybody, as often as may come from one address (S5).

use crate::auth::network::Network;
use crate::auth::{Actor, Caller, Context, Patience};
use crate::error::{Error, Result};
use crate::operations::Operation;
use crate::polaris::{Polaris, hide_inactive};
use crate::tenant::handle::TenantHandle;
use crate::types::Slug;

/// Where people sign up for a tenant's events; see [`Polaris::signup`].
#[derive(Clone)]
pub struct Signups {
    pub(super) handle: TenantHandle,
}

/// One attempt to sign up, which was counted; see [`Signups::attempt`].
pub struct SignupAttempt {
    pub(super) door: Signups,
}

impl Polaris {
    /// Where people sign up for a tenant's events, without a log-in. `context` holds the visitor's address, by which attempts are counted:
    /// an embedding program passes the one it was asked from. Without one nothing is counted.
    ///
    /// # Errors
    ///
    /// [`Error::TenantNotFound`] for an unknown or inactive tenant; [`Error::RateLimitExceeded`] instead when that, or a wrong link, was the
    /// answer to this address 20 times in ten minutes; [`Error::BadRequest`] for an address or request id that is none;
    /// [`Error::Unavailable`].
    pub fn signup(&self, slug: &str, context: Context, patience: Patience) -> Result<Signups> {
        let caller = Caller::new(Actor::Public, context).with_patience(patience).checked()?;
        let entered = self.enter(slug, caller.clone());
        counted(self, &caller, entered).map(|handle| Signups { handle })
    }
}

impl Signups {
    /// The tenant's slug.
    #[must_use]
    pub fn slug(&self) -> &Slug {
        self.handle.slug()
    }

    /// The same door with another patience for what is read.
    #[must_use]
    pub fn with_patience(&self, patience: Patience) -> Self {
        Self { handle: self.handle.with_patience(patience) }
    }

    /// Whether the tenant has this switched on. Frontends ask before they parse; the operation itself asks again.
    ///
    /// # Errors
    ///
    /// [`Error::FeatureDisabled`], [`Error::TenantNotFound`].
    pub fn authorize(&self, operation: &'static Operation) -> Result<()> {
        self.answer(self.handle.authorize(operation))
    }

    /// One attempt to sign up, counted whether or not it will be good: a frontend asks before it reads what was sent.
    ///
    /// # Errors
    ///
    /// [`Error::RateLimitExceeded`] where so many came from this address already; 30 in ten minutes unless the configuration says otherwise.
    pub fn attempt(&self) -> Result<SignupAttempt> {
        if let Some(network) = network(self.handle.caller())
            && let Some(retry_after) = self.handle.engine()?.limits.signups.count(network, self.handle.polaris().now())
        {
            return Err(Error::RateLimitExceeded { retry_after, quota: None });
        }
        Ok(SignupAttempt { door: self.clone() })
    }

    /// An answer as strangers get it: an inactive tenant as if unknown, and guesses counted.
    pub(super) fn answer<T>(&self, answer: Result<T>) -> Result<T> {
        counted(self.handle.polaris(), self.handle.caller(), answer)
    }
}

/// Counts an address that asks for tenants there are not, or comes with links that are none.
fn counted<T>(polaris: &Polaris, caller: &Caller, answer: Result<T>) -> Result<T> {
    let answer = answer.map_err(hide_inactive);
    if let Err(Error::TenantNotFound | Error::InvalidLink) = &answer
        && let Some(network) = network(caller)
        && let Some(retry_after) = polaris.engine()?.limits.strangers.count(network, polaris.now())
    {
        return Err(Error::RateLimitExceeded { retry_after, quota: None });
    }
    answer
}

fn network(caller: &Caller) -> Option<Network> {
    caller.context.address.as_deref().and_then(Network::of)
}
