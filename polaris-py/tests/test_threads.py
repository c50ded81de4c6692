"""Other threads of Python run while a call works."""

import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from polaris import Actor, Event, Events, Polaris


@pytest.fixture
def nobody_is_interrupted() -> Iterator[None]:
    """A thread keeps the interpreter until it lets go of it by itself."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(5)
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("nobody_is_interrupted")
def test_two_threads_read_at_once(events: Events, career_day: Event) -> None:
    counts = [0, 0]
    end = time.monotonic() + 0.5

    def read(nth: int) -> None:
        while time.monotonic() < end:
            events.get(career_day.id)
            counts[nth] += 1

    threads = [threading.Thread(target=read, args=(nth,)) for nth in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    # Without letting go, the first would have been alone until its end.
    assert min(counts) > max(counts) / 20 > 0


@pytest.mark.usefixtures("nobody_is_interrupted")
def test_a_thread_counts_on_while_another_writes(events: Events) -> None:
    done = threading.Event()

    def write() -> None:
        for number in range(50):
            events.create(title=f"Day {number}", starts_at="2027-03-04T09:00", location="Gym")
        done.set()

    thread = threading.Thread(target=write)
    thread.start()
    turns = 0
    while not done.is_set():
        turns += 1
        time.sleep(0)
    thread.join()
    assert turns > 50


def test_many_threads_write_and_read(data: Path) -> None:
    def work(nth: int) -> None:
        events = Polaris.open(data).tenant("kckps", Actor.tenant_user(nth, "Pat Lee", "admin")).events()
        for number in range(10):
            event = events.create(title=f"Day {nth} {number}", starts_at="2027-03-04T09:00", location="Gym")
            assert events.publish(event.id) == events.get(event.slug)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    assert Polaris.open(data).tenant("kckps", Actor.system()).events().list(statuses="published").total == 80
