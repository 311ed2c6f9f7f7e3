"""What can be checked of the container files without Docker."""

import http.server
import importlib.util
import os
import re
import stat
import subprocess
import threading
from functools import partial

import pytest
import yaml

from tests.platform.conftest import REPOSITORY

COMPOSE = yaml.safe_load((REPOSITORY / "docker-compose.yml").read_text())
SERVICES = COMPOSE["services"]
LASTING = {name: service for name, service in SERVICES.items() if name != "migrate"}
spec = importlib.util.spec_from_file_location("docker_health", REPOSITORY / "docker" / "health.py")
docker_health = importlib.util.module_from_spec(spec)
spec.loader.exec_module(docker_health)


@pytest.mark.parametrize("name", LASTING)
def test_each_service_is_watched_restarted_and_its_logs_bounded(name):
    service = LASTING[name]
    assert service["healthcheck"]["test"]
    assert service["restart"] == "unless-stopped"
    assert service["logging"]["options"] == {"max-size": "10m", "max-file": "5"}


def test_only_the_proxy_is_reachable_from_outside():
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["proxy"]
    assert COMPOSE["networks"]["inside"]["internal"] is True
    assert SERVICES["db"]["networks"] == SERVICES["broker"]["networks"] == ["inside"]


@pytest.mark.parametrize("name", SERVICES)
def test_secrets_are_files_and_all_of_them_are_made_by_the_script(name, tmp_path):
    environment = SERVICES[name].get("environment", {})
    secret_names = [key for key in environment if re.search("PASSWORD|SECRET|_KEY|_URL", key)]
    assert all(key.endswith("_FILE") for key in secret_names)
    for value in (environment[key] for key in secret_names):
        assert value.removeprefix("/run/secrets/") in SERVICES[name]["secrets"]
    assert set(SERVICES[name].get("secrets", [])) <= set(COMPOSE["secrets"])


def test_the_secrets_script_writes_every_secret_once(tmp_path):
    script = tmp_path / "docker" / "secrets.sh"
    script.parent.mkdir()
    script.write_bytes((REPOSITORY / "docker" / "secrets.sh").read_bytes())
    subprocess.run(["sh", script], check=True, capture_output=True)
    written = {path.name: path.read_text() for path in (tmp_path / "secrets").iterdir()}
    assert set(written) == {source["file"].rsplit("/", 1)[1] for source in COMPOSE["secrets"].values()}
    assert stat.S_IMODE((tmp_path / "secrets").stat().st_mode) == 0o700
    assert written["db_password"] in written["database_url"]
    assert not any(value.endswith("\n") for value in written.values())

    subprocess.run(["sh", script], check=True, capture_output=True)
    assert {path.name: path.read_text() for path in (tmp_path / "secrets").iterdir()} == written


def test_the_image_takes_everything_the_settings_need_and_nothing_else():
    """The .dockerignore lists what is copied: an application left out would only be missed in production."""
    kept = {
        line[1:] for line in (REPOSITORY / ".dockerignore").read_text().splitlines() if line.startswith("!")
    }
    packages = {path.parent.name for path in REPOSITORY.glob("*/__init__.py")} - {"tests"}
    assert packages | {"manage.py", "static", "templates", "uv.lock", "package-lock.json"} <= kept
    assert not kept & {".env", "secrets", ".local", "tests"}
    assert all((REPOSITORY / path).exists() for path in kept)


class Health(http.server.BaseHTTPRequestHandler):
    def __init__(self, seen, status, *args):
        self.seen, self.status = seen, status
        super().__init__(*args)

    def do_GET(self):
        self.seen.append((self.path, self.headers["Host"]))
        self.send_response(self.status)
        self.end_headers()

    def log_message(self, *args):
        """Nothing on the terminal."""


@pytest.mark.parametrize(("status", "code"), [(200, 0), (503, 1), (400, 1)])
def test_the_health_check_asks_the_site_under_a_name_it_accepts(monkeypatch, status, code):
    monkeypatch.setenv("ALLOWED_HOSTS", "cias.example,other.example")
    seen = []
    with http.server.HTTPServer(("127.0.0.1", 0), partial(Health, seen, status)) as server:
        threading.Thread(target=server.handle_request, daemon=True).start()
        assert docker_health.main(server.server_port) == code
    assert seen == [("/sante/", "cias.example")]


def test_the_health_check_fails_when_nothing_listens():
    with http.server.HTTPServer(("127.0.0.1", 0), Health) as server:
        port = server.server_port
    assert docker_health.main(port) == 1
    assert os.access(REPOSITORY / "docker" / "secrets.sh", os.X_OK)
