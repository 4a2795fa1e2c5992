#!/bin/sh
# Make sure that the browser tests find Chromium: use the one that is there, or install Debian's where apt is.
for name in chromium chromium-browser google-chrome; do
  command -v "$name" >/dev/null 2>&1 && exit 0
done
if command -v apt-get >/dev/null 2>&1; then
  run=""
  [ "$(id -u)" -eq 0 ] || run="sudo -n"
  echo "Installing Chromium for the browser tests ..."
  if $run apt-get update -qq >/dev/null 2>&1 && DEBIAN_FRONTEND=noninteractive $run apt-get install -y -qq chromium >/dev/null 2>&1; then
    exit 0
  fi
fi
echo "Chromium is missing and could not be installed here. Install chromium or google-chrome and run again;"
echo "without it the tests in tests/browser are skipped."
[ "${CI:-}" = "true" ] && exit 1
exit 0
