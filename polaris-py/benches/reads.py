"""How fast `tenant.events().get(id)` is, beside the engine without Python, in the same run.

    cargo bench --no-run -p polaris-py && pip install <release wheel> && python polaris-py/benches/reads.py

The rounds of both take turns, so that what else the machine does falls on both alike; the medians are told. What two threads gain can only be
seen where two cores are free: on a busy machine, go before the others with `chrt -f 10`. With `--check` it fails where Python reaches less than 6
of 10 of the engine's figure on one thread, or two threads on two tenants less than 1.7 times one thread's.
"""

import argparse
import gc
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import polaris
from polaris import Actor, Polaris, TenantHandle

EVENTS = 1_000
TENANTS = ("kckps", "hickman-mills")
ROOT = Path(__file__).parents[2]


def prepare(data: Path) -> Polaris:
    p = Polaris.init(data, durability="normal")
    for slug in TENANTS:
        p.platform(Actor.system()).tenants().create(slug=slug, name=slug)
        events = p.tenant(slug, Actor.system()).events()
        for number in range(EVENTS):
            events.create(title=f"Career Day {number}", starts_at="2027-03-04T09:00", ends_at="2027-03-04T11:00", location="Main gym")
    return p


def handles(data: Path) -> list[TenantHandle]:
    p = Polaris.open(data)
    return [p.tenant(slug, Actor.tenant_user(7, "Pat Lee", "coordinator")) for slug in TENANTS]


def read(tenant: TenantHandle, seconds: float) -> float:
    """Events read a second. The numbers are far apart from each other."""
    numbers = [at * 617 % EVENTS + 1 for at in range(1_000)]
    done = 0
    began = time.perf_counter()
    while time.perf_counter() - began < seconds:
        for number in numbers:
            tenant.events().get(number)
        done += 1_000
    return done / (time.perf_counter() - began)


def read_at_once(tenants: list[TenantHandle], seconds: float) -> float:
    with ThreadPoolExecutor(len(tenants)) as threads:
        return sum(threads.map(lambda tenant: read(tenant, seconds), tenants))


def bare_program() -> str:
    """Built if need be; where it lies is cargo's to say."""
    command = ["cargo", "bench", "--no-run", "--locked", "--message-format=json", "-p", "polaris-py", "--bench", "bare"]
    built = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    messages = [json.loads(line) for line in built.splitlines()]
    return str(next(message["executable"] for message in messages if message.get("executable")))


def import_time() -> float:
    code = "import time; t = time.perf_counter(); import polaris; print(time.perf_counter() - t)"
    return min(float(subprocess.run([sys.executable, "-c", code], check=True, capture_output=True).stdout) for _ in range(10))


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--seconds", type=float, default=0.5, help="length of a round")
    asked.add_argument("--rounds", type=int, default=7)
    asked.add_argument("--check", action="store_true", help="fail where a target is missed")
    options = asked.parse_args()

    with tempfile.TemporaryDirectory() as place:
        data = Path(place) / "data"
        kept = prepare(data)
        tenants = handles(data)
        bare = bare_program()

        def engine(*slugs: str) -> float:
            command = [bare, str(data), str(options.seconds), str(EVENTS), *slugs]
            return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)

        sides: dict[str, Callable[[], float]] = {
            "engine, one thread": lambda: engine(TENANTS[0]),
            "Python, one thread": lambda: read(tenants[0], options.seconds),
            "engine, two threads": lambda: engine(*TENANTS),
            "Python, two threads": lambda: read_at_once(tenants, options.seconds),
        }
        figures: dict[str, list[float]] = {name: [] for name in sides}
        gc.freeze()
        for _ in range(options.rounds):
            for name, side in sides.items():
                figures[name].append(side())
        del kept

    median = {name: statistics.median(rounds) for name, rounds in figures.items()}
    for name, rounds in figures.items():
        print(f"{name:22} {median[name]:>10,.0f}/s   ({min(rounds):,.0f} to {max(rounds):,.0f})")
    one = median["Python, one thread"] / median["engine, one thread"]
    two = median["Python, two threads"] / median["Python, one thread"]
    imported = import_time()
    print(f"Python of the engine, one thread   {one:.2f}  (target 0.60)")
    print(f"two threads of one, in Python      {two:.2f}  (engine {median['engine, two threads'] / median['engine, one thread']:.2f})")
    print(f"import polaris                     {imported * 1000:.1f} ms  (target 30)")
    return int(options.check and (one < 0.6 or two < 1.7 or imported > 0.03))


if __name__ == "__main__":
    sys.exit(main())
