//! Lists, a page at a time.

use polaris_core::types::{EventOrder, EventStatus};
use polaris_core::{EventFilter, Page, PageRequest};

use super::support::{World, career_day, code, published};

#[test]
fn pages_and_sizes_have_bounds_and_large_sizes_are_capped() {
    for (page, per_page) in [(1, 1), (1_000_000, 1_000_000), (3, 100)] {
        let request = PageRequest::new(page, per_page).unwrap();
        assert_eq!((i64::from(request.page()), i64::from(request.per_page())), (page, per_page.min(100)));
    }
    for (page, per_page, named) in
        [(0, 20, "page"), (-1, 20, "page"), (1_000_001, 20, "page"), (i64::MAX, 20, "page"), (1, 0, "per_page"), (1, i64::MIN, "per_page")]
    {
        let refused = PageRequest::new(page, per_page).unwrap_err();
        assert!(refused.to_string().starts_with(&format!("{named}:")), "{refused}");
        assert_eq!(code::<()>(Err(refused)), "BAD_REQUEST");
    }
    let default = PageRequest::default();
    assert_eq!((default.page(), default.per_page()), (1, 20));
}

#[test]
fn a_page_knows_what_is_before_and_after_it() {
    for (page, per_page, total, pages, prev, next) in [
        (1, 20, 0, 0, false, false),
        (1, 20, 20, 1, false, false),
        (1, 20, 21, 2, false, true),
        (2, 20, 21, 2, true, false),
        (9, 20, 21, 2, true, false),
        (1, 100, u32::MAX, 42_949_673, false, true),
    ] {
        let page = PageRequest::new(page, per_page).unwrap().of(Vec::<()>::new(), total);
        assert_eq!((page.total_pages(), page.has_prev(), page.has_next()), (pages, prev, next), "{page:?}");
    }
}

#[test]
fn converting_the_items_keeps_where_the_page_stands() {
    let page = PageRequest::new(2, 2).unwrap().of(vec![1, 2], 5).map(|number| number * 10);
    assert_eq!((page.items, page.page, page.per_page, page.total), (vec![10, 20], 2, 2, 5));
}

#[test]
fn the_whole_list_of_events_has_what_its_pages_have_however_many_there_are() {
    let world = World::new();
    let events = world.kckps();
    for _ in 0..PageRequest::MOST_PER_PAGE + 5 {
        events.events().create(career_day()).unwrap();
    }
    published(&events, "Fair", "2026-10-20T20:00");
    let order = EventOrder::parse("-start").unwrap();
    let paged: Vec<_> = (1..=2)
        .flat_map(|page| events.events().list(&EventFilter::default(), order, PageRequest::new(page, 100).unwrap()).unwrap().items)
        .collect();
    assert_eq!(paged.len(), 106);
    assert_eq!(events.events().list_all(&EventFilter::default(), order).unwrap(), paged);
    let filter = EventFilter { statuses: vec![EventStatus::Published], ..EventFilter::default() };
    let one = Page::whole(events.events().list_all(&filter, order).unwrap());
    assert_eq!((one.items[0].title.as_str(), one.total, one.per_page, one.total_pages(), one.has_next()), ("Fair", 1, 1, 1, false));
    let none: Page<i32> = Page::whole(Vec::new());
    assert_eq!((none.total, none.total_pages(), none.has_next()), (0, 0, false));
    let backwards = EventFilter { from_date: "2026-10-14".parse().ok(), to_date: "2026-10-13".parse().ok(), ..EventFilter::default() };
    assert_eq!(code(events.events().list_all(&backwards, order)), "BAD_REQUEST");
}
