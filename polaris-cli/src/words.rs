//! Numbers as people read them.

/// `1 tenant`, `2 tenants`.
pub(crate) fn counted(count: usize, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}

/// Bytes.
pub(crate) fn size(bytes: u64) -> String {
    match bytes {
        0..=1_023 => format!("{bytes} B"),
        1_024..=1_048_575 => format!("{} KiB", bytes >> 10),
        1_048_576..=1_073_741_823 => format!("{}.{} MiB", bytes >> 20, (bytes >> 10) % 1_024 * 10 / 1_024),
        _ => format!("{}.{} GiB", bytes >> 30, (bytes >> 20) % 1_024 * 10 / 1_024),
    }
}
