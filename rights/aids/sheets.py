"""The anonymised sheet the commission reads (domain-rules §8): no name, no address, the commune only when it is large.

The sheet is made when a request is put on an agenda and kept as it was read; the commune is shown or not with the
whole session in view, because one request from a place tells who made it.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from cias.core.french import plural
from cias.core.text import unaccent
from households.budgets.payload import from_payload
from households.composition import composition
from households.enums import FamilyType, Term
from households.models import Household, Person
from households.models.files import on_day
from rights.aids.checks import cautions
from rights.models import AgendaItem, AidRegulation, AidRequest

HIDDEN_PLACE = "Non communiquée"
OFF_TERRITORY = "Hors du territoire"
SHORTEST_NAME = 3


def build_sheet(request: AidRequest, day: date) -> dict[str, Any]:
    """What the commission reads of a request, as plain JSON; amounts are text."""
    household, rule = request.household, request.rule
    who = composition(household, day)
    statement = from_payload(request.snapshot.payload) if request.snapshot else None
    figures = statement.by_code if statement else {}
    secret = household.is_protected or household.address_hidden
    commune = None if secret else household.commune
    return {
        "number": request.number,
        "composition": _composed(_family(who.family_type), who.adults, who.children),
        "commune": {"code": commune.code, "name": commune.name, "population": commune.population} if commune else None,
        "off_territory": household.off_territory and not secret,
        "kind": request.kind.name,
        "nature": request.kind.get_nature_display(),
        "form": request.kind.get_form_display(),
        "payee": request.get_payee_kind_display(),
        "repayable": bool(rule and rule.repayable),
        "instalments": request.instalments,
        "urgent": request.urgent,
        "purpose": request.purpose,
        "amount": str(request.amount),
        "opinion": request.get_opinion_display(),
        "proposed": _text(request.proposed_amount),
        "derogation": request.derogation,
        "cautions": [one.text for one in cautions(request, day)],
        "resources": _text(statement.term(Term.RESOURCES).total) if statement else None,
        "charges": _text(statement.term(Term.CHARGES).total) if statement else None,
        "remaining": _value(figures, "remaining"),
        "daily": _value(figures, "daily"),
        "quotient": _value(figures, "quotient"),
        "budget_on": statement.on.isoformat() if statement else None,
    }  # fmt: skip


def _composed(family: str, adults: int, children: int) -> str:
    people = plural(adults, "adulte") + (f", {plural(children, 'enfant')}" if children else "")
    return f"{family} ({people})" if family else people


def _family(code: str) -> str:
    return FamilyType(code).label if code and code != FamilyType.UNKNOWN else ""


def _text(value: Decimal | None) -> str | None:
    return None if value is None else str(value)


def _value(figures: Mapping[str, Any], code: str) -> str | None:
    return _text(figures[code].value) if code in figures else None


@dataclass(frozen=True)
class Sheet:
    """A sheet as it is shown: amounts are amounts again, `place` is what may be said of the commune."""

    values: Mapping[str, Any]
    place: str

    def __getattr__(self, name: str) -> Any:
        try:
            value = self.values[name]
        except KeyError as error:
            raise AttributeError(name) from error
        return Decimal(value) if name in AMOUNTS and value is not None else value

    @property
    def budget_day(self) -> date | None:
        return date.fromisoformat(self.values["budget_on"]) if self.values["budget_on"] else None


AMOUNTS = frozenset({"amount", "proposed", "resources", "charges", "remaining", "daily", "quotient"})


def sheets_of(items: Iterable[AgendaItem], regulation: AidRegulation) -> dict[Any, Sheet]:
    """The sheet of each item, by its key; `items` must be the whole session, so that small communes are told apart."""
    rows = list(items)
    counts = Counter(row.sheet["commune"]["code"] for row in rows if row.sheet["commune"])
    return {row.pk: Sheet(row.sheet, _place(row.sheet, counts, regulation)) for row in rows}


def sheet_alone(request: AidRequest, day: date) -> Sheet:
    """The sheet of a request outside any session: its commune is never said."""
    values = build_sheet(request, day)
    return Sheet(values, HIDDEN_PLACE)


def _place(values: Mapping[str, Any], counts: Mapping[str, int], regulation: AidRegulation) -> str:
    if values["off_territory"]:
        return OFF_TERRITORY
    commune = values["commune"]
    if commune is None or commune["population"] < regulation.small_commune:
        return HIDDEN_PLACE
    return commune["name"] if counts[commune["code"]] >= regulation.few_requests else HIDDEN_PLACE


def names_told(household: Household, text: str, day: date) -> list[str]:
    """The words of `text` that say who or where: names of the members, the street, the commune."""
    words = set(re.findall(r"[a-z]+", unaccent(text).lower()))
    found = []
    for person in Person.objects.filter(memberships__household=household).distinct():
        said = re.split(r"[\s-]+", f"{person.birth_name} {person.usual_name} {person.first_names}")
        found += [name for name in said if len(name) >= SHORTEST_NAME and unaccent(name).lower() in words]
    flat = " ".join(unaccent(text).lower().split())
    address = household.addresses.filter(on_day(day)).first()
    places = [address.street if address else "", household.commune.name if household.commune else ""]
    found += [place for place in places if place and _said(place, flat)]
    return list(dict.fromkeys(found))


def _said(place: str, flat: str) -> bool:
    return re.search(rf"\b{re.escape(unaccent(place).lower())}\b", flat) is not None


def names_sentence(names: Iterable[str]) -> str:
    said = ", ".join(f"«\u00a0{name}\u00a0»" for name in names)
    return f"La commission lit ce texte, qui ne nomme personne\u00a0: retirez {said}."
