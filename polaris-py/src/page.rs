//! Lists, a page at a time, or item by item with the pages fetched as they are needed.

use std::sync::{Arc, Mutex, PoisonError};

use polaris_core as core;
use polaris_core::PageRequest;
use pyo3::IntoPyObjectExt;
use pyo3::prelude::*;
use pyo3::types::{PyInt, PyIterator, PyTuple, PyType};

use crate::args;
use crate::errors::{bad, exception, run};
use crate::given::{Given, Keywords};
use crate::time::{Clocks, Local};
use crate::value::Of;

/// One page of a list: a sequence of its items that knows where it stands in the whole.
#[pyclass(frozen, sequence, generic, module = "polaris")]
pub(crate) struct Page {
    items: Py<PyTuple>,
    /// Items in the whole list.
    #[pyo3(get)]
    total: u32,
    /// Which page this is, from 1.
    #[pyo3(get)]
    page: u32,
    /// Items on a full page.
    #[pyo3(get)]
    per_page: u32,
}

impl Page {
    fn state<'py>(&self, py: Python<'py>) -> (Bound<'py, PyTuple>, u32, u32, u32) {
        (self.items.bind(py).clone(), self.total, self.page, self.per_page)
    }

    fn shown<T, U: for<'py> IntoPyObject<'py>>(py: Python<'_>, page: core::Page<T>, show: impl Fn(T) -> U) -> PyResult<Self> {
        let core::Page { items, page, per_page, total } = page;
        let items = items.into_iter().map(|item| show(item).into_py_any(py)).collect::<PyResult<Vec<_>>>()?;
        Ok(Self { items: PyTuple::new(py, items)?.unbind(), total, page, per_page })
    }

    fn core(&self) -> core::Page<()> {
        core::Page { items: Vec::new(), page: self.page, per_page: self.per_page, total: self.total }
    }
}

#[pymethods]
impl Page {
    /// A page of these items: for tests of programs that take pages.
    #[new]
    #[pyo3(signature = (items, total, page = None, per_page = None), text_signature = "(items, total, page=1, per_page=20)")]
    fn new(
        py: Python<'_>,
        items: &Bound<'_, PyAny>,
        total: &Bound<'_, PyAny>,
        page: args::Optional<'_>,
        per_page: args::Optional<'_>,
    ) -> PyResult<Self> {
        let number = |name, value: Option<_>, otherwise| value.map_or(Ok(i64::from(otherwise)), |value| args::whole(name, &value));
        let request = PageRequest::new(number("page", page, 1)?, number("per_page", per_page, PageRequest::PER_PAGE)?);
        let request = request.map_err(|error| exception(py, &error))?;
        let items = PyTuple::new(py, args::several("items", items, |_, item| Ok(item.clone()))?)?.unbind();
        let total =
            u32::try_from(args::whole("total", total)?).map_err(|_| bad(py, "total", "must not be below 0 or above 4,294,967,295"))?;
        Ok(Self { items, total, page: request.page(), per_page: request.per_page() })
    }

    /// How many pages the whole list has; 0 when it is empty.
    #[getter]
    fn total_pages(&self) -> u32 {
        self.core().total_pages()
    }

    /// Whether a later page has items.
    #[getter]
    fn has_next(&self) -> bool {
        self.core().has_next()
    }

    /// Whether an earlier page exists.
    #[getter]
    fn has_prev(&self) -> bool {
        self.core().has_prev()
    }

    fn __len__(&self, py: Python<'_>) -> usize {
        self.items.bind(py).len()
    }

    fn __getitem__<'py>(&self, py: Python<'py>, index: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        self.items.bind(py).as_any().get_item(index)
    }

    fn __iter__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyIterator>> {
        self.items.bind(py).try_iter()
    }

    fn __reversed__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        py.import("builtins")?.call_method1("reversed", (&self.items,))
    }

    fn __contains__(&self, py: Python<'_>, value: &Bound<'_, PyAny>) -> PyResult<bool> {
        self.items.bind(py).contains(value)
    }

    /// Where the first item that equals this stands; ValueError if there is none.
    #[pyo3(signature = (value, start = None, stop = None), text_signature = "($self, value, start=0, stop=9223372036854775807)")]
    fn index(
        &self,
        py: Python<'_>,
        value: &Bound<'_, PyAny>,
        start: Option<Bound<'_, PyInt>>,
        stop: Option<Bound<'_, PyInt>>,
    ) -> PyResult<usize> {
        let start = start.map_or_else(|| 0_i64.into_pyobject(py).map(Bound::into_any), |start| Ok(start.into_any()))?;
        let stop = stop.map_or_else(|| i64::MAX.into_pyobject(py).map(Bound::into_any), |stop| Ok(stop.into_any()))?;
        self.items.bind(py).call_method1("index", (value, start, stop))?.extract()
    }

    /// How many items equal this.
    fn count(&self, py: Python<'_>, value: &Bound<'_, PyAny>) -> PyResult<usize> {
        self.items.bind(py).call_method1("count", (value,))?.extract()
    }

    fn __eq__(&self, py: Python<'_>, other: &Bound<'_, PyAny>) -> PyResult<Option<bool>> {
        let Ok(other) = other.cast::<Self>() else { return Ok(None) };
        Ok(Some(self.state(py).into_pyobject(py)?.eq(other.get().state(py))?))
    }

    fn __hash__(&self, py: Python<'_>) -> PyResult<isize> {
        self.state(py).into_pyobject(py)?.hash()
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let items = self.items.bind(py).to_list().repr()?;
        Ok(format!("Page({items}, total={}, page={}, per_page={})", self.total, self.page, self.per_page))
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> (Bound<'py, PyType>, (Bound<'py, PyTuple>, u32, u32, u32)) {
        (slf.get_type(), slf.get().state(slf.py()))
    }
}

