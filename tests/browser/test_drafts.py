"""Nothing typed in a note is lost: a killed tab, a session that ends, a colleague who logs in, a hasty log-out."""

import os
import signal
from collections.abc import Callable

import pytest
from django.contrib.auth.hashers import make_password
from django.contrib.sessions.models import Session
from django.urls import reverse
from playwright.sync_api import Locator, Page, expect

from cias.accounts.models import User
from households.models import Note, NoteDraft
from tests.access.world import World
from tests.browser.test_login import PASSWORD
from tests.factories import UserFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.timeout(300)]
type Login = Callable[[User], Page]


@pytest.fixture
def author(world: World) -> User:
    return UserFactory(email="lucie@cias.test", password=make_password(PASSWORD))


@pytest.fixture
def page(author: User, world: World, browser_login: Login) -> Page:
    page = browser_login(author)
    page.goto(reverse("households:note_create", args=[world.household.pk]))
    return page


def text_of(page: Page) -> Locator:
    return page.get_by_label("Note", exact=True)


def log_in_beside(page: Page, user: User) -> None:
    """As the message says: the link opens a new tab, where one logs in."""
    with page.expect_popup() as opened:
        page.get_by_role("link", name="Reconnectez-vous dans un nouvel onglet").click()
    tab = opened.value
    tab.get_by_label("Adresse e-mail").fill(user.email)
    tab.get_by_label("Mot de passe", exact=True).fill(PASSWORD)
    tab.keyboard.press("Enter")
    expect(tab.get_by_role("button", name="Se déconnecter")).to_be_visible()
    tab.close()


def test_a_killed_tab_gives_back_what_was_typed(page: Page, world: World) -> None:
    text_of(page).press_sequentially("Elle attend")
    expect(page.get_by_text("brouillon enregistré à")).to_be_visible()
    context = page.context
    browser = context.browser
    assert browser is not None
    processes = browser.new_browser_cdp_session().send("SystemInfo.getProcessInfo")["processInfo"]
    with page.expect_event("crash"):
        # Killed by the system: no event of the page runs.
        for process in processes:
            if process["type"] == "renderer":
                os.kill(process["id"], signal.SIGKILL)
    again = context.new_page()
    again.goto(reverse("households:note_create", args=[world.household.pk]))
    expect(text_of(again)).to_have_value("Elle attend")


def test_a_session_that_ended_keeps_the_text_until_its_author_is_back(page: Page, author: User) -> None:
    Session.objects.all().delete()
    text_of(page).press_sequentially("Écrit pendant le déjeuner.")
    page.get_by_role("button", name="Enregistrer la note").click()
    expect(page.get_by_text("Votre session est fermée.")).to_be_visible()
    expect(text_of(page)).to_have_value("Écrit pendant le déjeuner.")
    assert not Note.objects.filter(author=author, text__startswith="Écrit").exists()
    log_in_beside(page, author)
    page.get_by_role("button", name="Enregistrer la note").click()
    expect(page.get_by_text("La note est enregistrée.")).to_be_visible()
    assert Note.objects.filter(author=author, text="Écrit pendant le déjeuner.").count() == 1
    assert not NoteDraft.objects.filter(author=author).exists()


def test_a_text_does_not_change_hands_with_the_session(page: Page, world: World) -> None:
    colleague = User.objects.get(email="autrice@cias.test")
    colleague.password = make_password(PASSWORD)
    colleague.save(update_fields=["password"])
    Session.objects.all().delete()
    text_of(page).press_sequentially("Pour moi seule.")
    expect(page.get_by_text("Votre session est fermée.")).to_be_visible()
    log_in_beside(page, colleague)
    page.get_by_role("button", name="Garder en brouillon").click()
    expect(page.get_by_text("ouverte par une autre personne")).to_be_visible()
    assert not NoteDraft.objects.filter(author=colleague).exists()


def test_logging_out_waits_for_what_is_being_typed(page: Page, author: User) -> None:
    text_of(page).press_sequentially("Je pars vite")
    page.get_by_role("button", name="Se déconnecter").click()
    expect(page).to_have_url(reverse("account_login"))
    assert NoteDraft.objects.get(author=author, note=None).values["text"] == ["Je pars vite"]
