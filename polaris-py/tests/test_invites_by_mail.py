"""S3, S4, E2, M1, M4: the whole way of an invite, as the person has it who signs up: the page of a real server, its worker, the file that it
writes, and two calendar libraries that know nothing of Polaris. Staff work in another process meanwhile, which is this one."""

import os
import re
import signal
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import icalendar
import pytest
import vobject  # type: ignore[import-untyped]

from polaris import Actor, Polaris, TenantHandle

BUILT = Path(__file__).resolve().parents[2] / "target" / "debug" / "polaris"
PROGRAM = Path(os.environ.get("TESTED_POLARIS", BUILT))
PUBLIC = "https://events.example.org"
ADMIN = Actor.tenant_user(100, "Kim Roe", "admin")
CHICAGO = ZoneInfo("America/Chicago")
PATIENCE = 60.0
T = TypeVar("T")


def wait_until(what: str, found: Callable[[], T | None]) -> T:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if (value := found()) is not None:
            return value
        time.sleep(0.05)
    raise AssertionError(f"waited in vain: {what}")


class NotFollowed(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


class Server:
    """`polaris serve` with the usual transport, a folder."""

    def __init__(self, data: Path) -> None:
        self.folder = data / "mail"
        self.seen: set[str] = set()
        said = data.parent / "said"
        command = [str(PROGRAM), "serve", "--data", str(data), "--listen", "127.0.0.1:0", "--public-url", PUBLIC]
        with said.open("wb") as err:
            self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=err)

        def address() -> str | None:
            assert self.process.poll() is None, said.read_text()
            return next((word for word in said.read_text().split() if word.startswith("http://")), None)

        self.address = wait_until("the server serves", address)
        self.open = urllib.request.build_opener(NotFollowed).open

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(PATIENCE) == 0

    def page(self, path: str) -> str:
        return str(self.open(self.address + path).read().decode())

    def fill_in(self, path: str, **fields: str) -> str:
        """Sends a form; where it leads to."""
        try:
            self.open(self.address + path, urllib.parse.urlencode(fields).encode())
        except urllib.error.HTTPError as answer:
            assert answer.code == 303, answer.read()
            return answer.headers["Location"]
        raise AssertionError("the form came back")

    def mail(self) -> EmailMessage:
        """The next mail that the worker has written."""

        def found() -> Path | None:
            new = [file for file in self.folder.glob("*.eml") if file.name not in self.seen]
            assert len(new) <= 1, new
            return new[0] if new else None

        file = wait_until("a mail is written", found)
        self.seen.add(file.name)
        return message_from_bytes(file.read_bytes(), policy=policy.default)


@pytest.fixture
def server(data: Path) -> Iterator[Server]:
    if not PROGRAM.exists():
        pytest.skip("needs the program: cargo build --bin polaris, or TESTED_POLARIS")
    running = Server(data)
    yield running
    running.stop()


