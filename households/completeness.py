"""What a file does not say yet, fact by fact: the list's filter and the direction's rates count the same (H2, S9)."""

import functools
import operator
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q

from cias.accounts.models import User
from cias.core.deadlines import add_months
from households.enums import AssignmentRole, MemberRole
from households.models import Assignment, Membership, Situation
from households.models.files import on_day

WHOLE, OF_HOUSEHOLD, OF_SITUATION, OF_PERSONS = "Le dossier", "Le ménage", "Sa situation", "Ses membres"
ADULT = 12 * 18


@dataclass(frozen=True)
class Fact:
    """`missing(today)` selects the households that lack it."""

    code: str
    label: str
    group: str
    missing: Callable[[date], Q]

    def is_for(self, user: User) -> bool:
        """Who reads the situation, always or with a reason, is told what is missing in it."""
        return self.group not in (OF_SITUATION, WHOLE) or user.scope("situation.view") is not None


def _situation(name: str) -> Callable[[date], Q]:
    def missing(today: date) -> Q:
        now = Situation.objects.filter(on_day(today), household=OuterRef("pk"))
        return ~Q(Exists(now.exclude(**{name: ""})))

    return missing


def _member(*conditions: Q, **fields: object) -> Callable[[date], Q]:
    def missing(today: date) -> Q:
        members = Membership.objects.filter(
            on_day(today), household=OuterRef("pk"), person__death_date__isnull=True
        )
        return Q(Exists(members.filter(*conditions, **fields)))

    return missing


def _without_referent(today: date) -> Q:
    mains = Assignment.objects.filter(on_day(today), role=AssignmentRole.MAIN, household=OuterRef("pk"))
    return ~Q(Exists(mains))


def _unreachable(today: date) -> Q:
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


def _anything(today: date) -> Q:
    return functools.reduce(operator.or_, (fact.missing(today) for fact in _EACH))


ANY = Fact("une", "Au moins une information", WHOLE, _anything)
FACTS: dict[str, Fact] = {fact.code: fact for fact in (ANY, *_EACH)}


def facts_for(user: User) -> list[Fact]:
    return [fact for fact in FACTS.values() if fact.is_for(user)]
