"""Both dashboards in a browser: a number leads the direction to its list, and tells the board where it comes from."""

from collections.abc import Callable
from datetime import date

import pytest
from playwright.sync_api import Page, expect

from cias.territory.models import Commune, Zone
from tests.browser.axe import violations
from tests.browser.layout import misprints, overflow
from tests.browser.people import People
from tests.dashboard.test_board import frozen, quarters
from tests.dashboard.test_steering import service

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.timeout(300)]
WIDTHS = (1440, 820, 320)


def faults_of(page: Page) -> list[str]:
    """What axe, the page's width and its typography say, at each width and in dark."""
    found = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        found += [f"{width} px: {fault}" for fault in [*violations(page), *overflow(page), *misprints(page)]]
    page.emulate_media(color_scheme="dark")
    page.reload()
    found += [f"dark: {fault}" for fault in violations(page)]
    page.emulate_media(color_scheme="light")
    page.reload()
    page.set_viewport_size({"width": 1440, "height": 900})
    return found


def test_the_direction_follows_a_number_to_its_list(
    people: People, browser_login: Callable[..., Page]
) -> None:
    service(people.claire, people.mehdi)
    page = browser_login(people.isabelle)
    page.goto("/")
    page.get_by_role("link", name="Pilotage").first.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Tableau de bord de la direction")
    assert faults_of(page) == []

    late = page.get_by_role("region", name="Échéances dépassées").get_by_role("listitem")
    line = late.filter(has_text="Demandes de logement social non renouvelées")
    expect(line.locator(".status-late")).to_contain_text("1")
    line.get_by_role("link").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Demandes de logement social")
    expect(page.locator(".page-head")).to_contain_text("1 demande")

    page.go_back()
    page.get_by_label("Période").select_option(label="2025")
    page.get_by_label("Période").press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=2, name="2025")).to_be_visible()
    expect(page.get_by_role("table", name="Absences et rendez-vous tenus")).to_contain_text("Décembre")


def test_a_board_member_asks_where_a_number_comes_from(
    territory: None, people: People, browser_login: Callable[..., Page]
) -> None:
    zone = Zone.objects.create(code="sud", name="Communes rurales du sud")
    Commune.objects.filter(code__in=["28004", "28049", "28060"]).update(zone=zone)
    for year, values in (
        (2023, [402, 431, 388, 440]),
        (2024, [401, 418, 396, 437]),
        (2025, [512, 529, 498, 561]),
    ):
        frozen(date(year, 12, 31), quarters(year, values))
    frozen(date(2026, 9, 30), quarters(2026, [583, 592, 574]))
    page = browser_login(people.francoise)
    page.goto("/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Tableau de bord du conseil d’administration")

    asked = page.get_by_text("D’où vient ce chiffre\u00a0: Ménages suivis", exact=True).first
    asked.press("Enter")
    card = page.locator("details[open]").filter(has_text="D’où vient ce chiffre").first
    expect(card).to_contain_text("Janvier à septembre 2026")
    expect(card).to_contain_text("CIAS d’essai")
    assert faults_of(page) == []

    page.get_by_label("Période", exact=True).select_option(label="2025, arrondis")
    page.get_by_label("Carte", exact=True).select_option(label="Communes rurales du sud")
    page.get_by_role("button", name="Afficher").press("Enter")
    expect(page.locator("main")).to_contain_text("Année 2025")
    expect(page.get_by_role("heading", name="D’une édition à l’autre")).to_be_visible()
    # Nothing else to choose: two filters, one of the period and one of the map.
    expect(page.locator("main select")).to_have_count(2)
