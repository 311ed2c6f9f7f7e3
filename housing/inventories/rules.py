"""Entry against exit: what worsened, and what wear explains. Pure functions over rows already read."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from cias.core.deadlines import add_days
from housing.inventories.enums import RANK, UNITS, MeterKind
from housing.models import Inventory, InventoryElement, InventoryItem, InventoryMeter, InventoryRule, WearRule

WHOLE = 100


def wear_percent(rule: WearRule, years: int) -> int:
    """The share of a repair that wear explains after `years` whole years, in percent (décret 2016-382, art. 4).

    Nothing during the free years, then so much a year, and never more than the occupant's least share leaves; at the
    end of its life an element is worth that least share.
    """
    most = WHOLE - rule.least_percent
    if years >= rule.lifetime_years:
        return most
    return min(rule.yearly_percent * max(years - rule.free_years, 0), most)


def years_between(first: date, last: date) -> int:
    """Whole years from one day to a later one, none when it is not later."""
    return max(last.year - first.year - ((last.month, last.day) < (first.month, first.day)), 0)


def correction_until(inventory: Inventory, rule: InventoryRule) -> date:
    """The last day the household may ask to correct its entry (loi 89-462, art. 3-2)."""
    return add_days(inventory.held_on, rule.correction_days)


def may_be_corrected(inventory: Inventory, rule: InventoryRule, day: date, *, about_heating: bool) -> bool:
    """Within the delay, or at any time for the heating: its own month depends on the season, which the agent knows."""
    return about_heating or day <= correction_until(inventory, rule)


@dataclass(frozen=True)
class Compared:
    """An element at the entry and at the exit; `wear` is the percent of its repair that wear explains."""

    room: str
    exit: InventoryElement
    entry: InventoryElement | None
    years: int | None
    wear: int

    @property
    def steps(self) -> int:
        """How many conditions it lost; negative when it is better than it was."""
        if self.entry is None or not self.entry.condition or not self.exit.condition:
            return 0
        return RANK[self.exit.condition] - RANK[self.entry.condition]

    @property
    def is_worse(self) -> bool:
        return self.steps > 0

    @property
    def household_share(self) -> int:
        """What of the repair may be asked of the household at the most, in percent."""
        return WHOLE - self.wear if self.is_worse else 0


def compare_element(room: str, row: InventoryElement, entered_on: date, left_on: date) -> Compared:
    """An element's age is that of its last renewal when it is known, else the time since the entry."""
    entry = row.entry_element
    renewed = entry.renewed_year if entry else None
    since = date(renewed, 1, 1) if renewed else entered_on
    years = years_between(since, left_on)
    wear = wear_percent(row.wear, years) if row.wear else 0
    return Compared(room, row, entry, years, wear)


@dataclass(frozen=True)
class ComparedMeter:
    kind: str
    label: str
    unit: str
    entry: Decimal | None
    exit: Decimal | None

    @property
    def used(self) -> Decimal | None:
        """What was consumed; None when a reading is missing or the meter was changed."""
        if self.entry is None or self.exit is None or self.exit < self.entry:
            return None
        return self.exit - self.entry


def compare_meters(entry: Iterable[InventoryMeter], exit_: Iterable[InventoryMeter]) -> list[ComparedMeter]:
    before = {row.kind: row.reading for row in entry}
    after = {row.kind: row.reading for row in exit_}
    return [
        ComparedMeter(kind, kind.label, UNITS[kind], before.get(kind), after.get(kind))
        for kind in MeterKind
        if before.get(kind) is not None or after.get(kind) is not None
    ]


@dataclass(frozen=True)
class ComparedItem:
    kind: str
    label: str
    entry: int
    exit: int
    comment: str

    @property
    def missing(self) -> int:
        return max(self.entry - self.exit, 0)


def compare_items(entry: Iterable[InventoryItem], exit_: Iterable[InventoryItem]) -> list[ComparedItem]:
    """Keys and equipment by their label, those of the entry first."""
    before = {(row.kind, row.label): row for row in entry}
    after = {(row.kind, row.label): row for row in exit_}
    return [
        ComparedItem(
            kind,
            label,
            before[kind, label].count if (kind, label) in before else 0,
            after[kind, label].count if (kind, label) in after else 0,
            after[kind, label].comment if (kind, label) in after else "",
        )
        for kind, label in {**before, **after}
    ]


@dataclass(frozen=True)
class Comparison:
    """Both inventories of a stay, side by side."""

    entry: Inventory
    exit: Inventory
    elements: list[Compared]
    meters: list[ComparedMeter]
    items: list[ComparedItem]

    @property
    def worse(self) -> list[Compared]:
        return [row for row in self.elements if row.is_worse]

    @property
    def missing(self) -> list[ComparedItem]:
        return [row for row in self.items if row.missing]

    @property
    def is_conforming(self) -> bool:
        """As it was at the entry: what decides the delay to return the deposit (loi 89-462, art. 22)."""
        return not self.worse and not self.missing
