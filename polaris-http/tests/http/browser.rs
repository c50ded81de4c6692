//! Pages as a browser asks for them, and what it would see of them.

use super::client::Answer;
use super::house::Server;

/// What a page's policy is, but for the digest of its colours.
const POLICY: &str = "img-src https:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

impl Server {
    /// A page.
    #[track_caller]
    pub(crate) fn page(&self, path: &str, status: u16) -> Answer {
        let answer = self.get(path).header("Accept", "text/html,application/xhtml+xml").send_unchecked();
        is_page(&answer, status);
        answer
    }

    /// A form, sent from one of our own pages.
    #[track_caller]
    pub(crate) fn fill_in(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let origin = format!("http://{}", self.address);
        self.post(path).header("Accept", "text/html").header("Origin", &origin).form(fields).send_unchecked()
    }
}

/// That an answer is a whole page, with all that keeps it harmless.
#[track_caller]
pub(crate) fn is_page(answer: &Answer, status: u16) {
    let text = answer.text();
    assert_eq!(answer.status, status, "{:?}: {text}", answer.asked);
    assert_eq!(answer.header("content-type"), Some("text/html; charset=utf-8"), "{:?}", answer.asked);
    assert_eq!(answer.header("cache-control"), Some("no-store"), "{:?}", answer.asked);
    let policy = answer.header("content-security-policy").unwrap();
    assert!(policy.starts_with("default-src 'none'; style-src 'self' 'sha256-") && policy.ends_with(POLICY), "{policy}");
    assert!(text.starts_with("<!doctype html>\n<html lang=\"en\">") && text.trim_end().ends_with("</html>"), "{text}");
    for part in ["<title>", "<main id=\"main\"", "<h1>", "href=\"#main\"", "name=\"viewport\""] {
        assert_eq!(text.matches(part).count(), 1, "{part}: {text}");
    }
    for never in ["<script", "javascript:", " on", "style=\""] {
        let found = if never == " on" { text.contains(" onclick") || text.contains(" onload") } else { text.contains(never) };
        assert!(!found, "{never}: {text}");
    }
}

impl Answer {
    /// Where a browser is sent on to, to look at with GET.
    #[track_caller]
    pub(crate) fn sent_on(&self) -> &str {
        assert_eq!(self.status, 303, "{:?}: {}", self.asked, self.text());
        self.header("location").unwrap()
    }

    /// That the page shows this text.
    #[track_caller]
    pub(crate) fn shows(&self, text: &str) -> &Self {
        assert!(self.text().contains(text), "no {text}: {}", self.text());
        self
    }

    #[track_caller]
    pub(crate) fn shows_no(&self, text: &str) -> &Self {
        assert!(!self.text().contains(text), "{text}: {}", self.text());
        self
    }
}
