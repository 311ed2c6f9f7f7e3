"""The occupancy timeline: 60 places × 24 months, the whole page, and its SQL alone."""

import random
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.test import Client
from django.utils import timezone

from cias.accounts.enums import Role
from cias.accounts.models import User
from cias.territory.models import Commune
from cias.territory.services import load_territory
from households.models import Household
from housing.enums import ExitOutcome, Scheme
from housing.models import Dwelling, Place, Stay, Unavailability
from tests.bench import Measure, median_time

TERRITORY = Path(settings.BASE_DIR) / "cias/territory/data/chartres_metropole.geojson"
PLACES, YEARS = 60, 5
SQL = (
    'SELECT id, place_id, household_id, start, "end", planned_end FROM housing_stay WHERE cancelled_on IS NULL',
    'SELECT id, place_id, start, "end" FROM housing_unavailability',
    "SELECT p.id, p.label, d.name, d.scheme FROM housing_place p JOIN housing_dwelling d ON d.id = p.dwelling_id",
)


def fill() -> int:
    """Sixty places lived in for five years, a stay after the other with gaps and works; how many stays that is."""
    load_territory(TERRITORY)
    chance, today = random.Random(12), timezone.localdate()
    communes = list(Commune.objects.all())
    since, count = date(today.year - YEARS, 1, 1), 0
    for rank in range(PLACES):
        dwelling = Dwelling.objects.create(
            name=f"Banc {rank:02d}", scheme=Scheme.TEMPORARY, street="1 rue du Banc", postal_code="28000",
            commune=chance.choice(communes), dwelling_type="t2", landlord="Banc", opened_on=since,
        )  # fmt: skip
        place = Place.objects.create(dwelling=dwelling, label="Logement entier", beds=4, start=since)
        day = since + timedelta(days=chance.randint(0, 60))
        while day < today:
            last = day + timedelta(days=chance.randint(60, 240))
            gone = last < today
            household = Household.objects.create(
                number=f"B-{count:06d}", name=f"Banc {count}", opened_on=since
            )
            Stay.objects.create(
                place=place, household=household, scheme=Scheme.TEMPORARY, start=day, planned_end=last,
                end=last if gone else None, outcome=ExitOutcome.SOCIAL if gone else "", contribution=100,
            )  # fmt: skip
            count += 1
            gap = chance.randint(3, 50)
            if gone and chance.random() < 0.3 and last + timedelta(days=gap) < today:
                Unavailability.objects.create(
                    place=place,
                    start=last + timedelta(days=1),
                    end=last + timedelta(days=gap - 1),
                    reason="works",
                )
            day = last + timedelta(days=gap)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE housing_place, housing_stay, housing_unavailability, housing_dwelling")
    return count


def read() -> int:
    rows = 0
    with connection.cursor() as cursor:
        for sql in SQL:
            cursor.execute(sql)
            rows += len(cursor.fetchall())
    return rows


def bench_occupancy() -> Iterator[Measure]:
    stays = fill()
    user = User.objects.create_user(
        "banc-frise@cias.test", role=Role.SOCIAL_WORKER, first_name="Banc", last_name="Frise"
    )
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    first = f"{timezone.localdate().year - 1}-01"

    def page(address: str) -> float:
        def ask() -> None:
            answer = client.get(address)
            assert answer.status_code == 200, answer.status_code

        return median_time(ask, repeat=7)

    sql = median_time(read, repeat=20)
    empty = page("/accessibilite/")
    whole = page(f"/logement/?mois=24&debut={first}")
    yield Measure(
        f"timeline, 60 places × 24 months, {stays} stays", whole, "its rows read in SQL", sql, at_most=120
    )
    yield Measure("timeline, the same", whole, "a page without data", empty, at_most=30)
