"""M1, M2: mails through real mail servers: as they come, refused, over TLS, cut off, by several programs at once."""

import json
import os
import random
import signal
import socket
import sqlite3
import time
import urllib.request
from collections import Counter
from collections.abc import Callable

import pytest
from conftest import Certificates, Handler, Home, Server, Serving, until

ROUNDS = 40 if "LONG_TESTS" in os.environ else 10


def health(serving: Serving) -> dict[str, object]:
    with urllib.request.urlopen(f"{serving.url}/health/ready") as answer:
        found: dict[str, object] = json.load(answer)["data"]["mail"]
        return found


def test_a_server_gets_mails_that_mail_programs_read(home: Home, serve: Callable[..., Server]) -> None:
    server = serve()
    home.through(server)
    home.queue("ann", "bo")
    assert home.deliver()["sent"] == 2
    [taken] = server.handler.to("ann")
    mail = taken.mail
    sender = mail["From"].addresses[0]
    assert (sender.display_name, sender.addr_spec) == ("Kansas City Kansas", "events@operator.example")
    assert mail["To"].addresses[0].addr_spec == "ann@example.org" and not mail.defects
    assert mail["Message-ID"].endswith("@operator.example>") and mail["Auto-Submitted"] == "auto-generated"
    assert {part.get_content_type() for part in mail.walk()} >= {"text/plain", "text/html"}
    assert [mail["state"] for mail in home.mails()] == ["sent", "sent"]
    assert home.deliver()["sent"] == 0 and len(server.handler.taken) == 2


def test_what_a_server_refuses_is_told_and_keeps_no_other_mail(home: Home, serve: Callable[..., Server]) -> None:
    server = serve()
    home.through(server)
    home.queue("ann", "unknown", "later", "bo")
    delivered = home.deliver()
    assert (delivered["sent"], delivered["failed"], delivered["postponed"]) == (2, 1, 1), delivered
    assert (home.one("unknown")["state"], home.one("unknown")["last_error"]) == (
        "failed",
        "the mail server refuses the recipient (550 5.1.1)",
    )
    assert home.one("later")["last_error"] == "the mail server refuses the recipient (451 4.7.1)"
    assert not any("@" in (mail["last_error"] or "") for mail in home.mails())
    server.handler.mended = True
    for name in ("unknown", "later"):
        home.run("mail", "retry", "kckps", str(home.one(name)["id"]))
    assert home.deliver()["sent"] == 2 and len(home.mails("sent")) == 4


@pytest.mark.parametrize(
    ("odd", "told"),
    [
        ("hang", "the mail server hangs: it does not answer in time"),
        ("drop", "the connection to the mail server broke off"),
    ],
)
def test_one_mail_at_which_a_server_hangs_or_drops_the_line_is_tried_again_alone(
    home: Home, serve: Callable[..., Server], odd: str, told: str
) -> None:
    server = serve()
    home.through(server, smtp_timeout_ms=500)
    home.queue(odd, "ann", "bo")
    delivered = home.deliver()
    assert (delivered["sent"], delivered["postponed"]) == (2, 1), delivered
    assert home.one(odd)["last_error"].startswith(told)
    server.handler.mended = True
    home.run("mail", "retry", "kckps", str(home.one(odd)["id"]))
    assert home.deliver()["sent"] == 1 and len(home.mails("sent")) == 3


def test_a_server_that_hangs_at_a_second_mail_gets_no_more_in_this_round_and_in_the_next_the_good_ones_first(
    home: Home, serve: Callable[..., Server]
) -> None:
    server = serve()
    home.through(server, smtp_timeout_ms=500)
    home.queue("hang1", "hang2", "ida", "joe")
    delivered = home.deliver()
    assert (delivered["sent"], delivered["postponed"], delivered["waiting"]) == (0, 4, 4), delivered
    assert home.one("ida")["last_error"] == "the mail server hangs: it does not answer in time"
    for mail in home.mails():
        home.run("mail", "retry", "kckps", str(mail["id"]))
    delivered = home.deliver()
    assert (delivered["sent"], delivered["postponed"]) == (2, 2), delivered
    assert {mail["recipient"] for mail in home.mails("sent")} == {"ida@example.org", "joe@example.org"}


