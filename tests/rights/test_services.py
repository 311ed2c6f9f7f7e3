from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from cias.audit.history import changes_of
from cias.core.db import ConstraintViolation
from cias.core.states import ForbiddenTransition
from rights import services
from rights.enums import Channel, ClosingReason, Decision, FileState, Opinion, PieceState
from rights.models import FilePiece, RequiredPiece, Right, RightsFile
from rights.states import ACTIVE, ENDED, TRANSITIONS
from tests.factories import HouseholdFactory, PersonFactory, RightsFileFactory

pytestmark = pytest.mark.django_db
S = FileState
DAY = date(2026, 10, 12)


def mandatory(file: RightsFile) -> list[FilePiece]:
    return list(file.pieces.filter(mandatory=True, state=PieceState.EXPECTED))


def complete(file: RightsFile, by, on: date = DAY) -> RightsFile:
    for piece in mandatory(file):
        services.receive_piece(by=by, piece=piece, on=on)
    file.refresh_from_db()
    return file


def transmit(file: RightsFile, by, on: date = date(2026, 10, 13), **more) -> RightsFile:
    return services.transmit(by=by, file=file, on=on, channel=Channel.ONLINE, agreement=True, **more)


# --- Opening ---------------------------------------------------------------------------------------------------------
def test_a_file_opens_with_its_number_and_its_checklist(file, household) -> None:
    assert file.number == "D-2026-00001"
    assert file.state == S.BUILDING
    identities = file.pieces.filter(required__code="css-identite")
    assert {piece.person.first_names for piece in identities} == {"Denise", "Léo"}
    assert file.pieces.get(required__code="css-impot").person is None
    assert not file.pieces.get(required__code="css-famille").mandatory
    assert [(move.from_state, move.to_state) for move in file.moves.all()] == [
        ("", S.DRAFT), (S.DRAFT, S.BUILDING),
    ]  # fmt: skip


def test_without_a_deposit_it_is_a_draft(household, claire) -> None:
    person = household.memberships.get(role="applicant").person
    draft = services.open_file(
        by=claire,
        household=household,
        applicant=person,
        right=Right.objects.get(code="rsa"),
        agent=claire,
        opened_on=date(2026, 10, 1),
    )
    assert (draft.state, draft.deposit_on) == (S.DRAFT, None)
    services.deposit(by=claire, file=draft, on=date(2026, 10, 9))
    assert (draft.state, draft.deposit_on) == (S.BUILDING, date(2026, 10, 9))


def test_numbers_have_no_gap_even_when_an_opening_is_refused(file, household, css, claire) -> None:
    values = {"by": claire, "household": household, "agent": claire, "opened_on": DAY}
    with pytest.raises(ConstraintViolation, match="déjà en cours"):
        services.open_file(applicant=file.applicant, right=css, **values)
    other = services.open_file(applicant=file.applicant, right=css, detail="enfant", **values)
    assert other.number == "D-2026-00002"


def test_a_closed_household_opens_no_file(household, css, claire) -> None:
    closed = HouseholdFactory(closed_on=date(2026, 9, 1), closing_reason="moved")
    with pytest.raises(ValidationError, match="clos"):
        services.open_file(
            by=claire, household=closed, applicant=PersonFactory(), right=css, agent=claire, opened_on=DAY
        )


def test_a_piece_that_is_no_longer_asked_is_not_in_new_checklists(household, css, claire) -> None:
    RequiredPiece.objects.filter(code="css-secu").update(is_active=False)
    person = household.memberships.get(role="applicant").person
    file = services.open_file(
        by=claire, household=household, applicant=person, right=css, agent=claire, opened_on=DAY
    )
    assert not file.pieces.filter(required__code="css-secu").exists()


