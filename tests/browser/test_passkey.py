"""A passkey from its creation to a login without password, with the browser's virtual key (C6)."""

from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import make_password
from playwright.sync_api import Page, expect

from cias.accounts.models import User
from cias.audit.enums import AccessAction
from cias.audit.models import AccessLog
from tests.browser.axe import violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASSWORD = "Beffroi-de-cuivre-47"
KEY = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def armelle(armelle: User) -> User:
    armelle.password = make_password(PASSWORD)
    armelle.save()
    return armelle


@pytest.fixture
def key(page: Page) -> Callable[[bool], Any]:
    """`key(False)` makes the owner of the virtual key refuse from now on."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {"options": KEY}
    authenticator = session.send("WebAuthn.addVirtualAuthenticator", options)["authenticatorId"]

    def accept(verified: bool) -> None:
        session.send(
            "WebAuthn.setUserVerified", {"authenticatorId": authenticator, "isUserVerified": verified}
        )

    return accept


def log_in(page: Page, user: User) -> None:
    page.goto("/compte/connexion/")
    page.get_by_label("Adresse e-mail").fill(user.email)
    page.get_by_label("Mot de passe", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Se connecter", exact=True).click()
    expect(page.get_by_role("link", name="Mon compte")).to_be_visible()


def add_key(page: Page) -> None:
    page.goto("/compte/securite/")
    page.get_by_role("link", name="Ajouter une clé d’accès").click()
    page.get_by_label("Mot de passe", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Confirmer").click()
    page.get_by_label("Nom de la clé").fill("Ordinateur du bureau")
    page.get_by_label("Me connecter sans mot de passe").check()
    assert violations(page) == []
    page.get_by_role("button", name="Créer la clé").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Codes de secours")


def test_a_key_replaces_the_password(page: Page, key: Callable[[bool], Any], armelle: User) -> None:
    log_in(page, armelle)
    add_key(page)
    assert violations(page) == []
    page.goto("/compte/securite/cles/")
    expect(page.locator("strong")).to_have_text("Ordinateur du bureau")
    expect(page.get_by_text("Remplace le mot de passe")).to_be_visible()
    assert violations(page) == []
    page.get_by_role("banner").get_by_role("button", name="Se déconnecter").click()
    page.get_by_role("button", name="Se connecter avec une clé d’accès").click()
    expect(page.get_by_role("link", name="Mon compte")).to_be_visible()
    assert AccessLog.objects.filter(action=AccessAction.LOGIN, user=armelle).count() == 2


def test_with_a_password_the_key_is_the_second_factor(
    page: Page, key: Callable[[bool], Any], armelle: User
) -> None:
    log_in(page, armelle)
    add_key(page)
    page.get_by_role("banner").get_by_role("button", name="Se déconnecter").click()
    page.get_by_label("Adresse e-mail").fill(armelle.email)
    page.get_by_label("Mot de passe", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Se connecter", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Encore une étape")
    assert violations(page) == []
    page.get_by_role("button", name="Utiliser ma clé d’accès").click()
    expect(page.get_by_role("link", name="Mon compte")).to_be_visible()


def test_a_refused_key_says_so_in_french_and_the_password_still_works(
    page: Page, key: Callable[[bool], Any], armelle: User
) -> None:
    log_in(page, armelle)
    add_key(page)
    page.get_by_role("banner").get_by_role("button", name="Se déconnecter").click()
    key(False)
    page.get_by_role("button", name="Se connecter avec une clé d’accès").click()
    expect(page.get_by_role("alert")).to_contain_text("La clé n’a pas été lue")
    assert violations(page) == []


def test_a_key_is_renamed_then_taken_away(page: Page, key: Callable[[bool], Any], armelle: User) -> None:
    log_in(page, armelle)
    add_key(page)
    page.goto("/compte/securite/cles/")
    page.get_by_role("link", name="Renommer Ordinateur du bureau").click()
    page.get_by_label("Nom de la clé").fill("Vieil ordinateur")
    page.get_by_role("button", name="Enregistrer").click()
    page.get_by_role("link", name="Retirer Vieil ordinateur").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Vieil ordinateur")
    page.get_by_role("button", name="Retirer la clé").click()
    expect(page.get_by_text("Aucune clé d’accès pour l’instant.")).to_be_visible()
    assert not Authenticator.objects.filter(user=armelle).exists()


def test_what_is_typed_can_be_read_before_it_is_sent(page: Page, armelle: User) -> None:
    page.goto("/compte/connexion/")
    page.get_by_label("Adresse e-mail").fill(armelle.email)
    page.get_by_label("Mot de passe", exact=True).fill(PASSWORD)
    page.get_by_label("Afficher ce que je tape").check()
    expect(page.locator("#id_password")).to_have_attribute("type", "text")
    page.get_by_label("Afficher ce que je tape").uncheck()
    expect(page.locator("#id_password")).to_have_attribute("type", "password")
