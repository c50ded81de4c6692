//! What is kept of a tenant's file between transactions, and what must not be.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::{Actor, Config, NewTenant, Polaris};

fn open(root: &tempfile::TempDir) -> TenantFile {
    let data = root.path().join("data");
    let polaris = Polaris::init(Config::at(&data)).unwrap();
    let created = polaris.platform(Actor::System).unwrap().tenants().create(NewTenant::new("kckps", "Before")).unwrap().tenant;
    let location = Location::File(data.join("polaris_kckps.db"));
    TenantFile::open(location, created.id, created.slug, Config::at(&data).options(), Heads::default()).unwrap()
}

/// The name in the settings, as an operation finds it.
fn name(file: &TenantFile) -> String {
    file.database.read(|now| Ok(file.settings(now, &file.standing(now)?)?.name.clone())).unwrap()
}

fn rename(file: &TenantFile, transaction: &Transaction<'_>, name: &str) -> Result<String> {
    transaction.execute("UPDATE settings SET name = ?1", params![name])?;
    transaction.execute("UPDATE tenant SET settings_rev = settings_rev + 1", params![])?;
    Ok(file.settings(transaction, &file.standing(transaction)?)?.name.clone())
}

#[test]
fn settings_that_were_rolled_back_are_never_served() {
    let root = tempfile::tempdir().unwrap();
    let file = open(&root);
    assert_eq!(name(&file), "Before");
    let undone = file.database.write(|change| {
        assert_eq!(rename(&file, change, "Undone")?, "Undone", "the change itself sees what it did");
        Err::<(), _>(Error::EventNotFound)
    });
    assert!(undone.is_err());
    file.database.write(|change| rename(&file, change, "After").map(|_| ())).unwrap();
    assert_eq!(name(&file), "After", "it has the revision that was rolled back");
}

#[test]
fn settings_are_parsed_once_for_each_revision() {
    let root = tempfile::tempdir().unwrap();
    let file = open(&root);
    let settings = || file.database.read(|now| file.settings(now, &file.standing(now)?)).unwrap();
    assert!(Arc::ptr_eq(&settings(), &settings()));
}

#[test]
fn a_tenant_that_is_only_written_to_has_its_settings_parsed_once() {
    let root = tempfile::tempdir().unwrap();
    let file = open(&root);
    let settings = || file.database.write(|change| file.settings(change, &file.standing(change)?)).unwrap();
    assert!(Arc::ptr_eq(&settings(), &settings()));
    // What a change makes of them itself is not kept, even when it is committed: a reading finds that out.
    file.database.write(|change| rename(&file, change, "After").map(|_| ())).unwrap();
    assert!(file.settings.read().unwrap().as_ref().is_some_and(|(_, kept)| kept.name == "Before"));
    assert_eq!(settings().name, "After");
}

#[test]
fn a_file_opened_for_another_tenant_is_refused() {
    let root = tempfile::tempdir().unwrap();
    let file = open(&root);
    let open = |id, slug: &str| {
        TenantFile::open(
            Location::File(root.path().join("data/polaris_kckps.db")),
            id,
            Slug::stored(slug.to_owned()),
            Config::at("").options(),
            Heads::default(),
        )
        .map(|_| ())
    };
    assert!(open(file.id, "kckps").is_ok());
    let other = TenantId::new(uuid::Uuid::from_u128(7));
    for (id, slug) in [(other, "kckps"), (file.id, "hickman"), (other, "hickman")] {
        assert!(matches!(open(id, slug), Err(Error::Unavailable(Unavailable::Damaged))), "{slug}");
    }
}
