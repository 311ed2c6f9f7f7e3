from datetime import date
from decimal import Decimal
from threading import Barrier, Thread

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from cias.core.db import ConstraintViolation
from households.models import BudgetCategory
from households.services.budgets import LineData, save_budget
from housing.enums import ContractKind, ExitOutcome, Scheme, UnavailableReason
from housing.lodging import services
from housing.lodging.dates import dates_of, rules_on
from housing.models import Stay
from tests.factories import BudgetFactory, DwellingFactory, HouseholdFactory, PlaceFactory, StayFactory

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


def test_beyond_the_rule_a_renewal_asks_for_a_reason() -> None:
    dwelling = DwellingFactory(scheme=Scheme.IML)
    stay = services.admit(
        place=PlaceFactory(dwelling=dwelling), household=HouseholdFactory(), start=date(2025, 1, 1),
        contribution=RENT,
    )  # fmt: skip
    services.renew(stay=stay)
    with pytest.raises(ValidationError, match=r"durée totale de 18.*mois s’achève le 30/06/2026"):
        services.renew(stay=stay, end=date(2026, 9, 30))
    services.renew(stay=stay)  # until 30 June 2026, the eighteenth month
    with pytest.raises(ValidationError) as error:
        services.renew(stay=stay)
    assert error.value.code == "derogation"
    last = services.renew(stay=stay, derogation="Attribution HLM prévue en août")
    assert (last.end, last.derogation) == (date(2026, 12, 31), "Attribution HLM prévue en août")
    services.undo_renewal(stay=stay)
    stay.refresh_from_db()
    assert stay.planned_end == date(2026, 6, 30)
    assert stay.contracts.count() == 3


def test_a_first_contract_never_outlasts_the_scheme() -> None:
    place = PlaceFactory(dwelling=DwellingFactory(scheme=Scheme.IML))
    with pytest.raises(ValidationError, match=r"18.*mois au plus, jusqu’au 30/06/2026"):
        services.admit(
            place=place, household=HouseholdFactory(), start=date(2025, 1, 1), planned_end=date(2026, 7, 1),
            contribution=RENT,
        )  # fmt: skip


def test_a_share_of_the_resources_is_exact_and_keeps_its_budget(claire) -> None:
    household = HouseholdFactory()
    with pytest.raises(ValidationError, match="pas de budget"):
        services.admit(
            place=PlaceFactory(),
            household=household,
            start=date(2026, 10, 1),
            share=Decimal("12.5"),
            by=claire,
        )
    budget = BudgetFactory(household=household, on=date(2026, 9, 1))
    resource = BudgetCategory.objects.get(code="salaire")
    save_budget(
        by=claire, budget=budget, version=budget.version, on=budget.on,
        lines=[LineData(category=resource, amount=Decimal("987.65"))],
    )  # fmt: skip
    stay = services.admit(
        place=PlaceFactory(), household=household, start=date(2026, 10, 1), share=Decimal("12.5"), by=claire
    )
    contract = stay.contracts.get()
    # 987.65 × 12.5 % = 123.45625, rounded half up.
    assert stay.contribution == contract.contribution == Decimal("123.46")
    assert contract.reckoning == "12,5\u00a0% de 987,65\u00a0€ = 123,46\u00a0€"
    assert contract.budget.budget_id == budget.pk


def test_a_stay_never_lived_frees_its_place_and_counts_nowhere(claire) -> None:
    stay = StayFactory()
    services.cancel_stay(by=claire, stay=stay, reason="Jamais venu")
    assert not Stay.objects.exists()
    assert Stay.with_cancelled.get().cancel_reason == "Jamais venu"
    services.admit(place=stay.place, household=stay.household, start=date(2026, 9, 1), contribution=RENT)
    other = StayFactory(end=date(2026, 10, 1), outcome=ExitOutcome.SOCIAL)
    with pytest.raises(ValidationError, match="annulez d’abord la sortie"):
        services.cancel_stay(by=claire, stay=other, reason="x")


