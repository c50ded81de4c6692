//! Public sign-up (S1–S5, FR-SELFSERV-404, 405): people put themselves on an event's roster, without a log-in.
//!
//! ```
//! # use polaris_core::{Actor, NewEvent, NewTenant, Polaris};
//! use polaris_core::types::SignupStatus;
//! use polaris_core::{Context, NewSignup, Patience};
//!
//! # let polaris = Polaris::in_memory()?;
//! # polaris.platform(Actor::System)?.tenants().create(NewTenant::new("kckps", "Kansas City Kansas"))?;
//! # let kckps = polaris.tenant("kckps", Actor::System)?;
//! # let day = NewEvent { title: "Career Day".into(), starts_at: "2027-03-04T09:00".into(), location: "Gym".into(), ..NewEvent::default() };
//! # let draft = kckps.events().create(day)?;
//! # kckps.events().publish(draft.id)?;
//! let visitor = Context { address: Some("192.0.2.7".into()), ..Context::default() };
//! let door = polaris.signup("kckps", visitor, Patience::Wait)?;
//! let signup = NewSignup {
//!     first_name: "Ann".into(),
//!     last_name: "Lee".into(),
//!     email: "ann@example.org".into(),
//!     ..NewSignup::default()
//! };
//! let signed_up = door.attempt()?.submit("career-day-2027-03-04", &signup, None)?;
//! assert_eq!(signed_up.status, SignupStatus::Confirmed); // a mail that says so, with a calendar invite, is on its way
//! # Ok::<(), polaris_core::Error>(())
//! ```
//!
//! What is answered follows from the event alone: whether it takes people, and whether it has a place. Whether somebody is known, or has
//! signed up before, nobody learns but who reads the mail that tells it.
//!
//! | file | holds |
//! |---|---|
//! | `door` | who is let in, and how often |
//! | `seen` | what people see of a tenant and its events |
//! | `draft` | what they fill in |
//! | `submit` | signing up |
//! | `person` | whose sign-up it is |
//! | `place` | the place on the roster |
//! | `waitlist` | the waitlist, and how it moves up |
//! | `manage` | seeing and cancelling one's own sign-up |
//! | `opt_out` | getting no more mails that ask to come |
//! | `by_staff` | what follows when staff change a place |
//! | `told` | the mails that tell of it |
//! | `flood` | how many of those one address gets |

mod by_staff;
mod door;
mod draft;
mod flood;
mod manage;
mod opt_out;
mod person;
mod place;
mod seen;
mod submit;
mod told;
mod waitlist;

pub(crate) use by_staff::{follow, follow_new, give as give_place, take_back};
pub use door::{SignupAttempt, Signups};
pub use draft::NewSignup;
pub use manage::ManagedSignup;
pub use opt_out::OptOut;
pub use seen::SignupEvent;
pub(crate) use seen::state as signup_state;
pub use submit::SignedUp;
pub(crate) use told::of_merging;
pub(crate) use waitlist::{fill, fill_everywhere, fill_for, note as note_promoted, turn};
