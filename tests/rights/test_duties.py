"""What some rights ask on top of pieces: information, maintenance debtors, dates of their own, the NIR (C10)."""

from datetime import date
from decimal import Decimal
from io import BytesIO

import pikepdf
import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from cias.audit.enums import AccessAction
from cias.audit.models import AccessLog
from cias.core.db import ConstraintViolation
from cias.core.nir import masked, normalise, spaced
from rights import services
from rights.enums import ClosingReason, FileState, PieceState
from rights.models import FileNir, FileNotice, MaintenanceDebtor, Right, RightsFile
from tests.factories import (
    FileNirFactory,
    FilePieceFactory,
    RequiredPieceFactory,
    RightsFileFactory,
)

pytestmark = pytest.mark.django_db
S = FileState
NIR = "253072B07300470"


def url(name: str, file: RightsFile, *args) -> str:
    return reverse(f"rights:{name}", args=[file.pk, *args])


def words(response) -> str:
    return response.content.decode()


@pytest.fixture
def ash(household, claire) -> RightsFile:
    return services.open_file(
        by=claire,
        household=household,
        applicant=household.memberships.get(role="applicant").person,
        right=Right.objects.get(code="ash"),
        agent=claire,
        opened_on=date(2026, 10, 1),
        deposit_on=date(2026, 10, 5),
    )


# --- Information ------------------------------------------------------------------------------------------------------
def transmit_form(**more) -> dict:
    return {"on": "12/10/2026", "channel": "post", "agreement": "on", **more}


def test_a_request_leaves_once_the_person_was_told(login, claire, ash) -> None:
    client = login(claire)
    notices = [str(notice.pk) for notice in ash.right.notices.all()]
    answer = words(client.post(url("transmit", ash), transmit_form(told=notices[:1], proof="RAR 12")))
    assert "Cochez ce que la personne a entendu" in answer
    assert "RAR 12" in answer
    client.post(url("transmit", ash), transmit_form(told=notices))
    ash.refresh_from_db()
    assert ash.state == S.TRANSMITTED
    assert ash.notices.filter(told_on=date(2026, 10, 12)).count() == 3
    assert "dit le 12/10/2026" in words(client.get(url("file", ash)))


def test_a_request_leaves_in_time_even_when_the_person_could_not_be_told(login, claire, ash) -> None:
    """The transmission is an obligation (CASF, L131-1): why the person was not told is written down instead."""
    login(claire).post(url("transmit", ash), transmit_form(untold_reason="Hospitalisé, sans visite possible"))
    ash.refresh_from_db()
    assert ash.state == S.TRANSMITTED
    assert {row.reason for row in ash.notices.all()} == {"Hospitalisé, sans visite possible"}
    first = ash.right.notices.first()
    login(claire).post(url("tell", ash), {"told": [str(first.pk)], "on": "20/10/2026"})
    row = ash.notices.get(notice=first)
    assert (row.told_on, row.reason) == (date(2026, 10, 20), "")


def test_what_was_told_at_the_interview_is_not_asked_again(login, claire, ash) -> None:
    client, first = login(claire), ash.right.notices.first()
    client.post(url("tell", ash), {"told": [str(first.pk)], "on": "06/10/2026"})
    row = FileNotice.objects.get()
    assert (row.notice, row.told_on, row.by) == (first, date(2026, 10, 6), claire)
    assert first.text not in words(client.get(url("transmit", ash)))
    assert "Cochez ce qui a été dit" in words(client.post(url("tell", ash), {"on": "06/10/2026"}))


# --- Maintenance ------------------------------------------------------------------------------------------------------
def test_the_list_of_those_who_owe_maintenance_goes_with_the_request(login, claire, ash) -> None:
    client = login(claire)
    client.post(
        url("add_debtor", ash),
        {"name": "Paul Lefèvre", "link": "child", "address": "3 rue Neuve, 28000 Chartres", "answer": "accepts",
         "offered": "45,50"},
    )  # fmt: skip
    debtor = MaintenanceDebtor.objects.get()
    assert debtor.offered == Decimal("45.50")
    page = words(client.get(url("file", ash)))
    assert "Paul Lefèvre" in page
    pdf = pikepdf.open(BytesIO(client.get(url("slip", ash)).content))
    assert len(pdf.pages) >= 1
    client.post(
        url("debtor", ash, debtor.pk), {"name": "Paul Lefèvre", "link": "child", "exemption": "placed"}
    )
    debtor.refresh_from_db()
    assert (debtor.exemption, debtor.offered) == ("placed", None)
    client.post(url("remove_debtor", ash, debtor.pk))
    assert not MaintenanceDebtor.objects.exists()


