//! Passwords: the rules for new ones, their hashes, and hashes brought over from Flask.
//!
//! New hashes are argon2id in the PHC form. A hash that Werkzeug made (`scrypt:…`, `pbkdf2:…`) verifies as it is and is made anew at
//! that log-in. Hashing takes tens of milliseconds and 19 MiB: never inside a transaction, and never more at once than
//! [`Gate`](super::gate::Gate) lets in.

use std::fmt;

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, Version};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD_NO_PAD as BASE64;
use subtle::ConstantTimeEq;
use unicode_normalization::UnicodeNormalization;

use super::gate::Place;
use super::werkzeug;
use crate::clock::{Randomness, random};
use crate::error::{Error, Problem, Result};
use crate::types::fold::fold;

/// The fewest characters of a new password.
pub const PASSWORD_MIN: usize = 8;
/// The most bytes of a password.
pub const PASSWORD_MAX: usize = 1_024;

/// Memory in KiB, rounds and lanes: what OWASP's password storage cheat sheet asks of argon2id (19 MiB, 2, 1).
const MEMORY: u32 = 19_456;
const ROUNDS: u32 = 2;
const LANES: u32 = 1;
/// Bytes of a hash, and argon2's version.
const LENGTH: usize = 32;
const VERSION: u32 = 0x13;
/// The dearest argon2 hash that is verified at all, so that a crafted one can't eat the machine.
const MOST_MEMORY: u32 = 256 << 10;
const MOST_ROUNDS: u32 = 16;
const MOST_LANES: u32 = 8;

/// A password as somebody gave it. Shows itself nowhere.
///
/// ```
/// use polaris_core::auth::Password;
///
/// assert_eq!(format!("{:?}", Password::from("correct horse")), "Password(…)");
/// ```
#[derive(Clone, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(transparent)]
pub struct Password(String);

impl Password {
    /// The password itself.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl From<String> for Password {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl From<&str> for Password {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

/// Checks a password that an account is to have (U3): at least 8 characters, at most 1,024 bytes, neither the account's e-mail nor its
/// username, and none that is guessed first.
///
/// # Errors
///
/// `TOO_SHORT`, `TOO_LONG`, `LIKE_ACCOUNT`, `TOO_EASY`. The password is never part of the message.
pub fn check_new(password: &Password, email: &str, username: Option<&str>) -> Result<(), Problem> {
    let text = password.reveal();
    if text.len() > PASSWORD_MAX {
        return Err(Problem::new("TOO_LONG", format!("may have at most {PASSWORD_MAX} bytes")));
    }
    if text.nfc().count() < PASSWORD_MIN {
        return Err(Problem::new("TOO_SHORT", format!("must have at least {PASSWORD_MIN} characters")));
    }
    let folded = fold(text);
    let local_part = email.rsplit_once('@').map(|(local, _)| local);
    if [Some(email), local_part, username].into_iter().flatten().any(|name| fold(name) == folded) {
        return Err(Problem::new("LIKE_ACCOUNT", "must be something else than the e-mail or the username"));
    }
    if is_easy(&folded) {
        return Err(Problem::new("TOO_EASY", "is among the first that are guessed: take a longer one, such as a few words"));
    }
    Ok(())
}

/// Whether a folded password is one that is tried first: one or two characters over and over, a row of the keyboard or the alphabet, or
/// one of the most used.
fn is_easy(folded: &str) -> bool {
    let characters: Vec<char> = folded.chars().collect();
    let mut different = characters.clone();
    different.sort_unstable();
    different.dedup();
    let steps: Vec<i64> = characters.windows(2).map(|pair| i64::from(u32::from(pair[1])) - i64::from(u32::from(pair[0]))).collect();
    let one_step = steps.windows(2).all(|pair| pair[0] == pair[1]);
    different.len() <= 2 || one_step || COMMON.lines().any(|common| common == folded)
}

/// The most used passwords of at least eight characters, folded.
const COMMON: &str = include_str!("common_passwords.txt");

/// Hashes a new password. Takes tens of milliseconds: outside of any transaction.
///
/// # Errors
///
/// [`Error::Internal`], which nothing a caller gives can lead to.
pub(crate) fn hash(password: &Password, place: &mut Place<'_>, randomness: &dyn Randomness) -> Result<String> {
    let salt = random::<16>(randomness);
    let mut out = [0; LENGTH];
    compute(&argon2id()?, password, &salt, &mut out, place).ok_or(Error::Internal)?;
    Ok(format!("$argon2id$v=19$m={MEMORY},t={ROUNDS},p={LANES}${}${}", BASE64.encode(salt), BASE64.encode(out)))
}

/// What a verification found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Verified {
    /// Whether the password is right.
    pub(crate) right: bool,
    /// Whether its hash is another than would be made today.
    pub(crate) outdated: bool,
}

