"""What a file does not say yet, fact by fact: the list's filter and the direction's rates count the same (H2, S9)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Value
from django.db.models.expressions import NegatedExpression

from cias.accounts.models import User
from cias.core.deadlines import add_months
from households.enums import AssignmentRole, MemberRole
from households.models import Assignment, Household, Membership, Situation
from households.models.files import on_day

WHOLE, OF_HOUSEHOLD, OF_SITUATION, OF_PERSONS = "Le dossier", "Le ménage", "Sa situation", "Ses membres"
ADULT = 12 * 18
TOTAL = "total"

# (Not) exists, bare: wrapped in Q its contrary would be « not (not exists) », which PostgreSQL joins no more but asks
# again for each household.
type Condition = Q | Exists | NegatedExpression


@dataclass(frozen=True)
class Fact:
    """`missing(today)` selects the households that lack it, `~missing(today)` the others.

    `field` is the one of the situation of the day that says it, for the facts that one says.
    """

    code: str
    label: str
    group: str
    missing: Callable[[date], Condition]
    field: str = ""

    def is_for(self, user: User) -> bool:
        """Who reads the situation, always or with a reason, is told what is missing in it."""
        return self.group not in (OF_SITUATION, WHOLE) or user.scope("situation.view") is not None


def _filled(today: date, *names: str) -> QuerySet[Situation]:
    """The situations of the day where each of these fields says something: at most one for each household."""
    rows = Situation.objects.filter(on_day(today)).order_by()
    return rows.filter(*(~Q(**{name: ""}) for name in names))


def _situation(code: str, label: str, name: str) -> Fact:
    def missing(today: date) -> Condition:
        return ~Exists(_filled(today, name).filter(household=OuterRef("pk")))

    return Fact(code, label, OF_SITUATION, missing, name)


def _member(*conditions: Q, **fields: object) -> Callable[[date], Condition]:
    def missing(today: date) -> Condition:
        members = Membership.objects.filter(
            on_day(today), household=OuterRef("pk"), person__death_date__isnull=True
        )
        return Exists(members.filter(*conditions, **fields))

    return missing


def _without_referent(today: date) -> Condition:
    mains = Assignment.objects.filter(on_day(today), role=AssignmentRole.MAIN, household=OuterRef("pk"))
    return ~Exists(mains)


def _unreachable(today: date) -> Condition:
    """The applicant, if of age, has neither telephone nor e-mail address."""
    of_age = Q(person__birth_date__isnull=True) | Q(person__birth_date__lte=add_months(today, -ADULT))
    return _member(
        of_age, role=MemberRole.APPLICANT, person__phone="", person__second_phone="", person__email=""
    )(today)


_EACH = (
    Fact("commune", "Commune", OF_HOUSEHOLD, lambda today: Q(commune=None, off_territory=False)),
    Fact("referent", "Référent principal", OF_HOUSEHOLD, _without_referent),
    _situation("composition", "Type de ménage", "family_type"),
    _situation("logement", "Statut de logement", "housing_status"),
    _situation("activite", "Activité", "activity"),
    _situation("revenus", "Ressources mensuelles", "income_band"),
    _situation("ressource", "Ressource principale", "main_resource"),
    Fact("naissance", "Date de naissance d’un membre", OF_PERSONS, _member(person__birth_date=None)),
    Fact("sexe", "Sexe d’un membre", OF_PERSONS, _member(person__sex="")),
    Fact("contact", "Téléphone ou e-mail du demandeur", OF_PERSONS, _unreachable),
)


def _all_told(today: date) -> tuple[Condition, ...]:
    """The conditions of the households that lack nothing: one situation that says all, rather than one for each."""
    situation = _filled(today, *(fact.field for fact in _EACH if fact.field))
    others = (~fact.missing(today) for fact in _EACH if not fact.field)
    return *others, Exists(situation.filter(household=OuterRef("pk")))


def _anything(today: date) -> Condition:
    """Those that are not complete: a file that lacks this or that is looked for fact by fact, one without is joined."""
    return ~Exists(Household.objects.filter(*_all_told(today), pk=OuterRef("pk")))


ANY = Fact("une", "Au moins une information", WHOLE, _anything)
FACTS: dict[str, Fact] = {fact.code: fact for fact in (ANY, *_EACH)}


def facts_for(user: User) -> list[Fact]:
    return [fact for fact in FACTS.values() if fact.is_for(user)]


def count_missing(rows: QuerySet[Household], facts: Sequence[Fact], today: date) -> dict[str, int]:
    """How many of `rows` lack each fact, by its code, and how many there are, as TOTAL.

    One statement whose parts each join what they look for: as filters of one aggregate, PostgreSQL would ask fact by
    fact for each household. One more counts at once what the situations say: one reading of them tells all the facts.
    """
    parts = [(TOTAL, rows)]
    for fact in facts:
        if fact == ANY:
            parts.append((fact.code, rows.filter(*_all_told(today))))
        elif not fact.field:
            parts.append((fact.code, rows.filter(fact.missing(today))))
    first, *others = (
        part.order_by().annotate(fact=Value(code)).values("fact").annotate(files=Count("pk"))
        for code, part in parts
    )
    found = {row["fact"]: row["files"] for row in first.union(*others, all=True).order_by()}
    said = {fact.code: Count("pk", filter=~Q(**{fact.field: ""})) for fact in facts if fact.field}
    if said:
        found |= _filled(today).filter(household__in=rows.order_by().values("pk")).aggregate(**said)
    # These were counted where they are told.
    return {
        fact.code: found[TOTAL] - found[fact.code] if fact == ANY or fact.field else found[fact.code]
        for fact in facts
    } | {TOTAL: found[TOTAL]}
