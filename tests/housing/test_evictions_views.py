"""The pages of eviction prevention: what each role reads, what is typed stays, the papers."""

from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

import pdfplumber
import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cias.accounts.models import User
from cias.audit.services import state_reason
from cias.core.registry import collect_open
from households.models import Household
from households.team import own_work
from housing.evictions import services
from housing.evictions.enums import ActKind, TrackKind, TrackState
from housing.models import Diagnosis, EvictionDebt, EvictionFile, LegalDelay
from tests.factories import BudgetFactory, BudgetLineFactory, EvictionFileFactory, HouseholdFactory

pytestmark = pytest.mark.django_db
K = ActKind


@pytest.fixture(autouse=True)
def _tuesday() -> Any:
    with time_machine.travel("2026-11-24T10:21:00+01:00"):
        yield


@pytest.fixture
def household() -> Household:
    return HouseholdFactory(name="Lefèvre", with_applicant=True, with_situation=True)


@pytest.fixture
def file(claire: User, household: Household) -> EvictionFile:
    file = EvictionFileFactory(household=household, agent=claire, cause_detail="Emploi perdu en mai")
    services.record_act(by=claire, file=file, kind=K.PAYMENT_ORDER, on=date(2026, 8, 10))
    services.record_act(
        by=claire,
        file=file,
        kind=K.SUMMONS,
        on=date(2026, 10, 14),
        fixed_on=date(2027, 1, 12),
        detail="Chambre 2",
    )
    return file


def text_of(response: Any) -> str:
    assert response.status_code == 200
    return response.content.decode()


def words(response: Any) -> str:
    assert response.headers["Content-Type"] == "application/pdf"
    with pdfplumber.open(BytesIO(response.content)) as pdf:
        return " ".join(" ".join(page.extract_text() for page in pdf.pages).replace("\u00a0", " ").split())


def test_open_note_and_read_the_next_date(login, claire, household) -> None:
    client = login(claire)
    url = reverse("housing:eviction_open", args=[household.pk])
    assert "Prévenir une expulsion" in text_of(client.get(url))
    values = {
        "signal": "caf", "signalled_on": "20/11/2026", "landlord_kind": "social", "landlord": "Habitat eurélien",
        "lease_on": "01/02/2024", "debt_amount": "1 234,56", "debt_on": "20112026", "causes": ["job"],
        "agent": claire.pk,
    }  # fmt: skip
    page = text_of(client.post(url, values, follow=True))
    assert "Le dossier est ouvert" in page
    file = EvictionFile.objects.get()
    assert file.latest_debt.amount == Decimal("1234.56")
    url = reverse("housing:eviction_act", args=[file.pk, "payment-order"])
    page = text_of(client.post(url, {"on": "13/10/2026"}, follow=True))
    assert "Payer la dette, ou demander des délais, le 24/11/2026" in page
    assert "6\u00a0semaines après le commandement de payer du 13/10/2026" in page
    assert "art. 24, I" in page
    assert "Demander le FSL" in page


def test_what_was_typed_stays_and_each_error_is_at_its_field(login, claire, household, file) -> None:
    client = login(claire)
    url = reverse("housing:eviction_act", args=[file.pk, "summons"])
    page = text_of(client.post(url, {"on": "12/12/2026", "detail": "Étude Martin"}))
    assert "Cette date est dans l’avenir." in page
    assert "Étude Martin" in page
    assert "<title>Erreur" in page
    page = text_of(client.post(url, {"on": "01/08/2026", "fixed_on": "12/12/2026", "detail": "Étude Martin"}))
    assert "pas avant l’étape" in page
    judgment = reverse("housing:eviction_act", args=[file.pk, "judgment"])
    page = text_of(client.post(judgment, {"on": "20/11/2026", "ruling": "suspended"}))
    assert "Jusqu’à quand les délais sont-ils accordés" in page
    second = reverse("housing:eviction_open", args=[household.pk])
    values = {
        "signal": "caf", "signalled_on": "20/11/2026", "landlord_kind": "social", "landlord": "Autre bailleur",
        "agent": claire.pk,
    }  # fmt: skip
    page = text_of(client.post(second, values))
    assert "déjà un dossier en cours" in page
    assert "Autre bailleur" in page


