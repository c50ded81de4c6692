use std::marker::PhantomData;

use polaris_core::Page;
use serde::{Serialize, Serializer};

/// A list that is whole.
#[derive(Debug, Serialize)]
pub(crate) struct List<T> {
    pub(crate) items: Vec<T>,
}

/// A page of a list, and where it stands: `PageView::<EventView>::of(&events)` is written with each event as an [`EventView`].
///
/// [`EventView`]: super::EventView
#[derive(Serialize)]
pub(crate) struct PageView<I> {
    items: I,
    page: u32,
    per_page: u32,
    total: u32,
    total_pages: u32,
    has_next: bool,
    has_prev: bool,
}

/// Values that become views one after the other as they are written, and not at all where people read: that would take a third of the
/// time of a list of 1,000.
pub(crate) struct Items<'p, T, U> {
    values: &'p [U],
    view: PhantomData<T>,
}

impl<T> PageView<T> {
    pub(crate) fn of<U>(page: &Page<U>) -> PageView<Items<'_, T, U>> {
        PageView {
            items: Items { values: &page.items, view: PhantomData },
            page: page.page,
            per_page: page.per_page,
            total: page.total,
            total_pages: page.total_pages(),
            has_next: page.has_next(),
            has_prev: page.has_prev(),
        }
    }
}

impl<'p, T, U> Serialize for Items<'p, T, U>
where
    T: From<&'p U> + Serialize,
{
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.values.iter().map(T::from))
    }
}

/// Where a page stands, for people; nothing where it is the whole list.
pub(crate) fn standing<U>(page: &Page<U>) -> Option<String> {
    let next = if page.has_next() { format!("; more with --page {}", page.page + 1) } else { String::new() };
    (page.total_pages() > 1).then(|| format!("page {} of {}, {} in all{next}", page.page, page.total_pages(), page.total))
}
