"""From the request to the entry: the points, the places, the decisions and their undoing."""

from datetime import date
from threading import Barrier, Thread

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from cias.core.db import ConstraintViolation
from cias.core.states import ForbiddenTransition
from households.services import protect_household
from housing.enums import DwellingType, Scheme
from housing.lodging import services
from housing.lodging.enums import Answer, Criterion, RequestState
from housing.lodging.fit import obstacles, opening_of
from housing.lodging.score import full_months, ranked, score_of
from housing.lodging.waiting import rank_of, waiting_list
from housing.models import LodgingRequest, Proposal, ScoreRule
from tests.factories import (
    CommuneFactory,
    DwellingFactory,
    HouseholdFactory,
    LodgingRequestFactory,
    PlaceFactory,
    ProposalFactory,
    StayFactory,
    UnavailabilityFactory,
)

pytestmark = pytest.mark.django_db
S = RequestState
TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("first", "last", "months"),
    [
        (date(2026, 1, 31), date(2026, 2, 27), 0),
        (date(2026, 1, 31), date(2026, 2, 28), 1),  # quantième to quantième, clipped to the month's end
        (date(2026, 1, 15), date(2026, 11, 14), 9),
        (date(2026, 1, 15), date(2026, 11, 15), 10),
        (date(2026, 12, 1), date(2026, 11, 23), 0),
    ],
)
def test_full_months_go_from_quantieme_to_quantieme(first: date, last: date, months: int) -> None:
    assert full_months(first, last) == months


def test_every_point_has_its_line() -> None:
    request = LodgingRequestFactory(requested_on=date(2025, 3, 1), children=5)
    for code in (Criterion.STREET, Criterion.TODDLER):
        request.criteria.create(code=code, noted_on=date(2026, 6, 2))
    score = score_of(request, ScoreRule.objects.on(TODAY), TODAY)
    # Street 20, toddler 8, five children × 3 brought down to 12, twenty months brought down to 12.
    assert [(line.label, line.points) for line in score.lines] == [
        (Criterion.STREET.label, 20), (Criterion.TODDLER.label, 8), (Criterion.CHILDREN.label, 12),
        (Criterion.SENIORITY.label, 12),
    ]  # fmt: skip
    assert score.total == 52
    assert score.lines[0].why == "constaté le 02/06/2026"
    assert score.lines[2].why == "5\u00a0enfants × 3\u00a0points = 15, ramené au plafond de 12"
    assert score_of(request, None, TODAY).total == 0


def test_equal_points_go_by_the_date_of_the_request() -> None:
    rule = ScoreRule.objects.on(TODAY)
    late = LodgingRequestFactory(requested_on=date(2026, 11, 20))
    early = LodgingRequestFactory(requested_on=date(2026, 11, 2))
    first = LodgingRequestFactory(requested_on=date(2026, 11, 22))
    first.criteria.create(code=Criterion.WORK, noted_on=TODAY)
    assert [one.request for one in ranked([late, early, first], rule, TODAY)] == [first, early, late]


def test_a_list_is_ranked_under_the_version_of_its_day(isabelle) -> None:
    request = LodgingRequestFactory(requested_on=TODAY)
    request.criteria.create(code=Criterion.HOSTED, noted_on=TODAY)
    services.change_score(
        by=isabelle, valid_from=date(2027, 1, 1), source="Délibération", is_verified=True,
        weights={Criterion.HOSTED: (30, None)},
    )  # fmt: skip
    assert score_of(request, ScoreRule.objects.on(TODAY), TODAY).total == 8
    later = date(2027, 1, 1)
    assert score_of(request, ScoreRule.objects.on(later), later).total == 30
    with pytest.raises(ValidationError, match="la nouvelle commence après"):
        services.change_score(
            by=isabelle, valid_from=later, source="x", is_verified=False, weights={}
        )  # fmt: skip


