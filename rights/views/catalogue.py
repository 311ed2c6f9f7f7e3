"""The catalogue of rights: what anybody at the CIAS may need to tell a person (R1)."""

from itertools import groupby

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.http import require_safe

from cias.accounts.http import AgentRequest
from cias.core.access import requires
from cias.core.pdf import pdf_response, render_pdf
from cias.core.sources import Certainty
from cias.territory.services import get_structure
from rights.enums import DelayKind, Family
from rights.models import Right


@requires("rights.catalogue")
@require_safe
def catalogue(request: AgentRequest) -> HttpResponse:
    order = {family.value: rank for rank, family in enumerate(Family)}
    rights = sorted(Right.objects.active(), key=lambda right: order[right.family])
    families = [
        (Family(family).label, list(group)) for family, group in groupby(rights, lambda right: right.family)
    ]
    context = {
        "families": families,
        "to_check": sum(right.certainty == Certainty.TO_CHECK for right in rights),
        "inactive": Right.objects.filter(is_active=False),
    }
    return render(request, "rights/catalogue.html", context)


@requires("rights.catalogue")
@require_safe
def right(request: AgentRequest, right_code: str) -> HttpResponse:
    """One sheet: who decides, what is asked, the delays with their articles."""
    right = get_object_or_404(Right.objects.prefetch_related("rules__delays"), code=right_code)
    today, pieces = timezone.localdate(), list(right.pieces.all())
    rule, order = right.rule_on(today), list(DelayKind)
    context = {
        "right": right,
        "rule": rule,
        "delays": sorted(rule.delays.all(), key=lambda row: order.index(DelayKind(row.kind))) if rule else [],
        "pieces": [piece for piece in pieces if piece.is_active],
        "old_pieces": [piece for piece in pieces if not piece.is_active],
        "notices": right.notices.filter(is_active=True),
        "old_notices": right.notices.filter(is_active=False),
        "past_rules": [rule for rule in right.rules.all() if rule.valid_until and rule.valid_until < today],
        "coming_rules": [rule for rule in right.rules.all() if rule.valid_from > today],
    }
    return render(request, "rights/right.html", context)


@requires("rights.catalogue")
@require_safe
def information(request: AgentRequest, right_code: str) -> HttpResponse:
    """The sheet a person takes home: who decides, what to bring, what comes next, how to contest (R10)."""
    right = get_object_or_404(Right.objects.active().prefetch_related("rules__delays"), code=right_code)
    today, structure = timezone.localdate(), get_structure()
    rule = right.rule_on(today)
    context = {
        "right": right,
        "rule": rule,
        "pieces": right.pieces.filter(is_active=True),
        "notices": right.notices.filter(is_active=True),
        "structure": structure,
        "today": today,
        "to_check": right.is_to_check or rule is None or rule.is_to_check,
    }
    content = render_pdf(
        render_to_string("rights/information_sheet.html", context),
        title=f"{right.title}\u00a0: comment le demander",
        author=structure.name,
        moment=timezone.now(),
    )
    return pdf_response(content, f"information-{right.code}.pdf", inline=True)
