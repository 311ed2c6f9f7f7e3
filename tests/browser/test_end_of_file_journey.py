"""« La fin de vie du dossier » (interface.md, journey 9): from the list to the last word, and the ABS does not move."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from abs_reports.compiling.job import run_compilation
from abs_reports.enums import ReportKind
from abs_reports.files import read_pdf
from abs_reports.freezing import frozen_book
from abs_reports.importing import import_indicators
from abs_reports.models import Report
from abs_reports.services import prepare_edition, publish, request_compilation
from cias.territory.models import Commune
from households.datalife import job
from households.models import DisposalRun, Household, Person
from tests.abs_reports.conftest import COMPARATOR
from tests.browser.axe import violations
from tests.factories import (
    HouseholdFactory,
    MembershipFactory,
    PersonFactory,
    SituationFactory,
    UserFactory,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def silent(territory: None, settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Household]:
    """Twelve households opened in 2023, of which nothing was heard since."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.MEDIA_ROOT.mkdir()
    monkeypatch.setattr(job, "ring", lambda run_id: None)
    commune = Commune.objects.get(code="28085")
    households = []
    for rank in range(12):
        household = HouseholdFactory(name=f"Canarini{rank}", commune=commune, opened_on=date(2023, 5, 2))
        SituationFactory(
            household=household, commune=commune, start=date(2023, 5, 2), family_type="woman_alone"
        )
        MembershipFactory(
            household=household, person=PersonFactory(birth_name=f"Canarini{rank}"), start=date(2023, 5, 2)
        )
        households.append(household)
    return households


@pytest.fixture
def last_year(silent, monkeypatch) -> Report:
    import_indicators(name=COMPARATOR.name, content=COMPARATOR.read_bytes())
    monkeypatch.setattr("abs_reports.services.ring", lambda run_id: None)
    run = request_compilation(report=prepare_edition(kind=ReportKind.UPDATE, year=2025))
    assert run_compilation(run.pk).failure_reason == ""
    return publish(report=Report.objects.get(), by=UserFactory(role="direction"))


def test_from_the_list_to_the_last_word(
    silent: list[Household], last_year: Report, browser_login: Callable[..., Page], tmp_path: Path
) -> None:
    figures, content = frozen_book(last_year), read_pdf(last_year)
    page = browser_login(UserFactory(role="dpo"))
    page.goto("/menages/fin-de-vie/")
    expect(page.get_by_role("heading", name="Fin de vie des dossiers", level=1)).to_be_visible()
    assert violations(page) == []
    page.get_by_role("link", name=silent[0].number).click()
    expect(page.get_by_role("heading", name="Ce qui serait effacé")).to_be_visible()
    assert violations(page) == []
    page.get_by_role("link", name="Suspendre l’élimination").click()
    page.get_by_label("Motif").select_option("litigation")
    page.get_by_role("button", name="Suspendre").click()
    expect(page.get_by_text("est suspendue")).to_be_visible()
    page.get_by_role("link", name="Dossiers à échéance").click()
    page.get_by_role("button", name="De tous ceux de la liste que rien ne retient").click()
    expect(page.get_by_text("11 dossiers inscrits")).to_be_visible()
    assert violations(page) == []
    printed = page.context.request.get(page.get_by_role("link", name="Imprimer").get_attribute("href") or "")
    assert printed.body().startswith(b"%PDF-")
    page.get_by_role("link", name="Transmis aux Archives…").click()
    page.get_by_role("button", name="Enregistrer la transmission").click()
    page.get_by_role("link", name="Enregistrer le visa…").click()
    page.get_by_label("Date du visa").fill(f"{date.today():%d/%m/%Y}")  # noqa: DTZ011
    page.get_by_label("Signataire du visa").fill("Directrice des Archives départementales")
    page.get_by_role("button", name="Enregistrer le visa").click()
    page.get_by_label("J’ai compris").check()
    page.get_by_role("button", name="Anonymiser ces dossiers").click()
    expect(page.get_by_text("En attente d’un moment libre")).to_be_visible()
    job.do_run(DisposalRun.objects.get().pk)
    page.reload()
    expect(page.get_by_text("11 anonymisés")).to_be_visible()
    page.screenshot(path=str(tmp_path / "bordereau.png"), full_page=True)
    assert set(Person.objects.values_list("birth_name", flat=True)) == {"", "Canarini0"}
    last_year.refresh_from_db()
    assert frozen_book(last_year).checksum == figures.checksum
    assert frozen_book(last_year).tables == figures.tables
    assert read_pdf(last_year) == content
