"""When people of a household last gave a sign of life, whatever the app that noted it (H12, C7).

The two years of active keeping run from the last contact that comes from the person (CNIL, délibération 2021-028).

Set-based: one aggregated query for each source, whatever the number of households.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from django.db.models import DateField, DateTimeField, Exists, F, Max, OuterRef, QuerySet, Subquery
from django.db.models.functions import Cast, Greatest, TruncDate
from django.utils import timezone

from cias.core.deadlines import add_months
from cias.core.periods import PARIS
from cias.core.registry import ContactSource, contacts
from cias.core.written import Written
from households.models import CaseloadPolicy, Household
from households.models.files import HouseholdQuerySet

OPENING = "Ouverture du dossier"


@dataclass(frozen=True)
class Contact:
    """The last sign of life: the day, and what kind of exchange it was."""

    day: date
    label: str


def dormant_months() -> int:
    """After how many months without contact a file is looked at again, as the CIAS settled it."""
    policy = CaseloadPolicy.objects.first() or CaseloadPolicy()
    return policy.dormant_months


def without_contact(households: HouseholdQuerySet, today: date, months: int) -> HouseholdQuerySet:
    """Those among `households` of which nothing was heard for `months` full months: neither opened nor met since."""
    return silent_since(households, add_months(today, -months))


def silent_since(households: HouseholdQuerySet, day: date) -> HouseholdQuerySet:
    """Those opened on `day` or before, without any exchange after it. An anti-join for each source."""
    return _silent(households, day, _last_moment(day))


def open_and_silent_since(day: date) -> Written:
    """The keys of the open files among those, whoever asks: anti-joins that the ORM writes once for a process."""
    return Written(_open_and_silent, today=day, now=_last_moment(day))


def _open_and_silent(_agent: UUID, day: date, moment: datetime) -> QuerySet[Any, Any]:
    return _silent(Household.objects.active(), day, moment).order_by().values("pk")


def _last_moment(day: date) -> datetime:
    return datetime.combine(day, time.max, PARIS)


def _silent(households: HouseholdQuerySet, day: date, moment: datetime) -> HouseholdQuerySet:
    silent = households.filter(opened_on__lte=day)
    for source in contacts:
        later = _after(source, day, moment).filter(**{source.subject: OuterRef("pk")})
        silent = silent.filter(~Exists(later))
    return silent


def with_last_contact(households: HouseholdQuerySet) -> QuerySet[Any]:
    """Each row with `last_contact`, the day of its last exchange or of its opening: to sort a list by."""
    days: list[Any] = [F("opened_on")]
    for source in contacts:
        rows = source.rows().filter(**{source.subject: OuterRef("pk"), f"{source.at}__isnull": False})
        latest = rows.order_by(f"-{source.at}").annotate(contact_day=_day(source)).values("contact_day")[:1]
        days.append(Subquery(latest, output_field=DateField()))
    return households.annotate(last_contact=Greatest(*days) if len(days) > 1 else days[0])


def last_contacts(households: Iterable[Household]) -> dict[Any, Contact]:
    """The last contact of each of these households; the opening when there was nothing since."""
    found = {row.pk: Contact(row.opened_on, OPENING) for row in households}
    for source in contacts:
        for key, at in _latest(source, found.keys()):
            day = timezone.localtime(at).date() if isinstance(at, datetime) else at
            if key in found and day is not None and day >= found[key].day:
                found[key] = Contact(day, source.label)
    return found


def _latest(source: ContactSource, keys: Collection[Any]) -> Iterable[tuple[Any, Any]]:
    rows = source.rows().filter(**{f"{source.subject}__in": list(keys)}).order_by()
    return rows.values_list(source.subject).annotate(latest=Max(source.at))


def _after(source: ContactSource, day: date, moment: datetime) -> QuerySet[Any]:
    """The exchanges after `day`, and its last moment; moments are compared as moments, so that an index can serve."""
    if _is_moment(source):
        return source.rows().filter(**{f"{source.at}__gt": moment})
    return source.rows().filter(**{f"{source.at}__gt": day})


def _day(source: ContactSource) -> Any:
    return TruncDate(source.at) if _is_moment(source) else Cast(source.at, DateField())


def _is_moment(source: ContactSource) -> bool:
    model, (*path, name) = source.rows().model, source.at.split("__")
    for step in path:
        model = model._meta.get_field(step).related_model
    return isinstance(model._meta.get_field(name), DateTimeField)
