"""Nobody works without a second factor where the settings ask for one, and a lost telephone opens no side door."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from allauth.account.internal.flows.login import record_authentication
from allauth.core.context import request_context
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core import mail
from django.core.checks import run_checks
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.test import RequestFactory
from django.utils import timezone

from cias.accounts import recovery
from cias.accounts.enums import Role
from cias.accounts.models import FactorReset, User
from tests.access.routes import all_routes
from tests.accounts.conftest import PASSWORD
from tests.accounts.test_headers import PRODUCTION, python

pytestmark = pytest.mark.django_db
ENROL = "/compte/proteger/"


@pytest.fixture(autouse=True)
def _required(settings: Any) -> None:
    settings.MFA_REQUIRED_ROLES = ["all"]


def confirm(client: Any, user: User) -> None:
    """`user` has just said again who they are, in this browser."""
    request = HttpRequest()
    request.user, request.session = user, client.session
    record_authentication(request, user, method="password", reauthenticated=True)
    request.session.save()


def page_of(response: Any) -> str:
    return response.content.decode()


class TestEnforced:
    @pytest.mark.parametrize("path", ["/", "/compte/", "/menages/", "/agenda/", "/qui-voit-quoi/"])
    def test_every_page_leads_to_the_choice(self, login: Callable[..., Any], claire: User, path: str) -> None:
        assert login(claire).get(path).url == ENROL
        assert login(claire).post(path).url == ENROL

    def test_no_address_is_forgotten(self, login: Callable[..., Any], claire: User) -> None:
        """Whatever the address, an agent without a second factor gets no page of work."""
        from cias.accounts.middleware import WITHOUT_FACTOR

        client = login(claire)
        open_to_all = [
            route for route in all_routes() if not route.parameters and route.name not in WITHOUT_FACTOR
        ]
        assert len(open_to_all) > 100
        for route in open_to_all:
            if route.name.startswith(("account_", "mfa_login", "mfa_authenticate")):
                continue
            assert getattr(client.get(route.url({})), "url", "") == ENROL, route.name

    def test_the_choice_explains_and_offers_both_ways(self, login: Callable[..., Any], claire: User) -> None:
        page = page_of(login(claire).get(ENROL))
        assert "Ajouter une clé d’accès" in page
        assert "Activer une application" in page
        assert "me déconnecter" in page

    def test_with_a_factor_one_works(self, login: Callable[..., Any], claire: User) -> None:
        TOTP.activate(claire, generate_totp_secret())
        assert login(claire).get("/compte/").status_code == 200

    def test_recovery_codes_alone_are_no_factor(self, login: Callable[..., Any], claire: User) -> None:
        Authenticator.objects.create(user=claire, type="recovery_codes", data={})
        assert login(claire).get("/compte/").url == ENROL

    def test_taking_the_last_one_away_leads_back(self, login: Callable[..., Any], claire: User) -> None:
        client = login(claire)
        TOTP.activate(claire, generate_totp_secret())
        assert client.get("/compte/").status_code == 200
        Authenticator.objects.all().delete()
        assert client.get("/compte/").url == ENROL

    def test_only_some_roles(
        self, login: Callable[..., Any], settings: Any, claire: User, armelle: User
    ) -> None:
        settings.MFA_REQUIRED_ROLES = [Role.ADMIN]
        assert login(claire).get("/compte/").status_code == 200
        assert login(armelle).get("/compte/").url == ENROL

    def test_a_role_that_does_not_exist_is_found_at_start(self, settings: Any) -> None:
        settings.MFA_REQUIRED_ROLES = ["admim"]
        assert "accounts.E002" in [message.id for message in run_checks(tags=["security"])]


class TestProduction:
    def test_everybody_by_default(self) -> None:
        done = python("-c", "import cias.settings as s; print(s.MFA_REQUIRED_ROLES)", **PRODUCTION)
        assert done.stdout.strip() == "['all']", done.stderr

    def test_it_cannot_be_switched_off(self) -> None:
        done = python("-c", "import cias.settings", **PRODUCTION, MFA_REQUIRED_ROLES="")
        assert done.returncode != 0
        assert "MFA_REQUIRED_ROLES" in done.stderr


class TestLostTelephone:
    @pytest.fixture
    def claire(self, claire: User, with_password: Callable[[User], User]) -> User:
        TOTP.activate(with_password(claire), generate_totp_secret())
        return claire

    @pytest.fixture
    def admins(self, armelle: User, isabelle: User) -> None:
        for user in (armelle, isabelle):
            TOTP.activate(user, generate_totp_secret())

    def test_one_person_alone_takes_nothing_away(self, claire: User, armelle: User) -> None:
        reset = recovery.ask_reset(account=claire, by=armelle, how="Vue au bureau")
        with pytest.raises(ValidationError):
            recovery.decide_reset(reset=reset, by=armelle, grant=True)
        assert Authenticator.objects.filter(user=claire).exists()

    def test_nor_the_agent_with_an_accomplice(self, armelle: User, isabelle: User) -> None:
        with pytest.raises(ValidationError):
            recovery.ask_reset(account=armelle, by=armelle, how="Moi")
        reset = recovery.ask_reset(account=isabelle, by=armelle, how="Vue au bureau")
        with pytest.raises(ValidationError):
            recovery.decide_reset(reset=reset, by=isabelle, grant=True)

    def test_two_persons_and_then_the_mailbox_and_a_new_factor(
        self, client: Any, login: Callable[..., Any], claire: User, armelle: User, isabelle: User
    ) -> None:
        at_work = login(claire)
        reset = recovery.ask_reset(account=claire, by=armelle, how="Vue au bureau")
        with request_context(RequestFactory().get("/")):
            recovery.decide_reset(reset=reset, by=isabelle, grant=True)
        assert at_work.get("/compte/").status_code == 302
        # The former password opens nothing any more.
        former = client.post("/compte/connexion/", {"login": claire.email, "password": PASSWORD})
        assert former.status_code == 200
        link = re.search(r"http://testserver(/\S+)", mail.outbox[-1].body)[1]
        form = client.get(link)
        client.post(form.url, {"password1": PASSWORD, "password2": PASSWORD})
        assert client.get("/compte/").url.startswith("/compte/connexion/")  # choosing it lets nobody in
        client.post("/compte/connexion/", {"login": claire.email, "password": PASSWORD})
        assert client.get("/compte/").url == ENROL
        assert client.get("/menages/").url == ENROL

    def test_a_request_lasts_a_day(
        self, claire: User, armelle: User, isabelle: User, time_machine: Any
    ) -> None:
        reset = recovery.ask_reset(account=claire, by=armelle, how="Vue au bureau")
        time_machine.move_to(timezone.now() + timedelta(hours=25))
        with pytest.raises(ValidationError):
            recovery.decide_reset(reset=reset, by=isabelle, grant=True)
        assert recovery.ask_reset(account=claire, by=armelle, how="De nouveau").pk != reset.pk

    def test_it_may_be_refused_or_taken_back_and_not_decided_twice(
        self, claire: User, armelle: User, isabelle: User
    ) -> None:
        reset = recovery.ask_reset(account=claire, by=armelle, how="Vue au bureau")
        recovery.decide_reset(reset=reset, by=armelle, grant=False)
        with pytest.raises(ValidationError):
            recovery.decide_reset(reset=reset, by=isabelle, grant=True)
        assert Authenticator.objects.filter(user=claire).exists()

    def test_the_pages(
        self, admins: None, login: Callable[..., Any], claire: User, armelle: User, isabelle: User
    ) -> None:
        admin = login(armelle)
        confirm(admin, armelle)
        assert "Téléphone perdu" in page_of(admin.get(f"/administration/comptes/{claire.pk}/"))
        admin.post(f"/administration/comptes/{claire.pk}/telephone-perdu/", {"how": "Vue au bureau"})
        reset = FactorReset.objects.get()
        page = page_of(admin.get("/administration/telephones-perdus/"))
        assert "Une autre personne doit donner son accord" in page
        assert "Donner mon accord" not in page
        other = login(isabelle)
        asked_of_her = page_of(other.get("/administration/telephones-perdus/"))
        assert "Donner mon accord" in asked_of_her
        assert f"à l’adresse {claire.email}" in asked_of_her  # one person may have changed it before
        # The second agreement is a dangerous act: it asks who one is.
        asked = other.post(f"/administration/telephones-perdus/{reset.pk}/", {"decision": "oui"})
        assert "/confirmer/" in asked.url
        assert Authenticator.objects.filter(user=claire).exists()
