#!/usr/bin/env bash
# A staff session on a disk that is really full: its use can't be noted, and that keeps nobody from reading.
set -euo pipefail
if [ "$(id -u)" != 0 ] && [ -z "${IN_NAMESPACE:-}" ]; then
    # A user's own namespace may mount a file system of its own.
    IN_NAMESPACE=1 exec unshare --map-root-user --mount bash "$0"
fi
root=$(cd "$(dirname "$0")/../.." && pwd)
disk=$(mktemp -d)
mount -t tmpfs -o size=20m tmpfs "$disk"
trap 'umount "$disk"; rmdir "$disk"' EXIT
cd "$root"
test=engine::sessions::a_session_can_be_used_on_a_full_disk
TMPDIR=$disk POLARIS_TEST_SMALL_DISK=1 cargo test --locked --quiet -p polaris-core --test engine -- --exact "$test" --test-threads=1
echo "full disk: a session goes on though its use can't be noted"
