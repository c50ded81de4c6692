"""Lists item by item: pages are fetched as they are needed."""

import threading
from typing import Any

import pytest

import polaris
from polaris import Actor, Events, Items, Polaris


@pytest.fixture
def many(events: Events) -> Events:
    for number in range(7):
        events.create(title=f"Day {number}", starts_at=f"2027-03-0{number + 1}T09:00", location="Gym")
    return events


def test_items_come_in_the_order_of_the_list_whatever_the_size_of_a_page(many: Events) -> None:
    titles = [event.title for event in many.list(per_page=100)]
    for per_page in (1, 2, 3, 7, 100):
        assert [event.title for event in many.iterate(per_page=per_page)] == titles
    assert [event.title for event in many.iterate(order="-start", from_date="2027-03-03")] == titles[:1:-1]
    assert list(many.iterate(statuses="published")) == []


def test_a_page_is_fetched_when_it_is_needed_and_no_sooner(many: Events) -> None:
    items = many.iterate(per_page=3)
    first = [next(items) for _ in range(3)]
    added = many.create(title="Day 9", starts_at="2027-04-01T09:00", location="Gym")
    assert iter(items) is items
    rest = list(items)
    assert [event.title for event in first + rest] == [f"Day {number}" for number in (0, 1, 2, 3, 4, 5, 6, 9)] and rest[-1] == added
    assert list(items) == [] and next(items, None) is None


def test_what_can_be_listed_can_be_iterated(p: Polaris, many: Events) -> None:
    platform = p.platform(Actor.staff("Sam Ruiz"))
    key = platform.tenants().create(slug="hmsd", name="Hickman Mills").api_key
    assert [tenant.slug for tenant in platform.tenants().iterate(per_page=1)] == ["hmsd", "kckps"]
    assert list(platform.support().iterate()) == [] and list(p.public_api("hmsd", key).iterate(status="completed")) == []
    assert Items[int] is not None


@pytest.mark.parametrize(("argument", "value"), [("per_page", 0), ("per_page", "x"), ("page", 1), ("order", "size"), ("colour", 1)])
def test_what_can_not_be_read_is_refused_before_the_first_item(events: Events, argument: str, value: Any) -> None:
    with pytest.raises(polaris.BadRequest) as refused:
        events.iterate(**{argument: value})
    assert refused.value.fields[0].field == argument


def test_an_iterator_that_fails_goes_on_when_it_is_asked_again(p: Polaris, many: Events) -> None:
    items = many.iterate(per_page=2)
    assert next(items).title == "Day 0" and next(items).title == "Day 1"
    tenants = p.platform(Actor.system()).tenants()
    tenants.deactivate("kckps")
    with pytest.raises(polaris.TenantInactive):
        next(items)
    tenants.reactivate("kckps")
    assert next(items).title == "Day 2"


def test_threads_that_share_an_iterator_get_each_item_once_or_are_told(many: Events) -> None:
    items, seen, told = many.iterate(per_page=1), [], []

    def work() -> None:
        while True:
            try:
                event = next(items, None)
            except polaris.Conflict as error:
                told.append(error)
                continue
            if event is None:
                return
            seen.append(event.title)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(seen) == [f"Day {number}" for number in range(7)]


def test_a_whole_list_has_what_its_pages_have(p: Polaris, events: Events) -> None:
    for number in range(105):
        events.create(title=f"Day {number}", starts_at="2027-03-04T09:00", location="Gym")
    found = events.list_all(order="-created")
    assert type(found) is list and found == list(events.iterate(order="-created")) and len(found) == 105
    assert events.list_all(q="day 7", statuses=["published"]) == []
    tenants = p.platform(Actor.system()).tenants()
    assert tenants.list_all() == list(tenants.list()) and tenants.list_all(state="inactive") == []
    anything: Any
    for anything in ({"page": 1}, {"statuses": "lost"}):
        with pytest.raises(polaris.BadRequest):
            events.list_all(**anything)
