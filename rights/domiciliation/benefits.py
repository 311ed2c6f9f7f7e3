"""Persons domiciled by the CIAS, for the register of beneficiaries (H14)."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from households.models import Person
from households.register.benefits import Benefit, BenefitSource, Wanted, sources
from rights.models import Election

CODE = "domiciliation"
AUTHORITY = "CIAS"


def _held(wanted: Wanted) -> QuerySet[Any]:
    granted = Election.objects.filter(starts_on__isnull=False)
    return wanted.narrow(granted.order_by(), first="starts_on", last="last_day")


def _kinds() -> Iterable[tuple[str, str]]:
    return [(CODE, "Domiciliation")]


def _persons(wanted: Wanted) -> QuerySet[Any]:
    """Holders, and those their attestation covers."""
    held = _held(wanted).values("pk")
    covered = Q(domiciliation__elections__in=held) | Q(covered_by_elections__election__in=held)
    return Person.objects.filter(covered).order_by().values("pk")


def _benefits(persons: Sequence[UUID], wanted: Wanted) -> Iterator[Benefit]:
    rows = _held(wanted).select_related("domiciliation", "household").prefetch_related("dependants")
    concerned = Q(domiciliation__person__in=persons) | Q(dependants__person__in=persons)
    for election in rows.filter(concerned).distinct():
        holder = election.domiciliation.person_id
        for person in dict.fromkeys([holder, *(row.person_id for row in election.dependants.all())]):
            if person in persons:
                yield Benefit(
                    person_id=person,
                    household=election.household,
                    label="Domiciliation" if person == holder else "Domiciliation (ayant droit)",
                    nature="Décision du CIAS",
                    authority=AUTHORITY,
                    decided_on=election.decided_on,
                    first=election.starts_on,
                    last=election.last_day,
                )


def register() -> None:
    sources.register(
        CODE,
        BenefitSource(code=CODE, label="Domiciliation", kinds=_kinds, persons=_persons, benefits=_benefits),
    )
