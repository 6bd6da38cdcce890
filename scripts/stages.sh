#!/usr/bin/env bash
# Runs make targets one after another, also after a failure, and says how each went and how long it took.
#
#   scripts/stages.sh TARGET...
#
# Each stage has a folder in .cache/run with its log, its exit status and its reports: it finds that folder in
# PARLEY_TEST_REPORTS, and what it leaves there as *.jsonl (go test -json) or *.xml (JUnit) is counted test by test.
# With CI=true the output of a stage is shown only when it failed. PARLEY_RUN adds the stages to a run that somebody
# else began and sums up.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/require.sh
go build -buildvcs=false -o .cache/testsum ./scripts/testsum

run=${PARLEY_RUN:-}
if [ -z "$run" ]; then
  run=$PWD/.cache/run
  rm -rf "$run"
fi
unset MAKEFLAGS # of the make that called this

failed=0
for stage in "$@"; do
  dir=$run/$stage
  mkdir -p "$dir"
  start=$SECONDS
  status=0
  if [ -n "${CI:-}" ]; then
    PARLEY_TEST_REPORTS=$dir make --no-print-directory "$stage" >"$dir/log" 2>&1 || status=$?
  else
    PARLEY_TEST_REPORTS=$dir make --no-print-directory "$stage" 2>&1 | tee "$dir/log" || status=$?
  fi
  echo "$status" >"$dir/status"
  word=ok
  if [ "$status" != 0 ]; then
    word=FAIL
    failed=1
    if [ -n "${CI:-}" ]; then cat "$dir/log"; fi
  fi
  printf '%-4s  %-14s %5d s\n' "$word" "$stage" $((SECONDS - start))
done

if [ -z "${PARLEY_RUN:-}" ]; then .cache/testsum total "$run"; fi
exit "$failed"
