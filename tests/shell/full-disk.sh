#!/usr/bin/env bash
# A disk that is really full: creation leaves nothing behind, reading goes on, and the reserve gives room to work.
set -euo pipefail
if [ "$(id -u)" != 0 ] && [ -z "${IN_NAMESPACE:-}" ]; then
    # A user's own namespace may mount a file system of its own.
    IN_NAMESPACE=1 exec unshare --map-root-user --mount bash "$0"
fi
polaris=${TESTED_POLARIS:?the polaris binary}
work=$(mktemp -d)
disk=$work/disk
mkdir "$disk"
mount -t tmpfs -o size=14m tmpfs "$disk"
trap 'umount "$disk"; rm -rf "$work"' EXIT
cd "$work"
data=$disk/data
fail() { echo "full-disk: $1" >&2; exit 1; }
p() { "$polaris" "$@" --data "$data"; }

p init > /dev/null
dd if=/dev/zero of="$disk/a-little" bs=4k count=24 2> /dev/null
created=0
code=0
for number in $(seq 200); do
    if p tenant create "t-$number" --name "A district" --json > out 2> err; then
        created=$((created + 1))
    else
        code=$?
        break
    fi
done
[ "$created" -ge 1 ] || { cat err; fail "the disk was full before anything was made"; }
[ "$code" = 1 ] || { cat err; fail "a full disk ends with code 1, not $code"; }
grep -q '"UNAVAILABLE"' err || { cat err; fail "a full disk is UNAVAILABLE"; }
grep -qi 'disk is full' err || { cat err; fail "the reason is not named"; }
! grep -q "$disk" err || fail "the message names a path"

# Opening a file, if only to read it, takes a little room for its shared memory.
rm "$disk/a-little"
total=$(p tenant list --json | grep -oE '"total": ?[0-9]+' | grep -oE '[0-9]+')
[ "$total" = "$created" ] || fail "$created tenants were acknowledged, $total are listed"
p event list t-1 > /dev/null || fail "reading does not go on"
[ -z "$(find "$data" -name '.unfinished-*')" ] || fail "a half-made file stays behind"

# Not a page is left.
dd if=/dev/zero of="$disk/other" bs=4k 2> /dev/null || true
if p event create t-1 --title T --starts-at 2027-03-04T09:00 --location Gym --json > out 2> err; then fail "a write on a full disk says it is done"; fi
grep -q '"UNAVAILABLE"' err || { cat err; fail "a write on a full disk is UNAVAILABLE"; }

p doctor --free-reserve > /dev/null || fail "the reserve can't be freed"
p tenant create rescued --name "A district" > /dev/null || fail "the freed reserve gives no room"
p doctor --json > report || true
! grep -q '"severity": *"error"' report || { cat report; fail "doctor finds damage"; }
echo "full disk: $created tenants kept, the next one refused whole, rescued by the reserve"