def test_a_protected_file_keeps_its_rank_and_is_not_shown(claire, mehdi) -> None:
    hidden = LodgingRequestFactory(requested_on=date(2026, 1, 2))
    shown = LodgingRequestFactory(requested_on=date(2026, 11, 2))
    protect_household(by=mehdi, household=hidden.household, reason="sheltered")
    rule = ScoreRule.objects.on(TODAY)
    known = LodgingRequest.objects.for_user(claire)
    assert [(one.rank, one.request) for one in waiting_list(known, rule, TODAY)] == [(2, shown)]
    assert rank_of(hidden, rule, TODAY) == 1


def test_why_a_place_does_not_suit() -> None:
    chartres, luce = CommuneFactory(), CommuneFactory(luce=True)
    dwelling = DwellingFactory(commune=chartres, dwelling_type=DwellingType.T2, scheme=Scheme.TEMPORARY)
    place = PlaceFactory(dwelling=dwelling, beds=2)
    request = LodgingRequestFactory(
        adults=2, children=1, scheme=Scheme.SUBLET, least_type=DwellingType.T3, accessible=True
    )
    request.wishes.create(commune=luce)
    assert obstacles(request, place) == [
        "souhaite\u00a0: sous-location", "3\u00a0personnes pour 2\u00a0couchages", "souhaite au moins un T3",
        "souhaite une autre commune", "logement accessible nécessaire",
    ]  # fmt: skip
    assert obstacles(LodgingRequestFactory(adults=1, scheme=Scheme.TEMPORARY), place) == []


def test_when_a_place_is_next_free() -> None:
    place = PlaceFactory(start=date(2026, 1, 1))
    assert opening_of(place, TODAY).first == TODAY
    StayFactory(place=place, start=date(2026, 9, 1), planned_end=date(2026, 12, 15))
    UnavailabilityFactory(place=place, start=date(2027, 1, 10), end=date(2027, 1, 20))
    found = opening_of(place, TODAY)
    assert (found.first, found.last, found.expected) == (date(2026, 12, 16), date(2027, 1, 9), True)
    assert found.nights == 25


def test_the_whole_way_from_the_request_to_the_entry(claire) -> None:
    place, household = PlaceFactory(), HouseholdFactory()
    request = services.file_request(
        by=claire, household=household, agent=claire, requested_on=date(2026, 10, 1), origin="siao",
        criteria=["street"],
    )  # fmt: skip
    services.propose(
        by=claire, request=request, place=place, available_on=date(2026, 12, 1), proposed_on=date(2026, 11, 20),
        answer_by=date(2026, 11, 27),
    )  # fmt: skip
    services.accept(by=claire, request=request, on=date(2026, 11, 23))
    other = HouseholdFactory()
    with pytest.raises(ValidationError, match="proposée à un autre ménage"):
        services.admit(place=place, household=other, start=date(2026, 12, 1), contribution=100)
    stay = services.admit(
        place=place,
        household=household,
        start=date(2026, 12, 1),
        contribution=100,
        by=claire,
        request=request,
    )
    request.refresh_from_db()
    assert (request.state, request.stay, request.settled_on) == (S.HOUSED, stay, date(2026, 12, 1))
    assert Proposal.objects.get().answer == Answer.ENTERED
    assert services.undoable_move(request) is None
    services.cancel_stay(by=claire, stay=stay, reason="Le ménage n’est pas venu")
    request.refresh_from_db()
    assert (request.state, request.stay, request.settled_on) == (S.ACCEPTED, None, None)
    assert Proposal.objects.get().answer == Answer.ACCEPTED


