"""Reception's day lives by itself (A5): what colleagues do shows without reload, and takes nobody's place away."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pdfplumber
import pytest
import time_machine
from django.utils import timezone
from playwright.sync_api import Page, expect

from appointments.enums import Status
from appointments.models import Appointment, DeskContact
from appointments.services import cancel, check_in
from cias.core.periods import PARIS
from tests.browser.axe import violations
from tests.browser.people import People
from tests.factories import AppointmentFactory, PresenceFactory, UserFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DAY = "/agenda/"


def today_at(hour: int, minute: int = 0) -> datetime:
    return timezone.localtime().astimezone(PARIS).replace(hour=hour, minute=minute, second=0, microsecond=0)


def test_a_colleagues_booking_arrival_and_cancellation_show_without_reload(
    monday: time_machine.Traveller, people: People, browser_login: Callable[..., Page]
) -> None:
    desk, colleague = browser_login(people.nadege), browser_login(people.nadege)
    desk.goto(DAY)
    desk.evaluate("window.opened = true")
    cell = desk.get_by_role("table").get_by_role("link", name="Maëlle Le Goff")
    expect(cell).to_have_count(0)
    colleague.goto(f"/agenda/rendez-vous/prendre/?menage={people.household.pk}&agent={people.claire.pk}")
    colleague.get_by_text("Droits", exact=True).click()
    expect(colleague.locator("input[name=slot]:checked")).to_be_attached()
    colleague.keyboard.press("Control+Enter")
    expect(cell).to_be_visible()
    appointment = Appointment.objects.get()
    check_in(by=people.nadege, appointment=appointment)
    expect(desk.locator("#card-waiting")).to_contain_text("Maëlle Le Goff")
    expect(desk.locator("#day-summary")).to_contain_text("1 personne en salle d’attente")
    cancel(by=people.claire, appointment=appointment, status=Status.CANCELLED_BY_USER)
    expect(cell).to_have_count(0)
    expect(desk.locator("#day-summary")).to_contain_text("1 annulé")
    assert desk.evaluate("window.opened"), "the page was loaded again"
    assert violations(desk) == []


def test_focus_and_scrolling_survive_a_refresh(
    monday: time_machine.Traveller, people: People, browser_login: Callable[..., Page]
) -> None:
    kept = AppointmentFactory(agent=people.claire, start=today_at(15), household=people.household)
    desk = browser_login(people.nadege)
    desk.set_viewport_size({"width": 400, "height": 800})
    desk.goto(DAY)
    link = desk.locator(f"#at-{people.claire.pk}-{kept.pk}")
    link.focus()
    desk.locator("#day-scroll").evaluate("table => { table.scrollLeft = 60 }")
    AppointmentFactory(agent=people.mehdi, start=today_at(16), household=people.household)
    expect(desk.get_by_role("table").get_by_role("link", name="Le Goff")).to_have_count(2)
    expect(link).to_be_focused()
    assert desk.locator("#day-scroll").evaluate("table => table.scrollLeft") == 60
    # The slot one is about to press is taken by somebody else: the table, not the top of the page, has the focus.
    free = desk.locator(f"#free-{people.mehdi.pk}-1330")
    free.focus()
    AppointmentFactory(agent=people.mehdi, start=today_at(13, 30), household=people.household)
    expect(free).to_have_count(0)
    expect(desk.locator("#day-scroll")).to_be_focused()


def test_another_day_is_live_too_and_an_ended_session_asks_to_log_in(
    monday: time_machine.Traveller, people: People, browser_login: Callable[..., Page]
) -> None:
    tomorrow = today_at(10) + timedelta(days=1)
    desk = browser_login(people.nadege)
    desk.goto(f"{DAY}?jour={tomorrow:%Y-%m-%d}")
    AppointmentFactory(agent=people.claire, start=tomorrow, household=people.household)
    expect(desk.get_by_role("table").get_by_role("link", name="Le Goff")).to_be_visible()
    desk.context.clear_cookies()
    desk.wait_for_url("**/compte/connexion/**", timeout=15_000)


def test_counting_visits_keeps_the_focus_on_the_button(
    monday: time_machine.Traveller, people: People, browser_login: Callable[..., Page]
) -> None:
    desk = browser_login(people.nadege)
    desk.set_viewport_size({"width": 320, "height": 700})
    desk.goto(DAY)
    more = desk.get_by_role("button", name="Compter une visite « Droits » de plus")
    more.focus()
    for count in ("1", "2"):
        desk.keyboard.press("Enter")
        expect(desk.locator("#count-visit-droits b")).to_have_text(count)
        expect(more).to_be_focused()
    desk.keyboard.press("Shift+Tab")
    less = desk.get_by_role("button", name="Retirer ma dernière visite « Droits »")
    expect(less).to_be_focused()
    desk.keyboard.press("Enter")
    expect(desk.locator("#count-visit-droits b")).to_have_text("1")
    expect(less).to_be_focused()
    desk.keyboard.press("Enter")
    expect(less).to_have_count(0)
    expect(desk.locator("#count-visit-droits")).to_be_focused()
    assert DeskContact.objects.count() == 0
    assert violations(desk) == []


def test_the_day_of_fourteen_agents_prints_on_one_landscape_page(
    monday: time_machine.Traveller, people: People, browser_login: Callable[..., Page], tmp_path: Path
) -> None:
    for number in range(12):
        agent = UserFactory(first_name="Anne-Sophie", last_name=f"Delaunay{number}", has_agenda=True)
        PresenceFactory.full_week(agent)
        AppointmentFactory(agent=agent, start=today_at(15), household=people.household)
    desk = browser_login(people.nadege)
    desk.goto(DAY)
    printed = tmp_path / "journee.pdf"
    desk.pdf(path=printed, prefer_css_page_size=True)
    with pdfplumber.open(printed) as pdf:
        (sheet,) = pdf.pages
        text = sheet.extract_text()
        letters = [char for char in sheet.chars if char["text"].strip()]
    assert (round(sheet.width), round(sheet.height)) == (842, 595)
    assert all(f"Delaunay{number}" in text for number in range(12))
    assert text.count("Le Goff") == 12
    assert "salle d’attente" in text
    assert "Prochaines" not in text
    assert "Sans rendez-vous" not in text
    assert max(char["x1"] for char in letters) < sheet.width
    assert min(char["size"] for char in letters) > 5.5
