"""A data directory and an engine for each test; everything runs against the installed package."""

from collections.abc import Iterator
from pathlib import Path

import pytest

import polaris
from polaris import Actor, Events, Polaris, TenantHandle

# Where the installation is reached: without it mails hold no links.
REACHED = "https://events.example.org"
COORDINATOR = Actor.tenant_user(7, "Pat Lee", "coordinator")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data directory with the tenant kckps."""
    place = tmp_path / "data"
    p = Polaris.init(place, public_url=REACHED)
    p.platform(Actor.system()).tenants().create(slug="kckps", name="Kansas City Kansas")
    return place


@pytest.fixture
def p(data: Path) -> Polaris:
    return Polaris.open(data, public_url=REACHED)


@pytest.fixture
def kckps(p: Polaris) -> TenantHandle:
    return p.tenant("kckps", COORDINATOR)


@pytest.fixture
def events(kckps: TenantHandle) -> Events:
    return kckps.events()


@pytest.fixture
def career_day(events: Events) -> polaris.Event:
    return events.create(title="Career Day", starts_at="2027-03-04T09:00", location="Main gym")


@pytest.fixture
def memory() -> Iterator[Polaris]:
    yield Polaris.in_memory()
