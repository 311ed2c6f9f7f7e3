"""The report on a Département's file: person by person, on screen and as files."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db import models
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cias.accounts.http import AgentRequest
from cias.accounts.models import User
from cias.audit.enums import AccessAction
from cias.audit.forms import ExportReasonForm
from cias.audit.reasons import ask_reason
from cias.audit.services import log_access
from cias.core import nir
from cias.core.access import requires
from cias.core.export import csv_response
from cias.core.french import plural
from cias.core.http import posted, safe_next
from cias.core.reauthentication import dangerous_file
from households.enums import Result
from households.models import Person
from households.models.closed import PROTECTED_FILE, closed_keys, closed_to
from households.search import homes_of
from households.takeover.services import table_of
from insertion.imports import services
from insertion.imports.enums import RowOutcome
from insertion.imports.forms import MappingForm, RowDecisionForm
from insertion.imports.targets import CHOICES, label_of
from insertion.imports.views import get_batch
from insertion.models import OrientationImport, OrientationImportRow, OrientationMapping

PER_PAGE = 25
REMARKS, TO_DO, DONE = "remarques", "a-faire", "fait-"
REPORT_HEADER = (
    "Ligne",
    "Nom",
    "Identifiant",
    "Prévu",
    "Décision",
    "Résultat",
    "Ménage",
    "Colonne",
    "Remarque",
)


@requires("insertion.import")
@require_safe
def report(request: AgentRequest, orientation_import_id: UUID) -> HttpResponse:
    """Where a file stands, what becomes of each person, what can be done next."""
    batch = get_batch(orientation_import_id)
    wanted = request.GET.get("etat", "")
    rows = _filtered(batch, wanted).select_related("household", "person").fetch_mode(models.FETCH_RAISE)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    filters = _filters(batch)
    log_access(request, AccessAction.VIEW, batch, rows=len(page.object_list), filter=wanted[:12])
    to_decide = batch.rows.filter(
        outcome=RowOutcome.DOUBT, decision="", result__in=["", Result.SKIPPED]
    ).count()
    context = {
        "batch": batch,
        "run": batch.runs.first(),
        "filters": filters,
        "wanted": wanted,
        "page": page,
        "lines": _lines(page.object_list, batch, request.user),
        "to_decide": to_decide,
        "unknown_words": sum(len(words) for words in batch.unknown_values.values()),
    }
    return render(request, "insertion/imports/report.html", context)


def _filters(batch: OrientationImport) -> list[dict[str, Any]]:
    """The kinds of rows there are, each with its count: what was done, else what would be."""
    rows = batch.rows.order_by()
    by_outcome = dict(rows.values_list("outcome").annotate(count=Count("pk")))
    by_result = dict(rows.values_list("result").annotate(count=Count("pk")))
    choices: list[tuple[str, str, int]] = [("", "Toutes", sum(by_outcome.values()))]
    if any(by_result.get(value) for value in Result.values if value):
        choices += [
            (f"{DONE}{value}" if value else TO_DO, label, by_result.get(value, 0))
            for value, label in Result.choices
        ]
        choices.append((RowOutcome.DOUBT, RowOutcome.DOUBT.label, by_outcome.get(RowOutcome.DOUBT, 0)))
    else:
        choices += [(value, label, by_outcome.get(value, 0)) for value, label in RowOutcome.choices]
    choices.append((REMARKS, "Avec une remarque", rows.exclude(issues=[]).count()))
    return [
        {"value": value, "label": label, "count": count}
        for value, label, count in choices
        if count or not value
    ]


def _filtered(batch: OrientationImport, wanted: str) -> models.QuerySet[OrientationImportRow]:
    rows: models.QuerySet[OrientationImportRow] = batch.rows.order_by("number", "pk")
    if wanted == REMARKS:
        return rows.exclude(issues=[])
    if wanted == TO_DO:
        return rows.filter(result="")
    if wanted.startswith(DONE):
        return rows.filter(result=wanted.removeprefix(DONE))
    return rows.filter(outcome=wanted) if wanted in RowOutcome.values else rows


def _lines(rows: Any, batch: OrientationImport, user: User) -> list[dict[str, Any]]:
    """The rows with the known persons they may be; one whose file is closed to the reader says nothing (C3)."""
    keys = {match["known"] for row in rows for match in row.matches if match.get("known")}
    keys |= {str(row.person_id) for row in rows if row.person_id}
    persons = (
        {str(person.pk): person for person in Person.objects.for_user(user).filter(pk__in=keys)}
        if keys
        else {}
    )
    homes = homes_of(list(persons.values()), user) if persons else {}
    closed = closed_keys(user)
    lines = []
    for row in rows:
        if row.household_id in closed or (row.person_id and str(row.person_id) not in persons):
            lines.append({"row": row, "is_closed": True, "name": PROTECTED_FILE})
            continue
        matches = []
        for match in row.matches:
            person = persons.get(match.get("known", ""))
            if person is not None or "line" in match:
                home = homes.get(person.pk) if person else None
                matches.append({**match, "person": person, "home": home})
        may_decide = batch.purged_at is None and row.outcome == RowOutcome.DOUBT
        lines.append(
            {
                "row": row,
                "is_closed": False,
                "name": row.name,
                "matches": matches,
                "may_decide": may_decide and row.result in ("", Result.SKIPPED),
                "decision": f"{row.decision}:{row.chosen_id}" if row.chosen_id else row.decision,
            }
        )
    return lines


@requires("insertion.import")
@require_POST
def decide(request: AgentRequest, orientation_import_row_id: UUID) -> HttpResponse:
    """Who the person of a row is, or that nothing is done with it."""
    rows = OrientationImportRow.objects.exclude(household__in=closed_to(request.user))
    row = get_object_or_404(rows.select_related("batch"), pk=orientation_import_row_id)
    form = RowDecisionForm(request.POST)
    back = safe_next(request, reverse("insertion:import", args=[row.batch_id]))
    if form.is_valid():
        decision, chosen = form.cleaned_data["decision"]
        if chosen and not Person.objects.for_user(request.user).filter(pk=chosen).exists():
            messages.error(request, "Choisissez une des personnes proposées.")
            return redirect(back)
        try:
            services.decide(row=row, decision=decision, chosen=chosen)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            log_access(request, AccessAction.VIEW, row.batch, row=row.number, decision=decision)
            messages.success(request, f"Ligne {row.lines}\u00a0: c’est noté.")
    else:
        messages.error(request, " ".join(str(error) for error in form.errors["decision"]))
    return redirect(back)


@requires("insertion.import")
@require_POST
def attach_exact(request: AgentRequest, orientation_import_id: UUID) -> HttpResponse:
    """One act for all the rows whose only proposal has the very same name, first names and birth date."""
    batch = get_batch(orientation_import_id)
    done = services.attach_exact(batch=batch, by=request.user)
    said = plural(done, "ligne rattachée", "lignes rattachées")
    messages.success(request, f"{said} à une personne de mêmes nom, prénom et date de naissance.")
    return redirect("insertion:import", batch.pk)


@requires("insertion.import")
@require_http_methods(["GET", "HEAD", "POST"])
@dangerous_file
def report_csv(request: AgentRequest, orientation_import_id: UUID) -> HttpResponse:
    """The whole report as CSV, one line for each remark, after a reason."""
    batch = get_batch(orientation_import_id)
    form, count = ExportReasonForm(posted(request)), batch.rows.count()
    if not form.is_valid():
        back_url = reverse("insertion:import", args=[batch.pk])
        return ask_reason(
            request, form, title="Télécharger le rapport de l’import", count=count, back_url=back_url
        )
    log_access(request, AccessAction.EXPORT, batch, reason=form.cleaned_data["reason"], rows=count)
    rows = batch.rows.select_related("household").order_by("number", "pk")
    name = f"departement-{batch.created_at:%Y-%m-%d}-rapport.csv"
    return csv_response(name, REPORT_HEADER, _report_lines(rows, closed_keys(request.user)))


def _report_lines(rows: models.QuerySet[OrientationImportRow], closed: set[UUID]) -> Iterator[list[Any]]:
    for row in rows.iterator(chunk_size=1000):
        if row.household_id in closed:
            yield [row.lines, PROTECTED_FILE, *[""] * 7]
            continue
        said = [
            row.lines, row.name, row.identifier, row.get_outcome_display(), row.get_decision_display(),
            row.get_result_display() if row.result else "", row.household.number if row.household else "",
        ]  # fmt: skip
        for issue in row.issues or [{}]:
            yield [*said, issue.get("column", ""), issue.get("message", "")]


@requires("insertion.import")
@require_http_methods(["GET", "HEAD", "POST"])
@dangerous_file
def refused(request: AgentRequest, orientation_import_id: UUID) -> HttpResponse:
    """The lines refused, as they came but without any NIR, with why: to correct and import again.

    It is asked what for.
    """
    batch = get_batch(orientation_import_id)
    try:
        table = table_of(batch)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("insertion:import", batch.pk)
    rows = batch.rows.filter(Q(outcome=RowOutcome.REFUSED) | Q(result=Result.REFUSED)).order_by("number")
    reasons = {
        row.number: " ; ".join(
            f"{issue['column']} : {issue['message']}".removeprefix(" : ") for issue in row.refusals
        )
        for row in rows.exclude(household__in=closed_to(request.user))
    }
    secret = {column["place"] for column in batch.columns if column["target"] == "nir"}
    form = ExportReasonForm(posted(request))
    if not form.is_valid():
        back_url = reverse("insertion:import", args=[batch.pk])
        return ask_reason(
            request, form, title="Télécharger les lignes refusées", count=len(reasons), back_url=back_url
        )
    log_access(request, AccessAction.EXPORT, batch, reason=form.cleaned_data["reason"], rows=len(reasons))
    lines = (
        [
            *(
                nir.hide(row.cells[column.place])
                if column.place < len(row.cells) and column.place not in secret
                else ""
                for column in table.columns
            ),
            reasons[row.number],
        ]
        for row in table.rows
        if row.number in reasons
    )
    header = [*(column.header for column in table.columns), "Motif du refus"]
    return csv_response(f"departement-{batch.created_at:%Y-%m-%d}-refus.csv", header, lines)


@requires("insertion.import")
@require_http_methods(["GET", "HEAD", "POST"])
def mapping(request: AgentRequest, orientation_mapping_id: UUID) -> HttpResponse:
    """A saved correspondence: read it, rename it, delete it."""
    saved = get_object_or_404(OrientationMapping, pk=orientation_mapping_id)
    if request.method == "POST" and request.POST.get("action") == "supprimer":
        saved.delete()
        messages.success(request, f"La correspondance «\u00a0{saved.name}\u00a0» est supprimée.")
        return redirect("insertion:imports")
    form = MappingForm(request.POST or None, instance=saved)
    if form.is_valid():
        form.save()
        messages.success(request, f"La correspondance «\u00a0{saved.name}\u00a0» est enregistrée.")
        return redirect("insertion:imports")
    columns = [(item["header"], label_of(item["target"])) for item in saved.columns]
    words = [
        (label_of(name), word, dict(CHOICES[name]).get(value, "Non renseigné"))
        for name, chosen in saved.values.items()
        for word, value in chosen.items()
    ]
    context = {"saved": saved, "form": form, "columns": columns, "words": words}
    return render(request, "insertion/imports/mapping.html", context)