# --- Pieces ----------------------------------------------------------------------------------------------------------
def test_the_file_is_complete_with_its_last_mandatory_piece_and_not_before(file, claire) -> None:
    *others, last = mandatory(file)
    for piece in others:
        services.receive_piece(by=claire, piece=piece, on=DAY)
    file.refresh_from_db()
    assert file.state == S.BUILDING
    services.receive_piece(by=claire, piece=last, on=date(2026, 10, 14))
    file.refresh_from_db()
    assert (file.state, file.completed_on) == (S.COMPLETE, date(2026, 10, 14))
    services.refuse_piece(by=claire, piece=last, on=date(2026, 10, 15), remark="Illisible")
    file.refresh_from_db()
    assert (file.state, file.completed_on) == (S.BUILDING, None)
    services.set_not_needed(by=claire, piece=last, on=date(2026, 10, 16), remark="Connue de la caisse")
    file.refresh_from_db()
    assert file.state == S.COMPLETE


def test_an_expired_piece_does_not_complete_a_file(file, claire) -> None:
    address = file.pieces.get(required__code="css-domicile")
    for piece in mandatory(file):
        if piece != address:
            services.receive_piece(by=claire, piece=piece, on=DAY)
    services.receive_piece(by=claire, piece=address, on=DAY, issued_on=date(2026, 7, 11))
    file.refresh_from_db()
    assert file.state == S.BUILDING
    services.receive_piece(by=claire, piece=address, on=DAY, issued_on=date(2026, 7, 12))
    file.refresh_from_db()
    assert file.state == S.COMPLETE


def test_the_desk_receives_and_the_worker_checks(file, household, nadege, claire) -> None:
    pieces = mandatory(file)
    received = services.receive_at_desk(
        by=nadege, household=household, pieces=[piece.pk for piece in pieces], on=DAY
    )
    assert len(received) == len(pieces)
    file.refresh_from_db()
    assert file.state == S.COMPLETE
    assert FilePiece.objects.to_check().count() == len(pieces)
    piece = file.pieces.get(pk=pieces[0].pk)
    services.receive_piece(by=claire, piece=piece, on=date(2026, 10, 15), issued_on=date(2026, 10, 1))
    piece.refresh_from_db()
    assert (piece.received_by, piece.received_on, piece.checked_on) == (nadege, DAY, date(2026, 10, 15))


def test_the_desk_records_nothing_twice_and_nothing_elsewhere(file, household, nadege) -> None:
    piece = mandatory(file)[0]
    elsewhere = RightsFileFactory()
    foreign = FilePiece.objects.create(file=elsewhere, free_label="Quittance")
    ids = [piece.pk, foreign.pk]
    assert services.receive_at_desk(by=nadege, household=household, pieces=ids, on=DAY) == [piece]
    assert services.receive_at_desk(by=nadege, household=household, pieces=ids, on=date(2026, 10, 20)) == []
    piece.refresh_from_db()
    foreign.refresh_from_db()
    assert piece.received_on == DAY
    assert foreign.state == PieceState.EXPECTED


def test_a_role_without_the_right_receives_nothing(file, household, isabelle) -> None:
    ids = [piece.pk for piece in mandatory(file)]
    assert services.receive_at_desk(by=isabelle, household=household, pieces=ids, on=DAY) == []


def test_a_decided_file_keeps_its_checklist(claire) -> None:
    file = RightsFileFactory(refused=True)
    piece = FilePiece.objects.create(file=file, free_label="Quittance")
    with pytest.raises(ValidationError, match="plus en cours"):
        services.receive_piece(by=claire, piece=piece, on=DAY)
    with pytest.raises(ValidationError, match="plus en cours"):
        services.add_piece(by=claire, file=file, label="Autre", on=DAY)


def test_another_piece_reopens_completeness(file, claire) -> None:
    complete(file, claire)
    services.add_piece(by=claire, file=file, label="Attestation de la mutuelle", on=DAY)
    file.refresh_from_db()
    assert file.state == S.BUILDING


# --- Transmission ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("opinion", Opinion)
def test_no_opinion_holds_a_transmission_back(file, claire, opinion) -> None:
    """CASF, L123-5 : transmission is an obligation whatever the CIAS thinks of the request."""
    services.write_opinion(by=claire, file=file, opinion=opinion, text="Ressources au-dessus du plafond.")
    file.refresh_from_db()
    transmit(file, claire)
    assert file.state == S.TRANSMITTED


