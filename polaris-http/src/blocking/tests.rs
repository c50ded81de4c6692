#![allow(clippy::unwrap_used)]
use std::sync::mpsc;

use super::*;

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
}

fn impatient() -> Blocking {
    Blocking { longest_wait: Duration::from_millis(100), ..Blocking::new() }
}

/// Work that waits until its sender is dropped.
fn stuck(blocking: &Blocking, runtime: &tokio::runtime::Runtime, whose: Whose<'static>) -> mpsc::Sender<()> {
    let (end, ended) = mpsc::channel::<()>();
    let (begun, beginning) = mpsc::channel();
    let blocking = blocking.clone();
    runtime.spawn(async move {
        let work = move || {
            begun.send(()).unwrap();
            let _ = ended.recv();
            Ok(())
        };
        blocking.run(whose, work).await
    });
    beginning.recv_timeout(Duration::from_secs(5)).unwrap();
    end
}

#[test]
fn a_tenant_that_is_stuck_leaves_three_quarters_to_the_others() {
    let (runtime, blocking) = (runtime(), impatient());
    let stuck: Vec<_> = (0..SHARE).map(|_| stuck(&blocking, &runtime, Whose::Tenant("kckps"))).collect();
    let refused = runtime.block_on(blocking.run(Whose::Tenant("kckps"), || Ok(())));
    assert!(matches!(refused, Err(Error::Unavailable(Unavailable::Overloaded))));
    runtime.block_on(blocking.run(Whose::Tenant("hmsd"), || Ok(()))).unwrap();
    runtime.block_on(blocking.run(Whose::Platform, || Ok(()))).unwrap();
    drop(stuck);
    runtime.block_on(blocking.run(Whose::Tenant("kckps"), || Ok(()))).unwrap();
}

#[test]
fn a_registry_that_is_stuck_leaves_room_for_tenants_and_health_checks() {
    let (runtime, blocking) = (runtime(), impatient());
    let stuck: Vec<_> = (0..SHARE).map(|_| stuck(&blocking, &runtime, Whose::Platform)).collect();
    assert!(runtime.block_on(blocking.run(Whose::Platform, || Ok(()))).is_err());
    runtime.block_on(blocking.run(Whose::Tenant("kckps"), || Ok(()))).unwrap();
    runtime.block_on(blocking.run(Whose::Health, || Ok(()))).unwrap();
    drop(stuck);
}

#[test]
fn work_that_finds_no_place_in_time_is_refused_as_overloaded() {
    let (runtime, blocking) = (runtime(), impatient());
    let tenants = ["a", "b", "c", "d"];
    let stuck: Vec<_> = (0..AT_ONCE).map(|n| stuck(&blocking, &runtime, Whose::Tenant(tenants[n / SHARE]))).collect();
    let began = std::time::Instant::now();
    let refused = runtime.block_on(blocking.run(Whose::Tenant("e"), || Ok(())));
    assert!(matches!(refused, Err(Error::Unavailable(Unavailable::Overloaded))));
    assert!(began.elapsed() >= Duration::from_millis(100));
    runtime.block_on(blocking.run(Whose::Health, || Ok(()))).unwrap();
    drop(stuck);
}

#[test]
fn tenants_that_nobody_works_on_are_not_remembered() {
    let (runtime, blocking) = (runtime(), impatient());
    for n in 0..100 {
        let slug = format!("tenant-{n}");
        runtime.block_on(blocking.run(Whose::Tenant(&slug), || Ok(()))).unwrap();
    }
    let held: Vec<_> = (0..SHARE).map(|_| stuck(&blocking, &runtime, Whose::Tenant("kckps"))).collect();
    assert!(runtime.block_on(blocking.run(Whose::Tenant("kckps"), || Ok(()))).is_err());
    assert_eq!(blocking.tenants.lock().unwrap().len(), 1);
    drop(held);
    let patience = std::time::Instant::now() + Duration::from_secs(5);
    while !blocking.tenants.lock().unwrap().is_empty() {
        assert!(std::time::Instant::now() < patience, "still remembered");
        std::thread::sleep(Duration::from_millis(5));
    }
}
