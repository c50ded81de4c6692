"""A small program that uses the package the way its stubs say; checked by mypy --strict, and run."""

import datetime as dt
from collections.abc import Sequence

import polaris
from polaris import Actor, Context, Event, Events, Page, Polaris, PublicEvent
from polaris.types import EventOrder, EventStatus


def titles(events: Sequence[Event]) -> list[str]:
    return [event.title for event in events]


def in_order(events: Events, status: EventStatus, order: EventOrder = "start") -> Page[Event]:
    return events.list(statuses=status, order=order)


def starts(page: Page[PublicEvent]) -> list[dt.datetime]:
    return [seen.event.starts_at for seen in page]


def main() -> None:
    p = Polaris.init("data", durability="normal", deadline=5)
    platform = p.platform(Actor.staff("Sam Ruiz"), Context(request_id="r-1"))
    platform.reference().import_({"districts": [{"name": "KCKPS", "schools": [{"name": "Harmon High School", "level": "high"}]}]})
    created = platform.tenants().create(slug="kckps", name="Kansas City Kansas", district="KCKPS", features={"recruitment": True})
    key: str = created.api_key.reveal()

    events = p.tenant("kckps", Actor.tenant_user(7, "Pat Lee", "coordinator"), Context("192.0.2.1")).events()
    draft = events.create(
        title="Career Day",
        starts_at=dt.datetime(2027, 3, 4, 9),
        location="Main gym",
        school="harmon high school",
        registration_deadline=dt.date(2027, 3, 1),
        wanted_skills={"Public speaking"},
    )
    assert draft.school is not None and draft.school.name == "Harmon High School"
    event = events.publish(draft.id)
    page = events.list(statuses=["published"], from_date=dt.date(2027, 1, 1), order="-start", per_page=50)
    first: Event = page[0]
    both: tuple[Event, ...] = page[:2]
    shown: EventStatus = event.status
    assert in_order(events, shown) == in_order(events, "published", "-start")
    assert first == event and both == (event,) and page.total == 1

    edited: polaris.ChangedEvent = events.edit(event.id, version=event.version, ends_at=dt.datetime(2027, 3, 4, 12), school=None)
    told: int = edited.notices.told
    again: Event = events.duplicate(event.slug, starts_at=dt.date(2028, 3, 2))
    print(told, events.confirm(again.id).status, events.cancel(again.id, reason="weather").event.cancel_reason)

    keys = p.tenant("kckps", Actor.tenant_user(8, "Kim Roe", "admin")).api_keys()
    rotated: polaris.MadeApiKey = keys.rotate(keys.list()[0].id, grace_hours=24)
    assert rotated.replaced is not None and rotated.replaced.expires_at is not None
    api = p.public_api("kckps", key)
    left: int = api.quota.remaining
    print(left, api.quota.resets_at.isoformat())
    print(titles(page), starts(api.list()), starts(api.upcoming()), api.get(event.slug).sign_up_open)
    try:
        events.get("nothing-2027-03-04")
    except polaris.NotFound as error:
        code: str = error.code
        fields: list[polaris.FieldError] = error.fields
        print(code, fields)
    mended, report = platform.doctor().mend()
    print(len(mended), report.tenants, [operation.id for operation in polaris.operations()][:2])


if __name__ == "__main__":
    main()
