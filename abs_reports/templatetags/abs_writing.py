"""The writing room on pages."""

from typing import Any

from django import template
from django.utils import timezone

from abs_reports.models import Contribution, PlannedAction, Report, Restitution
from abs_reports.writing import mandate
from abs_reports.writing.frozen import is_behind
from abs_reports.writing.sections import chapter_rows
from abs_reports.writing.typeset import spaced, typeset

register = template.Library()
register.filter("typeset", typeset)
register.filter("typeset_line", spaced)


@register.simple_tag
def mandate_reminder() -> mandate.Reminder | None:
    """What the direction is told of the mandate's analysis, None when there is nothing to tell."""
    return mandate.reminder(timezone.localdate())


@register.simple_tag
def writing_of(report: Report) -> dict[str, Any]:
    """How far the edition of a report is written, and what its registers hold."""
    rows = chapter_rows(report)
    return {
        "chapters": len(rows),
        "done": sum(row.progress == "done" for row in rows),
        "begun": sum(row.progress == "begun" for row in rows),
        "behind": is_behind(report),
        "contributions": Contribution.objects.filter(series=report.series).count(),
        "actions": PlannedAction.objects.filter(series=report.series).count(),
        "restitutions": Restitution.objects.filter(report__series=report.series).count(),
    }
