//! Creating a tenant with 500 schools, durably, against copying and syncing the file it is made from.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use polaris_core::{Actor, Durability};

use crate::data::{new_engine, new_tenant};
use crate::measure::{Outcome, Plan, Side, Target, Unit, compare, each, scratch_directory};

pub(crate) fn run(plan: &Plan) -> Outcome<()> {
    let place = scratch_directory()?;
    let data = place.path().join("data");
    let copies = place.path().join("copies");
    fs::create_dir(&copies)?;
    let schools = plan.pick(500, 500, 20);
    let polaris = new_engine(&data, schools, Durability::Full)?;
    let platform = polaris.platform(Actor::System)?;
    let template = template(&data)?;
    let at_once = plan.pick(20, 10, 2);
    let mut made = 0..;
    let mut copied = 0..;
    compare(
        plan,
        "create_tenant: a tenant with 500 schools, durable",
        Unit::Time,
        &mut [
            Side::new("tenants().create(…)", || {
                each(at_once, || {
                    for number in made.by_ref().take(at_once) {
                        platform.tenants().create(new_tenant(&format!("made-{number}")))?;
                    }
                    Ok(())
                })
            }),
            Side::new("copy the template, sync file and directory", || {
                each(at_once, || {
                    for number in copied.by_ref().take(at_once) {
                        copy(&template, &copies, number)?;
                    }
                    Ok(())
                })
            }),
        ],
        &[(1, Target::AtMost(3.0))],
    )
}

/// The one file in `templates/`; nobody ever has it open.
fn template(data: &Path) -> Outcome<PathBuf> {
    let first = fs::read_dir(data.join("templates"))?.next().ok_or("there is no template")??;
    Ok(first.path())
}

fn copy(template: &Path, copies: &Path, number: i32) -> Outcome<()> {
    let path = copies.join(format!("{number}.db"));
    fs::copy(template, &path)?;
    File::open(&path)?.sync_all()?;
    File::open(copies)?.sync_all()?;
    Ok(())
}