def test_a_server_that_never_greets_is_seen_at_once_and_asked_once_for_all(home: Home) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        home.through(Server(Handler(), silent.getsockname()[1]), smtp_timeout_ms=30000)
        home.queue("ann", "bo")
        serving = Serving(home)
        until("those that wait are counted before the server is given up", lambda: health(serving)["waiting"] == 2, within=15)
        assert home.one("ann")["attempts"] == 0
        # Closed, it answers whoever waits for it.
    assert serving.stop() == 0
    with socket.create_server(("127.0.0.1", 0)) as silent:
        home.through(Server(Handler(), silent.getsockname()[1]), smtp_timeout_ms=500)
        for mail in home.mails():
            home.run("mail", "retry", "kckps", str(mail["id"]))
        began = time.monotonic()
        assert home.deliver()["postponed"] == 2 and time.monotonic() - began < 10
        assert {mail["last_error"] for mail in home.mails()} == {"the mail server can't be reached: it does not answer in time"}


@pytest.mark.parametrize("how", ["starttls", "tls"])
def test_the_way_is_secured_and_only_a_server_that_is_vouched_for_gets_anything(
    home: Home, serve: Callable[..., Server], certificates: Certificates, how: str
) -> None:
    server = serve(**{how: certificates.server}, log_in=how == "starttls")
    secret = home.place / "word"
    secret.write_text("right\n")
    log_in = {"smtp_user": "polaris", "smtp_password_file": str(secret)} if how == "starttls" else {}
    home.through(server, smtp_security=how, smtp_ca_file=str(certificates.stranger), **log_in)
    home.queue("ann")
    assert home.deliver()["sent"] == 0
    refused = home.one("ann")
    assert refused["state"] == "waiting" and "certificate" in refused["last_error"].lower(), refused
    home.settings["smtp_ca_file"] = str(certificates.authority)
    home.run("mail", "retry", "kckps", str(refused["id"]))
    assert home.deliver()["sent"] == 1
    [taken] = server.handler.taken
    assert taken.secured and taken.as_whom == ("polaris" if log_in else None)


def test_a_server_that_offers_no_starttls_gets_nothing_where_it_is_demanded(home: Home, serve: Callable[..., Server]) -> None:
    server = serve()
    home.through(server, smtp_security="starttls")
    home.queue("ann")
    assert home.deliver()["sent"] == 0 and not server.handler.taken
    assert "doesn't offer STARTTLS" in home.one("ann")["last_error"]


def test_a_wrong_password_fails_no_mail_and_is_written_nowhere(home: Home, serve: Callable[..., Server]) -> None:
    server = serve(log_in=True)
    secret = home.place / "word"
    secret.write_text("certainly-wrong\n")
    home.through(server, smtp_user="polaris", smtp_password_file=str(secret))
    home.queue("ann")
    program = home.start("--json", "mail", "deliver")
    out, err = program.communicate(timeout=60)
    assert json.loads(out)["postponed"] == 1 and "certainly-wrong" not in out + err
    assert program.returncode == 1, "a program that none could be sent by is told so"
    assert home.one("ann")["last_error"].startswith("the mail server refuses the log-in (535")
    assert "certainly-wrong" not in json.dumps(home.run("config", "show"))
    secret.write_text("right\n")
    home.run("mail", "retry", "kckps", "--all")
    home.run("mail", "retry", "kckps", str(home.one("ann")["id"]))
    assert home.deliver()["sent"] == 1 and server.handler.taken[0].as_whom == "polaris"


