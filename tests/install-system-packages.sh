#!/bin/sh
# Debian's Apertium pairs, a browser and its fonts: optional parts, installed where root or `sudo -n` allows it.
set -eu
packages="apertium-eng-spa apertium-fr-es apertium-es-pt apertium-spa-ita apertium-es-ro cg3 chromium fonts-noto-core fonts-noto-cjk"

missing=""
for package in $packages; do
  dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

if ! command -v apt-get >/dev/null 2>&1; then
  echo "set-up: skipped, not a Debian or Ubuntu machine:$missing"
  exit 0
fi
if [ "$(id -u)" = 0 ]; then run=""; elif sudo -n true 2>/dev/null; then run="sudo -n"; else
  echo "set-up: skipped without root:$missing"
  exit 0
fi
export DEBIAN_FRONTEND=noninteractive
log=$(mktemp)
# shellcheck disable=SC2086
if $run apt-get update -q >"$log" 2>&1 && $run apt-get install -y -q --no-install-recommends $missing >>"$log" 2>&1; then
  rm -f "$log"
else
  echo "set-up: could not install$missing (see $log)"
fi
