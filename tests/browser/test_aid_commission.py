"""The direction holds a commission of thirty requests, from the roll to the minutes, without a mouse."""

from collections.abc import Callable
from datetime import date, time
from decimal import Decimal
from io import BytesIO

import pdfplumber
import pytest
import time_machine
from playwright.sync_api import Page, expect

from rights.aids.enums import AidState, Office
from rights.aids.services import create_session
from rights.models import AgendaItem, AidEnvelope, AidRequest
from tests.browser.axe import violations
from tests.browser.layout import misprints, overflow, tab_walk
from tests.browser.people import MONDAY, People
from tests.factories import (
    AidEnvelopeFactory,
    AidRequestFactory,
    AidRuleFactory,
    BoardMemberFactory,
    BudgetFactory,
    HouseholdFactory,
    MembershipFactory,
    SituationFactory,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.timeout(600)]

REQUESTS = 30
PHONE, TABLET, WIDE = ({"width": width, "height": 900} for width in (320, 820, 1440))


@pytest.fixture
def waiting(people: People) -> list[AidRequest]:
    """Thirty proposed requests of thirty households, for one aid with money enough."""
    rule = AidRuleFactory()
    AidEnvelopeFactory(kind=rule.kind, amount=Decimal(20_000))
    made = []
    for rank in range(REQUESTS):
        household = HouseholdFactory(name=f"Secrétan{rank}")
        person = MembershipFactory(household=household, person__birth_name=f"Secrétan{rank}").person
        made.append(
            AidRequestFactory(
                household=household,
                applicant=person,
                kind=rule.kind,
                rule=rule,
                agent=people.claire,
                amount=Decimal(100 + rank),
                proposed_amount=Decimal(90 + rank),
                number=f"A-2026-{rank + 1:05d}",
                proposed=True,
            )
        )
    return made


def check(page: Page) -> None:
    """Accessible, well printed, and no wider than a phone."""
    faults = [*violations(page), *misprints(page)]
    for size in (PHONE, TABLET):
        page.set_viewport_size(size)
        faults += overflow(page)
    page.set_viewport_size(WIDE)
    assert faults == []


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def test_thirty_requests_with_the_keyboard(
    people: People,
    waiting: list[AidRequest],
    monday: time_machine.Traveller,
    browser_login: Callable[..., Page],
) -> None:
    absentee = BoardMemberFactory(name="Zoé Petit")
    members = [BoardMemberFactory(office=Office.PRESIDENT), *BoardMemberFactory.create_batch(3), absentee]
    session = create_session(
        by=people.isabelle,
        held_on=MONDAY.date(),
        starts_at=time(14),
        place="Salle du conseil",
        members=members,
    )
    page = browser_login(people.isabelle)
    page.goto(f"/droits/aides/commission/{session.pk}/")
    page.get_by_role("link", name="Inscrire des demandes").focus()
    press(page, "Enter")
    submit = page.get_by_role("button", name="Inscrire à l’ordre du jour")
    submit.focus()
    press(page, "Enter")
    expect(page.get_by_text("30 demandes inscrites")).to_be_visible()
    check(page)
    page.get_by_role("link", name="Ouvrir la séance").focus()
    press(page, "Enter")
    opens = page.get_by_role("button", name="Ouvrir la séance")
    expect(opens).to_be_focused()
    page.get_by_label("Zoé Petit").first.focus()
    press(page, "Space", "Tab", "ArrowDown")
    expect(page.get_by_label("a donné pouvoir à (Zoé Petit)")).not_to_have_value("")
    check(page)
    opens.focus()
    press(page, "Enter")
    expect(page.get_by_text("4 membres présents, 5 voix avec les pouvoirs")).to_be_visible()
    for rank in range(1, REQUESTS + 1):
        expect(page.get_by_role("heading", level=1)).to_have_text(f"Fiche A-2026-{rank:05d}")
        page.wait_for_load_state()  # the shortcuts are there
        assert "Secrétan" not in page.content()
        if rank == 1:
            check(page)
            assert tab_walk(page) == []
            page.reload()
        if rank == 4:  # second thoughts about the third one
            press(page, "u")
            expect(page.get_by_role("heading", level=1)).to_have_text("Fiche A-2026-00003")
            assert AgendaItem.objects.exclude(decision="").count() == 2
            page.wait_for_load_state()
            press(page, "1", "Enter")
            expect(page.get_by_role("heading", level=1)).to_have_text("Fiche A-2026-00004")
            page.wait_for_load_state()
        vote(page, rank)
    close = page.get_by_role("button", name="Lever la séance")
    expect(close).to_be_focused()
    assert AgendaItem.objects.exclude(decision="").count() == REQUESTS
    press(page, "Enter")
    expect(page.get_by_text("le procès-verbal est prêt")).to_be_visible()
    check(page)
    minutes = page.request.get(f"/droits/aides/commission/{session.pk}/proces-verbal/")
    with pdfplumber.open(BytesIO(minutes.body())) as document:
        text = "\n".join(one.extract_text() for one in document.pages)
    assert all(one.number in text for one in waiting)
    assert "Secrétan" not in text
    decided = AidRequest.objects.filter(state=AidState.DECIDED)
    assert decided.filter(decision="refused").count() == 3
    assert decided.filter(decision="partial").count() == 3
    committed = sum(one.granted_amount or Decimal(0) for one in decided)
    assert AidEnvelope.objects.with_figures().get().committed == committed


