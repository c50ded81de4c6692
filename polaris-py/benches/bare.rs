//! The engine without Python: reads events of tenants by number and prints how many a second. `reads.py` runs it beside the package.
//!
//! ```text
//! bare DATA SECONDS EVENTS TENANT…    one thread for each tenant
//! ```
#![allow(clippy::print_stdout, reason = "figures are for whoever runs this")]

use std::time::{Duration, Instant};

use polaris_core::types::EventId;
use polaris_core::{Actor, Config, Error, Polaris, Role};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let [data, seconds, events, tenants @ ..] = arguments.as_slice() else {
        println!("run by polaris-py/benches/reads.py");
        return Ok(());
    };
    let polaris = Polaris::open(Config::at(data))?;
    let (seconds, events) = (seconds.parse()?, events.parse()?);
    let rates = std::thread::scope(|scope| {
        let reading: Vec<_> =
            tenants.iter().map(|slug| scope.spawn(|| rate(&polaris, slug, events, Duration::from_secs_f64(seconds)))).collect();
        reading.into_iter().map(|thread| thread.join().unwrap_or(Err(Error::Internal))).collect::<Result<Vec<f64>, _>>()
    })?;
    println!("{}", rates.iter().sum::<f64>());
    Ok(())
}

/// Events read a second; the numbers are far apart from each other, as those of `reads.py` are.
fn rate(polaris: &Polaris, slug: &str, events: i64, time: Duration) -> Result<f64, Error> {
    let tenant = polaris.tenant(slug, Actor::tenant_user(7, "Pat Lee", Role::Coordinator))?;
    let mut read = 0_u32;
    let began = Instant::now();
    while began.elapsed() < time {
        for at in i64::from(read)..i64::from(read) + 1_000 {
            std::hint::black_box(tenant.events().get(EventId::new(at * 617 % events + 1))?);
        }
        read += 1_000;
    }
    Ok(f64::from(read) / began.elapsed().as_secs_f64())
}
