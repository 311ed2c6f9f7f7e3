"""How a payment is shared out, and a debt spread, to the cent. Pure functions."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_DOWN, Decimal

from cias.core.deadlines import add_months

CENT = Decimal("0.01")
ZERO = Decimal(0)


@dataclass(frozen=True)
class Owed[K: Hashable]:
    """A call of which `left` euros are still to pay; `is_planned` when a running plan covers it."""

    key: K
    left: Decimal
    is_planned: bool = False


def share[K: Hashable](
    amount: Decimal, owed: Sequence[Owed[K]], *, promised: Decimal = ZERO
) -> list[tuple[K, Decimal]]:
    """Set `amount` against what is owed, given from the oldest; what is left over is credit.

    With a running plan the order is: the instalments that have come due (`promised` euros, on what the plan covers),
    then what it does not cover, oldest first, then the rest of what it covers. So that somebody who pays the month and
    the instalment keeps both promises. Without a plan: oldest first (Code civil, art. 1342-10).
    """
    planned = [one for one in owed if one.is_planned]
    paid: dict[K, Decimal] = {}
    rest = amount
    for rows, ceiling in (
        (planned, promised),
        ([one for one in owed if not one.is_planned], None),
        (planned, None),
    ):
        room = rest if ceiling is None else min(rest, ceiling)
        for one in rows:
            part = min(room, one.left - paid.get(one.key, ZERO))
            if part > 0:
                paid[one.key] = paid.get(one.key, ZERO) + part
                room, rest = room - part, rest - part
    return list(paid.items())


def split(total: Decimal, count: int) -> list[Decimal]:
    """`total` in `count` equal parts to the cent; the last one takes what rounding left.

    Raises ValueError when a part would be nothing.
    """
    part = (total / count).quantize(CENT, ROUND_DOWN)
    if part <= 0:
        raise ValueError("Trop d’échéances pour ce montant.")
    return [*[part] * (count - 1), total - part * (count - 1)]


def schedule(total: Decimal, count: int, first: date) -> list[tuple[date, Decimal]]:
    """Monthly instalments from `first`, counted from it so that the 31st comes back after a shorter month."""
    return [(add_months(first, rank), amount) for rank, amount in enumerate(split(total, count))]
