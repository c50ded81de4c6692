//! Feeds: secret addresses at which calendar programs read all events of a tenant.
//!
//! A feed is a user's. It shows what they may see for as long as they may: it ends when they are deactivated, when it is revoked, and is
//! empty air while the tenant is inactive or has events switched off.

use chrono::{DateTime, Utc};
use serde_json::json;

use crate::audit::Entry;
use crate::auth::{Actor, may};
use crate::clock::random;
use crate::error::{Error, Problem, Problems, Result};
use crate::operations::{CALENDAR_FEEDS_CREATE, CALENDAR_FEEDS_LIST, CALENDAR_FEEDS_REVOKE, Permission};
use crate::page::{Page, PageRequest};
use crate::store::{Row, Transaction, params};
use crate::tenant::handle::TenantHandle;
use crate::tenant::users;
use crate::types::text::{self, NAME_MAX};
use crate::types::{FeedId, FeedSecret, Slug, UserId, UserRef};

/// The feeds of a tenant; see [`Calendar::feeds`](super::Calendar::feeds).
pub struct Feeds<'a> {
    pub(super) handle: &'a TenantHandle,
}

/// A new feed.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NewCalendarFeed {
    /// What it is for, such as the program that reads it; at most 100 characters. `Calendar` when left out.
    pub name: Option<String>,
    /// Whose it is: a user's e-mail address, username or number. One's own when left out; another's only admins make.
    pub user: Option<String>,
}

/// A feed, without its secret.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct CalendarFeed {
    /// Its number, to revoke it by.
    pub id: FeedId,
    /// What it is for.
    pub name: String,
    /// Whose it is.
    pub user: UserId,
    /// Their name.
    pub user_name: String,
    /// When it was made (UTC).
    pub created_at: DateTime<Utc>,
    /// When it was last read (UTC), to the hour.
    pub last_used_at: Option<DateTime<Utc>>,
}

/// A feed just made.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
pub struct CreatedFeed {
    /// The feed.
    pub feed: CalendarFeed,
    /// Its secret. Only its hash is stored: this is the one time it can be shown.
    #[serde(skip)]
    pub secret: FeedSecret,
    /// The tenant whose events it shows, by slug.
    pub tenant: Slug,
}

impl CreatedFeed {
    /// The path of its address, under where this installation is reached. As secret as the secret itself, and not there where that is
    /// withheld.
    #[must_use]
    pub fn path(&self) -> Option<String> {
        (!self.secret.is_withheld()).then(|| format!("/calendar/{}/{}.ics", self.tenant, self.secret.reveal()))
    }
}

/// Nobody has more calendar programs.
const MOST: i64 = 20;

const COLUMNS: &str = "
    SELECT f.id, f.name, f.user_id, u.first_name || ' ' || u.last_name AS user_name, f.created_at, f.last_used_at
    FROM calendar_feeds f JOIN users u ON u.id = f.user_id";

