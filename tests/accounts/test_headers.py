"""What every answer carries, and what a production server refuses to start without (ASVS 3.3, 3.4, 14.3)."""

import json
import os
import subprocess
import sys

import pytest
from django.conf import settings as django_settings

from cias.accounts.models import User

pytestmark = pytest.mark.django_db

PRODUCTION = {
    "ENVIRONMENT": "production",
    "SECRET_KEY": "k" * 60 + "abcdef0123456789",
    "DATABASE_URL": "postgres://cias:secret@db/cias",
    "REDIS_URL": "redis://redis/0",
    "ALLOWED_HOSTS": "cias.exemple.fr",
    "EMAIL_URL": "smtp+tls://user:secret@mail.exemple.fr:587",
    "FIELD_ENCRYPTION_KEYS": "dGVzdC1vbmx5LXRlc3Qtb25seS10ZXN0LW9ubHktMDA=",
}


def directives(response) -> dict[str, list[str]]:
    policy = response.headers["Content-Security-Policy"]
    return {name: values for name, *values in (part.split() for part in policy.split(";"))}


class TestPolicy:
    def test_nothing_inline_nothing_from_elsewhere(self, client) -> None:
        found = directives(client.get("/compte/connexion/"))
        assert found["default-src"] == ["'none'"]
        assert found["frame-ancestors"] == ["'none'"]
        assert found["base-uri"] == ["'none'"]
        assert found["form-action"] == ["'self'"]
        allowed = {value for values in found.values() for value in values}
        assert {value for value in allowed if not value.startswith("'nonce-")} == {
            "'self'",
            "'none'",
            "data:",
        }
        assert found["img-src"] == ["'self'", "data:"]

    def test_the_nonce_changes_with_each_page(self, client) -> None:
        scripts = [directives(client.get("/compte/connexion/"))["script-src"] for _ in range(2)]
        assert scripts[0] != scripts[1]

    def test_every_script_of_a_page_is_ours(self, client) -> None:
        page = client.get("/compte/connexion/").content.decode()
        assert "http://" not in page.replace("http://www.w3.org", "")
        assert "https://" not in page

    @pytest.mark.parametrize(
        ("header", "value"),
        [
            ("X-Content-Type-Options", "nosniff"),
            ("X-Frame-Options", "DENY"),
            ("Referrer-Policy", "same-origin"),
            ("Cross-Origin-Opener-Policy", "same-origin"),
        ],
    )
    def test_other_headers(self, client, header: str, value: str) -> None:
        assert client.get("/compte/connexion/").headers[header] == value


class TestCaches:
    def test_no_page_of_an_agent_is_kept(self, login, claire: User) -> None:
        client = login(claire)
        for path in ("/compte/", "/qui-voit-quoi/", "/accessibilite/", "/nulle-part/", "/administration/"):
            assert client.get(path).headers["Cache-Control"] == "no-store", path

    def test_the_login_page_neither(self, client) -> None:
        assert "no-store" in client.get("/compte/connexion/").headers["Cache-Control"]


def python(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    # The browser tests of this process set the last one, for Playwright's sake.
    ours = (
        *PRODUCTION, "DEBUG", "DJANGO_SETTINGS_MODULE", "CIAS_LOCAL_DIR", "DJANGO_ALLOW_ASYNC_UNSAFE",
    )  # fmt: skip
    kept = {name: value for name, value in os.environ.items() if name not in ours}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=django_settings.BASE_DIR,
        env={**kept, **environment},
        capture_output=True,
        text=True,
        timeout=100,
    )


class TestProduction:
    def test_djangos_own_review_finds_nothing(self) -> None:
        done = python("manage.py", "check", "--deploy", "--fail-level", "WARNING", **PRODUCTION)
        assert done.returncode == 0, done.stdout + done.stderr

    @pytest.mark.parametrize("name", [name for name in PRODUCTION if name != "ENVIRONMENT"])
    def test_nothing_secret_has_a_default(self, name: str) -> None:
        environment = {key: value for key, value in PRODUCTION.items() if key != name}
        done = python("-c", "import cias.settings", **environment)
        assert done.returncode != 0
        assert name in done.stderr
        assert "obligatoire" in done.stderr

    def test_cookies_are_bound_to_the_site_and_to_https_and_mail_has_one_address(self) -> None:
        names = [name for name in dir(django_settings) if "_COOKIE_" in name] + ["MAILERS"]
        code = (
            f"import json, cias.settings as s; print(json.dumps({{n: getattr(s, n, None) for n in {names}}}))"
        )
        found = json.loads(python("-c", code, **PRODUCTION).stdout)
        assert (found["SESSION_COOKIE_NAME"], found["CSRF_COOKIE_NAME"]) == ("__Host-session", "__Host-csrf")
        # What a name in __Host- asks for: secure, and no domain or path of our own.
        assert found["SESSION_COOKIE_SECURE"]
        assert found["CSRF_COOKIE_SECURE"]
        assert found["SESSION_COOKIE_HTTPONLY"]
        assert [
            found[f"{kind}_COOKIE_{what}"] for kind in ("SESSION", "CSRF") for what in ("DOMAIN", "PATH")
        ] == [None] * 4
        assert found["SESSION_COOKIE_SAMESITE"] == "Lax"
        assert found["MAILERS"]["default"]["OPTIONS"] == {
            "host": "mail.exemple.fr",
            "port": 587,
            "username": "user",
            "password": "secret",
            "use_tls": True,
            "timeout": 10,
        }