def test_an_incomplete_file_may_be_sent_and_silence_waits_for_completeness(file, claire) -> None:
    transmit(file, claire)
    assert (file.state, file.completed_on, file.due_on) == (S.TRANSMITTED, None, None)
    file = services.send_pieces(by=claire, file=file, on=date(2026, 11, 3))
    assert file.due_on == date(2027, 1, 3)
    with pytest.raises(ForbiddenTransition):
        services.send_pieces(by=claire, file=file, on=date(2026, 11, 4))


def test_no_transmission_without_the_persons_agreement(file, claire) -> None:
    with pytest.raises(ConstraintViolation, match="accord de la personne"):
        services.transmit(by=claire, file=file, on=DAY, channel=Channel.POST, agreement=False)
    file.refresh_from_db()
    assert file.state == S.BUILDING


def test_pieces_asked_for_stop_the_clock_and_join_the_checklist(file, claire) -> None:
    transmit(complete(file, claire), claire)
    assert file.due_on == date(2026, 12, 13)
    services.ask_pieces(
        by=claire,
        file=file,
        on=date(2026, 11, 2),
        due_on=date(2026, 11, 21),
        labels=["Relevé de pension", "Relevé de pension", "Attestation de PUMa"],
    )
    assert (file.state, file.completed_on, file.due_on) == (S.PIECES_ASKED, None, date(2026, 11, 21))
    assert file.pieces.exclude(free_label="").count() == 2
    services.send_pieces(by=claire, file=file, on=date(2026, 11, 18))
    assert (file.state, file.pieces_due_on, file.due_on) == (S.TRANSMITTED, None, date(2027, 1, 18))


def test_the_acknowledgement_moves_the_silence_date(file, claire) -> None:
    transmit(complete(file, claire), claire)
    file = services.acknowledge(by=claire, file=file, on=date(2026, 10, 20))
    assert file.due_on == date(2026, 12, 20)
    with pytest.raises(ConstraintViolation, match="précède l’accusé"):
        services.acknowledge(by=claire, file=file, on=date(2026, 10, 1))
    with pytest.raises(ValidationError, match="pas en attente"):
        services.acknowledge(by=claire, file=RightsFileFactory(), on=DAY)


# --- Decisions -------------------------------------------------------------------------------------------------------
def test_a_grant_opens_the_right(file, claire) -> None:
    transmit(complete(file, claire), claire)
    services.decide(
        by=claire,
        file=file,
        decision=Decision.GRANTED,
        on=date(2026, 11, 2),
        notified_on=date(2026, 11, 6),
        amount=Decimal("45.50"),
        rights_from=date(2026, 12, 1),
        rights_until=date(2027, 11, 30),
    )
    file.refresh_from_db()
    assert (file.state, file.decision, file.amount) == (S.OPEN, Decision.GRANTED, Decimal("45.50"))
    assert [move.to_state for move in file.moves.all()][-2:] == [S.GRANTED, S.OPEN]


def test_a_grant_may_wait_for_its_dates(file, claire) -> None:
    transmit(file, claire)
    services.decide(by=claire, file=file, decision="granted", on=date(2026, 11, 2), amount=Decimal(30))
    assert file.state == S.GRANTED
    services.open_right(by=claire, file=file, rights_from=date(2026, 12, 1))
    assert (file.state, file.amount) == (S.OPEN, Decimal(30))


def test_a_refusal_keeps_no_amount(file, claire) -> None:
    transmit(file, claire)
    services.decide(
        by=claire,
        file=file,
        decision="refused",
        on=date(2026, 11, 2),
        notified_on=date(2026, 11, 6),
        amount=Decimal(9),
    )
    assert (file.state, file.amount, file.due_on) == (S.REFUSED, None, date(2027, 1, 6))


def test_silence_decides_only_what_the_rule_says_and_only_in_time(file, claire) -> None:
    transmit(complete(file, claire), claire)
    with pytest.raises(ValidationError, match="jusqu’au 13/12/2026"):
        services.decide(by=claire, file=file, decision="tacit_grant", on=date(2026, 12, 12))
    with pytest.raises(ValidationError, match="aucune règle"):
        services.decide(by=claire, file=file, decision="tacit_refusal", on=date(2026, 12, 14))
    services.decide(by=claire, file=file, decision="tacit_grant", on=date(2026, 12, 13))
    assert file.state == S.TACIT_GRANT


