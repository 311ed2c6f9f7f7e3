"""A year's statistics over a million appointments, beside aggregates written by hand (quality.md)."""

from collections.abc import Iterator
from datetime import date

from django.db import connection

from cias.core.periods import Period
from cias.core.registry import statistics
from tests.bench import Measure, side_by_side
from tests.bench.dataset import monday

DATABASE = "large"
REPEAT = 3
# Not this code's: what somebody at a console would write for the same figure.
BY_COMMUNE = """
    SELECT situation.commune_id, count(*)
    FROM appointments_appointment AS row
    LEFT JOIN households_situation AS situation ON situation.household_id = row.household_id
        AND situation.start <= (row.start AT TIME ZONE 'Europe/Paris')::date
        AND (situation."end" IS NULL OR situation."end" >= (row.start AT TIME ZONE 'Europe/Paris')::date)
    WHERE row.start >= %(start)s AND row.start < %(after)s
        AND status NOT IN ('cancelled_user', 'cancelled_service')
    GROUP BY 1
"""
BY_MONTH = """
    SELECT date_trunc('month', start AT TIME ZONE 'Europe/Paris'), count(*) FROM appointments_appointment
    WHERE start >= %(start)s AND start < %(after)s AND status NOT IN ('cancelled_user', 'cancelled_service')
    GROUP BY 1
"""
BY_OUTCOME = """
    SELECT category, status, count(*) FROM appointments_appointment AS row
    JOIN appointments_reason AS reason ON reason.id = reason_id
    WHERE start >= %(start)s AND start < %(after)s GROUP BY 1, 2
"""
DELAY = """
    SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY (start AT TIME ZONE 'Europe/Paris')::date - requested_on)
    FROM appointments_appointment
    WHERE start >= %(start)s AND start < %(after)s AND status NOT IN ('cancelled_user', 'cancelled_service')
"""
RAW = {
    "appointments.by_commune": BY_COMMUNE,
    "appointments.by_month": BY_MONTH,
    "appointments.count": BY_OUTCOME,
    "appointments.delay_median": DELAY,
}


def bench_statistics() -> Iterator[Measure]:
    year = monday().year - 1
    period = Period(date(year, 1, 1), date(year, 12, 31))
    start, after = period.bounds()

    def raw(sql: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute(sql, {"start": start, "after": after})
            cursor.fetchall()

    ours = theirs = 0.0
    for code, sql in RAW.items():
        measure = statistics[code]
        spent, alone = side_by_side(
            lambda measure=measure: list(measure.compute(period, None)),
            lambda sql=sql: raw(sql),
            repeat=REPEAT,
        )
        ours, theirs = ours + spent, theirs + alone
        yield Measure(f"{year}: {code}", spent, "aggregate by hand", alone, at_most=2)
    yield Measure(f"{year}: the four together", ours, "aggregates by hand", theirs, at_most=2)
