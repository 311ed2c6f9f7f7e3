"""The loop of the backups service and the scripts of a server, with a stand-in for Docker."""

import importlib.util
import os
import stat
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.platform.conftest import REPOSITORY

spec = importlib.util.spec_from_file_location("docker_backups", REPOSITORY / "docker" / "backups.py")
backups = importlib.util.module_from_spec(spec)
spec.loader.exec_module(backups)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "last", "expected"),
    [
        ("2026-11-27T15:00", None, "2026-11-27T15:00"),  # a new server
        ("2026-11-27T15:00", "2026-11-26T00:10", "2026-11-27T15:00"),  # it was off last night
        ("2026-11-27T15:00", "2026-11-27T00:10", "2026-11-28T00:00"),  # one in the morning in Paris
        ("2026-11-26T23:30", "2026-11-26T10:00", "2026-11-27T00:00"),
        ("2026-07-27T15:00", "2026-07-27T00:10", "2026-07-27T23:00"),  # in summer
        ("2026-10-24T15:00", "2026-10-24T00:10", "2026-10-24T23:00"),  # the night the clocks go back
        ("2026-10-25T15:00", "2026-10-24T23:10", "2026-10-26T00:00"),
    ],
)
def test_when_the_next_backup_is_made(now: str, last: str | None, expected: str) -> None:
    found = backups.next_backup(at(now), at(last) if last else None, 1)
    assert found.astimezone(UTC) == at(expected)


def test_the_health_check_wants_a_recent_backup_of_ours(tmp_path: Path) -> None:
    now = datetime.now(UTC)
    assert not backups.is_recent(tmp_path, now)
    (tmp_path / "notes.txt").touch()
    (tmp_path / ".sauvegarde-abc").touch()
    assert not backups.is_recent(tmp_path, now)
    (tmp_path / "sauvegarde-20261127T000000Z.cias").touch()
    assert backups.is_recent(tmp_path, now)
    assert not backups.is_recent(tmp_path, now + timedelta(hours=27))


def test_a_failed_backup_is_tried_again_an_hour_later(tmp_path: Path, monkeypatch) -> None:
    slept: list[float] = []
    codes = iter([2, 0])

    def run(command: list[str], *, check: bool) -> subprocess.CompletedProcess[str]:
        assert command[1:] == ["manage.py", "backup", str(tmp_path), "--keep", "7"]
        return subprocess.CompletedProcess(command, next(codes))

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        if len(slept) == 4:
            raise KeyboardInterrupt

    monkeypatch.setattr(backups, "FOLDER", tmp_path)
    monkeypatch.setattr(backups.subprocess, "run", run)
    monkeypatch.setattr(backups.time, "sleep", sleep)
    monkeypatch.setenv("BACKUPS_KEPT", "7")
    with pytest.raises(KeyboardInterrupt):
        backups.main()
    assert slept == [0, 3600, 0, 0]


TOOL = "compose run --rm --no-deps -T restore"
FAKE_DOCKER = """\
#!/bin/sh
echo "$*" >>"$DOCKER_LOG"
case "$*" in *"$DOCKER_FAILS_AT"*) exit 1 ;; esac
case "$*" in
    "compose ps --quiet web") echo "$DOCKER_RUNNING" ;;
    "inspect --format {{.Config.Image}}"*) echo cias:latest ;;
    "inspect --format {{.Image}}"*) echo sha256:0ld ;;
    *"manage.py backup"*) echo "/backups/sauvegarde-20261127T031500Z.cias : 12 lignes, relue et conforme." ;;
esac
"""


