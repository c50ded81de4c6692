#!/bin/sh
# `polaris event list` of a tenant with 1,000 events, whole process, against the `sqlite3` tool printing the same rows of the same file:
# processes of both take turns, and the medians are compared. Target: under 3 times.
#
#   cargo build --release -p polaris-cli && tests/bench/event-list.sh [BINARY]
#
# The rows are read from a copy of the file, made while nothing has it open: no other SQLite belongs on a data directory.
set -eu

root=$(cd "$(dirname "$0")/../.." && pwd)
polaris=${1:-$root/target/release/polaris}
command -v sqlite3 >/dev/null || { echo "this needs the sqlite3 tool (apt-get install sqlite3)" >&2; exit 2; }
command -v python3 >/dev/null || { echo "this needs python3, which takes the times" >&2; exit 2; }

home=$(mktemp -d "${TMPDIR:-/tmp}/polaris-event-list.XXXXXX")
trap 'rm -rf "$home"' EXIT
data=$home/data

"$polaris" init --data "$data" >/dev/null
"$polaris" tenant create kckps --name "Kansas City Kansas" --data "$data" >/dev/null
echo "making 1,000 events" >&2
number=0
while [ "$number" -lt 1000 ]; do
    number=$((number + 1))
    "$polaris" event create kckps --title "Career Day $number" --starts-at "2099-$(printf %02d $((number % 12 + 1)))-$(printf %02d $((number % 28 + 1)))T09:00" \
        --location "Main gym of school $((number % 40))" --description "What people do all day, told by those who do it, for grade $((number % 12))." \
        --type career_fair --volunteers-needed $((number % 30)) --data "$data" >/dev/null
done
cp "$data/polaris_kckps.db" "$home/copy.db"

python3 - "$polaris" "$data" "$home/copy.db" <<'PYTHON'
import statistics, subprocess, sys, time

polaris, data, copy = sys.argv[1:]
ROUNDS = 60
COLUMNS = "id, title, starts_at_local, status, volunteers_needed, location"


def taken(command):
    began = time.perf_counter()
    output = subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout
    return (time.perf_counter() - began) * 1000, output


def compare(what, flags, limit):
    ours = [polaris, "event", "list", "kckps", "--data", data, *flags]
    sql = f"SELECT {COLUMNS} FROM events ORDER BY starts_at, id {limit}"
    theirs = ["sqlite3", "-header", "-column", copy, sql]
    numbers = lambda output: [line.split()[0] for line in output.decode().splitlines() if "Career Day" in line]
    assert numbers(taken(ours)[1]) == numbers(taken(theirs)[1]) != [], "not the same rows"
    times = [(taken(ours)[0], taken(theirs)[0]) for _ in range(ROUNDS)]
    us, them = (statistics.median(side) for side in zip(*times))
    print(f"{what:24} {us:7.2f} ms {them:7.2f} ms   ratio {us / them:.2f}   target under 3: {'met' if us < 3 * them else 'MISSED'}")


print(f"{'event list':24} {'polaris':>10} {'sqlite3':>10}")
compare("20 of 1,000 (a page)", [], "LIMIT 20")
compare("100 of 1,000", ["--per-page", "100"], "LIMIT 100")
compare("all 1,000", ["--all"], "")
PYTHON