impl Feeds<'_> {
    /// Makes a feed and gives its secret, this once.
    ///
    /// # Errors
    ///
    /// [`Error::Validation`] for a bad name, or a user that there is not; [`Error::Conflict`] for staff and others who have no account here
    /// and name nobody, for a user who is deactivated, and for one who has 20 already; [`Error::Forbidden`] for naming somebody else
    /// without being an admin; [`Error::FeatureDisabled`].
    #[allow(clippy::needless_pass_by_value, reason = "a draft is used up")]
    pub fn create(&self, draft: NewCalendarFeed) -> Result<CreatedFeed> {
        let handle = self.handle;
        let secret = FeedSecret::generate(random(handle.polaris().randomness()));
        handle.write(&CALENDAR_FEEDS_CREATE, |writing| {
            let (transaction, mut problems) = (writing.transaction, Problems::default());
            let name = problems.take("name", text::line(draft.name.as_deref().unwrap_or_default(), NAME_MAX));
            let user = self.owner(transaction, draft.user.as_deref(), &mut problems)?;
            problems.finish()?;
            let (name, user) = name.zip(user).ok_or(Error::Internal)?;
            let sql = "SELECT count(*) AS count FROM calendar_feeds WHERE user_id = ?1";
            if transaction.first(sql, params![user], |row| row.get::<i64>("count"))?.unwrap_or_default() >= MOST {
                return Err(Error::Conflict(format!("there are {MOST} feeds already: revoke one that is no longer used")));
            }
            let name = name.unwrap_or_else(|| "Calendar".to_owned());
            let sql = "INSERT INTO calendar_feeds (hash, user_id, name, created_at) VALUES (?1, ?2, ?3, ?4)";
            let id = FeedId::new(transaction.insert(sql, params![secret.hash(), user, name, writing.now])?);
            let feed = find(transaction, id)?;
            let created = CreatedFeed { feed, secret: secret.clone(), tenant: handle.slug().clone() };
            Ok((created, Entry::of("calendar_feed", id, json!({ "user": user }))))
        })
    }

    /// One's own feeds, the newest first, a page at a time; for admins everybody's.
    ///
    /// # Errors
    ///
    /// [`Error::Forbidden`], [`Error::FeatureDisabled`].
    pub fn list(&self, page: PageRequest) -> Result<Page<CalendarFeed>> {
        let whose = self.whose(Permission::ReadAdministration);
        self.handle.read(&CALENDAR_FEEDS_LIST, |reading| {
            let sql = "SELECT count(*) AS total FROM calendar_feeds WHERE ?1 IS NULL OR user_id = ?1";
            let total = reading.transaction.first(sql, params![whose], |row| row.get("total"))?.unwrap_or_default();
            let sql = format!("{COLUMNS} WHERE ?1 IS NULL OR f.user_id = ?1 ORDER BY f.id DESC LIMIT ?2 OFFSET ?3");
            Ok(page.of(reading.transaction.all(&sql, params![whose, page.per_page(), page.offset()], feed)?, total))
        })
    }

    /// Ends a feed at once: its address shows nothing any more. One's own; admins end anybody's.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`] where one has none of this number; [`Error::Forbidden`], [`Error::FeatureDisabled`].
    pub fn revoke(&self, id: FeedId) -> Result<CalendarFeed> {
        let whose = self.whose(Permission::Administer);
        self.handle.write(&CALENDAR_FEEDS_REVOKE, |writing| {
            let feed = find(writing.transaction, id)?;
            if whose.is_some_and(|whose| whose != feed.user) {
                return Err(NO_SUCH_FEED);
            }
            writing.transaction.execute("DELETE FROM calendar_feeds WHERE id = ?1", params![id])?;
            let entry = Entry::of("calendar_feed", id, json!({ "user": feed.user }));
            Ok((feed, entry))
        })
    }

    /// Whose feeds are meant: everybody's for whoever has this permission, else one's own. Who has no account here has none.
    fn whose(&self, everybodys: Permission) -> Option<UserId> {
        match self.handle.actor() {
            actor if may(actor, everybodys) => None,
            Actor::TenantUser { id, .. } => Some(*id),
            _ => Some(UserId::new(0)),
        }
    }

    /// The active user that the feed is for.
    fn owner(&self, transaction: &Transaction<'_>, named: Option<&str>, problems: &mut Problems) -> Result<Option<UserId>> {
        let actor = self.handle.actor();
        let own = match actor {
            Actor::TenantUser { id, .. } => Some(*id),
            _ => None,
        };
        let named = named.map(str::trim).filter(|named| !named.is_empty());
        let found = match named {
            None => match own {
                Some(id) => users::find(transaction, &id.into()),
                None => {
                    return Err(Error::Conflict(
                        "a calendar feed is a user's: say whose, since whoever acts here has no account of this tenant".to_owned(),
                    ));
                }
            },
            Some(named) => users::find(transaction, &UserRef::parse(named)),
        };
        match found {
            // Who may not make feeds for others learns nothing of who there is.
            found if named.is_some() && !may(actor, Permission::Administer) && !found.as_ref().is_ok_and(|user| Some(user.id) == own) => {
                Err(Error::Forbidden { operation: CALENDAR_FEEDS_CREATE.id })
            }
            Ok(user) if !user.active => Err(Error::Conflict("this user is deactivated: a feed would show nothing".to_owned())),
            Ok(user) => Ok(Some(user.id)),
            Err(Error::UserNotFound) if named.is_some() => {
                problems.note("user", Problem::new("UNKNOWN_USER", "is not a user of this tenant"));
                Ok(None)
            }
            Err(Error::UserNotFound) => {
                Err(Error::Conflict("a calendar feed is a user's, and this tenant has none of your number".to_owned()))
            }
            Err(error) => Err(error),
        }
    }
}

const NO_SUCH_FEED: Error = Error::NotFound("calendar feed");

fn find(transaction: &Transaction<'_>, id: FeedId) -> Result<CalendarFeed> {
    transaction.first(&format!("{COLUMNS} WHERE f.id = ?1"), params![id], feed)?.ok_or(NO_SUCH_FEED)
}

fn feed(row: &Row<'_, '_>) -> Result<CalendarFeed> {
    Ok(CalendarFeed {
        id: row.get("id")?,
        name: row.get("name")?,
        user: row.get("user_id")?,
        user_name: row.get("user_name")?,
        created_at: row.get("created_at")?,
        last_used_at: row.get("last_used_at")?,
    })
}

/// Ends all feeds of a user who is deactivated; reactivated, they make new ones.
pub(crate) fn end_feeds(transaction: &Transaction<'_>, user: UserId) -> Result<usize> {
    transaction.execute("DELETE FROM calendar_feeds WHERE user_id = ?1", params![user])
}