def test_dates_are_corrected_with_their_contracts() -> None:
    place = PlaceFactory()
    stay = services.admit(
        place=place, household=HouseholdFactory(), start=date(2026, 9, 1), contribution=RENT
    )
    services.renew(stay=stay)
    stay.refresh_from_db()
    values = {
        "place": place,
        "planned_end": date(2027, 2, 15),
        "contribution": Decimal("90.00"),
        "deposit": None,
    }
    services.correct_stay(stay=stay, start=date(2026, 8, 25), **values)
    first, last = stay.contracts.order_by("start")
    assert (first.start, last.end, last.contribution) == (
        date(2026, 8, 25),
        date(2027, 2, 15),
        Decimal("90.00"),
    )
    assert first.contribution == RENT
    with pytest.raises(ValidationError, match="fin du premier contrat"):
        services.correct_stay(stay=stay, start=date(2026, 12, 25), **values)
    StayFactory(place=place, start=date(2026, 1, 1), planned_end=date(2026, 8, 20), end=date(2026, 8, 20),
                outcome=ExitOutcome.SOCIAL)  # fmt: skip
    with pytest.raises(ConstraintViolation, match="déjà occupée"):
        services.correct_stay(stay=stay, start=date(2026, 8, 20), **values)


def test_works_are_corrected_and_removed() -> None:
    place = PlaceFactory()
    off = services.declare_unavailable(place=place, start=date(2026, 10, 1), end=None, reason="works")
    services.correct_unavailability(
        unavailability=off, start=date(2026, 10, 1), end=date(2026, 10, 20), reason="damage"
    )
    stay = services.admit(
        place=place, household=HouseholdFactory(), start=date(2026, 10, 21), contribution=RENT
    )
    with pytest.raises(ValidationError, match="occupée depuis le 21/10/2026"):
        services.correct_unavailability(
            unavailability=off, start=date(2026, 10, 1), end=date(2026, 10, 21), reason="damage"
        )
    services.remove_unavailability(unavailability=off)
    assert place.unavailabilities.count() == 0
    assert stay.place == place


class TestDates:
    """Bail glissant (CCH, art. L442-8-3): examined every six months, the préfet told two months before."""

    def stay(self) -> Stay:
        dwelling = DwellingFactory(scheme=Scheme.SLIDING)
        return services.admit(
            place=PlaceFactory(dwelling=dwelling), household=HouseholdFactory(), start=date(2026, 3, 1),
            contribution=RENT, insurance_until=date(2027, 2, 28),
        )  # fmt: skip

    def told(self, stay: Stay) -> dict[str, date]:
        found = dates_of(stay, rules_on(date(2026, 11, 23)), list(stay.exams.all()))
        return {one.code: one.due for one in found}

    def test_each_date_of_a_stay(self) -> None:
        assert self.told(self.stay()) == {
            "prefet": date(2026, 6, 30), "end": date(2026, 8, 31), "exam": date(2026, 8, 31),
            "insurance": date(2027, 2, 28), "max": date(2028, 2, 29),
        }  # fmt: skip

    def test_the_next_examination_follows_the_one_that_was_held(self) -> None:
        stay = self.stay()
        services.hold_exam(stay=stay, due_on=date(2026, 8, 31), prefet_told_on=date(2026, 6, 20))
        assert "prefet" not in self.told(stay)
        services.hold_exam(
            stay=stay, due_on=date(2026, 8, 31), held_on=date(2026, 8, 25), conclusion="continue"
        )
        assert self.told(stay)["exam"] == date(2027, 2, 28)
        assert self.told(stay)["prefet"] == date(2026, 12, 28)
        assert stay.exams.count() == 1

    def test_nothing_is_due_once_the_household_left(self) -> None:
        stay = self.stay()
        services.end_stay(stay=stay, day=date(2026, 8, 31), outcome=ExitOutcome.SLIDE)
        assert self.told(stay) == {}

    def test_announced_as_early_as_the_rule_says(self, isabelle) -> None:
        services.change_scheme_rule(
            by=isabelle, scheme=Scheme.TEMPORARY, valid_from=date(2026, 11, 1), initial_months=3,
            renewal_months=3, max_renewals=3, end_alert_days=15, source="Règlement", is_verified=True,
        )  # fmt: skip
        stay = StayFactory(planned_end=date(2026, 12, 31))
        (end,) = dates_of(stay, rules_on(date(2026, 11, 23)), [])
        assert end.alert_on == date(2026, 12, 16)
        rules = rules_on(date(2026, 11, 23)).values()
        assert not Stay.objects.ending(rules, date(2026, 12, 15)).exists()
        assert Stay.objects.ending(rules, date(2026, 12, 16)).exists()
