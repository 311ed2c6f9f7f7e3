"""An eviction with the keyboard: from the commandement to the summons, the diagnosis sent, then a plan and its end."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
import time_machine
from playwright.sync_api import Page, expect

from housing.evictions.enums import ActKind, TrackState
from housing.models import Diagnosis, EvictionFile
from tests.browser.axe import violations
from tests.browser.layout import overflow
from tests.browser.people import People
from tests.browser.test_whole_case import enter, said, saved_by
from tests.factories import BudgetFactory, BudgetLineFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.timeout(300)]
type Login = Callable[..., Page]


def test_from_the_commandement_to_a_plan(
    monday: time_machine.Traveller, people: People, browser_login: Login
) -> None:
    BudgetLineFactory(budget=BudgetFactory(household=people.household, on=date(2026, 11, 2)))
    page = browser_login(people.claire)
    page.goto(f"/menages/{people.household.pk}/")
    page.locator("details.menu summary").press("Enter")
    enter(page.get_by_role("link", name="Prévenir une expulsion"))
    page.get_by_label("Signalé par").select_option(label="Commissaire de justice")
    page.get_by_label("Nature du bailleur").select_option(label="Bailleur social")
    page.get_by_label("Bailleur", exact=True).fill("Habitat eurélien")
    page.get_by_label("Bail signé le").fill("01022024")
    page.get_by_label("Dette (€)").fill("2 094")
    assert violations(page) == []
    enter(page.get_by_role("button", name="Ouvrir le dossier"))
    said(page, "Le dossier est ouvert")

    # The commandement: six weeks, with the article.
    enter(page.get_by_role("link", name="Commandement de payer"))
    page.get_by_label("Date de l’acte").fill("01092026")
    assert violations(page) == []
    enter(page.get_by_role("button", name="Enregistrer"))
    said(page, "Commandement de payer\u00a0: noté")
    expect(page.get_by_role("img", name="Frise")).to_be_visible()
    expect(page.locator("main")).to_contain_text("13/10/2026")
    expect(page.locator("main")).to_contain_text("art. 24, I")
    assert violations(page) == overflow(page) == []

    # The summons: what comes before the hearing.
    enter(page.get_by_role("link", name="Assignation", exact=True))
    page.get_by_label("Date de l’acte").fill("14102026")
    enter(page.get_by_role("button", name="Enregistrer"))
    expect(page.get_by_role("alert")).to_contain_text("Audience fixée au")
    page.get_by_label("Audience fixée au").fill("12012027")
    enter(page.get_by_role("button", name="Enregistrer"))
    said(page, "Assignation\u00a0: noté")

    # The diagnosis, kept as it is typed, then sent.
    enter(page.get_by_role("button", name="Écrire le diagnostic").first)
    page.get_by_label("Situation du ménage").fill("Emploi perdu en mai, droits ouverts en août.")
    page.get_by_label("Propositions").fill("Délais sur vingt-quatre mois.")
    expect(page.locator("[data-draft-status]")).to_contain_text("brouillon enregistré", timeout=15_000)
    assert violations(page) == overflow(page) == []
    enter(page.get_by_role("button", name="Enregistrer et noter l’envoi"))
    enter(page.get_by_role("button", name="Noter l’envoi"))
    said(page, "figé")
    printed = "\n".join(saved_by(page.get_by_role("link", name="Imprimer")))
    assert "Emploi perdu en mai" in printed
    assert Diagnosis.objects.get().hearing_on == date(2027, 1, 12)

    # A plan is signed, kept to its end: the file comes to a good end, and one click takes that back.
    enter(page.get_by_role("link", name="Dossier", exact=True))
    enter(page.get_by_role("button", name="Engager un plan"))
    enter(page.get_by_role("link", name="Accordé, en cours"))
    page.get_by_label("Mensualité").fill("87,25")
    enter(page.get_by_role("button", name="Enregistrer"))
    said(page, "Plan d’apurement\u00a0: Accordé, en cours")
    file = EvictionFile.objects.get()
    assert file.tracks.get().state == TrackState.RUNNING
    assert file.tracks.get().monthly == Decimal("87.25")
    page.get_by_text("Une autre étape").press("Enter")
    enter(page.get_by_role("link", name="Plan respecté jusqu’au bout"))
    page.get_by_label("Date de l’acte").fill("23112026")
    enter(page.get_by_role("button", name="Enregistrer"))
    said(page, "noté")
    file.refresh_from_db()
    assert (file.stage, file.ended_on) == (ActKind.PLAN_KEPT, date(2026, 11, 23))
    enter(page.get_by_role("button", name="Annuler : Plan respecté jusqu’au bout"))
    said(page, "est annulée")
    assert violations(page) == overflow(page) == []
