"""The read log, for those who watch over it, and each agent's own lines."""

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from cias.audit.forms import LogFilterForm
from cias.audit.models import AccessLog
from cias.core.access import any_agent, requires

PER_PAGE = 50


@requires("audit.view")
@require_safe
def log(request: HttpRequest) -> HttpResponse:
    """Who opened, printed, exported or searched what, newest first (C4)."""
    form = LogFilterForm(request.GET)
    lines, older = page_of(form.apply(AccessLog.objects.select_related("user")), request.GET.get("avant"))
    context = {"form": form, "lines": lines, "older": older, "is_first": "avant" not in request.GET}
    return render(request, "audit/log.html", context)


@any_agent
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """What the log keeps about me."""
    lines, older = page_of(AccessLog.objects.filter(user=request.user.pk), request.GET.get("avant"))
    context = {"lines": lines, "older": older, "is_first": "avant" not in request.GET}
    return render(request, "audit/mine.html", context)


def page_of(lines: QuerySet[AccessLog], before: str | None) -> tuple[list[AccessLog], int | None]:
    """The page of lines older than the one numbered `before`, and the number to ask the next page with.

    Pages are cut after a line, not counted: the log is long and grows while one reads it.
    """
    if before and before.isdecimal() and (last := AccessLog.objects.filter(pk=int(before[:18])).first()):
        lines = lines.filter(Q(at__lt=last.at) | Q(at=last.at, pk__lt=last.pk))
    found = list(lines.order_by("-at", "-pk")[: PER_PAGE + 1])
    return found[:PER_PAGE], found[PER_PAGE - 1].pk if len(found) > PER_PAGE else None
