"""The pages of a pathway: the list, the card, the steps of a contract and of absences, what is printed, for whom."""

from datetime import date
from io import BytesIO
from typing import Any

import pdfplumber
import pikepdf
import pytest
import time_machine
from django.urls import reverse

from cias.audit.services import state_reason
from cias.core.registry import collect_timeline
from households.models import Document
from households.services import protect_household
from households.team import own_work
from insertion.models import (
    EngagementContract,
    NoShowCase,
    Orientation,
    PathwayExit,
    PathwayParameter,
)
from tests.factories import AddressFactory, EngagementContractFactory, OrientationFactory

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 26)
SECRET = "canari-parcours-4417"


@pytest.fixture(autouse=True)
def _thursday() -> Any:
    with time_machine.travel("2026-11-26T10:00:00+01:00", tick=True):
        yield


@pytest.fixture
def orientation(claire) -> Orientation:
    return OrientationFactory(start=date(2026, 11, 2), notified_on=date(2026, 11, 2), referent=claire)


def text_of(response: Any) -> str:
    assert response["Content-Type"] == "application/pdf"
    with pdfplumber.open(BytesIO(response.content)) as document:
        return " ".join(" ".join(page.extract_text() for page in document.pages).split())


def page(client: Any, name: str, *args: Any, **data: Any) -> str:
    url = reverse(f"insertion:{name}", args=args)
    response = client.post(url, data, follow=True) if data else client.get(url)
    return response.content.decode().replace("\u00a0", " ")


def test_the_card_says_where_what_and_when(login, orientation, claire) -> None:
    html = page(login(claire), "household", orientation.household_id)
    for said in ("Où en est-on", "La suite", "Pour quand", "Premier rendez-vous", "17/11/2026", "En retard"):
        assert said in html
    assert "Prendre rendez-vous" in html
    EngagementContractFactory(
        orientation=orientation, start=date(2026, 11, 20), end=date(2027, 5, 19), signed=True
    )
    html = page(login(claire), "household", orientation.household_id)
    assert "Réexamen de l’orientation sociale" in html
    assert "jusqu’au 19/05/2027" in html


def test_a_contract_from_the_list_to_its_print(login, orientation, claire) -> None:
    client = login(claire)
    AddressFactory(household=orientation.household, street="4 rue du Puits")
    html = page(client, "pathways")
    assert "Contrat d’engagement à signer" in html or "Premier rendez-vous" in html
    values = {
        "kind": "ce", "start": "26/11/2026", "end": "25/05/2027", "weekly_hours": "15,5",
        "objectives": "Retrouver un rythme", "actions-TOTAL_FORMS": 3, "actions-INITIAL_FORMS": 0,
        "actions-0-kind": "training", "actions-0-label": "Remise à niveau", "actions-0-weekly_hours": "6",
    }  # fmt: skip
    page(client, "contract_create", orientation.pk, **values)
    contract = EngagementContract.objects.get()
    printed = text_of(client.get(reverse("insertion:contract_pdf", args=[contract.pk])))
    for said in (
        "Projet à relire",
        "15,5 heures par semaine",
        "R5411-15-3",
        "Remise à niveau",
        "4 rue du Puits",
    ):
        assert said in printed
    page(
        client, "contract_edit", contract.pk, **values | {"actions-TOTAL_FORMS": 0, "objectives": "Un rythme"}
    )
    html = page(
        client, "contract_sign", contract.pk, signed_by_person_on="26/11/2026", signed_by_structure_on=""
    )
    assert "La signature est notée" in html
    html = page(client, "contract_sign", contract.pk, signed_by_structure_on="27/11/2026")
    assert "dans l’avenir" in html
    page(client, "contract_sign", contract.pk, signed_by_structure_on="26/11/2026")
    html = page(client, "contract", contract.pk)
    assert "en cours" in html
    assert "Annuler : signature" in html
    assert "par un avenant" in page(client, "contract_edit", contract.pk, **values)
    action = contract.actions.get()
    html = page(client, "contract_hours", contract.pk, on="26/11/2026", **{f"heures-{action.pk}": "4,5"})
    assert "4,5 h" in html
    assert "est annulée" in page(client, "contract_hours_undo", contract.pk, x=1)
    html = page(client, "contract_update", contract.pk, on="26/11/2026", next_review_on="26/02/2027")
    assert "L’actualisation est notée" in html
    values = {
        "effective_on": "01/12/2026",
        "end": "30/06/2027",
        "weekly_hours": "15,5",
        "changes": "Un mois de plus",
    }
    html = page(client, "contract_amend", contract.pk, **values)
    assert "Avenant n° 1 à signer" in html
    amendment = contract.amendments.get()
    assert "Un mois de plus" in text_of(client.get(reverse("insertion:amendment_pdf", args=[amendment.pk])))
    html = page(
        client,
        "amendment_sign",
        amendment.pk,
        signed_by_person_on="26/11/2026",
        signed_by_structure_on="26/11/2026",
    )
    assert "du 26/11/2026 au 30/06/2027" in html
    assert "est annulée" in page(client, "contract_undo", contract.pk, x=1)
    html = page(client, "contract_end", contract.pk, on="26/11/2026", end_reason="agreement")
    assert "avant le terme" in html
    page(client, "contract_undo", contract.pk, x=1)
    html = client.get(
        reverse("insertion:contract_create", args=[orientation.pk]), {"renouvelle": str(contract.pk)}
    ).content.decode()
    assert "Renouveler le contrat" in html
    assert "Remise à niveau" in html
    assert "26/05/2027" in html


