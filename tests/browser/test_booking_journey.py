"""« Le téléphone sonne » (interface.md, journeys 1 and 2): the booking page under real fingers."""

import re
from collections.abc import Callable

import pytest
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from appointments.models import Appointment
from cias.accounts.models import User
from households.models import Household
from tests.appointments.conftest import at_work
from tests.browser.axe import violations
from tests.browser.conftest import session_of
from tests.factories import AssignmentFactory, HouseholdFactory, MembershipFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
BOOK = "/agenda/rendez-vous/prendre/"


@pytest.fixture
def called(nadege: User, claire: User, mehdi: User) -> Household:
    """Mme Le Goff, followed by Claire; two agents at work."""
    at_work(claire)
    at_work(mehdi)
    membership = MembershipFactory(
        person__birth_name="Le Goff", person__first_names="Maëlle", household__name="Le Goff"
    )
    AssignmentFactory(household=membership.household, agent=claire)
    return membership.household


class Fingers:
    """Count every key that goes down; a chord like Ctrl+Enter is one press."""

    def __init__(self, page: Page) -> None:
        self.page, self.presses = page, 0

    def press(self, key: str) -> None:
        self.presses += 1
        self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        for letter in text:
            self.press(letter)


def test_a_known_caller_is_booked_with_their_referent_in_at_most_twelve_key_presses(
    called: Household, nadege: User, claire: User, browser_login: Callable[..., Page]
) -> None:
    page = browser_login(nadege)
    page.goto("/menages/")
    fingers = Fingers(page)
    fingers.press("Alt+r")
    expect(page.get_by_label("Nom", exact=True)).to_be_focused()
    fingers.type("goff")
    expect(page.get_by_role("button", name="C’est elle")).to_be_visible()
    fingers.press("Enter")
    expect(page.get_by_role("radio", name="Logement")).to_be_focused()
    fingers.press("ArrowRight")
    expect(page.locator(".script")).to_contain_text("Madame Le Goff, nous vous attendons")
    expect(page.locator(".script")).to_contain_text("avec Claire Vasseur")
    fingers.press("3")
    third = page.locator("input[name=slot]").nth(2)
    expect(third).to_be_checked()
    expect(page.locator("#said")).to_be_attached()
    fingers.press("Control+Enter")
    expect(page.get_by_role("status").filter(has_text="Rendez-vous pris")).to_be_visible()
    assert fingers.presses <= 12
    appointment = Appointment.objects.get()
    assert (appointment.household, appointment.agent) == (called, claire)
    assert appointment.reason.code == "droits"


def test_a_name_typed_before_the_page_is_ready_is_searched_too(
    called: Household, nadege: User, browser_login: Callable[..., Page]
) -> None:
    page, held = browser_login(nadege), []
    page.route(re.compile(r"/htmx-2[.\w]*\.js"), lambda route: held.append(route))
    page.goto(BOOK, wait_until="commit")
    page.get_by_label("Nom", exact=True).press_sequentially("goff")
    held[0].continue_()
    expect(page.get_by_role("button", name="C’est elle")).to_be_visible()


def test_the_digits_of_a_french_keyboard_choose_a_slot(
    called: Household, nadege: User, browser_login: Callable[..., Page]
) -> None:
    """Without Shift the key of « 2 » types « é »."""
    page = browser_login(nadege)
    page.goto(f"{BOOK}?menage={called.pk}")
    page.get_by_text("Droits", exact=True).click()
    expect(page.locator("input[name=slot]").first).to_be_attached()
    page.evaluate(
        "document.activeElement.dispatchEvent(new KeyboardEvent('keydown', "
        "{key: 'é', code: 'Digit2', bubbles: true}))"
    )
    expect(page.locator("input[name=slot]").nth(1)).to_be_checked()
    note = page.get_by_label("Note pour l’agent")
    note.click()
    page.keyboard.press("4")
    expect(note).to_have_value("4")
    expect(page.locator("input[name=slot]").nth(3)).not_to_be_checked()


