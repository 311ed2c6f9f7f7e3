"""What a person received, as each app tells it: legal rights, optional aid, domiciliation, stays…

An app registers a BenefitSource in its AppConfig.ready(); the register knows none of them.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import Exists, OuterRef, Q, QuerySet

from cias.accounts.models import User
from cias.core.periods import Period
from cias.core.registry import Registry
from households.models import Household, Situation


class Residence(models.TextChoices):
    """Where the household lived on the first day of the benefit. The law's register is of the territory's residents."""

    TERRITORY = "", "Résidant sur le territoire"
    ELSEWHERE = "hors", "Hors du territoire"
    UNKNOWN = "inconnue", "Commune non renseignée"
    ALL = "toutes", "Toutes"


@dataclass(frozen=True)
class Wanted:
    """Which benefits are asked for; `user` None asks for those of protected files too, to count them."""

    user: User | None
    period: Period
    kind: str = ""
    residence: str = Residence.TERRITORY

    def of_source(self, code: str) -> bool:
        return not self.kind or self.kind.partition(":")[0] == code

    @property
    def kind_code(self) -> str:
        """The kind within its source."""
        return self.kind.partition(":")[2]

    def narrow(self, rows: QuerySet[Any], *, first: str, last: str) -> QuerySet[Any]:
        """Rows with a `household`, whose days from `first` to `last` meet the period, for this reader and residence."""
        met = rows.filter(**{f"{first}__lte": self.period.last}).filter(
            Q(**{f"{last}__isnull": True}) | Q(**{f"{last}__gte": self.period.first})
        )
        if self.user is not None:
            met = met.filter(household__in=Household.objects.for_user(self.user))
        then = Situation.objects.filter(household=OuterRef("household"), start__lte=OuterRef(first)).filter(
            Q(end__isnull=True) | Q(end__gte=OuterRef(first))
        )
        match self.residence:
            case Residence.TERRITORY:
                return met.filter(Exists(then.filter(commune__isnull=False)))
            case Residence.ELSEWHERE:
                return met.filter(Exists(then.filter(off_territory=True)))
            case Residence.UNKNOWN:
                return met.exclude(Exists(then.filter(Q(commune__isnull=False) | Q(off_territory=True))))
        return met


@dataclass(frozen=True, kw_only=True)
class Benefit:
    """One benefit of one person. `amount` is what was granted, `per` its rhythm ("par mois")."""

    person_id: UUID
    household: Household
    label: str
    nature: str
    authority: str
    decided_on: date | None
    first: date
    last: date | None
    amount: Decimal | None = None
    per: str = ""


@dataclass(frozen=True, kw_only=True)
class BenefitSource:
    """`kinds` are (code, label) pairs of the filter; `persons` gives keys of persons, `benefits` theirs."""

    code: str
    label: str
    kinds: Callable[[], Iterable[tuple[str, str]]]
    persons: Callable[[Wanted], QuerySet[Any]]
    benefits: Callable[[Sequence[UUID], Wanted], Iterable[Benefit]]


sources: Registry[BenefitSource] = Registry("benefits")


def beneficiaries(persons: QuerySet[Any], wanted: Wanted) -> QuerySet[Any]:
    """Those of `persons` who received something of what is wanted: each once, whatever they received."""
    received = Q(pk__in=[])
    for source in sources:
        if wanted.of_source(source.code):
            received |= Q(pk__in=source.persons(wanted))
    return persons.filter(received)


def benefits_of(persons: Sequence[UUID], wanted: Wanted) -> dict[UUID, list[Benefit]]:
    """What each person received, the latest first; one query or two a source."""
    found: dict[UUID, list[Benefit]] = {key: [] for key in persons}
    for source in sources:
        if wanted.of_source(source.code):
            for benefit in source.benefits(persons, wanted):
                found[benefit.person_id].append(benefit)
    for rows in found.values():
        rows.sort(key=lambda one: (one.first, one.label), reverse=True)
    return found
