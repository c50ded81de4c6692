//! Bodies, JSON and files, read only after it is known who asks.

use std::marker::PhantomData;
use std::time::Duration;

use poem::error::ReadBodyError;
use poem::http::header;
use poem::{Body, Request, RequestBody, Result};
use poem_openapi::registry::{MetaMediaType, MetaRequest, MetaSchemaRef, Registry};
use poem_openapi::types::Type;
use poem_openapi::{ApiExtractor, ApiExtractorType, ExtractParamOptions};
use polaris_core::{Error, json};
use serde::de::DeserializeOwned;
use tokio::time::timeout;

use crate::error::Failure;
use crate::staff::once::Once;

/// Larger bodies are refused.
pub(crate) const LARGEST: usize = 1 << 20;
/// Files may be larger.
const LARGEST_UPLOAD: usize = 16 << 20;
/// And so are those that take longer to arrive.
const LONGEST: Duration = Duration::from_secs(30);

/// A body that is documented as `T` and not read yet.
pub(crate) struct JsonBody<T, const REQUIRED: bool = true> {
    body: Body,
    declared: Option<String>,
    length: Option<usize>,
    once: Option<Once>,
    kind: PhantomData<fn() -> T>,
}

/// One that may be left out.
pub(crate) type PerhapsJsonBody<T> = JsonBody<T, false>;

impl<T> JsonBody<T, false> {
    /// Reads the body as a draft; where there is none, gives an empty one.
    pub(crate) async fn read<D: DeserializeOwned + Default>(self) -> std::result::Result<D, Failure> {
        let declared = self.declared.clone();
        let bytes = self.bytes(LARGEST, Failure::PAYLOAD_TOO_LARGE).await?;
        if bytes.is_empty() {
            return Ok(D::default());
        }
        if !declared.as_deref().is_some_and(is_json) {
            return Err(Failure::UNSUPPORTED_MEDIA_TYPE);
        }
        Ok(json::read(&bytes)?)
    }
}

impl<T> JsonBody<T> {
    /// Reads the body as a draft.
    pub(crate) async fn read<D: DeserializeOwned>(self) -> std::result::Result<D, Failure> {
        if !self.declared.as_deref().is_some_and(is_json) {
            return Err(Failure::UNSUPPORTED_MEDIA_TYPE);
        }
        Ok(json::read(&self.bytes(LARGEST, Failure::PAYLOAD_TOO_LARGE).await?)?)
    }
}

impl<T, const REQUIRED: bool> JsonBody<T, REQUIRED> {
    async fn bytes(self, most: usize, too_large: Failure) -> std::result::Result<Vec<u8>, Failure> {
        let bytes = read_at_most(most, too_large, self.length, self.body).await?;
        if let Some(once) = &self.once {
            once.note_body(&bytes);
        }
        Ok(bytes)
    }
}

/// Reads a body, unless it is larger or takes longer than it may.
pub(crate) async fn read_at_most(
    most: usize,
    too_large: Failure,
    length: Option<usize>,
    body: Body,
) -> std::result::Result<Vec<u8>, Failure> {
    if length.is_some_and(|length| length > most) {
        return Err(too_large);
    }
    let read = timeout(LONGEST, body.into_bytes_limit(most)).await;
    let read = read.map_err(|_| Failure::Core(Error::bad_request("body", "did not arrive whole within 30 seconds")))?;
    match read {
        Ok(bytes) => Ok(bytes.into()),
        Err(ReadBodyError::PayloadTooLarge) => Err(too_large),
        Err(_) => Err(Failure::Core(Error::bad_request("body", "could not be read to its end"))),
    }
}

/// A file of at most 16 MiB: a JSON document, documented as `T`, or CSV. Not read yet.
pub(crate) struct Upload<T>(JsonBody<T>);

/// What an upload is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Uploaded {
    Json,
    Csv,
}

impl<T> Upload<T> {
    /// What it says it is.
    pub(crate) fn kind(&self) -> std::result::Result<Uploaded, Failure> {
        match self.0.declared.as_deref() {
            Some(declared) if is_json(declared) => Ok(Uploaded::Json),
            Some(declared) if is(declared, "text/csv") => Ok(Uploaded::Csv),
            _ => Err(Failure::UNSUPPORTED_UPLOAD),
        }
    }

