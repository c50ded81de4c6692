//! S1: the open events of a district.

use poem::{Request, Response};
use polaris_core::PageRequest;
use serde::Serialize;

use super::shown::ShownEvent;
use super::{Page, at_the_door};
use crate::State;
use crate::error::Failure;
use crate::query::{Query, path_parts};

/// Events on a page.
const PER_PAGE: i64 = 20;

#[derive(Serialize)]
struct List {
    events: Vec<ShownEvent>,
    total: u32,
    page: u32,
    pages: u32,
}

pub(super) async fn list(state: &State, request: Request) -> poem::Result<Response> {
    let slug = path_parts(&request).next().unwrap_or_default();
    let query = Query::read(request.uri().query().unwrap_or_default(), &["page"]).map_err(Failure::from)?;
    // What is no page is the first one: people change addresses.
    let page = query.get("page").and_then(|page| page.parse().ok()).unwrap_or(1);
    let page = PageRequest::new(page, PER_PAGE).or_else(|_| PageRequest::new(1, PER_PAGE)).map_err(Failure::from)?;
    let (tenant, found) = at_the_door(state, &request, &slug, move |door| Ok((door.tenant()?, door.list(page)?.value))).await?;
    let shown =
        List { events: found.items.iter().map(ShownEvent::of).collect(), total: found.total, page: found.page, pages: found.total_pages() };
    Ok(Page::new("signup/list.html", &tenant).render(&state.config, &shown))
}
