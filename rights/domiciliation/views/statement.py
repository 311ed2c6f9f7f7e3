"""The annual statement to the préfet: a page, its means, its PDF (CASF, D264-8)."""

from typing import Any

from django.contrib import messages
from django.db.models import Min
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from cias.accounts.http import AgentRequest
from cias.audit.enums import AccessAction
from cias.audit.services import log_access, signed_by
from cias.core.access import requires
from cias.core.http import posted
from cias.core.pdf import pdf_response, render_pdf
from cias.territory.services import get_structure
from rights.domiciliation.mailbox_forms import MeansForm, YearForm
from rights.domiciliation.statement import statement
from rights.domiciliation.views.access import when_used
from rights.models import Election, StatementMeans


def _years() -> list[int]:
    """From the first request to this year, the latest first."""
    today = timezone.localdate()
    first = Election.objects.aggregate(first=Min("requested_on"))["first"] or today
    return list(range(today.year, first.year - 1, -1))


def _year(request: AgentRequest) -> int:
    """The year of the address when it is one of those offered; otherwise this one."""
    form = YearForm(request.GET, years=_years())
    return form.cleaned_data["annee"] if form.is_valid() else timezone.localdate().year


@requires("domiciliation.statement")
@when_used
@require_safe
def page(request: AgentRequest) -> HttpResponse:
    year = _year(request)
    context = {
        "statement": statement(year, timezone.localdate()),
        "form": YearForm(years=_years(), initial={"annee": year}),
        "year": str(year),
    }
    return render(request, "rights/domiciliation/statement.html", context)


@requires("domiciliation.statement")
@when_used
@require_http_methods(["GET", "HEAD", "POST"])
def means(request: AgentRequest) -> HttpResponse:
    """What was spent on it, by whom: nothing in the application knows it."""
    year = _year(request)
    back = f"{reverse('rights:dom_statement')}?annee={year}"
    row = StatementMeans.objects.filter(year=year).first() or StatementMeans(year=year)
    form = MeansForm(posted(request), instance=row)
    if form.is_valid():
        with signed_by(request.user):
            form.save()
        messages.success(request, f"Les moyens de {year} sont enregistrés.")
        return redirect(back)
    context: dict[str, Any] = {
        "form": form, "title": f"Moyens de la domiciliation en {year}", "submit": "Enregistrer", "back_url": back,
    }  # fmt: skip
    return render(request, "core/form_page.html", context)


@requires("domiciliation.statement")
@when_used
@require_safe
def pdf(request: AgentRequest) -> HttpResponse:
    year, structure = _year(request), get_structure()
    context = {"statement": statement(year, timezone.localdate()), "structure": structure, "year": str(year)}
    log_access(request, AccessAction.PRINT, document="rapport-domiciliation", year=year)
    content = render_pdf(
        render_to_string("rights/domiciliation/pdf/statement.html", context),
        title=f"Rapport d’activité de la domiciliation {year}",
        author=structure.name,
        moment=timezone.now(),
    )
    return pdf_response(content, f"domiciliation-{year}.pdf", inline=True)
