"""The rule book of domiciliation: delays, the clock of three months, what only an agent ends, what can be undone."""

from datetime import date, datetime

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from cias.accounts.models import User
from cias.core.db import ConstraintViolation
from cias.core.periods import PARIS
from cias.core.states import ForbiddenTransition
from households.models import Household, Person
from rights.domiciliation import rules, services
from rights.domiciliation.enums import DeskKind, ElectionKind, ElectionState, EndReason, TerritoryLink
from rights.models import Dependant, DeskRule, Domiciliation, DomiciliationRule, Election
from tests.factories import CommuneFactory, DeskEventFactory, PauseFactory, ProxyFactory

pytestmark = pytest.mark.django_db
S = ElectionState


def at(day: str) -> datetime:
    return datetime.fromisoformat(f"{day}T10:00").replace(tzinfo=PARIS)


@pytest.fixture
def denise(household: Household) -> Person:
    return household.memberships.get(role="applicant").person


@pytest.fixture
def requested(household: Household, denise: Person, claire: User) -> Election:
    return services.request_election(
        by=claire,
        household=household,
        person=denise,
        agent=claire,
        commune=CommuneFactory(),
        on=date(2026, 9, 30),
    )


def meet(election: Election, by: User, on: date = date(2026, 10, 5), **more) -> Election:
    answers = {"link": TerritoryLink.STAY, "dependants": [], "commune": election.commune, **more}
    return services.interview(by=by, election=election, interview_on=on, **answers)


def grant(
    election: Election,
    by: User,
    on: date = date(2026, 10, 8),
    start: date | None = None,
    end: date | None = None,
):
    start = start or on
    return services.decide_grant(
        by=by,
        election=election,
        decided_on=on,
        decided_by="Mme Aubert",
        starts_on=start,
        ends_on=end or rules.last_day_of_term(start),
    )


@pytest.fixture
def granted(requested: Election, claire: User) -> Election:
    return grant(meet(requested, claire), claire)


# --- Delays ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("asked", "due"), [(date(2026, 9, 30), date(2026, 11, 30)), (date(2026, 12, 31), date(2027, 2, 28))]
)
def test_two_months_to_decide(asked: date, due: date) -> None:
    assert rules.decision_due(asked) == due


@pytest.mark.parametrize(
    ("start", "last"), [(date(2026, 10, 8), date(2027, 10, 7)), (date(2028, 2, 29), date(2029, 2, 27))]
)
def test_one_year_to_the_day_before(start: date, last: date) -> None:
    assert rules.last_day_of_term(start) == last


# --- Interview, decision ---------------------------------------------------------------------------------------------
def test_nothing_is_decided_without_an_interview(requested: Election, claire: User) -> None:
    with pytest.raises(ForbiddenTransition):
        grant(requested, claire)
    with pytest.raises(IntegrityError), transaction.atomic():
        Election.objects.filter(pk=requested.pk).update(state=S.INTERVIEWED)


def test_the_attestation_covers_a_year_and_its_beneficiaries(
    requested: Election, household: Household, claire: User
) -> None:
    leo = household.memberships.get(role="child").person
    election = grant(meet(requested, claire, dependants=[leo]), claire)
    assert (election.starts_on, election.ends_on, election.last_day) == (
        date(2026, 10, 8), date(2027, 10, 7), date(2027, 10, 7),
    )  # fmt: skip
    assert [(row.person, row.relation) for row in election.dependants.all()] == [(leo, "child")]


def test_no_longer_than_a_year_and_not_before_the_decision(requested: Election, claire: User) -> None:
    met = meet(requested, claire)
    with pytest.raises(ValidationError, match="au plus jusqu’au 07/10/2027"):
        grant(met, claire, end=date(2027, 10, 8))
    with pytest.raises(ValidationError, match="avant la décision"):
        grant(met, claire, start=date(2026, 10, 1))


def test_a_refusal_is_motivated_and_names_another_body(requested: Election, claire: User) -> None:
    met = meet(requested, claire)
    refusal = {
        "by": claire, "election": met, "decided_on": date(2026, 10, 8), "decided_by": "Mme Aubert",
        "refusal_reason": "no_link", "refusal_detail": "Aucun lien.", "orientation": "ccas",
    }  # fmt: skip
    with pytest.raises(ConstraintViolation, match="motivé"):
        services.decide_refusal(**refusal, orientation_detail="")
    refused = services.decide_refusal(**refusal, orientation_detail="CCAS de Dreux, 02 37 00 00 00")
    assert (refused.state, refused.starts_on) == (S.REFUSED, None)


