#!/bin/sh
# `maintenance.sh on` has the proxy show docker/pages/maintenance.html to everybody, at once; `off` opens again.
set -eu
cd "$(dirname "$0")"
case ${1:-} in
    on) : >maintenance/on ;;
    off) rm -f maintenance/on ;;
    *)
        echo "Usage: docker/maintenance.sh on|off" >&2
        exit 2
        ;;
esac
