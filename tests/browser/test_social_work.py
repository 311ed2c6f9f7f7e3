"""« L’entretien » and « La complétude » (interface.md, journeys 3 and 4), with the keyboard."""

import re
from collections.abc import Callable
from datetime import date

import pytest
import time_machine
from playwright.sync_api import Page, expect

from appointments.models import Appointment
from households.models import Budget, Note
from households.team import own_work
from rights.enums import FileState
from rights.models import RightsFile
from rights.services import open_file
from tests.browser.axe import violations
from tests.browser.people import MONDAY, People
from tests.browser.test_whole_case import enter, said, saved_by
from tests.factories import AppointmentFactory, RightFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.timeout(300)]
type Login = Callable[..., Page]


def test_the_interview(monday: time_machine.Traveller, people: People, browser_login: Login) -> None:
    """Receive, write, budget, a right and its missing pieces, the next appointment: all from the household's file."""
    appointment = AppointmentFactory(
        agent=people.claire, household=people.household, person=people.maelle, start=MONDAY.replace(minute=30)
    )
    page = browser_login(people.claire)
    page.goto("/")
    enter(page.get_by_role("link", name="Maëlle Le Goff"))
    enter(page.get_by_role("button", name="Recevoir maintenant"))
    enter(page.get_by_role("link", name="Le Goff", exact=True))
    expect(page.get_by_role("heading", name="Le Goff", level=1)).to_be_visible()
    file = page.url
    page.wait_for_load_state()  # its scripts too: they listen to the key

    page.keyboard.press("Alt+n")
    page.get_by_role("textbox", name="Note", exact=True).press_sequentially("La mutuelle s’arrête.")
    expect(page.locator("[data-draft-status]")).to_contain_text("rouillon enregistré")
    enter(page.get_by_role("button", name="Enregistrer la note"))
    said(page, "nregistrée")
    assert Note.objects.get().text == "La mutuelle s’arrête."

    enter(page.get_by_role("link", name="Situation et budget"))
    enter(page.get_by_role("link", name="Faire le budget").first)
    expect(page.get_by_label("Salaire net", exact=True)).to_be_visible()
    page.wait_for_load_state()
    page.get_by_label("Salaire net", exact=True).fill("980")
    rent = page.get_by_label("Loyer ou redevance (avant aide)", exact=True)
    rent.fill("450,50")
    expect(page.locator("#totaux")).to_contain_text("529,50")
    assert violations(page) == []
    rent.press("Control+Enter")
    said(page, "Le budget est enregistré")
    expect(page.get_by_text("529,50\u00a0€").first).to_be_visible()
    assert Budget.objects.get().household == people.household

    page.goto(file)
    page.locator("details.menu summary").press("Enter")
    enter(page.get_by_role("link", name="Ouvrir un dossier CSS"))
    enter(page.get_by_label("Date de dépôt"))
    missing = "\n".join(saved_by(page.get_by_role("link", name="Lettre des pièces manquantes")))
    assert "pièces à fournir" in missing
    assert "Madame" in missing or "Maëlle Le Goff" in missing

    enter(page.get_by_role("link", name="Synthèse"))
    page.locator("details.menu summary").press("Enter")
    enter(page.get_by_role("link", name="Prendre rendez-vous", exact=True))
    expect(page.get_by_role("heading", name="Prendre un rendez-vous")).to_be_visible()
    page.wait_for_load_state()
    page.get_by_label("Motif").select_option(index=1)
    expect(page.locator(".script")).to_contain_text("Claire Vasseur")
    page.keyboard.press("Control+Enter")
    said(page, "Rendez-vous pris")
    following = Appointment.objects.exclude(pk=appointment.pk).get()
    assert (following.agent, following.household) == (people.claire, people.household)


def test_the_complete_file(monday: time_machine.Traveller, people: People, browser_login: Login) -> None:
    """Pieces arrive at the desk, which does not see the case; the worker is told and finishes."""
    request = open_file(
        by=people.claire,
        household=people.household,
        applicant=people.maelle,
        right=RightFactory(code="css"),
        agent=people.claire,
        opened_on=date(2026, 11, 16),
        deposit_on=date(2026, 11, 16),
    )
    desk = browser_login(people.nadege)
    desk.goto("/droits/depot/")
    desk.get_by_label("Nom, téléphone, naissance ou numéro").last.press_sequentially("goff")
    desk.keyboard.press("Enter")
    enter(desk.get_by_role("link", name="Maëlle Le Goff"))
    boxes = desk.get_by_role("checkbox")
    expect(boxes).to_have_count(9)
    for box in boxes.all():
        box.press("Space")
    assert violations(desk) == []
    assert request.number not in desk.content(), "the desk sees what is awaited, never the file"
    enter(desk.get_by_role("button", name="Enregistrer la réception"))
    said(desk, "À vérifier par Claire Vasseur")
    refused = desk.goto(f"/droits/dossiers/{request.pk}/")
    assert refused is not None
    assert refused.status == 403

    page = browser_login(people.claire)
    page.goto("/a-faire/")
    enter(page.get_by_role("link", name=re.compile("reçues à vérifier")))
    checked = page.get_by_role("button", name=re.compile("^Vérifiée"))
    expect(checked).to_have_count(9)
    for left in reversed(range(9)):
        line = page.locator("li.piece").filter(has=checked).first
        issued = line.locator("input[name=issued_on]")
        if issued.count():
            issued.fill("20/11/2026")
        enter(line.get_by_role("button", name=re.compile("^Vérifiée")))
        expect(checked).to_have_count(left)
    assert RightsFile.objects.get().state == FileState.COMPLETE
    enter(page.locator("section[aria-labelledby=avis]").get_by_role("link", name="Écrire"))
    page.get_by_label("Avis du CIAS").select_option(index=1)
    page.get_by_label("Motivation").fill("Sans couverture depuis décembre.")
    enter(page.get_by_role("button", name="Enregistrer"))
    enter(page.get_by_role("link", name="Transmettre"))
    page.get_by_label("La personne est d’accord").press("Space")
    enter(page.get_by_role("button", name="Enregistrer"))
    expect(page.get_by_text("Transmis").first).to_be_visible()
    slip = "\n".join(saved_by(page.get_by_role("link", name="Bordereau")))
    assert "Bordereau de transmission" in slip
    titles = [item.title for item in own_work(people.claire, date(2026, 11, 23))]
    assert not [title for title in titles if "ransmettre" in title or "vérifier" in title]
