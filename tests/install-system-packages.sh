#!/bin/sh
# A C compiler with Python's headers, if they are missing; and Debian's Apertium pairs, a browser with its fonts, a mail
# server for the tests, which are optional. Installed where root or `sudo -n` allows it.
# With --strict a part that cannot be installed is an error.
set -eu
strict=${1:-}

install() {
  missing=""
  for package in "$@"; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing="$missing $package"
  done
  [ -n "$missing" ] || return 0
  if ! command -v apt-get >/dev/null 2>&1; then skip "not a Debian or Ubuntu machine"; return 0; fi
  if [ "$(id -u)" = 0 ]; then sudo=""; elif sudo -n true 2>/dev/null; then sudo="sudo -n"; else
    skip "without root"; return 0
  fi
  log=$(mktemp)
  # shellcheck disable=SC2086
  if { [ -n "${updated:-}" ] || $sudo apt-get update -q; } >"$log" 2>&1 \
    && DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -q --no-install-recommends $missing >>"$log" 2>&1; then
    updated=1
    rm -f "$log"
  else
    [ -z "$strict" ] || cat "$log" >&2
    skip "apt-get failed, see $log"
  fi
}

skip() {
  echo "set-up: skipped ($1):$missing"
  [ -z "$strict" ] || exit 1
}

has_headers() {
  "${PYTHON:-python3}" -c 'import pathlib, sysconfig
raise SystemExit(not pathlib.Path(sysconfig.get_path("include"), "Python.h").is_file())' 2>/dev/null
}

command -v cc >/dev/null 2>&1 || install gcc libc6-dev
has_headers || install python3-dev
install apertium-eng-spa apertium-fr-es apertium-es-pt apertium-spa-ita apertium-es-ro cg3
install chromium fonts-noto-core fonts-noto-cjk
install dovecot-imapd
