#!/usr/bin/env bash
# FullCalendar itself, from npm, reads the calendar and the feeds of a real server.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
server=
cleanup() {
    [ -z "$server" ] || kill "$server" 2> /dev/null || true
    rm -rf "$work"
}
trap cleanup EXIT
fail() { echo "fullcalendar: $1" >&2; exit 1; }

polaris=${TESTED_POLARIS:?the polaris binary}
cp "$root"/tests/fullcalendar/* "$work"
cd "$work"
npm install --silent --no-audit --no-fund --no-package-lock > "$work/npm" 2>&1 || { cat "$work/npm" >&2; fail "npm can't install it"; }

"$polaris" init > /dev/null
"$polaris" tenant create kckps --name "Kansas City Kansas" --quiet > /dev/null
event() { "$polaris" event create kckps --location "Main gym" "$@" > /dev/null; }
event --title "Career fair" --starts-at 2027-03-04T09:00 --ends-at 2027-03-04T11:30 --type career_fair --volunteers-needed 4 --publish
event --title "Two days" --starts-at 2027-03-13T09:00 --ends-at 2027-03-14T11:30
event --title "Łódź 🎉" --starts-at 2027-03-31T18:30
event --title "Another month" --starts-at 2027-06-01T09:00
"$polaris" user create kckps --email pat@example.org --first-name Pat --last-name Lee --role viewer > /dev/null
feed=$("$polaris" calendar feed create kckps --user pat@example.org --json | grep -oE '/calendar/kckps/plcf_[A-Za-z0-9_-]+\.ics' | head -n 1)
token=$("$polaris" session open --role admin --tenant kckps --json | grep -oE 'plss_[A-Za-z0-9_-]+')
POLARIS_LISTEN=127.0.0.1:0 "$polaris" serve > log 2> err &
server=$!
for _ in $(seq 100); do
    address=$(grep -oE 'http://127\.0\.0\.1:[0-9]+' err | head -n 1 || true)
    [ -n "$address" ] && break
    kill -0 "$server" 2> /dev/null || { cat err >&2; fail "the server ended"; }
    sleep 0.1
done
[ -n "$address" ] || fail "the server says no address"
TZ=UTC node read.mjs "$address" "$token" "$feed" "$root/docs/calendar.md"