def text(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def calendar(mail: EmailMessage) -> str:
    """What is in the mail for calendars: as a part that programs show and as a file, the same."""
    (shown,) = (part for part in mail.walk() if part.get_content_type() == "text/calendar" and not part.is_attachment())
    (file,) = mail.iter_attachments()
    raw = shown.get_payload(decode=True)
    assert isinstance(raw, bytes) and file.get_payload(decode=True) == raw
    # RFC 6047: the part says the method, too.
    assert f"METHOD:{shown.get_param('method')}\r\n" in raw.decode()
    return raw.decode()


def read(mail: EmailMessage) -> dict[str, Any]:
    """What both libraries make of it, which is the same."""
    raw = calendar(mail)
    whole = icalendar.Calendar.from_ical(raw)
    (found,) = whole.walk("VEVENT")
    event: Any = found
    assert event.errors == []
    one = {
        "method": str(whole["METHOD"]),
        "uid": str(event["UID"]),
        "sequence": int(event["SEQUENCE"]),
        "starts": event["DTSTART"].dt,
        "ends": event["DTEND"].dt,
        "summary": str(event["SUMMARY"]),
        "status": str(event["STATUS"]),
        "attendee": str(event["ATTENDEE"]),
    }
    other = vobject.readOne(raw)
    assert one == {
        "method": other.method.value,
        "uid": other.vevent.uid.value,
        "sequence": int(other.vevent.sequence.value),
        "starts": other.vevent.dtstart.value,
        "ends": other.vevent.dtend.value,
        "summary": other.vevent.summary.value,
        "status": other.vevent.status.value,
        "attendee": other.vevent.attendee.value,
    }
    # In UTC, so that no program has to know the zone's rules.
    assert event["DTSTART"].dt.tzinfo is not None and event["DTSTART"].dt.utcoffset() == UTC.utcoffset(None)
    return one


def clocks(moment: datetime) -> str:
    """What clocks in Chicago show then, by another program's knowledge of the zone."""
    return moment.astimezone(CHICAGO).strftime("%Y-%m-%dT%H:%M")


@pytest.mark.parametrize(
    ("title", "at_first", "moved", "hours"),
    [
        ("Career Day", ("2027-03-04T09:00", "2027-03-04T11:00"), ("2027-03-05T13:00", "2027-03-05T15:30"), (2, 2.5)),
        # Across the night in which clocks go forward, then back; and moved from one side of the change to the other.
        ("Mañana: 早起き, \\o/; Übung", ("2027-03-14T00:30", "2027-03-14T04:30"), ("2027-03-13T00:30", "2027-03-13T04:30"), (3, 4)),
        ("Clocks go back", ("2027-11-07T00:30", "2027-11-07T03:00"), ("2027-11-08T00:30", "2027-11-08T03:00"), (3.5, 2.5)),
    ],
)
def test_an_invite_is_one_entry_from_the_sign_up_to_the_cancellation(
    server: Server, p: Polaris, kckps: TenantHandle, title: str, at_first: tuple[str, str], moved: tuple[str, str], hours: tuple[float, float]
) -> None:
    event = kckps.events().create(title=title, starts_at=at_first[0], ends_at=at_first[1], location="Main gym", volunteers_needed=2)
    event = kckps.events().publish(event.id)
    form = f"/signup/kckps/{event.slug}"
    done = server.fill_in(form, first_name="Zoë", last_name="李", email="zoe@example.org", phone="", organization="", notes="", website="")
    assert done.endswith("?status=confirmed")

    mail = server.mail()
    assert mail["To"].addresses[0].addr_spec == "zoe@example.org" and str(mail["To"].addresses[0].display_name) == "Zoë 李"
    assert mail["Subject"] == f"You are signed up: {title}" and text(mail).startswith("Hello Zoë,")
    first = read(mail)
    assert (first["method"], first["status"], first["summary"]) == ("REQUEST", "CONFIRMED", title)
    assert (clocks(first["starts"]), clocks(first["ends"])) == at_first
    assert (first["ends"] - first["starts"]).total_seconds() == hours[0] * 3600
    assert first["attendee"] == "mailto:zoe@example.org"

    # Staff move it, in another process than the server's.
    kckps.events().edit(event.id, starts_at=moved[0], ends_at=moved[1])
    mail = server.mail()
    assert mail["Subject"] == f"Changed: {title}"
    second = read(mail)
    assert (second["method"], second["uid"]) == ("REQUEST", first["uid"]) and second["sequence"] > first["sequence"]
    assert (clocks(second["starts"]), clocks(second["ends"])) == moved
    assert (second["ends"] - second["starts"]).total_seconds() == hours[1] * 3600

    # They cancel with the link in that mail: it asks first, then does it.
    link = re.search(re.escape(PUBLIC) + r"(/signup/kckps/manage/plml_[\w-]+)", text(mail))
    assert link is not None
    assert "You have a place." in server.page(link[1]) and "Cancel your sign-up?" in server.page(f"{link[1]}?cancel")
    assert server.fill_in(link[1], cancel="yes") == link[1]
    assert "You have cancelled" in server.page(link[1])
    mail = server.mail()
    assert mail["Subject"] == f"Your sign-up is cancelled: {title}"
    third = read(mail)
    assert (third["method"], third["status"], third["uid"]) == ("CANCEL", "CANCELLED", first["uid"])
    assert third["sequence"] > second["sequence"] and (third["starts"], third["ends"]) == (second["starts"], second["ends"])
    assert [entry.participation.status for entry in kckps.rosters().list(event.id)] == ["declined"]
    outbox = p.tenant("kckps", ADMIN).mails()
    wait_until("all is noted as sent", lambda: True if [mail.state for mail in outbox.list()] == ["sent"] * 3 else None)
