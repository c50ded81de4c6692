use polaris_core::Page;
use serde::Serialize;

/// A list that is whole.
#[derive(Debug, Serialize)]
pub(crate) struct List<T> {
    pub(crate) items: Vec<T>,
}

/// A page of a list, and where it stands.
#[derive(Debug, Serialize)]
pub(crate) struct PageView<T> {
    items: Vec<T>,
    page: u32,
    per_page: u32,
    total: u32,
    total_pages: u32,
    has_next: bool,
    has_prev: bool,
}

impl<T> PageView<T> {
    pub(crate) fn of<'a, U>(page: &'a Page<U>) -> Self
    where
        T: From<&'a U>,
    {
        Self {
            items: page.items.iter().map(T::from).collect(),
            page: page.page,
            per_page: page.per_page,
            total: page.total,
            total_pages: page.total_pages(),
            has_next: page.has_next(),
            has_prev: page.has_prev(),
        }
    }
}

/// Where a page stands, for people; nothing where it is the whole list.
pub(crate) fn standing<U>(page: &Page<U>) -> Option<String> {
    let next = if page.has_next() { format!("; more with --page {}", page.page + 1) } else { String::new() };
    (page.total_pages() > 1).then(|| format!("page {} of {}, {} in all{next}", page.page, page.total_pages(), page.total))
}