def test_an_old_cer_is_kept_and_needs_no_hours(login, claire) -> None:
    orientation = OrientationFactory(start=date(2024, 3, 4), notified_on=date(2024, 3, 4), referent=claire)
    client = login(claire)
    values = {
        "kind": "cer", "start": "18/03/2024", "end": "17/09/2024", "objectives": "Passer le permis",
        "signed_by_person_on": "18/03/2024", "signed_by_structure_on": "18/03/2024", "actions-TOTAL_FORMS": 0,
        "actions-INITIAL_FORMS": 0,
    }  # fmt: skip
    html = page(client, "contract_create", orientation.pk, **values)
    assert "réciproques (avant 2025)" in html
    assert "Passer le permis" in html
    assert "Imprimer</a>" not in html


def test_the_signed_copy_joins_the_documents(login, orientation, claire, tmp_path) -> None:
    contract = EngagementContractFactory(orientation=orientation, signed=True)
    client = login(claire)
    scan = BytesIO()
    pdf = pikepdf.new()
    pdf.add_blank_page()
    pdf.save(scan)
    scan.seek(0)
    scan.name = "contrat.pdf"
    html = page(client, "contract_scan", contract.pk, brought=scan)
    assert "est joint" in html
    contract.refresh_from_db()
    assert contract.scan == Document.objects.get(household=orientation.household)