def test_several_who_deliver_at_once_send_each_mail_once(home: Home, serve: Callable[..., Server]) -> None:
    server = serve(slow=0.01)
    home.through(server)
    home.queue(*[f"person{number}" for number in range(30)])
    serving = Serving(home)
    programs = [home.start("--json", "mail", "deliver") for _ in range(3)]
    for program in programs:
        out, err = program.communicate(timeout=120)
        assert program.returncode == 0, out + err
    until("all are sent", lambda: len(server.handler.taken) >= 30)
    assert serving.stop() == 0
    assert sorted(Counter(taken.to for taken in server.handler.taken).values()) == [1] * 30
    assert {mail["attempts"] for mail in home.mails("sent")} == {1}


def free_the_cut_off(home: Home) -> int:
    """Ends the time for which mails belong to senders that are dead; no program is at work on the file."""
    with sqlite3.connect(home.data / "polaris_kckps.db") as raw:
        return raw.execute("UPDATE outbox SET taken_until = '2020-01-01T00:00:00.000Z' WHERE state = 'sending'").rowcount


def test_killed_at_any_moment_no_mail_is_lost_and_none_comes_twice_but_those_under_way(
    home: Home, serve: Callable[..., Server]
) -> None:
    server = serve(slow=0.02)
    home.through(server)
    people = [f"person{number}" for number in range(40)]
    home.queue(*people)
    chance = random.Random(7)
    cut_off = 0
    for _ in range(ROUNDS):
        program = home.start("--json", "mail", "deliver")
        time.sleep(chance.uniform(0.02, 0.35))
        program.send_signal(signal.SIGKILL)
        program.wait()
        time.sleep(0.1)
        freed = free_the_cut_off(home)
        assert freed <= 1, "one mail is under way at a time"
        cut_off += freed
    home.deliver()
    assert [mail["state"] for mail in home.mails()] == ["sent"] * 40
    came = Counter(taken.to for taken in server.handler.taken)
    assert set(came) == {f"{person}@example.org" for person in people}, "none is lost"
    again = sum(times - 1 for times in came.values())
    assert again <= cut_off, (again, cut_off)
    for person in people:
        # Who gets one twice can tell.
        assert len({taken.mail["Message-ID"] for taken in server.handler.to(person)}) == 1
    assert home.run("doctor")["findings"] == []


def test_while_the_server_is_dead_the_queue_grows_where_everybody_sees_it_and_nothing_is_lost(
    home: Home, serve: Callable[..., Server]
) -> None:
    server = serve()
    home.through(server, smtp_port=1)
    serving = Serving(home)
    home.queue("ann", "bo")
    until("it is seen", lambda: health(serving)["status"] == "trouble" and health(serving)["waiting"] == 2)
    assert {mail["state"] for mail in home.mails()} == {"waiting"}
    assert home.one("ann")["last_error"].startswith("the mail server can't be reached")
    until("it is logged", lambda: any("no mail can be sent" in line for line in serving.log))
    assert not any("@example.org" in line for line in serving.log), "nobody's address is logged"
    assert serving.stop() == 0
    home.through(server)
    for mail in home.mails():
        home.run("mail", "retry", "kckps", str(mail["id"]))
    serving = Serving(home)
    until("both are sent", lambda: len(server.handler.taken) == 2)
    assert serving.stop() == 0


def test_a_server_is_stopped_after_the_mail_under_way_and_releases_nothing(home: Home, serve: Callable[..., Server]) -> None:
    server = serve(slow=1.0)
    home.through(server, smtp_timeout_ms=5000)
    home.queue("ann", "bo")
    serving = Serving(home)
    until("one is under way", lambda: home.mails("sending"))
    assert serving.stop() == 0
    sent = len(server.handler.taken)
    assert sent >= 1 and sorted(mail["state"] for mail in home.mails()) == sorted(["sent"] * sent + ["waiting"] * (2 - sent))
