"""The register as a list: period, benefit, residence; one line a person on the screen and on paper."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from cias.accounts.models import User
from cias.core.export import Value
from cias.core.forms import FrenchDateField
from cias.core.french import date_short, euros, lower_first
from cias.core.paths import path_to
from cias.core.periods import Period
from cias.lists.definition import Ask, Column, Filter, Listing, Order, register
from households.models import Person
from households.register.benefits import Benefit, Residence, Wanted, beneficiaries, benefits_of, sources
from households.register.printing import print_register


@dataclass(frozen=True)
class Line:
    """A person with what they received; in a table that is exported, with one benefit at a time."""

    person: Person
    benefits: list[Benefit]

    @property
    def places(self) -> list[str]:
        return list(dict.fromkeys(f"{one.household.number}" for one in self.benefits))


def period_of(ask: Ask) -> Period:
    """The days asked for, else the present year; a period that ends before it starts is its first day."""
    first = ask.values.get("du") or date(ask.today.year, 1, 1)
    last = ask.values.get("au") or date(max(first, ask.today).year, 12, 31)
    return Period(first, max(first, last))


def wanted_of(ask: Ask, *, everybody: bool = False) -> Wanted:
    return Wanted(
        user=None if everybody else ask.user,
        period=period_of(ask),
        kind=ask.values.get("prestation", ""),
        residence=ask.values.get("residence", ""),
    )


def _beneficiaries(rows: QuerySet[Any], ask: Ask) -> QuerySet[Any]:
    return beneficiaries(rows, wanted_of(ask))


def _lines(persons: list[Person], ask: Ask, exported: bool) -> Iterator[Line]:
    received = benefits_of([one.pk for one in persons], wanted_of(ask))
    for person in persons:
        if exported:
            yield from (Line(person, [one]) for one in received[person.pk])
        else:
            yield Line(person, received[person.pk])


def _settled(rows: QuerySet[Any], value: Any, ask: Ask) -> QuerySet[Any]:
    """The rule of the list itself reads these together."""
    return rows


def _kinds(user: User) -> forms.Field:
    # Asked of each app once, when the list is drawn, not whenever a form is made.
    return forms.ChoiceField(choices=cache(_all_kinds))


def _all_kinds() -> list[tuple[str, Any]]:
    choices: list[tuple[str, Any]] = [("", "Toutes")]
    for code, source in sources.items():
        choices.append((source.label, [(f"{code}:{kind}", label) for kind, label in source.kinds()]))
    return choices


def _of_first(read: Callable[[Benefit], Value]) -> Callable[[Line], Value]:
    """A fact of the benefit of an exported line."""
    return lambda line: next((read(one) for one in line.benefits), None)


def in_words(benefit: Benefit) -> str:
    """ "CSS, caisse d’assurance maladie : du 01/12/2026 au 30/11/2027, 45,50 € par mois"."""
    until = f"au {date_short(benefit.last)}" if benefit.last else "sans terme connu"
    amount = f", {euros(benefit.amount)} {benefit.per}".rstrip() if benefit.amount is not None else ""
    return f"{benefit.label}, {benefit.authority}\u00a0: du {date_short(benefit.first)} {until}{amount}"


def _name_cell(line: Line) -> SafeString:
    person = line.person
    link = format_html('<a href="{}">{}</a>', path_to("households:person", person.pk), person.full_name)
    if person.usual_name and person.birth_name and person.usual_name != person.birth_name:
        return format_html('{}<br><span class="xs soft">{}</span>', link, person.maiden)
    return link


def _benefits_cell(line: Line) -> SafeString:
    rows = format_html_join(
        "",
        '<li><span class="fw-semibold">{}</span> <span class="xs soft">{} · {}</span><br>'
        '<span class="small">du {} {}{}</span></li>',
        (
            (
                one.label,
                lower_first(one.nature),
                one.authority,
                date_short(one.first),
                f"au {date_short(one.last)}" if one.last else "sans terme connu",
                f" · {euros(one.amount)} {one.per}" if one.amount is not None else "",
            )
            for one in line.benefits
        ),
    )
    return format_html('<ul class="plain benefits">{}</ul>', rows)


def _households_cell(line: Line) -> str:
    """One number a line."""
    if not line.places:
        return ""
    first, *others = line.places
    below = format_html_join("", '<br><span class="nowrap slot-time">{}</span>', ((one,) for one in others))
    return format_html('<span class="nowrap slot-time">{}</span>{}', first, below)


FILTERS: Iterable[Filter] = (
    Filter(code="du", label="Du", field=lambda user: FrenchDateField(), apply=_settled),
    Filter(code="au", label="Au", field=lambda user: FrenchDateField(), apply=_settled),
    Filter(code="prestation", label="Prestation", field=_kinds, apply=_settled),
    Filter(
        code="residence",
        label="Résidence",
        field=lambda user: forms.ChoiceField(choices=Residence.choices),
        apply=_settled,
    ),
)
COLUMNS: Iterable[Column] = (
    Column(
        code="personne",
        label="Personne",
        value=lambda line: f"{line.person.last_name} {line.person.first_names}".strip() or str(line.person),
        draw=_name_cell,
        named=True,
        orders=("", "nom-inverse"),
    ),
    Column(
        code="naissance",
        label="Naissance",
        value=lambda line: line.person.birth_label,
        named=True,
        default=True,
    ),
    Column(
        code="prestations",
        label="Prestations",
        value=lambda line: " ; ".join(in_words(one) for one in line.benefits),
        draw=_benefits_cell,
        default=True,
        in_exports=False,
    ),
    Column(
        code="repere",
        label="Repère de la personne",
        value=lambda line: str(line.person.pk)[:8],
        default=True,
        on_screen=False,
    ),
    Column(
        code="menage",
        label="Ménage",
        value=lambda line: ", ".join(line.places),
        draw=_households_cell,
        default=True,
    ),
    Column(code="prestation", label="Prestation", value=_of_first(lambda one: one.label), on_screen=False),
    Column(code="nature", label="Nature", value=_of_first(lambda one: one.nature), on_screen=False),
    Column(code="autorite", label="Autorité", value=_of_first(lambda one: one.authority), on_screen=False),
    Column(code="decision", label="Décidée le", value=_of_first(lambda one: one.decided_on), on_screen=False),
    Column(code="debut", label="Du", value=_of_first(lambda one: one.first), on_screen=False),
    Column(code="fin", label="Au", value=_of_first(lambda one: one.last), on_screen=False),
    Column(code="montant", label="Montant", value=_of_first(lambda one: one.amount), on_screen=False),
)

REGISTER = Listing(
    code="register",
    title="Fichier des bénéficiaires",
    noun=("personne", "personnes"),
    url_name="households:register",
    right="register.view",
    export_right="register.export",
    named_right="register.export",
    rows=lambda user: Person.objects.for_user(user),
    settle=_beneficiaries,
    expand=_lines,
    printed=print_register,
    orders=(
        Order("", "Nom", ("search_key", "pk")),
        Order("nom-inverse", "Nom, de Z à A", ("-search_key", "-pk")),
    ),
)
REGISTER.add(*FILTERS, *COLUMNS)


def register_listing() -> None:
    register(REGISTER)
