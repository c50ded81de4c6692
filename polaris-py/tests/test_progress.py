"""Long work tells how far it is: what is called may do what it likes, and the work is done whatever comes of it."""

import os
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from test_fork import in_a_child

import polaris
from polaris import Actor, Backups, Platform, Polaris

STAFF = Actor.staff("Sam Ruiz")


@pytest.fixture
def platform(p: Polaris) -> Platform:
    for slug in ("hmsd", "center"):
        p.platform(STAFF).tenants().create(slug=slug, name=slug)
    return p.platform(STAFF)


@pytest.fixture
def backups(platform: Platform) -> Backups:
    return platform.backups()


def invited(p: Polaris) -> polaris.CreatedUser:
    """Somebody who gets a mail."""
    email = f"{os.urandom(4).hex()}@example.org"
    return p.tenant("hmsd", STAFF).users().create(email=email, first_name="Pat", last_name="Lee", role="viewer")


def every_call(p: Polaris, tmp_path: Path) -> dict[str, Callable[[Any], object]]:
    """Everything that takes progress."""
    platform = p.platform(STAFF)
    backup = platform.backups().create()
    return {
        "Tenants.migrate": lambda tell: platform.tenants().migrate(all=True, progress=tell),
        "Volunteers.import_": lambda tell: p.tenant("hmsd", STAFF).volunteers().import_(b"First,Last\nAnn,Lee\n", progress=tell),
        "Backups.create": lambda tell: platform.backups().create(into=tmp_path, progress=tell),
        "Backups.verify": lambda tell: platform.backups().verify(backup, progress=tell),
        "Polaris.verify_backup": lambda tell: Polaris.verify_backup(backup, progress=tell),
        "Polaris.restore": lambda tell: Polaris.restore(tmp_path / os.urandom(4).hex(), backup, STAFF, progress=tell),
        "Reference.sync": lambda tell: platform.reference().sync(progress=tell),
        "Doctor.check": lambda tell: platform.doctor().check(progress=tell),
        "Doctor.mend": lambda tell: platform.doctor().mend(progress=tell),
        "Deliveries.deliver": lambda tell: invited(p) and platform.mails().deliver(progress=tell),
        "AuditLog.verify": lambda tell: platform.audit().verify(progress=tell),
    }


def takers() -> set[str]:
    """The calls whose signature has it."""
    found = set()
    for name in polaris.__all__:
        of = getattr(polaris, name)
        for call in vars(of) if isinstance(of, type) else ():
            if "progress=" in (getattr(getattr(of, call), "__text_signature__", None) or ""):
                found.add(f"{name}.{call}")
    return found


def test_each_tells_up_to_the_end_in_the_thread_that_asked(p: Polaris, platform: Platform, tmp_path: Path) -> None:
    calls = every_call(p, tmp_path)
    assert set(calls) == takers()
    for name, call in calls.items():
        told: list[tuple[int, int]] = []
        threads = set()

        def tell(done: int, total: int) -> None:
            told.append((done, total))
            threads.add(threading.get_ident())

        call(tell)
        assert told and told[-1][0] == told[-1][1] > 0, (name, told)
        assert all(0 <= done <= total for done, total in told) and threads == {threading.get_ident()}, name
        call(None)


def test_what_is_no_function_is_refused_before_anything_is_done(p: Polaris, platform: Platform, tmp_path: Path) -> None:
    wrong: Any
    for call in every_call(p, tmp_path).values():
        for wrong in (5, "tell", [], {}):
            with pytest.raises(polaris.BadRequest, match="^progress: must be something to call"):
                call(wrong)
    assert platform.backups().list().total == 1 and list(tmp_path.glob("2*")) == []


def test_what_it_raises_is_raised_once_the_work_is_done(backups: Backups) -> None:
    calls = []

    def tell(done: int, total: int) -> None:
        calls.append(done)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        backups.create(progress=tell)
    assert len(calls) == 1 and backups.verify("latest").is_sound and len(backups.get("latest").tenants) == 3
    wrong: Any = lambda: None
    with pytest.raises(TypeError, match="positional"):
        backups.create(progress=wrong)
    with pytest.raises(polaris.ValidationError):
        backups.create(tenants=["nowhere"], progress=tell)


def test_an_interrupt_is_raised_once_the_work_is_done_without_it_too(p: Polaris, backups: Backups) -> None:
    assert p.data is not None
    under_way = p.data / "backups"

    def interrupt() -> None:
        while not (under_way.exists() and any(under_way.iterdir())):
            time.sleep(0.0005)
        os.kill(os.getpid(), signal.SIGINT)

    thread = threading.Thread(target=interrupt)
    with pytest.raises(KeyboardInterrupt):
        thread.start()
        backups.create()
        thread.join(20)
    assert backups.get("latest").state == "finished" and backups.verify("latest").is_sound


def test_it_may_use_the_engine_and_wait_for_other_threads_that_do(p: Polaris, backups: Backups) -> None:
    def tell(done: int, total: int) -> None:
        thread = threading.Thread(target=lambda: p.tenant("hmsd", STAFF).events().list())
        thread.start()
        thread.join(20)
        assert not thread.is_alive()
        p.platform(STAFF).tenants().list()

    assert backups.create(progress=tell).state == "finished"


def test_it_may_fork(p: Polaris, backups: Backups) -> None:
    def tell(done: int, total: int) -> None:
        in_a_child(lambda: print(p.platform(STAFF).tenants().list().total))

    assert backups.verify(backups.create(progress=tell), progress=tell).is_sound


def test_a_thread_that_forks_waits_for_the_work_and_not_for_what_is_told(p: Polaris, backups: Backups) -> None:
    """As with the lock of `logging`, which a fork takes: what is called waits for it, while the fork waits for the work."""
    lock = threading.Lock()
    forking = threading.Event()

    def fork() -> None:
        with lock:
            forking.set()
            in_a_child(lambda: None)

    thread = threading.Thread(target=fork)

    def tell(done: int, total: int) -> None:
        if not thread.ident:
            thread.start()
            forking.wait(20)
        assert lock.acquire(timeout=20)
        lock.release()

    assert backups.create(progress=tell).state == "finished"
    thread.join(20)
    assert not thread.is_alive()


def test_a_child_forked_by_it_sees_the_work_to_its_end(backups: Backups) -> None:
    parent = os.getpid()
    child = 0

    def tell(done: int, total: int) -> None:
        nonlocal child
        if not child and os.getpid() == parent:
            child = os.fork()
            if not child:
                child = -1

    made = backups.create(progress=tell)
    if os.getpid() != parent:
        os._exit(0 if made.state == "finished" else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
