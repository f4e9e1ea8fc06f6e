#!/usr/bin/env bash
# Sets up what is needed, into .venv beside this file; running it again is quick.
#
#   ./setup.sh             what grading needs
#   ./setup.sh service     what grading and the upload service need
#   ./setup.sh test [...]  what tests need, then runs them (arguments go to pytest)
#   ./setup.sh check       lint and types
#
# PYTHON names another interpreter; AUTOGRADER_EXTRAS=none leaves torch out.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

VENV=.venv
BIN="$VENV/bin"

say() { printf '%s\n' "$*" >&2; }

supported() {
  "$1" -c 'import sys; sys.exit(not (3, 10) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null
}

find_python() {
  local candidate
  for candidate in ${PYTHON:-python3 python3.13 python3.12 python3.11 python3.10 python}; do
    if command -v "$candidate" >/dev/null && supported "$candidate"; then
      command -v "$candidate"
      return
    fi
  done
  say "setup.sh: no Python from 3.10 to 3.13 was found; install one, or set PYTHON=/path/to/python"
  return 1
}

# Debian and Ubuntu ship Python without the part that makes environments.
make_environment() {
  local python=$1
  "$python" -m venv "$VENV" >/dev/null 2>&1 && return
  rm -rf "$VENV"
  "$python" -m virtualenv -q "$VENV" 2>/dev/null && return
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    say "setup.sh: installing python3-venv"
    apt-get update -qq && apt-get install -y -qq python3-venv >/dev/null
    "$python" -m venv "$VENV" && return
  fi
  say "setup.sh: $python cannot make a virtual environment; install python3-venv or virtualenv"
  return 1
}

pip() { "$BIN/python" -m pip --disable-pip-version-check "$@"; }

torch_requirements() { grep -oE '"torch(vision)?==[^"]+"' pyproject.toml | tr -d '"'; }

has_gpu() { [ -e /dev/nvidiactl ] || { command -v nvidia-smi >/dev/null && nvidia-smi -L >/dev/null 2>&1; }; }

# The build that pip would take, such as 2.13.0+cpu; empty when it cannot tell.
offered_build() {
  pip install --quiet --dry-run --no-deps --ignore-installed --report - "$1" 2>/dev/null |
    "$BIN/python" -c 'import json, sys; print(json.load(sys.stdin)["install"][0]["metadata"]["version"])' 2>/dev/null || true
}

# On Linux the default build of torch brings gigabytes of CUDA. Without a GPU take the build for the CPU:
# pip's own, where it is configured to find one, and uv's otherwise, which knows where torch keeps it.
install_torch() {
  local requirements
  mapfile -t requirements < <(torch_requirements)
  "$BIN/python" -c 'import sys; from importlib.metadata import version
sys.exit(any(version(n) .split("+")[0] != v for n, v in (r.split("==") for r in sys.argv[1:])))' \
    "${requirements[@]}" 2>/dev/null && return
  if [ "$(uname -s)" = Linux ] && ! has_gpu && [[ "$(offered_build "${requirements[0]}")" != *+cpu ]]; then
    pip install --quiet uv
    if "$BIN/uv" pip install --quiet --python "$BIN/python" --torch-backend cpu "${requirements[@]}"; then
      return
    fi
    say "setup.sh: no build of torch for the CPU alone was found; taking the default one, which is large"
  fi
  pip install --quiet -c constraints.txt "${requirements[@]}"
}

# Whether every extra of the first list (core,torch,...) is in the second.
covers() {
  local extra
  for extra in ${1//,/ }; do [[ ",$2," == *",$extra,"* ]] || return 1; done
}

# Installs the project with the given extras, unless that, or more, has been done since the files changed.
install() {
  local extras=$1 stamp="$VENV/.installed" files known="" installed="" project=. python
  files=$(cat pyproject.toml constraints.txt <(echo "$PWD") | sha256sum)
  [ -x "$BIN/python" ] && [ -f "$stamp" ] && { read -r known && read -r installed; } <"$stamp"
  [ "$known" = "$files" ] && covers "$extras" "$installed" && return
  if ! supported "$BIN/python"; then
    rm -rf "$VENV"
    python=$(find_python)
    make_environment "$python"
  fi
  say "setup.sh: setting up $VENV ($("$BIN/python" -V)) for: ${extras}"
  case ",$extras," in *,torch,*) install_torch ;; esac
  [ "$extras" = core ] || project=".[${extras#core,}]"
  pip install --quiet -c constraints.txt -e "$project" >&2
  printf '%s\n' "$files" "$extras" >"$stamp"
}

# A package made for an exercise says whether it needs torch.
grading_extras() {
  if [ "${AUTOGRADER_EXTRAS:-}" = none ] || grep -qs '"torch": false' packaged.json; then
    echo core
  else
    echo core,torch
  fi
}

case "${1:-}" in
"") install "$(grading_extras)" ;;
service) install "$(grading_extras),service,oidc" ;;
test)
  shift
  install core,torch,service,postgres,oidc,ray,dev
  exec "$BIN/python" -m pytest "$@"
  ;;
check)
  install core,torch,service,postgres,oidc,ray,dev
  "$BIN/ruff" check .
  "$BIN/ruff" format --check .
  "$BIN/mypy"
  ;;
*)
  say "setup.sh: unknown task '$1'; use no argument, service, test, or check"
  exit 4
  ;;
esac
