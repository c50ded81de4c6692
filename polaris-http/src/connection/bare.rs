//! Requests that hyper refuses by itself, before any handler: not HTTP, a head that is too large, an address that is too long. It answers
//! with a bare head; the client gets the envelope instead, and the log a line.

use poem::http::StatusCode;
use polaris_core::Error;

use crate::error::Failure;
use crate::{ServerConfig, frame};

/// The longest head that hyper writes for such an answer, with room to spare.
const LONGEST: usize = 256;

/// The status of an answer that hyper gives by itself: a client's error without a body and, unlike all of ours, without a request id.
pub(super) fn status_of(bytes: &[u8]) -> Option<StatusCode> {
    if bytes.len() > LONGEST || !bytes.starts_with(b"HTTP/1.") || !bytes.ends_with(b"\r\n\r\n") {
        return None;
    }
    let head = std::str::from_utf8(bytes).ok()?;
    if head.to_ascii_lowercase().contains("x-request-id") {
        return None;
    }
    let status: StatusCode = head.split(' ').nth(1)?.parse().ok()?;
    status.is_client_error().then_some(status)
}

/// The whole answer that is given instead; it ends the connection. Also notes the request in the log.
pub(super) fn envelope(status: StatusCode, config: &ServerConfig) -> Vec<u8> {
    let message = match status {
        StatusCode::URI_TOO_LONG => "its address is too long",
        StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE => "its headers are too large or too many",
        _ => "is not HTTP that can be understood",
    };
    let (headers, body) = frame::refuse_unread(&Failure::Core(Error::bad_request("request", message)), status, config);
    let mut answer = format!("HTTP/1.1 {status}\r\n").into_bytes();
    for (name, value) in &headers {
        answer.extend_from_slice(name.as_str().as_bytes());
        answer.extend_from_slice(b": ");
        answer.extend_from_slice(value.as_bytes());
        answer.extend_from_slice(b"\r\n");
    }
    answer.extend_from_slice(b"\r\n");
    answer.extend_from_slice(&body);
    answer
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_of_hypers_own_is_told_from_ours() {
        let bare = b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-length: 0\r\ndate: Sat, 10 Jan 2026 15:30:00 GMT\r\n\r\n";
        assert_eq!(status_of(bare), Some(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE));
        for other in [
            &b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nx-request-id: 12345678\r\n\r\n"[..],
            b"HTTP/1.1 100 Continue\r\n\r\n",
            b"HTTP/1.1 304 Not Modified\r\n\r\n",
            b"HTTP/1.1 400 Bad Request\r\ncontent-length: 9\r\n\r\n{",
            b"{}",
            b"",
        ] {
            assert_eq!(status_of(other), None, "{}", String::from_utf8_lossy(other));
        }
    }
}
