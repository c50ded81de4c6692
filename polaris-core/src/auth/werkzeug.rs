//! Password hashes that Werkzeug made (`generate_password_hash`), as the Flask application stored them: verified, never made.
//!
//! `scrypt:32768:8:1$salt$hex` and `pbkdf2:sha256:600000$salt$hex`; the salt is the text as it stands.

use pbkdf2::pbkdf2_hmac_array;
use sha1::Sha1;
use sha2::{Sha256, Sha512};
use subtle::ConstantTimeEq;

use crate::types::key_hash::hex;

/// What Werkzeug takes where a hash names no cost.
const DEFAULT_SCRYPT: [u32; 3] = [32_768, 8, 1];
const DEFAULT_ITERATIONS: u32 = 1_000_000;
/// The dearest that is computed: 128 MiB or as much time, four times what Werkzeug ever took by default.
const MOST_SCRYPT: u64 = 1 << 20;
const MOST_ITERATIONS: u32 = 4_000_000;
const LONGEST_SALT: usize = 256;

/// Whether the password is the one that was hashed; `None` when the text is no such hash, or one of a cost that nobody chose.
pub(super) fn verify(password: &str, stored: &str) -> Option<bool> {
    let mut parts = stored.splitn(3, '$');
    let (method, salt, digest) = (parts.next()?, parts.next()?, parts.next()?);
    if salt.is_empty() || salt.len() > LONGEST_SALT {
        return None;
    }
    let computed = compute(method, password.as_bytes(), salt.as_bytes())?;
    Some(hex(&computed).as_bytes().ct_eq(digest.as_bytes()).into())
}

fn compute(method: &str, password: &[u8], salt: &[u8]) -> Option<Vec<u8>> {
    match method.split(':').collect::<Vec<_>>()[..] {
        ["scrypt"] => scrypt(password, salt, DEFAULT_SCRYPT),
        ["scrypt", n, r, p] => scrypt(password, salt, [number(n)?, number(r)?, number(p)?]),
        ["pbkdf2", digest] => pbkdf2(digest, password, salt, DEFAULT_ITERATIONS),
        ["pbkdf2", digest, iterations] => pbkdf2(digest, password, salt, number(iterations)?),
        _ => None,
    }
}

fn number(text: &str) -> Option<u32> {
    text.parse().ok().filter(|_| text.bytes().all(|byte| byte.is_ascii_digit()))
}

fn scrypt(password: &[u8], salt: &[u8], [n, r, p]: [u32; 3]) -> Option<Vec<u8>> {
    let cost = u64::from(n).checked_mul(u64::from(r))?.checked_mul(u64::from(p))?;
    if n < 2 || !n.is_power_of_two() || cost > MOST_SCRYPT {
        return None;
    }
    let params = scrypt::Params::new(u8::try_from(n.trailing_zeros()).ok()?, r, p).ok()?;
    let mut out = vec![0; 64];
    scrypt::scrypt(password, salt, &params, &mut out).ok()?;
    Some(out)
}

fn pbkdf2(digest: &str, password: &[u8], salt: &[u8], iterations: u32) -> Option<Vec<u8>> {
    if !(1..=MOST_ITERATIONS).contains(&iterations) {
        return None;
    }
    match digest {
        "sha1" => Some(pbkdf2_hmac_array::<Sha1, 20>(password, salt, iterations).to_vec()),
        "sha256" => Some(pbkdf2_hmac_array::<Sha256, 32>(password, salt, iterations).to_vec()),
        "sha512" => Some(pbkdf2_hmac_array::<Sha512, 64>(password, salt, iterations).to_vec()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Made by Werkzeug 3 and by Python's hashlib; the password is `password123`.
    const VECTORS: &[&str] = &[
        "scrypt:32768:8:1$9oq2lgqPv5iP1dTU$995985d8f197d015f78c200b1069fb9d795e866e8ea8674eee515c7ffbd37e473951a3b8946bf17a1603674acc8e708c59fbba533d484e1e579f32a542ddecbc",
        "scrypt$9oq2lgqPv5iP1dTU$995985d8f197d015f78c200b1069fb9d795e866e8ea8674eee515c7ffbd37e473951a3b8946bf17a1603674acc8e708c59fbba533d484e1e579f32a542ddecbc",
        "pbkdf2:sha256:600000$abcDEF0123456789$e55d6f63205b8f45f8dbc1cdd8eabda6169d05539d9a175003d490e0530a4f8e",
        "pbkdf2:sha256:260000$abcDEF01$cc440577f17de360d5b2543b583961bd3c513f94d45ce9845edb855aefcb791b",
        "pbkdf2:sha1:1000$abcDEF01$2eb253ab4c9b7d6064191a7af6cc0ba341663239",
        "pbkdf2:sha512:1000$abcDEF01$b5cf660cacaa1958e3d381fe9d640a4e707d2fd00f4da1337662b5e5aad73e5501c9454a608d7c0ee4f115620788f7504df2ebec7f02ce9a4d3a14b0fbdf31d8",
    ];

    // U2: "hashes brought over from Flask (Werkzeug scrypt: and pbkdf2:) verify".
    #[test]
    fn what_werkzeug_hashed_verifies() {
        for stored in VECTORS {
            assert_eq!(verify("password123", stored), Some(true), "{stored}");
        }
        let two_lanes = "scrypt:16384:8:2$saltSALTsalt1234$1bf61bb42f67721378331f011ca5f26196411f2c59f2ea4b2b05bd3c744ac74d96a66c9b52207ed91f08c8a92d6f045bbe3fbc0fbba2611023b6b6a756d5ece9";
        assert_eq!(verify("pässwörd", two_lanes), Some(true));
    }

    #[test]
    fn another_password_or_hash_does_not() {
        for stored in [VECTORS[0], VECTORS[4]] {
            assert_eq!(verify("password124", stored), Some(false));
            assert_eq!(verify("", stored), Some(false));
            assert_eq!(verify("password123", &stored[..stored.len() - 1]), Some(false));
            assert_eq!(verify("password123", &format!("{stored}0")), Some(false));
        }
    }

    #[test]
    fn crafted_costs_are_not_computed() {
        for method in [
            "scrypt:2147483648:8:1",
            "scrypt:32768:4294967295:1",
            "scrypt:32768:8:4294967295",
            "scrypt:32767:8:1",
            "scrypt:0:8:1",
            "scrypt:1:8:1",
            "scrypt:32768:0:1",
            "scrypt:32768:8:0",
            "scrypt:32768:8",
            "scrypt:-1:8:1",
            "scrypt:+32768:8:1",
            "scrypt:99999999999999999999:8:1",
            "pbkdf2",
            "pbkdf2:md5:1000",
            "pbkdf2:sha256:0",
            "pbkdf2:sha256:4294967295",
            "pbkdf2:sha256:1000:1",
            "bcrypt",
            "plain",
            "",
        ] {
            assert_eq!(verify("password123", &format!("{method}$abcDEF01$00")), None, "{method}");
        }
        for text in ["", "$", "$$", "scrypt", "scrypt$", "scrypt$$00", "scrypt$salt", &format!("scrypt${}$00", "s".repeat(257))] {
            assert_eq!(verify("password123", text), None, "{text}");
        }
    }
}
