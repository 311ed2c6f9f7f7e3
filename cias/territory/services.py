"""Opening intervals of the structure, and taking over another territory."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import DateField, IntegerField, TimeField, Value
from django.utils import timezone

from cias.core.calendar import public_holidays
from cias.core.secrecy.thresholds import THRESHOLDS, Thresholds
from cias.core.text import sort_key
from cias.territory.models import Commune, ExceptionalClosure, OpeningHours, SecrecyRule, Structure

type Interval = tuple[datetime, datetime]


def get_structure() -> Structure:
    """The one structure row (created by the migrations)."""
    return Structure.objects.get()


def secrecy_thresholds(day: date | None = None) -> Thresholds:
    """The thresholds of statistical secrecy in force on `day` (today): what leaves the team passes under them."""
    rule = SecrecyRule.objects.filter(valid_from__lte=day or timezone.localdate()).first()
    return rule.thresholds if rule else THRESHOLDS


@dataclass(frozen=True)
class _Hours:
    """One opening of a weekday, from a first day to a last one if there is any."""

    weekday: int
    opens_at: time
    closes_at: time
    first: date
    last: date | None


def closed_days(first: date, last: date) -> dict[date, str]:
    """Days between `first` and `last` (both included) on which the site is shut, with the French reason."""
    return _calendar(first, last)[0]


def site_openings(first: date, last: date) -> list[Interval]:
    """When the structure is open between two days (both included): aware, sorted, half-open intervals (A1)."""
    closed, hours = _calendar(first, last)
    zone = timezone.get_default_timezone()
    return sorted(
        (datetime.combine(day, row.opens_at, zone), datetime.combine(day, row.closes_at, zone))
        for day in (first + timedelta(days=offset) for offset in range((last - first).days + 1))
        if day not in closed
        for row in hours
        if row.weekday == day.weekday() and row.first <= day and (row.last is None or day <= row.last)
    )


def _calendar(first: date, last: date) -> tuple[dict[date, str], list[_Hours]]:
    """The days on which the site is shut between two days, and the hours of all times: one statement for both."""
    nothing, never = Value(None, IntegerField()), Value(None, TimeField())
    hours = OpeningHours.objects.values_list(
        Value(""), "weekday", "opens_at", "closes_at", "valid_from", "valid_until"
    )
    closures = ExceptionalClosure.objects.between(first, last).values_list(
        "label", nothing, never, never, "first_day", "last_day"
    )
    # Whether Pentecost Monday is worked is the structure's to say: a line without a label nor hours, when it is not.
    shut = Structure.objects.filter(pentecost_monday_closed=True).values_list(
        Value(""), nothing, never, never, Value(first, DateField()), Value(None, DateField())
    )
    rows = list(hours.order_by().union(closures.order_by(), shut.order_by(), all=True).order_by())
    with_pentecost = any(not label and opens_at is None for label, _weekday, opens_at, *_ in rows)
    closed = {
        day: name
        for year in range(first.year, last.year + 1)
        for day, name in public_holidays(year, pentecost_monday=with_pentecost).items()
        if first <= day <= last
    }
    for label, _weekday, opens_at, _closes_at, start, end in rows:
        if label and opens_at is None:
            for offset in range((end - start).days + 1):
                day = start + timedelta(days=offset)
                if first <= day <= last:
                    closed.setdefault(day, label)
    return closed, [_Hours(*row) for _label, *row in rows if row[1] is not None]


@dataclass(frozen=True)
class TerritoryReport:
    """What `load_territory` did: numbers of communes created, updated and left as they were, and the EPCI's name."""

    created: int
    updated: int
    unchanged: int
    epci: str


def load_territory(path: Path, *, text: str | None = None) -> TerritoryReport:
    """Load the communes of a CIAS from a GeoJSON file, or from its `text`; running it twice changes nothing.

    Each feature has the properties `code`, `name`, `population`, `postal_codes` (and `population_year`,
    `departement`, `former_codes` of the communes united into it), an optional geometry; the file carries
    `epci` {siren, name} at the top.
    Raises ValidationError with one French sentence that names the faulty feature.
    """
    try:
        data = json.loads(path.read_text(encoding="utf-8") if text is None else text)
    except OSError as error:
        raise ValidationError(f"{path} : fichier illisible ({error.strerror}).") from error
    except ValueError as error:
        raise ValidationError(f"{path} : ce fichier n’est pas du JSON.") from error
    if not isinstance(data, dict) or not isinstance(data.get("features"), list) or not data["features"]:
        raise ValidationError(f"{path} : aucune commune trouvée (« features » est absent ou vide).")
    communes = [
        _read_commune(path, number, feature) for number, feature in enumerate(data["features"], start=1)
    ]
    if len({commune.code for commune in communes}) != len(communes):
        raise ValidationError(f"{path} : un code de commune apparaît deux fois.")
    return _save_territory(communes, data)


def _read_commune(path: Path, number: int, feature: Any) -> Commune:
    place = f"{path}, commune n° {number}"
    properties = feature.get("properties") if isinstance(feature, Mapping) else None
    if not isinstance(properties, Mapping):
        raise ValidationError(f"{place} : « properties » est absent.")
    code, name, population = (properties.get(key) for key in ("code", "name", "population"))
    if not isinstance(code, str) or len(code) != 5:
        raise ValidationError(f"{place} : le code INSEE doit compter 5 caractères.")
    if not isinstance(name, str) or not name.strip():
        raise ValidationError(f"{place} : le nom est absent.")
    if not isinstance(population, int) or isinstance(population, bool) or population < 0:
        raise ValidationError(f"{place} ({name}) : la population doit être un nombre entier.")
    return Commune(
        code=code,
        name=name.strip(),
        sort_key=sort_key(name),
        population=population,
        population_year=properties.get("population_year") or timezone.localdate().year,
        postal_codes=list(properties.get("postal_codes") or []),
        geometry=feature.get("geometry"),
        former_codes=list(properties.get("former_codes") or []),
    )


@transaction.atomic
def _save_territory(communes: list[Commune], data: Mapping[str, Any]) -> TerritoryReport:
    fields = ("name", "sort_key", "population", "population_year", "postal_codes", "geometry", "former_codes")
    known = Commune.objects.in_bulk([commune.code for commune in communes])
    new = [commune for commune in communes if commune.code not in known]
    changed = [
        commune
        for commune in communes
        if commune.code in known
        and any(getattr(commune, f) != getattr(known[commune.code], f) for f in fields)
    ]
    Commune.objects.bulk_create(new)
    Commune.objects.bulk_update(changed, fields)
    epci = data.get("epci") or {}
    structure = get_structure()
    structure.epci_code = epci.get("siren", "")
    structure.epci_name = epci.get("name", "")
    properties = data["features"][0]["properties"]
    structure.department_code = properties.get("departement", "")
    structure.save()
    return TerritoryReport(
        len(new), len(changed), len(communes) - len(new) - len(changed), structure.epci_name
    )
