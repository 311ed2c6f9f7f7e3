from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.db import connection

from cias.territory.models import Commune
from cias.territory.services import load_territory
from tests.bench import Measure, median_time

TERRITORY = Path(settings.BASE_DIR) / "cias/territory/data/chartres_metropole.geojson"
ROUND_TRIP = "one round trip (select 1)"


def _query(sql: str) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


def bench_commune_list() -> Iterator[Measure]:
    """The smallest list of the application: what the ORM adds to its SQL, and the SQL to a round trip."""
    load_territory(TERRITORY)
    communes = Commune.objects.order_by("name").values_list("pk", "name", "population")
    round_trip = median_time(lambda: _query("SELECT 1"))
    sql = median_time(lambda: _query(str(communes.query)))
    yield Measure("66 communes in SQL", sql, ROUND_TRIP, round_trip, at_most=15)
    yield Measure(
        "66 communes through the ORM", median_time(lambda: list(communes.all())), "their SQL", sql, at_most=6
    )
