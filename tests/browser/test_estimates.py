"""Rights nobody asked for: estimated, put aside, asked for by keyboard; the whole caseload, stopped and resumed."""

from collections.abc import Callable
from decimal import Decimal

import pytest
import time_machine
from playwright.sync_api import Page, expect

from households.models import BudgetCategory
from rights.estimates import job, services
from rights.estimates.engine import Computed
from rights.estimates.enums import EstimatedKind
from rights.models import EstimateRun, RightsFile
from tests.browser.axe import violations
from tests.browser.layout import misprints, overflow
from tests.browser.people import MONDAY, People
from tests.browser.test_whole_case import said
from tests.factories import BudgetFactory, BudgetLineFactory, RightFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.timeout(300)]
type Login = Callable[..., Page]


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> None:
    """OpenFisca has its own tests: here everybody may have the RSA. Nobody takes up the work but the test."""
    monkeypatch.setattr(services, "ring", lambda job: None)
    monkeypatch.setattr(job, "load", lambda: None)
    monkeypatch.setattr(
        job,
        "compute",
        lambda families, day: [Computed({EstimatedKind.RSA: Decimal("558.20")}) for _ in families],
    )


def press(page: Page, role: str, name: str) -> None:
    """Reach a control with Tab alone, then Enter."""
    wanted = page.get_by_role(role, name=name).first  # type: ignore[arg-type]
    for _ in range(120):
        page.keyboard.press("Tab")
        if wanted.evaluate("element => element === document.activeElement"):
            page.keyboard.press("Enter")
            return
    raise AssertionError(f"« {name} » is not reached with Tab")


def test_an_estimate_leads_to_a_request(
    monday: time_machine.Traveller, people: People, browser_login: Login, engine: None
) -> None:
    RightFactory(code="rsa", name="Revenu de solidarité active", acronym="RSA")
    budget = BudgetFactory(household=people.household, on=MONDAY.date())
    BudgetLineFactory(budget=budget, category=BudgetCategory.objects.get(code="salaire"), amount=Decimal(90))
    page = browser_login(people.claire)
    page.goto(f"/menages/{people.household.pk}/droits/a-verifier/")
    expect(page.get_by_text("n’ont pas encore été estimés")).to_be_visible()
    press(page, "button", "Estimer les droits")
    expect(page.get_by_text("En attente d’un moment libre")).to_be_visible()
    assert violations(page) == []
    job.do_run(EstimateRun.objects.get().pk)
    # The page asks by itself and shows the result.
    expect(page.get_by_role("heading", name="Probables et non demandés")).to_be_visible()
    line = page.get_by_role("listitem").filter(has_text="558,20\u00a0€ par mois")
    expect(line).to_be_visible()
    assert violations(page) == []
    press(page, "button", "Déjà perçu")
    said(page, "noté comme perçu, pour un an")
    expect(page.get_by_text("Rien de sûr pour l’instant")).to_be_visible()
    press(page, "button", "Retirer cette note")
    said(page, "la note est retirée")
    press(page, "link", "Ouvrir un dossier")
    press(page, "button", "Ouvrir le dossier")
    said(page, "avec sa liste de pièces")
    assert RightsFile.objects.get().right.code == "rsa"
    for width in (320, 820):
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(f"/menages/{people.household.pk}/droits/a-verifier/")
        assert overflow(page) == []
        assert misprints(page) == []


def test_the_caseload_is_estimated_stopped_and_resumed(
    monday: time_machine.Traveller, people: People, browser_login: Login, engine: None
) -> None:
    BudgetFactory(household=people.household, on=MONDAY.date())
    page = browser_login(people.isabelle)
    page.goto("/droits/non-demandes/")
    press(page, "button", "Estimer tous les ménages")
    expect(page.get_by_role("progressbar", name="Avancement de l’estimation")).to_be_visible()
    # Answered, so written: the worker's part, played here, must not come before.
    with page.expect_response(lambda response: response.request.method == "POST"):
        press(page, "button", "Arrêter")
    run = EstimateRun.objects.get()
    job.do_run(run.pk)
    expect(page.get_by_text("a été arrêtée après")).to_be_visible()
    assert violations(page) == []
    press(page, "button", "Reprendre")
    expect(page.get_by_role("progressbar", name="Avancement de l’estimation")).to_be_visible()
    job.do_run(EstimateRun.objects.latest("created_at").pk)
    expect(page.get_by_role("heading", name="Par prestation")).to_be_visible()
    # One household is a person: her right is not read off the totals.
    expect(page.get_by_role("row").filter(has_text="RSA").get_by_text("secret").first).to_be_visible()
    assert violations(page) == []
