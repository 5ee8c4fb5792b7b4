#!/bin/sh
# Debian's Apertium pairs, a browser with its fonts, a mail server for the tests: optional parts, installed where root
# or `sudo -n` allows it.
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

install apertium-eng-spa apertium-fr-es apertium-es-pt apertium-spa-ita apertium-es-ro cg3
install chromium fonts-noto-core fonts-noto-cjk
install dovecot-imapd