def test_an_express_decision_may_follow_silence(claire) -> None:
    file = RightsFileFactory(
        transmitted=True, right__code="rsa", completed_on=date(2026, 8, 3), deposit_on=date(2026, 8, 3)
    )
    services.decide(by=claire, file=file, decision="tacit_refusal", on=date(2026, 12, 13))
    services.decide(by=claire, file=file, decision="granted", on=date(2026, 12, 20))
    assert (file.state, file.decision) == (S.GRANTED, Decision.GRANTED)


def test_an_appeal_may_end_well(claire) -> None:
    file = RightsFileFactory(refused=True)
    services.appeal(
        by=claire, file=file, level="preliminary", on=date(2026, 11, 20), reason="Ressources mal comptées"
    )
    assert file.state == S.APPEAL
    services.decide(
        by=claire, file=file, decision="granted", on=date(2027, 1, 15), rights_from=date(2026, 12, 1)
    )
    assert file.state == S.OPEN


def test_silence_on_an_appeal_is_recorded_by_the_worker(claire) -> None:
    file = RightsFileFactory(refused=True)
    services.appeal(
        by=claire, file=file, level="preliminary", on=date(2026, 11, 20), reason="Ressources mal comptées"
    )
    services.decide(by=claire, file=file, decision="tacit_refusal", on=date(2027, 1, 20))
    assert file.state == S.TACIT_REFUSAL


def test_a_renewal_is_a_new_file_that_ends_the_old_one_when_it_opens(claire) -> None:
    old = RightsFileFactory(open=True)
    new = services.start_renewal(by=claire, file=old, agent=claire, on=date(2027, 8, 2))
    assert (old.state, new.state, new.renewal_of_id) == (S.RENEWING, S.DRAFT, old.pk)
    services.deposit(by=claire, file=new, on=date(2027, 8, 3))
    transmit(new, claire, on=date(2027, 8, 4))
    services.decide(
        by=claire,
        file=new,
        decision="granted",
        on=date(2027, 9, 1),
        rights_from=date(2027, 12, 1),
        rights_until=date(2028, 11, 30),
    )
    old.refresh_from_db()
    assert (old.state, old.closing_reason) == (S.CLOSED, ClosingReason.RENEWED)


def test_a_renewal_taken_back_takes_its_untouched_draft_along(claire) -> None:
    old = RightsFileFactory(open=True)
    draft = services.start_renewal(by=claire, file=old, agent=claire, on=date(2027, 8, 2))
    services.undo_last_move(by=claire, file=old)
    old.refresh_from_db()
    draft.refresh_from_db()
    assert (old.state, draft.state, draft.closing_reason) == (S.OPEN, S.ABANDONED, ClosingReason.MISTAKE)
    again = services.start_renewal(by=claire, file=old, agent=claire, on=date(2027, 8, 3))
    services.receive_piece(by=claire, piece=again.pieces.first(), on=date(2027, 8, 3))
    services.undo_last_move(by=claire, file=old)
    again.refresh_from_db()
    assert again.closed_on is None


@pytest.mark.parametrize(
    ("state", "reason"),
    [(S.ABANDONED, ClosingReason.TOO_COMPLEX), (S.REDIRECTED, ClosingReason.OTHER_SERVICE)],
)
def test_a_file_ends_with_a_reason_of_its_own(file, claire, state, reason) -> None:
    with pytest.raises(ValidationError, match="ne va pas avec"):
        services.end_file(by=claire, file=file, state=state, on=DAY, closing_reason=ClosingReason.ENDED)
    services.end_file(by=claire, file=file, state=state, on=DAY, closing_reason=reason)
    file.refresh_from_db()
    assert (file.state, file.closed_on, file.closing_reason) == (state, DAY, reason)


