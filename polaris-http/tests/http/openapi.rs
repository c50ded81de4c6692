#[test]
fn dump() { std::fs::write("/tmp/openapi.json", polaris_http::document().unwrap()).unwrap(); }
