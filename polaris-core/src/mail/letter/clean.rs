//! HTML that tenants wrote, as mails may hold it: words, links and how they look. Nothing is loaded, nothing runs and nothing tells who
//! opened what (M3), whatever was filled in. What stands on this list passes, anything else is taken out of every mail that is sent, and
//! named where texts are stored.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::LazyLock;

use ammonia::{Builder, UrlRelative};
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};

use crate::error::{Error, Result};

const ELEMENTS: &[&str] = &[
    "a",
    "b",
    "bdi",
    "bdo",
    "blockquote",
    "br",
    "caption",
    "center",
    "code",
    "dd",
    "div",
    "dl",
    "dt",
    "em",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "i",
    "li",
    "ol",
    "p",
    "pre",
    "s",
    "small",
    "span",
    "strong",
    "sub",
    "sup",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "tr",
    "u",
    "ul",
];
const ATTRIBUTES: &[(&str, &[&str])] = &[
    ("a", &["href"]),
    ("ol", &["start", "type"]),
    ("table", &["align", "border", "cellpadding", "cellspacing", "width"]),
    ("td", &["align", "colspan", "rowspan", "valign", "width"]),
    ("th", &["align", "colspan", "rowspan", "scope", "valign", "width"]),
];
const ATTRIBUTES_OF_ALL: &[&str] = &["dir", "lang", "role", "style", "title"];
const SCHEMES: &[&str] = &["http", "https", "mailto"];
/// Of what can be said in a `style`, what can load nothing, lie over nothing and move nothing away.
const STYLES: &[&str] = &[
    "background-color",
    "border",
    "border-bottom",
    "border-collapse",
    "border-color",
    "border-left",
    "border-radius",
    "border-right",
    "border-spacing",
    "border-style",
    "border-top",
    "border-width",
    "color",
    "direction",
    "display",
    "font-family",
    "font-size",
    "font-style",
    "font-weight",
    "height",
    "letter-spacing",
    "line-height",
    "margin",
    "margin-bottom",
    "margin-left",
    "margin-right",
    "margin-top",
    "max-width",
    "min-width",
    "overflow-wrap",
    "padding",
    "padding-bottom",
    "padding-left",
    "padding-right",
    "padding-top",
    "text-align",
    "text-decoration",
    "vertical-align",
    "white-space",
    "width",
    "word-break",
    "word-wrap",
];

static CLEANER: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let set = |names: &[&'static str]| names.iter().copied().collect::<HashSet<_>>();
    let mut cleaner = Builder::empty();
    cleaner
        .tags(set(ELEMENTS))
        .clean_content_tags(set(&["script", "style", "title"]))
        .tag_attributes(ATTRIBUTES.iter().map(|(element, names)| (*element, set(names))).collect::<HashMap<_, _>>())
        .generic_attributes(set(ATTRIBUTES_OF_ALL))
        .url_schemes(set(SCHEMES))
        .url_relative(UrlRelative::Deny)
        .link_rel(None)
        .filter_style_properties(set(STYLES))
        .attribute_filter(|_, name, value| (name != "style" || !hides(value)).then_some(Cow::Borrowed(value)));
    cleaner
});

/// Whether a style hides something, or is written so that one can't see whether it does.
fn hides(style: &str) -> bool {
    let bare: String = style.chars().filter(|letter| !letter.is_whitespace()).flat_map(char::to_lowercase).collect();
    bare.contains(['\\', '@'])
        || bare.contains("/*")
        || bare.contains("display:none")
        || bare.split(';').filter_map(|one| one.split_once(':')).any(|(property, value)| is_out_of_sight(property, value))
}

