//! Parameters and keys as the OpenAPI document shows them.
//!
//! They are only shown: handlers read the request themselves, in the order the contract prescribes (who asks, then what), and give
//! errors that name the parameter. poem-openapi's own extractors would read them first.

use std::marker::PhantomData;

use poem::{Request, RequestBody, Result};
use poem_openapi::registry::{MetaParamIn, MetaSchemaRef, MetaSecurityScheme, Registry};
use poem_openapi::types::Type;
use poem_openapi::{ApiExtractor, ApiExtractorType, ExtractParamOptions};

macro_rules! parameters {
    ($($(#[$doc:meta])* $name:ident: $place:ident, $required:literal;)*) => {$(
        $(#[$doc])*
        pub(crate) struct $name<T>(PhantomData<fn() -> T>);

        impl<'a, T: Type + 'a> ApiExtractor<'a> for $name<T> {
            const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::Parameter];
            const PARAM_IS_REQUIRED: bool = $required;
            type ParamType = T;
            type ParamRawType = T::RawValueType;

            fn register(registry: &mut Registry) {
                T::register(registry);
            }

            fn param_in() -> Option<MetaParamIn> {
                Some(MetaParamIn::$place)
            }

            fn param_schema_ref() -> Option<MetaSchemaRef> {
                Some(T::schema_ref())
            }

            async fn from_request(_: &'a Request, _: &mut RequestBody, _: ExtractParamOptions<T>) -> Result<Self> {
                Ok(Self(PhantomData))
            }
        }
    )*};
}

parameters! {
    /// A part of the path.
    InPath: Path, true;
    /// A parameter behind the question mark.
    InQuery: Query, false;
    /// A header.
    InHeader: Header, false;
}

macro_rules! schemes {
    ($($(#[$doc:meta])* $name:ident = $id:literal, $scheme:expr;)*) => {$(
        $(#[$doc])*
        pub(crate) struct $name;

        impl<'a> ApiExtractor<'a> for $name {
            const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::SecurityScheme];
            type ParamType = ();
            type ParamRawType = ();

            fn register(registry: &mut Registry) {
                registry.create_security_scheme($id, $scheme);
            }

            fn security_schemes() -> Vec<&'static str> {
                vec![$id]
            }

            async fn from_request(_: &'a Request, _: &mut RequestBody, _: ExtractParamOptions<()>) -> Result<Self> {
                Ok(Self)
            }
        }
    )*};
}

const NO_SCHEME: MetaSecurityScheme = MetaSecurityScheme {
    ty: "",
    description: None,
    name: None,
    key_in: None,
    scheme: None,
    bearer_format: None,
    flows: None,
    openid_connect_url: None,
};

schemes! {
    /// The public event API's key.
    WithApiKey = "api_key", MetaSecurityScheme {
        ty: "apiKey",
        description: Some("The district's API key, shown once when it is made."),
        name: Some("X-API-Key"),
        key_in: Some("header"),
        ..NO_SCHEME
    };
    /// The staff surfaces' session.
    WithSession = "session", MetaSecurityScheme {
        ty: "http",
        description: Some("A session token, as a log-in answers it once. A browser may have it in its cookie instead (`cookie` at the log-in)."),
        scheme: Some("bearer"),
        ..NO_SCHEME
    };
}
