"""A job search with the keyboard: project, CV, an offer and who it may suit, an interview, a job and its keeping."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
import time_machine
from playwright.sync_api import Page, expect

from insertion.models import JobSearch, SearchOutcome
from tests.browser.axe import violations
from tests.browser.layout import overflow
from tests.browser.people import People
from tests.browser.test_whole_case import enter, said, saved_by
from tests.factories import PartnerFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.timeout(300)]
type Login = Callable[..., Page]


def test_from_a_project_to_a_job_kept(
    monday: time_machine.Traveller, people: People, browser_login: Login
) -> None:
    PartnerFactory(name="ADMR de Maintenon", kind="employer")
    page = browser_login(people.claire)
    page.goto(f"/menages/{people.household.pk}/")
    page.locator("details.menu summary").press("Enter")
    enter(page.get_by_role("link", name="Ouvrir une recherche d’emploi"))
    page.get_by_label("Personne", exact=True).select_option(label="Maëlle Le Goff")
    page.get_by_label("Métier visé").fill("Aide à domicile")
    page.get_by_label("Services à la personne et à la collectivité").press("Space")
    page.get_by_label("Niveau de diplôme obtenu").select_option("3")
    page.get_by_label("Jusqu’où").select_option(label="L’agglomération")
    page.get_by_label("B (voiture)", exact=True).press("Space")
    assert violations(page) == overflow(page) == []
    enter(page.get_by_role("button", name="Ouvrir la recherche"))
    said(page, "est ouverte")
    assert violations(page) == overflow(page) == []

    # The CV, line by line, then on paper.
    enter(page.get_by_role("link", name="Ajouter une expérience"))
    page.get_by_label("Poste").fill("Agente d’entretien")
    page.get_by_label("De (année)").fill("2019")
    enter(page.get_by_role("button", name="Enregistrer"))
    enter(page.get_by_role("link", name="Ajouter une langue"))
    page.get_by_label("Langue", exact=True).fill("Breton")
    enter(page.get_by_role("button", name="Enregistrer"))
    expect(page.get_by_role("alert")).to_contain_text("Niveau")
    page.get_by_label("Niveau").select_option(label="Langue maternelle")
    enter(page.get_by_role("button", name="Enregistrer"))
    printed = "\n".join(saved_by(page.get_by_role("link", name="Imprimer le CV")))
    assert "depuis 2019" in printed
    assert "Breton" in printed

    # An offer, and why it may suit her.
    page.goto("/insertion/emploi/offres/")
    assert violations(page) == overflow(page) == []
    enter(page.get_by_role("link", name="Nouvelle offre"))
    page.get_by_label("Partenaire").select_option(label="ADMR de Maintenon")
    page.get_by_label("Poste", exact=True).fill("Aide à domicile à Maintenon")
    page.get_by_label("Domaine").select_option("K")
    page.get_by_label("Contrat").select_option("cdi")
    page.get_by_label("Permis demandé").select_option("B")
    assert violations(page) == overflow(page) == []
    enter(page.get_by_role("button", name="Enregistrer"))
    said(page, "L’offre est enregistrée")
    expect(page.get_by_role("link", name="Maëlle Le Goff", exact=True)).to_be_visible()
    assert violations(page) == overflow(page) == []
    enter(page.get_by_role("link", name="Candidater pour Maëlle Le Goff"))
    expect(page.get_by_label("Offre (facultatif)")).not_to_have_value("")
    enter(page.get_by_role("button", name="Enregistrer"))
    said(page, "La démarche est notée")
    enter(page.get_by_role("link", name="Réponse : Candidature"))
    page.get_by_label("Réponse").select_option(label="Positif")
    enter(page.get_by_role("button", name="Enregistrer"))
    said(page, "La réponse est notée")

    # The job, six months later still hers.
    enter(page.get_by_role("link", name="Noter une issue"))
    page.get_by_label("Issue").select_option(label="Emploi durable")
    page.get_by_label("Contrat (facultatif)").select_option("cdi")
    assert violations(page) == overflow(page) == []
    enter(page.get_by_role("button", name="Enregistrer"))
    said(page, "L’issue est notée")
    monday.move_to(datetime(2027, 5, 24, 9, tzinfo=UTC))
    page = browser_login(people.claire)
    page.goto("/a-faire/")
    enter(page.get_by_role("link", name="Maintien à demander"))
    enter(page.get_by_role("link", name="Noter le maintien"))
    page.get_by_label("La personne y est encore").select_option(label="Maintien")
    enter(page.get_by_role("button", name="Enregistrer"))
    said(page, "Le maintien est noté")
    assert SearchOutcome.objects.get().kept == "yes"
    assert not JobSearch.objects.running().exists()
    page.goto("/insertion/emploi/?liste=terminees")
    expect(page.locator("main")).to_contain_text("Maëlle Le Goff")
    page.set_viewport_size({"width": 320, "height": 800})
    assert violations(page) == overflow(page) == []
