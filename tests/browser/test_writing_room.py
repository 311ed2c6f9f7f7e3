"""S4: the direction writes beside the figures; a closed tab, two writers at once, then the PDF and its publication."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pdfplumber
import pytest
from django.urls import reverse
from page import validate_pdf_bytes
from playwright.sync_api import Page, expect

from abs_reports import services
from abs_reports.compiling.job import run_compilation
from abs_reports.enums import ReportKind
from abs_reports.importing import import_indicators
from abs_reports.models import Passage, PassageVersion, Report
from abs_reports.services import prepare_edition, request_compilation
from abs_reports.writing.plan import add_action
from cias.accounts.enums import Role
from cias.accounts.models import User
from cias.territory.services import load_territory
from tests.abs_reports.conftest import COMPARATOR
from tests.browser.axe import violations
from tests.browser.layout import overflow, tab_walk
from tests.conftest import TERRITORY
from tests.factories import ContributionFactory, UserFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.timeout(400)]
type Login = Callable[[User], Page]

CHAPTER = "territory"
BEGUN = "Le territoire vieillit.\n\nLes communes rurales sont loin."


@pytest.fixture
def report(transactional_db: None, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Report:
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setattr(services, "ring", lambda run_id: None)
    return prepare_edition(kind=ReportKind.UPDATE, year=2025)


@pytest.fixture
def isabelle(transactional_db: None) -> User:
    return UserFactory(
        role=Role.DIRECTOR, first_name="Isabelle", last_name="Marchand", email="isabelle@cias.test"
    )


@pytest.fixture
def karim(transactional_db: None) -> User:
    return UserFactory(role=Role.DIRECTOR, first_name="Karim", last_name="Benali", email="karim@cias.test")


def address(report: Report, chapter: str = CHAPTER) -> str:
    return reverse("abs_reports:writing_chapter", args=[report.pk, chapter])


def analysis(page: Page) -> Any:
    return page.get_by_role("textbox", name="Analyse")


def save(page: Page) -> None:
    page.get_by_role("button", name="Enregistrer les textes").click()


def is_sound(page: Page) -> None:
    assert violations(page) == []
    assert overflow(page) == []


def test_a_closed_tab_loses_nothing(report: Report, isabelle: User, browser_login: Login) -> None:
    page = browser_login(isabelle)
    page.goto(address(report))
    analysis(page).fill("Écrit avant de partir.")
    expect(page.get_by_text("brouillon enregistré à")).to_be_visible()
    analysis(page).press_sequentially(" Et encore.")
    page.close(run_before_unload=False)
    again = browser_login(isabelle)
    again.goto(address(report))
    expect(analysis(again)).to_have_value("Écrit avant de partir. Et encore.")
    expect(again.get_by_text("est revenu")).to_be_visible()
    analysis(again).press("Control+a")
    again.get_by_role("button", name="Gras : Analyse").click()
    expect(analysis(again)).to_have_value("**Écrit avant de partir. Et encore.**")
    save(again)
    expect(again.get_by_text("Enregistré : analyse.")).to_be_visible()


def test_two_writers_see_each_other_and_both_texts_stand(
    report: Report, isabelle: User, karim: User, browser_login: Login
) -> None:
    one, two = browser_login(isabelle), browser_login(karim)
    one.goto(address(report))
    analysis(one).fill(BEGUN)
    save(one)
    expect(one.get_by_text("Enregistré : analyse.")).to_be_visible()

    two.goto(address(report))
    expect(two.locator("#presence")).to_contain_text("Isabelle Marchand est aussi dans ce chapitre")
    analysis(two).fill(BEGUN.replace("loin", "loin de tout"))
    expect(two.get_by_text("brouillon enregistré à")).to_be_visible()
    expect(one.locator("#presence")).to_contain_text("Karim Benali est aussi dans ce chapitre")
    expect(one.locator("#presence")).to_contain_text("et écrit : analyse")
    analysis(one).fill(BEGUN.replace("vieillit", "vieillit vite"))
    save(one)
    expect(one.get_by_text("Enregistré : analyse.")).to_be_visible()
    expect(two.locator("#presence")).to_contain_text("a enregistré « Analyse »")
    save(two)
    expect(two.get_by_text("Les deux textes sont réunis.")).to_be_visible()
    expect(analysis(two)).to_have_value(
        "Le territoire vieillit vite.\n\nLes communes rurales sont loin de tout."
    )

    # The same paragraph now: both are shown, and one must choose.
    two.goto(address(report))
    one.goto(address(report))
    analysis(one).fill("Isabelle, encore.")
    analysis(two).fill("Karim, encore.")
    save(one)
    expect(one.get_by_text("Enregistré : analyse.")).to_be_visible()
    save(two)
    expect(two.get_by_role("heading", name="Un texte reste à choisir")).to_be_visible()
    expect(two.get_by_role("region", name="Le texte enregistré")).to_have_text("Isabelle, encore.")
    expect(analysis(two)).to_have_value("Karim, encore.")
    is_sound(two)
    save(two)
    expect(two.get_by_text("Choisissez le texte à garder.").first).to_be_visible()
    two.get_by_label("Les deux, le texte enregistré d’abord").check()
    save(two)
    expect(two.get_by_text("Enregistré : analyse.")).to_be_visible()
    assert Passage.objects.get(kind="analyse").text == "Isabelle, encore.\n\nKarim, encore."
    assert set(PassageVersion.objects.values_list("text", flat=True)) >= {
        "Isabelle, encore.",
        "Karim, encore.",
    }
    two.get_by_role("link", name="versions : Analyse").click()
    expect(two.get_by_role("heading", name="Texte mis de côté").first).to_be_visible()
    is_sound(two)


def test_written_compiled_printed_published(report: Report, isabelle: User, browser_login: Login) -> None:
    load_territory(TERRITORY)
    import_indicators(name=COMPARATOR.name, content=COMPARATOR.read_bytes())
    ContributionFactory(series=report.series, validated=True, to_print=True, chapter=CHAPTER)
    add_action(report=report, chapter=CHAPTER, objective="Rapprocher", action="Ouvrir une permanence", pilot="CIAS",
               calendar="2027")  # fmt: skip
    page = browser_login(isabelle)
    page.goto(address(report))
    analysis(page).fill("Une phrase que le rapport imprime.")
    save(page)
    expect(page.get_by_text("Enregistré : analyse.")).to_be_visible()

    def compile_now() -> Report:
        run_compilation(request_compilation(report=Report.objects.get(pk=report.pk)).pk)
        return Report.objects.get(pk=report.pk)

    compiled = compile_now()
    content = compiled.pdf_path.read_bytes()
    assert validate_pdf_bytes(content, profile="ua1").is_compliant
    with pdfplumber.open(BytesIO(content)) as document:
        text = "\n".join(one.extract_text() for one in document.pages)
    for printed in ("Une phrase que le rapport imprime.", "Mission locale", "Ouvrir une permanence"):
        assert printed in text

    page.goto(address(report))
    expect(page.get_by_role("heading", name="Les chiffres")).to_be_visible()
    expect(page.locator(".exhibit svg").first).to_be_visible()
    is_sound(page)
    assert tab_walk(page) == []
    analysis(page).fill("Une autre phrase.")
    save(page)
    expect(page.get_by_text("le PDF ne les contient pas encore")).to_be_visible()
    for name in (
        "writing_room",
        "contributions",
        "plan",
        "restitutions",
        "contribution_create",
        "action_create",
    ):
        page.goto(reverse(f"abs_reports:{name}", args=[report.pk]))
        is_sound(page)
    compile_now()
    page.goto(reverse("abs_reports:publish", args=[report.pk]))
    page.get_by_role("button", name="Publier").click()
    expect(page.get_by_text("est publié.")).to_be_visible()
    page.goto(address(report))
    expect(page.get_by_text("Une autre phrase.")).to_be_visible()
    expect(analysis(page)).to_have_count(0)
    is_sound(page)
