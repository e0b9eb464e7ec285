#!/usr/bin/env bash
# Fuzzes every target in turn for a number of seconds (default 600), and prints the coverage of each. New inputs go to
# `target/fuzz-corpus`; `corpus` stays unchanged. Words after the seconds select targets.
set -euo pipefail
cd "$(dirname "$0")/.."

seconds=${1:-600}
found=${CARGO_TARGET_DIR:-target}/fuzz-corpus
shift || true
[ $# -gt 0 ] || set -- strict lenient differential round_trip aggregate_ops shards recogniser lanes
for target in "$@"; do
  mkdir -p "$found/$target"
  log=$found/$target.log
  sanitizer=none
  # The only one with unsafe code.
  if [ "$target" = lanes ]; then sanitizer=address; fi
  cargo +nightly fuzz run -s "$sanitizer" "$target" "$found/$target" "fuzz/corpus/$target" -- \
    -dict=fuzz/kinesis.dict -max_len=4096 -max_total_time="$seconds" -timeout=10 >"$log" 2>&1 ||
    { tail -n 40 "$log"; exit 1; }
  # #190000 DONE cov: 1900 ft: 7300 corp: 1100/300Kb lim: 4096 exec/s: 12000 rss: 31Mb
  grep -a DONE "$log" | awk -v name="$target" '{
    for (i = 1; i < NF; i++) value[$i] = $(i + 1)
    printf "%-14s %10d executions %7d a second   coverage %5d edges, %6d features\n",
      name, substr($1, 2), value["exec/s:"], value["cov:"], value["ft:"]
  }'
done
