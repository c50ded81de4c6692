//! A data directory with two districts, and a server on it.

use std::collections::BTreeMap;
use std::net::{SocketAddr, TcpListener};
use std::ops::Deref;
use std::path::PathBuf;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use chrono::{DateTime, Utc};
use polaris_core::clock::ManualClock;
use polaris_core::{
    Actor, Config, Durability, Event, MailConfig, MailTransport, NewDistrict, NewEvent, NewSchool, NewSession, NewTenant, Polaris,
    RateLimits, ReferenceData, SignupLimits, SmtpConfig, TenantHandle,
};
use polaris_http::ServerConfig;
use tempfile::TempDir;
use tokio::sync::oneshot;

/// When the tests happen: a Saturday morning in Kansas City.
pub(crate) const NOW: &str = "2026-01-10T15:30:00Z";

/// Refusals to log in are given a little late, so that it can be seen that they are.
pub(crate) const LEAST: Duration = Duration::from_millis(40);

/// More requests than any test makes, but for those of the limits themselves.
const PLENTY: RateLimits = RateLimits { per_minute: 1_000_000, per_hour: 1_000_000, per_day: 1_000_000 };

/// And more sign-ups.
const CROWDS: SignupLimits = SignupLimits { submissions: 1_000_000, minutes: 10 };

/// What everybody's password is, and its hash as Werkzeug made it; a cheap one.
pub(crate) const PASSWORD: &str = "password123";
const HASH: &str = "pbkdf2:sha1:1000$abcDEF01$2eb253ab4c9b7d6064191a7af6cc0ba341663239";

/// A data directory with the tenants `kckps` and `hmsd`.
pub(crate) struct House {
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) polaris: Polaris,
    keys: BTreeMap<&'static str, String>,
    directory: TempDir,
}

