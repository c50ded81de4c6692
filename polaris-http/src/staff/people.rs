//! How requests name people and ask for them.

use polaris_core::error::Problem;

/// The number of an account in the path. Nobody has number 0: what isn't a number finds nobody, and is told so in its turn.
pub(super) fn number(part: Option<String>) -> i64 {
    part.filter(|text| text.bytes().all(|byte| byte.is_ascii_digit())).and_then(|text| text.parse().ok()).unwrap_or_default()
}

/// `true` or `false`, of a parameter.
pub(super) fn whether(text: &str) -> Result<bool, Problem> {
    text.parse().map_err(|_| Problem::new("UNKNOWN_VALUE", "must be true or false"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_number_finds_nobody() {
        assert_eq!(number(Some("17".to_owned())), 17);
        for bad in ["", "-1", "+1", "1.0", "1e3", "pat", "99999999999999999999", " 1"] {
            assert_eq!(number(Some(bad.to_owned())), 0, "{bad}");
        }
        assert_eq!(number(None), 0);
        assert_eq!((whether("true").ok(), whether("false").ok(), whether("1").is_err()), (Some(true), Some(false), true));
    }
}