    /// The bytes, whatever they are.
    pub(crate) async fn bytes(self) -> std::result::Result<Vec<u8>, Failure> {
        self.0.bytes(LARGEST_UPLOAD, Failure::UPLOAD_TOO_LARGE).await
    }
}

/// The media type of workbooks.
pub(crate) const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// A table of at most 16 MiB: CSV or a workbook. Not read yet.
pub(crate) struct TableUpload(JsonBody<String>);

impl TableUpload {
    /// The bytes. What they are they tell themselves; programs that only know that it is a file may say so.
    pub(crate) async fn read(self) -> std::result::Result<Vec<u8>, Failure> {
        let known = ["text/csv", XLSX, "application/vnd.ms-excel", "application/octet-stream"];
        if !self.0.declared.as_deref().is_some_and(|declared| known.iter().any(|wanted| is(declared, wanted))) {
            return Err(Failure::UNSUPPORTED_TABLE);
        }
        read_at_most(LARGEST_UPLOAD, Failure::UPLOAD_TOO_LARGE, self.0.length, self.0.body).await
    }
}

impl<'a> ApiExtractor<'a> for TableUpload {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::RequestObject];
    type ParamType = ();
    type ParamRawType = ();

    fn request_meta() -> Option<MetaRequest> {
        let csv = MetaMediaType { content_type: "text/csv", schema: String::schema_ref() };
        let workbook = MetaMediaType { content_type: XLSX, schema: poem_openapi::types::Binary::<Vec<u8>>::schema_ref() };
        Some(MetaRequest { description: None, content: vec![csv, workbook], required: true })
    }

    async fn from_request(request: &'a Request, body: &mut RequestBody, options: ExtractParamOptions<()>) -> Result<Self> {
        JsonBody::from_request(request, body, options).await.map(Self)
    }
}

impl<'a, T: Type> ApiExtractor<'a> for Upload<T> {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::RequestObject];
    type ParamType = ();
    type ParamRawType = ();

    fn register(registry: &mut Registry) {
        T::register(registry);
    }

    fn request_meta() -> Option<MetaRequest> {
        let json = MetaMediaType { content_type: "application/json", schema: T::schema_ref() };
        let csv = MetaMediaType { content_type: "text/csv", schema: String::schema_ref() };
        Some(MetaRequest { description: None, content: vec![json, csv], required: true })
    }

    async fn from_request(request: &'a Request, body: &mut RequestBody, options: ExtractParamOptions<()>) -> Result<Self> {
        JsonBody::from_request(request, body, options).await.map(Self)
    }
}

/// JSON in another character set than UTF-8 isn't JSON (RFC 8259, 8.1), and would not be read as whoever sent it means it.
fn is_json(content_type: &str) -> bool {
    is(content_type, "application/json")
        && content_type.split(';').skip(1).all(|parameter| {
            let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
            !name.trim().eq_ignore_ascii_case("charset") || value.trim().trim_matches('"').eq_ignore_ascii_case("utf-8")
        })
}

pub(crate) fn is(content_type: &str, wanted: &str) -> bool {
    content_type.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case(wanted))
}

impl<'a, T: Type, const REQUIRED: bool> ApiExtractor<'a> for JsonBody<T, REQUIRED> {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::RequestObject];
    type ParamType = ();
    type ParamRawType = ();

    fn register(registry: &mut Registry) {
        T::register(registry);
    }

    fn request_meta() -> Option<MetaRequest> {
        let schema: MetaSchemaRef = T::schema_ref();
        Some(MetaRequest {
            description: None,
            content: vec![MetaMediaType { content_type: "application/json", schema }],
            required: REQUIRED,
        })
    }

    async fn from_request(request: &'a Request, body: &mut RequestBody, _: ExtractParamOptions<()>) -> Result<Self> {
        let text = |name| request.headers().get(name).and_then(|value| value.to_str().ok());
        Ok(Self {
            body: body.take().unwrap_or_else(|_| Body::empty()),
            declared: text(header::CONTENT_TYPE).map(str::to_owned),
            length: text(header::CONTENT_LENGTH).and_then(|length| length.parse().ok()),
            once: request.data::<Once>().cloned(),
            kind: PhantomData,
        })
    }
}