def test_somebody_exempted_offers_nothing(login, claire, ash) -> None:
    answer = login(claire).post(
        url("add_debtor", ash),
        {"name": "Anne Lefèvre", "link": "child", "exemption": "placed", "offered": "20"},
    )
    assert "sans dispense" in words(answer)
    with pytest.raises(ConstraintViolation):
        services.save_debtor(
            by=claire,
            debtor=MaintenanceDebtor(
                file=ash, name="A", link="child", exemption="judge", offered=Decimal(20)
            ),
        )


# --- Dates of their own -----------------------------------------------------------------------------------------------
def test_only_the_dates_the_right_counts_from_are_asked(login, claire, ash, file) -> None:
    client = login(claire)

    def asked(of: RightsFile) -> set[str]:
        return {field.name for field in client.get(url("dates", of)).context["form"].visible_fields()}

    assert asked(ash) == {"urgent_on", "urgent_notified_on", "entry_on"}
    assert asked(file) == {"participation_due", "participation_on"}
    assert "Le signalement suit" in words(
        client.post(url("dates", ash), {"urgent_on": "08/10/2026", "urgent_notified_on": "07/10/2026"})
    )
    client.post(url("dates", ash), {"urgent_on": "07/10/2026"})
    ash.refresh_from_db()
    assert (ash.due_kind, ash.due_on) == ("urgent_notice", date(2026, 10, 12))  # 10 October is a Saturday


# --- NIR --------------------------------------------------------------------------------------------------------------
def test_a_number_is_checked_by_its_key() -> None:
    assert normalise("2 53 07 2b 073 004 70") == NIR
    assert normalise("253072A07300443") == "253072A07300443"
    for wrong in ("253072B07300471", "25307", "953072B07300470", "bonjour"):
        with pytest.raises(ValidationError):
            normalise(wrong)
    assert spaced(NIR).replace("\u00a0", " ") == "2 53 07 2B 073 004 70"
    assert "073" not in masked(NIR)


def test_the_number_is_kept_sealed_shown_on_demand_and_dropped_at_the_end(login, claire, file) -> None:
    client = login(claire)
    answer = words(client.post(url("nir", file), {"number": "2 53 07 2B 073 004 71"}))
    assert "La clé ne correspond pas" in answer
    client.post(url("nir", file), {"number": "2 53 07 2B 073 004 70"})
    kept = FileNir.objects.get()
    assert NIR not in kept.sealed
    assert spaced(NIR) not in words(client.get(url("file", file)))
    answer = client.post(url("reveal_nir", file))
    assert spaced(NIR) in words(answer)
    assert "no-store" in answer["Cache-Control"]
    line = AccessLog.objects.get(action=AccessAction.VIEW, detail__nir=True)
    assert (line.user, line.subject_id) == (claire, file.household_id)
    assert NIR[5:] not in str(AccessLog.objects.values_list("detail", flat=True))
    assert spaced(NIR) not in words(client.get(url("history", file)))
    services.end_file(
        by=claire, file=file, state=S.ABANDONED, on=date(2026, 10, 9), closing_reason=ClosingReason.NOT_WANTED
    )
    assert not FileNir.objects.exists()


def test_a_right_that_does_not_need_the_number_refuses_it(claire, ash) -> None:
    with pytest.raises(ValidationError):
        services.write_nir(by=claire, file=ash, number=NIR)
    assert not FileNir.objects.exists()


def test_nobody_else_sees_the_number(login, isabelle, nadege, file, claire) -> None:
    services.write_nir(by=claire, file=file, number=NIR)
    for agent in (isabelle, nadege):
        client = login(agent)
        assert client.post(url("reveal_nir", file)).status_code == 403


def test_a_new_key_takes_the_numbers_over(settings, file, claire) -> None:
    nir = FileNirFactory(file=file)
    old = settings.FIELD_ENCRYPTION_KEYS[0]
    settings.FIELD_ENCRYPTION_KEYS = ["bmV3LWtleS1uZXcta2V5LW5ldy1rZXktbmV3LWtleS0=", old]
    call_command("rotate_keys")
    sealed = nir.sealed
    nir.refresh_from_db()
    assert nir.sealed != sealed
    assert nir.read() == NIR


