#!/usr/bin/env bash
# Fails when `make generate` would change one of the given files, which come from other sources.
set -euo pipefail
cd "$(dirname "$0")/.."

old=$(mktemp -d)
trap 'rm -rf "$old"' EXIT
for file in "$@"; do
  if [ ! -f "$file" ]; then
    echo "$file is missing: run \`make generate\` and commit it"
    exit 1
  fi
  cp --preserve=timestamps --parents "$file" "$old"
done

make --no-print-directory generate

stale=0
for file in "$@"; do
  if cmp -s "$old/$file" "$file"; then
    touch --reference="$old/$file" "$file" # or the app would be built again
  else
    diff -u "$old/$file" "$file" | head -n 40 || true
    echo "$file was out of date and is new now: commit it"
    stale=1
  fi
done
exit "$stale"