def test_digits_do_nothing_for_those_who_switched_them_off(
    called: Household, nadege: User, browser_login: Callable[..., Page]
) -> None:
    nadege.keyboard_shortcuts = False
    nadege.save()
    page = browser_login(nadege)
    page.goto(f"{BOOK}?menage={called.pk}")
    page.get_by_text("Droits", exact=True).click()
    third = page.locator("input[name=slot]").nth(2)
    expect(third).to_be_attached()
    page.keyboard.press("3")
    expect(third).not_to_be_checked()


def test_an_unknown_urgent_caller_gets_a_file_and_an_appointment_without_the_mouse(
    called: Household, nadege: User, browser_login: Callable[..., Page]
) -> None:
    page = browser_login(nadege)
    page.goto(BOOK)
    page.keyboard.type("Kerbrat")
    page.keyboard.press("Tab")
    page.keyboard.type("Soizic")
    expect(page.get_by_text("Personne de connu")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_text("Un ménage s’ouvrira")).to_be_visible()
    assert violations(page) == []
    page.get_by_role("textbox", name="Téléphone").fill("06 39 98 04 17")
    page.get_by_role("radio", name="Logement").focus()
    page.keyboard.press("Space")
    page.get_by_role("radio", name="Cette semaine").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("radio", name="Urgent")).to_be_checked()
    expect(page.locator("input[name=slot]").first).to_be_attached()
    assert violations(page) == []
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("heading", name="Rendez-vous de Soizic Kerbrat")).to_be_visible()
    assert Appointment.objects.get().person.phone == "+33639980417"


def test_a_slot_taken_meanwhile_offers_three_and_keeps_the_note(
    called: Household, nadege: User, claire: User, browser_login: Callable[..., Page]
) -> None:
    pages = [browser_login(nadege), browser_login(nadege)]
    other = HouseholdFactory(with_applicant=True)
    for page, household in zip(pages, (called, other), strict=True):
        page.goto(f"{BOOK}?menage={household.pk}&agent={claire.pk}")
        page.get_by_text("Droits", exact=True).click()
        expect(page.locator("input[name=slot]:checked")).to_be_attached()
    pages[1].keyboard.press("Control+Enter")
    expect(pages[1].get_by_role("status").filter(has_text="Rendez-vous pris")).to_be_visible()
    late = pages[0]
    late.get_by_label("Note pour l’agent").fill("Vient avec sa fille")
    late.keyboard.press("Control+Enter")
    expect(late.get_by_role("alert")).to_contain_text("Ce créneau vient d’être pris")
    expect(late.locator("input[name=slot]")).to_have_count(3)
    expect(late.locator("input[name=slot]").first).to_be_checked()
    expect(late.get_by_label("Note pour l’agent")).to_have_value("Vient avec sa fille")
    assert violations(late) == []
    late.keyboard.press("2")
    late.keyboard.press("Control+Enter")
    expect(late.get_by_role("status").filter(has_text="Rendez-vous pris")).to_be_visible()
    assert Appointment.objects.get(household=called).practical_note == "Vient avec sa fille"


def test_the_page_books_without_javascript(
    called: Household,
    nadege: User,
    browser: object,
    live_server: LiveServer,
) -> None:
    context: BrowserContext = browser.new_context(java_script_enabled=False, base_url=live_server.url)
    name = settings.SESSION_COOKIE_NAME
    context.add_cookies(
        [{"name": name, "value": session_of(nadege).cookies[name].value, "url": live_server.url}]
    )
    page = context.new_page()
    page.goto(reverse("appointments:book"))
    page.get_by_label("Nom", exact=True).fill("le goff")
    page.get_by_role("button", name="Chercher").click()
    page.get_by_role("button", name="C’est elle").click()
    page.get_by_text("Droits", exact=True).click()
    page.get_by_role("button", name="Voir les créneaux").click()
    page.locator("label.slot").nth(1).click()
    page.get_by_role("button", name="Confirmer").click()
    expect(page.get_by_role("heading", name="Rendez-vous de Maëlle Le Goff")).to_be_visible()
    assert Appointment.objects.get().household == called
    context.close()
