"""Domiciliation with the keyboard: the desk hands mail over in seconds; the worker decides and prints."""

from collections.abc import Callable

import pytest
import time_machine
from playwright.sync_api import Page, expect

from rights.domiciliation.enums import DeskKind, ElectionState
from rights.models import DeskEvent, Election
from tests.browser.axe import violations
from tests.browser.layout import overflow
from tests.browser.people import People
from tests.browser.test_whole_case import enter, said, saved_by
from tests.factories import (
    CommuneFactory,
    DeskEventFactory,
    DomiciliationFactory,
    ElectionFactory,
    ProxyFactory,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.timeout(300)]
type Login = Callable[..., Page]


def test_the_desk_hands_mail_over_in_four_keys(
    monday: time_machine.Traveller, people: People, browser_login: Login
) -> None:
    box = DomiciliationFactory(household=people.household, person=people.maelle, agent=people.claire)
    ElectionFactory(domiciliation=box, granted=True)
    ProxyFactory(domiciliation=box)
    DeskEventFactory(domiciliation=box, arrived=True)
    page = browser_login(people.nadege)
    page.goto("/domiciliation/courrier/")
    assert violations(page) == []
    # The box has the focus: a few letters and Enter open the person, "4" hands everything over.
    page.keyboard.type("goff")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Maëlle Le Goff", level=1)).to_be_visible()
    expect(page.get_by_role("heading", name="2 courriers en attente")).to_be_visible()
    assert violations(page) == overflow(page) == []
    page.keyboard.press("4")
    said(page, "courrier remis à la personne (2 courriers)")
    expect(page.get_by_role("heading", name="Aucun courrier en attente")).to_be_visible()
    handed = DeskEvent.objects.get(kind=DeskKind.HANDED)
    assert (handed.identity_checked, handed.recorded_by) == (True, people.nadege)
    # The heading may be there before the script that hears the keys.
    page.wait_for_load_state()
    page.keyboard.press("z")
    said(page, "Annulé")
    expect(page.get_by_role("heading", name="2 courriers en attente")).to_be_visible()
    # "P" opens what lets a part of it go; the rest waits.
    page.wait_for_load_state()
    page.keyboard.press("p")
    expect(page.get_by_label("Courriers (sur 2)")).to_be_focused()
    page.keyboard.type("1")
    assert violations(page) == overflow(page) == []
    page.keyboard.press("Enter")
    said(page, "Reste 1 courrier")
    expect(page.get_by_role("heading", name="1 courrier en attente")).to_be_visible()
    page.wait_for_load_state()
    page.keyboard.press("0")
    expect(page.get_by_label("Nom ou numéro de domiciliation")).to_be_focused()


def test_among_namesakes_one_digit_opens_the_right_one(
    monday: time_machine.Traveller, people: People, browser_login: Login
) -> None:
    box = DomiciliationFactory(household=people.household, person=people.maelle, agent=people.claire)
    ElectionFactory(domiciliation=box, granted=True)
    other = DomiciliationFactory(person__birth_name="Le Goff", person__first_names="Anaïs")
    ElectionFactory(domiciliation=other)
    page = browser_login(people.nadege)
    page.goto("/domiciliation/courrier/")
    page.keyboard.type("goff")
    page.keyboard.press("Enter")
    # Who holds an attestation comes first and has the focus: Enter would open her; "2" opens the other one.
    expect(page.get_by_role("link", name="Maëlle Le Goff")).to_be_focused()
    assert violations(page) == overflow(page) == []
    page.keyboard.press("2")
    page.wait_for_url(f"**/{other.pk}/")


def test_the_direction_writes_a_new_version_of_the_rules(
    monday: time_machine.Traveller, people: People, browser_login: Login
) -> None:
    page = browser_login(people.isabelle)
    page.goto("/domiciliation/reglages/")
    assert violations(page) == overflow(page) == []
    enter(page.get_by_role("link", name="Nouvelle version"))
    assert violations(page) == overflow(page) == []
    page.get_by_label("En vigueur depuis le").fill("01012027")
    page.get_by_label("Délai, en mois").fill("4")
    enter(page.get_by_role("button", name="Enregistrer cette version"))
    said(page, "Nouvelle version des règles, depuis le 01/01/2027")
    enter(page.get_by_role("button", name="Retirer cette version"))
    said(page, "celle d’avant continue")


def test_the_worker_decides_and_prints_the_attestation(
    monday: time_machine.Traveller, people: People, browser_login: Login
) -> None:
    CommuneFactory()
    page = browser_login(people.claire)
    page.goto(f"/menages/{people.household.pk}/")
    page.locator("details.menu summary").press("Enter")
    enter(page.get_by_role("link", name="Demander une domiciliation"))
    page.get_by_label("Commune de rattachement").select_option(label="Chartres")
    assert violations(page) == []
    enter(page.get_by_role("button", name="Recevoir la demande"))
    said(page, "La demande est reçue")
    enter(page.get_by_role("link", name="Mener l’entretien"))
    page.get_by_label("Lien avec la commune").select_option(label="Séjour dans la commune")
    page.get_by_label("Compte rendu").fill("Hébergée chez une amie depuis juin.")
    assert violations(page) == []
    enter(page.get_by_role("button", name="Enregistrer"))
    said(page, "la décision peut être prise")
    enter(page.get_by_role("link", name="Accorder"))
    page.get_by_label("Décidé par").fill("Françoise Aubert, présidente")
    expect(page.get_by_label("au", exact=True)).to_have_value("22/11/2027")
    enter(page.get_by_role("button", name="Enregistrer"))
    said(page, "l’attestation peut être imprimée")
    assert violations(page) == overflow(page) == []
    assert Election.objects.get().state == ElectionState.GRANTED
    printed = "\n".join(saved_by(page.get_by_role("link", name="Attestation", exact=True)))
    assert "du 23/11/2026 au 22/11/2027" in printed
    assert "Hébergée chez une amie" not in printed
