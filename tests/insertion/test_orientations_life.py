"""I2: corrections, référents, requests for another orientation and their answers, with their undo."""

import threading
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from cias.core.db import ConstraintViolation
from cias.core.states import ForbiddenTransition
from insertion.deadlines import DueCode, Facts, Rules, contract_due, deadlines_of
from insertion.models import Orientation, OrientationChange, ReorientationRequest
from insertion.orientations import requests, services
from tests.factories import (
    EngagementContractFactory,
    MembershipFactory,
    OrientationFactory,
    ReorientationRequestFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tuesday")]
TODAY = date(2026, 11, 24)
ACCEPTED = {"kind": "pro", "start": date(2026, 11, 20), "structure": "France Travail"}


def test_a_correction_is_kept_and_undone(claire) -> None:
    orientation = OrientationFactory(kind="sociale", comment="")
    change = services.correct(
        by=claire, orientation=orientation, reason="Lu trop vite", kind="pro", comment="Mobile"
    )
    orientation.refresh_from_db()
    assert (orientation.kind, orientation.comment) == ("pro", "Mobile")
    assert change is not None
    assert change.said == "orientation\u00a0: Sociale → Professionnelle ; précision\u00a0: vide → Mobile"
    assert services.undo_last(by=claire, orientation=orientation) == "Corrigée\u00a0: c’est annulé."
    orientation.refresh_from_db()
    assert (orientation.kind, orientation.comment) == ("sociale", "")
    assert OrientationChange.objects.get().undone_by == claire


def test_a_correction_obeys_the_rules_of_the_dates(claire) -> None:
    member = MembershipFactory()
    first = OrientationFactory(
        household=member.household, person=member.person, start=date(2026, 9, 1), end=date(2026, 10, 4)
    )
    OrientationFactory(household=member.household, person=member.person)
    with pytest.raises(ConstraintViolation, match="déjà une orientation à ces dates"):
        services.correct(by=claire, orientation=first, reason="x", end=date(2026, 10, 10))
    with pytest.raises(ConstraintViolation, match="au moins 7 jours"):
        services.correct(by=claire, orientation=first, reason="x", end=date(2026, 9, 5))
    with pytest.raises(ValidationError, match="l’avenir"):
        services.correct(by=claire, orientation=first, reason="x", start=TODAY + timedelta(days=1))
    assert services.correct(by=claire, orientation=first, reason="x", end=date(2026, 10, 4)) is None


def test_a_change_of_referent_keeps_the_former_one(claire, mehdi) -> None:
    orientation = OrientationFactory(referent=claire)
    services.change_referent(by=claire, orientation=orientation, referent=mehdi, on=date(2026, 11, 2))
    orientation.refresh_from_db()
    assert orientation.referent == mehdi
    assert OrientationChange.objects.get().said == "Claire Vasseur → Mehdi Aouragh"
    for on, referent, said in (
        (TODAY, mehdi, "déjà référent"), (date(2026, 10, 1), claire, "pas dans les dates"),
        (date(2026, 11, 1), claire, "a déjà changé le 02/11/2026"),
        (TODAY + timedelta(days=1), claire, "le jour où il a lieu"),
    ):  # fmt: skip
        with pytest.raises(ValidationError, match=said):
            services.change_referent(by=claire, orientation=orientation, referent=referent, on=on)
    services.undo_last(by=claire, orientation=orientation)
    orientation.refresh_from_db()
    assert orientation.referent == claire


def test_undoing_a_recording_gives_its_end_back_to_the_orientation_before(claire) -> None:
    first = OrientationFactory(start=date(2026, 9, 1), notified_on=date(2026, 9, 1), end=date(2027, 3, 1))
    second = services.orient(
        by=claire, household=first.household, person=first.person, kind="pro", notified_on=date(2026, 10, 12),
        start=date(2026, 10, 12), structure="CIAS", shorten_previous=True,
    )  # fmt: skip
    first.refresh_from_db()
    assert first.end == date(2026, 10, 11)
    with pytest.raises(ForbiddenTransition, match="plus récente"):
        services.undo_last(by=claire, orientation=first)
    contract = EngagementContractFactory(orientation=second)
    with pytest.raises(ForbiddenTransition, match="s’appuie déjà"):
        services.undo_last(by=claire, orientation=second)
    contract.delete()
    assert services.undo_last(by=claire, orientation=second) == "L’orientation est retirée."
    first.refresh_from_db()
    assert first.end == date(2027, 3, 1)
    assert not OrientationChange.objects.exists()


# C. trav., art. D5411-8-2 and D5411-14-2: the request interrupts, the new month runs from the new notice.
def test_a_pending_request_interrupts_the_deadline_of_the_contract(claire) -> None:
    orientation = OrientationFactory(notified_on=date(2026, 10, 5), start=date(2026, 10, 5), kind="pro")

    def labels() -> list[str]:
        row = Orientation.objects.get(pk=orientation.pk)
        found = deadlines_of(row, Facts(met_on=TODAY), Rules(), TODAY)
        return [deadline.label for deadline in found if deadline.code == DueCode.SIGN]

    assert labels() == ["Contrat d’engagement à signer"]
    request = requests.ask(
        by=claire, orientation=orientation, requested_on=date(2026, 10, 20), asked_by="person", wanted_kind="sociale",
        reason="Santé", sent_on=date(2026, 10, 21),
    )  # fmt: skip
    assert labels() == []
    requests.refuse(by=claire, request=request, on=date(2026, 11, 12))
    assert labels() == ["Contrat d’engagement à signer"]
    row = Orientation.objects.get(pk=orientation.pk)
    due = deadlines_of(row, Facts(met_on=TODAY), Rules(), TODAY)[0]
    assert "après le refus de la réorientation du 12/11/2026" in due.why
    assert due.to_check, "the text speaks of a new notice: whether a refusal is one is to be checked"
    assert contract_due(row, Rules()) == date(2026, 12, 12)
    requests.undo_last(by=claire, request=request)
    assert labels() == []
    requests.withdraw(by=claire, request=ReorientationRequest.objects.get(), on=TODAY)
    row = Orientation.objects.get(pk=orientation.pk)
    assert contract_due(row, Rules()) == date(2026, 11, 5), "as if it had not been made"


def test_an_accepted_request_opens_the_new_orientation_and_its_month(claire) -> None:
    orientation = OrientationFactory()
    request = ReorientationRequestFactory(orientation=orientation)
    with pytest.raises(ForbiddenTransition, match="n’attend pas la réponse"):
        requests.accept(by=claire, request=request, on=TODAY, **ACCEPTED)
    requests.send(by=claire, request=request, on=date(2026, 11, 10))
    with pytest.raises(ValidationError, match="après celle qu’elle remplace"):
        requests.accept(by=claire, request=request, on=TODAY, **{**ACCEPTED, "start": date(2026, 10, 5)})
    opened = requests.accept(by=claire, request=request, on=date(2026, 11, 18), **ACCEPTED)
    orientation.refresh_from_db()
    request.refresh_from_db()
    assert orientation.end == date(2026, 11, 19)
    assert (request.state, request.result) == ("accepted", opened)
    assert contract_due(opened, Rules()) == date(2026, 12, 18)
    requests.undo_last(by=claire, request=request)
    orientation.refresh_from_db()
    assert orientation.end is None
    assert Orientation.objects.get() == orientation
    assert ReorientationRequest.objects.get().state == "sent"


def test_an_acceptance_something_rests_on_is_not_undone(claire) -> None:
    request = ReorientationRequestFactory()
    requests.send(by=claire, request=request, on=date(2026, 11, 10))
    opened = requests.accept(by=claire, request=request, on=date(2026, 11, 18), **ACCEPTED)
    EngagementContractFactory(orientation=opened, start=date(2026, 11, 21))
    with pytest.raises(ForbiddenTransition, match="s’appuie déjà"):
        requests.undo_last(by=claire, request=request)
    request.refresh_from_db()
    assert request.state == "accepted"


def test_one_request_waits_at_a_time_and_its_dates_follow(claire) -> None:
    request = ReorientationRequestFactory()
    values = {
        "orientation": request.orientation,
        "asked_by": "referent",
        "wanted_kind": "pro",
        "reason": "Emploi",
    }
    with pytest.raises(ConstraintViolation, match="attend déjà la réponse"):
        requests.ask(by=claire, requested_on=TODAY, **values)
    with pytest.raises(ConstraintViolation, match="transmise avant d’être faite"):
        requests.send(by=claire, request=request, on=date(2026, 11, 8))
    request.refresh_from_db()
    requests.send(by=claire, request=request, on=date(2026, 11, 10))
    with pytest.raises(ConstraintViolation, match="précéder l’envoi"):
        requests.refuse(by=claire, request=request, on=date(2026, 11, 9))
    request.refresh_from_db()
    with pytest.raises(ValidationError, match="à venir"):
        requests.refuse(by=claire, request=request, on=TODAY + timedelta(days=1))
    requests.refuse(by=claire, request=request, on=TODAY)
    assert requests.ask(by=claire, requested_on=TODAY, **values).state == "written"
    with pytest.raises(ValidationError, match="ne commence que"):
        requests.ask(by=claire, requested_on=date(2026, 1, 1), **values)


@pytest.mark.django_db(transaction=True)
def test_two_answers_at_once_leave_one(claire) -> None:
    request = ReorientationRequestFactory()
    requests.send(by=claire, request=request, on=date(2026, 11, 10))
    barrier, outcomes = threading.Barrier(2), []

    def answer(accepts: bool) -> None:
        mine = ReorientationRequest.objects.select_related("orientation__person", "household").get()
        try:
            barrier.wait()
            if accepts:
                requests.accept(by=claire, request=mine, on=date(2026, 11, 18), **ACCEPTED)
            else:
                requests.refuse(by=claire, request=mine, on=date(2026, 11, 18))
            outcomes.append("in")
        except (ForbiddenTransition, ValidationError):
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=answer, args=[accepts]) for accepts in (True, False)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["in", "refused"]
    request.refresh_from_db()
    assert Orientation.objects.count() == (2 if request.state == "accepted" else 1)