def test_an_absence_followed_up_to_the_report(login, orientation, claire) -> None:
    client = login(claire)
    page(client, "no_show_open", orientation.pk, day="16/11/2026", label="Rendez-vous de 10 h")
    case = NoShowCase.objects.get()
    html = page(client, "no_show", case.pk)
    assert "joindre la personne</strong>, avant le 21/11/2026" in html
    assert "anction" not in html
    page(client, "no_show_step", case.pk, "joindre", on="18/11/2026", channel="phone", result="no_answer")
    html = page(
        client, "no_show_step", case.pk, "convoquer", on="19/11/2026", channel="registered", meeting_on="24/11/2026",
        meeting_time="9 h 30", tracking="",
    )  # fmt: skip
    assert "c’est la preuve" in html
    assert "24/11/2026" in html, "nothing typed is lost"
    page(
        client, "no_show_step", case.pk, "convoquer", on="19/11/2026", channel="registered", meeting_on="24/11/2026",
        meeting_time="9 h 30", tracking="1A 204", meeting_place="Au CIAS",
    )  # fmt: skip
    letter = text_of(client.get(reverse("insertion:no_show_summons_pdf", args=[case.pk])))
    for said in (
        "Mardi 24 novembre 2026 à 9 h 30",
        "n° 1A 204",
        "motifs légitimes",
        "appartient au Département",
    ):
        assert said in letter.replace("\u202f", " ")
    report = reverse("insertion:no_show_report_pdf", args=[case.pk])
    assert "Projet, pas encore transmis" in text_of(client.get(report))
    html = page(client, "no_show_step", case.pk, "transmettre", on="25/11/2026", reason="N’a pas rappelé")
    assert "le rapport est figé" in html
    printed = text_of(client.get(report))
    assert "Projet" not in printed
    for said in ("16/11/2026", "18/11/2026", "19/11/2026", "N’a pas rappelé", "L5426-1"):
        assert said in printed
    assert "anction" not in printed
    html = page(client, "no_show_step", case.pk, "convoquer", on="26/11/2026")
    assert "Rien n’a été enregistré" in html
    page(client, "no_show_undo", case.pk, x=1)
    assert page(client, "no_show", case.pk).count("Convocation envoyée") >= 1
    titles = [item.title for item in collect_timeline(orientation.household, claire)]
    assert "Absence : convocation envoyée" in [title.replace("\u00a0", " ") for title in titles]


def test_review_then_exit_then_undo(login, orientation, claire) -> None:
    client = login(claire)
    html = page(client, "review", orientation.pk, on="26/11/2026", conclusion="keep", next_on="20/11/2026")
    assert "suit celui-ci" in html
    html = page(client, "review", orientation.pk, on="26/11/2026", conclusion="keep", next_on="02/11/2027")
    assert "prochain avant le 02/11/2027" in html
    html = page(
        client, "leave", orientation.pk, on="26/11/2026", reason="lasting_job", evidence="declaration"
    )
    assert "Emploi durable" in html
    assert PathwayExit.objects.standing().count() == 1
    orientation.refresh_from_db()
    assert orientation.end == TODAY
    html = page(client, "pathway_undo", orientation.pk, x=1)
    orientation.refresh_from_db()
    assert orientation.end is None
    assert page(client, "first_meeting", orientation.pk, on="01/11/2026").count("précède") >= 1


def test_the_list_filters_sorts_and_exports(login, orientation, claire, isabelle) -> None:
    late = OrientationFactory(start=date(2026, 1, 5), notified_on=date(2026, 1, 5), referent=None, kind="pro")
    client = login(isabelle)
    url = reverse("insertion:pathways")
    html = client.get(url).content.decode()
    assert html.index(late.person.full_name) < html.index(orientation.person.full_name)
    html = client.get(url, {"tri": "echeance-inverse"}).content.decode()
    assert html.index(late.person.full_name) > html.index(orientation.person.full_name)
    html = client.get(url, {"referent": "sans"}).content.decode()
    assert orientation.person.full_name not in html
    html = client.get(url, {"orientation": "pro", "etape": "rendez-vous", "delai": "late"}).content.decode()
    assert late.person.full_name in html
    html = client.get(url, {"contrat": "en-cours"}).content.decode()
    assert "Aucun parcours ne répond" in html
    assert client.get(reverse("lists:export", args=["parcours"])).status_code == 200


def test_work_lists_name_the_second_alert(orientation, claire, isabelle) -> None:
    with time_machine.travel("2026-11-28T10:00:00+01:00"):
        titles = [item.title for item in own_work(claire, date(2026, 11, 28))]
    assert "Contrat d’engagement à signer (2e alerte)" in titles
    assert not [item for item in own_work(isabelle, date(2026, 11, 28)) if item.kind == "insertion"]


