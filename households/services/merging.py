"""Two persons, or two households, become one; and two again, exactly as they were (H6)."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import blake2s
from typing import Any

from django.apps import apps
from django.db import OperationalError, connection, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from cias.accounts.models import User
from cias.audit.services import signed_by
from cias.core import merging
from cias.core.db import typed_violations
from cias.core.french import date_short
from cias.core.merging import Journal, MergeRefused
from households.comparison import ABSORBED, Line, compare, spare_phone
from households.models import Household, Membership, Merge, Person
from households.services.persons import refresh_name

# Merges are rare: one at a time in the whole service, so that they never wait for each other's rows.
ONE_AT_A_TIME = 4_606_001
TRIES, PAUSE = 20, 0.1
BUSY = "Un autre agent enregistre à l’instant sur ce dossier\u00a0: réessayez dans un moment."

type Mergeable = Person | Household
type Counts = dict[tuple[str, str], int]


@dataclass(frozen=True)
class Rehearsal:
    """What a merge does: how many rows of each kind (singular, plural) follow, and how many are set aside."""

    moved: Counts = field(default_factory=dict)
    set_aside: Counts = field(default_factory=dict)


def merge(
    *,
    by: User,
    survivor: Mergeable,
    absorbed: Mergeable,
    choices: Mapping[str, str] | None = None,
    seen: str = "",
) -> Merge:
    """Let `survivor` absorb `absorbed`, which from then on leads to it.

    `choices` says by code of fact whose value is kept (households.comparison); the proposed one when it is silent.
    `seen` is the fingerprint of the rows the agent compared. The same merge asked twice is done once.
    Raises MergeRefused: somebody changed or merged one of them meanwhile, or a conflict only an agent can settle.
    """
    with _patient():
        return _merge(by, survivor, absorbed, choices or {}, seen)


def rehearse(
    *, by: User, survivor: Mergeable, absorbed: Mergeable, choices: Mapping[str, str] | None = None
) -> Rehearsal:
    """What merge() would do, told by doing it and taking it back. Raises MergeRefused."""
    with _patient(), transaction.atomic():
        done = _merge(by, survivor, absorbed, choices or {}, "")
        report = told(done)
        transaction.set_rollback(True)
    return report


def undo_merge(*, by: User, merge: Merge) -> int:
    """Give back both rows as they were before; how many values were left alone because they changed since.

    What was edited since keeps its edits, what was added to the survivor stays there. Raises MergeRefused: the delay
    is over, a later merge has to be undone first, or a rule of the database forbids the former state.
    """
    with _patient(), transaction.atomic(), signed_by(by):
        _queue()
        merge = Merge.objects.select_for_update(of=("self",)).get(pk=merge.pk)
        if merge.undone_at is not None:
            return 0
        if not merge.is_undoable:
            raise MergeRefused("Le délai pour annuler cette fusion est passé.", code="late")
        _refuse_before_later(merge)
        survivor, absorbed = merge.survivor, merge.absorbed
        _lock(survivor, absorbed)
        left = merging.undo(merge.steps)
        if _stranded(Household) or _stranded(Person):
            raise MergeRefused(
                "Une fusion plus récente concerne les mêmes personnes ou ménages\u00a0: annulez-la d’abord.",
                code="later",
            )
        if left:
            for household in _households_of(survivor, absorbed):
                refresh_name(household)
        merge.undone_at, merge.undone_by = timezone.now(), by
        merge.save(update_fields=["undone_at", "undone_by"])
    return left


def fingerprint(*rows: Mergeable) -> str:
    """Changes whenever one of the rows does."""
    states = [sorted((merging.read(type(row), row.pk) or {}).items()) for row in rows]
    return blake2s(repr(states).encode(), digest_size=12).hexdigest()


def _merge(
    by: User, survivor: Mergeable, absorbed: Mergeable, choices: Mapping[str, str], seen: str
) -> Merge:
    with transaction.atomic(), signed_by(by):
        _queue()
        if survivor.pk == absorbed.pk:
            raise MergeRefused("On ne fusionne pas une fiche avec elle-même.", code="same")
        survivor.refresh_from_db()
        absorbed.refresh_from_db()
        if absorbed.merged_into_id == survivor.pk:
            same = Q(absorbed_person=absorbed.pk) | Q(absorbed_household=absorbed.pk)
            return Merge.objects.standing().get(same)
        households = _lock(survivor, absorbed)
        if survivor.merged_into_id or absorbed.merged_into_id:
            raise MergeRefused("L’une des deux a déjà été fusionnée entre-temps.", code="already")
        _refuse_protected(survivor, absorbed)
        if seen and seen != fingerprint(survivor, absorbed):
            raise MergeRefused(
                "L’une des deux a changé entre-temps\u00a0: comparez à nouveau.", code="changed"
            )
        journal = Journal()
        before = {
            name: merging.read(type(row), row.pk) for name, row in (("survivor", survivor), ("absorbed", absorbed))
        }  # fmt: skip
        lines = compare(survivor, absorbed, choices)
        _keep(journal, survivor, absorbed, lines)
        prefer = {relation for line in lines if line.chosen == ABSORBED for relation in line.fact.relations}
        merging.reroute(survivor=survivor, absorbed=absorbed, journal=journal, prefer_absorbed=prefer)
        with journal.watching(absorbed):
            type(absorbed).objects.filter(pk=absorbed.pk).update(merged_into=survivor.pk)
        for household in Household.objects.filter(pk__in=households):
            with journal.watching(household):
                refresh_name(household)
        kind = "person" if isinstance(survivor, Person) else "household"
        pair: dict[str, Any] = {kind: survivor, f"absorbed_{kind}": absorbed}
        return Merge.objects.create(
            **pair, by=by, choices={line.fact.code: line.chosen for line in lines}, before=before,
            steps=journal.steps,
        )  # fmt: skip


def _refuse_protected(*rows: Mergeable) -> None:
    """One file cannot be open and closed at once: what is in a protected one would be read by all (C3)."""
    if any(isinstance(row, Household) and row.is_protected for row in rows):
        raise MergeRefused(
            "Un dossier protégé ne se fusionne pas : levez d’abord sa protection.", code="protected"
        )


def _keep(journal: Journal, survivor: Mergeable, absorbed: Mergeable, lines: list[Line]) -> None:
    """The survivor takes what was chosen of the absorbed; a phone number left out becomes the other one."""
    spare = spare_phone(survivor, absorbed, lines)
    with journal.watching(survivor), typed_violations():
        for line in lines:
            if line.chosen == ABSORBED:
                for name in line.fact.columns:
                    setattr(survivor, name, getattr(absorbed, name))
        if isinstance(survivor, Person) and spare:
            survivor.second_phone = spare
        survivor.save()


def _queue() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ONE_AT_A_TIME])


def _lock(survivor: Mergeable, absorbed: Mergeable) -> list[Any]:
    """Lock the two rows, and the households two persons belong to, without ever waiting for one while another is
    held: no order of locks elsewhere can then make a deadlock. The keys of the households. Raises OperationalError."""
    kind = type(survivor)
    rows: QuerySet[Any] = kind.with_absorbed.filter(pk__in=[survivor.pk, absorbed.pk])
    for attempt in range(1, TRIES + 1):
        try:
            with transaction.atomic():
                if kind is Household:
                    return _now(rows)
                homes = Membership.objects.filter(person__in=[survivor.pk, absorbed.pk])
                households = _now(Household.objects.filter(pk__in=homes.values("household")))
                _now(rows)
                return households
        except OperationalError:
            if attempt == TRIES:
                raise
            time.sleep(PAUSE)
    return []


def _now(rows: QuerySet[Any]) -> list[Any]:
    return [row.pk for row in rows.order_by("pk").select_for_update(nowait=True).only("pk")]


def _households_of(survivor: Mergeable, absorbed: Mergeable) -> QuerySet[Household]:
    if isinstance(survivor, Household):
        return Household.objects.filter(pk__in=[survivor.pk, absorbed.pk])
    return Household.objects.filter(memberships__person__in=[survivor.pk, absorbed.pk]).distinct()


def _refuse_before_later(merge: Merge) -> None:
    """A later merge that wrote the same rows has to be undone first."""
    rows = _written(merge)
    for later in Merge.objects.standing().filter(created_at__gt=merge.created_at).order_by("-created_at"):
        if rows & _written(later):
            raise MergeRefused(
                f"Une fusion plus récente, du {date_short(timezone.localtime(later.created_at))}, porte sur les mêmes "
                "informations\u00a0: annulez-la d’abord.",
                code="later",
            )


def _written(merge: Merge) -> set[tuple[str, str]]:
    pair = {(row._meta.label, str(row.pk)) for row in (merge.survivor, merge.absorbed)}
    return pair | merging.touched(merge.steps)


def _stranded(model: type[Mergeable]) -> list[str]:
    return merging.stranded(model, Q(merged_into__isnull=False))


def told(merge: Merge) -> Rehearsal:
    """Counts by kind of row, without the two rows themselves and the households' names."""
    report = Rehearsal()
    for step in merge.steps:
        model = apps.get_model(step["model"])
        noun = merging.noun_of(model)
        match step["do"]:
            case "moved":
                _add(report.moved, noun, len(step["keys"]))
            case "set_aside":
                _add(report.set_aside, noun, 1)
            case _ if model is Membership and "household_id" in step["columns"]:
                _add(report.moved, noun, 1)
    return report


def _add(counts: Counts, noun: tuple[str, str], count: int) -> None:
    counts[noun] = counts.get(noun, 0) + count


@contextmanager
def _patient() -> Iterator[None]:
    """Say in words that somebody else holds a row."""
    try:
        yield
    except OperationalError as error:
        raise MergeRefused(BUSY, code="busy") from error
