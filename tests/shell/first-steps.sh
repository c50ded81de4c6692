#!/usr/bin/env bash
# Runs the README's first steps as they stand, in an empty directory, and asks the server as a website would.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
server=
cleanup() {
    [ -z "$server" ] || kill "$server" 2> /dev/null || true
    rm -rf "$work"
}
trap cleanup EXIT
fail() { echo "first-steps: $1" >&2; exit 1; }

mkdir "$work/bin" "$work/empty"
ln -s "${TESTED_POLARIS:?the polaris binary}" "$work/bin/polaris"
export PATH="$work/bin:$PATH"
cd "$work/empty"

# The block behind the marker; all but its last line (`polaris serve`), which runs until it is stopped.
sed -n '/first-steps.sh runs these/,/^```$/p' "$root/README.md" | sed '1,2d;$d' > "$work/steps"
[ "$(tail -n 1 "$work/steps")" = "polaris serve" ] || fail "the README's first steps no longer end with polaris serve"
sed '$d' "$work/steps" > "$work/before"
bash -euo pipefail "$work/before" > "$work/said" 2>&1 || { cat "$work/said" >&2; fail "a first step failed"; }
key=$(grep -oE 'plrs_[A-Za-z0-9_-]{49}' "$work/said" | head -n 1)
[ -n "$key" ] || { cat "$work/said" >&2; fail "no API key was shown"; }
grep -q 'Career Day' "$work/said" || { cat "$work/said" >&2; fail "the event is not listed"; }

POLARIS_LISTEN=127.0.0.1:0 polaris serve > "$work/log" 2> "$work/err" &
server=$!
for _ in $(seq 100); do
    address=$(grep -oE 'http://127\.0\.0\.1:[0-9]+' "$work/err" | head -n 1 || true)
    [ -n "$address" ] && break
    sleep 0.1
done
[ -n "${address:-}" ] || { cat "$work/err" >&2; fail "the server does not say where it serves"; }

answer=$(curl -fsS -H "X-API-Key: $key" "$address/api/v1/district/kckps/events")
grep -q '"title":"Career Day"' <<< "$answer" || fail "the website does not see the event: $answer"
curl -fsS "$address/docs" > docs && grep -qi "<title>Polaris" docs || fail "no documentation at /docs"
curl -fsS "$address/openapi.json" > document && grep -q "\"openapi\"" document || fail "no document at /openapi.json"
kill -TERM "$server"
wait "$server" || fail "the server did not stop well"
server=
grep -q '"route":"/api/v1/district/{tenant}/events"' "$work/log" || { cat "$work/log" >&2; fail "the request was not logged"; }
if grep -q "$key" "$work/log" "$work/err"; then fail "the key is in a log"; fi
echo "first steps: as the README says"
