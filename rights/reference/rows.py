"""How the catalogue is written: one sheet for each right, and the pieces most of them share."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from cias.core.sources import Certainty
from rights.enums import DelayKind, DelayUnit

VERIFIED, TO_CHECK = Certainty.VERIFIED, Certainty.TO_CHECK
type Row = Mapping[str, Any]

USUAL_PIECES = "Pièces usuelles des organismes"


@dataclass(frozen=True, kw_only=True)
class Sheet:
    right: Row
    rule: Row
    pieces: tuple[Row, ...]
    delays: tuple[Row, ...] = ()
    notices: tuple[Row, ...] = ()

    @property
    def code(self) -> str:
        return self.right["code"]


def months(name: str, value: int, source: str) -> dict[str, Any]:
    """The three columns of a delay in months: months("appeal", 2, "CSS, art. R142-1")."""
    return {f"{name}_value": value, f"{name}_unit": DelayUnit.MONTHS, f"{name}_source": source}


def franc_months(name: str, value: int, source: str) -> dict[str, Any]:
    """The same before the administrative courts, whose delays leave their last day out."""
    return months(name, value, source) | {f"{name}_unit": DelayUnit.FRANC_MONTHS}


def days(name: str, value: int, source: str) -> dict[str, Any]:
    return {f"{name}_value": value, f"{name}_unit": DelayUnit.DAYS, f"{name}_source": source}


def at_once(name: str, source: str) -> dict[str, Any]:
    return {f"{name}_unit": DelayUnit.AT_ONCE, f"{name}_source": source}


def delay(
    kind: DelayKind, value: int, unit: DelayUnit, source: str, certainty: Certainty = TO_CHECK
) -> dict[str, Any]:
    """A RuleDelay."""
    return {"kind": kind, "value": value, "unit": unit, "source": source, "certainty": certainty}


def after_a_preliminary_appeal(
    reply: str, court: str, certainty: Certainty = TO_CHECK, *, franc: bool = False
) -> tuple[dict[str, Any], ...]:
    """Two months to answer, then two months to go to court; `franc` before the administrative courts."""
    unit = DelayUnit.FRANC_MONTHS if franc else DelayUnit.MONTHS
    return (
        delay(DelayKind.APPEAL_REPLY, 2, DelayUnit.MONTHS, reply, certainty),
        delay(DelayKind.COURT, 2, unit, court, certainty),
    )


def notice(code: str, text: str, source: str, certainty: Certainty = TO_CHECK) -> dict[str, Any]:
    """A RightNotice; its order is its rank in the sheet."""
    return {"code": code, "text": text, "source": source, "certainty": certainty}


def rule(since: date, source: str, certainty: Certainty, *parts: Row, **columns: Any) -> dict[str, Any]:
    """A RightRule: its delays (`parts`) and other columns."""
    row: dict[str, Any] = {"valid_from": since, "source": source, "certainty": certainty}
    for part in parts:
        row |= part
    return row | columns


def pieces(right: str, *rows: Row) -> tuple[Row, ...]:
    """Number the pieces in their order and make their codes unique: "identite" becomes "css-identite"."""
    return tuple(
        {**row, "code": f"{right}-{row['code']}", "display_order": 10 * number}
        for number, row in enumerate(rows, start=1)
    )


def piece(
    code: str,
    label: str,
    *,
    condition: str = "",
    valid: int | None = None,
    source: str = USUAL_PIECES,
    certainty: Certainty = TO_CHECK,
    **columns: Any,
) -> dict[str, Any]:
    """One required piece; `valid` in months. A piece with a condition is not mandatory unless said."""
    return {
        "code": code,
        "label": label,
        "condition": condition,
        "validity_months": valid,
        "mandatory": not condition,
        "source": source,
        "certainty": certainty,
    } | columns


IDENTITY = piece("identite", "Pièce d’identité ou titre de séjour")
IDENTITY_ALL = piece("identite", "Pièce d’identité ou titre de séjour", per_person=True)
FAMILY_BOOK = piece("famille", "Livret de famille ou actes de naissance", condition="S’il y a des enfants")
ADDRESS = piece("domicile", "Justificatif de domicile ou d’élection de domicile", valid=3)
BANK = piece("rib", "Relevé d’identité bancaire au nom du demandeur")
TAX = piece("impot", "Dernier avis d’impôt sur les revenus")
INCOME_3 = piece("ressources", "Justificatifs de ressources des 3 derniers mois")
GUARDIAN = piece(
    "protection",
    "Jugement de tutelle, de curatelle ou d’habilitation",
    condition="S’il y a une mesure de protection",
)
MDPH_FORM = piece(
    "formulaire",
    "Formulaire de demande à la MDPH (Cerfa 15692*01), signé",
    source="service-public.fr, R19993",
    certainty=VERIFIED,
)
MDPH_MEDICAL = piece(
    "certificat",
    "Certificat médical (Cerfa 15695*01), sous pli fermé",
    valid=12,
    source="service-public.fr, R19993 : moins d’un an",
    certainty=VERIFIED,
)

# Preliminary appeals (CSS for the caisses, CRPA for everybody else) and the courts after them.
CRA_REPLY, SOCIAL_COURT = "CSS, art. R142-6", "CSS, art. R142-1-A III"
RAPO_REPLY, ADMINISTRATIVE_COURT = "CRPA, art. L411-7", "Code de justice administrative, art. R421-1"
