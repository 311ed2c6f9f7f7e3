"""« Premier accueil » (interface.md, journey 2): unknown, urgent, received today, without the mouse."""

from collections.abc import Callable
from pathlib import Path

import pdfplumber
import pytest
import time_machine
from playwright.sync_api import Locator, Page, Route, expect

from appointments.models import Appointment
from tests.browser.axe import violations
from tests.browser.people import People

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
FURTHEST = 60


def tab_to(page: Page, target: Locator) -> None:
    """Press Tab until `target` has the focus."""
    expect(target).to_be_visible()
    for _ in range(FURTHEST):
        if target.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    pytest.fail(f"Tab never reached {target}")


def as_download(route: Route) -> None:
    """Chromium's own reader of PDF files keeps their content to itself."""
    answer = route.fetch()
    route.fulfill(response=answer, headers={**answer.headers, "content-disposition": "attachment"})


def test_an_unknown_urgent_visitor_leaves_with_a_letter(
    monday: time_machine.Traveller, people: People, browser_login: Callable[..., Page]
) -> None:
    page = browser_login(people.nadege)
    page.goto("/agenda/")
    assert violations(page) == []
    tab_to(page, page.get_by_role("link", name="Recevoir tout de suite"))
    page.keyboard.press("Enter")

    name = page.get_by_label("Nom", exact=True)
    expect(name).to_be_focused()
    expect(page.get_by_role("radio", name="Urgent, aujourd’hui")).to_be_checked()
    page.keyboard.type("Kerbrat")
    page.keyboard.press("Tab")
    page.keyboard.type("Soizic")
    expect(page.get_by_text("Personne de connu sous ce nom")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_text("Un ménage s’ouvrira")).to_be_visible()
    tab_to(page, page.get_by_role("radio", name="Madame"))
    page.keyboard.press("Space")
    tab_to(page, page.get_by_role("radio", name="Logement", exact=True))
    page.keyboard.press("Space")
    said = page.locator(".script")
    expect(said).to_contain_text("aujourd’hui")
    expect(page.get_by_role("checkbox", name="La personne est là")).to_be_checked()
    assert violations(page) == []
    page.keyboard.press("Control+Enter")

    expect(page.get_by_role("heading", name="Rendez-vous de Soizic Kerbrat")).to_be_visible()
    expect(page.get_by_text("Attend depuis")).to_be_visible()
    assert violations(page) == []
    appointment = Appointment.objects.get()
    assert appointment.household is not None
    assert appointment.agent in (people.claire, people.mehdi)
    page.route("**/courrier.pdf", as_download)
    with page.expect_download() as printed:
        tab_to(page, page.get_by_role("main").get_by_role("link", name="Courrier"))
        page.keyboard.press("Enter")
    with pdfplumber.open(Path(printed.value.path())) as pdf:
        letter = pdf.pages[0].extract_text()
    assert "Madame Soizic Kerbrat" in letter
    assert f"avec {appointment.agent.full_name}" in letter.replace("\n", " ")
