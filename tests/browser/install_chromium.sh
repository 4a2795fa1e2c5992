#!/bin/sh
# Make sure that the browser tests find Chromium: use the one that is there, or install Debian's where apt is. nginx, which
# one test puts before the app, comes along.
missing=""
for name in chromium chromium-browser google-chrome none; do
  command -v "$name" >/dev/null 2>&1 && break
  [ "$name" = none ] && missing="chromium"
done
PATH="$PATH:/usr/sbin" command -v nginx >/dev/null 2>&1 || wanted="nginx-light"
[ -n "$missing${CI:+$wanted}" ] || exit 0
if command -v apt-get >/dev/null 2>&1; then
  run=""
  [ "$(id -u)" -eq 0 ] || run="sudo -n"
  echo "Installing $missing $wanted for the browser tests ..."
  # shellcheck disable=SC2086
  if $run apt-get update -qq >/dev/null 2>&1 && DEBIAN_FRONTEND=noninteractive $run apt-get install -y -qq $missing $wanted >/dev/null 2>&1; then
    exit 0
  fi
fi
[ -n "$missing" ] || exit 0
echo "Chromium is missing and could not be installed here. Install chromium or google-chrome and run again;"
echo "without it the tests in tests/browser are skipped."
[ "${CI:-}" = "true" ] && exit 1
exit 0
