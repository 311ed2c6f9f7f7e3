"""Where the embedded services live, their secrets and their addresses. Nothing here starts anything."""

import base64
import hashlib
import os
import re
import secrets
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

REPOSITORY = Path(__file__).resolve().parent.parent.parent
LOCAL_DIR = Path(os.environ.get("CIAS_LOCAL_DIR") or REPOSITORY / ".local").absolute()

DATABASE_NAME = "cias"
DATABASE_USER = "cias"
# The longest socket name we add is "/.s.PGSQL.5432"; sockaddr_un takes 107 bytes, macOS 103.
SOCKET_DIR_MAX = 85


class EmbeddedError(RuntimeError):
    """The embedded services cannot be had; the message is a sentence in French for who typed the command."""


def _run_dir() -> Path:
    """The sockets' folder: in LOCAL_DIR, or a short private one when that path is too long or odd."""
    inside = LOCAL_DIR / "run"
    if len(os.fsencode(inside)) <= SOCKET_DIR_MAX and re.fullmatch(r"[A-Za-z0-9/._-]+", str(inside)):
        return inside
    digest = hashlib.sha256(os.fsencode(LOCAL_DIR)).hexdigest()[:12]
    # The name can be guessed, so `lifecycle` checks owner and mode before anything is put in it.
    return Path(f"/tmp/cias-{os.geteuid()}-{digest}")  # noqa: S108


RUN_DIR = _run_dir()
VALKEY_SOCKET = RUN_DIR / "valkey.sock"


def local_secret(name: str) -> str:
    """A random secret of this checkout (32 bytes, URL-safe base64), created once in LOCAL_DIR, mode 0600."""
    path = LOCAL_DIR / "secrets" / name
    with suppress(FileNotFoundError):
        return path.read_text(encoding="ascii")
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{name}.{os.getpid()}.{secrets.token_hex(4)}")
    with os.fdopen(
        os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii"
    ) as file:
        file.write(base64.urlsafe_b64encode(secrets.token_bytes(32)).decode())
        file.flush()
        os.fsync(file.fileno())
    # A hard link never overwrites: of two processes that get here together, both keep the winner's secret.
    with suppress(FileExistsError):
        os.link(draft, path)
    draft.unlink()
    return path.read_text(encoding="ascii")


def is_configured(variable: str) -> bool:
    """Whether the environment names this service (`DATABASE_URL` or `DATABASE_URL_FILE`)."""
    return bool(os.environ.get(variable) or os.environ.get(f"{variable}_FILE"))


def database_url() -> str:
    """Address of the embedded PostgreSQL, running or not; touches no file when DATABASE_URL is set."""
    password = "" if is_configured("DATABASE_URL") else ":" + quote(local_secret("postgres"), safe="")
    return f"postgres://{DATABASE_USER}{password}@/{RUN_DIR}/{DATABASE_NAME}"


def broker_url(database: int = 0) -> str:
    """Address of the embedded Valkey in Celery's notation (`cias.core.cache` translates it for redis-py)."""
    password = "" if is_configured("REDIS_URL") else ":" + quote(local_secret("valkey"), safe="") + "@"
    return f"redis+socket://{password}{VALKEY_SOCKET}?virtual_host={database}"
