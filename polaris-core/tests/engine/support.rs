//! A data directory for each test, copied from one that is prepared once.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use polaris_core::clock::{ManualClock, SeededRandomness};
use polaris_core::types::EventId;
use polaris_core::{
    Actor, Builder, Config, Event, NewDistrict, NewEvent, NewSchool, NewStaff, NewTenant, NewUser, NewVolunteer, Platform, Polaris,
    PublicApi, ReferenceData, Result, Role, StaffRole, TenantHandle,
};

/// The schema of the registry and of tenants that this version makes.
pub(super) const REGISTRY_SCHEMA: u32 = 3;
pub(super) const TENANT_SCHEMA: u32 = 8;

/// Two tenants, `kckps` and `hickman`, with reference data, at noon (UTC) of 1 September 2026.
pub(super) struct World {
    pub(super) root: tempfile::TempDir,
    pub(super) polaris: Polaris,
    pub(super) clock: Arc<ManualClock>,
}

struct Prepared {
    directory: PathBuf,
    keys: [String; 2],
}

static PREPARED: LazyLock<Prepared> = LazyLock::new(|| {
    let home = Path::new(env!("CARGO_TARGET_TMPDIR"));
    // Left by earlier runs.
    for entry in fs::read_dir(home).unwrap().flatten() {
        let name = entry.file_name().into_string().unwrap_or_default();
        if name.strip_prefix("engine-").is_some_and(|process| !Path::new("/proc").join(process).exists()) {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
    let directory = home.join(format!("engine-{}", std::process::id()));
    let polaris = builder(Config::at(&directory), &clock()).init().unwrap();
    let keys = fill(&polaris);
    drop(polaris);
    wait_until("all is closed", || !names(&directory).iter().any(|name| name.ends_with("-wal")));
    Prepared { directory, keys }
});

pub(super) fn start() -> DateTime<Utc> {
    "2026-09-01T12:00:00Z".parse().unwrap()
}

fn clock() -> Arc<ManualClock> {
    Arc::new(ManualClock::at(start()))
}

/// Each engine has a seed of its own, or two would make the same ids.
fn builder(config: Config, clock: &Arc<ManualClock>) -> Builder {
    static SEED: AtomicU64 = AtomicU64::new(7);
    let randomness = SeededRandomness::new(SEED.fetch_add(1, Ordering::Relaxed));
    Polaris::builder(config).clock(Arc::clone(clock) as _).randomness(Arc::new(randomness))
}

/// The reference data and the two tenants; gives the API keys.
pub(super) fn fill(polaris: &Polaris) -> [String; 2] {
    let platform = polaris.platform(Actor::System).unwrap();
    platform.reference().import(&reference().into()).unwrap();
    let create = |slug: &str, name: &str, district: &str| {
        let tenant = NewTenant { district: Some(district.to_owned()), ..NewTenant::new(slug, name) };
        platform.tenants().create(tenant).unwrap().api_key.reveal().to_owned()
    };
    [create("kckps", "Kansas City Kansas", "KCKPS"), create("hickman", "Hickman Mills", "Hickman Mills C-1")]
}

pub(super) fn reference() -> ReferenceData {
    let school = |name: &str, level: &str| NewSchool { name: name.into(), level: level.into(), ..NewSchool::default() };
    ReferenceData {
        districts: vec![
            NewDistrict {
                name: "Kansas City Kansas Public Schools".into(),
                aliases: Some(vec!["KCKPS".into()]),
                schools: vec![school("Wyandotte High School", "high"), school("Argentine Middle School", "middle")],
            },
            NewDistrict { name: "Hickman Mills C-1".into(), aliases: None, schools: vec![school("Ruskin High School", "high")] },
        ],
        skills: vec!["Welding".into(), "Public Speaking".into()],
        career_types: vec!["Health".into()],
    }
}

/// An installation that says where it is reached, so that mails hold links.
fn reached(data: &Path) -> Config {
    Config { public_url: Some("https://events.example.org".into()), ..Config::at(data) }
}

impl World {
    pub(super) fn new() -> Self {
        Self::with(|_| {})
    }

    pub(super) fn with(configure: impl FnOnce(&mut Config)) -> Self {
        let root = tempfile::tempdir().unwrap();
        fs::set_permissions(root.path(), fs::Permissions::from_mode(0o700)).unwrap();
        copy(&PREPARED.directory, root.path());
        let clock = clock();
        let mut config = reached(root.path());
        configure(&mut config);
        let polaris = builder(config, &clock).open().unwrap();
        Self { root, polaris, clock }
    }

    /// A second engine on the same directory, as another process would have it.
    pub(super) fn another(&self) -> Polaris {
        builder(reached(self.root.path()), &self.clock).open().unwrap()
    }

    pub(super) fn platform(&self) -> Platform {
        self.polaris.platform(Actor::staff("Robin", StaffRole::Admin)).unwrap()
    }

    pub(super) fn kckps(&self) -> TenantHandle {
        self.as_role(Role::Coordinator)
    }

    pub(super) fn as_role(&self, role: Role) -> TenantHandle {
        self.polaris.tenant("kckps", Actor::tenant_user(7, "Pat Lee", role)).unwrap()
    }

    /// Puts a tenant into the trash.
    pub(super) fn trash(&self, slug: &str) {
        let platform = self.platform();
        platform.tenants().deactivate(slug, None).unwrap();
        platform.tenants().delete(slug, slug).unwrap();
    }

    pub(super) fn key(&self) -> &'static str {
        &PREPARED.keys[0]
    }

    pub(super) fn key_of_hickman(&self) -> &'static str {
        &PREPARED.keys[1]
    }

    pub(super) fn enter(&self, slug: &str, key: Option<&str>) -> Result<PublicApi> {
        self.polaris.public_api(slug, key, polaris_core::Context::default(), polaris_core::Patience::Wait)
    }

    pub(super) fn public(&self) -> PublicApi {
        self.enter("kckps", Some(self.key())).unwrap()
    }

    pub(super) fn file(&self, slug: &str) -> PathBuf {
        self.root.path().join(format!("polaris_{slug}.db"))
    }

    /// A bare connection to a tenant's file, for what no operation does (yet).
    pub(super) fn raw(&self, slug: &str) -> rusqlite::Connection {
        raw(&self.file(slug))
    }

    pub(super) fn raw_registry(&self) -> rusqlite::Connection {
        raw(&self.root.path().join("polaris.db"))
    }

    /// Puts an event into a status, as an operation that is still to come would.
    pub(super) fn set_status(&self, event: EventId, status: &str) {
        self.raw("kckps").execute("UPDATE events SET status = ?2 WHERE id = ?1", (event.get(), status)).unwrap();
    }

    pub(super) fn names(&self) -> Vec<String> {
        names(self.root.path())
    }
}

