"""Giving many files to other référents in one go, and undoing it (H11): set-based writes, each with its history."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from cias.accounts.models import User
from cias.audit.services import signed_by
from cias.core.db import typed_violations
from cias.core.deadlines import ONE_DAY
from households.caseload import Plan, PlannedMove, Selection, plan_reassignment
from households.enums import AssignmentRole, BatchKind
from households.models import Assignment, CaseloadBatch, CaseloadMove, Household, Task
from households.services.closing import UNDO_WITHIN, said, undo_closing
from households.services.covers import align_covers


@transaction.atomic
def reassign(
    *, by: User, selection: Selection, digest: str, note: str = "", with_tasks: bool = True
) -> CaseloadBatch:
    """Give the files as the plan somebody looked at says (`digest`), from today; their référents' tasks may follow.

    Raises ValidationError (code "stale") when the plan is not the same any more: somebody else was faster.
    """
    today = timezone.localdate()
    seen = plan_reassignment(by, selection, today)
    keys = sorted(move.household.pk for move in seen.moves)
    list(Household.objects.select_for_update().filter(pk__in=keys).order_by("pk").values_list("pk"))
    plan = plan_reassignment(by, selection, today)
    if plan.digest != digest or not plan.moves:
        raise ValidationError(
            "La liste a changé depuis l’aperçu : un collègue vient de modifier certains de ces dossiers. "
            "Relisez-la avant de confirmer.",
            code="stale",
        )
    with signed_by(by), typed_violations():
        batch = CaseloadBatch.objects.create(kind=BatchKind.REASSIGNMENT, on=today, by=by, note=note)
        given = _give(plan, today, note[:300])
        tasks = _move_tasks(plan, by) if with_tasks else {}
        CaseloadMove.objects.bulk_create(
            CaseloadMove(
                batch=batch,
                household=move.household,
                former=move.current,
                former_agent=move.current.agent if move.current else None,
                former_end=move.current.end if move.current else None,
                former_note=move.current.handover_note if move.current else "",
                given=given[move.household.pk],
                agent=move.agent,
                tasks=tasks.get(move.household.pk, []),
            )
            for move in plan.moves
        )
    align_covers(by=by, agents=_agents(plan))
    return batch


def _agents(plan: Plan) -> set[Any]:
    former = {move.current.agent_id for move in plan.moves if move.current}
    return former | {move.agent.pk for move in plan.moves}


def _give(plan: Plan, today: date, note: str) -> dict[Any, Assignment]:
    """The row that makes each household's new référent: a new one, or the former corrected when it began today."""
    given: dict[Any, Assignment] = {}
    ended: list[Any] = []
    fresh: list[Assignment] = []
    corrected: dict[User, list[Any]] = {}
    for move in plan.moves:
        if move.current is not None and move.current.start == today:
            given[move.household.pk] = move.current
            corrected.setdefault(move.agent, []).append(move.current.pk)
            continue
        if move.current is not None:
            ended.append(move.current.pk)
        row = Assignment(
            household=move.household,
            agent=move.agent,
            role=AssignmentRole.MAIN,
            start=today,
            handover_note=note,
        )
        given[move.household.pk] = row
        fresh.append(row)
    Assignment.objects.filter(pk__in=ended).update(end=today - ONE_DAY)
    for agent, keys in corrected.items():
        Assignment.objects.filter(pk__in=keys).update(agent=agent, end=None, handover_note=note)
    Assignment.objects.bulk_create(fresh)
    return given


def _move_tasks(plan: Plan, by: User) -> dict[Any, list[Any]]:
    """The former référents' tasks to do on their households go with them; which ones, by household."""
    by_household: dict[Any, PlannedMove] = {
        move.household.pk: move for move in plan.moves if move.current is not None
    }
    rows = Task.objects.to_do().filter(household__in=by_household).values_list("pk", "household", "agent")
    moved: dict[Any, list[Any]] = {}
    to_agent: dict[User, list[Any]] = {}
    for task, household, agent in rows:
        move = by_household[household]
        if move.current is not None and agent == move.current.agent_id:
            moved.setdefault(household, []).append(task)
            to_agent.setdefault(move.agent, []).append(task)
    now = timezone.now()
    for receiver, keys in to_agent.items():
        Task.objects.filter(pk__in=keys).update(agent=receiver, seen_at=now if receiver == by else None)
    return moved


