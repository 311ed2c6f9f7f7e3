"""The backups service: one each night, and one at once when the last is more than a day old.

`backups.py --check` is its health check: exit code 0 when a backup is recent enough.
"""

import os
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

FOLDER = Path("/backups")
PARIS = ZoneInfo("Europe/Paris")
EVERY = timedelta(days=1)
# The night's own duration, and that of the backup itself.
LATE = timedelta(hours=26)
RETRY = timedelta(hours=1)


def last_backup(folder: Path) -> datetime | None:
    dates = [path.stat().st_mtime for path in folder.glob("sauvegarde-*.cias")]
    return datetime.fromtimestamp(max(dates), UTC) if dates else None


def next_backup(now: datetime, last: datetime | None, hour: int) -> datetime:
    """When to make the next one: now, or tonight at `hour` in Paris."""
    if last is None or now - last > EVERY:
        return now
    tonight = now.astimezone(PARIS).replace(hour=hour, minute=0, second=0, microsecond=0)
    return tonight if tonight > now else tonight + EVERY


def is_recent(folder: Path, now: datetime) -> bool:
    last = last_backup(folder)
    return last is not None and now - last < LATE


def main() -> None:
    hour, kept = int(os.environ.get("BACKUP_HOUR") or 1), os.environ.get("BACKUPS_KEPT") or "14"
    while True:
        now = datetime.now(UTC)
        wait = next_backup(now, last_backup(FOLDER), hour) - now
        time.sleep(max(wait.total_seconds(), 0))
        command = [sys.executable, "manage.py", "backup", str(FOLDER), "--keep", kept]
        if subprocess.run(command, check=False).returncode:  # noqa: S603 - our own command
            time.sleep(RETRY.total_seconds())


if __name__ == "__main__":
    if sys.argv[1:] == ["--check"]:
        sys.exit(not is_recent(FOLDER, datetime.now(UTC)))
    main()
