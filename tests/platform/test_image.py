"""The image and its first start, as Dockerfile and docker-compose.yml say, without Docker.

What is copied is copied, what is collected is collected, and their own commands run in that folder under the settings
of production: the tables of a new server, its two accounts, the web server and its health check.
"""

import html.parser
import os
import re
import shlex
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.db.migrations.loader import MigrationLoader

from tests.platform.conftest import REPOSITORY, Sandbox, eventually
from tests.platform.test_docker import SERVICES
from tests.platform.test_tables import CATALOGUE, Kept, by_name, loader, of_the_tests  # noqa: F401 - fixtures

DOCKERFILE = (REPOSITORY / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
COLLECT = re.search(r"^RUN (SECRET_KEY=.*collectstatic.*)$", DOCKERFILE, re.M)[1]
SERVE = re.search(r"^CMD \[(.*)\]$", DOCKERFILE, re.M)[1].replace(",", " ")
HOST = "cias.example.fr"


class Image:
    """The folder /app of the image, and the secrets of a server whose database and broker are `sandbox`'s."""

    def __init__(self, folder: Path, sandbox: Sandbox) -> None:
        self.app, self.secrets, self.sandbox = folder / "app", folder / "secrets", sandbox
        for line in (REPOSITORY / ".dockerignore").read_text().splitlines():
            if line.startswith("!"):
                self._copy(line[1:])
        (self.app / "node_modules").symlink_to(REPOSITORY / "node_modules")
        (folder / "docker").mkdir()
        shutil.copy2(REPOSITORY / "docker/secrets.sh", folder / "docker")
        subprocess.run(["sh", folder / "docker/secrets.sh"], check=True, capture_output=True)
        owner = f"//{sandbox.database_url.removeprefix('postgres://').partition('@')[0]}@"
        self._write("database_url", sandbox.database_url)
        password = (self.secrets / "web_db_password").read_text()
        self._write("web_database_url", sandbox.database_url.replace(owner, f"//cias_web:{quote(password)}@"))
        self._write("broker_url", sandbox.broker_url)

    def _copy(self, name: str) -> None:
        source, target = REPOSITORY / name, self.app / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy2(source, target)

    def _write(self, secret: str, value: str) -> None:
        (self.secrets / secret).write_text(value)

    def environment(self, service: str) -> dict[str, str]:
        """What docker-compose.yml gives it, with secrets and documents where they are here."""
        given = {"SITE_ADDRESS": HOST}
        said = {
            name: re.sub(
                r"\$\{(\w+)(?::[-?](.*?))?\}(?=$|[^}])",
                lambda found: given.get(found[1], "" if ":?" in found[0] else found[2] or ""),
                str(value).replace("${SITE_ADDRESS}", HOST),
            ).replace("/run/secrets", str(self.secrets))
            for name, value in SERVICES[service]["environment"].items()
        }
        path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        home = {"HOME": "/tmp", "LANG": "C.UTF-8", "TMPDIR": tempfile.gettempdir()}  # noqa: S108 - as in the image
        return {**home, **said, "PATH": path, "MEDIA_ROOT": str(self.app.parent / "media")}

    def run(self, command: list[str] | str, environment: dict[str, str]) -> str:
        """What it says; the image is made and started under the usual mask."""
        done = subprocess.run(
            command if isinstance(command, list) else ["sh", "-c", command],
            cwd=self.app, env=environment, umask=0o022, capture_output=True, text=True, timeout=280,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr[-2000:]
        return done.stdout + done.stderr


@pytest.fixture(scope="session")  # these tests go to one process, those of the database first
def image(initialised: Path) -> Iterator[Image]:
    folder = Path(tempfile.mkdtemp(prefix="cias-"))
    sandbox = Sandbox(folder / "local")
    shutil.copytree(initialised, sandbox.local_dir, symlinks=True)
    try:
        sandbox.join()
        made = Image(folder, sandbox)
        path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        made.run(COLLECT, {"PATH": path, "ENVIRONMENT": "production", "PYTHONDONTWRITEBYTECODE": "1"})
        yield made
    finally:
        sandbox.close()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")  # these tests go to one process, those of the database first
def installed(image: Image) -> str:
    """What the `migrate` service says on an empty database."""
    return image.run(SERVICES["migrate"]["command"], image.environment("migrate"))


def test_what_is_collected_can_be_read_by_the_account_that_serves(image: Image) -> None:
    """Root collects, `cias` serves: the files of people, which nobody else may read, gave theirs their mode."""
    collected = [image.app / "staticfiles", *(image.app / "staticfiles").rglob("*")]
    assert (image.app / "staticfiles/staticfiles.json") in collected
    closed = [
        path.name
        for path in collected
        if not path.stat().st_mode & (stat.S_IXOTH if path.is_dir() else stat.S_IROTH)
    ]
    assert closed == []


def test_a_new_server_has_the_tables_of_the_models_and_nothing_left_to_migrate(
    image: Image,
    installed: str,
    of_the_tests: Kept,  # noqa: F811
    loader: MigrationLoader,  # noqa: F811
) -> None:
    assert "Les tables sont faites." in installed
    made = by_name(image.sandbox.sql(CATALOGUE))
    assert made.keys() == of_the_tests.keys()
    assert {key: (said, of_the_tests[key]) for key, said in made.items() if said != of_the_tests[key]} == {}
    applied = set(image.sandbox.sql("SELECT app, name FROM django_migrations"))
    assert applied >= loader.disk_migrations.keys()
    again = image.run("python manage.py create_tables", image.environment("migrate"))
    assert "La base a déjà ses tables." in again


class Links(html.parser.HTMLParser):
    """Addresses of the styles and scripts of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        address = said.get("href" if tag == "link" else "src")
        if tag in ("link", "script") and address:
            self.found.append(address)


def test_the_server_starts_quietly_and_gives_the_page_and_its_files(image: Image, installed: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [word.replace("0.0.0.0:8000", f"127.0.0.1:{port}") for word in shlex.split(SERVE)]
    environment = image.environment("web")
    log = image.app.parent / "web.log"
    with log.open("w") as output:
        server = subprocess.Popen(
            command, cwd=image.app, env=environment, stdout=output, stderr=output, start_new_session=True
        )
    try:
        check = [sys.executable, "docker/health.py", str(port)]
        healthy = eventually(
            lambda: subprocess.run(check, cwd=image.app, env=environment, timeout=20).returncode == 0,
            seconds=90,
        )
        assert healthy, log.read_text()[-3000:]
        page = _get(port, "/compte/connexion/")
        files = [address for address in Links(page).found if address.startswith("/static/")]
        assert len(files) > 4
        assert all(_get(port, address) for address in files)
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(40)
    assert log.read_text() == ""


def _get(port: int, address: str) -> str:
    asked = urllib.request.Request(
        f"http://127.0.0.1:{port}{address}", headers={"Host": HOST, "X-Forwarded-Proto": "https"}
    )
    with urllib.request.urlopen(asked, timeout=30) as answer:  # noqa: S310
        said: Any = answer.read()
    return str(said.decode("utf-8", "replace"))
