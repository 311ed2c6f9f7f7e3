from datetime import date
from decimal import Decimal
from threading import Barrier, Thread

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from cias.core.db import ConstraintViolation
from housing.enums import ContractKind, ExitOutcome, Scheme, UnavailableReason
from housing.lodging import services
from housing.models import Stay
from tests.factories import DwellingFactory, HouseholdFactory, PlaceFactory, StayFactory

pytestmark = pytest.mark.django_db
RENT = Decimal("120.00")


def test_an_entry_without_end_lasts_what_the_scheme_says() -> None:
    stay = services.admit(
        place=PlaceFactory(), household=HouseholdFactory(), start=date(2026, 8, 31), contribution=RENT
    )
    # Three months from 31 August: 30 November, since November has no 31st; the contract ends the day before.
    assert stay.planned_end == date(2026, 11, 29)
    assert stay.contracts.get().kind == ContractKind.INITIAL


@pytest.mark.parametrize(
    ("start", "end", "refused"),
    [
        (date(2026, 11, 30), date(2026, 12, 31), True),  # the day the other leaves
        (date(2026, 12, 1), date(2026, 12, 31), False),  # the day after
        (date(2026, 8, 1), date(2026, 9, 1), True),
        (date(2026, 8, 1), date(2026, 8, 31), False),
    ],
)
def test_two_stays_never_share_a_day_on_one_place(start: date, end: date, refused: bool) -> None:
    place = PlaceFactory()
    StayFactory(place=place, start=date(2026, 9, 1), planned_end=date(2026, 11, 30), end=date(2026, 11, 30),
                outcome=ExitOutcome.SOCIAL)  # fmt: skip

    def enter() -> Stay:
        stay = services.admit(
            place=place, household=HouseholdFactory(), start=start, planned_end=end, contribution=RENT
        )
        return services.end_stay(stay=stay, day=end, outcome=ExitOutcome.FAMILY)

    if start < date(2026, 9, 1) and not refused:
        # An open stay has no end yet, so an earlier one must be entered with its exit.
        StayFactory(place=place, start=start, planned_end=end, end=end, outcome=ExitOutcome.FAMILY)
    elif refused:
        with pytest.raises(ConstraintViolation) as error:
            enter()
        assert error.value.messages == ["Cette place est déjà occupée à ces dates."]
    else:
        enter()
    assert place.stays.count() == (1 if refused else 2)


def test_a_household_occupies_one_place_at_a_time() -> None:
    stay = StayFactory()
    with pytest.raises(ConstraintViolation, match="occupe déjà une place"):
        services.admit(
            place=PlaceFactory(), household=stay.household, start=date(2026, 10, 1), contribution=RENT
        )


@pytest.mark.django_db(transaction=True)
def test_of_ten_simultaneous_entries_the_database_keeps_one() -> None:
    place = PlaceFactory()
    households = [HouseholdFactory() for _ in range(10)]
    barrier, outcomes = Barrier(len(households)), []

    def enter(household) -> None:
        try:
            barrier.wait()
            services.admit(place=place, household=household, start=date(2026, 9, 1), contribution=RENT)
            outcomes.append("in")
        except ConstraintViolation as error:
            outcomes.append(error.name)
        finally:
            connection.close()

    threads = [Thread(target=enter, args=[household]) for household in households]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["housing_stay_one_per_place"] * 9 + ["in"]
    assert place.stays.count() == 1


def test_works_and_stays_exclude_each_other() -> None:
    place = PlaceFactory()
    services.declare_unavailable(
        place=place, start=date(2026, 10, 1), end=date(2026, 10, 31), reason=UnavailableReason.WORKS
    )
    with pytest.raises(ValidationError, match="indisponible du 01/10/2026 jusqu’au 31/10/2026"):
        services.admit(place=place, household=HouseholdFactory(), start=date(2026, 9, 15), contribution=RENT)
    services.admit(place=place, household=HouseholdFactory(), start=date(2026, 11, 1), contribution=RENT)
    with pytest.raises(ValidationError, match="La place est occupée depuis le 01/11/2026"):
        services.declare_unavailable(
            place=place, start=date(2026, 12, 1), end=None, reason=UnavailableReason.WORKS
        )


def test_a_place_takes_nobody_before_it_opens_nor_after_it_closes() -> None:
    place = PlaceFactory(start=date(2026, 1, 1), end=date(2026, 10, 31))
    for start in (date(2025, 12, 31), date(2026, 9, 1)):
        with pytest.raises(ValidationError, match="pas ouverte à toutes ces dates"):
            services.admit(place=place, household=HouseholdFactory(), start=start, contribution=RENT)


def test_renewals_follow_on_until_the_rule_is_used_up() -> None:
    stay = services.admit(
        place=PlaceFactory(dwelling=DwellingFactory(scheme=Scheme.SUBLET)), household=HouseholdFactory(),
        start=date(2025, 1, 15), contribution=RENT,
    )  # fmt: skip
    assert stay.planned_end == date(2025, 7, 14)
    first = services.renew(stay=stay, contribution=Decimal("150.00"))
    assert (first.start, first.end) == (date(2025, 7, 15), date(2026, 1, 14))
    services.renew(stay=stay)
    stay.refresh_from_db()
    assert (stay.planned_end, stay.contribution) == (date(2026, 7, 14), Decimal("150.00"))
    with pytest.raises(ValidationError, match="Les 2 renouvellements"):
        services.renew(stay=stay)


def test_an_exit_can_be_undone_unless_the_place_was_taken_since() -> None:
    stay = StayFactory()
    services.end_stay(stay=stay, day=date(2026, 10, 31), outcome=ExitOutcome.SOCIAL)
    services.reopen_stay(stay=stay)
    stay.refresh_from_db()
    assert (stay.end, stay.outcome) == (None, "")
    services.end_stay(stay=stay, day=date(2026, 10, 31), outcome=ExitOutcome.SOCIAL)
    StayFactory(place=stay.place, start=date(2026, 11, 1), planned_end=date(2027, 1, 31))
    with pytest.raises(ConstraintViolation, match="déjà occupée"):
        services.reopen_stay(stay=stay)


def test_an_exit_before_the_entry_is_refused() -> None:
    with pytest.raises(ConstraintViolation, match="doit suivre la date de début"):
        services.end_stay(stay=StayFactory(), day=date(2026, 8, 31), outcome=ExitOutcome.LEFT)
