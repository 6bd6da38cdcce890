#!/usr/bin/env bash
# Says clearly which of Go, Node and npm is missing or too old.
set -euo pipefail

fail() { echo "$1" >&2; exit 1; }

# at_least HAVE WANT compares dotted versions.
at_least() { [ "$(printf '%s\n' "$2" "$1" | sort -V | head -n1)" = "$2" ]; }

command -v go >/dev/null || fail "Go is not installed. Parley needs Go 1.26 or newer: https://go.dev/dl/"
have=$(go env GOVERSION) || fail "Go does not start; the message above says why."
at_least "${have#go}" 1.26 || fail "This is Go ${have#go}. Parley needs Go 1.26 or newer: https://go.dev/dl/"

command -v node >/dev/null || fail "Node is not installed. Parley needs Node 20.19 or newer: https://nodejs.org/"
have=$(node --version)
at_least "${have#v}" 20.19 || fail "This is Node ${have#v}. Parley needs Node 20.19 or newer: https://nodejs.org/"

command -v npm >/dev/null || fail "npm is not installed. It comes with Node from https://nodejs.org/; on Debian: apt install npm"