def test_acts_debts_and_tracks_are_corrected_and_taken_back(login, claire, file) -> None:
    client = login(claire)
    act = file.acts.get(kind=K.SUMMONS)
    values = {"on": "14/10/2026", "fixed_on": "19/01/2027"}
    page = text_of(client.post(reverse("housing:eviction_act_edit", args=[act.pk]), values, follow=True))
    assert "L’étape est corrigée" in page
    assert "19 janvier 2027" in page
    page = text_of(client.post(reverse("housing:eviction_act_undo", args=[act.pk]), follow=True))
    assert "<del>Assignation, 14/10/2026</del>" in page
    client.post(reverse("housing:eviction_debt", args=[file.pk]), {"on": "01/11/2026", "amount": "900,5"})
    debt = EvictionDebt.objects.get()
    page = text_of(
        client.post(reverse("housing:eviction_debt", args=[file.pk]), {"on": "01/11/2026", "amount": "1"})
    )
    assert "Un relevé de ce jour existe déjà" in page
    client.post(reverse("housing:eviction_debt_drop", args=[debt.pk]))
    assert not file.debts.exists()
    client.post(reverse("housing:eviction_track", args=[file.pk, "fsl"]))
    track = file.tracks.get()
    client.post(reverse("housing:eviction_track_move", args=[track.pk, "filed"]), {"on": "20/11/2026"})
    track.refresh_from_db()
    assert track.state == TrackState.FILED
    page = text_of(
        client.post(
            reverse("housing:eviction_track_move", args=[track.pk, "kept"]), {"on": "20/11/2026"}, follow=True
        )
    )
    assert "Rien n’a été enregistré" in page
    client.post(reverse("housing:eviction_track_undo", args=[track.pk]))
    track.refresh_from_db()
    assert track.state == TrackState.PREPARED


def test_the_direction_reads_stages_and_dates_and_the_content_with_a_reason(login, isabelle, file) -> None:
    client = login(isabelle)
    EvictionDebt.objects.create(file=file, on=date(2026, 11, 1), amount=Decimal("1234.56"))
    page = text_of(client.get(reverse("housing:evictions")))
    assert "Lefèvre" in page
    assert "05/01/2027" in page or "01/12/2026" in page
    assert "1\u00a0234" not in page
    url = reverse("housing:eviction", args=[file.pk])
    page = text_of(client.get(url))
    assert "Emploi perdu" not in page
    assert "Chambre 2" not in page
    tab = text_of(client.get(reverse("housing:household", args=[file.household_id])))
    assert "Assignation" in tab
    assert "Emploi perdu" not in tab
    state_reason(user=isabelle, subject_id=file.household_id, reason="Réclamation")
    page = text_of(client.get(url))
    assert "Emploi perdu" in page
    assert client.post(reverse("housing:eviction_act", args=[file.pk, "appeal"]), {}).status_code == 403


def test_the_list_asks_as_many_queries_for_many_files_as_for_one(login, claire, file) -> None:
    client, url = login(claire), reverse("housing:evictions")
    client.get(url)
    with CaptureQueriesContext(connection) as one:
        client.get(url)
    for _ in range(8):
        other = EvictionFileFactory(agent=claire)
        services.record_act(by=claire, file=other, kind=K.PAYMENT_ORDER, on=date(2026, 11, 2))
    with CaptureQueriesContext(connection) as many:
        page = text_of(client.get(url))
    assert "9 dossiers" in page.replace("\u00a0", " ")
    assert len(many) == len(one) <= 12


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", True), ("?etape=assignation", True), ("?etape=commandement", False), ("?etape=termine", False),
        ("?echeance=audience", True), ("?echeance=30", True), ("?echeance=depassee", False), ("?agent=moi", True),
        ("?etape=inconnue", True),
    ],
)  # fmt: skip
def test_filters(login, claire, file, query, shown) -> None:
    page = text_of(login(claire).get(reverse("housing:evictions") + query))
    assert (str(file.pk) in page) is shown