def test_the_direction_reads_content_only_after_stating_why(login, orientation, isabelle) -> None:
    contract = EngagementContractFactory(orientation=orientation, objectives=SECRET, signed=True)
    client = login(isabelle)
    for name, key in (("contract", contract.pk), ("contract_pdf", contract.pk), ("pathway", orientation.pk)):
        assert SECRET not in page(client, name, key)
    state_reason(user=isabelle, subject_id=orientation.household_id, reason="Réclamation")
    assert SECRET in page(client, "contract", contract.pk)
    assert SECRET in text_of(client.get(reverse("insertion:contract_pdf", args=[contract.pk])))
    for name in ("contract_sign", "contract_end", "contract_amend"):
        assert client.get(reverse(f"insertion:{name}", args=[contract.pk])).status_code == 403


def test_a_hidden_address_is_never_printed(login, orientation, claire) -> None:
    AddressFactory(household=orientation.household, street="7 impasse Canaritude")
    protect_household(
        by=claire, household=orientation.household, reason="violence", hides_address=True, agents=[claire]
    )
    contract = EngagementContractFactory(orientation=orientation, signed=True)
    client = login(claire)
    page(client, "no_show_open", orientation.pk, day="16/11/2026", label="Rendez-vous")
    case = NoShowCase.objects.get()
    page(
        client, "no_show_step", case.pk, "convoquer", on="19/11/2026", channel="letter", meeting_on="24/11/2026",
        meeting_time="9h30",
    )  # fmt: skip
    for name, key in (
        ("contract_pdf", contract.pk),
        ("no_show_summons_pdf", case.pk),
        ("no_show_report_pdf", case.pk),
    ):
        assert "Canaritude" not in text_of(client.get(reverse(f"insertion:{name}", args=[key])))


@pytest.mark.parametrize("who", ["isabelle", "armelle"])
def test_the_rules_are_edited_on_screen(login, request, who) -> None:
    client = login(request.getfixturevalue(who))
    row = PathwayParameter.objects.get(code="first_meeting_days")
    html = page(client, "rules")
    assert "Convention avec le Département" in html
    values = {"value": 12, "source": "Convention 2026", "certainty": "verified"}
    html = page(client, "rule_change", row.pk, **values, valid_from="01/01/2019")
    assert "commence après" in html
    html = page(client, "rule_change", row.pk, **values, valid_from="01/01/2027")
    assert "à partir du 01/01/2027" in html
    html = page(client, "rule_edit", row.pk, **values | {"value": 500})
    assert "Erreur" in html
    html = page(client, "rule_edit", row.pk, **values)
    assert "12 jours" in html
    assert client.get(reverse("insertion:rules_history")).status_code == 200
    coming = PathwayParameter.objects.get(code=row.code, valid_from=date(2027, 1, 1))
    assert "est retirée" in page(client, "rule_withdraw", coming.pk, x=1)
    values = {
        "label": "Intempéries",
        "position": 20,
        "is_active": "on",
        "source": "Pratique",
        "certainty": "to_check",
    }
    assert "Intempéries" in page(client, "legitimate_reason_add", **values)


# Twelve, and one for each line of work that tells absences.
AT_MOST = 14


def test_a_page_asks_few_queries_whatever_the_pathways(login, claire, django_assert_max_num_queries) -> None:
    client = login(claire)
    for _ in range(2):
        OrientationFactory(start=date(2026, 11, 2), notified_on=date(2026, 11, 2))
    with django_assert_max_num_queries(AT_MOST) as few:
        client.get(reverse("insertion:pathways"))
    for _ in range(10):
        row = OrientationFactory(start=date(2026, 11, 2), notified_on=date(2026, 11, 2))
        EngagementContractFactory(orientation=row, signed=True, start=date(2026, 11, 3))
    with django_assert_max_num_queries(AT_MOST) as many:
        client.get(reverse("insertion:pathways"))
    assert len(few) == len(many)
