#!/usr/bin/env bash
# Measures this machine on both databases and writes a report.
#
#   scripts/bench.sh SIZE [OPTION...]
#
# SIZE is 100k or 1m; the options go to every "parley bench". The generated data stay in data/bench-SIZE (SQLite) and
# data/bench-postgres (a server that this script starts, with its usual settings, so it syncs) and are used again.
# PARLEY_BENCH_PG is the URL of an empty database to use instead; set to nothing: SQLite only.
# The report is data/bench-SIZE.md, the rows as JSON are data/bench-SIZE.jsonl.
set -euo pipefail
cd "$(dirname "$0")/.."
size=$1
shift
mkdir -p data
report=data/bench-$size.md
rows=data/bench-$size.jsonl

find_postgres() {
  local dir
  for dir in $(printf '%s\n' /usr/lib/postgresql/*/bin | sort -rV) $(dirname "$(command -v initdb || echo /nowhere/initdb)"); do
    if [ -x "$dir/initdb" ]; then echo "$dir"; return; fi
  done
  return 1
}

# The server keeps its data, and its socket lies where paths are short.
start_postgres() {
  local bin=$1 as=() user=nobody
  store=$PWD/data/bench-postgres
  socket=$(mktemp -d /tmp/parley-bench.XXXXXX)
  mkdir -p "$store"
  if [ "$(id -u)" = 0 ]; then # initdb and postgres refuse root
    if id postgres >/dev/null 2>&1; then user=postgres; fi
    chown "$user" "$store" "$socket"
    as=(setpriv --reuid="$user" --regid="$(id -g "$user")" --clear-groups)
  fi
  if [ ! -e "$store/data/PG_VERSION" ]; then
    (cd "$store" && "${as[@]}" "$bin/initdb" -D data -U postgres --auth=trust --encoding=UTF8 --locale=C.UTF-8 >initdb.log 2>&1)
  fi
  (
    cd "$store"
    exec "${as[@]}" setpriv --pdeathsig QUIT "$bin/postgres" -D data -k "$socket" -c listen_addresses= \
      -c shared_buffers=512MB -c max_wal_size=4GB >>log 2>&1
  ) &
  postgres=$!
  until "${as[@]}" "$bin/pg_isready" -q -h "$socket"; do
    if ! kill -0 "$postgres" 2>/dev/null; then
      tail -5 "$store/log" >&2
      return 1
    fi
    sleep 0.1
  done
  if ! "${as[@]}" "$bin/psql" -h "$socket" -U postgres -tAc "SELECT 1 FROM pg_database WHERE datname = 'bench_$size'" | grep -q 1; then
    "${as[@]}" "$bin/createdb" -h "$socket" -U postgres --encoding=UTF8 --template=template0 "bench_$size"
  fi
  PARLEY_BENCH_PG="postgres://postgres@/bench_$size?host=$socket"
}

stop_postgres() {
  if [ -n "${postgres:-}" ]; then
    kill -INT "$postgres" 2>/dev/null || true
    wait "$postgres" 2>/dev/null || true
    rm -rf "$socket"
  fi
}
trap stop_postgres EXIT

measure() { # TITLE DATA DATABASE [OPTION...]
  local title=$1 data=$2 database=$3 what
  shift 3
  printf '\n## %s\n' "$title" >>"$report"
  for what in ingest inbox search fanout send; do
    echo "$title: $what" >&2
    printf '\n### %s\n\n```\n' "$what" >>"$report"
    bin/parley bench "$what" --size "$size" --data "$data" --database "$database" --record "$rows" "$@" | tee -a "$report"
    printf '```\n' >>"$report"
  done
}

: >"$rows"
printf '# Figures of %s\n\nMeasured by `make bench SIZE=%s` with %s on %s.\n' "$(date -u +%Y-%m-%d)" "$size" "$(bin/parley version)" "$(uname -sr)" >"$report"
measure SQLite "data/bench-$size" "" "$@"
if [ -z "${PARLEY_BENCH_PG+set}" ]; then
  if bin=$(find_postgres); then
    start_postgres "$bin"
  else
    echo "PostgreSQL is not installed, so only SQLite was measured; set PARLEY_BENCH_PG to the URL of an empty database." | tee -a "$report" >&2
  fi
fi
if [ -n "${PARLEY_BENCH_PG:-}" ]; then measure PostgreSQL "data/bench-$size-postgres" "$PARLEY_BENCH_PG" "$@"; fi
echo "The report is $report."
