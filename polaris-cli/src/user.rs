//! Who runs the program: the operating system's user, as the kernel knows them. USER and LOGNAME can say anything.

use std::fs;

/// The name of the effective user, or `uid 1000` where `/etc/passwd` doesn't know it.
pub(crate) fn name() -> String {
    let uid = rustix::process::geteuid().as_raw();
    let users = fs::read("/etc/passwd").unwrap_or_default();
    name_in(&String::from_utf8_lossy(&users), uid).unwrap_or_else(|| format!("uid {uid}"))
}

fn name_in(users: &str, uid: u32) -> Option<String> {
    users.lines().find_map(|line| {
        let mut columns = line.split(':');
        let name = columns.next()?;
        let number: u32 = columns.nth(1)?.parse().ok()?;
        (number == uid && !name.is_empty()).then(|| name.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::name_in;

    #[test]
    fn a_user_is_found_by_number_and_odd_lines_do_no_harm() {
        let users = "\n# a comment\nroot:x:0:0:root:/root:/bin/sh\n:x:7:7\npat:x:1000\n";
        assert_eq!(name_in(users, 0).as_deref(), Some("root"));
        assert_eq!(name_in(users, 1000).as_deref(), Some("pat"));
        assert_eq!(name_in(users, 7), None);
        assert_eq!(name_in(users, 8), None);
    }
}
