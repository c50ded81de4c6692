#!/bin/sh
# `polaris tenant list` on 1,000 tenants, whole process, against the `sqlite3` tool printing the same rows of the same registry: processes
# of both take turns, and the medians are compared. Target: under 3 times.
#
#   cargo build --release -p polaris-cli && tests/bench/tenant-list.sh [BINARY]
#
# The rows are read from a copy of the registry, made while nothing has it open: no other SQLite belongs on a data directory.
set -eu

root=$(cd "$(dirname "$0")/../.." && pwd)
polaris=${1:-$root/target/release/polaris}
command -v sqlite3 >/dev/null || { echo "this needs the sqlite3 tool (apt-get install sqlite3)" >&2; exit 2; }
command -v python3 >/dev/null || { echo "this needs python3, which takes the times" >&2; exit 2; }

home=$(mktemp -d "${TMPDIR:-/tmp}/polaris-tenant-list.XXXXXX")
trap 'rm -rf "$home"' EXIT
data=$home/data

"$polaris" init --data "$data" >/dev/null
echo "making 1,000 tenants" >&2
number=0
while [ "$number" -lt 1000 ]; do
    number=$((number + 1))
    "$polaris" tenant create "district-$(printf %04d "$number")" --name "School District $number" --district "USD $number" \
        --data "$data" >/dev/null
done
cp "$data/polaris.db" "$home/copy.db"

python3 - "$polaris" "$data" "$home/copy.db" <<'PYTHON'
import statistics, subprocess, sys, time

polaris, data, copy = sys.argv[1:]
ROUNDS = 60
COLUMNS = "slug, name, state, coalesce(district, ''), time_zone, substr(created_at, 1, 10)"


def taken(command):
    began = time.perf_counter()
    output = subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout
    return (time.perf_counter() - began) * 1000, output


def compare(what, flags, limit):
    ours = [polaris, "tenant", "list", "--data", data, *flags]
    sql = f"SELECT {COLUMNS} FROM tenants WHERE state IN ('active', 'inactive') ORDER BY slug {limit}"
    theirs = ["sqlite3", "-header", "-column", copy, sql]
    slugs = lambda output: [word for word in output.decode().split() if word.startswith("district-")]
    assert slugs(taken(ours)[1]) == slugs(taken(theirs)[1]) != [], "not the same rows"
    times = [(taken(ours)[0], taken(theirs)[0]) for _ in range(ROUNDS)]
    us, them = (statistics.median(side) for side in zip(*times))
    print(f"{what:24} {us:7.2f} ms {them:7.2f} ms   ratio {us / them:.2f}   target under 3: {'met' if us < 3 * them else 'MISSED'}")


print(f"{'tenant list':24} {'polaris':>10} {'sqlite3':>10}")
compare("20 of 1,000 (a page)", [], "LIMIT 20")
compare("100 of 1,000", ["--per-page", "100"], "LIMIT 100")
if "--all" in subprocess.run([polaris, "tenant", "list", "--help"], stdout=subprocess.PIPE, text=True).stdout:
    compare("all 1,000", ["--all"], "")
PYTHON
