"""What a file does not say yet, fact by fact: the list's filter and the direction's rates count the same (H2, S9)."""

from collections.abc import Callable, Iterable
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
    """`missing(today)` selects the households that lack it, `~missing(today)` the others."""

    code: str
    label: str
    group: str
    missing: Callable[[date], Condition]

    def is_for(self, user: User) -> bool:
        """Who reads the situation, always or with a reason, is told what is missing in it."""
        return self.group not in (OF_SITUATION, WHOLE) or user.scope("situation.view") is not None


def _situation(name: str) -> Callable[[date], Condition]:
    def missing(today: date) -> Condition:
        now = Situation.objects.filter(on_day(today), household=OuterRef("pk"))
        return ~Exists(now.exclude(**{name: ""}))

    return missing


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
    Fact("composition", "Type de ménage", OF_SITUATION, _situation("family_type")),
    Fact("logement", "Statut de logement", OF_SITUATION, _situation("housing_status")),
    Fact("activite", "Activité", OF_SITUATION, _situation("activity")),
    Fact("revenus", "Ressources mensuelles", OF_SITUATION, _situation("income_band")),
    Fact("ressource", "Ressource principale", OF_SITUATION, _situation("main_resource")),
    Fact("naissance", "Date de naissance d’un membre", OF_PERSONS, _member(person__birth_date=None)),
    Fact("sexe", "Sexe d’un membre", OF_PERSONS, _member(person__sex="")),
    Fact("contact", "Téléphone ou e-mail du demandeur", OF_PERSONS, _unreachable),
)


def _anything(today: date) -> Condition:
    """Those that are not complete: a file that lacks this or that is looked for fact by fact, one without is joined."""
    complete = Household.objects.filter(*(~fact.missing(today) for fact in _EACH), pk=OuterRef("pk"))
    return ~Exists(complete)


ANY = Fact("une", "Au moins une information", WHOLE, _anything)
FACTS: dict[str, Fact] = {fact.code: fact for fact in (ANY, *_EACH)}


def facts_for(user: User) -> list[Fact]:
    return [fact for fact in FACTS.values() if fact.is_for(user)]


def count_missing(rows: QuerySet[Household], facts: Iterable[Fact], today: date) -> dict[str, int]:
    """How many of `rows` lack each fact, by its code, and how many there are, as TOTAL.

    One statement whose parts each join what they look for: as filters of one aggregate, PostgreSQL would ask fact by
    fact for each household.
    """
    parts = [(TOTAL, rows), *((fact.code, rows.filter(fact.missing(today))) for fact in facts)]
    first, *others = (
        part.order_by().annotate(fact=Value(code)).values("fact").annotate(files=Count("pk"))
        for code, part in parts
    )
    return {row["fact"]: row["files"] for row in first.union(*others, all=True).order_by()}
