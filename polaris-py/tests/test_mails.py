"""M1, M2: mails are delivered, by a program beside which no server runs, and are seen in the outbox."""

import email
import email.policy
import stat
from pathlib import Path
from typing import Any

import pytest

import polaris
from polaris import Actor, Polaris

ADMIN = Actor.tenant_user(100, "Kim Roe", "admin")


def queue(p: Polaris, *people: str) -> None:
    """Puts people on a roster and moves their event."""
    kckps = p.tenant("kckps", ADMIN)
    event = kckps.events().create(title="Career Day, “Ünïcode” & more", starts_at="2027-03-04T09:00", location="Main gym")
    for person in people:
        volunteer = kckps.volunteers().create(first_name=person, last_name="Lee", email=f"{person}@example.org").volunteer
        kckps.rosters().assign(event.id, volunteer_id=volunteer.id, status="confirmed")
    assert kckps.events().edit(event.id, location="Library").notices.told == len(people)


def read(folder: Path) -> dict[str, Any]:
    """The mails in a folder, by whom they are to, as Python's own package reads them."""
    mails = [email.message_from_bytes(path.read_bytes(), policy=email.policy.default) for path in folder.iterdir()]
    assert all(not mail.defects for mail in mails)
    return {mail["To"].addresses[0].addr_spec: mail for mail in mails}


def test_mails_become_files_that_mail_programs_read(data: Path) -> None:
    p = Polaris.open(data, mail={"from": "events@operator.example"}, public_url="https://events.example.org/")
    queue(p, "ann", "bo")
    so_far: list[tuple[int, int]] = []
    delivered = p.platform(Actor.system()).mails().deliver(progress=lambda done, of: so_far.append((done, of)))
    assert (delivered.sent, delivered.failed, delivered.waiting) == (2, 0, 0)
    assert [done for done, _ in so_far] == [1, 2]
    found = read(data / "mail")
    assert set(found) == {"ann@example.org", "bo@example.org"}
    mail = found["ann@example.org"]
    sender = mail["From"].addresses[0]
    assert (sender.display_name, sender.addr_spec) == ("Kansas City Kansas", "events@operator.example")
    assert mail["Message-ID"].endswith("@operator.example>") and mail["Date"].datetime is not None
    assert {part.get_content_type() for part in mail.walk()} >= {"text/plain", "text/html"}
    assert "Library" in mail.get_body(("plain",)).get_content()
    assert stat.S_IMODE((data / "mail").stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in (data / "mail").iterdir()} == {0o600}
    assert p.platform(Actor.system()).mails().deliver().sent == 0


def test_the_outbox_is_seen_by_admins_and_mails_are_tried_again(data: Path) -> None:
    p = Polaris.open(data, mail={"allow": ["@trial.example"]})
    queue(p, "ann")
    assert p.platform(Actor.system()).mails().deliver(tenant="kckps").held == 1
    mails = p.tenant("kckps", ADMIN).mails()
    [held] = mails.list(state="held", kind="event_changed")
    assert held.recipient == "ann@example.org" and "mail_allow" in (held.last_error or "")
    assert "ann@" not in repr(held) and mails.get(held.id) == held
    assert mails.retry(held.id).state == "waiting"
    p.platform(Actor.system()).mails().deliver()
    assert mails.retry_all() == 1 and [mail.state for mail in mails.iterate()] == ["waiting"]
    with pytest.raises(polaris.MailNotFound):
        mails.get(99)
    with pytest.raises(polaris.BadRequest) as wrong:
        mails.list(state="lost")  # type: ignore[arg-type]
    assert wrong.value.fields[0].field == "state"
    with pytest.raises(polaris.Forbidden):
        p.tenant("kckps", Actor.tenant_user(7, "Pat Lee", "coordinator")).mails().list()


def test_a_sent_mail_is_not_tried_again(p: Polaris) -> None:
    queue(p, "ann")
    p.platform(Actor.system()).mails().deliver()
    with pytest.raises(polaris.InvalidTransition):
        p.tenant("kckps", ADMIN).mails().retry(1)


def test_switched_off_mails_wait(data: Path) -> None:
    p = Polaris.open(data, mail={"transport": "none"})
    queue(p, "ann")
    delivered = p.platform(Actor.system()).mails().deliver()
    assert (delivered.sent, delivered.waiting) == (0, 1) and not (data / "mail").exists()


def test_what_progress_raises_breaks_it_off_and_the_rest_wait(p: Polaris) -> None:
    queue(p, "ann", "bo", "cy")

    def enough(done: int, of: int) -> None:
        raise RuntimeError("enough")

    with pytest.raises(RuntimeError):
        p.platform(Actor.system()).mails().deliver(progress=enough)
    assert p.platform(Actor.system()).mails().deliver().sent < 3


@pytest.mark.parametrize(
    ("mail", "told"),
    [
        ({"transport": "pigeon"}, "transport must be one of"),
        ({"transport": "smtp"}, "host is needed"),
        ({"transport": "smtp", "host": "localhost"}, "from is needed"),
        ({"transport": "smtp", "host": "a.example", "from": "a@b.org", "user": "x", "password": "hush"}, "security must be starttls"),
        ({"transport": "smtp", "host": "a.example", "from": "a@b.org", "user": "x"}, "user and password"),
        ({"allow": ["example.org"]}, "allow takes addresses"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_what_is_wrong_with_the_settings_of_mail_is_named(data: Path, mail: Any, told: str) -> None:
    with pytest.raises(polaris.BadRequest) as wrong:
        Polaris.open(data, mail=mail)
    assert told in str(wrong.value) and "hush" not in str(wrong.value)
