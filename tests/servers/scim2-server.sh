#!/usr/bin/env bash
# scim2-server (PyPI): the strict one. In memory, every optional feature on, static bearer token.
# Usage: scim2-server.sh WORKDIR PORT      Stop: kill the printed PID. State is lost at stop.
# VENV=FOLDER keeps the packages there, for several at a time.
set -euo pipefail
WORKDIR=${1:?usage: $0 WORKDIR PORT}; PORT=${2:?usage: $0 WORKDIR PORT}
VENV=${VENV:-}; HERE=$(cd "$(dirname "$0")" && pwd); mkdir -p "$WORKDIR"; cd "$WORKDIR"; WORKDIR=$PWD; VENV=${VENV:-$WORKDIR/venv}
LOG=$WORKDIR/server-$PORT.log; TOKEN=${TOKEN:-test-$PORT-token-0123456789abcdef}
die() { echo "$0: $*" >&2; [ -f "$LOG" ] && tail -n 20 "$LOG" >&2; exit 1; }
# wait_ready URL PID: up to 90 s for any HTTP answer
wait_ready() {
  for _ in $(seq 180); do
    kill -0 "$2" 2>/dev/null || die "server ended while starting"
    code=$(curl -s -o /dev/null -m 5 -w '%{http_code}' "$1" || true)
    [ "$code" != 000 ] && return 0
    sleep 0.5
  done
  kill "$2" 2>/dev/null || true; die "no answer from $1 within 90 s"
}
# the port must be free, or we would report somebody else's server
code=$(curl -s -o /dev/null -m 2 -w '%{http_code}' "http://127.0.0.1:$PORT/" || true)
[ "$code" = 000 ] || die "port $PORT is in use"
# pip_install: with the versions of pins/scim2-server.txt when that file is beside this script and they can still be had
pip_install() {
  local pip=("$VENV/bin/pip" -q install --disable-pip-version-check) pins=$HERE/pins/scim2-server.txt
  if [ -f "$pins" ] && "${pip[@]}" -c "$pins" "$@" >&2; then return 0; fi
  "${pip[@]}" "$@" >&2
}
if [ ! -f "$VENV/.ready" ]; then
  python3 -m venv "$VENV"
  pip_install scim2-server==0.8.3 scim2-models==0.12.3
  touch "$VENV/.ready"
fi
"$VENV/bin/scim2-server" --hostname 127.0.0.1 --port "$PORT" --bearer-token "$TOKEN" >"$LOG" 2>&1 </dev/null &
PID=$!
BASE_URL=http://127.0.0.1:$PORT/v2
wait_ready "$BASE_URL/ServiceProviderConfig" "$PID"
echo "PID=$PID"
echo "BASE_URL=$BASE_URL"
echo "TOKEN=$TOKEN"
