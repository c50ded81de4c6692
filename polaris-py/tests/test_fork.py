"""After a fork: an engine works in the child, a handle from before refuses; whatever other threads were doing at the time."""

import gc
import multiprocessing
import os
import signal
import threading
import time
import traceback
from collections.abc import Callable
from pathlib import Path

import pytest

import polaris
from polaris import Actor, Event, Events, Polaris, TenantHandle

SYSTEM = Actor.system()


def in_a_child(work: Callable[[], None], seconds: int = 20) -> None:
    """Runs this in a forked child, which must end well and in time."""
    child = os.fork()
    if child == 0:
        signal.alarm(seconds)
        status = 1
        try:
            work()
            status = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(status)
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    assert code == 0, "the child hung" if code == -signal.SIGALRM else f"the child failed: {code}"


def test_an_engine_works_in_the_child_and_a_handle_refuses(p: Polaris, data: Path, kckps: TenantHandle, events: Events) -> None:
    platform = p.platform(SYSTEM)

    def child() -> None:
        for refused in (lambda: kckps.events().list(), lambda: events.get(1), lambda: platform.tenants().list()):
            with pytest.raises(polaris.Unavailable, match="forked") as error:
                refused()
            assert error.value.code == "UNAVAILABLE"
        for engine in (p, Polaris.open(data)):
            new = engine.tenant("kckps", SYSTEM).events()
            event = new.create(title="Career Day", starts_at="2027-03-04T09:00", location="Gym")
            assert new.get(event.id) == event
        assert p.platform(SYSTEM).tenants().list().total == 1

    in_a_child(child)
    # What the child wrote is there, and the parent's connections are unharmed.
    assert events.list().total == 2
    events.publish(1)
    assert p.platform(SYSTEM).doctor().check().findings == []


def test_a_child_that_cleans_up_harms_nobody(data: Path) -> None:
    p = Polaris.open(data, deadline=3)
    handle = p.tenant("kckps", SYSTEM)
    handle.events().create(title="Career Day", starts_at="2027-03-04T09:00", location="Gym")

    def child() -> None:
        nonlocal p, handle
        del p, handle
        gc.collect()
        Polaris.open(data, deadline=3).tenant("kckps", SYSTEM).events().publish(1)

    in_a_child(child)
    assert handle.events().get(1).status == "published"


def test_a_grandchild_works_too(p: Polaris, career_day: Event) -> None:
    def grandchild() -> None:
        assert p.tenant("kckps", SYSTEM).events().get(career_day.id) == career_day

    def child() -> None:
        handle = p.tenant("kckps", SYSTEM)
        in_a_child(grandchild)

        def late() -> None:
            with pytest.raises(polaris.Unavailable):
                handle.events().list()
            grandchild()

        in_a_child(late)

    in_a_child(child, 60)


def test_an_engine_in_memory_refuses_in_the_child(memory: Polaris) -> None:
    def child() -> None:
        with pytest.raises(polaris.Unavailable):
            memory.platform(SYSTEM)

    in_a_child(child)


def test_forking_while_other_threads_are_at_work(p: Polaris, career_day: Event) -> None:
    end = threading.Event()

    def work() -> None:
        while not end.is_set():
            events = p.tenant("kckps", SYSTEM).events()
            events.list()
            events.get(career_day.id)

    def child() -> None:
        assert p.tenant("kckps", SYSTEM).events().list()[0] == career_day

    threads = [threading.Thread(target=work, daemon=True) for _ in range(3)]
    for thread in threads:
        thread.start()
    try:
        for _ in range(20):
            time.sleep(0.01)
            in_a_child(child)
    finally:
        end.set()
        for thread in threads:
            thread.join(20)


def test_a_fork_waits_for_nobody_when_nobody_is_at_work(p: Polaris) -> None:
    began = time.monotonic()
    for _ in range(10):
        in_a_child(lambda: None)
    assert time.monotonic() - began < 5


def preloaded(place: str) -> int:
    events = Polaris.open(place).tenant("kckps", SYSTEM).events()
    events.create(title="Career Day", starts_at="2027-03-04T09:00", location="Gym")
    return os.getpid()


def test_a_pool_of_processes_forked_after_opening(p: Polaris, data: Path, events: Events) -> None:
    with multiprocessing.get_context("fork").Pool(4) as pool:
        workers = set(pool.map(preloaded, [str(data)] * 40, chunksize=1))
    assert workers and os.getpid() not in workers
    assert events.list(per_page=1).total == 40
    assert len({event.slug for event in events.list(per_page=100)}) == 40
