#!/usr/bin/env bash
# A data directory on a file system that has become read-only: a clear refusal that names the reason, and nothing half done.
set -euo pipefail
if [ "$(id -u)" != 0 ] && [ -z "${IN_NAMESPACE:-}" ]; then
    IN_NAMESPACE=1 exec unshare --map-root-user --mount bash "$0"
fi
polaris=${TESTED_POLARIS:?the polaris binary}
work=$(mktemp -d)
mkdir "$work/disk"
mount -t tmpfs -o size=400m tmpfs "$work/disk"
trap 'umount "$work/disk"; rm -rf "$work"' EXIT
cd "$work"
data=$work/disk/data
fail() { echo "read-only: $1" >&2; cat err >&2; exit 1; }

"$polaris" init --data "$data" > /dev/null
"$polaris" tenant create kckps --name "A district" --data "$data" > /dev/null
mount -o remount,ro "$work/disk"
for command in "tenant create hmsd --name Another" "event create kckps --title T --starts-at 2027-03-04T09:00 --location Gym"; do
    # shellcheck disable=SC2086 # the words of a command
    if "$polaris" $command --data "$data" --json > out 2> err; then fail "'$command' says it is done"; fi
    grep -q '"UNAVAILABLE"' err || fail "'$command' is not UNAVAILABLE"
    grep -qi 'read-only' err || fail "'$command' does not name the reason"
done
mount -o remount,rw "$work/disk"
"$polaris" doctor --data "$data" > out 2> err || { cat out; fail "something is left behind"; }
[ "$("$polaris" tenant list --data "$data" --json | grep -oE '"total": ?[0-9]+')" = '"total": 1' ] || "$polaris" tenant list --data "$data" --json | grep -q '"total":1' || fail "a refused tenant is listed"
echo "read-only: refused with the reason, nothing left behind"
