"""Forgets the demonstration: the next start begins with empty data and new secrets."""

import fcntl
import shutil
import sys

from cias.embedded.paths import LOCAL_DIR, REPOSITORY, RUN_DIR
from cias.embedded.stop import stop_servers

# Not `system` and `node`: downloads that the next start would fetch again.
DATA = ("postgres", "postgres.new", "valkey", "media", "secrets", "log", "run")
FILES = ("prepared.json", "celerybeat-schedule*")


def clean() -> None:
    """Delete the data of LOCAL_DIR; raises SystemExit when a process still uses them."""
    if not LOCAL_DIR.exists():
        return
    with open(LOCAL_DIR / "start.lock", "a") as start, open(LOCAL_DIR / "users.lock", "a") as users:
        fcntl.flock(start, fcntl.LOCK_EX)
        try:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise SystemExit(
                "La démonstration ou des tests sont en cours : arrêtez-les avant d’effacer leurs données."
            ) from None
        stop_servers(LOCAL_DIR)
        postgres = LOCAL_DIR / "postgres"
        if postgres.is_symlink():  # root without user namespaces: the data are in another account's folder
            shutil.rmtree(postgres.resolve().parent, ignore_errors=True)
            postgres.unlink()
        for folder in (*(LOCAL_DIR / name for name in DATA), RUN_DIR, REPOSITORY / "staticfiles"):
            shutil.rmtree(folder, ignore_errors=True)
        for pattern in FILES:
            for path in LOCAL_DIR.glob(pattern):
                path.unlink()
    sys.stdout.write("Données de démonstration effacées.\n")