/// Fetches one page.
type Fetch = Box<dyn Fn(Python<'_>, PageRequest) -> PyResult<Page> + Send + Sync>;

/// A list of the core's, of which any page can be fetched.
pub(crate) struct Listing(Fetch);

impl Listing {
    /// What the core gives for a page, each item shown as `U`.
    pub(crate) fn of<T, U>(fetch: impl Fn(PageRequest) -> core::Result<core::Page<T>> + Send + Sync + 'static) -> Self
    where
        T: Send,
        U: From<T> + for<'py> IntoPyObject<'py>,
    {
        Self(Box::new(move |py, request| {
            let page = run(py, || fetch(request))?;
            Page::shown(py, page, U::from)
        }))
    }

    /// As [`Self::of`], with what the core gives of a handle, shown by its clocks.
    pub(crate) fn by<H, T, U>(
        handle: &Arc<H>,
        fetch: impl Fn(&H, PageRequest) -> core::Result<core::Page<T>> + Send + Sync + 'static,
    ) -> Self
    where
        H: Clocks + Send + Sync + 'static,
        T: Send,
        U: Of<T> + Local + for<'py> IntoPyObject<'py>,
    {
        let handle = Arc::clone(handle);
        Self(Box::new(move |py, request| {
            let (page, zone) = run(py, || Ok((fetch(&handle, request)?, handle.zone())))?;
            Page::shown(py, page, |item| U::of(item).by_clocks(zone))
        }))
    }

    /// The page that is asked for.
    pub(crate) fn page(py: Python<'_>, given: Option<Keywords<'_>>, read: impl FnOnce(&mut Given<'_>) -> PyResult<Self>) -> PyResult<Page> {
        let mut given = Given::new(py, given);
        let (listing, page) = (read(&mut given)?, given.page()?);
        given.none_left()?;
        (listing.0)(py, page)
    }

    /// All items, fetched as they are needed.
    pub(crate) fn items(
        py: Python<'_>,
        given: Option<Keywords<'_>>,
        read: impl FnOnce(&mut Given<'_>) -> PyResult<Self>,
    ) -> PyResult<Items> {
        let mut given = Given::new(py, given);
        let (listing, page) = (read(&mut given)?, given.per_page(1, PageRequest::MOST_PER_PAGE)?);
        given.none_left()?;
        Ok(Items { fetch: listing.0, state: Mutex::new(State::Between(Some(page))) })
    }
}

/// The items of a list, one after the other. Each page is fetched when its first item is asked for, so what is added or removed
/// meanwhile may be missed or come twice.
#[pyclass(frozen, generic, module = "polaris")]
pub(crate) struct Items {
    fetch: Fetch,
    /// Held for a moment only, never while a page is fetched.
    state: Mutex<State>,
}

enum State {
    /// This page is next, if any is.
    Between(Option<PageRequest>),
    /// On a page, at its nth item.
    On(Py<Page>, usize),
    /// A page is being fetched.
    Fetching,
}

impl Items {
    fn swap(&self, state: State) -> State {
        std::mem::replace(&mut *self.state.lock().unwrap_or_else(PoisonError::into_inner), state)
    }
}

#[pymethods]
impl Items {
    fn __iter__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    fn __next__(&self, py: Python<'_>) -> PyResult<Option<Py<PyAny>>> {
        loop {
            match self.swap(State::Fetching) {
                State::On(page, at) => {
                    let items = page.get().items.bind(py);
                    if at < items.len() {
                        let item = items.get_item(at)?.unbind();
                        self.swap(State::On(page, at + 1));
                        return Ok(Some(item));
                    }
                    let on = page.get();
                    let next = if on.core().has_next() { PageRequest::new(i64::from(on.page) + 1, on.per_page.into()).ok() } else { None };
                    self.swap(State::Between(next));
                }
                State::Between(None) => {
                    self.swap(State::Between(None));
                    return Ok(None);
                }
                State::Between(Some(request)) => match (self.fetch)(py, request).and_then(|page| Py::new(py, page)) {
                    Ok(page) => drop(self.swap(State::On(page, 0))),
                    Err(error) => {
                        // Asked again, it tries again.
                        self.swap(State::Between(Some(request)));
                        return Err(error);
                    }
                },
                State::Fetching => {
                    let busy = "another thread is fetching the next page of this: let each thread iterate by itself".to_owned();
                    return Err(exception(py, &core::Error::Conflict(busy)));
                }
            }
        }
    }
}
