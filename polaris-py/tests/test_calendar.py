"""The calendar: ranges, files and feeds; and what calendar programs make of the files."""

import datetime as dt
import pickle
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import pytest
import vobject  # type: ignore[import-untyped]

import polaris
from polaris import Actor, Agenda, CalendarFile, Polaris, TenantHandle

CHICAGO = ZoneInfo("America/Chicago")


@pytest.fixture
def kckps(p: Polaris) -> TenantHandle:
    return p.tenant("kckps", Actor.system())


def new(kckps: TenantHandle, title: str, starts_at: str, **more: Any) -> int:
    return kckps.events().create(title=title, starts_at=starts_at, location="Main gym", **more).id


def titles(agenda: Agenda) -> list[str]:
    return [item.title for item in agenda.items]


def test_what_overlaps_a_range_is_shown_in_the_zone_that_is_asked_for(kckps: TenantHandle) -> None:
    new(kckps, "fair", "2027-03-04T09:00", ends_at="2027-03-04T11:00", volunteers_needed=4)
    new(kckps, "late", "2027-03-31T23:30")
    calendar = kckps.calendar()
    march = calendar.get(date="2027-03-15")
    assert titles(march) == ["fair", "late"] == titles(calendar.get(view="month", date=dt.date(2027, 3, 1)))
    assert march.starts_at == dt.datetime(2027, 3, 1, tzinfo=CHICAGO) and march.starts_at.tzinfo is CHICAGO
    fair, late = march.items
    assert (fair.ends_at, fair.colour, fair.fill_percent, fair.source, fair.is_past) == (
        dt.datetime(2027, 3, 4, 11, tzinfo=CHICAGO),
        "#6c757d",
        0,
        "tenant",
        False,
    )
    assert late.ends_at == dt.datetime(2027, 4, 1, 0, 30, tzinfo=CHICAGO) and late.fill_percent is None
    assert titles(calendar.get(view="week", date="2027-03-06")) == ["fair"] == titles(calendar.get(view="day", date="2027-03-04"))
    ranges: list[tuple[Any, Any]] = [
        (dt.datetime(2027, 3, 4, 10), dt.datetime(2027, 3, 4, 10, 1)),
        (dt.datetime(2027, 3, 4, 16, tzinfo=dt.timezone.utc), "2027-03-05"),
        (dt.date(2027, 3, 4), dt.date(2027, 3, 5)),
    ]
    for start, end in ranges:
        assert titles(calendar.get(start=start, end=end)) == ["fair"]
    there = calendar.get(view="month", date="2027-04-01", time_zone="Pacific/Auckland").items[0]
    assert there.starts_at.isoformat() == "2027-04-01T17:30:00+13:00" and there.time_zone == "America/Chicago"


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"view": "year"}, "view"),
        ({"date": "2027-02-30"}, "date"),
        ({"date": 7}, "date"),
        ({"start": "2027-01-01"}, "end"),
        ({"end": dt.date(2027, 1, 1)}, "start"),
        ({"start": "2027-01-02", "end": "2027-01-01"}, "end"),
        ({"start": "2027-01-01", "end": "2029-01-01"}, "end"),
        ({"start": 1, "end": 2}, "start"),
        ({"time_zone": "Kansas"}, "time_zone"),
        ({"timezone": "UTC"}, "timezone"),
    ],
)
def test_what_makes_no_sense_is_refused_by_name(kckps: TenantHandle, given: dict[str, Any], named: str) -> None:
    with pytest.raises(polaris.BadRequest) as refused:
        kckps.calendar().get(**given)
    assert str(refused.value).startswith(f"{named}: ")


def test_a_feed_is_shown_once_read_and_revoked(p: Polaris, kckps: TenantHandle) -> None:
    new(kckps, "a draft", "2027-03-04T09:00")
    user = kckps.users().create(email="pat@example.org", first_name="Pat", last_name="Lee", role="viewer").user
    own = p.tenant("kckps", Actor.tenant_user(user.id, "Pat Lee", "viewer")).calendar().feeds()
    made = own.create(name="Phone")
    assert (made.feed.name, made.feed.user, made.feed.user_name, made.feed.last_used_at) == ("Phone", user.id, "Pat Lee", None)
    assert made.path() == f"/calendar/kckps/{made.secret.reveal()}.ics"
    assert made.secret.reveal() not in repr(made) + repr(made.secret)
    with pytest.raises(TypeError):
        pickle.dumps(made)
    file = p.calendar_feed("kckps", made.secret)
    assert file == kckps.calendar().export() and file.events == 1 and "SUMMARY:a draft" in file.text
    assert own.list()[0].last_used_at is not None and list(own.iterate()) == list(kckps.calendar().feeds().list())
    assert own.revoke(made.feed.id).id == made.feed.id
    wrong: list[tuple[str, Any]] = [("kckps", made.secret), ("kckps", "x"), ("nobody", made.secret.reveal())]
    for slug, secret in wrong:
        with pytest.raises(polaris.NotFound):
            p.calendar_feed(slug, secret)
    with pytest.raises(polaris.NotFound):
        own.revoke(made.feed.id)
    with pytest.raises(polaris.Forbidden):
        own.create(user="ann@example.org")
    with pytest.raises(polaris.Conflict):
        kckps.calendar().feeds().create()
    with pytest.raises(polaris.ValidationError) as refused:
        kckps.calendar().feeds().create(user="ann@example.org", name="x" * 101)
    assert [(field.field, field.code) for field in refused.value.fields] == [("name", "TOO_LONG"), ("user", "UNKNOWN_USER")]


