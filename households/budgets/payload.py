"""A statement as plain JSON and back, and the checksum of a frozen copy.

Amounts are text, so that neither JSON nor PostgreSQL ever reads them as binary fractions.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from decimal import Decimal
from hashlib import sha256
from typing import Any

from households.budgets.reckoning import (
    Circumstances,
    DebtSum,
    Entry,
    Flag,
    Indicator,
    Statement,
    TermSum,
)

# The layout of the payload; a later layout will read the former ones.
LAYOUT = 1


def to_payload(statement: Statement) -> dict[str, Any]:
    return {"layout": LAYOUT, **_plain(asdict(statement))}


def circumstances_payload(circumstances: Circumstances) -> dict[str, Any]:
    return _plain(asdict(circumstances))


def checksum(payload: Mapping[str, Any]) -> str:
    """SHA-256 of the payload written in one way only."""
    text = json.dumps(payload, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()


def _plain(value: Any) -> Any:
    match value:
        case Decimal():
            return str(value)
        case date():
            return value.isoformat()
        case dict():
            return {str(key): _plain(one) for key, one in value.items()}
        case list() | tuple():
            return [_plain(one) for one in value]
    return value


def from_payload(payload: Mapping[str, Any]) -> Statement:
    return Statement(
        on=date.fromisoformat(payload["on"]),
        formula=payload["formula"],
        circumstances=read_circumstances(payload["circumstances"]),
        days=Decimal(payload["days"]),
        entries=_entries(payload["entries"]),
        terms=tuple(
            TermSum(
                one["code"],
                one["label"],
                tuple((what, detail, Decimal(amount)) for what, detail, amount in one["lines"]),
                _amount(one["total"]),
            )
            for one in payload["terms"]
        ),
        indicators=tuple(_indicator(one) for one in payload["indicators"]),
        uncounted=_entries(payload["uncounted"]),
        one_off=_entries(payload["one_off"]),
        comment=payload["comment"],
    )


def read_circumstances(payload: Mapping[str, Any]) -> Circumstances:
    return Circumstances(
        persons=Decimal(payload["persons"]),
        parts=Decimal(payload["parts"]),
        units=Decimal(payload["units"]),
        notes=tuple(payload["notes"]),
        debts={
            kind: DebtSum(one["count"], Decimal(one["remaining"]), Decimal(one["payments"]))
            for kind, one in payload["debts"].items()
        },
    )


def _entries(rows: list[dict[str, Any]]) -> tuple[Entry, ...]:
    return tuple(Entry(**{**row, "amount": Decimal(row["amount"])}) for row in rows)


def _indicator(row: Mapping[str, Any]) -> Indicator:
    flag = Flag(**row["flag"]) if row["flag"] else None
    return Indicator(**{**row, "value": _amount(row["value"]), "flag": flag})


def _amount(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
