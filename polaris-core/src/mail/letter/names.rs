//! Names in mails. Anybody can sign up under any name with anybody's address; a mail program makes a link of `evil.example/win`, and that link
//! would come in the tenant's name. So a mail names people only where the name can't be read as a link, an address or a number to call.

use unicode_normalization::UnicodeNormalization;

/// As many digits as a telephone makes something to call of.
const CALLABLE: usize = 7;

/// The name, or nothing where it could be read as something to follow.
pub(crate) fn named(name: &str) -> &str {
    if can_be_followed(name) { "" } else { name }
}

/// Whether a name holds what stands in addresses alone: `/`, `:`, `@` or `www.`, in any case and width.
pub(crate) fn holds_an_address(name: &str) -> bool {
    let plain = plain(name);
    plain.contains(['/', '\\', ':', '@']) || plain.contains("www.")
}

/// Whether a program could take it for an address: also where a dot has two letters or digits behind it, or a digit.
fn can_be_followed(name: &str) -> bool {
    let plain = plain(name);
    let behind_a_dot = |rest: &str| {
        let mut letters = rest.chars().take_while(|letter| letter.is_alphanumeric());
        letters.next().is_some_and(|first| first.is_numeric() || letters.next().is_some())
    };
    holds_an_address(name)
        || plain.split('.').skip(1).any(behind_a_dot)
        || plain.chars().filter(|letter| letter.is_numeric()).count() >= CALLABLE
}

/// In lower case and of usual width, without what shows as nothing.
fn plain(name: &str) -> String {
    let dot = |letter| if letter == '\u{3002}' { '.' } else { letter };
    name.nfkc()
        .map(dot)
        .filter(|letter| !matches!(letter, '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{2060}'..='\u{2064}' | '\u{FEFF}'))
        .flat_map(char::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_people_are_names() {
        for name in
            ["Ann", "J. R.", "J.R.", "O'Brien", "Anne-Marie", "Dr. Lee", "José", "李", "Zoë \"Z\"; Smith,", "John 3rd", "<b>Ann</b>"]
        {
            // A tag's end holds a slash: nobody is called so.
            let tag = name.starts_with('<');
            assert_eq!((named(name), holds_an_address(name)), (if tag { "" } else { name }, tag), "{name}");
        }
    }

    #[test]
    fn what_a_program_could_make_a_link_of_is_none() {
        for (name, refused) in [
            ("evil.example/win", true),
            ("https://evil.example", true),
            ("hxxp:evil", true),
            ("me@evil.example", true),
            ("WWW.Evil", true),
            ("ｗｗｗ．evil", true),
            ("evil／win", true),
            ("evil.example", false),
            ("Ann evil.co", false),
            ("evil\u{3002}com", false),
            ("evil.\u{200B}com", false),
            ("evil．com", false),
            ("10.0.0.1", false),
            ("Call 1 800 555 0100", false),
        ] {
            assert_eq!((named(name), holds_an_address(name)), ("", refused), "{name}");
        }
    }
}
