"""Logging in and out: what is said, what is written down, how guessing is slowed (C6)."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone

from cias.accounts.models import User
from cias.audit.enums import AccessAction, SecurityEvent
from cias.audit.models import AccessLog
from tests.accounts.conftest import PASSWORD

pytestmark = pytest.mark.django_db
LOGIN = "/compte/connexion/"


def text(response) -> str:
    return response.content.decode()


def test_an_agent_enters_whatever_the_case_of_the_address(sign_in, with_password, claire: User) -> None:
    with_password(claire)
    response = sign_in("Claire@CIAS.test")
    assert (response.status_code, response.url) == (302, "/")
    line = AccessLog.objects.get()
    assert (line.user, line.action, line.url_name) == (claire, AccessAction.LOGIN, "account_login")


def test_the_page_asked_for_is_opened_after_login(client, with_password, claire: User) -> None:
    with_password(claire)
    asked = client.get("/compte/")
    assert asked.url == "/compte/connexion/?next=/compte/"
    response = client.post(asked.url, {"login": claire.email, "password": PASSWORD})
    assert response.url == "/compte/"


def test_another_site_is_never_opened_after_login(client, with_password, claire: User) -> None:
    with_password(claire)
    response = client.post(
        f"{LOGIN}?next=https://exemple.test/", {"login": claire.email, "password": PASSWORD}
    )
    assert response.url == "/"


def test_a_wrong_password_and_an_unknown_address_read_the_same(sign_in, with_password, claire: User) -> None:
    with_password(claire)
    known, unknown = sign_in(claire.email, "faux"), sign_in("inconnu@cias.test", "faux")
    for response in (known, unknown):
        assert response.status_code == 200
        assert "L’adresse e-mail ou le mot de passe est inexact." in text(response)
        assert "<title>Erreur\u00a0: Connexion" in text(response)
    first, second = AccessLog.objects.order_by("pk")
    assert (first.action, first.user) == (AccessAction.LOGIN_FAILED, claire)
    assert (second.action, second.user) == (AccessAction.LOGIN_FAILED, None)
    assert second.detail == {"event": SecurityEvent.PASSWORD_REFUSED}  # and nothing of what was typed


def test_a_closed_account_is_told_so_only_with_its_password(sign_in, with_password, claire: User) -> None:
    with_password(claire)
    claire.is_active = False
    claire.save()
    assert "inexact" in text(sign_in(claire.email, "faux"))
    response = sign_in(claire.email)
    assert response.url == "/compte/ferme/"


def test_the_closed_account_page(client, db) -> None:
    assert "Ce compte est fermé" in text(client.get("/compte/ferme/"))


def test_logging_out_is_logged_and_clears_the_browser(login, claire: User) -> None:
    client = login(claire)
    assert "Se déconnecter\u00a0?" in text(client.get("/compte/deconnexion/"))
    response = client.post("/compte/deconnexion/")
    assert response.url == LOGIN
    assert response.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert AccessLog.objects.get(action=AccessAction.LOGOUT).user == claire
    assert client.get("/compte/").status_code == 302


def test_the_login_page_offers_a_passkey_and_says_its_accessibility(client, db) -> None:
    page = text(client.get(LOGIN))
    assert "Se connecter avec une clé d’accès" in page
    assert "Accessibilité\u00a0: non conforme" in page
    assert "S’inscrire" not in page


def test_somebody_already_in_is_not_asked_again(login, claire: User) -> None:
    assert login(claire).get(LOGIN).url == "/"


@pytest.mark.parametrize("path", ["/compte/inscription/", "/accounts/signup/", "/compte/email/"])
def test_nothing_else_of_the_login_package_is_mounted(client, db, path: str) -> None:
    assert client.get(path).status_code == 404


class TestThrottle:
    """Five failures a minute, ten in a quarter of an hour, twenty an hour: then one waits, and only that."""

    @pytest.fixture(autouse=True)
    def _people(self, with_password: Callable[[User], User], claire: User, mehdi: User) -> None:
        with_password(claire)
        with_password(mehdi)

    def fail(self, sign_in, email: str, times: int) -> None:
        for _ in range(times):
            assert "inexact" in text(sign_in(email, "faux"))

    def test_the_sixth_try_waits_even_with_the_right_password(self, sign_in, claire: User) -> None:
        self.fail(sign_in, claire.email, 5)
        response = sign_in(claire.email)
        assert response.status_code == 200
        assert "Attendez une minute" in text(response)
        assert "Connexion refusée" in text(response)

    def test_another_account_is_not_concerned(self, sign_in, claire: User, mehdi: User) -> None:
        self.fail(sign_in, claire.email, 5)
        assert sign_in(mehdi.email).status_code == 302

    def test_a_minute_later_the_agent_enters(self, sign_in, claire: User, time_machine) -> None:
        self.fail(sign_in, claire.email, 5)
        time_machine.move_to(timezone.now() + timedelta(seconds=61))
        assert sign_in(claire.email).status_code == 302

    def test_the_wait_grows_and_ends(self, sign_in, claire: User, time_machine) -> None:
        start = timezone.now()
        self.fail(sign_in, claire.email, 5)
        time_machine.move_to(start + timedelta(seconds=61))
        self.fail(sign_in, claire.email, 5)
        time_machine.move_to(start + timedelta(minutes=5))
        assert "Trop d’essais" in text(sign_in(claire.email))
        time_machine.move_to(start + timedelta(minutes=17))
        assert sign_in(claire.email).status_code == 302

    def test_an_address_that_tries_many_accounts_waits(self, sign_in, claire: User) -> None:
        for number in range(20):
            sign_in(f"agent{number}@cias.test", "faux")
        assert "Trop d’essais" in text(sign_in(claire.email))

    def test_the_cache_knows_no_address(self, sign_in, claire: User) -> None:
        self.fail(sign_in, claire.email, 1)
        keys = [key.decode() for key in cache._cache.get_client().keys("*")]
        assert any("login_failed" in key for key in keys)
        assert not any("claire" in key or "@" in key for key in keys)

    def test_a_flood_gets_a_page_that_says_to_wait(self, sign_in, claire: User, settings) -> None:
        settings.ACCOUNT_RATE_LIMITS = {"login": "1/m/ip"}
        sign_in(claire.email, "faux")
        response = sign_in(claire.email)
        assert response.status_code == 429
        assert "Un peu de patience" in text(response)
