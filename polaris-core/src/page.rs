//! Lists, a page at a time.

use crate::error::{Error, Result};

/// Which page of a list is wanted. Pages are counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PageRequest {
    page: u32,
    per_page: u32,
}

impl PageRequest {
    /// Items on a page when nothing is said.
    pub const PER_PAGE: u32 = 20;
    /// Items on a page at most; larger wishes get this many.
    pub const MOST_PER_PAGE: u32 = 100;
    /// The largest number either parameter may have.
    pub const LARGEST: u32 = 1_000_000;

    /// A checked request.
    ///
    /// # Errors
    ///
    /// [`Error::BadRequest`] naming `page` or `per_page` when it is below 1 or above 1,000,000.
    pub fn new(page: i64, per_page: i64) -> Result<Self> {
        let within = |field: &str, value: i64| match u32::try_from(value) {
            Ok(value) if (1..=Self::LARGEST).contains(&value) => Ok(value),
            _ => Err(Error::bad_request(field, format!("must be a whole number from 1 to {}", Self::LARGEST))),
        };
        Ok(Self { page: within("page", page)?, per_page: within("per_page", per_page)?.min(Self::MOST_PER_PAGE) })
    }

    /// The page, from 1.
    #[must_use]
    pub fn page(self) -> u32 {
        self.page
    }

    /// Items on a page, 1 to 100.
    #[must_use]
    pub fn per_page(self) -> u32 {
        self.per_page
    }

    pub(crate) fn offset(self) -> i64 {
        i64::from(self.page - 1) * i64::from(self.per_page)
    }

    /// How many items of a list in memory come before the page.
    pub(crate) fn skipped(self) -> usize {
        usize::try_from(self.offset()).unwrap_or(usize::MAX)
    }

    /// How many items of a list in memory are on the page at most.
    pub(crate) fn taken(self) -> usize {
        usize::try_from(self.per_page).unwrap_or(usize::MAX)
    }

    /// The page of a whole list.
    pub(crate) fn cut<T>(self, all: Vec<T>) -> Page<T> {
        let total = u32::try_from(all.len()).unwrap_or(u32::MAX);
        self.of(all.into_iter().skip(self.skipped()).take(self.taken()).collect(), total)
    }

    /// A page of what was found.
    #[must_use]
    pub fn of<T>(self, items: Vec<T>, total: u32) -> Page<T> {
        Page { items, page: self.page, per_page: self.per_page, total }
    }
}

impl Default for PageRequest {
    fn default() -> Self {
        Self { page: 1, per_page: Self::PER_PAGE }
    }
}

/// One page of a list, with what is needed to show where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// The items, in the list's order. Empty past the end.
    pub items: Vec<T>,
    /// Which page this is, from 1.
    pub page: u32,
    /// Items on a full page.
    pub per_page: u32,
    /// Items in the whole list.
    pub total: u32,
}

impl<T> Page<T> {
    /// A whole list as its only page.
    #[must_use]
    pub fn whole(items: Vec<T>) -> Self {
        let total = u32::try_from(items.len()).unwrap_or(u32::MAX);
        Self { items, page: 1, per_page: total.max(1), total }
    }

    /// How many pages the whole list has; 0 when it is empty.
    #[must_use]
    pub fn total_pages(&self) -> u32 {
        self.total.div_ceil(self.per_page)
    }

    /// Whether a later page has items.
    #[must_use]
    pub fn has_next(&self) -> bool {
        self.page < self.total_pages()
    }

    /// Whether an earlier page exists.
    #[must_use]
    pub fn has_prev(&self) -> bool {
        self.page > 1
    }

    /// The same page with each item converted.
    #[must_use]
    pub fn map<U>(self, convert: impl FnMut(T) -> U) -> Page<U> {
        Page { items: self.items.into_iter().map(convert).collect(), page: self.page, per_page: self.per_page, total: self.total }
    }
}
