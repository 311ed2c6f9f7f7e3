"""Which files are old enough to end, and what keeps the others (C7).

The clock runs from the last contact that comes from the person, whatever the app that noted it (households.contacts).
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from cias.core import erasing, registry
from cias.core.deadlines import add_months
from cias.core.erasing.reach import Model
from cias.core.registry import collect_open
from households.contacts import last_contacts, silent_since, with_last_contact
from households.datalife.anonymising import ROOTS, persons_leaving, with_absorbed
from households.enums import Domain
from households.enums.datalife import Clock, LineState
from households.models import (
    DisposalLine,
    Household,
    LegalHold,
    Merge,
    PersonRequest,
    RetentionRule,
    TakeOverRow,
)
from households.models.files import HouseholdQuerySet

NO_RULE = 24  # months: CNIL, délibération 2021-028, when no rule is dated so early


@dataclass(frozen=True)
class Obstacle:
    """Why a file old enough does not end: in words that name nobody."""

    code: str
    label: str


@dataclass(frozen=True)
class Ending:
    """A file without contact for long enough. `obstacles` empty: it may go on a bordereau."""

    household: Household
    last_contact: date
    contact: str
    obstacles: list[Obstacle] = field(default_factory=list)

    @property
    def is_ready(self) -> bool:
        return not self.obstacles

    @property
    def silent_months(self) -> int:
        today = timezone.localdate()
        months = (today.year - self.last_contact.year) * 12 + today.month - self.last_contact.month
        return months - (today.day < self.last_contact.day)


def months_of(clock: Clock, day: date) -> int:
    """How long the rule in force on `day` keeps something, in months."""
    rule = RetentionRule.objects.in_force(clock, day)
    return rule.months if rule else NO_RULE


def due(today: date, *, months: int | None = None) -> HouseholdQuerySet:
    """The files of which nothing was heard for as long as the rule says, closed or not. One anti-join a source."""
    least = months_of(Clock.FILE, today)
    rows = Household.objects.filter(anonymised_on=None)
    return silent_since(rows, add_months(today, -max(months or least, least)))


def oldest_first(rows: HouseholdQuerySet) -> QuerySet[Any]:
    return with_last_contact(rows).order_by("last_contact", "number")


# What the list can be narrowed to: those in sight that nothing keeps, kept by a suspension, on a bordereau already.
def held(rows: Any) -> Any:
    return rows.filter(Exists(LegalHold.objects.running().filter(household=OuterRef("pk"))))


def listed(rows: Any) -> Any:
    lines = DisposalLine.objects.filter(household=OuterRef("pk"), state=LineState.LISTED)
    return rows.filter(Exists(lines))


def unlisted(rows: Any) -> Any:
    lines = DisposalLine.objects.filter(household=OuterRef("pk"), state=LineState.LISTED)
    standing = LegalHold.objects.running().filter(household=OuterRef("pk"))
    return rows.filter(~Exists(lines), ~Exists(standing))


def endings(households: Iterable[Household], *, but: Any = None) -> list[Ending]:
    """Each of these files with its last contact and what keeps it; a fixed number of queries.

    `but`: a bordereau whose own lines are no obstacle.
    """
    rows = list(households)
    contacts = last_contacts(rows)
    found = obstacles([row.pk for row in rows], but=but)
    return [Ending(row, contacts[row.pk].day, contacts[row.pk].label, found.get(row.pk, [])) for row in rows]


def obstacles(households: Collection[Any], *, but: Any = None) -> dict[Any, list[Obstacle]]:
    """What keeps each of these files, by key: suspension, something that runs or may be undone, a request unanswered, a
    bordereau."""
    found: dict[Any, list[Obstacle]] = {}

    def add(key: Any, code: str, label: str) -> None:
        obstacle = Obstacle(code, label)
        if obstacle not in found.setdefault(key, []):
            found[key].append(obstacle)

    for hold in LegalHold.objects.running().filter(household__in=households):
        add(hold.household_id, "hold", f"Suspension\u00a0: {hold.get_reason_display().lower()}")
    for key, items in collect_open(households).items():
        for item in items:
            domain = Domain(item.domain).label if item.domain in Domain else "Accompagnement"
            add(key, "open", f"Démarche en cours\u00a0: {domain.lower()}")
    for key in (
        PersonRequest.objects.waiting().filter(household__in=households).values_list("household", flat=True)
    ):
        add(key, "request", "Demande de la personne sans réponse")
    # A list of which nothing is purged yet: it may go on, or be undone, with this file in it.
    kept = TakeOverRow.objects.filter(household__in=households, takeover__purged_at=None)
    for key in kept.order_by().values_list("household", flat=True).distinct():
        add(key, "takeover", "Repris d’une liste il y a moins d’un mois")
    for key in undoable_merges(households):
        add(key, "merge", "Fusion récente, qui peut encore être annulée")
    lines = DisposalLine.objects.filter(household__in=households, state=LineState.LISTED).select_related(
        "slip"
    )
    for line in lines if but is None else lines.exclude(slip=but):
        add(line.household_id, "listed", f"Inscrit au bordereau {line.slip.number}")
    return found


def undoable_merges(households: Collection[Any]) -> set[Any]:
    """Those of these households in which a merge may be undone: what comes back must not find half a file emptied."""
    merges = Merge.objects.undoable(timezone.now()).order_by()
    persons = merges.filter(person__memberships__household__in=households)
    return {
        *merges.filter(household__in=households).values_list("household", flat=True),
        *persons.values_list("person__memberships__household", flat=True),
    }.intersection(households)


def came_back(household: Household, today: date) -> bool:
    """Whether something was heard of a file since it was listed: it is no longer old enough."""
    return not due(today).filter(pk=household.pk).exists()


def what_would_go(household: Household) -> list[tuple[str, int]]:
    """How many rows of each kind would be emptied: (noun, rows), the most numerous first. Nothing is read of them."""
    keys = with_absorbed([household.pk])
    counted: dict[Model, int] = erasing.measure({ROOTS[0]: keys, ROOTS[1]: persons_leaving(keys)})
    nouns: dict[str, int] = {}
    for model, rows in counted.items():
        if model._meta.auto_created:
            continue
        noun = str(model._meta.verbose_name_plural if rows > 1 else model._meta.verbose_name)
        nouns[noun] = nouns.get(noun, 0) + rows
    return sorted(nouns.items(), key=lambda row: (-row[1], row[0]))


def sources() -> list[str]:
    """What counts as a contact, in words."""
    return sorted({source.label for source in registry.contacts})
