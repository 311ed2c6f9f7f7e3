#!/bin/sh
# One command to upgrade, after `git pull` (or after changing CIAS_VERSION in .env for an image of your registry):
# backup, new image, migrations, restart, health checks. Stops at the first thing that fails and says how to go back.
set -eu
cd "$(dirname "$0")/.."
say() { printf '%s\n' "$*" >&2; }

stage=before
ended() {
    status=$?
    [ "$status" != 0 ] || return 0
    case $stage in
        before) say "The upgrade stopped before anything changed: the service still runs as it did." ;;
        image) say "The new image could not be had: the service still runs as it did." ;;
        restart)
            say "The new version did not start; the maintenance page is shown. See: docker compose logs migrate web worker"
            say "To go back to the version before:"
            say "  docker tag cias:previous $image && docker compose up -d --no-build --wait && docker/maintenance.sh off"
            say "If its migrations had begun, the old version refuses the database: put the backup back as well, with"
            say "  docker tag cias:previous $image && docker/restore.sh ${backup:-sauvegarde-….cias}"
            ;;
    esac
    exit "$status"
}
trap ended EXIT

running=$(docker compose ps --quiet web)
[ -n "$running" ] || { say "The service does not run: start it with docker compose up -d --build --wait."; exit 1; }
image=$(docker inspect --format '{{.Config.Image}}' "$running")

# A new version may need a secret the one before had not.
docker/secrets.sh 2>/dev/null

say "1/5 Backup"
told=$(docker compose run --rm --no-deps -T backups python manage.py backup /backups --keep "${BACKUPS_KEPT:-14}")
say "$told"
backup=$(printf '%s\n' "$told" | sed -n 's|.*/\(sauvegarde-[0-9TZ]*\.cias\).*|\1|p')
[ -n "$backup" ] || { say "No backup was written."; exit 1; }
docker tag "$(docker inspect --format '{{.Image}}' "$running")" cias:previous

stage=image
say "2/5 New image"
docker compose pull --quiet --ignore-buildable
docker compose build --pull web

stage=restart
say "3/5 Maintenance page on, running work ends"
docker/maintenance.sh on
docker compose stop beat worker web backups

say "4/5 Migrations, start"
docker compose up -d --no-build --wait --remove-orphans

say "5/5 Checks"
docker compose exec -T web python manage.py migrate --check
docker compose exec -T web python docker/health.py
docker/maintenance.sh off
stage=done
say "Upgraded. The version before is kept as the image cias:previous, its data as $backup."