pub(super) fn raw(path: &Path) -> rusqlite::Connection {
    let connection = rusqlite::Connection::open_with_flags(path, rusqlite::OpenFlags::SQLITE_OPEN_READ_WRITE).unwrap();
    connection.busy_timeout(Duration::from_secs(10)).unwrap();
    connection
}

pub(super) fn names(directory: &Path) -> Vec<String> {
    let mut names: Vec<_> = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn copy(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).unwrap().flatten() {
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            fs::create_dir(&target).unwrap();
            fs::set_permissions(&target, fs::Permissions::from_mode(0o700)).unwrap();
            copy(&entry.path(), &target);
        } else if entry.file_name() == "reserve" {
            // Nobody writes into it.
            fs::hard_link(entry.path(), &target).or_else(|_| fs::copy(entry.path(), &target).map(|_| ())).unwrap();
        } else {
            fs::copy(entry.path(), &target).unwrap();
        }
    }
}

pub(super) fn wait_until(what: &str, mut reached: impl FnMut() -> bool) {
    let since = Instant::now();
    while !reached() {
        assert!(since.elapsed() < Duration::from_secs(15), "waited in vain until {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// A draft that breaks no rule.
pub(super) fn career_day() -> NewEvent {
    NewEvent { title: "Career Day".into(), starts_at: "2026-10-15T09:00".into(), location: "Main gym".into(), ..NewEvent::default() }
}

/// A user that breaks no rule; invited, since they have no password.
pub(super) fn new_user(email: &str, role: &str) -> NewUser {
    NewUser { email: email.into(), first_name: "Kim".into(), last_name: "Hart".into(), role: role.into(), ..NewUser::default() }
}

/// The same, whose invitation is to be handed over.
pub(super) fn handed_over(email: &str, role: &str) -> NewUser {
    NewUser { invite: Some("link".into()), ..new_user(email, role) }
}

/// A member of staff that breaks no rule.
pub(super) fn new_staff(name: &str, email: &str) -> NewStaff {
    NewStaff { name: name.into(), email: email.into(), role: "support".into(), ..NewStaff::default() }
}

/// A volunteer that breaks no rule.
pub(super) fn new_volunteer(first_name: &str, last_name: &str) -> NewVolunteer {
    NewVolunteer { first_name: first_name.into(), last_name: last_name.into(), ..NewVolunteer::default() }
}

pub(super) fn titled(title: &str, starts_at: &str) -> NewEvent {
    NewEvent { title: title.into(), starts_at: starts_at.into(), ..career_day() }
}

pub(super) fn published(handle: &TenantHandle, title: &str, starts_at: &str) -> Event {
    let draft = handle.events().create(titled(title, starts_at)).unwrap();
    handle.events().publish(draft.id).unwrap()
}

/// What a caller is told: the code, or `ok`.
pub(super) fn code<T>(answer: Result<T>) -> &'static str {
    answer.map_or_else(|error| error.code(), |_| "ok")
}
