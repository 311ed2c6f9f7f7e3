"""The RSA pathway with the keyboard: contract due, written, printed, signed; an absence followed up to the report."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
import time_machine
from playwright.sync_api import Page, expect

from appointments.enums import Category
from insertion.followup.enums import NoShowState
from insertion.models import EngagementContract, NoShowCase
from tests.browser.axe import violations
from tests.browser.layout import overflow
from tests.browser.people import People
from tests.browser.test_whole_case import enter, said, saved_by
from tests.factories import AppointmentFactory, OrientationFactory, ReasonFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.timeout(300)]
type Login = Callable[..., Page]


def test_from_the_contract_due_to_the_report(
    monday: time_machine.Traveller, people: People, browser_login: Login
) -> None:
    orientation = OrientationFactory(
        household=people.household, person=people.maelle, start=date(2026, 11, 2), notified_on=date(2026, 11, 2),
        referent=people.claire,
    )  # fmt: skip
    reason = ReasonFactory(category=Category.INSERTION, label="Suivi RSA")
    common = {
        "household": people.household, "person": people.maelle, "agent": people.claire, "reason": reason,
    }  # fmt: skip
    AppointmentFactory(start=datetime(2026, 11, 9, 9, tzinfo=UTC), honoured=True, **common)
    AppointmentFactory(start=datetime(2026, 11, 16, 9, tzinfo=UTC), missed=True, **common)
    page = browser_login(people.claire)

    # The list says what is due first; the card says where, what, by when.
    page.goto("/insertion/?etape=contrat")
    expect(page.locator("main")).to_contain_text("Aucun parcours ne répond")
    page.goto("/insertion/")
    assert violations(page) == overflow(page) == []
    enter(page.get_by_role("link", name=people.maelle.full_name))
    for said_on_the_card in ("Où en est-on", "La suite", "Pour quand", "02/12/2026"):
        expect(page.locator("main")).to_contain_text(said_on_the_card)
    assert violations(page) == overflow(page) == []
    write_and_sign(page)
    follow_the_absence(page, orientation.pk)


def write_and_sign(page: Page) -> None:
    enter(page.get_by_role("link", name="Écrire un contrat"))
    page.get_by_label("Du", exact=True).fill("23112026")
    page.get_by_label("Au", exact=True).fill("22052027")
    page.get_by_label("Heures par semaine").first.fill("8")
    page.get_by_label("Objectifs").fill("Trouver une garde, puis une formation.")
    page.get_by_label("Nature 1").select_option(label="Formation")
    page.get_by_label("Action 1").fill("Remise à niveau")
    page.get_by_label("Heures 1").fill("6")
    enter(page.get_by_role("button", name="Enregistrer le contrat"))
    expect(page.get_by_role("alert")).to_contain_text("dites pourquoi la durée est réduite")
    assert violations(page) == overflow(page) == []
    expect(page.get_by_label("Action 1")).to_have_value("Remise à niveau")
    page.get_by_label("Motif d’une durée réduite").fill("Garde d’un enfant de deux ans")
    enter(page.get_by_role("button", name="Enregistrer le contrat"))
    said(page, "il reste à le signer")
    printed = "\n".join(saved_by(page.get_by_role("link", name="Imprimer")))
    for words in ("Remise à niveau", "8 heures par semaine", "R5411-15-3"):
        assert words in printed
    enter(page.get_by_role("link", name="Noter les signatures"))
    page.get_by_label("Signé par la personne le").fill("23112026")
    page.get_by_label("Signé par le CIAS le").fill("23112026")
    enter(page.get_by_role("button", name="Enregistrer"))
    said(page, "La signature est notée")
    assert violations(page) == overflow(page) == []
    assert EngagementContract.objects.get().is_signed


def follow_the_absence(page: Page, key: object) -> None:
    """The agenda told it: look for the person, summon them with a proof, tell the Département the facts."""
    page.goto(f"/insertion/parcours/{key}/")
    expect(page.locator("main")).to_contain_text("pas encore suivie")
    enter(page.get_by_role("link", name="Suivre l’absence"))
    expect(page.get_by_role("checkbox", name="le 16/11/2026")).to_be_checked()
    assert violations(page) == overflow(page) == []
    enter(page.get_by_role("button", name="Enregistrer"))
    said(page, "L’absence est suivie")
    enter(page.get_by_role("link", name="Continuer le suivi"))
    enter(page.get_by_role("link", name="Essai pour joindre la personne"))
    page.get_by_label("Le", exact=True).fill("17112026")
    page.get_by_label("Moyen").select_option(label="Téléphone")
    page.get_by_label("Résultat").select_option(label="Pas de réponse")
    enter(page.get_by_role("button", name="Enregistrer"))
    said(page, "L’essai est noté")
    enter(page.get_by_role("link", name="Convocation", exact=True))
    page.get_by_label("Rendez-vous le").fill("20112026")
    page.get_by_label("À", exact=True).fill("9h30")
    page.get_by_label("Envoyée le").fill("17112026")
    page.get_by_label("Moyen d’envoi").select_option(label="Recommandé avec avis de réception")
    page.get_by_label("Numéro de suivi").fill("1A 204 118")
    assert violations(page) == overflow(page) == []
    enter(page.get_by_role("button", name="Enregistrer"))
    said(page, "la lettre peut s’imprimer")
    letter = "\n".join(saved_by(page.get_by_role("link", name="Lettre de convocation")))
    assert "20 novembre 2026" in letter
    enter(page.get_by_role("link", name="Transmettre les faits au Département"))
    page.get_by_label("Ce que la personne a dit").fill("N’a pas rappelé.")
    enter(page.get_by_role("button", name="Noter la transmission"))
    said(page, "le rapport est figé")
    report = "\n".join(saved_by(page.get_by_role("link", name="Rapport de faits")))
    assert "1A 204 118" in report
    assert "sanction" not in report.lower()
    assert violations(page) == overflow(page) == []
    enter(page.get_by_role("button", name="Annuler la dernière étape"))
    said(page, "est annulée")
    assert NoShowCase.objects.get().state == NoShowState.SUMMONED
