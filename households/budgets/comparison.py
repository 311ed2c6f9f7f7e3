"""Two budgets side by side: what each line and each indicator became."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from cias.core.french import NBSP, euros, number, percent
from households.budgets.reckoning import EURO, Entry, Indicator, Statement
from households.enums import Side

NOT_KNOWN = "—"


@dataclass(frozen=True)
class Pair:
    """One thing before and after; None where it was not there or not known."""

    label: str
    before: Decimal | None
    after: Decimal | None
    is_total: bool = False
    unit: str = EURO

    @property
    def difference(self) -> Decimal | None:
        """None when one of the two is unknown; a line that is not there counts as nothing."""
        if self.before is None or self.after is None:
            return None
        return self.after - self.before

    @property
    def before_text(self) -> str:
        return self._text(self.before)

    @property
    def after_text(self) -> str:
        return self._text(self.after)

    @property
    def difference_text(self) -> str:
        """ "+ 120,00 €", "− 2,5 points", "=" when nothing moved."""
        if self.difference is None:
            return NOT_KNOWN
        if self.difference == 0:
            return "="
        if self.unit == EURO:
            return f"{number(self.difference, 2, signed=True)}{NBSP}€"
        several = "s" if abs(self.difference) >= 2 else ""
        return f"{number(self.difference, 1, signed=True)}{NBSP}point{several}"

    def _text(self, value: Decimal | None) -> str:
        if value is None:
            return NOT_KNOWN
        return euros(value) if self.unit == EURO else percent(value, 1)


def compare_lines(before: Statement, after: Statement, side: str) -> list[Pair]:
    """By category, in the order of the later budget, then what it no longer has; the total last.

    A category absent from one of the two is a difference of its whole amount, hence a zero there.
    """
    first, second = _by_category(before.entries, side), _by_category(after.entries, side)
    pairs = [
        Pair(label, first.get(code, (label, Decimal(0)))[1], amount)
        for code, (label, amount) in second.items()
    ]
    pairs += [
        Pair(label, amount, Decimal(0)) for code, (label, amount) in first.items() if code not in second
    ]
    label = "Total des ressources saisies" if side == Side.RESOURCE else "Total des charges saisies"
    return [*pairs, Pair(label, _total(first), _total(second), is_total=True)]


def differences(before: Statement, after: Statement) -> list[Pair]:
    """The lines that are not the same on both sides, resources first."""
    pairs = [pair for side in Side.values for pair in compare_lines(before, after, side)]
    return [pair for pair in pairs if pair.before != pair.after and not pair.is_total]


def compare_indicators(before: Statement, after: Statement) -> list[Pair]:
    now: dict[str, Indicator] = after.by_code
    return [
        Pair(one.label, one.value, now[one.code].value, unit=one.unit)
        for one in before.indicators
        if one.code in now
    ]


def _by_category(entries: Sequence[Entry], side: str) -> dict[str, tuple[str, Decimal]]:
    found: dict[str, tuple[str, Decimal]] = {}
    for one in entries:
        if one.side == side and one.monthly is not None:
            _label, so_far = found.get(one.category, ("", Decimal(0)))
            found[one.category] = (one.label, so_far + one.monthly)
    return found


def _total(lines: dict[str, tuple[str, Decimal]]) -> Decimal:
    return sum((amount for _label, amount in lines.values()), Decimal(0))
