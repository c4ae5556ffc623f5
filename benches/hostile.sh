#!/usr/bin/env bash
# Gives every hostile document of the tests to the release binary, with a second of CPU and 64 MiB of memory beyond the
# document's size each, and names those that want more. Needs GNU time (Debian: time). Usage: benches/hostile.sh
set -euo pipefail
cd "$(dirname "$0")/.."
cargo build --release --quiet
binary=${CARGO_TARGET_DIR:-target}/release/warta
documents=$(mktemp -d)
trap 'rm -rf "$documents"' EXIT
WARTA_TEST_HOSTILE=$documents cargo test --quiet --test it hostile:: >/dev/null
bad=0 count=0 slowest=0 largest=0
for document in "$documents"/*.xml; do
    status=0
    size=$(stat -c %s "$document")
    figures=$( (ulimit -t 10; exec /usr/bin/time -f '%U %S %M' "$binary" parse "$document" 2>&1 >/dev/null) | tail -1) || status=$?
    read -r user system peak <<<"$figures"
    cpu_ms=$(awk -v u="$user" -v s="$system" 'BEGIN { printf "%d", (u + s) * 1000 }')
    beyond_kib=$((peak - size / 1024))
    count=$((count + 1))
    [ "$cpu_ms" -le "$slowest" ] || slowest=$cpu_ms
    [ "$beyond_kib" -le "$largest" ] || largest=$beyond_kib
    if [ "$cpu_ms" -gt 1000 ] || [ "$beyond_kib" -gt 65536 ] || [ "$status" -gt 1 ]; then
        bad=$((bad + 1))
        echo "over: $(head -c 60 "$document" | tr '\n' ' ') .. $size bytes, $cpu_ms ms, $beyond_kib KiB beyond its size, status $status"
    fi
done
echo "$count documents: slowest $slowest ms of CPU, largest $largest KiB beyond its size, $bad over the limits"
[ "$bad" = 0 ]