def test_an_emergency_is_asked_decided_and_handed_over(
    people: People, monday: time_machine.Traveller, browser_login: Callable[..., Page]
) -> None:
    """Two fields to fill, one decision, one click in the hand: the rest is known already."""
    rule = AidRuleFactory(delegated=True)
    AidEnvelopeFactory(kind=rule.kind)
    BoardMemberFactory(office=Office.PRESIDENT)
    household = HouseholdFactory(name="Secrétan")
    MembershipFactory(household=household, person__birth_name="Secrétan", role="applicant")
    SituationFactory(household=household, start=date(2026, 1, 1))
    BudgetFactory(household=household)
    worker = browser_login(people.claire)
    worker.goto(f"/menages/{household.pk}/aides/")
    check(worker)
    worker.get_by_role("link", name="Secours d’urgence").press("Enter")
    worker.get_by_label("Montant").fill("80")
    check(worker)
    press(worker, "Tab")
    worker.keyboard.type("Plus rien à manger d’ici vendredi.")
    worker.get_by_role("button", name="Demander la décision").press("Enter")
    expect(worker.get_by_text("attend la décision par délégation")).to_be_visible()
    aid = AidRequest.objects.get()

    director = browser_login(people.isabelle)
    director.goto("/a-faire/")
    director.get_by_role("link", name="Secours d’urgence à décider").press("Enter")
    expect(director.get_by_text("Décider par délégation")).to_be_visible()
    assert "Secrétan" not in director.content()
    check(director)
    director.get_by_label("Accord", exact=True).check()
    director.get_by_role("button", name="Enregistrer la décision").press("Enter")
    expect(director.get_by_text("est enregistrée")).to_be_visible()

    worker.goto(f"/droits/aides/demandes/{aid.pk}/")
    worker.get_by_role("link", name="Remettre l’aide").press("Enter")
    check(worker)
    worker.get_by_role("button", name="Enregistrer").press("Enter")
    expect(worker.get_by_text("L’aide est remise")).to_be_visible()
    check(worker)
    aid.refresh_from_db()
    assert aid.state == AidState.PAID


def vote(page: Page, rank: int) -> None:
    """A refusal every ten, a partial grant of what was proposed every ten, a grant otherwise: a digit, then Enter."""
    if rank % 10 == 5:
        press(page, "4", "Tab", "Tab")
        page.keyboard.type("Le reste à vivre dépasse le barème.")
        press(page, "Tab", "Enter")
    elif rank % 10 == 7:
        press(page, "2", "Tab", "Tab")
        page.keyboard.type("Montant de la facture.")
        press(page, "Tab", "1", "Enter")
    else:
        press(page, "1", "Enter")