def test_the_public_calendar_is_anybodys(p: Polaris, kckps: TenantHandle) -> None:
    kckps.events().publish(new(kckps, "published", "2027-03-04T09:00"))
    new(kckps, "draft", "2027-03-05T09:00")
    file = p.public_calendar("kckps", public_url="https://events.example.org")
    assert file.events == 1 and "/signup/kckps/published-2027-03-04" in file.text.replace("\r\n ", "")
    with pytest.raises(polaris.NotFound):
        p.public_calendar("nobody")


TEXT = "Łódź; a, b \\ c: \"d\" 日本語 🎉 " + "é" * 100


def full(kckps: TenantHandle) -> CalendarFile:
    new(kckps, TEXT.replace("\n", " "), "2027-03-14T01:30", ends_at="2027-03-14T03:30", description=f"One\n\n{TEXT}\tTab", event_type="career_fair")
    new(kckps, "no end", "2027-11-07T01:30")
    cancelled = new(kckps, "cancelled", "2027-12-01T09:00")
    assert cancelled
    return kckps.calendar().export(public_url="https://events.example.org")


def test_other_libraries_read_the_file_as_it_was_meant(kckps: TenantHandle) -> None:
    """icalendar, which is strict: an unreadable property is an error."""
    file = full(kckps)
    calendar: Any = icalendar.Calendar.from_ical(file.text)
    assert calendar["VERSION"] == "2.0" and "METHOD" not in calendar and not calendar.errors
    events: list[Any] = list(calendar.walk("VEVENT"))
    assert len(events) == file.events == 3 and all(not event.errors for event in events)
    first, no_end, _ = events
    assert str(first["SUMMARY"]) == TEXT.strip() and str(first["DESCRIPTION"]) == f"One\n\n{TEXT}\tTab"
    # The clocks jump from 2:00 to 3:00 in between: an hour is left.
    assert first["DTSTART"].dt == dt.datetime(2027, 3, 14, 1, 30, tzinfo=CHICAGO)
    assert first["DTEND"].dt - first["DTSTART"].dt == dt.timedelta(hours=1)
    # Shown twice, it is the earlier one; 60 minutes are assumed.
    assert no_end["DTSTART"].dt == dt.datetime(2027, 11, 7, 6, 30, tzinfo=dt.timezone.utc)
    assert no_end["DTEND"].dt == dt.datetime(2027, 11, 7, 7, 30, tzinfo=dt.timezone.utc)
    assert first["STATUS"] == "TENTATIVE" and int(first["SEQUENCE"]) == 0 and first["TRANSP"] == "TRANSPARENT"
    assert {str(event["UID"]) for event in events} == {f"event-{event.id}@{kckps.id}.polaris" for event in kckps.events().list()}
    assert first["DTSTAMP"].dt == first["LAST-MODIFIED"].dt
    assert sorted(first["CATEGORIES"].cats) == ["career_fair", "in_person"]
    # What it reads it writes again: nothing was lost.
    assert icalendar.Calendar.from_ical(calendar.to_ical()).to_ical() == calendar.to_ical()


def test_a_second_library_reads_the_same(kckps: TenantHandle) -> None:
    """vobject, which Evolution's and Radicale's tools are made of."""
    calendar = vobject.readOne(full(kckps).text)
    first, no_end, _ = calendar.contents["vevent"]
    assert first.summary.value == TEXT.strip() and first.description.value == f"One\n\n{TEXT}\tTab"
    assert first.dtstart.value == dt.datetime(2027, 3, 14, 1, 30, tzinfo=CHICAGO)
    assert no_end.dtend.value - no_end.dtstart.value == dt.timedelta(hours=1)
    assert first.location.value == "Main gym"
