#!/usr/bin/env bash
# Runs public SCIM conformance testers against a directory; ends with 0 when none of them finds
# anything. Writes, changes and deletes resources there.
#
#   scim-testers.sh CACHE URL TOKEN
#
# CACHE: a folder in which the testers are installed once. Ends with 77 when they cannot be had.
set -euo pipefail
cache=$1 url=$2 token=$3

packages=(scim2-cli==0.6.0 scim2-tester==0.5.2 scim-sanity==0.7.4)
name=$(IFS=_; echo "${packages[*]//[=]/}")
place=$cache/$name

if ! [ -e "$place/installed" ]; then
  mkdir -p "$cache"
  # Made beside its place, so that what is there is always whole.
  fresh=$(mktemp -d "$cache/fresh.XXXXXX")
  trap 'rm -rf "$fresh"' EXIT
  if ! { python3 -m venv "$fresh/venv" &&
    "$fresh/venv/bin/python" -m pip install --quiet --disable-pip-version-check \
      --retries 1 --timeout 20 "${packages[@]}"; } >&2; then
    exit 77
  fi
  : >"$fresh/venv/installed"
  [ -e "$place/installed" ] || mv "$fresh/venv" "$place"
fi

# As modules: the scripts of an environment that was moved name its old place.
python=$place/bin/python
export NO_COLOR=1 PYTHONDONTWRITEBYTECODE=1
unset HTTP_PROXY HTTPS_PROXY ALL_PROXY http_proxy https_proxy all_proxy

echo "== scim2-tester"
SCIM_CLI_HEADERS="Authorization: Bearer $token" \
  "$python" -c 'from scim2_cli import cli; cli()' --url "$url" test

echo "== scim-sanity"
"$python" -m scim_sanity probe "$url" --token "$token" --strict --i-accept-side-effects
