"""The questions one asks of the list of households. The addresses they make name nobody."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import Exists, OuterRef, Q, QuerySet

from cias.accounts.models import User
from cias.core.forms import FrenchDateField
from cias.lists.definition import Ask, Filter
from cias.territory.models import Commune
from households.ages import BANDS, births_of
from households.completeness import FACTS, facts_for
from households.enums import Activity, AssignmentRole, FamilyType, HousingStatus, MainResource, Theme
from households.forms.fields import OFF_TERRITORY
from households.models import Assignment, Membership, Note, Situation
from households.models.files import on_day
from households.rules import WITHOUT_REFERENT, without_referent

type Rows = QuerySet[Any]

UNKNOWN_PLACE = "inconnue"
ZONE = "secteur:"
MINE = "moi"
SITUATION, PERSONS, INTERVIEWS, DATES = "Situation", "Membres", "Entretiens", "Dates et complétude"
OTHER_DOMAINS = "Autres domaines"  # where the apps above add theirs


def _choice(
    choices: Callable[[User], Iterable[tuple[str, Any]]], empty: str
) -> Callable[[User], forms.Field]:
    return lambda user: forms.ChoiceField(choices=[("", empty), *choices(user)])


def _places(user: User) -> list[tuple[str, Any]]:
    """Zones of small communes first, then every commune; one query."""
    communes = list(Commune.objects.values_list("code", "name", "zone__code", "zone__name"))
    zones = {f"{ZONE}{zone}": name for _code, _commune, zone, name in communes if zone}
    groups: list[tuple[str, Any]] = [
        ("Secteurs", sorted(zones.items(), key=lambda zone: zone[1])),
        ("Communes", [(code, name) for code, name, *_zone in communes]),
        ("Autres", [(OFF_TERRITORY, "Hors territoire"), (UNKNOWN_PLACE, "Non renseignée")]),
    ]
    return [(label, choices) for label, choices in groups if choices]


def _in_place(rows: Rows, place: str, ask: Ask) -> Rows:
    """A hidden address is in no place one can ask for (C3)."""
    shown = rows.filter(address_hidden=False)
    match place:
        case code if code == UNKNOWN_PLACE:
            return shown.filter(commune=None, off_territory=False)
        case code if code == OFF_TERRITORY:
            return shown.filter(off_territory=True)
        case code if code.startswith(ZONE):
            return shown.filter(commune__zone__code=code.removeprefix(ZONE))
    return shown.filter(commune=place)


def _agents(user: User) -> list[tuple[str, str]]:
    agents = [
        (str(one.pk), one.full_name) for one in User.objects.social_workers().only("first_name", "last_name")
    ]
    me = [(MINE, "Moi")] if any(key == str(user.pk) for key, _name in agents) else []
    return [*me, *agents]


def _followed_by(rows: Rows, agent: str, ask: Ask) -> Rows:
    key = ask.user.pk if agent == MINE else UUID(agent)
    mains = Assignment.objects.filter(on_day(ask.today), role=AssignmentRole.MAIN, agent=key)
    return rows.filter(pk__in=mains.values("household"))


def _in_state(rows: Rows, state: str, ask: Ask) -> Rows:
    """Open files are the rule of the list itself."""
    match state:
        case "clos":
            return rows.filter(closed_on__isnull=False)
        case code if code == WITHOUT_REFERENT:
            return rows.filter(pk__in=without_referent(ask.today).values("pk"))
    return rows


def _situation(code: str, name: str, label: str, choices: type[Any]) -> Filter:
    def apply(rows: Rows, value: str, ask: Ask) -> Rows:
        now = Situation.objects.filter(on_day(ask.today), household=OuterRef("pk"), **{name: value})
        return rows.filter(Exists(now))

    known = [(key, text) for key, text in choices.choices if key]
    return Filter(
        code=code,
        label=label,
        field=_choice(lambda user: known, "Indifférent"),
        apply=apply,
        group=SITUATION,
        right="situation.view",
    )


def _with_member_aged(rows: Rows, band: str, ask: Ask) -> Rows:
    after, until = births_of(band, ask.today)
    born = Q(person__birth_date__lte=until)
    if after is not None:
        born &= Q(person__birth_date__gt=after)
    alive = Q(person__death_date__isnull=True)
    return rows.filter(
        Exists(Membership.objects.filter(on_day(ask.today), born, alive, household=OuterRef("pk")))
    )


def _interviewed(rows: Rows, value: Any, ask: Ask) -> Rows:
    """At least one note that the reader may read, on the theme and in the dates asked, taken together."""
    theme, first, last = (ask.values.get(code) for code in ("theme", "entretien_du", "entretien_au"))
    notes = Note.objects.for_user(ask.user).filter(household=OuterRef("pk"))
    if theme:
        notes = notes.filter(themes__contains=[theme])
    if first:
        notes = notes.filter(held_on__gte=first)
    if last:
        notes = notes.filter(held_on__lte=last)
    return rows.filter(Exists(notes))


def _once(code: str) -> Callable[[Rows, Any, Ask], Rows]:
    """Three fields make one question: the first of them that is filled asks it."""

    def apply(rows: Rows, value: Any, ask: Ask) -> Rows:
        first = next(name for name in ("theme", "entretien_du", "entretien_au") if name in ask.values)
        return _interviewed(rows, value, ask) if code == first else rows

    return apply


def _note(code: str, label: str, field: Callable[[User], forms.Field]) -> Filter:
    return Filter(
        code=code, label=label, field=field, apply=_once(code), group=INTERVIEWS, right="notes.view"
    )


def _date(user: User) -> forms.Field:
    return FrenchDateField()


def _opened(lookup: str) -> Callable[[Rows, date, Ask], Rows]:
    return lambda rows, day, ask: rows.filter(**{f"opened_on__{lookup}": day})


def _facts(user: User) -> list[tuple[str, Any]]:
    groups: dict[str, list[tuple[str, str]]] = {}
    for fact in facts_for(user):
        groups.setdefault(fact.group, []).append((fact.code, fact.label))
    return list(groups.items())


FILTERS: tuple[Filter, ...] = (
    Filter(
        code="commune",
        label="Commune ou secteur",
        field=_choice(_places, "Toutes"),
        apply=_in_place,
    ),
    Filter(
        code="referent",
        label="Référent",
        field=_choice(_agents, "Tous"),
        apply=_followed_by,
    ),
    Filter(
        code="etat",
        label="État",
        field=_choice(
            lambda user: [(WITHOUT_REFERENT, "Sans référent"), ("clos", "Clos"), ("tous", "Tous")], "Ouverts"
        ),
        apply=_in_state,
    ),
    _situation("composition", "family_type", "Type de ménage", FamilyType),
    _situation("logement", "housing_status", "Statut de logement", HousingStatus),
    _situation("activite", "activity", "Activité", Activity),
    _situation("ressource", "main_resource", "Ressource principale", MainResource),
    Filter(
        code="age",
        label="Âge d’un membre",
        field=_choice(lambda user: BANDS.items(), "Indifférent"),
        apply=_with_member_aged,
        group=PERSONS,
    ),
    _note("theme", "Thème", _choice(lambda user: Theme.choices, "Indifférent")),
    _note("entretien_du", "Du", _date),
    _note("entretien_au", "Au", _date),
    Filter(code="ouvert_du", label="Ouvert à partir du", field=_date, apply=_opened("gte"), group=DATES),
    Filter(code="ouvert_au", label="Ouvert jusqu’au", field=_date, apply=_opened("lte"), group=DATES),
    Filter(
        code="manque",
        label="Non renseigné",
        field=_choice(_facts, "Indifférent"),
        apply=lambda rows, code, ask: rows.filter(FACTS[code].missing(ask.today)),
        group=DATES,
    ),
)