@pytest.mark.parametrize(("stays", "state"), [(True, S.WAITING), (False, S.DECLINED)])
def test_a_household_that_declines_may_go_on_waiting(claire, stays: bool, state: RequestState) -> None:
    proposal = ProposalFactory()
    request = proposal.request
    services.decline(
        by=claire,
        request=request,
        on=date(2026, 11, 23),
        reason="area",
        detail="Trop loin",
        stays_on_list=stays,
    )
    assert request.state == state
    proposal.refresh_from_db()
    assert (proposal.answer, proposal.reason) == (Answer.DECLINED, "area")
    services.undo_last_move(by=claire, request=request)
    request.refresh_from_db()
    proposal.refresh_from_db()
    assert (request.state, request.decline_reason, proposal.answer) == (S.PROPOSED, "", Answer.PENDING)


def test_a_refusal_is_motivated_oriented_and_can_be_undone(claire) -> None:
    request = LodgingRequestFactory()
    values = {"decided_by": "Présidence", "refusal_reason": "support", "orientation": "shelter"}
    with pytest.raises(ConstraintViolation, match="motivé"):
        services.refuse(by=claire, request=request, on=date(2026, 11, 2), refusal_detail="", **values)
    services.refuse(
        by=claire, request=request, on=date(2026, 11, 2), refusal_detail="Besoin d’un CHRS", **values
    )
    assert (request.state, request.settled_on) == (S.REFUSED, date(2026, 11, 2))
    with pytest.raises(ForbiddenTransition):
        services.withdraw(by=claire, request=request, on=date(2026, 11, 3), withdraw_reason="moved")
    services.undo_last_move(by=claire, request=request)
    request.refresh_from_db()
    assert (request.state, request.refusal_reason, request.settled_on) == (S.WAITING, "", None)
    with pytest.raises(ForbiddenTransition, match="pas d’étape"):
        services.undo_last_move(by=claire, request=request)


def test_one_open_request_for_a_household(claire) -> None:
    request = LodgingRequestFactory()
    with pytest.raises(ConstraintViolation, match="déjà une demande"):
        services.file_request(
            by=claire, household=request.household, agent=claire, requested_on=TODAY, origin="cias"
        )


def test_undoing_is_refused_once_the_place_went_to_somebody_else(claire) -> None:
    proposal = ProposalFactory()
    services.decline(by=claire, request=proposal.request, on=date(2026, 11, 23), reason="cost")
    ProposalFactory(place=proposal.place)
    with pytest.raises(ConstraintViolation, match="déjà proposée"):
        services.undo_last_move(by=claire, request=proposal.request)


@pytest.mark.django_db(transaction=True)
def test_of_simultaneous_proposals_of_one_place_the_database_keeps_one(claire) -> None:
    place, requests = PlaceFactory(), [LodgingRequestFactory() for _ in range(5)]
    barrier, outcomes = Barrier(len(requests)), []

    def propose(request: LodgingRequest) -> None:
        try:
            connection.ensure_connection()
            barrier.wait(timeout=20)
            services.propose(
                by=claire, request=request, place=place, available_on=date(2026, 12, 1),
                proposed_on=date(2026, 11, 20), answer_by=date(2026, 11, 27),
            )  # fmt: skip
            outcomes.append("proposed")
        except ConstraintViolation as error:
            outcomes.append(error.name)
        finally:
            connection.close()

    threads = [Thread(target=propose, args=[request]) for request in requests]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["housing_proposal_one_household"] * 4 + ["proposed"]
    assert LodgingRequest.objects.filter(state=S.PROPOSED).count() == 1


def test_criteria_are_dated_and_kept(claire) -> None:
    request = services.file_request(
        by=claire, household=HouseholdFactory(), agent=claire, requested_on=date(2026, 10, 1), origin="self",
        criteria=["street", "work"], communes=[CommuneFactory()],
    )  # fmt: skip
    services.correct_request(by=claire, request=request, criteria=["street", "health"], note="Suivi CMP")
    noted = dict(request.criteria.values_list("code", "noted_on"))
    assert set(noted) == {"street", "health"}
    assert noted["street"] == date(2026, 10, 1)
    assert request.wishes.count() == 0