def test_a_request_after_a_refusal_is_a_first_request_with_the_same_number(
    requested: Election, household: Household, denise: Person, claire: User
) -> None:
    services.withdraw(by=claire, election=requested, on=date(2026, 10, 1), reason="Ne vient pas")
    again = services.request_election(
        by=claire,
        household=household,
        person=denise,
        agent=claire,
        commune=requested.commune,
        on=date(2026, 11, 2),
    )
    assert again.kind == ElectionKind.FIRST
    assert again.domiciliation == requested.domiciliation
    assert Domiciliation.objects.get().number == "DOM-2026-00001"


def test_one_request_at_a_time_and_none_beside_an_attestation(
    granted: Election, household: Household, denise: Person, claire: User
) -> None:
    with pytest.raises(ValidationError, match="renouvelez"):
        services.request_election(
            by=claire,
            household=household,
            person=denise,
            agent=claire,
            commune=granted.commune,
            on=date(2026, 11, 2),
        )
    services.renew(by=claire, election=granted, on=date(2027, 8, 10))
    with pytest.raises(ConstraintViolation, match="attend déjà"):
        services.renew(by=claire, election=granted, on=date(2027, 8, 11))


# --- Renewal ---------------------------------------------------------------------------------------------------------
def test_a_renewal_begins_the_day_after_and_never_overlaps(granted: Election, claire: User) -> None:
    renewal = meet(
        services.renew(by=claire, election=granted, on=date(2027, 8, 10)), claire, date(2027, 8, 20)
    )
    granted.refresh_from_db()
    assert granted.last_day == date(2027, 10, 7), "it holds while the renewal is looked at"
    with pytest.raises(ConstraintViolation, match="Une autre attestation"):
        grant(renewal, claire, date(2027, 9, 1), start=date(2027, 10, 7))
    renewal.refresh_from_db()
    grant(renewal, claire, date(2027, 9, 1), start=date(2027, 10, 8))
    granted.refresh_from_db()
    assert granted.state == S.RENEWED
    held = [Election.objects.in_force(day).get() for day in (date(2027, 10, 7), date(2027, 10, 8))]
    assert held == [granted, renewal]


def test_undoing_a_renewal_gives_its_place_back(granted: Election, claire: User) -> None:
    renewal = meet(
        services.renew(by=claire, election=granted, on=date(2027, 8, 10)), claire, date(2027, 8, 20)
    )
    grant(renewal, claire, date(2027, 9, 1), start=date(2027, 10, 8))
    services.undo_last_move(by=claire, election=renewal)
    granted.refresh_from_db()
    renewal.refresh_from_db()
    assert (granted.state, renewal.state, renewal.starts_on) == (S.GRANTED, S.INTERVIEWED, None)


def test_an_attestation_built_upon_is_not_undone(granted: Election, claire: User) -> None:
    services.renew(by=claire, election=granted, on=date(2027, 8, 10))
    assert services.undoable_move(granted) is None
    with pytest.raises(ForbiddenTransition):
        services.undo_last_move(by=claire, election=granted)


# --- The clock -------------------------------------------------------------------------------------------------------
def clock(election: Election) -> tuple[date | None, date | None]:
    row = Domiciliation.objects.get(pk=election.domiciliation_id)
    return row.alert_on, row.absence_due_on


def test_alert_at_two_months_and_a_half_limit_at_three(granted: Election) -> None:
    # Last seen at the interview, on 5 October.
    assert clock(granted) == (date(2026, 12, 20), date(2027, 1, 5))


@pytest.mark.parametrize(
    ("kind", "restarts"),
    [
        (DeskKind.VISIT, True), (DeskKind.CALL, True), (DeskKind.HANDED, True), (DeskKind.FORWARDED, True),
        (DeskKind.ARRIVED, False), (DeskKind.HANDED_PROXY, False), (DeskKind.RETURNED, False),
    ],
)  # fmt: skip
def test_what_restarts_the_clock(granted: Election, claire: User, kind: DeskKind, restarts: bool) -> None:
    domiciliation = granted.domiciliation
    services.record(
        by=claire, domiciliation=domiciliation, kind=DeskKind.ARRIVED, letters=2, at=at("2026-10-20")
    )
    proxy = ProxyFactory(domiciliation=domiciliation) if kind == DeskKind.HANDED_PROXY else None
    event = services.record(
        by=claire, domiciliation=domiciliation, kind=kind, proxy=proxy, at=at("2026-11-02"),
        letters=1 if kind == DeskKind.ARRIVED else 0,
    )  # fmt: skip
    assert clock(granted)[1] == (date(2027, 2, 2) if restarts else date(2027, 1, 5))
    services.undo_event(by=claire, event=event)
    assert clock(granted)[1] == date(2027, 1, 5)


