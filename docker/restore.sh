#!/bin/sh
# Puts a backup back in place of the present data, which are set aside, not erased: `restore.sh sauvegarde-….cias`
# (one of the volume of backups), or `restore.sh` alone for their list.
set -eu
cd "$(dirname "$0")/.."
say() { printf '%s\n' "$*" >&2; }
tool() { docker compose run --rm --no-deps -T restore "$@"; }

if [ $# -ne 1 ]; then
    say "Usage: docker/restore.sh FILE, one of:"
    tool ls /backups >&2
    exit 2
fi
case $1 in
    */* | -*) say "FILE is a name inside the volume of backups, without a folder."; exit 2 ;;
esac
file=/backups/$1
stamp=$(date -u +%Y%m%d%H%M%S)

say "1/4 The backup is read to its end"
tool python manage.py restore "$file" --check >&2
say "2/4 Maintenance page on, the application stops"
docker/maintenance.sh on
docker compose stop beat worker web backups
say "3/4 The present data are set aside: database cias_$stamp, documents media.$stamp"
docker compose exec -T db psql --quiet --username cias --dbname postgres \
    --set ON_ERROR_STOP=1 --command "ALTER DATABASE cias RENAME TO cias_$stamp" --command "CREATE DATABASE cias"
tool sh -c "mv /data/media /data/media.$stamp && mkdir -m 700 /data/media"
say "4/4 Restoration, then start"
tool python manage.py restore "$file" >&2 || {
    say "Nothing was restored. To have the data of before again:"
    say "  docker compose exec db psql -U cias -d postgres -c 'DROP DATABASE cias' -c 'ALTER DATABASE cias_$stamp RENAME TO cias'"
    say "  docker compose run --rm --no-deps restore sh -c 'rm -rf /data/media && mv /data/media.$stamp /data/media'"
    say "  docker compose up -d --wait && docker/maintenance.sh off"
    exit 1
}
docker compose up -d --no-build --wait
docker/maintenance.sh off
say "Restored. Once you have checked it, erase what was set aside:"
say "  docker compose exec db dropdb -U cias cias_$stamp"
say "  docker compose run --rm --no-deps restore rm -rf /data/media.$stamp"
