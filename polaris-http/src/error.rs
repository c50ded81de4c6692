//! Which status each error code of the core has. Frontends invent no codes; the few that only HTTP knows are added here.

use poem::error::ResponseError;
use poem::http::StatusCode;
use polaris_core::{Error, FieldError};

/// An error on its way to the envelope.
#[derive(Debug)]
pub(crate) enum Failure {
    /// What the core said.
    Core(Error),
    /// What only HTTP knows: wrong paths, methods and bodies.
    Http { status: StatusCode, code: &'static str, message: &'static str },
}

impl Failure {
    pub(crate) const NOT_FOUND: Self =
        Self::Http { status: StatusCode::NOT_FOUND, code: "NOT_FOUND", message: "there is nothing at this address" };
    pub(crate) const METHOD_NOT_ALLOWED: Self = Self::Http {
        status: StatusCode::METHOD_NOT_ALLOWED,
        code: "METHOD_NOT_ALLOWED",
        message: "this address does not take this method; the Allow header says which it takes",
    };
    pub(crate) const UNSUPPORTED_MEDIA_TYPE: Self = Self::Http {
        status: StatusCode::UNSUPPORTED_MEDIA_TYPE,
        code: "UNSUPPORTED_MEDIA_TYPE",
        message: "send the body as application/json, in UTF-8",
    };
    pub(crate) const PAYLOAD_TOO_LARGE: Self =
        Self::Http { status: StatusCode::PAYLOAD_TOO_LARGE, code: "PAYLOAD_TOO_LARGE", message: "the body is larger than 1 MiB" };

    pub(crate) const UNSUPPORTED_UPLOAD: Self = Self::Http {
        status: StatusCode::UNSUPPORTED_MEDIA_TYPE,
        code: "UNSUPPORTED_MEDIA_TYPE",
        message: "send the file as application/json or text/csv",
    };
    pub(crate) const UNSUPPORTED_TABLE: Self = Self::Http {
        status: StatusCode::UNSUPPORTED_MEDIA_TYPE,
        code: "UNSUPPORTED_MEDIA_TYPE",
        message: "send the file as text/csv or application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    };
    pub(crate) const UPLOAD_TOO_LARGE: Self =
        Self::Http { status: StatusCode::PAYLOAD_TOO_LARGE, code: "PAYLOAD_TOO_LARGE", message: "the file is larger than 16 MiB" };

    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::Core(error) => error.code(),
            Self::Http { code, .. } => code,
        }
    }

    pub(crate) fn message(&self) -> String {
        match self {
            // Only for whoever starts the program: it may name paths.
            Self::Core(Error::DataDirectory(_)) => Error::Internal.to_string(),
            Self::Core(error) => error.to_string(),
            Self::Http { message, .. } => (*message).to_owned(),
        }
    }

    pub(crate) fn fields(&self) -> Vec<FieldError> {
        match self {
            Self::Core(Error::BadRequest { field, message }) => {
                vec![FieldError { field: field.clone(), code: "BAD_REQUEST", message: message.clone() }]
            }
            Self::Core(error) => error.fields().to_vec(),
            Self::Http { .. } => Vec::new(),
        }
    }

    /// Seconds after which trying again makes sense.
    pub(crate) fn retry_after(&self) -> Option<u32> {
        match self {
            Self::Core(Error::TooManyAttempts { retry_after } | Error::RateLimitExceeded { retry_after, .. }) => Some(*retry_after),
            _ => (self.status() == StatusCode::SERVICE_UNAVAILABLE).then_some(5),
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Core(error)
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.code())
    }
}

impl std::error::Error for Failure {}

impl ResponseError for Failure {
    fn status(&self) -> StatusCode {
        match self {
            Self::Core(error) => status(error.code()),
            Self::Http { status, .. } => *status,
        }
    }
}

fn status(code: &str) -> StatusCode {
    match code {
        "BAD_REQUEST" => StatusCode::BAD_REQUEST,
        "VALIDATION_FAILED" => StatusCode::UNPROCESSABLE_ENTITY,
        "UNAUTHENTICATED" | "INVALID_CREDENTIALS" | "MISSING_API_KEY" | "INVALID_API_KEY" => StatusCode::UNAUTHORIZED,
        "FORBIDDEN" | "FEATURE_DISABLED" => StatusCode::FORBIDDEN,
        "TOO_MANY_ATTEMPTS" | "RATE_LIMIT_EXCEEDED" => StatusCode::TOO_MANY_REQUESTS,
        code if code == "INVALID_LINK" || code.ends_with("NOT_FOUND") => StatusCode::NOT_FOUND,
        "CONFLICT" | "INVALID_TRANSITION" | "EVENT_FULL" | "SIGNUP_CLOSED" | "CANCELLED" | "TENANT_INACTIVE" => StatusCode::CONFLICT,
        "UNAVAILABLE" | "SCHEMA_OUTDATED" | "SCHEMA_TOO_NEW" => StatusCode::SERVICE_UNAVAILABLE,
        _ => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn every_code_has_the_status_that_the_documentation_says() {
        let only_here = [
            Failure::METHOD_NOT_ALLOWED,
            Failure::UNSUPPORTED_MEDIA_TYPE,
            Failure::PAYLOAD_TOO_LARGE,
            Failure::NOT_FOUND,
            Failure::UPLOAD_TOO_LARGE,
        ];
        let rows = include_str!("../../docs/errors.md").lines().filter_map(|line| line.strip_prefix("| `")?.split_once("` | "));
        let mut seen = 0;
        for (code, rest) in rows {
            let here = only_here.iter().find(|failure| failure.code() == code);
            let status = here.map_or_else(|| status(code), ResponseError::status);
            assert_eq!(rest.split(" | ").next().unwrap(), status.as_str(), "{code}");
            seen += 1;
        }
        assert!(seen > 20);
    }
}
