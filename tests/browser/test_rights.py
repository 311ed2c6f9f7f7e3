"""Access to rights as fast as promised: a file in two clicks from the household, pieces received without a mouse."""

from collections.abc import Callable

import pytest
import time_machine
from playwright.sync_api import Page, expect

from rights.enums import FileState, PieceState
from rights.models import RightsFile
from rights.services import open_file
from tests.browser.axe import violations
from tests.browser.people import MONDAY, People
from tests.browser.test_whole_case import said
from tests.factories import RightFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.timeout(300)]
type Login = Callable[..., Page]


def test_two_clicks_from_the_household_open_a_file(
    monday: time_machine.Traveller, people: People, browser_login: Login
) -> None:
    RightFactory(code="css", acronym="CSS", is_frequent=True)
    page = browser_login(people.claire)
    page.goto(f"/menages/{people.household.pk}/")
    page.get_by_role("link", name="CSS", exact=True).click()
    page.get_by_role("button", name="Ouvrir le dossier").click()
    said(page, "avec sa liste de pièces")
    assert RightsFile.objects.get().state == FileState.DRAFT
    assert violations(page) == []


def test_the_desk_receives_pieces_with_the_keyboard_alone(
    monday: time_machine.Traveller, people: People, browser_login: Login
) -> None:
    """Name, Enter; Enter on who was found; Space on what is handed over; Enter."""
    file = open_file(
        by=people.claire, household=people.household, applicant=people.maelle, right=RightFactory(code="css"),
        agent=people.claire, opened_on=MONDAY.date(), deposit_on=MONDAY.date(),
    )  # fmt: skip
    page = browser_login(people.nadege)
    page.goto("/droits/depot/")
    keys = page.keyboard
    keys.type("le gof")
    keys.press("Enter")
    expect(page.get_by_role("link", name="Maëlle Le Goff")).to_be_focused()
    keys.press("Enter")
    expect(page.get_by_role("checkbox").first).to_be_focused()
    keys.press("Space")
    keys.press("Tab")
    keys.press("Space")
    keys.press("Enter")
    said(page, "2\u00a0pièces enregistrées. À vérifier par Claire Vasseur.")
    assert file.pieces.filter(state=PieceState.RECEIVED).count() == 2
    assert violations(page) == []