class Server:
    """A copy of docker/ beside a stand-in for Docker that writes down what it is asked."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.log = folder, folder / "log"
        (folder / "docker" / "maintenance").mkdir(parents=True)
        for script in (REPOSITORY / "docker").glob("*.sh"):
            copy = folder / "docker" / script.name
            copy.write_bytes(script.read_bytes())
            copy.chmod(0o755)
        (folder / "bin").mkdir()
        (folder / "bin" / "docker").write_text(FAKE_DOCKER)
        (folder / "bin" / "docker").chmod(0o755)

    def run(self, script: str, *arguments: str, fails_at: str = "nothing", running: str = "c0ffee"):
        self.log.write_text("")
        return subprocess.run(
            [self.folder / "docker" / script, *arguments], capture_output=True, text=True, timeout=30,
            env={"PATH": f"{self.folder / 'bin'}:{os.environ['PATH']}", "DOCKER_LOG": str(self.log),
                 "DOCKER_FAILS_AT": fails_at, "DOCKER_RUNNING": running},
        )  # fmt: skip

    @property
    def asked(self) -> list[str]:
        return self.log.read_text().splitlines()

    @property
    def in_maintenance(self) -> bool:
        return (self.folder / "docker" / "maintenance" / "on").exists()


@pytest.fixture
def server(tmp_path: Path) -> Server:
    return Server(tmp_path)


def order(asked: list[str], *wanted: str) -> list[int]:
    return [next(rank for rank, line in enumerate(asked) if line.startswith(one)) for one in wanted]


def test_the_maintenance_page_is_switched(server: Server) -> None:
    assert server.run("maintenance.sh", "on").returncode == 0
    assert server.in_maintenance
    assert server.run("maintenance.sh", "off").returncode == 0
    assert server.run("maintenance.sh", "off").returncode == 0
    assert not server.in_maintenance
    assert server.run("maintenance.sh").returncode == 2


def test_an_upgrade_backs_up_before_anything_and_checks_afterwards(server: Server) -> None:
    done = server.run("upgrade.sh")
    assert done.returncode == 0, done.stderr
    ranks = order(
        server.asked, "compose run --rm --no-deps -T backups python manage.py backup", "tag sha256:0ld cias:previous",
        "compose build", "compose stop", "compose up", "compose exec -T web python manage.py migrate --check",
        "compose exec -T web python docker/health.py",
    )  # fmt: skip
    assert ranks == sorted(ranks)
    assert not server.in_maintenance
    assert "sauvegarde-20261127T031500Z.cias" in done.stderr


@pytest.mark.parametrize("step", ["manage.py backup", "compose pull", "compose build"])
def test_an_upgrade_that_fails_early_leaves_the_service_running(server: Server, step: str) -> None:
    done = server.run("upgrade.sh", fails_at=step)
    assert done.returncode == 1
    assert "still runs as it did" in done.stderr
    assert not any(line.startswith(("compose stop", "compose up")) for line in server.asked)
    assert not server.in_maintenance


@pytest.mark.parametrize("step", ["compose up", "migrate --check", "docker/health.py"])
def test_an_upgrade_that_fails_late_shows_the_page_and_says_how_to_go_back(server: Server, step: str) -> None:
    done = server.run("upgrade.sh", fails_at=step)
    assert done.returncode == 1
    assert server.in_maintenance
    assert "docker tag cias:previous cias:latest" in done.stderr
    assert "docker/restore.sh sauvegarde-20261127T031500Z.cias" in done.stderr


def test_a_stopped_service_is_not_upgraded(server: Server) -> None:
    done = server.run("upgrade.sh", running="")
    assert done.returncode == 1
    assert "docker compose up -d" in done.stderr
    assert server.asked == ["compose ps --quiet web"]


def test_a_restoration_sets_the_present_data_aside(server: Server) -> None:
    done = server.run("restore.sh", "sauvegarde-20261127T031500Z.cias")
    assert done.returncode == 0, done.stderr
    restore = f"{TOOL} python manage.py restore /backups/sauvegarde-20261127T031500Z.cias"
    rename, move = server.asked[2], server.asked[3]
    assert server.asked == [
        f"{restore} --check", "compose stop beat worker web backups", rename, move, restore,
        "compose up -d --no-build --wait",
    ]  # fmt: skip
    assert rename.startswith("compose exec -T db psql")
    assert "ALTER DATABASE cias RENAME TO cias_2" in rename
    assert move.startswith(f"{TOOL} sh -c mv /data/media /data/media.2")
    assert not server.in_maintenance


def test_a_damaged_backup_stops_a_restoration_before_anything(server: Server) -> None:
    done = server.run("restore.sh", "sauvegarde-20261127T031500Z.cias", fails_at="--check")
    assert done.returncode != 0
    assert len(server.asked) == 1
    assert not server.in_maintenance


def test_a_restoration_takes_a_name_of_the_volume_and_lists_them(server: Server) -> None:
    assert server.run("restore.sh").returncode == 2
    assert server.asked == [f"{TOOL} ls /backups"]
    assert server.run("restore.sh", "../etc/passwd").returncode == 2
    assert server.asked == []


@pytest.mark.parametrize("script", sorted(path.name for path in (REPOSITORY / "docker").glob("*.sh")))
def test_scripts_run_under_any_shell(script: str) -> None:
    path = REPOSITORY / "docker" / script
    assert path.stat().st_mode & stat.S_IXUSR
    subprocess.run(["sh", "-n", path], check=True)
