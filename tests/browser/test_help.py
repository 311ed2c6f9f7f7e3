"""The help beside a screen: by mouse, by keyboard, on a phone, without script, on paper."""

from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from cias.accounts.enums import Role
from tests.browser.axe import violations
from tests.browser.conftest import session_of
from tests.browser.layout import misprints, overflow
from tests.factories import UserFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.timeout(900)]

PAGES = ("/aide/", "/aide/?q=rsa", "/aide/glossaire/", "/aide/prendre-rendez-vous/", "/aide/connexion/")


def test_the_panel_opens_beside_the_screen_and_gives_the_focus_back(
    browser_login: Callable[..., Page],
) -> None:
    page = browser_login(UserFactory(role=Role.SOCIAL_WORKER))
    page.goto("/menages/")
    link, panel = page.get_by_role("link", name="Aide", exact=True), page.locator("#aide")
    page.get_by_label("Nom, téléphone, naissance, numéro").fill("le goff")
    page.get_by_role("heading", level=1).click()
    page.keyboard.press("?")
    expect(panel.get_by_role("heading", name="Listes, filtres et vues")).to_be_focused()
    expect(link).to_have_attribute("aria-expanded", "true")
    # The screen is still there to work in, and what was typed too.
    expect(page.get_by_label("Nom, téléphone, naissance, numéro")).to_have_value("le goff")
    page.get_by_role("link", name="Nouveau ménage").first.click(trial=True)
    assert violations(page) == []
    assert overflow(page) == []
    # From one page of the help to another, without leaving the screen.
    panel.get_by_role("link", name="les exports", exact=True).click()
    expect(panel.get_by_role("heading", name="Exports", exact=True)).to_be_focused()
    assert page.url.endswith("/menages/")
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    expect(link).to_be_focused()
    # The same key opens and closes.
    page.keyboard.press("?")
    expect(panel).to_be_visible()
    page.keyboard.press("?")
    expect(panel).to_be_hidden()


def test_on_a_phone_it_covers_the_screen_and_holds_the_focus(browser_login: Callable[..., Page]) -> None:
    page = browser_login(UserFactory(role=Role.SOCIAL_WORKER))
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto("/menages/")
    page.get_by_role("link", name="Aide", exact=True).click()
    panel = page.locator("#aide")
    expect(panel).to_be_visible()
    assert panel.evaluate("one => one.matches(':modal')")
    assert overflow(page) == []
    assert violations(page) == []
    panel.get_by_role("button", name="Fermer l’aide").click()
    expect(panel).to_be_hidden()
    expect(page.get_by_role("link", name="Aide", exact=True)).to_be_focused()


def test_an_acronym_says_what_it_stands_for_to_the_keyboard(browser_login: Callable[..., Page]) -> None:
    page = browser_login(UserFactory(role=Role.SOCIAL_WORKER))
    page.goto("/aide/droits/")
    term = page.locator("abbr.term", has_text="RSA").first
    term.focus()
    shown = term.evaluate("one => getComputedStyle(one, '::after').content")
    assert "Revenu de solidarité active" in shown
    page.keyboard.press("Escape")
    expect(term).not_to_be_focused()


def test_without_script_the_link_leads_to_the_page(
    browser: Browser, live_server: object, settings: object
) -> None:
    user = UserFactory(role=Role.SOCIAL_WORKER)
    name = settings.SESSION_COOKIE_NAME
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False, locale="fr-FR")
    context.add_cookies(
        [{"name": name, "value": session_of(user).cookies[name].value, "url": live_server.url}]
    )
    page = context.new_page()
    page.goto("/menages/")
    page.get_by_role("link", name="Aide", exact=True).click()
    expect(page.get_by_role("heading", level=1, name="Listes, filtres et vues")).to_be_visible()
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_guide_has_no_fault_at_any_width(browser_login: Callable[..., Page], scheme: str) -> None:
    page = browser_login(UserFactory(role=Role.DIRECTOR, first_steps_since=timezone.now()))
    page.emulate_media(color_scheme=scheme)
    faults = []
    for url in (*PAGES, "/"):
        page.goto(url)
        for width in (1440, 820, 320):
            page.set_viewport_size({"width": width, "height": 900})
            faults += [f"{url} at {width} px: {fault}" for fault in [*violations(page), *overflow(page)]]
        page.set_viewport_size({"width": 1440, "height": 900})
        faults += [f"{url} printed: {fault}" for fault in misprints(page)]
    assert not faults, "\n".join(faults)
