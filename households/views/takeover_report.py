"""The report of a take-over: household by household, on screen and as files."""

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
from cias.core.access import requires
from cias.core.export import Sheet, csv_response, xlsx_response
from cias.core.http import posted, safe_next
from cias.core.reauthentication import dangerous_file
from households.enums import Decision, Outcome, Result
from households.forms.takeover import DefaultDecisionForm, MappingForm, RowDecisionForm
from households.models import Household, Person, TakeOver, TakeOverMapping, TakeOverRow
from households.search import homes_of
from households.takeover import services
from households.takeover.lists import CHOICES
from households.takeover.profiles import SIMPLE
from households.takeover.targets import label_of
from households.views.takeover import get_takeover

PER_PAGE = 25
REMARKS = "remarques"
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


@requires("files.import")
@require_safe
def takeover(request: AgentRequest, takeover_id: UUID) -> HttpResponse:
    """Where a batch stands, what becomes of each household, what can be done next."""
    takeover = get_takeover(takeover_id)
    run = takeover.runs.first()
    filters = _filters(takeover)
    wanted = request.GET.get("etat", "")
    rows = _filtered(takeover, wanted).select_related("household").fetch_mode(models.FETCH_RAISE)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    log_access(request, AccessAction.VIEW, takeover, rows=len(page.object_list), filter=wanted[:12])
    context = {
        "takeover": takeover,
        "run": run,
        "filters": filters,
        "wanted": wanted,
        "page": page,
        "lines": _lines(page.object_list, takeover, request.user),
        "decision_form": DefaultDecisionForm(initial={"decision": takeover.default_decision}),
        "decisions": Decision.choices,
        "unknown_words": sum(len(words) for words in takeover.unknown_values.values()),
    }
    return render(request, "households/takeover/detail.html", context)


def _filters(takeover: TakeOver) -> list[dict[str, Any]]:
    """The kinds of rows there are, each with its count: what was done, else what would be."""
    rows = takeover.rows.order_by()
    by_outcome = dict(rows.values_list("outcome").annotate(count=Count("pk")))
    by_result = dict(rows.values_list("result").annotate(count=Count("pk")))
    remarked = rows.exclude(issues=[]).count()
    done = sum(count for result, count in by_result.items() if result)
    choices: list[tuple[str, str, int]] = [("", "Toutes", sum(by_outcome.values()))]
    if done:
        choices += [
            (f"fait-{value}" if value else "a-faire", label, by_result.get(value, 0))
            for value, label in Result.choices
        ]
    if not done or by_outcome.get(Outcome.DUPLICATE):
        choices += [
            (value, label, by_outcome.get(value, 0))
            for value, label in Outcome.choices
            if not done or value == Outcome.DUPLICATE
        ]
    choices.append((REMARKS, "Avec une remarque", remarked))
    return [
        {"value": value, "label": label, "count": count}
        for value, label, count in choices
        if count or not value
    ]


def _filtered(takeover: TakeOver, wanted: str) -> models.QuerySet[TakeOverRow]:
    rows = takeover.rows.order_by("number", "pk")
    if wanted == REMARKS:
        return rows.exclude(issues=[])
    if wanted == "a-faire":
        return rows.filter(result="")
    if wanted.startswith("fait-"):
        return rows.filter(result=wanted.removeprefix("fait-"))
    return rows.filter(outcome=wanted) if wanted in Outcome.values else rows


def _lines(rows: Any, takeover: TakeOver, user: User) -> list[dict[str, Any]]:
    """The rows with the known persons they may hold, of those the reader may know of."""
    keys = {match["known"] for row in rows for match in row.matches if match.get("known")}
    persons = (
        {str(person.pk): person for person in Person.objects.for_user(user).filter(pk__in=keys)}
        if keys
        else {}
    )
    homes = homes_of(list(persons.values()), user) if persons else {}
    found = []
    for row in rows:
        matches = []
        for match in row.matches[:3]:
            person = persons.get(match.get("known", ""))
            home = homes.get(person.pk) if person else None
            values = row.data.get("persons", [])
            who = values[match["person"]]["first_names"] if match["person"] < len(values) else ""
            matches.append({**match, "known_person": person, "home": home, "who": who})
        found.append(
            {
                "row": row,
                "matches": matches,
                "default_decision": takeover.get_default_decision_display(),
                "may_decide": takeover.can_import and row.outcome == Outcome.DUPLICATE and not row.result,
            }
        )
    return found


@requires("files.import")
@require_POST
def decide(request: AgentRequest, takeover_row_id: UUID) -> HttpResponse:
    """What to do with one household one of whose persons may be known."""
    row = get_object_or_404(TakeOverRow.objects.select_related("takeover"), pk=takeover_row_id)
    form = RowDecisionForm(request.POST)
    back = safe_next(request, reverse("households:takeover", args=[row.takeover_id]))
    if form.is_valid():
        try:
            services.decide(row=row, decision=form.cleaned_data["decision"])
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            messages.success(request, f"Ligne {row.lines} : c’est noté.")
    return redirect(back)


