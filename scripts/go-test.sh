#!/usr/bin/env bash
# Runs Go tests with the race detector in random order and sums them up.
#
#   scripts/go-test.sh PACKAGE... [FLAG...]
set -euo pipefail
cd "$(dirname "$0")/.."

tags=()
if [ ! -e web/dist/index.html ]; then
  echo "web/dist is not built: testing without the app in the binary (-tags no_ui)"
  tags=(-tags no_ui)
fi
reports=${PARLEY_TEST_REPORTS:-.cache}
mkdir -p "$reports" .cache
go build -buildvcs=false -o .cache/testsum ./scripts/testsum
CGO_ENABLED=1 go test -json -race -shuffle=on -p 2 -timeout 15m "${tags[@]}" "$@" |
  tee "$reports/go.jsonl" | .cache/testsum stream
