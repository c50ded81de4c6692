//! Lists, a page at a time.

use polaris_core as core;
use pyo3::prelude::*;
use pyo3::types::{PyInt, PyIterator, PyTuple, PyType};

use crate::args;
use crate::errors::bad;

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
    /// A page of the core's, each item wrapped.
    pub(crate) fn of<'py, T, U>(py: Python<'py>, page: core::Page<T>, wrap: impl Fn(T) -> U) -> PyResult<Self>
    where
        U: IntoPyObject<'py>,
    {
        let core::Page { items, page, per_page, total } = page;
        let items = PyTuple::new(py, items.into_iter().map(wrap).collect::<Vec<_>>())?.unbind();
        Ok(Self { items, total, page, per_page })
    }

    fn state<'py>(&self, py: Python<'py>) -> (Bound<'py, PyTuple>, u32, u32, u32) {
        (self.items.bind(py).clone(), self.total, self.page, self.per_page)
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
        page: args::Given<'_>,
        per_page: args::Given<'_>,
    ) -> PyResult<Self> {
        let request = args::page(py, &page, &per_page)?;
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
