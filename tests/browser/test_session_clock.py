"""The session's clock in a browser: the warning, one key to go on, the hidden page, and the text found again."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.hashers import make_password
from django.contrib.sessions.models import Session
from django.urls import reverse
from playwright.sync_api import Page, expect

from cias.accounts.models import User
from tests.access.world import World
from tests.browser.test_login import PASSWORD
from tests.factories import UserFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.timeout(300)]
TYPED = "Tapé avant le déjeuner"


@pytest.fixture
def author(world: World) -> User:
    return UserFactory(email="lucie@cias.test", password=make_password(PASSWORD))


def test_the_warning_is_read_out_and_one_key_goes_on(
    author: User, browser_login: Callable[[User], Page], settings: Any
) -> None:
    settings.SESSION_IDLE_SECONDS = 303  # the warning comes three seconds after the page
    page = browser_login(author)
    page.goto(reverse("accounts:me"))
    dialog = page.get_by_role("alertdialog", name="Votre session va se fermer")
    expect(dialog).to_be_visible()
    expect(dialog).to_contain_text("minutes")
    expect(page.get_by_role("button", name="Continuer à travailler")).to_be_focused()
    settings.SESSION_IDLE_SECONDS = 1800
    with page.expect_response(lambda answer: answer.url.endswith(reverse("accounts:extend"))) as answer:
        page.keyboard.press("Enter")
    assert answer.value.json()["idle"] > 300
    expect(dialog).to_be_hidden()


def test_a_page_left_open_is_hidden_and_given_back_to_its_author(
    author: User, browser_login: Callable[[User], Page], world: World, settings: Any
) -> None:
    settings.SESSION_IDLE_SECONDS = 1800
    page = browser_login(author)
    page.goto(reverse("households:note_create", args=[world.household.pk]))
    text = page.get_by_label("Note", exact=True)
    text.fill(TYPED)
    Session.objects.all().delete()
    page.evaluate("window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    lock = page.get_by_role("alertdialog", name="Votre session est fermée")
    expect(lock).to_be_visible()
    expect(text).to_be_hidden()
    page.keyboard.press("Escape")
    expect(lock).to_be_visible()
    with page.expect_popup() as opened:
        lock.get_by_role("link").click()
    tab = opened.value
    tab.get_by_label("Adresse e-mail").fill(author.email)
    tab.get_by_label("Mot de passe", exact=True).fill(PASSWORD)
    tab.keyboard.press("Enter")
    expect(tab.get_by_role("button", name="Se déconnecter")).to_be_visible()
    tab.close()
    if lock.is_visible():  # coming back to the tab may have reopened the page already
        lock.get_by_role("button", name="Je suis reconnecté").click()
    expect(lock).to_be_hidden()
    expect(text).to_have_value(TYPED)
    page.get_by_role("button", name="Enregistrer la note").click()
    expect(page.get_by_text("La note est enregistrée.")).to_be_visible()
