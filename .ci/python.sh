#!/bin/sh
# Prints the path of a Python that can run the application: >= 3.12, with venv. A name on PATH proves nothing
# (pyenv puts shims there that only print an error), so each candidate is tried.
set -eu
cd "$(dirname "$0")/.."
. .ci/lib.sh

check='import sys
if not (3, 12) <= sys.version_info[:2] <= (3, 14): sys.exit(3)
import ctypes, ssl, zlib, bz2, lzma, _hashlib
try: import venv, ensurepip
except ImportError: sys.exit(4)
print(getattr(sys, "_base_executable", "") or sys.executable)'

without_venv=
try() {
    [ -n "$1" ] || return 0
    status=0
    found=$("$1" -I -c "$check" 2>/dev/null) || status=$?
    if [ "$status" = 0 ]; then printf '%s\n' "$found"; exit 0; fi
    [ "$status" != 4 ] || without_venv=$1
}

if [ -n "${PYTHON:-}" ]; then
    try "$PYTHON"
    [ -z "$without_venv" ] || die "$PYTHON lacks the venv module: install it (Debian: apt-get install python3-venv)."
    die "PYTHON=$PYTHON is not a working Python 3.12 to 3.14 with the venv module."
fi
for name in python3.13 python3.14 python3.12 python3; do
    try "$(command -v "$name" || true)"
done
for root in "${PYENV_ROOT:-}" "${HOME:-/nonexistent}/.pyenv" /opt/pyenv; do
    for minor in 13 14 12; do
        for python in "$root"/versions/3."$minor"*/bin/python3; do
            [ -x "$python" ] && try "$python"
        done
    done
done
if command -v uv >/dev/null 2>&1; then
    try "$(uv python find --no-python-downloads --no-project '>=3.12,<3.15' 2>/dev/null || true)"
fi
for python in /usr/local/bin/python3 /opt/homebrew/bin/python3 /usr/bin/python3.1[234]; do
    [ -x "$python" ] && try "$python"
done
[ -z "$without_venv" ] || die "$without_venv lacks the venv module: install it (Debian: apt-get install python3-venv)."
die "Python 3.12, 3.13 or 3.14 is needed and none was found: install one (Debian 13: apt-get install python3 python3-venv; elsewhere: pyenv install 3.13 or uv python install 3.13), or name it with PYTHON=/path/to/python3."
