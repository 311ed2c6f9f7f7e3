"""« L'hébergement » with the keyboard: request, free place on the timeline, stay, contract, renewal alert, exit."""

from collections.abc import Callable

import pytest
import time_machine
from playwright.sync_api import Locator, Page, expect

from housing.enums import ExitOutcome
from housing.lodging.enums import RequestState
from housing.models import LodgingRequest, Stay
from tests.browser.axe import violations
from tests.browser.layout import misprints, overflow
from tests.browser.people import People
from tests.browser.test_whole_case import enter, said, saved_by

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.timeout(300)]
type Login = Callable[..., Page]


def clean(page: Page) -> None:
    assert violations(page) == overflow(page) == misprints(page) == []


def test_from_the_request_to_social_housing(
    monday: time_machine.Traveller, people: People, browser_login: Login
) -> None:
    page = browser_login(people.claire)
    ask(page, people)
    propose_from_the_timeline(page)
    accept(page)
    let_in(page)
    print_and_sign(page)
    call_and_pay(page)
    monday.move_to("2026-12-28T10:00:00+01:00")
    page = browser_login(people.claire)  # the session of November is over
    be_alerted_and_renew(page)
    leave(page)
    steer(browser_login(people.isabelle))


def ask(page: Page, people: People) -> None:
    page.goto(f"/menages/{people.household.pk}/")
    page.locator("details.menu summary").press("Enter")
    enter(page.get_by_role("link", name="Demander un hébergement"))
    page.get_by_label("Origine", exact=True).select_option(label="SIAO")
    page.get_by_label("Dispositif souhaité").select_option(label="Hébergement temporaire")
    page.get_by_label("Hébergé par un tiers, sans droit ni titre").check()
    page.get_by_label("Évaluation sociale").fill("Hébergée chez une amie jusqu’à la fin du mois.")
    clean(page)
    enter(page.get_by_role("button", name="Enregistrer la demande"))
    said(page, "1er de la liste d’attente")
    # Every point is explained.
    expect(page.locator("main")).to_contain_text("constaté le 23/11/2026")
    clean(page)
    page.goto("/logement/demandes/")
    clean(page)


def propose_from_the_timeline(page: Page) -> None:
    """One stop for Tab, then arrows from cell to cell, as far as the free place."""
    page.goto("/logement/")
    clean(page)
    table = page.get_by_role("table", name="Une ligne par place")
    first = table.get_by_role("link", name="Bel-Air", exact=True)
    first.focus()
    page.keyboard.press("End")
    free = table.get_by_role("link", name="cette place")
    expect(free).to_be_focused()
    page.keyboard.press("Home")
    expect(first).to_be_focused()
    page.keyboard.press("ArrowRight")  # the nights that went by
    page.keyboard.press("ArrowRight")
    expect(free).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Proposer cette place")).to_be_visible()
    clean(page)
    enter(page.get_by_role("link", name="Proposer à Le Goff"))
    expect(page.get_by_label("Entrée possible le")).to_have_value("23/11/2026")
    clean(page)
    enter(page.get_by_role("button", name="Proposer cette place"))
    said(page, "La place est proposée")
    letter = "\n".join(saved_by(page.get_by_role("link", name="Lettre", exact=True)))
    assert "Proposition d’hébergement" in letter
    assert "avant le" in letter


def accept(page: Page) -> None:
    enter(page.get_by_role("link", name="Le ménage accepte"))
    enter(page.get_by_role("button", name="Enregistrer"))
    said(page, "La place est acceptée")
    # Taken back, then done again.
    enter(page.get_by_role("button", name="Annuler « Place acceptée »"))
    said(page, "est annulé")
    enter(page.get_by_role("link", name="Le ménage accepte"))
    enter(page.get_by_role("button", name="Enregistrer"))


def let_in(page: Page) -> None:
    enter(page.get_by_role("link", name="Enregistrer l’entrée"))
    # The place, the day and who follows come from the request: only the amount is left.
    page.get_by_label("Participation mensuelle (€)").fill("120,50")
    clean(page)
    enter(page.get_by_role("button", name="Enregistrer l’entrée"))
    said(page, "contrat jusqu’au 22/02/2027")
    assert LodgingRequest.objects.get().state == RequestState.HOUSED
    clean(page)


