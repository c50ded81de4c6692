#!/usr/bin/env bash
# A request log that nobody reads must not stop the server, nor keep it from ending.
set -euo pipefail
work=$(mktemp -d)
server=
cleanup() {
    exec 3>&- || true
    [ -z "$server" ] || kill -9 "$server" 2> /dev/null || true
    rm -rf "$work"
}
trap cleanup EXIT
fail() { echo "stuck-log: $1" >&2; cat "$work/err" >&2; exit 1; }
cd "$work"
polaris=${TESTED_POLARIS:?the polaris binary}
"$polaris" init > /dev/null
mkfifo log
exec 3<> log # open for reading, and never read
POLARIS_LISTEN=127.0.0.1:0 "$polaris" serve > log 2> err &
server=$!
for _ in $(seq 100); do
    address=$(grep -oE 'http://127\.0\.0\.1:[0-9]+' err | head -n 1 || true)
    [ -n "$address" ] && break
    sleep 0.1
done
[ -n "${address:-}" ] || fail "the server does not say where it serves"
answers=$(curl -fsS --max-time 60 -o /dev/null -w '%{http_code}\n' "$address/health/live?[1-2000]" | grep -c 200 || true)
[ "$answers" = 2000 ] || fail "$answers of 2000 requests were answered"
kill -TERM "$server"
for _ in $(seq 150); do
    kill -0 "$server" 2> /dev/null || { server=; break; }
    sleep 0.1
done
[ -z "$server" ] || fail "it does not end"
echo "stuck log: 2,000 answers, and it ends"