@requires("files.import")
@require_POST
def decide_by_default(request: AgentRequest, takeover_id: UUID) -> HttpResponse:
    takeover = get_takeover(takeover_id)
    form = DefaultDecisionForm(request.POST)
    if form.is_valid():
        services.decide_by_default(takeover=takeover, decision=form.cleaned_data["decision"])
        messages.success(request, "C’est noté pour tous les doublons sans décision.")
    return redirect("households:takeover", takeover.pk)


@requires("files.import")
@require_http_methods(["GET", "HEAD", "POST"])
@dangerous_file
def report(request: AgentRequest, takeover_id: UUID) -> HttpResponse:
    """The whole report as CSV, one line for each remark, after a reason."""
    takeover = get_takeover(takeover_id)
    form, count = ExportReasonForm(posted(request)), takeover.rows.count()
    if not form.is_valid():
        back_url = reverse("households:takeover", args=[takeover.pk])
        return ask_reason(
            request, form, title="Télécharger le rapport de la reprise", count=count, back_url=back_url
        )
    log_access(request, AccessAction.EXPORT, takeover, reason=form.cleaned_data["reason"], rows=count)
    rows = takeover.rows.select_related("household").order_by("number", "pk")
    return csv_response(
        f"reprise-{takeover.created_at:%Y-%m-%d}-rapport.csv", REPORT_HEADER, _report_lines(rows)
    )


def _report_lines(rows: models.QuerySet[TakeOverRow]) -> Iterator[list[Any]]:
    for row in rows.iterator(chunk_size=1000):
        household: Household | None = row.household
        said = [
            row.lines, row.name, row.identifier, row.get_outcome_display(), row.get_decision_display(),
            row.get_result_display() if row.result else "", household.number if household else "",
        ]  # fmt: skip
        for issue in row.issues or [{}]:
            where = issue.get("column", "")
            if issue and issue.get("line") != row.number:
                where = f"{where} (ligne {issue['line']})".strip()
            yield [*said, where, issue.get("message", "")]


@requires("files.import")
@require_http_methods(["GET", "HEAD", "POST"])
@dangerous_file
def refused(request: AgentRequest, takeover_id: UUID) -> HttpResponse:
    """The lines refused, as they came, with why: to correct and import again. It is asked what for."""
    takeover = get_takeover(takeover_id)
    try:
        table = services.table_of(takeover)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("households:takeover", takeover.pk)
    rows = takeover.rows.filter(Q(outcome=Outcome.REFUSED) | Q(result=Result.REFUSED))
    reasons = {
        line: " ; ".join(
            f"{issue['column']} : {issue['message']}".removeprefix(" : ") for issue in row.refusals
        )
        for row in rows.order_by("number")
        for line in row.file_lines
    }
    form = ExportReasonForm(posted(request))
    if not form.is_valid():
        back_url = reverse("households:takeover", args=[takeover.pk])
        return ask_reason(
            request, form, title="Télécharger les lignes refusées", count=len(reasons), back_url=back_url
        )
    log_access(request, AccessAction.EXPORT, takeover, reason=form.cleaned_data["reason"], rows=len(reasons))
    header = [column.header for column in table.columns]
    lines = (
        [
            *(row.cells[column.place] if column.place < len(row.cells) else "" for column in table.columns),
            reasons[row.number],
        ]
        for row in table.rows
        if row.number in reasons
    )
    return csv_response(
        f"reprise-{takeover.created_at:%Y-%m-%d}-refus.csv", [*header, "Motif du refus"], lines
    )


@requires("files.import")
@require_safe
def model(request: AgentRequest, format: str) -> HttpResponse:
    """An empty list with the headers we know and two lines of example."""
    header = [name for name, *_ in SIMPLE]
    rows = [[line[rank] for line in SIMPLE] for rank in (2, 3)]
    if format == "xlsx":
        return xlsx_response("modele-de-reprise.xlsx", [Sheet("Ménages", header, rows)])
    return csv_response("modele-de-reprise.csv", header, rows)


@requires("files.import")
@require_http_methods(["GET", "HEAD", "POST"])
def mapping(request: AgentRequest, takeover_mapping_id: UUID) -> HttpResponse:
    """A saved correspondence: read it, rename it, delete it."""
    saved = get_object_or_404(TakeOverMapping, pk=takeover_mapping_id)
    if request.method == "POST" and request.POST.get("action") == "supprimer":
        saved.delete()
        messages.success(request, f"La correspondance «\u00a0{saved.name}\u00a0» est supprimée.")
        return redirect("households:takeovers")
    form = MappingForm(request.POST or None, instance=saved)
    if form.is_valid():
        form.save()
        messages.success(request, f"La correspondance «\u00a0{saved.name}\u00a0» est enregistrée.")
        return redirect("households:takeovers")
    columns = [(item["header"], label_of(item["target"], item["slot"])) for item in saved.columns]
    words = [
        (label_of(name), word, dict(CHOICES[name]).get(value, "Non renseigné"))
        for name, chosen in saved.values.items()
        for word, value in chosen.items()
    ]
    context = {"saved": saved, "form": form, "columns": columns, "words": words}
    return render(request, "households/takeover/mapping.html", context)
