//! Text from outside, to be quoted in a message.

/// At most 80 characters, without what could upset a terminal: control characters and those that turn the direction of text.
pub(crate) fn plain(text: &str) -> String {
    let mut shown = String::new();
    for character in text.chars().take(80) {
        match character {
            '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => shown.extend(character.escape_unicode()),
            _ if character.is_control() => shown.extend(character.escape_default()),
            _ => shown.push(character),
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn what_could_upset_a_terminal_is_spelled_out_and_the_rest_kept() {
        assert_eq!(plain("\"Día\" 7"), "\"Día\" 7");
        assert_eq!(plain("a\u{1b}[31m\nb\u{202e}"), "a\\u{1b}[31m\\nb\\u{202e}");
        assert_eq!(plain(&"x".repeat(1_000)).len(), 80);
    }
}
