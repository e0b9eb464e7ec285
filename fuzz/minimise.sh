#!/usr/bin/env bash
# Merges the results of a long run into `corpus`, and keeps the smallest set of files with the same coverage. Long files
# are left out, since they slow fuzzers and tests down. Files named `found-*` once failed and are kept.
set -euo pipefail
cd "$(dirname "$0")/.."

MAX_LEN=1500
found=${CARGO_TARGET_DIR:-target}/fuzz-corpus
for target in strict lenient differential round_trip aggregate_ops shards recogniser lanes; do
  all=$(mktemp -d)
  for folder in "fuzz/corpus/$target" "$found/$target"; do
    if [ -d "$folder" ]; then
      find "$folder" -type f -size "-$((MAX_LEN + 1))c" -exec cp -t "$all" {} +
    fi
  done
  find "fuzz/corpus/$target" -type f ! -name 'found-*' -delete
  cargo +nightly fuzz run -s none "$target" "fuzz/corpus/$target" "$all" -- -set_cover_merge=1 >/dev/null 2>&1
  rm -rf "$all"
  echo "$target: $(find "fuzz/corpus/$target" -type f | wc -l) files"
done
