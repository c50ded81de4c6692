//! Reading the path and the part behind the question mark, with errors that name the parameter.

use std::borrow::Cow;

use chrono::NaiveDate;
use percent_encoding::percent_decode_str;
use poem::Request;
use polaris_core::error::Problem;
use polaris_core::types::parse_date;
use polaris_core::{Error, PageRequest, Result};

/// The parts of the path that stand for something, in order, decoded. None where they can't be decoded: then nothing is found.
pub(crate) fn path_parts(request: &Request) -> impl Iterator<Item = String> + use<> {
    request.path_params::<Vec<String>>().unwrap_or_default().into_iter()
}

/// The known parameters of a request. Unknown ones (cache-busters, for example) are ignored; a known one given twice is an error, and so is
/// one that is no text.
pub(crate) struct Query<'q> {
    known: Vec<(&'static str, Cow<'q, str>)>,
}

impl<'q> Query<'q> {
    pub(crate) fn read(text: &'q str, known: &[&'static str]) -> Result<Self> {
        let mut found: Vec<(&'static str, Cow<'q, str>)> = Vec::new();
        for piece in text.split('&') {
            let Some((name, value)) = form_urlencoded::parse(piece.as_bytes()).next() else { continue };
            let Some(name) = known.iter().find(|known| **known == name) else { continue };
            // What is no UTF-8 has become marks of replacement by now: it must not be looked for as if it had been sent.
            if percent_decode_str(piece).decode_utf8().is_err() {
                return Err(Error::bad_request(*name, "must be text in UTF-8, with its bytes written as %XX"));
            }
            if found.iter().any(|(other, _)| other == name) {
                return Err(Error::bad_request(*name, "is given twice: give it once"));
            }
            found.push((name, value));
        }
        Ok(Self { known: found })
    }

    /// As [`Self::read`], for programs of the staff: an unknown parameter is a mistake that would silently show too much.
    pub(crate) fn strict(text: &'q str, known: &[&'static str]) -> Result<Self> {
        match form_urlencoded::parse(text.as_bytes()).find(|(name, _)| !known.contains(&&**name)) {
            Some((name, _)) => {
                let name: String = name.chars().take(60).flat_map(char::escape_debug).collect();
                Err(Error::bad_request(name, format!("is not a parameter of this; there are {}", known.join(", "))))
            }
            None => Self::read(text, known),
        }
    }

    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.known.iter().find(|(known, _)| *known == name).map(|(_, value)| &**value)
    }

    /// A parameter read by a function; its problem becomes a bad request.
    pub(crate) fn parse<T>(&self, name: &'static str, parse: impl FnOnce(&str) -> Result<T, Problem>) -> Result<Option<T>> {
        self.get(name).map(parse).transpose().map_err(|problem| Error::bad_request(name, problem.message))
    }

    pub(crate) fn date(&self, name: &'static str) -> Result<Option<NaiveDate>> {
        self.parse(name, parse_date)
    }

    /// The number of something stored.
    pub(crate) fn id(&self, name: &'static str) -> Result<Option<i64>> {
        let wrong = || Problem::new("UNKNOWN_VALUE", "must be a number, 1 or more");
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten();
        self.parse(name, |text| digits(text).filter(|id| *id > 0).ok_or_else(wrong))
    }

    pub(crate) fn page(&self) -> Result<PageRequest> {
        PageRequest::new(self.number("page", 1)?, self.number("per_page", i64::from(PageRequest::PER_PAGE))?)
    }

    fn number(&self, name: &'static str, default: i64) -> Result<i64> {
        let Some(text) = self.get(name) else { return Ok(default) };
        let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        text.parse()
            .ok()
            .filter(|_| digits)
            .ok_or_else(|| Error::bad_request(name, format!("must be a whole number from 1 to {}", PageRequest::LARGEST)))
    }
}