# --- Not claimed ------------------------------------------------------------------------------------------------------
def test_a_right_that_is_not_claimed_is_noted_with_its_reason(login, claire, household) -> None:
    client, address = login(claire), reverse("rights:non_claim", args=[household.pk, "aspa"])
    person = household.memberships.get(role="applicant").person
    assert "obligatoire" in words(client.post(address, {"applicant": str(person.pk)}))
    client.post(
        address, {"applicant": str(person.pk), "closing_reason": "stigma", "reason": "Ne veut rien devoir"}
    )
    file = RightsFile.objects.get(right__code="aspa")
    assert (file.state, file.closing_reason) == (S.ABANDONED, ClosingReason.STIGMA)
    client.post(address, {"applicant": str(person.pk), "closing_reason": "unaware"})
    assert RightsFile.objects.filter(right__code="aspa").count() == 2


# --- Undo -------------------------------------------------------------------------------------------------------------
def test_a_renewal_taken_back_lets_the_former_right_run_again(claire) -> None:
    old = RightsFileFactory(open=True)
    new = services.start_renewal(by=claire, file=old, agent=claire, on=date(2027, 8, 2))
    services.deposit(by=claire, file=new, on=date(2027, 8, 3))
    services.transmit(by=claire, file=new, on=date(2027, 8, 4), channel="post", agreement=True)
    services.decide(
        by=claire, file=new, decision="granted", on=date(2027, 9, 1), rights_from=date(2027, 12, 1),
        rights_until=date(2028, 11, 30),
    )  # fmt: skip
    services.undo_last_move(by=claire, file=new)
    old.refresh_from_db()
    assert (old.state, old.closed_on, old.closing_reason) == (S.RENEWING, None, "")


def test_an_appeal_taken_back_leaves_the_refusal(claire) -> None:
    file = RightsFileFactory(refused=True)
    services.appeal(by=claire, file=file, level="preliminary", on=date(2026, 11, 20), reason="Calcul")
    services.undo_last_move(by=claire, file=file)
    file.refresh_from_db()
    assert (file.state, file.appeal_level, file.appeal_on) == (S.REFUSED, "", None)


def test_a_court_does_not_decide_by_silence(claire) -> None:
    file = RightsFileFactory(refused=True)
    services.appeal(by=claire, file=file, level="court", on=date(2026, 11, 20), reason="Calcul")
    with pytest.raises(ValidationError):
        services.decide(by=claire, file=file, decision="tacit_refusal", on=date(2027, 6, 1))


def test_silence_on_an_appeal_waits_for_its_day(claire) -> None:
    file = RightsFileFactory(refused=True)
    services.appeal(by=claire, file=file, level="preliminary", on=date(2026, 11, 20), reason="Calcul")
    with pytest.raises(ValidationError, match="20/01/2027"):
        services.decide(by=claire, file=file, decision="tacit_refusal", on=date(2027, 1, 19))


def test_the_desk_takes_back_what_it_ticked_by_mistake(login, nadege, claire, file) -> None:
    client, household = login(nadege), file.household
    piece = file.pieces.get(required__code="css-formulaire")
    client.post(reverse("rights:desk_household", args=[household.pk]), {"pieces": [str(piece.pk)]})
    page = words(client.get(reverse("rights:desk_household", args=[household.pk])))
    assert "Reçues par vous aujourd’hui" in page
    back = reverse("rights:take_back", args=[household.pk, piece.pk])
    client.post(back)
    piece.refresh_from_db()
    assert (piece.state, piece.received_on) == (PieceState.EXPECTED, None)
    client.post(reverse("rights:desk_household", args=[household.pk]), {"pieces": [str(piece.pk)]})
    piece.refresh_from_db()
    services.receive_piece(by=claire, piece=piece, on=timezone.localdate())
    assert "ne peut plus s’annuler" in words(client.post(back, follow=True))


def test_a_piece_whose_condition_holds_is_waited_for(login, claire, file) -> None:
    piece = FilePieceFactory(
        file=file, free_label="", mandatory=False,
        required=RequiredPieceFactory(right=file.right, condition="Propriétaire", mandatory=False),
    )  # fmt: skip
    client = login(claire)
    address = url("piece", file, piece.pk)
    client.post(address, {"action": "wanted"})
    piece.refresh_from_db()
    assert piece.mandatory
    client.post(address, {"action": "optional"})
    piece.refresh_from_db()
    assert not piece.mandatory