/// Whether this alone leaves nothing to be seen, or moves it away.
fn is_out_of_sight(property: &str, value: &str) -> bool {
    const NOTHING_IF_ZERO: &[&str] = &["font-size", "height", "line-height", "max-height", "max-width", "opacity", "width"];
    let number = value.trim_end_matches(|letter: char| letter.is_ascii_alphabetic() || letter == '%');
    let is_zero = number.parse::<f64>().is_ok_and(|number| number.abs() < 0.01);
    let is_negative = value.as_bytes().windows(2).any(|two| two[0] == b'-' && (two[1].is_ascii_digit() || two[1] == b'.'));
    let hex = value.strip_prefix('#').unwrap_or_default();
    let is_clear = value.contains("transparent")
        || (hex.len() == 4 && hex.ends_with('0'))
        || (hex.len() == 8 && hex.ends_with("00"))
        || (value.contains('(') && [",0)", "/0)", ",0%)", "/0%)", ",0.0)", "/0.0)", ",.0)", "/.0)"].iter().any(|end| value.contains(end)));
    (is_zero && NOTHING_IF_ZERO.contains(&property)) || (is_negative && property != "font-family") || (is_clear && property == "color")
}

/// More than any mail has.
const MOST_ELEMENTS: usize = 5_000;
/// So many of them are open at once at most. A parser opens each of these anew in every paragraph, so that thousands of both would be millions.
const MOST_OPEN: usize = 50;
const OPENED_ANEW: &[&str] = &["a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"];

/// What may stand in a mail of it.
///
/// # Errors
///
/// [`Error::Internal`] for what no mail is like: it would take too long.
pub(super) fn clean(html: &str) -> Result<String> {
    if Seen::of(html).is_too_much() { Err(Error::Internal) } else { Ok(CLEANER.clean(html).to_string()) }
}

/// What cleaning takes out of it, each thing once, as the end of a sentence that begins with `html`.
pub(crate) fn taken_out(html: &str) -> Vec<String> {
    let before = Seen::of(html);
    let Ok(cleaned) = clean(html) else {
        let what = format!("has more than {MOST_ELEMENTS} elements, or more than {MOST_OPEN} that are open at once: close them");
        return vec![what];
    };
    let after = Seen::of(&cleaned);
    let mut found = Vec::new();
    let mut find = |what: String| {
        if !found.contains(&what) {
            found.push(what);
        }
    };
    for (element, times) in &before.elements {
        if after.elements.get(element).is_none_or(|kept| kept < times) {
            find(match element.as_str() {
                name @ ("img" | "picture" | "svg" | "video" | "audio" | "source") => {
                    format!("<{name}> is not allowed in mails: nothing is loaded with them, and the tenant's logo is shown above")
                }
                name if ELEMENTS.contains(&name) => format!("<{name}> stands where none can stand: it would be taken out"),
                name => format!(
                    "<{name}> is not allowed in mails: there are paragraphs, headings, lists, tables, links, emphasis, and styles of their own"
                ),
            });
        }
    }
    for ((element, name), values) in &before.attributes {
        let kept = after.attributes.get(&(element.clone(), name.clone())).map_or(0, Vec::len);
        let gone = after.elements.get(element).copied().unwrap_or_default() < before.elements[element];
        if kept < values.len() && !gone {
            find(match name.as_str() {
                "href" if element == "a" => {
                    "a link may lead to https://, http:// and mailto: alone, written out: another one is not allowed in mails".to_owned()
                }
                "style" => {
                    "a style that hides something (display: none, or with \\, @ or a comment in it) is not allowed in mails".to_owned()
                }
                name => format!("the attribute {name} of <{element}> is not allowed in mails"),
            });
        }
    }
    let styles = |seen: &Seen| -> BTreeMap<String, usize> {
        let mut times = BTreeMap::new();
        for (_, values) in seen.attributes.iter().filter(|((_, name), values)| name == "style" && !values.iter().any(|style| hides(style)))
        {
            for property in values.iter().flat_map(|style| style.split(';')).filter(|property| !property.trim().is_empty()) {
                *times.entry(property.split(':').next().unwrap_or_default().trim().to_owned()).or_default() += 1;
            }
        }
        times
    };
    let kept = styles(&after);
    for (property, times) in styles(&before) {
        if kept.get(&property).is_none_or(|kept| *kept < times) {
            find(format!("`{}` in a style is not allowed in mails", shortened(&property)));
        }
    }
    if before.others > after.others {
        find("comments and doctypes are not allowed in mails: write {# … #} for a note of your own".to_owned());
    }
    found
}

