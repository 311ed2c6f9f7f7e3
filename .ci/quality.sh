#!/bin/sh
# Every guard of the code, all of them even when one fails; the failing ones are named at the end.
set -u
cd "$(dirname "$0")/.." || exit
. .ci/lib.sh
bin=.venv/bin
failed=

guard() {
    title=$1
    shift
    printf '%s\n' "== $title"
    "$@" || failed="$failed
  - $title"
}

# Production settings with made-up services: nothing is contacted.
deployment() {
    ENVIRONMENT=production SECRET_KEY=$($bin/python -c 'import secrets; print(secrets.token_urlsafe(60))') \
        DATABASE_URL=postgres://cias:cias@localhost/cias REDIS_URL=redis://localhost/0 ALLOWED_HOSTS=cias.example \
        EMAIL_URL=smtp://localhost FIELD_ENCRYPTION_KEYS=dGVzdC1vbmx5LXRlc3Qtb25seS10ZXN0LW9ubHktMDA= \
        $bin/python manage.py check --deploy --fail-level WARNING
}

compose() {
    if docker compose version >/dev/null 2>&1; then
        SITE_ADDRESS=cias.example docker compose config --quiet
    else
        $bin/python -c 'import yaml; yaml.safe_load(open("docker-compose.yml"))'
    fi
}

templates() {
    find templates cias households appointments housing rights insertion abs_reports -name '*.html' -not -path '*/static/*' \
        -exec $bin/djlint --lint --quiet {} +
}

scripts() {
    for script in .ci/run .ci/with-system .ci/*.sh docker/*.sh; do sh -n "$script" || return; done
}

# Offline by nature; each rule has its samples, right and wrong (docs/testing.md).
rules() {
    $bin/ast-grep test --skip-snapshot-tests >/dev/null || { $bin/ast-grep test --skip-snapshot-tests; return 1; }
    $bin/ast-grep scan --report-style short cias households appointments housing rights insertion abs_reports templates
}

# As long as all the others together, on one core: it goes beside them, and says what it found in its place.
types=$(mktemp)
trap 'rm -f "$types"' EXIT
$bin/mypy cias households appointments housing rights insertion abs_reports >"$types" 2>&1 &
mypy=$!
types_found() {
    wait "$mypy"
    code=$?
    cat "$types"
    return "$code"
}

guard "format (ruff format)" $bin/ruff format --check --quiet .
guard "lint (ruff check)" $bin/ruff check --quiet .
guard "rules of the project (ast-grep)" rules
guard "file length" $bin/python .ci/file_length.py
guard "shell scripts" scripts
guard "templates (djlint)" templates
guard "architecture (import-linter)" $bin/lint-imports --no-logo
guard "migrations" $bin/python manage.py makemigrations --check --dry-run
guard "deployment (manage.py check --deploy)" deployment
guard "docker-compose.yml" compose
guard "types (mypy)" types_found

[ -z "$failed" ] || die "these guards failed:$failed"
say "Every guard passed."