/// Compares a password with a stored hash, in a time that doesn't tell how much of it is right. Without a hash as much is computed for
/// nothing, so that an account that isn't there takes as long as one that is.
pub(crate) fn verify(password: &Password, stored: Option<&str>, place: &mut Place<'_>) -> Verified {
    const WRONG: Verified = Verified { right: false, outdated: false };
    // No password is longer.
    let possible = password.reveal().len() <= PASSWORD_MAX;
    let found = match stored.filter(|_| possible) {
        Some(stored) if stored.starts_with('$') => verify_argon2id(password, stored, place),
        Some(stored) => werkzeug::verify(password.reveal(), stored).map(|right| Verified { right, outdated: true }),
        None => None,
    };
    found.unwrap_or_else(|| {
        let nothing = Password::default();
        for_nothing(if possible { password } else { &nothing }, place);
        WRONG
    })
}

/// `None` where the hash is not argon2id, or dearer than any of ours ever was.
fn verify_argon2id(password: &Password, stored: &str, place: &mut Place<'_>) -> Option<Verified> {
    let hash = PasswordHash::new(stored).ok()?;
    let params = Params::try_from(&hash).ok()?;
    let (memory, rounds, lanes) = (params.m_cost(), params.t_cost(), params.p_cost());
    if hash.algorithm.as_str() != "argon2id" || memory > MOST_MEMORY || rounds > MOST_ROUNDS || lanes > MOST_LANES {
        return None;
    }
    let version = Version::try_from(hash.version.unwrap_or(VERSION)).ok()?;
    let (salt, expected) = (hash.salt?, hash.hash?);
    let mut out = vec![0; expected.len()];
    compute(&Argon2::new(Algorithm::Argon2id, version, params), password, salt.as_ref(), &mut out, place)?;
    let right = out.ct_eq(expected.as_bytes()).into();
    Some(Verified { right, outdated: memory < MEMORY || rounds < ROUNDS || hash.version != Some(VERSION) })
}

fn for_nothing(password: &Password, place: &mut Place<'_>) {
    let mut out = [0; LENGTH];
    if let Ok(argon2) = argon2id() {
        let _ = compute(&argon2, password, b"no account's salt", &mut out, place);
    }
    std::hint::black_box(out);
}

fn compute(argon2: &Argon2<'_>, password: &Password, salt: &[u8], out: &mut [u8], place: &mut Place<'_>) -> Option<()> {
    let memory = place.memory(argon2.params().block_count());
    argon2.hash_password_into_with_memory(composed(password).as_bytes(), salt, out, memory).ok()
}

fn argon2id() -> Result<Argon2<'static>> {
    let params = Params::new(MEMORY, ROUNDS, LANES, Some(LENGTH)).map_err(|_| Error::Internal)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// Two keyboards may write é in two ways; it is the same password.
