"""The psychologist's day with the keyboard: a note in one click, two tabs, a liaison note, what colleagues see."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from playwright.sync_api import Page, expect

from appointments.enums import Status
from cias.accounts.enums import Role
from cias.accounts.models import User
from insertion.models import CounsellingSession, SealedNote
from tests.browser.axe import violations
from tests.browser.layout import overflow
from tests.browser.people import People
from tests.browser.test_whole_case import enter, said
from tests.factories import AppointmentFactory, AssignmentFactory, ReasonFactory, UserFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.timeout(300)]
type Login = Callable[..., Page]
NOTE = "Première rencontre, le cadre est posé."


@pytest.fixture
def hugo(people: People) -> User:
    """He received Mme Le Goff at nine."""
    hugo = UserFactory(
        role=Role.PSYCHOLOGIST,
        first_name="Hugo",
        last_name="Lemaire",
        email="hugo@cias.test",
        has_agenda=True,
    )
    AssignmentFactory(household=people.household, agent=hugo, role="other")
    start = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
    AppointmentFactory(
        agent=hugo, household=people.household, person=people.maelle, reason=ReasonFactory(psychologist=True),
        start=start, end=start + timedelta(minutes=45), status=Status.HONOURED, status_at=start + timedelta(hours=1),
    )  # fmt: skip
    return hugo


def test_from_the_agenda_to_a_liaison_note(
    monday: time_machine.Traveller, people: People, hugo: User, browser_login: Login
) -> None:
    page = browser_login(hugo)
    page.goto("/")
    enter(page.get_by_role("link", name="Mes séances"))
    expect(page.get_by_role("heading", name="Aujourd’hui")).to_be_visible()
    assert violations(page) == overflow(page) == []

    # One click from the day to the note, kept as it is typed, encrypted.
    enter(page.get_by_role("button", name="Écrire la note : Maëlle Le Goff").first)
    page.get_by_label("Note", exact=True).press_sequentially(NOTE)
    expect(page.get_by_text("chiffré.")).to_be_visible(timeout=15_000)
    assert violations(page) == overflow(page) == []

    # A second tab left behind: nothing is overwritten, both texts show.
    tab = page.context.new_page()
    tab.goto(page.url + "?brouillon=aucun")
    enter(page.get_by_role("button", name="Enregistrer"))
    said(page, "c’est enregistré")
    tab.get_by_label("Note", exact=True).fill("Écrit dans l’autre onglet.")
    enter(tab.get_by_role("button", name="Enregistrer"))
    expect(tab.get_by_role("heading", name="Ce qui a été enregistré entre-temps")).to_be_visible()
    expect(tab.locator("main")).to_contain_text(NOTE)
    expect(tab.get_by_label("Note", exact=True)).to_have_value("Écrit dans l’autre onglet.")
    assert violations(tab) == overflow(tab) == []
    tab.close()
    assert SealedNote.objects.count() == 1

    # The follow-up: the note, and the click that takes the saving back.
    page.reload()
    expect(page.locator("main")).to_contain_text(NOTE)
    assert violations(page) == overflow(page) == []
    enter(page.get_by_role("link", name="Corriger la note du 23/11/2026"))
    expect(page.get_by_text("est revenu")).to_be_visible()
    expect(page.get_by_role("heading", name="Ce qui a été enregistré entre-temps")).to_be_visible()
    page.get_by_label("Note", exact=True).fill("Corrigé trop vite.")
    enter(page.get_by_role("button", name="Enregistrer"))
    enter(page.get_by_role("button", name="Annuler cet enregistrement"))
    said(page, "le texte d’avant est revenu")
    expect(page.locator(".note-text").filter(has_text=NOTE)).to_be_visible()

    # What the référent has to know, and nothing else.
    enter(page.get_by_role("link", name="Note de liaison"))
    page.get_by_label("Claire Vasseur").press("Space")
    page.get_by_label("Texte").fill("Merci de proposer l’après-midi.")
    enter(page.get_by_role("button", name="Partager la note"))
    expect(page.get_by_role("alert")).to_contain_text("quand et comment")
    page.get_by_label("Accord de la personne").select_option(label="Donné de vive voix")
    page.get_by_label("Accord donné le").fill("23112026")
    assert violations(page) == overflow(page) == []
    enter(page.get_by_role("button", name="Partager la note"))
    said(page, "est partagée")
    address = page.url

    claire = browser_login(people.claire)
    claire.goto("/a-faire/")
    enter(claire.get_by_role("link", name="Note de liaison d’Hugo Lemaire"))
    expect(claire.locator("main")).to_contain_text("Merci de proposer l’après-midi.")
    assert violations(claire) == overflow(claire) == []
    enter(claire.get_by_role("button", name="J’ai lu"))
    said(claire, "vous l’avez lue")
    claire.goto(f"/menages/{people.household.pk}/insertion/")
    expect(claire.locator("main")).to_contain_text("1 séance tenue")
    expect(claire.locator("main")).not_to_contain_text(NOTE)
    assert violations(claire) == overflow(claire) == []

    page.goto(address)
    enter(page.get_by_role("button", name="Retirer la note"))
    said(page, "ne la lisent plus")
    assert claire.goto(address).status == 404

    # The direction: a closed door, whatever the address.
    session = CounsellingSession.objects.get()
    direction = browser_login(people.isabelle)
    assert direction.goto(f"/mes-seances/seances/{session.pk}/").status == 403
    expect(direction.get_by_role("link", name="Mes séances")).to_have_count(0)


def test_it_fits_a_phone_and_the_notes_stay_legible(
    monday: time_machine.Traveller, people: People, hugo: User, browser_login: Login
) -> None:
    page = browser_login(hugo)
    page.set_viewport_size({"width": 320, "height": 800})
    page.goto("/mes-seances/")
    assert overflow(page) == []
    enter(page.get_by_role("button", name="Écrire la note : Maëlle Le Goff").first)
    page.get_by_label("Note", exact=True).fill(NOTE)
    assert violations(page) == overflow(page) == []
    enter(page.get_by_role("button", name="Enregistrer"))
    said(page, "c’est enregistré")
    assert violations(page) == overflow(page) == []
