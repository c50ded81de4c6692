//! Several ways of doing one thing, measured side by side: in turns, so that a noisy moment hits all of them.
//!
//! `cargo bench` measures. `cargo test --benches` only runs everything once, small, to see that it works; nothing fails because it was
//! slow.

use std::error::Error;
use std::path::PathBuf;
use std::time::{Duration, Instant};

pub(crate) type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// How much is run.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Size {
    /// For `cargo test --benches`: does it run at all?
    Smoke,
    /// `--quick`: a first impression.
    Quick,
    Full,
}

/// What was asked for on the command line.
pub(crate) struct Plan {
    size: Size,
    filters: Vec<String>,
}

impl Plan {
    /// `cargo bench` gives `--bench`; `--quick` shortens; other words select by name. `None` when only a list was wanted.
    pub(crate) fn from_args() -> Option<Self> {
        let args: Vec<String> = std::env::args().skip(1).collect();
        let has = |flag: &str| args.iter().any(|arg| arg == flag);
        if has("--list") {
            return None;
        }
        let size = match (has("--bench"), has("--quick")) {
            (false, _) => Size::Smoke,
            (true, true) => Size::Quick,
            (true, false) => Size::Full,
        };
        Some(Self { size, filters: args.into_iter().filter(|arg| !arg.starts_with('-')).collect() })
    }

    /// Whether this one was selected.
    pub(crate) fn wants(&self, name: &str) -> bool {
        self.filters.is_empty() || self.filters.iter().any(|filter| name.contains(filter.as_str()))
    }

    /// Whether figures are wanted at all.
    pub(crate) fn measures(&self) -> bool {
        self.size != Size::Smoke
    }

    /// An amount of work, by size.
    pub(crate) fn pick<T>(&self, full: T, quick: T, smoke: T) -> T {
        match self.size {
            Size::Full => full,
            Size::Quick => quick,
            Size::Smoke => smoke,
        }
    }

    fn rounds(&self) -> usize {
        self.pick(7, 3, 1)
    }

    /// Says where and when this is measured.
    pub(crate) fn introduce(&self, versions: &str) {
        if self.measures() {
            let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
            let processors = std::thread::available_parallelism().map_or(0, usize::from);
            println!("{versions}, {processors} processors, load before: {}", load.split(' ').next().unwrap_or("unknown"));
            println!("medians of {} rounds in turns; in brackets the lowest and the highest round\n", self.rounds());
        }
    }
}

/// One way of doing it. Each call does a round and gives seconds for one, or how many in a second.
pub(crate) struct Side<'a> {
    name: &'static str,
    round: Box<dyn FnMut() -> Outcome<f64> + 'a>,
}

impl<'a> Side<'a> {
    pub(crate) fn new(name: &'static str, round: impl FnMut() -> Outcome<f64> + 'a) -> Self {
        Self { name, round: Box::new(round) }
    }
}

#[derive(Clone, Copy)]
pub(crate) enum Unit {
    /// Seconds for one.
    Time,
    /// How many in a second.
    Rate,
}

/// What the ratio of the first side to another should be.
#[derive(Clone, Copy)]
pub(crate) enum Target {
    AtMost(f64),
    AtLeast(f64),
    /// None was set; told for comparison.
    Told,
}

/// Runs the sides in turns and prints the median of each, and the ratio of the first side to others, named by their place.
pub(crate) fn compare(plan: &Plan, title: &str, unit: Unit, sides: &mut [Side<'_>], ratios: &[(usize, Target)]) -> Outcome<()> {
    let mut rounds: Vec<Vec<f64>> = sides.iter().map(|_| Vec::new()).collect();
    // The first round warms up and is not counted. Whoever begins a round is the last of the next.
    for round in 0..=plan.rounds() {
        for turn in 0..sides.len() {
            let at = (turn + round) % sides.len();
            let figure = (sides[at].round)()?;
            if round > 0 {
                rounds[at].push(figure);
            }
        }
    }
    if !plan.measures() {
        println!("{title}: ran");
        return Ok(());
    }
    println!("{title}");
    for (side, figures) in sides.iter().zip(&rounds) {
        let (low, high) = bounds(figures);
        println!("  {:<56} {:>11}  ({} … {})", side.name, shown(unit, median(figures)), shown(unit, low), shown(unit, high));
    }
    for (other, target) in ratios {
        let ratio = median(&rounds[0]) / median(&rounds[*other]);
        let each: Vec<f64> = rounds[0].iter().zip(&rounds[*other]).map(|(ours, theirs)| ours / theirs).collect();
        let (low, high) = bounds(&each);
        println!("  -> {ratio:.2} times \"{}\" ({low:.2} … {high:.2}){}", sides[*other].name, verdict(ratio, *target));
    }
    println!();
    Ok(())
}

pub(crate) fn verdict(value: f64, target: Target) -> String {
    let (words, bound, met) = match target {
        Target::AtMost(most) => ("at most", most, value <= most),
        Target::AtLeast(least) => ("at least", least, value >= least),
        Target::Told => return String::new(),
    };
    format!("; target: {words} {bound}: {}", if met { "met" } else { "MISSED" })
}

/// Seconds that one of `count` takes.
pub(crate) fn each(count: usize, work: impl FnOnce() -> Outcome<()>) -> Outcome<f64> {
    let began = Instant::now();
    work()?;
    Ok(seconds(began.elapsed()) / to_float(count))
}

/// How many of `count` are done in a second.
pub(crate) fn rate(count: usize, work: impl FnOnce() -> Outcome<()>) -> Outcome<f64> {
    Ok(1.0 / each(count, work)?)
}

pub(crate) fn seconds(duration: Duration) -> f64 {
    duration.as_secs_f64()
}

#[allow(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
pub(crate) fn to_float(count: usize) -> f64 {
    count as f64
}

pub(crate) fn median(figures: &[f64]) -> f64 {
    let mut sorted = figures.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    if sorted.len().is_multiple_of(2) { f64::midpoint(sorted[middle - 1], sorted[middle]) } else { sorted[middle] }
}

fn bounds(figures: &[f64]) -> (f64, f64) {
    figures.iter().fold((f64::INFINITY, 0.0), |(low, high), &figure| (figure.min(low), figure.max(high)))
}

fn shown(unit: Unit, figure: f64) -> String {
    match unit {
        Unit::Time if figure >= 1e-3 => format!("{:.2} ms", figure * 1e3),
        Unit::Time => format!("{:.2} µs", figure * 1e6),
        Unit::Rate if figure >= 1e6 => format!("{:.2} M/s", figure / 1e6),
        Unit::Rate if figure >= 1e4 => format!("{:.1} k/s", figure / 1e3),
        Unit::Rate => format!("{figure:.0} /s"),
    }
}

/// A figure of `/proc/self/status`, which counts in kibibytes.
pub(crate) fn mebibytes(name: &str) -> Outcome<f64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':')).ok_or("no such figure")?;
    Ok(line.trim().trim_end_matches("kB").trim().parse::<f64>()? / 1_024.0)
}

/// A place for data under the build directory: on a real disk, where a temporary directory may be in memory.
pub(crate) fn scratch() -> Outcome<PathBuf> {
    let place = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("bench-data");
    std::fs::create_dir_all(&place)?;
    Ok(place)
}

/// An empty directory there, removed when dropped.
pub(crate) fn scratch_directory() -> Outcome<tempfile::TempDir> {
    Ok(tempfile::Builder::new().prefix("run-").tempdir_in(scratch()?)?)
}
