"""The one place where the password is really typed; elsewhere a session cookie stands for it."""

import pytest
from django.contrib.auth.hashers import make_password
from playwright.sync_api import Page, expect

from cias.accounts.enums import Role
from tests.browser.axe import violations
from tests.factories import UserFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASSWORD = "Beffroi-de-cuivre-47"


def test_logging_in_and_out_with_the_keyboard(page: Page) -> None:
    UserFactory(email="armelle@cias.test", role=Role.ADMIN, password=make_password(PASSWORD))
    page.goto("/administration/")
    expect(page).to_have_url("/compte/connexion/?next=/administration/")
    page.get_by_label("Adresse e-mail").press_sequentially("armelle@cias.test")
    page.keyboard.press("Tab")
    page.keyboard.type("pas-celui-la")
    page.keyboard.press("Enter")
    expect(page.locator("[data-error-summary]")).to_be_focused()
    assert violations(page) == []
    page.get_by_label("Mot de passe", exact=True).fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Administration")
    page.get_by_role("button", name="Se déconnecter").press("Enter")
    expect(page).to_have_url("/compte/connexion/")
    page.goto("/administration/")
    expect(page.get_by_label("Adresse e-mail")).to_be_visible()
