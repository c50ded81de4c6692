#!/bin/sh
# `polaris --version`, whole process, beside `sqlite3 --version` and a program that does nothing: processes of all three take turns, and
# the medians are compared. Target: under 10 ms.
#
#   cargo build --release -p polaris-cli && tests/bench/version.sh [BINARY]
set -eu

root=$(cd "$(dirname "$0")/../.." && pwd)
polaris=${1:-$root/target/release/polaris}
command -v sqlite3 >/dev/null || { echo "this needs the sqlite3 tool (apt-get install sqlite3)" >&2; exit 2; }
command -v python3 >/dev/null || { echo "this needs python3, which takes the times" >&2; exit 2; }

python3 - "$polaris" <<'PYTHON'
import statistics, subprocess, sys, time

ROUNDS = 200
COMMANDS = {"polaris --version": [sys.argv[1], "--version"], "sqlite3 --version": ["sqlite3", "--version"], "true": ["/bin/true"]}


def taken(command):
    began = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    return (time.perf_counter() - began) * 1000


for command in COMMANDS.values():
    taken(command)
times = [[taken(command) for command in COMMANDS.values()] for _ in range(ROUNDS)]
for name, all in zip(COMMANDS, zip(*times)):
    median, slow = statistics.median(all), sorted(all)[int(ROUNDS * 0.95)]
    verdict = f"   target under 10 ms: {'met' if median < 10 else 'MISSED'}" if name.startswith("polaris") else ""
    print(f"{name:20} median {median:6.2f} ms   95 of 100 under {slow:6.2f} ms{verdict}")
PYTHON
