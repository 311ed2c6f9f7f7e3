"""« L'orientation RSA » (interface.md, journey 7): from the Département's file to the facts sent back, by keyboard."""

import csv
import io
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine
from playwright.sync_api import Page, expect

from households.models import Person
from insertion.followup.enums import NoShowState
from insertion.imports import services as imports
from insertion.imports.job import do_run
from insertion.models import EngagementContract, NoShowCase, Orientation, OrientationImportRun
from tests.browser.axe import violations
from tests.browser.layout import overflow
from tests.browser.people import People
from tests.browser.test_whole_case import enter, said, saved_by
from tests.factories import WorkshopFactory, WorkshopSessionFactory
from tests.insertion.department_files import csv_file, line

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.timeout(300)]
type Login = Callable[..., Page]

ANNE = {"caf": "12345", "nom": "RENAULT", "prenom": "Anne", "naissance": "12/04/1986", "iodas": "I-77"}
WRONG = (
    {"nom": "Sans prénom", "iodas": "A1"},
    {**ANNE, "prenom": "Zoé", "iodas": "A2", "caf": "2", "naissance": "31/02/1990"},
    {**ANNE, "prenom": "Luc", "iodas": "A3", "caf": "3", "orientation": "Parcours X"},
)


def test_from_the_file_to_the_facts(
    monday: time_machine.Traveller,
    people: People,
    browser_login: Login,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.setattr(imports, "ring", lambda job: None)
    WorkshopSessionFactory(
        workshop=WorkshopFactory(name="Mon budget"),
        start=datetime(2026, 11, 30, 8, 30, tzinfo=UTC),
        end=datetime(2026, 11, 30, 10, 30, tzinfo=UTC),
        agent=people.claire,
    )
    page = browser_login(people.claire)
    import_the_file(page, tmp_path)
    pathway = sign_the_contract(page)
    register_for_the_workshop(browser_login(people.nadege))
    monday.move_to(datetime(2026, 11, 30, 13, 0, tzinfo=UTC))
    form = follow_the_absence(browser_login(people.claire), pathway)
    monday.move_to(datetime(2026, 12, 18, 9, 0, tzinfo=UTC))
    send_the_facts(browser_login(people.claire), form)


def import_the_file(page: Page, folder: Path) -> None:
    """Three of four lines cannot be taken; each says why, and can be had back as a file."""
    path = folder / "orientations-novembre.csv"
    path.write_bytes(csv_file(line(**ANNE), *(line(**wrong) for wrong in WRONG)))
    page.goto("/insertion/")
    enter(page.get_by_role("link", name="Fichiers du Département"))
    page.get_by_label("Fichier", exact=True).set_input_files(path)
    assert violations(page) == []
    enter(page.get_by_role("button", name="Lire le fichier"))
    expect(page.get_by_role("heading", name="Que disent les colonnes")).to_be_visible()
    assert violations(page) == overflow(page) == []
    enter(page.get_by_role("button", name="Vérifier"))
    expect(page.get_by_text("Vérification en cours")).to_be_visible()
    do_run(OrientationImportRun.objects.get().pk)
    report = page.get_by_role("table")
    expect(report).to_contain_text("le prénom manque")
    expect(report).to_contain_text("cette date n’existe pas")
    expect(report).to_contain_text("Parcours X")
    assert violations(page) == overflow(page) == []
    assert not Person.objects.filter(birth_name__iexact="Renault").exists(), "nothing is written yet"
    enter(page.get_by_role("link", name="Les lignes refusées"))
    page.get_by_label("Motif").fill("Corriger le fichier du Département")
    assert violations(page) == overflow(page) == []
    with page.expect_download() as download:
        enter(page.get_by_role("button", name="Exporter (CSV)"))
    enter(page.get_by_role("link", name="Annuler"))
    rows = list(csv.reader(io.StringIO(Path(download.value.path()).read_text("utf-8-sig")), delimiter=";"))
    assert len(rows) == 1 + len(WRONG)
    enter(page.get_by_role("button", name="Importer"))
    expect(page.get_by_text("Import en cours")).to_be_visible()
    do_run(OrientationImportRun.objects.order_by("-created_at")[0].pk)
    expect(page.get_by_role("button", name="Défaire cet import")).to_be_visible()
    assert Orientation.objects.get().person.first_names == "Anne"


def sign_the_contract(page: Page) -> str:
    """The list says what is due; the first meeting, then the contract, its print and both signatures."""
    page.goto("/insertion/")
    row = page.get_by_role("row").filter(has_text="Anne")
    enter(row.get_by_role("link", name=re.compile("Anne")).first)
    enter(page.get_by_role("link", name="Suivi du parcours"))
    pathway = page.url
    enter(page.get_by_role("link", name="Premier rendez-vous tenu"))
    page.get_by_label("Le", exact=True).fill("20/11/2026")
    enter(page.get_by_role("button", name="Enregistrer"))
    said(page, "remier rendez-vous")
    enter(page.get_by_role("link", name="Écrire un contrat"))
    page.get_by_label("Du", exact=True).fill("23112026")
    page.get_by_label("Au", exact=True).fill("22052027")
    page.get_by_label("Objectifs").fill("Retrouver un emploi dans la petite enfance.")
    page.get_by_label("Heures par semaine").first.fill("")
    enter(page.get_by_role("button", name=re.compile("Enregistrer")))
    expect(page.get_by_role("alert")).to_contain_text(
        "Indiquez des heures par semaine, ou choisissez une dispense"
    )
    expect(page.get_by_label("Objectifs")).to_have_value("Retrouver un emploi dans la petite enfance.")
    page.get_by_label("Heures par semaine").first.fill("15")
    assert violations(page) == []
    enter(page.get_by_role("button", name=re.compile("Enregistrer")))
    printed = "\n".join(saved_by(page.get_by_role("link", name="Imprimer")))
    assert "petite enfance" in printed
    enter(page.get_by_role("link", name="Noter les signatures"))
    page.get_by_label("Signé par la personne le").fill("23112026")
    page.get_by_label("Signé par le CIAS le").fill("23112026")
    enter(page.get_by_role("button", name="Enregistrer"))
    said(page, "signature est notée")
    assert EngagementContract.objects.get().is_signed
    assert violations(page) == overflow(page) == []
    return pathway


def register_for_the_workshop(desk: Page) -> None:
    """Reception finds her by name and sees nothing of her pathway."""
    desk.goto("/ateliers/")
    enter(desk.get_by_role("link", name=re.compile("^Mon budget")).first)
    desk.get_by_label("Qui").press_sequentially("renault")
    enter(desk.get_by_role("button", name=re.compile("Inscrire")).first)
    said(desk, "inscription confirmée")
    assert violations(desk) == overflow(desk) == []
    refused = desk.goto("/insertion/")
    assert refused is not None
    assert refused.status == 403


def follow_the_absence(page: Page, pathway: str) -> str:
    """She did not come: marked on the sheet, told on the pathway, then a summons with proof, and the facts."""
    page.goto("/ateliers/?periode=passees")
    enter(page.get_by_role("link", name=re.compile("^Mon budget")).first)
    enter(page.get_by_role("link", name="Saisir les présences"))
    page.get_by_role("radio", name=re.compile("non excusé")).press("Space")
    assert violations(page) == []
    enter(page.get_by_role("button", name="Enregistrer les présences"))
    said(page, "0\u00a0présent, 1\u00a0inscrit")
    page.goto(pathway)
    expect(page.locator("main")).to_contain_text("Mon budget")
    enter(page.get_by_role("link", name="Suivre une absence"))
    page.get_by_role("checkbox", name=re.compile("Mon budget")).check()
    enter(page.get_by_role("button", name="Enregistrer"))
    said(page, "L’absence est suivie")
    enter(page.get_by_role("link", name="Continuer le suivi"))
    expect(page.get_by_role("heading", name="Rendez-vous manqués")).to_be_visible()
    assert violations(page) == overflow(page) == []

    enter(page.get_by_role("link", name="Essai pour joindre la personne"))
    page.get_by_label("Le", exact=True).fill("30112026")
    page.get_by_label("Moyen").select_option(label="Téléphone")
    page.get_by_label("Résultat").select_option(index=1)
    enter(page.get_by_role("button", name="Enregistrer"))
    said(page, "L’essai est noté")

    # Fifteen days at least between the letter and the meeting: said at the field.
    enter(page.get_by_role("link", name="Convocation"))
    page.get_by_label("Envoyée le").fill("30112026")
    page.get_by_label("Moyen d’envoi").select_option(index=1)
    page.get_by_label("Rendez-vous le").fill("17122026")
    page.get_by_label("À", exact=True).fill("9h30")
    assert violations(page) == []
    enter(page.get_by_role("button", name="Enregistrer"))
    said(page, "La convocation est notée")
    letter = "\n".join(saved_by(page.get_by_role("link", name="Lettre de convocation")))
    assert "Renault" in letter or "RENAULT" in letter
    assert "17 décembre 2026" in letter.replace("\u00a0", " ")
    facts = "\n".join(saved_by(page.get_by_role("link", name="Rapport de faits")))
    assert "Mon budget" in facts
    assert "sanction" not in facts.lower()
    enter(page.get_by_role("link", name="Transmettre les faits au Département"))
    page.get_by_label("Transmis le").fill("30112026")
    enter(page.get_by_role("button", name="Noter la transmission"))
    expect(page.get_by_role("alert")).to_contain_text("convoquée le 17/12/2026\u00a0: attendez ce jour")
    return page.url


def send_the_facts(page: Page, form: str) -> None:
    """The day of the summons is past."""
    page.goto(form)
    page.get_by_label("Transmis le").fill("18122026")
    enter(page.get_by_role("button", name="Noter la transmission"))
    said(page, "le rapport est figé")
    assert NoShowCase.objects.get().state == NoShowState.REPORTED
    assert violations(page) == overflow(page) == []

    # One click takes the last step back: nothing is decided for good.
    enter(page.get_by_role("button", name=re.compile("^(Annuler|Revenir)")))
    expect(page.get_by_role("link", name="Transmettre les faits au Département")).to_be_visible()
    assert NoShowCase.objects.get().state == NoShowState.SUMMONED