fn composed(password: &Password) -> String {
    password.reveal().nfc().collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::sync::LazyLock;
    use std::time::{Duration, Instant};

    use argon2::password_hash::PasswordHasher;

    use super::super::gate::Gate;
    use super::*;
    use crate::clock::SystemRandomness;

    static GATE: LazyLock<Gate> = LazyLock::new(Gate::new);

    fn hash(password: &Password) -> String {
        super::hash(password, &mut GATE.enter(Instant::now() + Duration::from_secs(60)).unwrap(), &SystemRandomness).unwrap()
    }

    fn verify(password: &Password, stored: Option<&str>) -> Verified {
        super::verify(password, stored, &mut GATE.enter(Instant::now() + Duration::from_secs(60)).unwrap())
    }

    fn problem(password: &str) -> &'static str {
        check_new(&password.into(), "Pat.Lee-2026@kckps.org", Some("PatTheGreat")).map_or_else(|problem| problem.code, |()| "ok")
    }

    // U3: "At least 8 characters, at most 1,024 bytes, not the e-mail".
    #[test]
    fn new_passwords_are_neither_short_nor_endless_nor_absurd() {
        for (password, expected) in [
            ("", "TOO_SHORT"),
            ("seven77", "TOO_SHORT"),
            ("éééé\u{301}aa", "TOO_SHORT"),
            (&"correct horse ".repeat(74), "TOO_LONG"),
            ("pat.lee-2026@KCKPS.org", "LIKE_ACCOUNT"),
            (" pat.lee-2026", "LIKE_ACCOUNT"),
            ("patthegreat", "LIKE_ACCOUNT"),
            ("aaaaaaaa", "TOO_EASY"),
            ("        ", "TOO_EASY"),
            ("xyxyxyxyxy", "TOO_EASY"),
            ("12345678", "TOO_EASY"),
            ("87654321", "TOO_EASY"),
            ("abcdefghij", "TOO_EASY"),
            ("Password1", "TOO_EASY"),
            ("QWERTYUIOP", "TOO_EASY"),
            ("eight888", "ok"),
            ("correct horse battery", "ok"),
            (&"long but fine ".repeat(73), "ok"),
            ("пароль и ещё", "ok"),
        ] {
            assert_eq!(problem(password), expected, "{password}");
        }
        let told = check_new(&"patthegreat".into(), "a@b.org", Some("patthegreat")).unwrap_err();
        assert!(!told.message.contains("patthegreat"));
    }

    #[test]
    fn the_list_of_common_passwords_is_as_it_is_compared() {
        for common in COMMON.lines() {
            assert_eq!(common, fold(common));
            assert!(common.chars().count() >= PASSWORD_MIN, "{common} is too short anyway");
        }
    }

    #[test]
    fn a_hash_is_argon2id_with_the_parameters_of_today_and_a_salt_of_its_own() {
        let password = Password::from("correct horse");
        let hashes = [hash(&password), hash(&password)];
        assert_ne!(hashes[0], hashes[1]);
        for hash in hashes {
            assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
            assert_eq!(verify(&password, Some(&hash)), Verified { right: true, outdated: false });
            assert!(!verify(&"correct horsE".into(), Some(&hash)).right);
            assert!(!verify(&Password::default(), Some(&hash)).right);
        }
    }

    #[test]
    fn both_ways_of_writing_a_letter_are_one_password() {
        let stored = hash(&"Zo\u{eb} likes tea".into());
        assert!(verify(&"Zoe\u{308} likes tea".into(), Some(&stored)).right);
    }

    #[test]
    fn a_hash_of_weaker_parameters_verifies_and_is_outdated() {
        let params = Params::new(8_192, 1, 1, Some(32)).unwrap();
        let old: PasswordHash =
            Argon2::new(Algorithm::Argon2id, Version::V0x13, params).hash_password_with_salt(b"password123", b"saltsaltsalt").unwrap();
        assert_eq!(verify(&"password123".into(), Some(&old.to_string())), Verified { right: true, outdated: true });
    }

    #[test]
    fn crafted_and_broken_hashes_are_wrong_at_once() {
        let began = Instant::now();
        for stored in [
            "",
            "$",
            "$argon2id$",
            "$argon2id$v=19$m=4294967295,t=2,p=1$c2FsdHNhbHRzYWx0$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
            "$argon2id$v=19$m=19456,t=4294967295,p=1$c2FsdHNhbHRzYWx0$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
            "$argon2i$v=19$m=19456,t=2,p=1$c2FsdHNhbHRzYWx0$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
            "$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHRzYWx0",
            "$2b$12$abcdefghijklmnopqrstuv",
            "password123",
            "plain$$password123",
        ] {
            assert!(!verify(&"password123".into(), Some(stored)).right, "{stored}");
        }
        assert!(!verify(&"x".repeat(1 << 20).into(), None).right);
        assert!(began.elapsed() < Duration::from_secs(10));
    }

    // RFC 9106, 5.3 has other inputs (a secret, associated data); this is made by the reference implementation:
    // echo -n password | argon2 somesalt -id -t 2 -k 65536 -p 1
    #[test]
    fn a_hash_of_the_reference_implementation_verifies_in_memory_that_others_have_used() {
        let stored = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";
        let mut place = GATE.enter(Instant::now() + Duration::from_secs(60)).unwrap();
        for _ in 0..2 {
            assert!(super::verify(&"password".into(), Some(stored), &mut place).right);
            assert!(!super::verify(&"passwore".into(), Some(stored), &mut place).right);
            let ours = super::hash(&"password".into(), &mut place, &SystemRandomness).unwrap();
            assert!(super::verify(&"password".into(), Some(&ours), &mut place).right);
        }
    }
}
