#!/usr/bin/env bash
# Drives foreign WhatsApp SDKs, unmodified, against the simulator. The tests start bin/parley, or PARLEY_BIN.
set -euo pipefail
cd "$(dirname "$0")"

export PARLEY_BIN=${PARLEY_BIN:-$PWD/../../bin/parley}
if [ ! -x "$PARLEY_BIN" ]; then
  echo "$PARLEY_BIN is missing: make build makes it" >&2
  exit 1
fi
PARLEY_BIN=$(realpath "$PARLEY_BIN")

if [ ! node_modules/.package-lock.json -nt package-lock.json ]; then
  npm ci --no-audit --no-fund --loglevel=error # two of the SDKs ask for Node 22 and run on 20
fi

reporters=(--test-reporter=spec --test-reporter-destination=stdout)
reports=${PARLEY_TEST_REPORTS:-}
if [ -n "$reports" ]; then
  mkdir -p "$reports"
  reports=$(realpath "$reports")
  reporters+=(--test-reporter=junit --test-reporter-destination="$reports/node.xml")
fi

status=0
node --test "${reporters[@]}" ./*.test.mjs || status=$?

# -count=1: Go does not see that the binary under test has changed.
if [ -n "$reports" ]; then
  go -C ../.. build -buildvcs=false -o .cache/testsum ./scripts/testsum
  go test -json -count=1 ./... | tee "$reports/go.jsonl" | ../../.cache/testsum stream || status=$?
else
  go test -count=1 ./... || status=$?
fi
exit "$status"
