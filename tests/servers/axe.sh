#!/usr/bin/env bash
# Says where axe-core is: one script that looks for faults by which a page cannot be used by
# whoever sees, hears or moves otherwise (MPL-2.0, installed by name and kept out of the repository).
#
#   axe.sh CACHE
#
# CACHE: a folder in which it is installed once. Ends with 77 when it cannot be had.
set -euo pipefail
cache=$1

# The package that carries the newest axe-core without the need of Node; the rest of it is not used.
package=axe-playwright-python==0.1.8
place=$cache/${package//[=]/}

if ! [ -e "$place/installed" ]; then
  mkdir -p "$cache"
  # Made beside its place, so that what is there is always whole.
  fresh=$(mktemp -d "$cache/fresh.XXXXXX")
  trap 'rm -rf "$fresh"' EXIT
  if ! { python3 -m venv "$fresh/venv" &&
    "$fresh/venv/bin/python" -m pip install --quiet --disable-pip-version-check \
      --retries 1 --timeout 20 --no-deps --target "$fresh/axe" "$package"; } >&2; then
    exit 77
  fi
  : >"$fresh/axe/installed"
  [ -e "$place/installed" ] || mv "$fresh/axe" "$place"
fi

echo "$place/axe_playwright_python/axe.min.js"
