"""M4: the invites that mails carry, as two calendar libraries that know nothing of Polaris read them. Those files are what mails hold: the
tests of polaris-core keep them so."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import icalendar
import pytest
import vobject  # type: ignore[import-untyped]

MAILS = Path(__file__).resolve().parents[2] / "polaris-core" / "tests" / "mails"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


# What clocks in Chicago show, and what that is in UTC: on both sides of each change, and across it.
TIMES = {
    "plain": (at("2027-03-04T15:00"), at("2027-03-04T17:00")),
    "spring": (at("2027-03-14T07:30"), at("2027-03-14T08:30")),
    "autumn": (at("2027-11-07T05:30"), at("2027-11-07T09:00")),
    "letters": (at("2027-07-01T14:00"), at("2027-07-01T22:00")),
}
# Time or place of all but one changed once before they were sent.
SEQUENCES = {"request": 1, "cancel": 2}
LETTERS = ("語の長い題名、セミコロン; コンマ, 逆斜線\\ и ещё немного, עברית, 🎉" * 3)[:200]


@pytest.mark.parametrize("method", ["request", "cancel"])
@pytest.mark.parametrize("name", TIMES)
def test_two_libraries_read_the_same_that_was_meant(name: str, method: str) -> None:
    raw = (MAILS / f"{name}-{method}.ics").read_bytes()
    assert all(len(line) <= 75 for line in raw.split(b"\r\n")) and b"\n" not in raw.replace(b"\r\n", b"")
    title = {"plain": "Career Day", "spring": "Clocks go forward", "autumn": "Clocks go back", "letters": LETTERS}[name]
    description = "Line one\nLine two; with, all\\kinds\n\nPark behind the gym.\nBring a badge."
    (starts, ends), sequence = TIMES[name], SEQUENCES[method]

    calendar = icalendar.Calendar.from_ical(raw)
    assert str(calendar["METHOD"]) == method.upper() and str(calendar["VERSION"]) == "2.0"
    (found,) = calendar.walk("VEVENT")
    event: Any = found
    assert event.errors == []
    assert (event["DTSTART"].dt, event["DTEND"].dt) == (starts, ends) and event["DTSTAMP"].dt.tzinfo is not None
    assert (str(event["SUMMARY"]), str(event["DESCRIPTION"])) == (title, description)
    assert str(event["LOCATION"]) == "Gym, Wyandotte High School"
    assert (str(event["UID"]), int(event["SEQUENCE"])) == ("0123456789abcdef" * 2 + "@polaris.example", sequence)
    assert str(event["STATUS"]) == {"request": "CONFIRMED", "cancel": "CANCELLED"}[method]
    assert (str(event["ORGANIZER"]), event["ORGANIZER"].params["CN"]) == ("mailto:volunteers@kckps.example", "KCKPS Volunteers")
    assert (str(event["ATTENDEE"]), event["ATTENDEE"].params["PARTSTAT"]) == ("mailto:ann@example.org", "ACCEPTED")
    assert str(event["URL"]).startswith("https://events.example.org/signup/kckps/")

    read = vobject.readOne(raw.decode())
    other = read.vevent
    assert (read.method.value, other.summary.value, other.description.value) == (method.upper(), title, description)
    assert (other.dtstart.value, other.dtend.value) == (starts, ends)
    assert (other.uid.value, int(other.sequence.value)) == (str(event["UID"]), sequence)
    assert other.organizer.value == "mailto:volunteers@kckps.example" and other.attendee.value == "mailto:ann@example.org"
    assert other.location.value == "Gym, Wyandotte High School"
