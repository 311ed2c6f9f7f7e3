from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from appointments import statistics
from appointments.enums import Category, Status
from cias.core.periods import PARIS, Period
from tests.factories import (
    AppointmentFactory,
    CommuneFactory,
    DeskContactFactory,
    HouseholdFactory,
    ReasonFactory,
    SituationFactory,
)

pytestmark = pytest.mark.django_db
YEAR = Period.year(2026)
TEN = datetime(2026, 3, 2, 10, tzinfo=PARIS)


def values(measure, territory=None, period=YEAR):
    return {row.keys: row.value for row in measure(period, territory)}


def test_counts_by_category_and_status_inside_the_period_only():
    rights, housing = ReasonFactory(), ReasonFactory(category=Category.HOUSING)
    for reason, trait in (
        (rights, "honoured"),
        (rights, "honoured"),
        (rights, "missed"),
        (housing, "cancelled"),
    ):
        AppointmentFactory(reason=reason, start=TEN, **{trait: True})
    AppointmentFactory(reason=rights, start=datetime(2027, 1, 1, 0, 0, tzinfo=PARIS))
    AppointmentFactory(reason=rights, start=datetime(2026, 12, 31, 23, 30, tzinfo=PARIS))
    assert values(statistics.by_category) == {
        ("droits", Status.HONOURED): 2,
        ("droits", Status.NO_SHOW): 1,
        ("droits", Status.PLANNED): 1,
        ("logement", Status.CANCELLED_BY_USER): 1,
    }
    assert values(statistics.by_month) == {("2026-03",): 3, ("2026-12",): 1}


def test_the_commune_is_the_one_of_that_day():
    luce = CommuneFactory(luce=True)
    moved = HouseholdFactory()
    SituationFactory(household=moved, end=date(2026, 3, 31))
    SituationFactory(household=moved, start=date(2026, 4, 1), commune=luce)
    away = HouseholdFactory(off_the_territory=True, with_situation=True)
    for days in (0, 30, 60):
        AppointmentFactory(household=moved, start=TEN + timedelta(days=days), honoured=True)
    AppointmentFactory(household=away, start=TEN, honoured=True)
    AppointmentFactory(unknown_caller=True, start=TEN, honoured=True)
    assert values(statistics.by_commune) == {("",): 1, ("28085",): 1, ("28218",): 2, ("off",): 1}
    assert values(statistics.households) == {("28085",): 1, ("28218",): 1, ("off",): 1}
    assert values(statistics.by_commune, frozenset({"28218"})) == {("28218",): 2}


def test_no_show_leaves_out_what_did_not_take_place():
    reason = ReasonFactory()
    for trait in ("honoured", "honoured", "honoured", "missed", "cancelled"):
        AppointmentFactory(reason=reason, start=TEN, **{trait: True})
    AppointmentFactory(reason=reason, start=TEN)
    [row] = statistics.no_show(YEAR, None)
    assert (row.keys, row.value, row.count) == (("droits",), 1, 4)


def test_the_delay_runs_from_request_to_appointment():
    for days in (0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20):
        AppointmentFactory(start=TEN, requested_on=TEN.date() - timedelta(days=days))
    AppointmentFactory(start=TEN, requested_on=date(2026, 1, 1), cancelled=True)
    assert values(statistics.median_delay) == {(): Decimal("10.0")}
    assert values(statistics.long_delay) == {(): Decimal("18.0")}
    assert values(statistics.median_delay, period=Period.year(2025)) == {}


def test_walk_ins_are_counted_for_the_whole_territory_only(nadege):
    DeskContactFactory.create_batch(2, recorded_by=nadege, at=TEN)
    assert values(statistics.walk_ins) == {("droits",): 2}
    assert values(statistics.walk_ins, frozenset({"28085"})) == {}


def test_every_measure_reads_in_one_query(django_assert_num_queries):
    AppointmentFactory.create_batch(3, honoured=True, start=TEN)
    for measure in statistics.MEASURES:
        with django_assert_num_queries(1):
            list(measure.compute(YEAR, None))
