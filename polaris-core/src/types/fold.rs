//! Names compared as people compare them: whatever their case, accents and spaces.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Letters that Unicode doesn't take apart, as [`fold`] and the views of the database that are searched (`event_texts`) write them out.
pub(crate) const LETTERS: &[(char, &str)] = &[
    ('ß', "ss"),
    ('ẞ', "ss"),
    ('ł', "l"),
    ('Ł', "l"),
    ('ø', "o"),
    ('Ø', "o"),
    ('đ', "d"),
    ('Đ', "d"),
    ('ð', "d"),
    ('Ð', "d"),
    ('ħ', "h"),
    ('Ħ', "h"),
    ('ı', "i"),
    ('æ', "ae"),
    ('Æ', "ae"),
    ('œ', "oe"),
    ('Œ', "oe"),
    ('þ', "th"),
    ('Þ', "th"),
];

/// The form of a name that equal names share: lower case, without accents, single spaces. Letters that Unicode does not take apart are
/// written out (ß as ss, ł as l, ø as o, æ as ae). What is folded already stays as it is.
///
/// ```
/// use polaris_core::types::fold::fold;
///
/// assert_eq!(fold("  École  Łódź "), fold("ecole lodz"));
/// ```
#[must_use]
pub fn fold(name: &str) -> String {
    let mut folded = String::with_capacity(name.len());
    for word in name.split_whitespace() {
        if !folded.is_empty() && !folded.ends_with(' ') {
            folded.push(' ');
        }
        if word.is_ascii() {
            // Nearly every name, at a fraction of the cost.
            folded.extend(word.bytes().map(|byte| char::from(byte.to_ascii_lowercase())));
            continue;
        }
        for character in word.nfkd().filter(|character| !is_combining_mark(*character)).flat_map(char::to_lowercase) {
            match character {
                // An accent that stands alone (`´`) is taken apart into a space and itself.
                space if space.is_whitespace() => {
                    if !folded.is_empty() && !folded.ends_with(' ') {
                        folded.push(' ');
                    }
                }
                letter if letter.is_ascii() => folded.push(letter),
                letter => match LETTERS.iter().find(|(special, _)| *special == letter) {
                    Some((_, written_out)) => folded.push_str(written_out),
                    None => folded.push(letter),
                },
            }
        }
    }
    folded.truncate(folded.trim_end_matches(' ').len());
    folded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_folded_already_stays_as_it_is() {
        for (name, folded) in
            [("O´ Brien", "o brien"), ("Jo´", "jo"), ("´ ¨", ""), ("D´Ann ¸", "d ann"), ("Ｊｏ　\u{2017}Lee", "jo lee"), ("ŉ ẞ", "ʼn ss")]
        {
            assert_eq!((fold(name).as_str(), fold(&fold(name)).as_str()), (folded, folded), "{name}");
        }
        let odd = (0..0x3000_u32).filter_map(char::from_u32).find(|character| {
            let once = fold(&format!("a{character} {character}b"));
            fold(&once) != once
        });
        assert_eq!(odd, None);
    }
}
