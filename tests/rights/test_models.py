from datetime import date
from decimal import Decimal

import pytest

from cias.core.db import ConstraintViolation, typed_violations
from cias.core.sources import Certainty
from rights import reference
from rights.enums import Channel, ClosingReason, Decision, DelayUnit, FileState, PieceState, Silence
from rights.models import RequiredPiece, Right, RightRule
from tests.factories import (
    FilePieceFactory,
    PersonFactory,
    RequiredPieceFactory,
    RightFactory,
    RightRuleFactory,
    RightsFileFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

CATALOGUE = {
    "rsa", "css", "are", "prestations-familiales", "apl", "aah", "aeeh", "pch", "apa", "aspa", "ash", "fsl",
    "cheque-energie", "surendettement", "domiciliation", "logement-social", "prime-activite",
}  # fmt: skip


def test_the_catalogue_arrives_with_its_rights_rules_and_pieces() -> None:
    assert set(Right.objects.values_list("code", flat=True)) == CATALOGUE
    assert set(RightRule.objects.values_list("right__code", flat=True)) == CATALOGUE
    assert set(RequiredPiece.objects.values_list("right__code", flat=True)) == CATALOGUE
    assert not Right.objects.filter(source="").exists()
    assert not RightRule.objects.exclude(transmission_unit="").filter(transmission_source="").exists()
    assert not RightRule.objects.exclude(decision_unit="").filter(decision_source="").exists()
    assert not RightRule.objects.exclude(appeal_unit="").filter(appeal_source="").exists()


def test_the_css_sheet_says_what_the_code_says() -> None:
    right = Right.objects.get(code="css")
    rule = right.rule_on(date(2026, 11, 1))
    assert rule is not None
    assert (rule.transmission_unit, rule.decision_value, rule.silence_means) == (
        DelayUnit.AT_ONCE, 2, Silence.ACCEPTED,
    )  # fmt: skip
    assert (rule.renewal_from_months, rule.renewal_until_months, rule.duration_months) == (4, 2, 12)
    assert rule.certainty == Certainty.VERIFIED
    assert right.rule_on(date(2019, 10, 31)) is None


def test_seeding_again_keeps_what_the_agents_edited() -> None:
    Right.objects.filter(code="css").update(service="CPAM de l’Essai", is_active=False)
    RequiredPiece.objects.filter(code="css-impot").update(is_active=False)
    rules = RightRule.objects.count()
    reference.seed()
    assert Right.objects.get(code="css").service == "CPAM de l’Essai"
    assert not RequiredPiece.objects.get(code="css-impot").is_active
    assert RightRule.objects.count() == rules


def test_a_right_has_one_rule_at_a_time() -> None:
    RightRuleFactory(valid_until=date(2026, 6, 30))
    RightRuleFactory(valid_from=date(2026, 7, 1))
    with pytest.raises(ConstraintViolation, match="Une autre règle"), typed_violations():
        RightRuleFactory(valid_from=date(2026, 6, 30), valid_until=date(2026, 6, 30))


@pytest.mark.parametrize(
    "columns",
    [
        {"decision_unit": DelayUnit.MONTHS},
        {"decision_unit": DelayUnit.MONTHS, "decision_value": 0},
        {"decision_value": 2},
        {"transmission_unit": DelayUnit.AT_ONCE, "transmission_value": 1},
        {"silence_means": Silence.REJECTED},
        {"renewal_from_months": 4},
        {"renewal_from_months": 1, "renewal_until_months": 2},
        {"valid_until": date(2019, 1, 1)},
    ],
)
def test_a_rule_is_whole_or_refused(columns) -> None:
    right = RightFactory(code="essai")
    with pytest.raises(ConstraintViolation), typed_violations():
        RightRuleFactory(right=right, **columns)


BUILDING = {"state": FileState.BUILDING, "deposit_on": date(2026, 10, 5)}
SENT = {
    "state": FileState.TRANSMITTED, "deposit_on": date(2026, 10, 5), "transmitted_on": date(2026, 10, 13),
    "channel": Channel.POST, "agreement": True,
}  # fmt: skip
GRANTED = {**SENT, "state": FileState.GRANTED, "decision": Decision.GRANTED, "decision_on": date(2026, 11, 2)}
REFUSED = {**SENT, "state": FileState.REFUSED, "decision": Decision.REFUSED, "decision_on": date(2026, 11, 2)}


@pytest.mark.parametrize(
    ("columns", "constraint"),
    [
        ({**BUILDING, "deposit_on": None}, "rights_file_deposited"),
        ({**BUILDING, "state": FileState.COMPLETE}, "rights_file_completed"),
        ({**BUILDING, "state": FileState.TRANSMITTED}, "rights_file_transmitted"),
        ({**SENT, "state": FileState.COMPLETE, "completed_on": date(2026, 10, 6)}, "rights_file_transmitted"),
        ({**SENT, "channel": ""}, "rights_file_channel"),
        ({**SENT, "agreement": False}, "rights_file_agreement"),
        ({**SENT, "transmitted_on": date(2026, 10, 4)}, "rights_file_deposit_first"),
        ({**SENT, "completed_on": date(2026, 10, 4)}, "rights_file_deposit_first"),
        ({**SENT, "acknowledged_on": date(2026, 10, 12)}, "rights_file_transmission_first"),
        ({**GRANTED, "decision_on": date(2026, 10, 12)}, "rights_file_transmission_first"),
        ({**GRANTED, "notified_on": date(2026, 11, 1)}, "rights_file_decision_first"),
        ({**GRANTED, "decision_on": None}, "rights_file_decided"),
        ({**SENT, "decision": Decision.GRANTED, "decision_on": date(2026, 11, 2)}, "rights_file_decided"),
        ({**GRANTED, "state": FileState.REFUSED}, "rights_file_decision_state"),
        ({**REFUSED, "amount": Decimal("10")}, "rights_file_granted_only"),
        ({**REFUSED, "rights_from": date(2026, 12, 1)}, "rights_file_granted_only"),
        ({**GRANTED, "amount": Decimal("-1")}, "rights_file_amount"),
        ({**GRANTED, "rights_until": date(2027, 1, 1)}, "rights_file_rights_period"),
        (
            {**GRANTED, "rights_from": date(2026, 12, 1), "rights_until": date(2026, 11, 30)},
            "rights_file_rights_period",
        ),
        ({**GRANTED, "state": FileState.OPEN}, "rights_file_running"),
        ({**GRANTED, "state": FileState.CLOSED}, "rights_file_closing"),
        ({**BUILDING, "closed_on": date(2026, 11, 2)}, "rights_file_closing"),
        (
            {**BUILDING, "state": FileState.ABANDONED, "closing_reason": ClosingReason.NO_NEWS},
            "rights_file_closing",
        ),
        ({**SENT, "pieces_due_on": date(2026, 11, 2)}, "rights_file_pieces_due"),
        ({**BUILDING, "state": "lost"}, "rights_file_decided"),
    ],
)
def test_the_database_refuses_incoherent_files(columns, constraint) -> None:
    base = RightsFileFactory.build(household=None, applicant=None, right=None, agent=None)
    values = {field: getattr(base, field) for field in ("number", "opened_on")}
    with pytest.raises(ConstraintViolation) as refused, typed_violations():
        RightsFileFactory(**values, **columns)
    assert refused.value.name == constraint


def test_one_request_at_a_time_for_a_person_and_a_right() -> None:
    person = PersonFactory()
    first = RightsFileFactory(applicant=person)
    with pytest.raises(ConstraintViolation, match="déjà en cours"), typed_violations():
        RightsFileFactory(applicant=person)
    RightsFileFactory(applicant=person, detail="enfant")
    RightsFileFactory(applicant=person, right=RightFactory(code="rsa"))
    first.state, first.closed_on, first.closing_reason = (
        FileState.ABANDONED, date(2026, 11, 1), ClosingReason.NOT_WANTED,
    )  # fmt: skip
    first.save()
    RightsFileFactory(applicant=person)


@pytest.mark.parametrize(
    ("columns", "constraint"),
    [
        ({"free_label": ""}, "rights_filepiece_label"),
        ({"state": PieceState.RECEIVED}, "rights_filepiece_received"),
        ({"received_on": date(2026, 10, 8)}, "rights_filepiece_received"),
        ({"state": PieceState.REFUSED}, "rights_filepiece_refusal"),
        ({"checked_on": date(2026, 10, 8)}, "rights_filepiece_checked"),
        ({"received": True, "checked_on": date(2026, 10, 7)}, "rights_filepiece_checked"),
        ({"received": True, "issued_on": date(2026, 10, 9)}, "rights_filepiece_issued"),
    ],
)
def test_the_database_refuses_incoherent_pieces(columns, constraint) -> None:
    with pytest.raises(ConstraintViolation) as refused, typed_violations():
        FilePieceFactory(**columns)
    assert refused.value.name == constraint


def test_a_piece_is_asked_once_for_each_person() -> None:
    identity = RequiredPieceFactory(right=RightFactory())
    mother, son = PersonFactory(), PersonFactory(child=True)
    piece = FilePieceFactory(required=identity, free_label="", person=mother)
    FilePieceFactory(file=piece.file, required=identity, free_label="", person=son)
    with pytest.raises(ConstraintViolation, match="déjà dans la liste"), typed_violations():
        FilePieceFactory(file=piece.file, required=identity, free_label="", person=mother)


@pytest.mark.parametrize(
    ("issued_on", "expires_on", "expired_on_the_day"),
    [
        (date(2026, 8, 31), date(2026, 11, 30), False),
        (date(2026, 8, 30), date(2026, 11, 30), False),
        (date(2026, 8, 29), date(2026, 11, 29), True),
        (None, None, False),
    ],
)
def test_a_piece_expires_with_its_months(issued_on, expires_on, expired_on_the_day) -> None:
    required = RequiredPieceFactory.build(validity_months=3, right=None)
    piece = FilePieceFactory.build(
        file=None,
        required=required,
        issued_on=issued_on,
        state=PieceState.RECEIVED,
        received_on=date(2026, 10, 8),
        received_by=UserFactory.build(),
    )
    assert piece.expires_on == expires_on
    assert piece.is_expired(date(2026, 11, 30)) is expired_on_the_day
    assert piece.is_settled(date(2026, 11, 30)) is not expired_on_the_day
