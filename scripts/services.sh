#!/usr/bin/env bash
# Runs a command with what tests need beside Go and Node, and takes it down again afterwards.
#
#   scripts/services.sh [postgres] [pgbin] [redis] [chromium] [cc] -- COMMAND [ARGUMENT...]
#
# postgres  a throw-away server that only this user can reach; PARLEY_TEST_PG is its URL, with the right to create
#           databases. It does not sync its files: tests of durability must not rely on it.
# pgbin     PARLEY_TEST_PG_BIN is the folder of PostgreSQL's programs and PARLEY_TEST_PG_LIB where their libraries are
#           looked for, for tests that crash a server of their own; postgres sets them too.
# redis     a throw-away server on a loopback port of its own; PARLEY_TEST_REDIS is its URL. It keeps nothing.
#           PARLEY_TEST_REDIS_BIN and PARLEY_TEST_REDIS_LIB are its program and where that looks for libraries, for tests
#           that kill a server of their own.
# chromium  PARLEY_TEST_CHROMIUM is the path of the browser.
# cc        CC compiles and links C, which Go's race detector needs.
#
# What is missing is fetched from Debian's packages. A variable that is set is taken as it is; PARLEY_TEST_PG= or
# PARLEY_TEST_REDIS= (set to nothing) runs without, and the tests that want it are skipped.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/packages.sh

postgres_bin() {
  local dir
  for dir in $(printf '%s\n' /usr/lib/postgresql/*/bin "$pkgs"/usr/lib/postgresql/*/bin | sort -rV); do
    if [ -x "$dir/initdb" ]; then echo "$dir"; return; fi
  done
  dir=$(command -v initdb) && dirname "$(readlink -f "$dir")"
}

# The package would also make a server of its own and start it at every boot.
no_other_server() {
  if [ "$(id -u)" = 0 ] && [ ! -e /etc/postgresql-common ]; then
    mkdir /etc/postgresql-common
    echo 'create_main_cluster = false' >/etc/postgresql-common/createcluster.conf
  fi
}

