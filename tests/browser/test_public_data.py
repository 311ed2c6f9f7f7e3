"""S2: the direction verifies a file, imports it without sending it again, and reads where a figure comes from."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from abs_reports.importing import job as orders
from abs_reports.models import ImportJob
from cias.accounts.models import User
from cias.territory.services import load_territory
from tests.abs_reports.conftest import COMPARATOR, media  # noqa: F401 - a fixture
from tests.browser.axe import violations
from tests.browser.layout import overflow
from tests.conftest import TERRITORY

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.timeout(300)]
type Login = Callable[..., Page]
WIDTHS = (1440, 820, 320)


@pytest.fixture(autouse=True)
def _unattended(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is asked for waits until the test does it: no worker listens here."""
    monkeypatch.setattr(orders, "ring", lambda job_id: None)


def work() -> None:
    for job in ImportJob.objects.active():
        orders.do_import(job.pk)


def looks_right(page: Page) -> None:
    assert violations(page) == []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert overflow(page) == [], width
    page.set_viewport_size({"width": 1440, "height": 900})


@pytest.mark.usefixtures("media")
def test_a_file_is_verified_then_imported_and_its_figures_are_traced(
    isabelle: User, browser_login: Login, tmp_path: Path
) -> None:
    load_territory(TERRITORY)
    page = browser_login(isabelle)
    page.goto("/donnees-publiques/")
    expect(page.get_by_text("Aucun fichier n’est encore importé.")).to_be_visible()
    looks_right(page)
    page.get_by_label("Fichier", exact=True).set_input_files(COMPARATOR)
    page.get_by_role("button", name="Vérifier sans enregistrer").click()
    expect(page.get_by_role("heading", name="Vérification en cours")).to_be_visible()
    looks_right(page)
    work()
    page.reload()
    expect(page.get_by_text("rien n’est encore enregistré")).to_be_visible()
    looks_right(page)
    page.get_by_role("button", name="Importer ce fichier").click()
    work()
    page.reload()
    page.get_by_role("link", name="Compte rendu").click()
    expect(page.get_by_text("66 lues, 66 du territoire (commune 66)")).to_be_visible()
    looks_right(page)

    broken = tmp_path / "casse.csv"
    broken.write_bytes(b"CODGEO;P22_POP\n28085;beaucoup\n")
    page.goto("/donnees-publiques/")
    page.get_by_label("Fichier", exact=True).set_input_files(broken)
    page.get_by_role("button", name="Importer", exact=True).click()
    work()
    page.reload()
    expect(page.get_by_text("ligne 2 (28085), colonne P22_POP")).to_be_visible()
    looks_right(page)

    page.goto("/donnees-publiques/")
    expect(page.get_by_role("region", name="Tableau des jeux de données")).to_contain_text("Commune")
    looks_right(page)
    page.get_by_role("link", name="Indicateurs").click()
    page.get_by_label("Thème").select_option(label="Revenus et pauvreté")
    page.get_by_role("button", name="Afficher").click()
    looks_right(page)
    page.get_by_role("link", name="Taux de pauvreté au seuil de 60").click()
    expect(page.get_by_role("row", name="Chartres Commune 16,0")).to_be_visible()
    looks_right(page)
