"""The Département's file with 10 000 persons, everything included: reading, matching, history (I1), then once more."""

import random
import tempfile
import time
from collections.abc import Iterator
from datetime import date, timedelta

from django.test import override_settings

from cias.accounts.enums import Role
from cias.accounts.models import User
from cias.core.nir import key
from cias.territory.models import Commune
from cias.territory.services import load_territory
from insertion.models import OrientationImport
from tests.bench import Measure
from tests.bench.population import ENDINGS, FIRST_NAMES, SYLLABLES, TERRITORY, fill
from tests.insertion.department_files import csv_file, imported, line

PERSONS = 10_000
KNOWN_PERSONS = 100_000


def a_file(persons: int, communes: list[Commune]) -> bytes:
    """One person in five is the partner of the line above, on the same CAF number."""
    chance = random.Random(11)
    syllables, endings, firsts = SYLLABLES.split(), ENDINGS.split(), FIRST_NAMES.split()
    lines = []
    name, caf, city = "", "", ""
    for rank in range(persons):
        is_partner = rank % 5 == 4
        if not is_partner:
            name = "".join(chance.choices(syllables, k=chance.randint(2, 3))) + chance.choice(endings)
            commune = chance.choice(communes)
            caf, city = (
                f"{1000000 + rank}",
                f"{(commune.postal_codes or ['28000'])[0]} {commune.name.upper()}",
            )
        born = date(2026, 1, 1) - timedelta(days=chance.randint(19 * 365, 62 * 365))
        body = f"2{born.year % 100:02d}{born.month:02d}28{rank % 1000:03d}{rank // 1000:03d}"
        lines.append(
            line(
                caf=caf, nom=name.upper(), prenom=chance.choice(firsts), naissance=f"{born:%d/%m/%Y}", ville=city,
                role="CJT" if is_partner else "DEM", iodas=f"I{rank:05d}", nir=f"{body}{key(body):02d}",
                tel=f"06 39 98 {chance.randint(10, 99)} {chance.randint(10, 99)}",
                orientation=chance.choice(("Social", "Pro", "Socio-pro")),
                adresse=f"{chance.randint(1, 90)} rue des Lilas",
                courrier=f"{date(2026, 11, 1) - timedelta(days=chance.randint(0, 300)):%d/%m/%Y}", referent="Vasseur",
            )
        )  # fmt: skip
    return csv_file(*lines)


def bench_orientations() -> Iterator[Measure]:
    load_territory(TERRITORY)
    fill(KNOWN_PERSONS)
    by = User.objects.create_user(
        "banc@cias.test", role=Role.SOCIAL_WORKER, first_name="Claire", last_name="Vasseur"
    )
    content = a_file(PERSONS, list(Commune.objects.all()))
    with tempfile.TemporaryDirectory() as folder, override_settings(MEDIA_ROOT=folder):
        first, batch = _timed(by, content)
        found = batch.counts["results"]
        assert sum(found.values()) == PERSONS, found
        assert found["created"] > 0.6 * PERSONS, found
        yield Measure(f"import of {PERSONS} allocataires", first, "a minute", 60, at_most=1)
        again, batch = _timed(by, content)
        assert batch.counts["results"]["unchanged"] == found["created"], batch.counts
        yield Measure("the same file once more", again, "a minute", 60, at_most=1)


def _timed(by: User, content: bytes) -> tuple[float, OrientationImport]:
    started = time.perf_counter()
    batch = imported(by, content)
    return time.perf_counter() - started, batch
