"""A series of workshops with the keyboard: created, filled by two agents, a seat freed, attendance entered, balance."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from playwright.sync_api import Page, expect

from insertion.models import WorkshopNotice, WorkshopRegistration, WorkshopSession
from tests.browser.axe import violations
from tests.browser.layout import overflow
from tests.browser.people import People
from tests.browser.test_whole_case import enter, said, saved_by
from tests.factories import MembershipFactory, PersonFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.timeout(300)]
type Login = Callable[..., Page]


def test_from_the_series_to_the_balance(
    monday: time_machine.Traveller, people: People, browser_login: Login
) -> None:
    for name in ("Zidani", "Okonkwo"):
        MembershipFactory(person=PersonFactory(birth_name=name, first_names="Lila", phone="+33698765432"))
    worker = browser_login(people.claire)
    create(worker, people)
    register_from_the_household(worker, people)
    desk = browser_login(people.nadege)
    register_at_the_desk(desk)
    free_a_seat(desk)
    cancel_and_undo(worker)
    session = WorkshopSession.objects.order_by("start")[0]
    monday.move_to(session.end + timedelta(minutes=5))
    take_attendance(browser_login(people.claire), session)


def create(page: Page, people: People) -> None:
    page.goto("/ateliers/")
    enter(page.get_by_role("link", name="Créer un atelier").first)
    page.get_by_label("Nom", exact=True).fill("Mon budget sans stress")
    page.get_by_label("Droits").check()
    page.get_by_label("Thème").select_option(label="Budget")
    page.get_by_label("Objectif").fill("Faire le point sur ses dépenses.")
    page.get_by_label("Agent responsable").select_option(label="Claire Vasseur")
    page.get_by_label("Places").fill("2")
    assert violations(page) == overflow(page) == []
    enter(page.get_by_role("button", name="Enregistrer"))
    said(page, "fixez ses dates")
    page.get_by_label("Première date").fill("01122026")
    page.get_by_label("De", exact=True).fill("9h30")
    page.get_by_label("À", exact=True).fill("11h30")
    page.get_by_label("Nombre de séances").fill("3")
    enter(page.get_by_role("button", name="Voir les dates"))
    expect(page.get_by_role("heading", name="3 dates")).to_be_visible()
    assert violations(page) == overflow(page) == []
    enter(page.get_by_role("button", name="Fixer les dates cochées"))
    said(page, "3\u00a0séances fixées")


def register_from_the_household(page: Page, people: People) -> None:
    page.goto(f"/menages/{people.household.pk}/")
    page.locator("details.menu summary").press("Enter")
    enter(page.get_by_role("link", name="Inscrire à un atelier"))
    page.get_by_role("checkbox", name="mardi 1er décembre").check()
    assert violations(page) == overflow(page) == []
    enter(page.get_by_role("button", name="Inscrire", exact=True))
    said(page, "inscription confirmée")


def register_at_the_desk(page: Page) -> None:
    page.goto("/ateliers/")
    enter(page.get_by_role("link", name="Mon budget sans stress").first)
    for name, sentence in (("Zidani", "inscription confirmée"), ("Okonkwo", "au rang 1")):
        page.get_by_label("Qui ?").fill(name)
        button = page.get_by_role("button", name=re.compile(f"^Inscrire Lila {name}"))
        expect(button).to_be_visible()
        assert violations(page) == overflow(page) == []
        enter(button)
        said(page, sentence)
    page.get_by_text("La personne n’a pas de dossier").press("Enter")
    page.get_by_label("Nom", exact=True).fill("M. Petit")
    page.locator("#sans-phone").fill("06 12 34 56 79")
    enter(page.get_by_role("button", name="Inscrire sans dossier"))
    said(page, "au rang 2")
    expect(page.get_by_role("heading", name="Liste d’attente")).to_be_visible()


def free_a_seat(page: Page) -> None:
    """One leaves: who waited first has the seat, and is called."""
    enter(page.get_by_role("button", name="Désinscrire Lila Zidani"))
    said(page, "est retirée")
    enter(page.get_by_role("link", name="Ouvrir la liste d’appel"))
    expect(page.locator("main")).to_contain_text("Une place s’est libérée")
    assert violations(page) == overflow(page) == []
    enter(page.get_by_role("button", name=re.compile("^Contact fait.*Okonkwo")))
    said(page, "sait.")
    assert WorkshopNotice.objects.get().state == "told"


def cancel_and_undo(page: Page) -> None:
    """The whole series is cancelled by mistake, and comes back."""
    page.goto("/ateliers/")
    enter(page.get_by_role("link", name="Mon budget sans stress").first)
    enter(page.get_by_role("link", name="Annuler", exact=True))
    page.get_by_label("Raison").fill("Salle inondée")
    page.get_by_label("Annuler aussi 2 séances suivantes").check()
    assert violations(page) == overflow(page) == []
    enter(page.get_by_role("button", name="Annuler la séance et prévenir"))
    said(page, "3\u00a0séances annulées")
    said(page, "3\u00a0personnes sont à prévenir")
    assert violations(page) == overflow(page) == []
    enter(page.get_by_role("button", name="Revenir sur"))
    said(page, "Étape annulée")
    assert not WorkshopSession.objects.filter(state="cancelled").exists()


def take_attendance(page: Page, session: WorkshopSession) -> None:
    """One key a line, somebody who was not registered, then the questionnaires."""
    page.goto(f"/ateliers/seances/{session.pk}/")
    printed = "\n".join(saved_by(page.get_by_role("link", name="Feuille d’émargement")))
    assert "Maëlle LE GOFF" in printed or "LE GOFF Maëlle" in printed or "Le Goff" in printed
    enter(page.get_by_role("link", name="Saisir les présences"))
    expect(page.locator(".roll-call input").first).to_be_focused()
    page.keyboard.press("p")
    page.keyboard.press("n")
    page.get_by_label("Sans dossier, un nom par ligne").fill("M. Roy")
    assert violations(page) == overflow(page) == []
    enter(page.get_by_role("button", name="Enregistrer les présences"))
    said(page, "présences sont enregistrées")
    rows = WorkshopRegistration.objects.filter(session=session).exclude(state="withdrawn")
    assert rows.filter(attendance="present").count() == 2
    assert rows.filter(attendance="unexcused").count() == 1
    enter(page.get_by_role("link", name="Faire le bilan"))
    page.get_by_label("Rendus").fill("2")
    page.get_by_role("group", name="Satisfaction").get_by_label("Très").fill("2")
    page.get_by_label("Bilan de l’animateur").fill("Groupe actif.")
    assert violations(page) == overflow(page) == []
    enter(page.get_by_role("button", name="Enregistrer"))
    said(page, "Le bilan est enregistré")
    expect(page.locator("main")).to_contain_text("Groupe actif.")
    assert violations(page) == overflow(page) == []
