"""Optional aid that was granted, for the register of beneficiaries (H14; CASF, R123-6)."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from uuid import UUID

from django.db.models import F, QuerySet

from households.register.benefits import Benefit, BenefitSource, Wanted, sources
from rights.models import AidKind, AidRequest

CODE = "aides"
AUTHORITY = "CIAS"


def _granted(wanted: Wanted) -> QuerySet[Any]:
    """Grants, each on the day it was decided."""
    rows = AidRequest.objects.granted().annotate(first=F("decision_on"), last=F("decision_on"))
    if wanted.kind:
        rows = rows.filter(kind__code=wanted.kind_code)
    return wanted.narrow(rows.order_by(), first="first", last="last")


def _kinds() -> Iterable[tuple[str, str]]:
    return [(kind.code, kind.name) for kind in AidKind.objects.all()]


def _persons(wanted: Wanted) -> QuerySet[Any]:
    return _granted(wanted).values("applicant")


def _benefits(persons: Sequence[UUID], wanted: Wanted) -> Iterator[Benefit]:
    for aid in _granted(wanted).filter(applicant__in=persons).select_related("kind", "household"):
        yield Benefit(
            person_id=aid.applicant_id,
            household=aid.household,
            label=aid.kind.name,
            nature="Aide facultative",
            authority=AUTHORITY,
            decided_on=aid.decision_on,
            first=aid.first,
            last=aid.last,
            amount=aid.granted_amount,
            per="avance remboursable" if aid.repayable else "",
        )


def register() -> None:
    sources.register(
        CODE,
        BenefitSource(
            code=CODE, label="Aides facultatives", kinds=_kinds, persons=_persons, benefits=_benefits
        ),
    )
