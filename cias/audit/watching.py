"""The pages of those who watch over the readings: agent by agent, and what left the application (C4)."""

from uuid import UUID

from django.contrib.auth import get_user_model
from django.core.paginator import Paginator
from django.db.models import Max, OuterRef, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from cias.audit import watch
from cias.audit.enums import AccessAction
from cias.audit.forms import ExportFilterForm, PeriodForm
from cias.audit.models import AccessLog
from cias.audit.services import log_access
from cias.core.access import requires
from cias.core.french import date_short

PER_PAGE = 25
RULES = {
    "opens": watch.OPENS.hour, "closes": watch.CLOSES.hour, "many": watch.MANY, "times": watch.TIMES,
    "refusals": watch.REFUSALS,
}  # fmt: skip


@requires("audit.view")
@require_safe
def agents(request: HttpRequest) -> HttpResponse:
    """Who read how much, and the days that stand out."""
    form = PeriodForm(request.GET or None)
    first, last = form.period
    rows = watch.summaries(get_user_model()._default_manager.all(), first, last)
    log_access(request, AccessAction.VIEW, agents=len(rows))
    context = {
        "form": form,
        "first": first,
        "last": last,
        "period": f"du={date_short(first)}&au={date_short(last)}",
        "page": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
        "remarkable": sum(bool(row.remarkable) for row in rows),
        "rules": RULES,
        "tab": "agents",
    }
    return render(request, "audit/agents.html", context)


@requires("audit.view")
@require_safe
def agent(request: HttpRequest, user_id: UUID) -> HttpResponse:
    """What one agent read: the period's days, newest first, each leading to its lines."""
    found = get_object_or_404(get_user_model()._default_manager.all(), pk=user_id)
    form = PeriodForm(request.GET or None)
    first, last = form.period
    days = watch.days_of(AccessLog.objects.filter(user=found), first, last).get(found.pk, [])
    log_access(request, AccessAction.VIEW, days=len(days))
    context = {
        "form": form,
        "agent": found,
        "first": first,
        "last": last,
        "period": f"du={date_short(first)}&au={date_short(last)}",
        "summary": watch.Summary(found, days),
        "page": Paginator(days[::-1], PER_PAGE).get_page(request.GET.get("page")),
        "rules": RULES,
        "tab": "agents",
    }
    return render(request, "audit/agent.html", context)


@requires("audit.view")
@require_safe
def exports(request: HttpRequest) -> HttpResponse:
    """What left the application as a file: who, what, why, and whether it was fetched before it expired."""
    form = ExportFilterForm(request.GET)
    fetched = (
        # A prepared file is its own subject: the log has an index by subject.
        AccessLog.objects.filter(action=AccessAction.DOWNLOAD, subject_id=OuterRef("object_id"))
        .order_by()
        .values("subject_id")
        .annotate(last=Max("at"))
        .values("last")
    )
    # A list on paper is prepared as a file too: a line with its number of rows.
    written = AccessLog.objects.filter(action__in=(AccessAction.EXPORT, AccessAction.PRINT))
    written = written.exclude(action=AccessAction.PRINT, reason="").select_related("user")
    lines = form.apply(written.annotate(fetched_at=Subquery(fetched))).order_by("-at", "-pk")
    log_access(request, AccessAction.VIEW)
    context = {
        "form": form,
        "page": Paginator(lines, PER_PAGE).get_page(request.GET.get("page")),
        "prepared": "lists.exportrun",
        "tab": "exports",
    }
    return render(request, "audit/exports.html", context)
