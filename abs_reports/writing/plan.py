"""The action plan: numbered from 1, moved one place at a time (CASF R123-2)."""

from typing import Any

from django.db import transaction

from abs_reports.models import PlannedAction, Report


def _locked(report: Report) -> list[PlannedAction]:
    Report.objects.select_for_update().get(pk=report.pk)
    return list(PlannedAction.objects.filter(series=report.series))


@transaction.atomic
def add_action(*, report: Report, **fields: Any) -> PlannedAction:
    """Add an action at the end of the plan."""
    rows = _locked(report)
    position = rows[-1].position + 1 if rows else 1
    return PlannedAction.objects.create(series=report.series, position=position, **fields)


@transaction.atomic
def move_action(*, report: Report, action: PlannedAction, up: bool) -> bool:
    """Exchange an action with the one before, or after; False when there is none."""
    rows = _locked(report)
    rank = next((rank for rank, row in enumerate(rows) if row.pk == action.pk), None)
    other = None if rank is None else rank + (-1 if up else 1)
    if rank is None or other is None or not 0 <= other < len(rows):
        return False
    one, two = rows[rank], rows[other]
    one.position, two.position = two.position, one.position
    one.save(update_fields=["position"])
    two.save(update_fields=["position"])
    return True


@transaction.atomic
def remove_action(*, report: Report, action: PlannedAction) -> None:
    """Take an action off the plan and close the rank it leaves."""
    others = [row for row in _locked(report) if row.pk != action.pk]
    action.delete()
    for rank, row in enumerate(others, 1):
        if row.position != rank:
            row.position = rank
            row.save(update_fields=["position"])
