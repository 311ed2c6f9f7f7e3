"""What the settings pages write: hours, closures, zones."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, time, timedelta

from django.db import transaction
from django.utils.text import slugify

from cias.core.db import typed_violations
from cias.core.french import date_short, join_list, time_fr
from cias.territory.models import (
    Commune,
    ExceptionalClosure,
    OpeningHours,
    SecrecyRule,
    Structure,
    Weekday,
    Zone,
)


@transaction.atomic
def change_hours(*, valid_from: date, week: Iterable[tuple[int, time, time]]) -> list[OpeningHours]:
    """Replace the opening hours from `valid_from` on; what held before is closed the day before, and stays.

    Hours that were planned to begin on that day or later are replaced.
    Raises ConstraintViolation when two intervals of a day overlap.
    """
    Structure.objects.select_for_update().get()  # one change of hours at a time
    OpeningHours.objects.filter(valid_from__gte=valid_from).delete()
    for row in OpeningHours.objects.valid_on(valid_from):
        row.valid_until = valid_from - timedelta(days=1)
        row.save(update_fields=["valid_until"])
    with typed_violations():
        return [
            OpeningHours.objects.create(weekday=day, opens_at=opens, closes_at=closes, valid_from=valid_from)
            for day, opens, closes in week
        ]


@dataclass(frozen=True)
class HoursPeriod:
    """A week of hours and the days it holds for; `until` None means "and still"."""

    since: date
    until: date | None
    rows: list[OpeningHours]

    @property
    def days(self) -> list[tuple[str, list[OpeningHours]]]:
        """Every weekday with its openings, none when closed."""
        return [(day.label, [row for row in self.rows if row.weekday == day]) for day in Weekday]

    def __str__(self) -> str:
        """ "à partir du 04/01/2027 : lundi 9 h – 12 h et 14 h – 17 h ; mardi…", the closed days left out."""
        days = (
            f"{day} {join_list([f'{time_fr(row.opens_at)} – {time_fr(row.closes_at)}' for row in rows])}"
            for day, rows in self.days
            if rows
        )
        return f"à partir du {date_short(self.since)}\u00a0: {'\u00a0; '.join(days)}"


def hours_periods() -> list[HoursPeriod]:
    """The successive weeks of hours, the latest first."""
    periods: dict[tuple[date, date | None], list[OpeningHours]] = {}
    for row in OpeningHours.objects.all():
        periods.setdefault((row.valid_from, row.valid_until), []).append(row)
    return [HoursPeriod(*days, rows) for days, rows in sorted(periods.items(), key=_start, reverse=True)]


def _start(item: tuple[tuple[date, date | None], list[OpeningHours]]) -> date:
    return item[0][0]


def save_closure(*, closure: ExceptionalClosure) -> ExceptionalClosure:
    """Raises ConstraintViolation when another closure covers some of these days."""
    with typed_violations():
        closure.save()
    return closure


def cancel_closure(*, closure: ExceptionalClosure) -> None:
    """Its days are open again; the row stays, as what had been announced."""
    closure.is_cancelled = True
    closure.save()


def save_secrecy_rule(*, rule: SecrecyRule) -> SecrecyRule:
    """Add a rule; those before it stay as they were. Raises ConstraintViolation when it is laxer than allowed."""
    with typed_violations():
        rule.save(force_insert=True)
    return rule


@transaction.atomic
def save_zone(*, zone: Zone, communes: Collection[Commune]) -> Zone:
    """Save a zone and make it hold exactly `communes`; one that was retired is used again."""
    zone.is_active = True
    if not zone.code:
        zone.code = slugify(zone.name)[:40]
    zone.save()
    zone.communes.exclude(pk__in=[commune.pk for commune in communes]).update(zone=None)
    Commune.objects.filter(pk__in=[commune.pk for commune in communes]).update(zone=zone)
    return zone


@transaction.atomic
def retire_zone(*, zone: Zone) -> None:
    """Its communes stand alone again; its name stays, for the figures that were published with it."""
    zone.communes.update(zone=None)
    zone.is_active = False
    zone.save()
