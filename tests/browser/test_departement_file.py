"""Journey 7, first part (interface.md): the Département's file, its three problem rows explained, imported and undone;
then another référent and a request for another orientation, from the household's page."""

from collections.abc import Callable
from pathlib import Path

import pytest
import time_machine
from playwright.sync_api import Page, expect

from cias.territory.services import load_territory
from households.models import NumberSeries
from insertion.imports.job import do_run
from insertion.models import Orientation, OrientationImportRun
from tests.browser.axe import violations
from tests.browser.people import People
from tests.browser.test_whole_case import said
from tests.conftest import TERRITORY
from tests.insertion.department_files import csv_file, line, nir

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.timeout(300)]
type Login = Callable[..., Page]

NADIA = {
    "caf": "7700101", "civilite": "Mme", "nom": "BELLANGER", "prenom": "Nadia", "naissance": "14/02/1991",
    "role": "DEM", "iodas": "IO-1", "nir": nir(2, 91, 2, 101), "referent": "Vasseur",
}  # fmt: skip
KARIM = {
    "caf": "7700101", "civilite": "M.", "nom": "BELLANGER", "prenom": "Karim", "naissance": "30/08/1988",
    "role": "CJT", "iodas": "IO-2",
}  # fmt: skip
BROKEN = (
    {"nom": "ÉTIENNE", "prenom": "Rose", "naissance": "31/02/1990", "iodas": "IO-3"},
    {
        "nom": "FOUCHER",
        "prenom": "Samuel",
        "naissance": "11/01/1984",
        "iodas": "IO-4",
        "nir": "184012808510600",
    },
    {"prenom": "Yasmine", "naissance": "23/05/1979", "iodas": "IO-5"},
)


@pytest.fixture(autouse=True)
def _unattended(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is asked for waits until the test does it: no worker listens here."""
    monkeypatch.setattr("insertion.imports.services.ring", lambda run_id: None)


def work() -> None:
    for run in OrientationImportRun.objects.active():
        do_run(run.pk)


def test_the_departments_file_is_imported_and_its_problems_explained(
    monday: time_machine.Traveller, people: People, browser_login: Login, tmp_path: Path
) -> None:
    load_territory(TERRITORY)
    NumberSeries.objects.create(year=2026, last=100)  # after the number of the household of `people`
    file = tmp_path / "orientations.csv"
    file.write_bytes(csv_file(line(**NADIA), line(**KARIM), *(line(**values) for values in BROKEN)))
    page = browser_login(people.claire)
    page.goto("/insertion/")
    page.get_by_role("link", name="Fichiers du Département").click()
    assert violations(page) == []
    page.get_by_label("Fichier", exact=True).set_input_files(file)
    page.get_by_role("button", name="Lire le fichier").click()
    expect(page.get_by_label("DECISION ORIENTATION remplit")).to_have_value("kind")
    assert violations(page) == []
    page.get_by_label("Enregistrer cette correspondance sous le nom").fill("Fichier mensuel")
    page.get_by_role("button", name="Vérifier le fichier").click()
    expect(page.get_by_role("heading", name="Vérification en cours")).to_be_visible()
    assert violations(page) == []
    work()
    page.reload()
    for sentence in ("Date de Naissance", "clé ne correspond pas", "le nom manque"):
        expect(page.get_by_role("region", name="Lignes du rapport")).to_contain_text(sentence)
    page.get_by_role("link", name="Refusé 3").click()
    expect(page.get_by_role("row")).to_have_count(4)
    assert violations(page) == []
    page.get_by_role("button", name="Importer", exact=True).click()
    work()
    page.reload()
    page.get_by_role("link", name="Créé 2").click()
    page.get_by_role("link", name="Bellanger Nadia").click()
    expect(page.get_by_role("heading", name="Nadia Bellanger : orientation sociale")).to_be_visible()
    expect(page.get_by_role("heading", name="Karim Bellanger : orientation sociale")).to_be_visible()
    assert violations(page) == []


def test_another_referent_and_another_orientation(
    monday: time_machine.Traveller, people: People, browser_login: Login
) -> None:
    orientation = Orientation.objects.create(
        household=people.household, person=people.maelle, kind="sociale", notified_on="2026-11-02",
        start="2026-11-02", structure="CIAS", referent=people.claire,
    )  # fmt: skip
    page = browser_login(people.claire)
    page.goto(f"/menages/{people.household.pk}/insertion/")
    page.get_by_role("link", name="Changer de référent de Maëlle Le Goff").click()
    page.get_by_label("Nouveau référent unique").select_option(label="Mehdi Aouragh")
    assert violations(page) == []
    page.get_by_role("button", name="Enregistrer").click()
    said(page, "Mehdi Aouragh est maintenant référent unique de Maëlle Le Goff.")
    page.get_by_role("link", name="Demander une réorientation pour Maëlle Le Goff").click()
    page.get_by_role("radio", name="Professionnelle", exact=True).check()
    page.get_by_label("Motif").fill("La garde est trouvée.")
    page.get_by_label("Transmise au Département le").fill("23112026")
    assert violations(page) == []
    page.get_by_role("button", name="Enregistrer").click()
    said(page, "La demande de réorientation est enregistrée.")
    expect(page.get_by_text("Le délai du contrat est interrompu")).to_be_visible()
    assert violations(page) == []
    page.get_by_role("link", name="Acceptée").click()
    page.get_by_role("button", name="Enregistrer").click()
    said(page, "La nouvelle orientation est enregistrée.")
    orientation.refresh_from_db()
    assert str(orientation.end) == "2026-11-22"
    page.goto("/insertion/reorientations/?etat=toutes")
    expect(page.get_by_role("row", name="Maëlle Le Goff")).to_contain_text("Acceptée")
    assert violations(page) == []
