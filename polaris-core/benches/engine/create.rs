//! Creating a tenant with 500 schools, durably, against copying and syncing the file it is made of.
//!
//! The first tenant of a district makes the image that the others are made of, and the first of a process reads it, so these are
//! measured by themselves.

use std::cell::RefCell;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use polaris_core::{Actor, Config, Durability, Platform, Polaris, ReferenceData};

use crate::data::{new_engine, new_tenant};
use crate::measure::{Outcome, Plan, Side, Target, Unit, compare, each, scratch_directory, seconds, to_float};

pub(crate) fn run(plan: &Plan) -> Outcome<()> {
    let place = scratch_directory()?;
    let data = place.path().join("data");
    let copies = Copies::new(place.path().join("copies"))?;
    let polaris = new_engine(&data, plan.pick(500, 500, 20), Durability::Full)?;
    let platform = polaris.platform(Actor::System)?;
    let numbers = RefCell::new(0..);
    let create = |platform: &Platform| -> Outcome<Duration> {
        let number: i32 = numbers.borrow_mut().next().ok_or("all numbers are taken")?;
        let draft = new_tenant(&format!("made-{number}"));
        let began = Instant::now();
        platform.tenants().create(draft)?;
        Ok(began.elapsed())
    };
    // The first of all makes the image. Later ones may replace it, so the reference works on a copy.
    create(&platform)?;
    let (image, bare) = (place.path().join("image"), place.path().join("bare"));
    let size = [(4, &image), (2, &bare)].map(|(parts, to)| template(&data, parts).and_then(|from| Ok(fs::copy(from, to)? / 1_024)));
    let [image_size, bare_size] = size;
    if plan.measures() {
        println!("the file made for a tenant: {} KiB; one with the schema alone: {} KiB\n", image_size?, bare_size?);
    }
    let count = plan.pick(20, 10, 2);
    let reference = || -> [Side<'_>; 2] {
        [
            Side::new("copy the same file, sync file and directory", || each(count, || copies.make(count, &image))),
            Side::new("copy the bare template, sync file and directory", || each(count, || copies.make(count, &bare))),
        ]
    };
    let against = |title, ours: Side<'_>, target| {
        let [same, bare] = reference();
        compare(plan, title, Unit::Time, &mut [ours, same, bare], &[(1, target), (2, Target::Told)])
    };
    against(
        "create_tenant: a tenant with 500 schools, durable; not the first of its district",
        Side::new("tenants().create(…)", || average(count, || create(&platform))),
        Target::AtMost(3.0),
    )?;
    against(
        "create_tenant, the first after the reference data changed: the image is made too",
        Side::new("tenants().create(…)", || {
            average(count, || {
                // Known already: nothing changes but that they were changed.
                platform.reference().import(&ReferenceData { skills: vec!["Welding".into()], ..ReferenceData::default() }.into())?;
                create(&platform)
            })
        }),
        Target::Told,
    )?;
    against(
        "create_tenant, the first of a process: the image is read",
        Side::new("tenants().create(…)", || {
            average(count, || {
                let polaris = Polaris::open(Config { durability: Durability::Full, ..Config::at(&data) })?;
                create(&polaris.platform(Actor::System)?)
            })
        }),
        Target::Told,
    )
}

/// Where copies are made, each under a name of its own.
struct Copies {
    place: PathBuf,
    numbers: RefCell<std::ops::RangeFrom<i32>>,
}

impl Copies {
    fn new(place: PathBuf) -> Outcome<Self> {
        fs::create_dir(&place)?;
        Ok(Self { place, numbers: RefCell::new(0..) })
    }

    fn make(&self, count: usize, from: &Path) -> Outcome<()> {
        for number in self.numbers.borrow_mut().by_ref().take(count) {
            let path = self.place.join(format!("{number}.db"));
            fs::copy(from, &path)?;
            File::open(&path)?.sync_all()?;
            File::open(&self.place)?.sync_all()?;
        }
        Ok(())
    }
}

/// Seconds that one of `count` took by its own measure.
fn average(count: usize, mut one: impl FnMut() -> Outcome<Duration>) -> Outcome<f64> {
    let times: Vec<Duration> = (0..count).map(|_| one()).collect::<Result<_, _>>()?;
    Ok(seconds(times.iter().sum()) / to_float(count))
}

/// The file in `templates/` whose name has this many parts.
fn template(data: &Path, parts: usize) -> Outcome<PathBuf> {
    for entry in fs::read_dir(data.join("templates"))? {
        let entry = entry?;
        if entry.file_name().to_string_lossy().split('-').count() == parts {
            return Ok(entry.path());
        }
    }
    Err("there is no such template".into())
}
