"""Rights that were granted, for the register of beneficiaries (H14)."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce, Least

from households.register.benefits import Benefit, BenefitSource, Wanted, sources
from rights.domiciliation.rules import RIGHT as DOMICILIATION
from rights.models import Election, Right, RightsFile
from rights.states import GRANTS

CODE = "droits"


def _granted(wanted: Wanted) -> QuerySet[Any]:
    """Files decided in the person's favour, from the day the right opens to the day it ends or the file closes."""
    files = RightsFile.objects.filter(decision__in=GRANTS).annotate(
        first=Coalesce("rights_from", "decision_on"), last=Least("rights_until", "closed_on")
    )
    # What the module of domiciliation attests is told by its own source, once.
    attested = Election.objects.filter(
        Q(domiciliation__person=OuterRef("applicant")) | Q(dependants__person=OuterRef("applicant")),
        Q(starts_on__lte=Coalesce(OuterRef("last"), F("starts_on"))),
        last_day__gte=OuterRef("first"),
    )
    files = files.exclude(Q(right__code=DOMICILIATION) & Q(Exists(attested)))
    if wanted.kind:
        files = files.filter(right__code=wanted.kind_code)
    return wanted.narrow(files.order_by(), first="first", last="last")


def _kinds() -> Iterable[tuple[str, str]]:
    return [(right.code, right.title) for right in Right.objects.all()]


def _persons(wanted: Wanted) -> QuerySet[Any]:
    return _granted(wanted).values("applicant")


def _benefits(persons: Sequence[UUID], wanted: Wanted) -> Iterator[Benefit]:
    rows = _granted(wanted).filter(applicant__in=persons).select_related("right", "household")
    for file in rows:
        yield Benefit(
            person_id=file.applicant_id,
            household=file.household,
            label=file.title,
            nature="Droit légal",
            authority=file.right.authority,
            decided_on=file.decision_on,
            first=file.first,
            last=file.last,
            amount=file.amount,
            per="par mois",
        )


def register() -> None:
    sources.register(
        CODE,
        BenefitSource(code=CODE, label="Droits légaux", kinds=_kinds, persons=_persons, benefits=_benefits),
    )
