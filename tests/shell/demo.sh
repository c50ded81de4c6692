#!/usr/bin/env bash
# `polaris demo` in an empty directory: its three curl lines work as printed, also after a restart.
set -euo pipefail
work=$(mktemp -d)
demo=
cleanup() {
    [ -z "$demo" ] || kill "$demo" 2> /dev/null || true
    rm -rf "$work"
}
trap cleanup EXIT
fail() { echo "demo: $1" >&2; cat "$work/out" "$work/err" >&2; exit 1; }
cd "$work"

keys=
for round in first again; do
    "${TESTED_POLARIS:?the polaris binary}" demo --listen 127.0.0.1:0 > out 2> err &
    demo=$!
    for _ in $(seq 300); do
        [ "$(grep -c '^ *curl ' out || true)" -ge 3 ] && break
        kill -0 "$demo" 2> /dev/null || fail "it ended"
        sleep 0.1
    done
    [ "$(grep -c '^ *curl ' out)" = 3 ] || fail "it does not print three curl lines"
    grep '^ *curl ' out > lines
    while read -r line; do
        answer=$(bash -c "$line" 2> /dev/null) || fail "this line does not work: $line"
        grep -q '"success":true' <<< "$answer" || fail "$line answers $answer"
        grep -q '"title"' <<< "$answer" || fail "$line shows no event: $answer"
    done < lines
    now=$(grep -oE 'plrs_[A-Za-z0-9_-]+' lines | sort -u)
    [ -z "$keys" ] || [ "$keys" = "$now" ] || fail "the keys changed with the restart"
    keys=$now
    kill -TERM "$demo"
    wait "$demo" || fail "it did not stop well ($round)"
    demo=
done
[ "$(stat -c %a polaris-demo/demo-keys.json)" = 600 ] || fail "others can read the keys"
echo "demo: three curl lines, twice"
