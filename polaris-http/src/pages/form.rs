//! Reading forms: each known field once, in UTF-8, and no others.

use percent_encoding::percent_decode;
use poem::Request;
use poem::http::{StatusCode, header};
use polaris_core::Error;

use crate::ServerConfig;
use crate::body::{LARGEST, is, read_at_most};
use crate::error::Failure;
use crate::staff::is_from_elsewhere;

const UNSUPPORTED: Failure = Failure::Http {
    status: StatusCode::UNSUPPORTED_MEDIA_TYPE,
    code: "UNSUPPORTED_MEDIA_TYPE",
    message: "send the form as application/x-www-form-urlencoded",
};
const ELSEWHERE: Failure = Failure::Http {
    status: StatusCode::FORBIDDEN,
    code: "FORBIDDEN",
    message: "this form was sent by a page of another site: open it here and send it again",
};

/// What a form was filled in with.
#[derive(Debug)]
pub(super) struct Form(Vec<(&'static str, String)>);

impl Form {
    /// Reads the form that comes with a request, which a page of ours must have sent, where the browser says who did.
    pub(super) async fn read(request: &mut Request, config: &ServerConfig, known: &[&'static str]) -> Result<Self, Failure> {
        if is_from_elsewhere(request, config) {
            return Err(ELSEWHERE);
        }
        Self::read_with_secret(request, known).await
    }

    /// Reads a form whose address is a secret: whoever knows it may send it from wherever they like. Browsers that are told to keep the
    /// address to themselves say no more where a form comes from.
    pub(super) async fn read_with_secret(request: &mut Request, known: &[&'static str]) -> Result<Self, Failure> {
        let text = |name| request.headers().get(name).and_then(|value| value.to_str().ok());
        if !text(header::CONTENT_TYPE).is_some_and(|declared| is(declared, "application/x-www-form-urlencoded")) {
            return Err(UNSUPPORTED);
        }
        let length = text(header::CONTENT_LENGTH).and_then(|length| length.parse().ok());
        let body = request.take_body();
        Self::parse(&read_at_most(LARGEST, Failure::PAYLOAD_TOO_LARGE, length, body).await?, known)
    }

    /// Whether a POST without fields of ours is the one click of a mail program, in either type of form that they may send (RFC 8058, 3.2).
    pub(super) async fn is_one_click(request: &mut Request) -> Result<bool, Failure> {
        let declared = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        if !declared.is_some_and(|declared| is(declared, "multipart/form-data")) {
            return Ok(Self::read_with_secret(request, &["List-Unsubscribe"]).await?.get("List-Unsubscribe") == "One-Click");
        }
        let body = request.take_body();
        let body = read_at_most(LARGEST, Failure::PAYLOAD_TOO_LARGE, None, body).await?;
        Ok(body.windows(9).any(|piece| piece == b"One-Click"))
    }

    fn parse(bytes: &[u8], known: &[&'static str]) -> Result<Self, Failure> {
        let mut fields: Vec<(&'static str, String)> = Vec::new();
        for piece in bytes.split(|byte| *byte == b'&').filter(|piece| !piece.is_empty()) {
            let bad = |message: &str| Failure::from(Error::bad_request("form", message));
            let Some((name, value)) = form_urlencoded::parse(piece).next() else { continue };
            let name = known.iter().find(|known| **known == name).ok_or_else(|| bad("has a field that is not asked for"))?;
            if percent_decode(piece).decode_utf8().is_err() {
                return Err(bad("must be text in UTF-8"));
            }
            if fields.iter().any(|(other, _)| other == name) {
                return Err(bad("has a field twice"));
            }
            // Browsers end the lines of a form with both.
            fields.push((name, value.replace("\r\n", "\n")));
        }
        Ok(Self(fields))
    }

    /// A field; one that was not sent is blank.
    pub(super) fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(known, _)| *known == name).map_or("", |(_, value)| value)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_form_has_each_known_field_once_and_no_other() {
        let read = |text: &str| Form::parse(text.as_bytes(), &["name", "notes"]);
        let form = read("name=Zo%C3%AB+Lee&notes=one%0D%0Atwo").unwrap();
        assert_eq!((form.get("name"), form.get("notes")), ("Zoë Lee", "one\ntwo"));
        assert_eq!(read("").unwrap().get("name"), "");
        assert_eq!(read("name").unwrap().get("name"), "");
        for bad in ["other=1", "name=1&name=2", "name=%FF", "nam%65=1&name=2", "name=a;b&x=1"] {
            assert_eq!(read(bad).unwrap_err().code(), "BAD_REQUEST", "{bad}");
        }
    }
}
