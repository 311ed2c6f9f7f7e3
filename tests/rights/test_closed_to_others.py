"""What stands behind the pages of rights, aids and domiciliation: of a file closed to somebody, nothing."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.test import RequestFactory
from django.utils import timezone

from cias.accounts.models import User
from households.enums import ProtectionReason
from households.letters.context import LetterContext
from households.models import Household
from households.services import protect_household
from rights.aids.views.sessions import to_notify
from rights.domiciliation.letter_keys import _box
from rights.domiciliation.services import request_election
from rights.models import AidSession, FilePiece
from rights.registrations import latest_requests
from rights.views.files import _appointment
from tests.factories import (
    AgendaItemFactory,
    AidRequestFactory,
    AppointmentFactory,
    CommuneFactory,
    DomiciliationFactory,
    FilePieceFactory,
    MembershipFactory,
    RightsFileFactory,
)

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 24)


def protect(household: Household, by: User) -> None:
    protect_household(by=by, household=household, reason=ProtectionReason.ELECTED, agents=[by])


def test_where_a_request_stands(claire: User, mehdi: User) -> None:
    file = RightsFileFactory()
    protect(file.household, by=claire)
    assert list(latest_requests(file.household, [file.right.code], claire)) == [file.right.code]
    assert not latest_requests(file.household, [file.right.code], mehdi)


def test_a_piece_received_before_the_file_was_closed_is_not_taken_back(claire: User, nadege: User) -> None:
    piece = FilePieceFactory(received=True, received_by=nadege, received_on=TODAY)
    assert list(FilePiece.objects.taken_today(nadege, TODAY)) == [piece]
    protect(piece.file.household, by=claire)
    assert not FilePiece.objects.taken_today(nadege, TODAY).exists()


def test_the_appointment_a_file_is_opened_during(rf: RequestFactory, claire: User, mehdi: User) -> None:
    appointment = AppointmentFactory(agent=claire)
    protect(appointment.household, by=claire)
    request = rf.get("/", {"rendez-vous": str(appointment.pk)})
    request.user = claire
    assert _appointment(request, appointment.household_id) == appointment
    request.user = mehdi
    assert _appointment(request, appointment.household_id) is None


def test_who_is_to_be_told_of_a_decision(rf: RequestFactory, claire: User, mehdi: User) -> None:
    item = AgendaItemFactory(
        request=AidRequestFactory(granted=True), decision="granted", amount=280, decided_at=timezone.now(),
        decided_by=claire, votes_for=2, votes_against=0, abstentions=0,
    )  # fmt: skip
    protect(item.request.household, by=claire)
    session, request = AidSession.objects.get(), rf.get("/")
    request.user = claire
    assert list(to_notify(request, session)) == [item.request]
    request.user = mehdi
    assert not to_notify(request, session)


def test_a_letter_says_nothing_of_a_domiciliation(claire: User, mehdi: User) -> None:
    box = DomiciliationFactory()
    protect(box.household, by=claire)
    told = {user: _box(LetterContext(box.household, user, TODAY)) for user in (claire, mehdi)}
    assert told == {claire: box, mehdi: None}


def test_a_domiciliation_is_not_taken_out_of_a_closed_file(claire: User, mehdi: User) -> None:
    member = MembershipFactory()
    box = DomiciliationFactory(person=member.person)
    protect(box.household, by=claire)

    def ask(by: User) -> None:
        request_election(
            by=by,
            household=member.household,
            person=member.person,
            agent=by,
            commune=CommuneFactory(),
            on=TODAY,
        )

    with pytest.raises(ValidationError, match="ne peut pas être reçue"):
        ask(mehdi)
    box.refresh_from_db()
    assert box.household != member.household
    ask(claire)
    box.refresh_from_db()
    assert box.household == member.household