/// Whether the HTML has a link to this address, with something in it to be seen.
pub(crate) fn has_link(html: &str, address: &str) -> bool {
    Seen::of(html).links.iter().any(|(link, text)| link == address && text.chars().any(shows))
}

/// Whether a letter is one that can be seen: not the fillers that count as letters.
fn shows(letter: char) -> bool {
    letter.is_alphanumeric() && !matches!(letter, '\u{115F}' | '\u{1160}' | '\u{3164}' | '\u{FFA0}')
}

/// The words that can be seen, without what marks them up.
pub(crate) fn words(html: &str) -> String {
    Seen::of(html).text
}

fn shortened(name: &str) -> String {
    name.chars().take(40).collect()
}

/// What stands in HTML.
#[derive(Default)]
struct Seen {
    elements: BTreeMap<String, usize>,
    /// Values by element and name.
    attributes: BTreeMap<(String, String), Vec<String>>,
    /// Addresses of links, with their words.
    links: Vec<(String, String)>,
    in_link: bool,
    text: String,
    /// Comments and the like.
    others: usize,
    /// How many elements are open that a parser opens anew, and how many were at most.
    open: usize,
    most_open: usize,
}

impl Seen {
    fn of(html: &str) -> Self {
        let input = BufferQueue::default();
        input.push_back(StrTendril::from(html));
        let tokenizer = Tokenizer::new(Reader(RefCell::new(Self::default())), TokenizerOpts::default());
        // It stops for scripts alone, which are none to it.
        let _ = tokenizer.feed(&input);
        tokenizer.end();
        tokenizer.sink.0.into_inner()
    }

    fn tag(&mut self, tag: &Tag) {
        let element = tag.name.to_string();
        let opened_anew = usize::from(OPENED_ANEW.contains(&element.as_str()));
        if tag.kind == TagKind::EndTag {
            self.in_link &= element != "a";
            self.open = self.open.saturating_sub(opened_anew);
            return;
        }
        self.open += opened_anew;
        self.most_open = self.most_open.max(self.open);
        for attribute in &tag.attrs {
            let (name, value) = (attribute.name.local.to_string(), attribute.value.to_string());
            // Where what it names is empty: a link to nowhere does no harm.
            if name == "href" && value.is_empty() {
                continue;
            }
            if element == "a" && name == "href" {
                self.links.push((value.clone(), String::new()));
                self.in_link = true;
            }
            self.attributes.entry((element.clone(), name)).or_default().push(value);
        }
        *self.elements.entry(element).or_default() += 1;
    }

    fn is_too_much(&self) -> bool {
        self.most_open > MOST_OPEN || self.elements.values().sum::<usize>() > MOST_ELEMENTS
    }

    fn words(&mut self, words: &str) {
        self.text.push_str(words);
        if let Some((_, text)) = self.links.last_mut().filter(|_| self.in_link) {
            text.push_str(words);
        }
    }
}

struct Reader(RefCell<Seen>);

impl TokenSink for Reader {
    type Handle = ();