# --- Moves -----------------------------------------------------------------------------------------------------------
def test_every_state_but_an_ending_leads_somewhere_and_no_state_is_lost() -> None:
    assert set(TRANSITIONS) == set(S)
    assert {state for state, after in TRANSITIONS.items() if not after} == set(ENDED)
    assert set(ACTIVE) | set(ENDED) == set(S)
    reachable = {S.DRAFT}
    while grown := {after for state in reachable for after in TRANSITIONS[state]} - reachable:
        reachable |= grown
    assert reachable == set(S)


@pytest.mark.parametrize(
    ("trait", "target"),
    [
        ("draft", S.TRANSMITTED),
        ("draft", S.GRANTED),
        ("transmitted", S.BUILDING),
        ("transmitted", S.OPEN),
        ("open", S.REFUSED),
        ("refused", S.OPEN),
    ],
)
def test_other_moves_are_refused_in_french(claire, trait, target) -> None:
    file = RightsFileFactory(**{trait: True})
    with pytest.raises(ForbiddenTransition, match=f"« {target.label} »"):
        file.move_to(target, by=claire)
    assert not file.moves.exists()


def test_somebody_who_comes_second_is_told(file, claire, mehdi) -> None:
    stale = RightsFile.objects.get(pk=file.pk)
    transmit(file, claire)
    with pytest.raises(ForbiddenTransition, match=r"maintenant.*Transmis"):
        transmit(stale, mehdi)
    assert file.moves.filter(to_state=S.TRANSMITTED).count() == 1


def test_a_move_does_not_overwrite_what_somebody_else_wrote(file, claire, mehdi) -> None:
    stale = RightsFile.objects.get(pk=file.pk)
    services.write_opinion(by=mehdi, file=file, opinion=Opinion.FAVOURABLE, text="Droit commun.")
    transmit(stale, claire)
    stale.refresh_from_db()
    assert stale.opinion_text == "Droit commun."


def test_the_last_move_is_undone_with_all_it_wrote(file, claire, mehdi) -> None:
    transmit(complete(file, claire), claire, proof="LRAR 1A 234")
    services.decide(
        by=claire,
        file=file,
        decision="granted",
        on=date(2026, 11, 2),
        amount=Decimal("45.50"),
        rights_from=date(2026, 12, 1),
    )
    services.undo_last_move(by=mehdi, file=file)
    file.refresh_from_db()
    assert (file.state, file.rights_from, file.amount) == (S.GRANTED, None, Decimal("45.50"))
    services.undo_last_move(by=mehdi, file=file)
    file.refresh_from_db()
    assert (file.state, file.decision, file.decision_on, file.amount) == (S.TRANSMITTED, "", None, None)
    assert file.due_on == date(2026, 12, 13)
    move = services.undo_last_move(by=mehdi, file=file)
    file.refresh_from_db()
    assert (file.state, file.channel, file.transmission_proof, file.agreement) == (S.COMPLETE, "", "", False)
    assert (move.undone_by, file.moves.count()) == (mehdi, 6)
    with pytest.raises(ForbiddenTransition, match="suit l’état de ses pièces"):
        services.undo_last_move(by=mehdi, file=file)


def test_the_opening_cannot_be_undone(claire) -> None:
    file = services.open_file(
        by=claire,
        household=HouseholdFactory(),
        applicant=PersonFactory(),
        right=Right.objects.get(code="css"),
        agent=claire,
        opened_on=DAY,
    )
    with pytest.raises(ForbiddenTransition):
        services.undo_last_move(by=claire, file=file)


def test_undoing_an_ending_is_refused_when_another_request_is_under_way(file, css, claire) -> None:
    services.end_file(
        by=claire, file=file, state=S.ABANDONED, on=DAY, closing_reason=ClosingReason.NOT_WANTED
    )
    services.open_file(
        by=claire, household=file.household, applicant=file.applicant, right=css, agent=claire, opened_on=DAY
    )
    with pytest.raises(ConstraintViolation, match="déjà en cours"):
        services.undo_last_move(by=claire, file=file)
    file.refresh_from_db()
    assert file.state == S.ABANDONED


def test_the_write_history_is_signed(file, claire, mehdi) -> None:
    services.write_opinion(by=mehdi, file=file, opinion=Opinion.RESERVED, text="À revoir.")
    assert changes_of(file)[0].author == mehdi.full_name