def test_the_diagnosis_is_kept_as_it_is_typed_sent_and_printed(login, claire, file) -> None:
    client = login(claire)
    BudgetLineFactory(budget=BudgetFactory(household=file.household, on=date(2026, 11, 2)))
    EvictionDebt.objects.create(file=file, on=date(2026, 11, 2), amount=Decimal("2094.00"))
    client.post(reverse("housing:diagnosis_start", args=[file.pk]))
    diagnosis = Diagnosis.objects.get()
    keep = reverse("housing:diagnosis_keep", args=[diagnosis.pk])
    response = client.post(keep, {"situation": "Deux enfants scolarisés.", "auteur": claire.pk})
    assert "brouillon enregistré à 10\u00a0h\u00a021" in response.content.decode()
    assert client.post(keep, {"situation": "x", "auteur": "autre"}).status_code == 409
    page = text_of(client.get(reverse("housing:diagnosis", args=[diagnosis.pk])))
    assert "Deux enfants scolarisés." in page
    assert "Il manque encore" in page
    draft = client.get(reverse("housing:diagnosis_pdf", args=[diagnosis.pk]))
    assert "Brouillon, à ne pas envoyer" in words(draft)
    send = reverse("housing:diagnosis_send", args=[diagnosis.pk])
    page = text_of(client.post(send, {"sent_on": "24/11/2026", "sent_to": "court"}))
    assert "Écrivez au moins la situation" in page
    client.post(
        keep, {"situation": "Deux enfants scolarisés.", "proposals": "Délais sur 24 mois.", "agreed": "on"}
    )
    page = text_of(client.post(send, {"sent_on": "24/11/2026", "sent_to": "court"}, follow=True))
    assert "figé" in page
    printed = client.get(reverse("housing:diagnosis_pdf", args=[diagnosis.pk]))
    text = words(printed)
    for expected in (
        "Diagnostic social et financier", "Deux enfants scolarisés.", "Délais sur 24 mois.", "2 094,00 €",
        "Reste à vivre", "Assignation", "12/01/2027", "Ce que le CIAS ne connaît pas", "art. 24, III",
    ):  # fmt: skip
        assert expected in text.replace("\u202f", " "), expected
    assert "Brouillon" not in text
    client.post(reverse("housing:diagnosis_take_back", args=[diagnosis.pk]))
    diagnosis.refresh_from_db()
    assert diagnosis.is_draft


def test_the_ccapex_letter_says_the_debt_the_acts_and_the_dates(login, claire, file) -> None:
    EvictionDebt.objects.create(file=file, on=date(2026, 11, 2), amount=Decimal("2094.00"))
    text = words(login(claire).get(reverse("housing:eviction_ccapex", args=[file.pk]))).replace("\u202f", " ")
    for expected in (
        "CCAPEX",
        "2 094,00 €",
        "Commandement de payer",
        "audience le 12/01/2027",
        "Habitat eurélien",
    ):
        assert expected in text, expected


def test_work_lists_and_open_items(claire, isabelle, file) -> None:
    today = date(2026, 12, 22)
    titles = [item.title for item in own_work(claire, today) if item.kind == "evictions"]
    assert "Expulsion\u00a0: envoyer le diagnostic social et financier" in titles
    assert "Expulsion\u00a0: audience" in titles
    [late] = [item for item in own_work(isabelle, date(2027, 1, 8)) if item.kind == "evictions"]
    assert late.title.startswith("1\u00a0procédure")
    assert any(
        "Prévention d’une expulsion" in item.title
        for item in collect_open([file.household_id])[file.household_id]
    )


def test_an_unknown_act_or_track_is_not_found(login, claire, file) -> None:
    client = login(claire)
    assert client.get(reverse("housing:eviction_act", args=[file.pk, "divorce"])).status_code == 404
    assert client.post(reverse("housing:eviction_track", args=[file.pk, "divorce"])).status_code == 404


def test_the_parallel_tracks_show_the_rights_files(login, claire, file) -> None:
    from tests.factories import RightsFileFactory

    services.open_track(by=claire, file=file, kind=TrackKind.FSL, on=date(2026, 11, 2))
    rights = RightsFileFactory(household=file.household)
    page = text_of(login(claire).get(reverse("housing:eviction", args=[file.pk])))
    assert reverse("rights:file", args=[rights.pk]) in page
    assert reverse("rights:open", args=[file.household_id, "fsl"]) in page


class TestDelays:
    def test_the_direction_corrects_replaces_and_withdraws(self, login, isabelle, file) -> None:
        client = login(isabelle)
        page = text_of(client.get(reverse("housing:delays")))
        assert "CPCE, art. L412-1" in page
        assert "à vérifier" in page
        row = LegalDelay.objects.get(code="quit")
        values = {
            "value": "3",
            "unit": "months",
            "alert_days": "30",
            "source": "Loi nouvelle",
            "certainty": "verified",
        }
        change = reverse("housing:delay_change", args=[row.pk])
        assert "commence après" in text_of(client.post(change, {**values, "valid_from": "01/01/2010"}))
        page = text_of(client.post(change, {**values, "valid_from": "01/01/2027"}, follow=True))
        assert "nouvelle version enregistrée" in page
        new = LegalDelay.objects.get(code="quit", valid_until=None)
        page = text_of(client.post(reverse("housing:delay_withdraw", args=[new.pk]), follow=True))
        assert "est retirée" in page
        page = text_of(client.post(reverse("housing:delay_edit", args=[row.pk]), values, follow=True))
        assert "les dossiers ouverts sont recalculés" in page
        assert "Historique" in text_of(client.get(reverse("housing:delays_history")))

    def test_a_social_worker_does_not_edit_the_law(self, login, claire) -> None:
        assert login(claire).get(reverse("housing:delays")).status_code == 403