    fn process_token(&self, token: Token, _: u64) -> TokenSinkResult<()> {
        let mut seen = self.0.borrow_mut();
        match token {
            Token::TagToken(tag) => seen.tag(&tag),
            Token::CharacterTokens(words) => seen.words(&words),
            Token::CommentToken(_) | Token::DoctypeToken(_) => seen.others += 1,
            Token::NullCharacterToken | Token::EOFToken | Token::ParseError(_) => {}
        }
        TokenSinkResult::Continue
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    /// Each paragraph would hold all of the others again.
    #[test]
    fn html_that_grows_as_it_is_read_is_refused_at_once() {
        let open: String = (0..1_500).map(|at| format!("<b title={at}>")).collect();
        for bomb in [open.clone() + &"<p>".repeat(5_000), "<div>".repeat(9_000), open + &"</b>".repeat(1_500)] {
            let began = std::time::Instant::now();
            assert!(clean(&bomb).is_err() && taken_out(&bomb)[0].starts_with("has more than 5000 elements"));
            assert!(began.elapsed() < std::time::Duration::from_secs(2), "{:?}", began.elapsed());
        }
        assert!(clean(&"<p><b>x</b></p>".repeat(2_000)).is_ok());
    }

    #[test]
    fn what_loads_runs_or_hides_is_taken_out_and_named() {
        for (html, cleaned, named) in [
            ("<p>Hi<img src=\"https://t.example/1.gif\"></p>", "<p>Hi</p>", "<img> is not allowed"),
            ("<p onerror=\"x()\">Hi</p>", "<p>Hi</p>", "the attribute onerror of <p>"),
            ("<a href=\"java&#115;cript:x()\">Hi</a>", "<a>Hi</a>", "a link may lead to"),
            ("<a href=\"JAVA\tSCRIPT:x()\">Hi</a>", "<a>Hi</a>", "a link may lead to"),
            ("<a href=\"//t.example\">Hi</a>", "<a>Hi</a>", "a link may lead to"),
            ("<a href=\"data:text/html,x\">Hi</a>", "<a>Hi</a>", "a link may lead to"),
            ("<p style=\"background-image:url(https://t.example/1.gif)\">Hi</p>", "<p style=\"\">Hi</p>", "`background-image` in a style"),
            ("<p style=\"background:url(https://t.example/1.gif)\">Hi</p>", "<p style=\"\">Hi</p>", "`background` in a style"),
            ("<p style=\"color:red;position:fixed\">Hi</p>", "<p style=\"color:red\">Hi</p>", "`position` in a style"),
            ("<p style=\"DISPLAY: none\">Hi</p>", "<p>Hi</p>", "a style that hides something"),
            ("<p style=\"display:n\\6fne\">Hi</p>", "<p>Hi</p>", "a style that hides something"),
            ("<!-- <a href=\"https://x\">x</a> --><p>Hi</p>", "<p>Hi</p>", "comments"),
            ("<style>p{color:red}</style><p>Hi</p>", "<p>Hi</p>", "<style> is not allowed"),
            ("<script>x()</script><p>Hi</p>", "<p>Hi</p>", "<script> is not allowed"),
            ("<svg><script>x()</script></svg><p>Hi</p>", "<p>Hi</p>", "<svg> is not allowed"),
            ("<form action=\"https://t.example\"><input></form>Hi", "Hi", "<form> is not allowed"),
            ("<tr><td>Hi</td></tr>", "Hi", "<td> stands where none can stand"),
            ("<table background=\"https://t.example/1.gif\"></table>", "<table></table>", "the attribute background of <table>"),
        ] {
            assert_eq!(clean(html).unwrap(), cleaned, "{html}");
            let found = taken_out(html);
            assert!(found.iter().any(|what| what.starts_with(named)), "{html}: {found:?}");
            assert_eq!(taken_out(cleaned), Vec::<String>::new(), "{cleaned}");
        }
    }

    #[test]
    fn words_links_tables_and_simple_styles_stay_as_they_are() {
        let html = "<h1>Hi</h1><p dir=\"auto\" style=\"margin:0 0 16px\">See <a href=\"https://a.example/?x=1&amp;y=2\">this</a>, <em>now</em>.</p>\
                    <table width=\"100%\"><tbody><tr><td align=\"left\" style=\"padding:4px\">A</td></tr></tbody></table><ul><li>One</li></ul>\
                    <p><a href=\"mailto:help@a.example\">Ask</a></p>";
        assert_eq!(clean(html).unwrap(), html);
        assert_eq!(taken_out(html), Vec::<String>::new());
        assert!(has_link(html, "https://a.example/?x=1&y=2") && !has_link(html, "https://a.example/"));
        assert!(!has_link("<a href=\"https://x\"> </a>", "https://x") && !has_link("<!--<a href=\"https://x\">x</a>-->", "https://x"));
    }
}