provide_postgres_bin() {
  if ! PARLEY_TEST_PG_BIN=$(postgres_bin); then
    no_other_server
    fetch_packages postgresql
    PARLEY_TEST_PG_BIN=$(postgres_bin)
  fi
  PARLEY_TEST_PG_LIB=
  if [[ $PARLEY_TEST_PG_BIN = "$pkgs"/* ]]; then PARLEY_TEST_PG_LIB=$(library_path); fi
  export PARLEY_TEST_PG_BIN PARLEY_TEST_PG_LIB
}

start_postgres() {
  provide_postgres_bin
  local bin=$PARLEY_TEST_PG_BIN
  postgres_dir=$(mktemp -d /tmp/parley-postgres.XXXXXX)
  local as=()
  if [ "$(id -u)" = 0 ]; then # initdb and postgres refuse root
    local user=nobody
    if id postgres >/dev/null 2>&1; then user=postgres; fi
    chown "$user" "$postgres_dir"
    as=(setpriv --reuid="$user" --regid="$(id -g "$user")" --clear-groups)
  fi
  if [ -n "$PARLEY_TEST_PG_LIB" ]; then as+=(env LD_LIBRARY_PATH="$PARLEY_TEST_PG_LIB"); fi

  # pdeathsig: the server ends even when this script is killed and cannot clean up.
  (
    cd "$postgres_dir"
    "${as[@]}" "$bin/initdb" -D data -U postgres --auth=trust --encoding=UTF8 --locale=C.UTF-8 --no-sync >log 2>&1
    exec "${as[@]}" setpriv --pdeathsig QUIT "$bin/postgres" -D data -k "$postgres_dir" -c listen_addresses= \
      -c fsync=off -c full_page_writes=off -c max_connections=300 >>log 2>&1
  ) &
  postgres_pid=$!
  until (cd "$postgres_dir" && "${as[@]}" "$bin/pg_isready" -q -h "$postgres_dir"); do
    if ! kill -0 "$postgres_pid" 2>/dev/null; then
      echo "PostgreSQL did not start:" >&2
      cat "$postgres_dir/log" >&2
      return 1
    fi
    sleep 0.1
  done
  export PARLEY_TEST_PG="postgres://postgres@/postgres?host=$postgres_dir"
}

stop_postgres() {
  if [ -n "${postgres_pid:-}" ]; then
    kill -QUIT "$postgres_pid" 2>/dev/null || true
    wait "$postgres_pid" 2>/dev/null || true
  fi
  rm -rf "${postgres_dir:-}"
}

redis_bin() {
  local name
  for name in valkey-server redis-server "$pkgs/usr/bin/valkey-server" "$pkgs/usr/bin/redis-server"; do
    if command -v "$name"; then return; fi
  done
  return 1
}

# Installed as root, the package would start a server of its own.
without_services() {
  local policy=/usr/sbin/policy-rc.d
  if [ "$(id -u)" != 0 ] || [ -e $policy ]; then "$@"; return; fi
  printf '#!/bin/sh\nexit 101\n' >$policy
  chmod +x $policy
  local status=0
  "$@" || status=$?
  rm -f $policy
  return $status
}

start_redis() {
  local bin
  if ! bin=$(redis_bin); then
    without_services fetch_packages redis-server
    bin=$(redis_bin)
  fi
  redis_dir=$(mktemp -d /tmp/parley-redis.XXXXXX)
  : >"$redis_dir/log"
  local as=()
  if [[ $bin = "$pkgs"/* ]]; then
    PARLEY_TEST_REDIS_LIB=$(library_path)
    export PARLEY_TEST_REDIS_LIB
    as=(env LD_LIBRARY_PATH="$PARLEY_TEST_REDIS_LIB")
  fi
  export PARLEY_TEST_REDIS_BIN=$bin

  # Somebody may take a port between the choice and the start; then another one is chosen.
  local port try
  for try in 1 2 3 4 5 6 7 8 9 10; do
    port=$((20000 + RANDOM % 10000))
    "${as[@]}" setpriv --pdeathsig KILL "$bin" --bind 127.0.0.1 --port "$port" --dir "$redis_dir" --save '' \
      --appendonly no --pidfile "$redis_dir/pid" >"$redis_dir/log" 2>&1 &
    redis_pid=$!
    until grep -q 'Ready to accept connections' "$redis_dir/log"; do
      if ! kill -0 "$redis_pid" 2>/dev/null; then continue 2; fi
      sleep 0.05
    done
    export PARLEY_TEST_REDIS="redis://127.0.0.1:$port"
    return
  done
  echo "Redis did not start after $try tries:" >&2
  cat "$redis_dir/log" >&2
  return 1
}

stop_redis() {
  if [ -n "${redis_pid:-}" ]; then
    kill -KILL "$redis_pid" 2>/dev/null || true
    wait "$redis_pid" 2>/dev/null || true
  fi
  rm -rf "${redis_dir:-}"
}

find_chromium() {
  local name
  for name in chromium chromium-browser google-chrome "$pkgs/bin/chromium"; do
    if command -v "$name"; then return; fi
  done
  return 1
}

provide_chromium() {
  local found
  if ! found=$(find_chromium); then
    # Text needs fonts, which the browser only recommends.
    fetch_packages chromium fonts-liberation fonts-noto-color-emoji
    if [ -d "$pkgs/usr/lib/chromium" ]; then wrap_chromium; fi
    found=$(find_chromium)
  fi
  export PARLEY_TEST_CHROMIUM=$found
}

# An unpacked browser has neither its helper with set-user-id for the sandbox nor its fonts where it looks for them.
wrap_chromium() {
  mkdir -p "$pkgs/bin"
  cat >"$pkgs/fonts.conf" <<EOF
<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig><dir>$pkgs/usr/share/fonts</dir><cachedir>$pkgs/.fontcache</cachedir></fontconfig>
EOF
  cat >"$pkgs/bin/chromium" <<EOF
#!/bin/sh
LD_LIBRARY_PATH=$(library_path) FONTCONFIG_FILE=$pkgs/fonts.conf exec $pkgs/usr/lib/chromium/chromium --no-sandbox "\$@"
EOF
  chmod +x "$pkgs/bin/chromium"
}

compiles() { # COMPILER
  printf '#include <pthread.h>\n#include <stdlib.h>\nint main(void) { return 0; }\n' |
    "$1" -x c - -o /dev/null >/dev/null 2>&1
}

provide_cc() {
  CC=$(go env CC)
  if ! compiles "$CC"; then
    CC=$pkgs/bin/gcc
    if ! compiles "$CC"; then
      fetch_packages gcc libc6-dev
      if [ -e "$pkgs/usr/bin/gcc" ]; then wrap_gcc; else CC=gcc; fi
      compiles "$CC"
    fi
  fi
  export CC
}

# An unpacked compiler looks for its tools, headers and libraries under /usr; so do the linker scripts of the C library.
wrap_gcc() {
  local arch lib
  arch=$("$pkgs/usr/bin/gcc" -dumpmachine 2>/dev/null || echo "$(uname -m)-linux-gnu")
  lib=$pkgs/usr/lib/$arch
  sed -i "s#\( \)/usr/lib/#\1$pkgs/usr/lib/#g" "$lib/libc.so" "$lib/libm.so"
  mkdir -p "$pkgs/bin"
  cat >"$pkgs/bin/gcc" <<EOF
#!/bin/sh
LD_LIBRARY_PATH=$(library_path) exec $pkgs/usr/bin/gcc -B$pkgs/usr/bin -B$lib -L$lib \\
  -isystem $pkgs/usr/include -isystem $pkgs/usr/include/$arch "\$@"
EOF
  chmod +x "$pkgs/bin/gcc"
}

stop_all() {
  stop_postgres
  stop_redis
}

trap stop_all EXIT
while [ "$1" != -- ]; do
  case $1 in
    postgres) if [ -z "${PARLEY_TEST_PG+set}" ]; then start_postgres; fi ;;
    pgbin) if [ -z "${PARLEY_TEST_PG_BIN:-}" ]; then provide_postgres_bin; fi ;;
    redis) if [ -z "${PARLEY_TEST_REDIS+set}" ]; then start_redis; fi ;;
    chromium) if [ -z "${PARLEY_TEST_CHROMIUM+set}" ]; then provide_chromium; fi ;;
    cc) if [ -z "${CC:-}" ]; then provide_cc; fi ;;
    *) echo "scripts/services.sh: no service $1" >&2; exit 2 ;;
  esac
  shift
done
shift
"$@"
