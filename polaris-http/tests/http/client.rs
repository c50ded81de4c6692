//! Asking the server, and looking at what it answers.

use std::time::Duration;

use serde_json::Value;
use ureq::http::{HeaderMap, Request};

use super::house::Server;
use super::schema;

pub(crate) fn agent() -> ureq::Agent {
    ureq::Agent::config_builder()
        .http_status_as_error(false)
        .allow_non_standard_methods(true)
        .max_redirects(0)
        .timeout_global(Some(Duration::from_secs(60)))
        .build()
        .new_agent()
}

/// A request on its way.
pub(crate) struct Ask<'s> {
    server: &'s Server,
    method: String,
    path: String,
    headers: Vec<(String, String)>,
    body: Option<Vec<u8>>,
}

impl Server {
    pub(crate) fn ask(&self, method: &str, path: &str) -> Ask<'_> {
        Ask { server: self, method: method.into(), path: path.into(), headers: Vec::new(), body: None }
    }

    pub(crate) fn get(&self, path: &str) -> Ask<'_> {
        self.ask("GET", path)
    }

    pub(crate) fn post(&self, path: &str) -> Ask<'_> {
        self.ask("POST", path)
    }

    /// The public API of a tenant, with its key.
    pub(crate) fn public(&self, slug: &str, rest: &str) -> Answer {
        self.get(&format!("/api/v1/district/{slug}/events{rest}")).key(self.key(slug)).send()
    }
}

impl Ask<'_> {
    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    pub(crate) fn key(self, key: &str) -> Self {
        self.header("X-API-Key", key)
    }

    pub(crate) fn token(self, token: &str) -> Self {
        self.header("Authorization", &format!("Bearer {token}"))
    }

    pub(crate) fn json(self, body: &Value) -> Self {
        self.header("Content-Type", "application/json").body(body.to_string())
    }

    /// A form as browsers send it.
    pub(crate) fn form(self, fields: &[(&str, &str)]) -> Self {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.header("Content-Type", "application/x-www-form-urlencoded").body(body)
    }

    pub(crate) fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = Some(body.into());
        self
    }

    pub(crate) fn send(self) -> Answer {
        let answer = self.send_unchecked();
        schema::check(&answer);
        answer
    }

    /// For what is not in the document.
    pub(crate) fn send_unchecked(self) -> Answer {
        let address = format!("http://{}{}", self.server.address, self.path);
        let mut request = Request::builder().method(self.method.as_str()).uri(address);
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        let mut response = match self.body {
            Some(body) => self.server.client.run(request.body(body).unwrap()),
            None => self.server.client.run(request.body(()).unwrap()),
        }
        .unwrap();
        let body = response.body_mut().with_config().limit(64 << 20).read_to_vec().unwrap();
        Answer { asked: (self.method, self.path), status: response.status().as_u16(), headers: response.headers().clone(), body }
    }
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    /// Method and path.
    pub(crate) asked: (String, String),
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{:?}: {error}: {}", self.asked, self.text()))
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    /// The body, if the status is this.
    #[track_caller]
    pub(crate) fn ok(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{:?}: {}", self.asked, self.text());
        self.json()
    }

    #[track_caller]
    pub(crate) fn data(&self, status: u16) -> Value {
        self.ok(status)["data"].take()
    }

    /// The error, if status and code are these. Its shape is looked at too (FR-API-107).
    #[track_caller]
    pub(crate) fn refused(&self, status: u16, code: &str) -> Value {
        let mut body = self.ok(status);
        assert_eq!(body["error"]["code"], code, "{:?}: {}", self.asked, self.text());
        assert_eq!(body["success"], false);
        assert_eq!(body["meta"]["request_id"].as_str(), self.header("x-request-id"), "{:?}", self.asked);
        assert!(self.header("content-type").unwrap().starts_with("application/json"));
        let keys: Vec<_> = body.as_object().unwrap().keys().cloned().collect();
        assert_eq!(keys, ["error", "meta", "success"]);
        self.says_no_more_than_it_should();
        body["error"].take()
    }

    /// Of `fields` in an error: names and codes.
    #[track_caller]
    pub(crate) fn fields(&self, status: u16, code: &str) -> Vec<(String, String)> {
        let error = self.refused(status, code);
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        error["fields"].as_array().unwrap().iter().map(|field| (text(&field["field"]), text(&field["code"]))).collect()
    }

    /// That a parameter or field is refused by name.
    #[track_caller]
    pub(crate) fn refuses(&self, field: &str) {
        assert_eq!(self.fields(400, "BAD_REQUEST"), [(field.to_owned(), "BAD_REQUEST".to_owned())]);
    }

    fn says_no_more_than_it_should(&self) {
        let text = self.text();
        for word in
            ["SELECT", "sqlite", "SQLite", "rusqlite", ".db", "/tmp", ".rs:", "panicked", "plrs_", "plss_", "plus_", "plol_", "serde"]
        {
            assert!(!text.contains(word), "{:?} tells of {word}: {text}", self.asked);
        }
    }

    /// The titles of the events in a list.
    #[track_caller]
    pub(crate) fn titles(&self) -> Vec<String> {
        self.data(200).as_array().unwrap().iter().map(|event| event["title"].as_str().unwrap().to_owned()).collect()
    }
}
