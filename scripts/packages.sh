# Sourced by services.sh: brings Debian packages to this machine.
# As root they are installed. Otherwise they and what they depend on are unpacked into $pkgs, and library_path says
# where their shared libraries are.

pkgs=$PWD/.cache/pkgs

fetch_packages() {
  echo "fetching $* from the distribution's packages" >&2
  if ! command -v apt-get >/dev/null; then
    echo "apt-get is not here: install $* yourself, or see the variables at the top of scripts/services.sh" >&2
    return 1
  fi
  if [ "$(id -u)" = 0 ]; then install_packages "$@" >&2; else unpack_packages "$@" >&2; fi
}

install_packages() {
  local apt=(apt-get -qq -o Acquire::Retries=3 -o DPkg::Lock::Timeout=300)
  "${apt[@]}" update || echo "apt-get update failed; going on with the lists that are here"
  DEBIAN_FRONTEND=noninteractive "${apt[@]}" install -y --no-install-recommends "$@" </dev/null >/dev/null
}

unpack_packages() {
  local state=$pkgs/.apt names deb
  mkdir -p "$state/lists/partial" "$state/cache/archives/partial" "$state/debs"
  local apt=(apt-get -qq -o Acquire::Retries=3 -o Acquire::Languages=none -o Debug::NoLocking=1
    -o Dir::State::Lists="$state/lists" -o Dir::Cache="$state/cache")
  "${apt[@]}" update || echo "apt-get update failed; going on with the lists that are here"
  # Only what the machine lacks. Its own C library stays: another one would not fit its loader.
  names=$("${apt[@]}" install --simulate --no-install-recommends "$@" |
    awk '$1 == "Inst" && $2 !~ /^(libc6|libc-bin|libc-l10n|locales)$/ { print $2 }')
  # shellcheck disable=SC2086 # one word per package
  (cd "$state/debs" && "${apt[@]}" download $names)
  for deb in "$state"/debs/*.deb; do dpkg -x "$deb" "$pkgs"; done
  rm -r "$state/debs"
}

library_path() {
  # Some packages keep private libraries in a folder of their own, at a path that is fixed when they are built.
  find "$pkgs"/usr/lib/*-linux-gnu* "$pkgs"/lib/*-linux-gnu* -maxdepth 2 -name 'lib*.so*' -printf '%h\n' 2>/dev/null |
    sort -u | paste -sd :
}