def test_which_contacts_count_is_reference_data(granted: Election, claire: User) -> None:
    DeskRule.objects.filter(code=DeskKind.CALL).update(resets_clock=False)
    services.record(by=claire, domiciliation=granted.domiciliation, kind=DeskKind.CALL, at=at("2026-11-02"))
    assert clock(granted)[1] == date(2027, 1, 5)


@pytest.mark.parametrize(
    ("start", "end", "due"),
    [
        (date(2026, 11, 1), date(2026, 11, 30), date(2027, 2, 4)),
        (date(2026, 9, 1), date(2026, 10, 10), date(2027, 1, 10)),  # five days after the last contact
        (date(2026, 9, 1), date(2026, 10, 5), date(2027, 1, 5)),
        (date(2027, 1, 5), date(2027, 1, 5), date(2027, 1, 6)),
        (date(2027, 1, 6), date(2027, 1, 20), date(2027, 1, 5)),
        (date(2026, 12, 1), None, None),
    ],
)
def test_a_justified_absence_stops_the_clock(
    granted: Election, claire: User, start: date, end: date | None, due: date | None
) -> None:
    services.add_pause(by=claire, domiciliation=granted.domiciliation, reason="health", start=start, end=end)
    assert clock(granted)[1] == due


def test_the_clock_runs_again_when_an_absence_ends(granted: Election, claire: User) -> None:
    pause = services.add_pause(
        by=claire, domiciliation=granted.domiciliation, reason="detention", start=date(2026, 11, 1), end=None
    )
    assert clock(granted) == (None, None)
    services.stop(by=claire, row=pause, on=date(2026, 11, 11))
    assert clock(granted)[1] == date(2027, 1, 15)
    with pytest.raises(ConstraintViolation, match="Une autre absence"):
        services.add_pause(
            by=claire, domiciliation=granted.domiciliation, reason="work", start=date(2026, 11, 10), end=None
        )


# --- The end ---------------------------------------------------------------------------------------------------------
def finish(election: Election, by: User, on: date, reason: str, detail: str = "") -> Election:
    election.refresh_from_db()
    return services.end(by=by, election=election, on=on, end_reason=reason, end_detail=detail)


def test_absence_ends_nothing_before_the_three_months_are_over(granted: Election, claire: User) -> None:
    with pytest.raises(ValidationError, match="qu’après le 05/01/2027"):
        finish(granted, claire, date(2027, 1, 5), EndReason.ABSENCE)
    ended = finish(granted, claire, date(2027, 1, 6), EndReason.ABSENCE)
    assert (ended.state, ended.last_day, ended.ends_on) == (S.ENDED, date(2027, 1, 6), date(2027, 10, 7))
    assert clock(granted) == (None, None)


def test_absence_ends_nothing_while_it_is_justified(granted: Election, claire: User) -> None:
    services.add_pause(
        by=claire, domiciliation=granted.domiciliation, reason="detention", start=date(2026, 12, 1), end=None
    )
    with pytest.raises(ValidationError, match="justifiée"):
        finish(granted, claire, date(2027, 6, 1), EndReason.ABSENCE)


def test_nothing_ever_ends_by_itself(granted: Election, claire: User) -> None:
    with time_machine.travel("2029-01-01T10:00+01:00"):
        services.refresh(granted.domiciliation)
        granted.refresh_from_db()
        assert granted.state == S.GRANTED
        assert finish(granted, claire, date(2029, 1, 1), EndReason.NOT_RENEWED).last_day == date(2027, 10, 7)