def may_undo(batch: CaseloadBatch) -> bool:
    """For seven days, once."""
    return batch.undone_at is None and timezone.now() - batch.created_at < UNDO_WITHIN


@transaction.atomic
def undo_batch(*, by: User, batch: CaseloadBatch) -> list[CaseloadMove]:
    """Put every file back exactly as it was; returns the moves of those that changed since, which stay as they are.

    Raises ValidationError when it is too late or already undone.
    """
    batch = CaseloadBatch.objects.select_for_update().get(pk=batch.pk)
    if not may_undo(batch):
        raise ValidationError(
            "Cette opération est déjà annulée."
            if batch.undone_at
            else f"Une opération groupée s’annule dans les {UNDO_WITHIN.days} jours.",
            code="too_late",
        )
    with signed_by(by), typed_violations():
        kept = (
            undo_closing(by=by, batch=batch)
            if batch.kind == BatchKind.CLOSING
            else _undo_reassignment(by, batch)
        )
        batch.undone_at, batch.undone_by = timezone.now(), by
        batch.save(update_fields=["undone_at", "undone_by"])
    return kept


def unchanged(batch: CaseloadBatch) -> set[int]:
    """The moves whose household still has the référent the batch gave it, and none decided since."""
    rows = batch.moves.filter(
        given__agent=F("agent"),
        given__household=F("household"),
        given__role=AssignmentRole.MAIN,
        given__start=batch.on,
        given__end__isnull=True,
    )
    in_place = rows.filter(former=F("given"))
    after = rows.filter(
        former__isnull=False, former__end=batch.on - ONE_DAY, former__household=F("household")
    )
    first = rows.filter(former__isnull=True, former_agent__isnull=True)
    return {key for found in (in_place, after, first) for key in found.values_list("pk", flat=True)}


def undoable_count(batch: CaseloadBatch) -> int:
    """How many of its files an undo would put back: nobody changed them since."""
    if batch.kind == BatchKind.CLOSING:
        return batch.moves.filter(
            **{f"household__{name}": value for name, value in said(batch).items()}
        ).count()
    return len(unchanged(batch))


def _undo_reassignment(by: User, batch: CaseloadBatch) -> list[CaseloadMove]:
    keys = sorted(batch.moves.values_list("household", flat=True))
    list(Household.objects.select_for_update().filter(pk__in=keys).order_by("pk").values_list("pk"))
    same = unchanged(batch)
    moves = list(batch.moves.select_related("household").order_by("pk"))
    back = [move for move in moves if move.pk in same]
    corrected = [move for move in back if move.former_id == move.given_id]
    replaced = [move for move in back if move.former_id != move.given_id]
    Assignment.objects.filter(pk__in=[move.given_id for move in replaced]).delete()
    ends: dict[date | None, list[Any]] = {}
    for move in replaced:
        if move.former_id is not None:
            ends.setdefault(move.former_end, []).append(move.former_id)
    for end, rows in ends.items():
        Assignment.objects.filter(pk__in=rows).update(end=end)
    for move in corrected:
        Assignment.objects.filter(pk__in=[move.given_id]).update(
            agent=move.former_agent_id, end=move.former_end, handover_note=move.former_note
        )
    _return_tasks(back)
    for move in moves:
        move.restored = move.pk in same
    CaseloadMove.objects.filter(pk__in=same).update(restored=True)
    batch.moves.exclude(pk__in=same).update(restored=False)
    align_covers(by=by, agents={key for move in back for key in (move.agent_id, move.former_agent_id)})
    return [move for move in moves if not move.restored]


def _return_tasks(moves: list[CaseloadMove]) -> None:
    """Tasks still to do by who received them go back to who had them."""
    by_pair: dict[tuple[Any, Any], list[Any]] = {}
    for move in moves:
        by_pair.setdefault((move.agent_id, move.former_agent_id), []).extend(move.tasks)
    for (agent, former), keys in by_pair.items():
        if former is not None:
            Task.objects.to_do().filter(pk__in=keys, agent=agent).update(agent=former)