pub(crate) fn instant(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn config(directory: &TempDir) -> Config {
    let at = Config::at(directory.path().join("data"));
    // Where mails' links lead; what the server itself is told is another matter.
    let public_url = Some("https://events.example.org".to_owned());
    Config { durability: Durability::Normal, log_in_least: LEAST, rate_limits: PLENTY, signup_limits: CROWDS, public_url, ..at }
}

/// An event of this title and start; everything else is left out.
pub(crate) fn event(title: &str, starts_at: &str) -> NewEvent {
    NewEvent { title: title.into(), starts_at: starts_at.into(), location: "Main gym".into(), ..NewEvent::default() }
}

impl House {
    pub(crate) fn new() -> Self {
        let directory = TempDir::new().unwrap();
        let clock = Arc::new(ManualClock::at(instant(NOW)));
        let polaris = Polaris::builder(config(&directory)).clock(clock.clone()).init().unwrap();
        let platform = polaris.platform(Actor::System).unwrap();
        let school = NewSchool { name: "Wyandotte High School".into(), level: "high".into(), ..NewSchool::default() };
        let district = NewDistrict { name: "Kansas City Kansas Public Schools".into(), schools: vec![school], ..NewDistrict::default() };
        platform.reference().import(&ReferenceData { districts: vec![district], ..ReferenceData::default() }.into()).unwrap();
        let kckps =
            NewTenant { district: Some("Kansas City Kansas Public Schools".into()), ..NewTenant::new("kckps", "Kansas City Kansas") };
        let mut keys = BTreeMap::new();
        for (slug, new) in [("kckps", kckps), ("hmsd", NewTenant::new("hmsd", "Hickman Mills"))] {
            keys.insert(slug, platform.tenants().create(new).unwrap().api_key.reveal().to_owned());
        }
        Self { clock, polaris, keys, directory }
    }

    /// Brings a file into a state that no operation leads to yet. The directory is closed meanwhile. `name` is a slug or `registry`.
    pub(crate) fn sql(self, name: &str, statement: &str) -> Self {
        let Self { clock, polaris, keys, directory } = self;
        drop(polaris);
        let file = if name == "registry" { "polaris.db".to_owned() } else { format!("polaris_{name}.db") };
        rusqlite::Connection::open(directory.path().join("data").join(file)).unwrap().execute_batch(statement).unwrap();
        let polaris = Polaris::builder(config(&directory)).clock(clock.clone()).open().unwrap();
        Self { clock, polaris, keys, directory }
    }

    /// With other limits of the public API.
    pub(crate) fn limiting(self, rate_limits: RateLimits) -> Self {
        let Self { clock, polaris, keys, directory } = self;
        drop(polaris);
        let config = Config { rate_limits, ..config(&directory) };
        let polaris = Polaris::builder(config).clock(clock.clone()).open().unwrap();
        Self { clock, polaris, keys, directory }
    }

    /// With a mail server on this machine at this port.
    pub(crate) fn mailing(self, port: u16) -> Self {
        let Self { clock, polaris, keys, directory } = self;
        drop(polaris);
        let smtp = SmtpConfig { port: Some(port), ..SmtpConfig::at("127.0.0.1") };
        let mail =
            MailConfig { transport: MailTransport::Smtp(smtp), from: Some("events@operator.example".into()), ..MailConfig::default() };
        let polaris = Polaris::builder(Config { mail, ..config(&directory) }).clock(clock.clone()).open().unwrap();
        Self { clock, polaris, keys, directory }
    }

    /// Where nobody has said how it is reached.
    pub(crate) fn without_address(self) -> Self {
        let Self { clock, polaris, keys, directory } = self;
        drop(polaris);
        let polaris = Polaris::builder(Config { public_url: None, ..config(&directory) }).clock(clock.clone()).open().unwrap();
        Self { clock, polaris, keys, directory }
    }

    /// With the usual limit of sign-ups.
    pub(crate) fn limiting_signups(self) -> Self {
        let Self { clock, polaris, keys, directory } = self;
        drop(polaris);
        let config = Config { signup_limits: SignupLimits::default(), ..config(&directory) };
        let polaris = Polaris::builder(config).clock(clock.clone()).open().unwrap();
        Self { clock, polaris, keys, directory }
    }

    /// With Pat the coordinator and Kim the admin as users of `kckps`, Lee as a user of `hmsd`, and Ash of the staff.
    pub(crate) fn with_people(self) -> Self {
        let user = |email: &str, first: &str, role: &str| {
            format!(
                "INSERT INTO users (email, folded_email, username, folded_username, first_name, last_name, folded_name, role,
                                    password_hash, created_at, updated_at)
                 VALUES ('{email}', '{email}', '{first}', lower('{first}'), '{first}', 'Doe', 'doe', '{role}', '{HASH}',
                         '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z');"
            )
        };
        let people = user("pat@kckps.org", "Pat", "coordinator") + &user("kim@kckps.org", "Kim", "admin");
        self.sql("kckps", &people).sql("hmsd", &user("lee@hmsd.org", "Lee", "admin")).sql(
            "registry",
            &format!(
                "INSERT INTO staff (name, email, folded_email, role, password_hash, created_at, updated_at)
                 VALUES ('Ash Poe', 'ash@prepkc.org', 'ash@prepkc.org', 'admin', '{HASH}',
                         '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z');"
            ),
        )
    }

    /// Deactivates a tenant.
    pub(crate) fn deactivated(self, slug: &str) -> Self {
        self.sql(slug, "UPDATE tenant SET state = 'inactive'")
            .sql("registry", &format!("UPDATE tenants SET state = 'inactive' WHERE slug = '{slug}'"))
    }

    /// Switches a tenant's events off.
    pub(crate) fn without_events(self, slug: &str) -> Self {
        self.without(slug, "events")
    }

    /// Switches a feature of a tenant off.
    pub(crate) fn without(self, slug: &str, feature: &str) -> Self {
        self.switched(slug, feature, false)
    }

    /// Switches a feature of a tenant on.
    pub(crate) fn with(self, slug: &str, feature: &str) -> Self {
        self.switched(slug, feature, true)
    }

    fn switched(self, slug: &str, feature: &str, on: bool) -> Self {
        self.sql(slug, &format!("UPDATE settings SET features = json_set(features, '$.{feature}', json('{on}'))"))
    }

    /// Names the web origins that may call a tenant's public API.
    pub(crate) fn allowing(self, slug: &str, origins: &str) -> Self {
        self.sql(slug, &format!("UPDATE settings SET allowed_origins = '{origins}'"))
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.directory.path().join("data")
    }

    /// A bare connection to a tenant's file, for what no operation shows.
    pub(crate) fn database(&self, slug: &str) -> rusqlite::Connection {
        rusqlite::Connection::open(self.data().join(format!("polaris_{slug}.db"))).unwrap()
    }

    pub(crate) fn key(&self, slug: &str) -> &str {
        &self.keys[slug]
    }

    pub(crate) fn tenant(&self, slug: &str) -> TenantHandle {
        self.polaris.tenant(slug, Actor::System).unwrap()
    }

    pub(crate) fn draft(&self, slug: &str, new: NewEvent) -> Event {
        self.tenant(slug).events().create(new).unwrap()
    }

    pub(crate) fn publish(&self, slug: &str, new: NewEvent) -> Event {
        let id = self.draft(slug, new).id;
        self.tenant(slug).events().publish(id).unwrap()
    }

    /// Another engine on the same directory, as another process has it.
    pub(crate) fn another_engine(&self) -> Polaris {
        Polaris::builder(config(&self.directory)).clock(self.clock.clone()).open().unwrap()
    }

    /// A session of a member of staff with this role, who has entered this tenant.
    pub(crate) fn session(&self, role: &str, tenant: Option<&str>) -> String {
        let new = NewSession {
            staff: format!("Robin the {role}"),
            role: Some(role.into()),
            tenant: tenant.map(Into::into),
            ..NewSession::default()
        };
        self.polaris.platform(Actor::System).unwrap().sessions().open(&new).unwrap().token.reveal().to_owned()
    }

    pub(crate) fn serve(self) -> Server {
        self.serve_with(ServerConfig::default())
    }

    /// Serves as the public reaches it under `https://events.example.org`.
    pub(crate) fn serve_publicly(self) -> Server {
        self.serve_with(ServerConfig { public_url: Some("https://events.example.org".into()), ..ServerConfig::default() })
    }

    pub(crate) fn serve_with(self, config: ServerConfig) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel::<()>();
        let polaris = self.polaris.clone();
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
            let stopped = async { drop(stopped.await) };
            runtime.block_on(polaris_http::serve(polaris, listener, config, stopped)).unwrap();
        });
        let client = super::client::agent();
        Server { house: Some(self), address, client, stop: Some(stop), thread: Some(thread) }
    }
}

/// A server in a thread of this process; it ends when dropped.
pub(crate) struct Server {
    house: Option<House>,
    pub(crate) address: SocketAddr,
    pub(crate) client: ureq::Agent,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    /// Ends it, and gives the directory back.
    pub(crate) fn end(mut self) -> House {
        self.begin_stop();
        self.wait();
        self.house.take().unwrap()
    }

    /// Asks the server to end, as a signal does.
    pub(crate) fn begin_stop(&mut self) {
        drop(self.stop.take());
    }

    /// Waits until it has ended.
    pub(crate) fn wait(&mut self) {
        if let Some(thread) = self.thread.take() {
            thread.join().unwrap();
        }
    }
}

impl Deref for Server {
    type Target = House;

    fn deref(&self) -> &House {
        self.house.as_ref().unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.begin_stop();
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}
