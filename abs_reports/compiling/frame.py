"""What the figures of the activity are set in: the days they count, and the places they may be grouped by."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from abs_reports.compiling.protection import EVERYWHERE, OUTSIDE, UNKNOWN, Zones
from cias.core.periods import MONTHS, Period
from cias.territory.models import Commune, Zone


@dataclass(frozen=True)
class Geography:
    """The communes, their zones and populations: the only groupings that figures are published for."""

    communes: Sequence[Commune]
    zones: Zones
    zone_names: Mapping[str, str]

    @classmethod
    def load(cls) -> "Geography":
        communes = list(Commune.objects.all())
        zones = {zone.pk: zone for zone in Zone.objects.active()}
        return cls(
            communes=communes,
            zones=Zones({c.code: zones[c.zone_id].code for c in communes if c.zone_id}),
            zone_names={
                **{zone.code: zone.name for zone in zones.values()},
                EVERYWHERE: "Communes hors secteur" if zones else "Communes du territoire",
                OUTSIDE: "Hors territoire",
                UNKNOWN: "Commune non renseignée",
            },
        )

    def without_places(self) -> "Geography":
        """The territory as one."""
        return Geography([], Zones(), {})


@dataclass(frozen=True)
class Span:
    """The period counted, and the same days of the year before.

    `provisional`: the figures will be told again, in a report (docs/adr/0016).
    """

    now: Period
    before: Period
    provisional: bool = False

    @classmethod
    def of(cls, period: Period, *, provisional: bool = False) -> "Span":
        first, last = period.first, period.last
        day = 28 if (last.month, last.day) == (2, 29) else last.day
        return cls(
            period,
            Period(first.replace(year=first.year - 1), last.replace(year=last.year - 1, day=day)),
            provisional,
        )

    @property
    def columns(self) -> tuple[tuple[str, str], ...]:
        return (self.key(self.before), self.key(self.before)), (self.key(self.now), self.key(self.now))

    @staticmethod
    def key(period: Period) -> str:
        return str(period.last.year)

    @property
    def is_whole_year(self) -> bool:
        return self.now == Period.year(self.now.first.year)

    @property
    def is_rounded(self) -> bool:
        """Figures of a dashboard or of a running year are rounded down: exact ones come once, in the year's report."""
        return self.provisional or not self.is_whole_year

    @property
    def label(self) -> str:
        if self.is_whole_year:
            return f"Année {self.now.first.year}"
        return f"Janvier à {MONTHS[self.now.last.month - 1]} {self.now.last.year}"
