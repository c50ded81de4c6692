"""Moments are aware: what belongs to a tenant by its clocks, what belongs to the platform in UTC; and they add up."""

import datetime as dt
import json
import zoneinfo
from pathlib import Path
from typing import Any

from polaris import Actor, Event, Polaris, _polaris

PASSWORD = "correct horse battery"


def moments(value: Any, place: str = "") -> dict[str, dt.datetime]:
    """All moments in a value, by their places."""
    if isinstance(value, dt.datetime):
        return {place: value}
    if isinstance(value, (list, tuple)):
        return {at: moment for item in value for at, moment in moments(item, place).items()}
    if type(value).__module__ != "polaris":
        return {}
    names = [name for name in dir(type(value)) if not name.startswith("_") and not callable(getattr(type(value), name))]
    return {at: moment for name in names for at, moment in moments(getattr(value, name), f"{place}.{name}").items()}


def test_what_a_tenant_gives_is_shown_by_its_clocks(p: Polaris) -> None:
    p.platform(Actor.system()).tenants().create(slug="denver", name="Denver", time_zone="America/Denver")
    handle = p.tenant("denver", Actor.tenant_user(1, "Kim Roe", "admin"))
    created = handle.users().create(email="pat@example.org", first_name="Pat", last_name="Lee", role="admin", password=PASSWORD)
    invited = handle.users().create(email="kim@example.org", first_name="Kim", last_name="Roe", role="admin")
    logged_in = p.tenant_door("denver").sessions().log_in(login="pat@example.org", password=PASSWORD)
    own = p.tenant("denver", p.tenant_session(logged_in.token, "denver"))
    event = handle.events().create(title="Career Day", starts_at="2027-03-04T09:00", location="Gym")
    given: list[Any] = [event, created, invited, logged_in, own.sessions().list(), own.sessions().current(), handle.users().get(1)]
    given += [handle.users().list()[0], next(handle.users().iterate()), handle.users().reset_password(1), handle.events().list()[0]]
    given += [handle.audit().list()[0], handle.audit().follow()]
    denver = zoneinfo.ZoneInfo("America/Denver")
    found = [moment for value in given for moment in moments(value).values()]
    assert len(found) > 20 and all(moment.utcoffset() == moment.astimezone(denver).utcoffset() for moment in found)
    assert event.starts_at.tzinfo == denver and (event.starts_at.hour, event.starts_at.utcoffset()) == (9, dt.timedelta(hours=-7))


def test_what_the_platform_gives_is_in_utc(p: Polaris) -> None:
    platform = p.platform(Actor.staff("Sam Ruiz"))
    given = [platform.tenants().get("kckps"), platform.audit().list()[0], platform.backups().create(), platform.sessions().open(staff="Alex Kim")]
    found = [moment for value in given for moment in moments(value).values()]
    assert len(found) >= 5 and all(moment.tzinfo is dt.timezone.utc for moment in found)


def test_a_zone_that_is_edited_shows_in_what_is_asked_for_next(p: Polaris) -> None:
    handle = p.tenant("kckps", Actor.tenant_user(1, "Kim Roe", "admin"))
    user = handle.users().create(email="pat@example.org", first_name="Pat", last_name="Lee", role="admin").user
    handle.administration().edit_settings(time_zone="Pacific/Honolulu")
    again = handle.users().get(user.id)
    assert again.created_at.utcoffset() == dt.timedelta(hours=-10) != user.created_at.utcoffset()
    assert again == user and hash(again) == hash(user) and again.created_at == user.created_at


def test_moments_of_the_hour_that_clocks_show_twice_add_up(career_day: Event) -> None:
    anything: Any = career_day
    _, (kind, text) = anything.__reduce__()
    stored = json.loads(text)
    stored["created_at"]["at"], stored["updated_at"]["at"] = "2026-11-01T06:30:00.250Z", "2026-11-01T07:10:00Z"
    event: Any = _polaris._unpickle(kind, json.dumps(stored))
    assert event.created_at.isoformat() == "2026-11-01T01:30:00.250000-05:00"
    assert event.updated_at.isoformat() == "2026-11-01T01:10:00-06:00"
    # With the zone itself as tzinfo Python would compare the clocks' digits.
    assert event.updated_at > event.created_at
    assert event.updated_at - event.created_at == dt.timedelta(minutes=39, seconds=59, milliseconds=750)
    assert event.created_at == dt.datetime(2026, 11, 1, 6, 30, 0, 250_000, tzinfo=dt.timezone.utc)


def test_the_far_ends_of_the_calendar_do_no_harm(career_day: Event) -> None:
    anything: Any = career_day
    _, (kind, text) = anything.__reduce__()
    for at in ("0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"):
        stored = json.loads(text)
        stored["created_at"]["at"] = at
        event: Any = _polaris._unpickle(kind, json.dumps(stored))
        try:
            assert event.created_at.utcoffset() is not None
        except (ValueError, OverflowError):
            # A local year that Python doesn't have. No clock of the engine gets there.
            assert at.startswith("0001")


def test_times_are_in_the_zone_wherever_the_machine_is(data: Path, monkeypatch: Any) -> None:
    import time

    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    try:
        event = Polaris.open(data).tenant("kckps", Actor.system()).events().create(title="Day", starts_at="2027-03-04T09:00", location="Gym")
        assert event.starts_at.isoformat() == "2027-03-04T09:00:00-06:00"
    finally:
        monkeypatch.undo()
        time.tzset()
