#!/usr/bin/env bash
# django-scim2 (PyPI): the SCIM layer of many Django applications, with its stock adapters, on SQLite.
# Usage: django-scim2.sh WORKDIR PORT      Stop: kill the printed PID. A new database at every start.
# VENV=FOLDER keeps the packages there, for several at a time.
# LOCKY=1 leaves SQLite at Django's defaults: concurrent writes then meet 500s that a retry cures.
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
# pip_install: with the versions of pins/django-scim2.txt when that file is beside this script and they can still be had
pip_install() {
  local pip=("$VENV/bin/pip" -q install --disable-pip-version-check) pins=$HERE/pins/django-scim2.txt
  if [ -f "$pins" ] && "${pip[@]}" -c "$pins" "$@" >&2; then return 0; fi
  "${pip[@]}" "$@" >&2
}
if [ ! -f "$VENV/.ready" ]; then
  python3 -m venv "$VENV"
  pip_install django-scim2==0.23.0 scim2-filter-parser==0.7.0 django==5.2.19 waitress==3.0.2
  touch "$VENV/.ready"
fi
rm -f site.sqlite*; rm -rf portal; mkdir -p portal/migrations; touch portal/__init__.py portal/migrations/__init__.py
cat >site_settings.py <<'P'
import os
SECRET_KEY = 'for-tests-only-not-a-secret'
ALLOWED_HOSTS = ['127.0.0.1', 'localhost']
INSTALLED_APPS = ['django.contrib.auth', 'django.contrib.contenttypes', 'django_scim', 'portal']
MIDDLEWARE = ['portal.robot.Bearer']
ROOT_URLCONF, AUTH_USER_MODEL, DEFAULT_AUTO_FIELD, USE_TZ = 'portal.urls', 'portal.Account', 'django.db.models.BigAutoField', True
DATABASES = {'default': {'ENGINE': 'django.db.backends.sqlite3', 'NAME': 'site.sqlite', 'OPTIONS': {'timeout': 30} if os.getenv('LOCKY') else
             {'timeout': 30, 'transaction_mode': 'IMMEDIATE', 'init_command': 'PRAGMA journal_mode=WAL'}}}
SCIM_SERVICE_PROVIDER = {'SCHEME': 'http', 'NETLOC': '127.0.0.1:' + os.environ['PORT'], 'GROUP_MODEL': 'portal.models.Area',
                         'AUTHENTICATION_SCHEMES': [{'type': 'oauthbearertoken', 'name': 'Bearer', 'description': 'Static bearer token'}]}
P
cat >portal/models.py <<'P'
from django.contrib.auth.models import AbstractUser
from django.db import models
from django_scim.models import AbstractSCIMGroupMixin, AbstractSCIMUserMixin


class Area(AbstractSCIMGroupMixin):
    name = models.CharField(max_length=200, unique=True)


class Account(AbstractSCIMUserMixin, AbstractUser):
    scim_groups = models.ManyToManyField(Area, related_name='user_set', blank=True)
P
cat >portal/robot.py <<'P'
import os
from types import SimpleNamespace


class Bearer:
    def __init__(self, inner):
        self.inner = inner

    def __call__(self, request):
        known = request.headers.get('Authorization') == 'Bearer ' + os.environ['SCIM_TOKEN']
        request.user = SimpleNamespace(is_authenticated=known, is_anonymous=not known)
        return self.inner(request)
P
echo "from django.urls import include, path
urlpatterns = [path('scim/v2/', include('django_scim.urls'))]" >portal/urls.py
cat >serve.py <<'P'
import os
os.environ['DJANGO_SETTINGS_MODULE'] = 'site_settings'
import django
django.setup()
from django.core.management import call_command
for step in [('makemigrations', 'portal'), ('migrate',)]:
    call_command(*step, verbosity=0)
from django.core.wsgi import get_wsgi_application
from waitress import serve
serve(get_wsgi_application(), host='127.0.0.1', port=int(os.environ['PORT']), threads=8)
P
PORT=$PORT SCIM_TOKEN=$TOKEN PYTHONPATH=$WORKDIR PYTHONDONTWRITEBYTECODE=1 "$VENV/bin/python" serve.py >"$LOG" 2>&1 </dev/null &
PID=$!
BASE_URL=http://127.0.0.1:$PORT/scim/v2
wait_ready "$BASE_URL/ServiceProviderConfig" "$PID"
echo "PID=$PID"
echo "BASE_URL=$BASE_URL"
echo "TOKEN=$TOKEN"
