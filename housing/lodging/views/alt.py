"""ALT conventions with the State, and their monthly statement: a page, a PDF, a spreadsheet."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cias.accounts.http import AgentRequest
from cias.audit.enums import AccessAction
from cias.audit.services import log_access, signed_by
from cias.core.access import requires
from cias.core.export import csv_response
from cias.core.french import month_long, rounded
from cias.core.http import posted
from cias.core.pdf import pdf_response, render_pdf
from cias.territory.services import get_structure
from housing.lodging.alt import statement
from housing.lodging.forms.rules import CapacityForm, ConventionForm, CoveredForm
from housing.models import AltCapacity, AltConvention, AltDwelling

HEADER = (
    "Mois", "Type", "Logements conventionnés", "Logements disponibles", "Nuits disponibles", "Nuits occupées",
    "Taux d’occupation (%)", "Aide de la convention (€)", "Aide pour la capacité disponible (€)",
)  # fmt: skip


def _page(convention: AltConvention) -> HttpResponse:
    return redirect("housing:alt_convention", convention.pk)


@requires("housing.figures")
@require_safe
def conventions(request: AgentRequest) -> HttpResponse:
    """Straight to the latest convention; the empty page says how to begin."""
    latest = AltConvention.objects.first()
    if latest is not None:
        return _page(latest)
    return render(request, "housing/lodging/alt_empty.html")


@requires("housing.figures")
@require_safe
def convention(request: AgentRequest, alt_convention_id: UUID) -> HttpResponse:
    row = get_object_or_404(AltConvention, pk=alt_convention_id)
    context = {
        "convention": row,
        "conventions": AltConvention.objects.all(),
        "statement": statement(row, timezone.localdate()),
        "capacities": row.capacities.all(),
        "covered": row.covered.select_related("dwelling__commune"),
    }
    log_access(request, AccessAction.VIEW, row)
    return render(request, "housing/lodging/alt.html", context)


@requires("housing.figures")
@require_safe
def convention_pdf(request: AgentRequest, alt_convention_id: UUID) -> HttpResponse:
    row, structure = get_object_or_404(AltConvention, pk=alt_convention_id), get_structure()
    context = {
        "convention": row,
        "statement": statement(row, timezone.localdate()),
        "covered": row.covered.select_related("dwelling__commune"),
        "structure": structure,
        "today": timezone.localdate(),
    }
    log_access(request, AccessAction.PRINT, row, document="etat-alt")
    content = render_pdf(
        render_to_string("housing/lodging/pdf/alt.html", context),
        title=f"État mensuel ALT {row.year}",
        author=structure.name,
        moment=timezone.now(),
    )
    return pdf_response(content, f"alt-{row.year}.pdf", inline=True)


@requires("housing.figures")
@require_safe
def convention_csv(request: AgentRequest, alt_convention_id: UUID) -> HttpResponse:
    row = get_object_or_404(AltConvention, pk=alt_convention_id)
    found = statement(row, timezone.localdate())
    rows = [
        (
            month_long(month.period.first), line.label, line.dwellings,
            line.effective if month.is_counted else None, line.available if month.is_counted else None,
            line.occupied if month.is_counted else None,
            None if line.rate is None else rounded(line.rate, 1), line.full_aid,
            line.effective_aid if month.is_counted else None,
        )
        for month in found.months
        for line in (*month.lines, month.total)
    ]  # fmt: skip
    log_access(request, AccessAction.EXPORT, row, document="etat-alt")
    return csv_response(f"alt-{row.year}.csv", HEADER, rows)


@requires("housing.figures")
@require_http_methods(["GET", "HEAD", "POST"])
def convention_edit(request: AgentRequest, alt_convention_id: UUID | None = None) -> HttpResponse:
    row = get_object_or_404(AltConvention, pk=alt_convention_id) if alt_convention_id else None
    form = ConventionForm(posted(request), instance=row, initial={"year": timezone.localdate().year})
    if form.is_valid():
        with signed_by(request.user):
            saved = form.save()
        messages.success(request, f"La convention de {saved.year} est enregistrée.")
        return _page(saved)
    back = reverse("housing:alt_convention", args=[row.pk]) if row else reverse("housing:alt")
    title = f"Modifier la convention de {row.year}" if row else "Nouvelle convention ALT"
    return _form(request, form, title, back)


@requires("housing.figures")
@require_http_methods(["GET", "HEAD", "POST"])
def capacity_add(request: AgentRequest, alt_convention_id: UUID) -> HttpResponse:
    """How many dwellings of a type, from which month to which, and the aid for each."""
    row = get_object_or_404(AltConvention, pk=alt_convention_id)
    return _line(
        request,
        row,
        CapacityForm(posted(request), instance=AltCapacity(convention=row)),
        "Ajouter une capacité",
    )


@requires("housing.figures")
@require_http_methods(["GET", "HEAD", "POST"])
def capacity_edit(request: AgentRequest, alt_capacity_id: UUID) -> HttpResponse:
    line = get_object_or_404(AltCapacity.objects.select_related("convention"), pk=alt_capacity_id)
    return _line(
        request, line.convention, CapacityForm(posted(request), instance=line), "Modifier la capacité",
        remove=reverse("housing:alt_capacity_remove", args=[line.pk]),
    )  # fmt: skip


@requires("housing.figures")
@require_http_methods(["GET", "HEAD", "POST"])
def covered_add(request: AgentRequest, alt_convention_id: UUID) -> HttpResponse:
    """A dwelling enters the convention, all year or from a day on."""
    row = get_object_or_404(AltConvention, pk=alt_convention_id)
    form = CoveredForm(posted(request), convention=row, initial={"start": f"01/01/{row.year}"})
    return _line(request, row, form, "Ajouter un logement à la convention")


@requires("housing.figures")
@require_http_methods(["GET", "HEAD", "POST"])
def covered_edit(request: AgentRequest, alt_dwelling_id: UUID) -> HttpResponse:
    line = get_object_or_404(AltDwelling.objects.select_related("convention"), pk=alt_dwelling_id)
    form = CoveredForm(posted(request), convention=line.convention, instance=line)
    return _line(
        request, line.convention, form, "Modifier le logement conventionné",
        remove=reverse("housing:alt_dwelling_remove", args=[line.pk]),
    )  # fmt: skip


@requires("housing.figures")
@require_POST
def capacity_remove(request: AgentRequest, alt_capacity_id: UUID) -> HttpResponse:
    return _remove(
        request, get_object_or_404(AltCapacity.objects.select_related("convention"), pk=alt_capacity_id)
    )


@requires("housing.figures")
@require_POST
def covered_remove(request: AgentRequest, alt_dwelling_id: UUID) -> HttpResponse:
    return _remove(
        request, get_object_or_404(AltDwelling.objects.select_related("convention"), pk=alt_dwelling_id)
    )


def _remove(request: AgentRequest, line: AltCapacity | AltDwelling) -> HttpResponse:
    with signed_by(request.user):
        line.delete()
    messages.success(
        request, f"«\u00a0{line}\u00a0» ne figure plus dans la convention de {line.convention.year}."
    )
    return _page(line.convention)


def _line(
    request: AgentRequest, convention: AltConvention, form: Any, title: str, remove: str = ""
) -> HttpResponse:
    if form.is_valid():
        with signed_by(request.user):
            form.save()
        messages.success(request, f"La convention de {convention.year} est à jour.")
        return _page(convention)
    return _form(request, form, title, reverse("housing:alt_convention", args=[convention.pk]), remove)


def _form(request: AgentRequest, form: Any, title: str, back: str, remove: str = "") -> HttpResponse:
    context = {"form": form, "title": title, "submit": "Enregistrer", "back_url": back, "remove": remove}
    return render(request, "housing/lodging/alt_form.html", context)