@pytest.mark.parametrize(
    ("reason", "message"), [(EndReason.NOT_RENEWED, "court jusqu’au"), (EndReason.OTHER, "Précisez")]
)
def test_an_end_has_a_true_reason(granted: Election, claire: User, reason: str, message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        finish(granted, claire, date(2026, 12, 1), reason)


def test_an_end_is_undone_with_its_dates(granted: Election, claire: User) -> None:
    finish(granted, claire, date(2026, 12, 1), EndReason.STABLE_HOME)
    move = services.undo_last_move(by=claire, election=granted)
    granted.refresh_from_db()
    assert (move.undone_by, granted.state, granted.last_day) == (claire, S.GRANTED, date(2027, 10, 7))
    assert clock(granted)[1] == date(2027, 1, 5)


# --- The desk --------------------------------------------------------------------------------------------------------
def test_mail_comes_and_goes_and_is_never_handed_over_twice(granted: Election, claire: User) -> None:
    box = granted.domiciliation
    services.record(by=claire, domiciliation=box, kind=DeskKind.ARRIVED, letters=3, parcels=1)
    handed = services.record(by=claire, domiciliation=box, kind=DeskKind.HANDED)
    assert (handed.letters, handed.parcels, handed.identity_checked) == (3, 1, True)
    assert not any(box.register.waiting().values())
    with pytest.raises(ValidationError, match="Aucun courrier"):
        services.record(by=claire, domiciliation=box, kind=DeskKind.HANDED)


def test_what_went_out_is_undone_before_what_came_in(granted: Election, claire: User) -> None:
    box = granted.domiciliation
    came = services.record(by=claire, domiciliation=box, kind=DeskKind.ARRIVED, letters=1)
    went = services.record(by=claire, domiciliation=box, kind=DeskKind.RETURNED)
    with pytest.raises(ForbiddenTransition, match="déjà été remis"):
        services.undo_event(by=claire, event=came)
    services.undo_event(by=claire, event=went)
    assert box.register.waiting()["letters"] == 1
    with pytest.raises(ForbiddenTransition, match="déjà annulée"):
        services.undo_event(by=claire, event=went)


def test_mail_goes_to_a_proxy_whose_mandate_holds(granted: Election, claire: User) -> None:
    box = granted.domiciliation
    services.record(by=claire, domiciliation=box, kind=DeskKind.ARRIVED, letters=1)
    past = ProxyFactory(domiciliation=box, end=date(2026, 10, 31))
    for proxy in (past, ProxyFactory(start=date(2026, 1, 1))):
        with pytest.raises(ValidationError, match="n’est pas en cours"):
            services.record(
                by=claire, domiciliation=box, kind=DeskKind.HANDED_PROXY, proxy=proxy, at=at("2026-11-02")
            )
    with pytest.raises(ConstraintViolation, match="quel mandataire"):
        services.record(by=claire, domiciliation=box, kind=DeskKind.HANDED_PROXY)


def test_no_more_proxies_than_the_rule(granted: Election, claire: User) -> None:
    most = DomiciliationRule.objects.get().most_proxies
    ProxyFactory.create_batch(most, domiciliation=granted.domiciliation)
    with pytest.raises(ValidationError, match="au plus 5"):
        services.add_proxy(
            by=claire, domiciliation=granted.domiciliation, name="Un de trop", birth_date=None,
            start=date(2026, 11, 2), end=None,
        )  # fmt: skip


def test_a_proxy_who_took_mail_is_kept_when_the_mandate_stops(granted: Election, claire: User) -> None:
    proxy = ProxyFactory(domiciliation=granted.domiciliation, start=date(2026, 11, 2))
    DeskEventFactory(
        domiciliation=granted.domiciliation,
        kind=DeskKind.HANDED_PROXY,
        proxy=proxy,
        letters=1,
        identity_checked=True,
    )
    services.stop(by=claire, row=proxy, on=date(2026, 11, 2))
    proxy.refresh_from_db()
    assert proxy.end == date(2026, 11, 2)
    unused = PauseFactory(domiciliation=granted.domiciliation, start=date(2027, 1, 1), end=None)
    services.stop(by=claire, row=unused, on=date(2026, 11, 2))
    assert not granted.domiciliation.pauses.exists()


def test_beneficiaries_follow_to_the_renewal(requested: Election, household: Household, claire: User) -> None:
    leo = household.memberships.get(role="child").person
    election = grant(meet(requested, claire, dependants=[leo]), claire)
    renewal = services.renew(by=claire, election=election, on=date(2027, 8, 10))
    assert [row.person for row in renewal.dependants.all()] == [leo]
    meet(renewal, claire, date(2027, 8, 12))
    assert not Dependant.objects.filter(election=renewal).exists()
