#!/usr/bin/env bash
# Checks the files of `deploy/` with validators that others wrote: the schemas of Kubernetes, GitHub
# and GitLab, and an auditor of workflows. Ends with 0 when none of them finds anything.
#
#   deploy-schemas.sh CACHE DEPLOY
#
# CACHE: a folder in which the validators are installed once. Ends with 77 when they cannot be had.
set -euo pipefail
cache=$1 deploy=$2

packages=(kubernetes-validate==1.37.0 check-jsonschema==0.39.0 zizmor==1.32.0)
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
found=0

echo "== Kubernetes"
for file in "$deploy"/kubernetes/*/*.yaml; do
  case $file in
    */kustomization.yaml) continue ;; # no resource: kustomize's own file, whose schema is nowhere here
  esac
  "$python" -c 'import sys; from kubernetes_validate.__main__ import main; sys.exit(main())' \
    --strict --kubernetes-version 1.37 "$file" 2>&1 || found=1
done

schema() { "$python" -m check_jsonschema --builtin-schema "$@" || found=1; }
echo "== GitHub"
schema vendor.github-workflows "$deploy"/github/*.yml
echo "== GitLab"
schema vendor.gitlab-ci --data-transform gitlab-ci "$deploy"/gitlab/*.yml

echo "== the auditor of workflows"
"$place/bin/zizmor" --offline --no-progress --persona pedantic "$deploy"/github/*.yml 2>&1 || found=1

exit "$found"
