"""The programme's export, anonymised: one line a household, from which nobody can be found.

Places are communes where enough households are, else zones, else the whole territory. A value that fewer households
than the threshold share (domain-rules §2) is replaced by `HIDDEN`, and the order of the lines is drawn from their
content, so that it follows neither names nor dates.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from hashlib import blake2s
from typing import Any

from django.db.models import Prefetch, QuerySet

from cias.core.export import Value
from cias.core.periods import Period
from cias.core.secrecy import Thresholds
from cias.territory.services import secrecy_thresholds
from households.ages import BANDS, band_of
from households.enums import MemberRole
from households.models import Membership
from housing.energy import rules
from housing.energy.enums import OrientationState, Room, Seen
from housing.energy.export_columns import COLUMNS, Column, Facts
from housing.models import EnergyFile, EnergyVisit, ExportColumn

HIDDEN = "n. d."
WHOLE = "Ensemble du territoire"
EFFORT_STEPS = ((8, "8\u00a0% ou moins"), (10, "de 8 à 10\u00a0%"), (15, "de 10 à 15\u00a0%"))
COLD_STEPS = ((12, "moins de 12\u00a0°C"), (16, "de 12 à 16\u00a0°C"), (19, "de 16 à 19\u00a0°C"))


def export(period: Period) -> tuple[list[str], list[list[Value]]]:
    """The header and the lines of the files signalled in the period, in the columns the CIAS chose."""
    chosen = ExportColumn.objects.filter(is_exported=True, code__in=COLUMNS)
    columns = [COLUMNS[row.code] for row in chosen]
    limits = secrecy_thresholds()
    facts = _places([(file, facts_of(file)) for file in files_of(period)], limits)
    rows = [[column.value(one) for column in columns] for one in facts]
    return [row.label for row in chosen], sorted(_guarded(columns, rows, limits), key=_draw)


def files_of(period: Period) -> QuerySet[EnergyFile]:
    visits = EnergyVisit.objects.prefetch_related("readings", "bills", "equipment").select_related(
        "file__household"
    )
    applicants = Membership.objects.filter(role=MemberRole.APPLICANT).select_related("person")
    return (
        EnergyFile.objects.filter(reported_on__range=(period.first, period.last))
        .select_related("household__commune__zone")
        .prefetch_related(
            "contacts", "orientations", "calls", "moves", Prefetch("visits", visits),
            Prefetch("household__memberships", applicants, to_attr="applicants"),
        )
    )  # fmt: skip


def facts_of(file: EnergyFile) -> Facts:
    done = [visit for visit in file.visits.all() if visit.done_on is not None]
    given = [row for visit in done for row in visit.equipment.all()]
    contacts = list(file.contacts.all())
    met = rules.eligibility(file).is_met
    orientations = list(file.orientations.all())
    return Facts(
        age=_age(file),
        size=str(file.persons) if file.persons < 5 else "5 et plus",
        occupancy=file.get_occupancy_display(),
        dwelling=file.get_dwelling_display(),
        built=file.get_built_display(),
        energy=file.get_heating_energy_display(),
        income={True: "très modestes", False: "au-dessus", None: "non connus"}[met],
        informant=file.get_informant_display(),
        quarter=f"{file.reported_on.year} T{(file.reported_on.month + 2) // 3}",
        grounds=tuple(file.ground_labels),
        state=file.get_state_display(),
        end=file.get_close_reason_display() if file.close_reason else "en cours",
        attempts=len(contacts),
        days_to_contact=_days(file, min((row.on for row in contacts), default=None)),
        days_to_visit=_days(file, min((v.done_on for v in done if v.done_on), default=None)),
        visits=len(done),
        coldest=_coldest(done),
        damp=_damp(done),
        effort=_effort(done),
        equipment=sum(row.quantity for row in given),
        equipment_cost=sum((row.cost for row in given), start=Facts().equipment_cost),
        orientations=tuple(row.get_kind_display() for row in orientations),
        succeeded=tuple(
            row.get_kind_display() for row in orientations if row.state == OrientationState.SUCCEEDED
        ),
        called=any(row.is_reached for row in file.calls.all()),
    )


def _age(file: EnergyFile) -> str:
    applicants: list[Membership] = file.household.applicants  # type: ignore[attr-defined]
    ages = [age for row in applicants if (age := row.person.age_on(file.reported_on)) is not None]
    return BANDS[band_of(ages[0])] if ages else "non connu"


def _days(file: EnergyFile, day: date | None) -> int | None:
    return None if day is None else (day - file.reported_on).days


def _step(value: Any, steps: Sequence[tuple[int, str]], above: str, *, inclusive: bool) -> str:
    for limit, label in steps:
        if value < limit or (inclusive and value == limit):
            return label
    return above


def _coldest(done: Iterable[EnergyVisit]) -> str:
    degrees = [
        row.temperature
        for visit in done
        for row in visit.readings.all()
        if row.temperature is not None and row.room != Room.OUTSIDE
    ]
    return (
        _step(min(degrees), COLD_STEPS, "19\u00a0°C et plus", inclusive=False) if degrees else "non relevée"
    )


def _damp(done: Sequence[EnergyVisit]) -> str:
    if not done:
        return "non vu"
    seen = any(
        Seen.YES in (visit.damp, visit.mould) or any(r.mould for r in visit.readings.all()) for visit in done
    )
    return "oui" if seen else "non"


def _effort(done: Sequence[EnergyVisit]) -> str:
    if not done or done[-1].done_on is None:
        return "non calculé"
    rate = rules.effort(done[-1], done[-1].done_on).rate
    return "non calculé" if rate is None else _step(rate, EFFORT_STEPS, "plus de 15\u00a0%", inclusive=True)


def _places(pairs: Sequence[tuple[EnergyFile, Facts]], limits: Thresholds) -> list[Facts]:
    """Each household's place: its commune if enough of them live there, else its zone, else the territory.

    A protected file's place is never told (C3).
    """
    known = [file.household.commune if not file.household.is_protected else None for file, _facts in pairs]
    communes = Counter(commune.pk for commune in known if commune is not None)
    zones = Counter(
        commune.zone_id
        for commune in known
        if commune is not None and commune.zone_id and communes[commune.pk] < limits.count
    )
    found = []
    for commune, (_file, facts) in zip(known, pairs, strict=True):
        place = WHOLE
        if commune is not None and communes[commune.pk] >= limits.count:
            place = commune.name
        elif commune is not None and commune.zone is not None and zones[commune.zone.pk] >= limits.count:
            place = commune.zone.name
        found.append(replace(facts, place=place))
    return found


def _guarded(columns: Sequence[Column], rows: list[list[Value]], limits: Thresholds) -> list[list[Value]]:
    """Hide the values that too few households share; when they stay too few together, the next rarest goes too."""
    for rank, column in enumerate(columns):
        if not column.quasi:
            continue
        counts = Counter(str(row[rank]) for row in rows)
        rare = {value for value, count in counts.items() if count < limits.count}
        hidden = sum(counts[value] for value in rare)
        if rare and hidden < limits.count:
            left = sorted((count, value) for value, count in counts.items() if value not in rare)
            rare |= {value for _count, value in left[:1]}
        for row in rows:
            if str(row[rank]) in rare:
                row[rank] = HIDDEN
    return rows


def _draw(row: list[Value]) -> str:
    return blake2s(repr(row).encode()).hexdigest()