def printed(page: Page) -> Locator:
    """The PDF of each contract, in order."""
    return page.locator('main a[href$="/pdf/"]')


def print_and_sign(page: Page) -> None:
    contract = "\n".join(saved_by(printed(page).first))
    for expected in (
        "Convention d’occupation précaire", "n’est pas un bail", "120,50", "du 23/11/2026 au 22/02/2027", "Le Goff",
    ):  # fmt: skip
        assert expected in contract
    enter(page.get_by_role("link", name="Noter la signature"))
    enter(page.get_by_role("button", name="Enregistrer"))
    said(page, "Signature notée")


def call_and_pay(page: Page) -> None:
    """Eight nights of November out of thirty: 120,50 € × 8 ÷ 30, called, paid, receipted."""
    page.goto("/logement/participations/")
    clean(page)
    enter(page.get_by_role("button", name="Appeler 1 participation"))
    expect(page.get_by_role("table")).to_contain_text("32,13\u00a0€")
    clean(page)
    enter(page.get_by_role("table").get_by_role("link", name="Le Goff"))
    enter(page.get_by_role("link", name="Enregistrer un paiement"))
    # What is left to pay is proposed: only its means has to be looked at.
    expect(page.get_by_label("Montant", exact=True)).to_have_value("32,13")
    clean(page)
    enter(page.get_by_role("button", name="Enregistrer le paiement"))
    said(page, "Le paiement est enregistré")
    clean(page)
    receipt = "\n".join(saved_by(page.get_by_role("link", name="Quittance").first))
    assert "Quittance" in receipt
    assert "32,13 €" in receipt.replace("\u00a0", " ").replace("\u202f", " ")


def be_alerted_and_renew(page: Page) -> None:
    """Sixty days before its end, the contract is in « À faire », on the stay's page and on the timeline."""
    page.goto("/a-faire/")
    expect(page.locator("main")).to_contain_text("Renouveler ou terminer le contrat d’hébergement")
    page.goto("/logement/")
    enter(page.get_by_role("table", name="Une ligne par place").get_by_role("link", name="fin proche"))
    expect(page.get_by_role("heading", name="À faire pour ce séjour")).to_be_visible()
    clean(page)
    enter(page.get_by_role("link", name="Renouveler", exact=True))
    clean(page)
    enter(page.get_by_role("button", name="Renouveler"))
    said(page, "Contrat renouvelé jusqu’au 22/05/2027")
    amendment = "\n".join(saved_by(printed(page).last))
    assert "Avenant n°" in amendment
    assert "du 23/02/2027 au 22/05/2027" in amendment


def leave(page: Page) -> None:
    enter(page.get_by_role("link", name="Enregistrer la sortie"))
    page.get_by_label("Sortie vers").select_option(label="Logement social")
    page.get_by_label("Précision").fill("Habitat eurélien, T2 à Lucé")
    clean(page)
    enter(page.get_by_role("button", name="Enregistrer la sortie"))
    said(page, "se libère")
    assert Stay.objects.get().outcome == ExitOutcome.SOCIAL


def steer(page: Page) -> None:
    """The direction finds the stay in its figures, with the terms: 36 days, one durable exit of one."""
    page.goto("/logement/indicateurs/")
    expect(page.locator("main")).to_contain_text("36 jours ÷ 1")
    expect(page.locator("main")).to_contain_text("1 sortie durable ÷ 1")
    clean(page)
    page.goto("/logement/capacite/")
    clean(page)


def test_the_direction_changes_the_points(
    monday: time_machine.Traveller, people: People, browser_login: Login
) -> None:
    page = browser_login(people.isabelle)
    page.goto("/logement/regles/")
    clean(page)
    enter(page.get_by_role("link", name="Nouveau barème"))
    page.get_by_label("En vigueur depuis le").fill("01012027")
    page.get_by_label("Décision ou source").fill("Délibération du 14/12/2026")
    page.get_by_role("group", name="Suroccupation").get_by_label("Points").fill("9")
    clean(page)
    enter(page.get_by_role("button", name="Enregistrer ce barème"))
    said(page, "barème de la liste d’attente est enregistré")
    enter(page.get_by_role("button", name="Retirer cette version"))
    said(page, "celle d’avant continue")
