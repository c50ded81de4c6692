//! A process that has run out of descriptors, in a process of its own: this test program starts itself once more.

use std::fs::File;
use std::process::Command;
use std::time::Duration;

use polaris_core::{Actor, Error, NewTenant, Unavailable};
use rustix::process::{Resource, Rlimit, setrlimit};

use super::support::{World, career_day};

const CHILD: &str = "POLARIS_TEST_RUNS_OUT_OF_DESCRIPTORS";

#[test]
fn in_the_child_without_descriptors() {
    if std::env::var_os(CHILD).is_none() {
        return;
    }
    setrlimit(Resource::Nofile, Rlimit { current: Some(128), maximum: Some(128) }).unwrap();
    let world = World::with(|config| config.deadline = Duration::from_millis(300));
    let open = world.polaris.tenant("hickman", Actor::System).unwrap();
    open.events().create(career_day()).unwrap();
    world.platform().tenants().list(&Default::default(), Default::default()).unwrap();

    for spare in 0..8 {
        let mut taken: Vec<File> = std::iter::from_fn(|| File::open("/dev/null").ok()).collect();
        taken.truncate(taken.len() - spare);
        // With a few to spare the opening gets some way before it fails.
        match world.polaris.tenant("kckps", Actor::System).and_then(|kckps| kckps.events().create(career_day())) {
            Err(Error::Unavailable(Unavailable::Overloaded)) => {}
            Ok(_) if spare > 0 => {}
            other => panic!("with {spare} to spare: {other:?}"),
        }
        if spare == 0 {
            let refused = world.platform().tenants().create(NewTenant::new("liberty", "Liberty"));
            assert!(matches!(refused, Err(Error::Unavailable(Unavailable::Overloaded))), "{refused:?}");
            open.events().create(career_day()).expect("what is open goes on");
        }
        drop(taken);
    }
    world.kckps().events().create(career_day()).expect("with descriptors again nothing is lost");
    assert!(world.platform().doctor().check().unwrap().findings.iter().all(|finding| finding.subject != "kckps"));
}

#[test]
fn a_tenant_that_finds_no_descriptors_is_overloaded_and_not_damaged() {
    let child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "engine::descriptors::in_the_child_without_descriptors", "--nocapture", "--test-threads=1"])
        .env(CHILD, "1")
        .output()
        .unwrap();
    assert!(child.status.success(), "{child:?}");
}
