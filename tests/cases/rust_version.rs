//! The oldest Rust that Polaris builds with: stated once, and true of what it is built from.
//!
//! That its own code needs no newer one is held by clippy (`incompatible_msrv`), and by `tests/run.sh oldest-rust` with that compiler.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

fn version(text: &str) -> (u32, u32) {
    let mut parts = text.split('.').map(|part| part.parse().unwrap());
    (parts.next().unwrap(), parts.next().unwrap_or(0))
}

#[test]
fn nothing_that_polaris_is_built_from_needs_a_newer_rust_than_is_stated() {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let output = Command::new(cargo).args(["metadata", "--format-version=1", "--locked"]).current_dir(root()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let stated = env!("CARGO_PKG_RUST_VERSION");
    let mut needed = Vec::new();
    for package in metadata["packages"].as_array().unwrap() {
        let name = package["name"].as_str().unwrap();
        let Some(rust) = package["rust_version"].as_str() else { continue };
        if package["source"].is_null() {
            assert_eq!(rust, stated, "{name} states another Rust than the workspace");
        }
        assert!(version(rust) <= version(stated), "{name} needs Rust {rust}; {stated} is stated");
        if version(rust) == version(stated) && !package["source"].is_null() {
            needed.push(name);
        }
    }
    assert!(!needed.is_empty(), "nothing needs Rust {stated}: an older one would do, so state that");
}

#[test]
fn the_readme_names_the_oldest_rust() {
    let readme = std::fs::read_to_string(root().join("README.md")).unwrap();
    let stated = env!("CARGO_PKG_RUST_VERSION");
    assert!(readme.contains(&format!("[Rust](https://rustup.rs) {stated} or newer")), "README.md names another Rust than {stated}");
}
