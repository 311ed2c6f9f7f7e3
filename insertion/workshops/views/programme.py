"""The programme as a calendar list, its workshops, and fixing their dates."""

from collections.abc import Iterable
from itertools import groupby
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from cias.accounts.http import AgentRequest
from cias.core.access import requires
from cias.core.french import month_long, plural
from cias.core.http import posted
from cias.core.pdf import pdf_response, render_pdf
from cias.core.refusals import refuse
from cias.territory.services import get_structure
from insertion.models import Workshop, WorkshopNotice, WorkshopSession
from insertion.models.workshops import SessionQuerySet
from insertion.workshops import services
from insertion.workshops.enums import Attendance, SessionState
from insertion.workshops.forms import PAST, PlanForm, ProgrammeForm, WorkshopForm
from insertion.workshops.views.access import get_workshop

PAGE = 40
WITHOUT_DATES = 12


def _filtered(request: AgentRequest) -> tuple[ProgrammeForm, SessionQuerySet]:
    """The sessions the address asks for; unknown values keep everything."""
    form = ProgrammeForm(request.GET)
    form.is_valid()
    choice: dict[str, Any] = getattr(form, "cleaned_data", {})
    now = timezone.now()
    rows = WorkshopSession.objects.for_user(request.user).with_workshop().with_seats()
    if choice.get("periode") == PAST:
        rows = rows.filter(end__lt=now).order_by("-start", "pk")
    else:
        rows = rows.filter(end__gte=now).order_by("start", "pk")
    for name, column in (("domaine", "domain"), ("theme", "theme"), ("nature", "kind")):
        if choice.get(name):
            rows = rows.filter(**{f"workshop__{column}": choice[name]})
    if choice.get("places"):
        rows = rows.with_free_seats()
    return form, rows


def by_month(rows: Iterable[WorkshopSession]) -> list[tuple[str, list[WorkshopSession]]]:
    """The sessions under the name of their month, in the order they come in."""
    return [(month, list(found)) for month, found in groupby(rows, lambda row: month_long(row.start))]


@requires("workshops.view")
@require_safe
def programme(request: AgentRequest) -> HttpResponse:
    form, rows = _filtered(request)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    manages = request.user.has_perm("workshops.manage")
    idle = Workshop.objects.exclude(sessions__end__gte=timezone.now()).order_by("-created_at", "pk")
    context = {
        "form": form, "page": page, "months": by_month(page.object_list),
        "is_past": form.data.get("periode") == PAST,
        "filtered": any(request.GET.get(name) for name in form.fields if name != "periode"),
        "to_tell": WorkshopNotice.objects.for_user(request.user).to_tell().count(),
        "to_record": WorkshopSession.objects.to_record().count()
        if request.user.has_perm("workshops.attendance") else 0,
        "idle": list(idle[:WITHOUT_DATES]) if manages else [],
    }  # fmt: skip
    return render(request, "insertion/workshops/programme.html", context)


@requires("workshops.view")
@require_safe
def programme_pdf(request: AgentRequest) -> HttpResponse:
    """The sessions to come, to hand out or pin up: no name, no number of registered persons."""
    _, rows = _filtered(request)
    coming = rows.filter(state=SessionState.PLANNED, start__gt=timezone.now())[:200]
    structure, today = get_structure(), timezone.localdate()
    context = {"months": by_month(coming), "structure": structure, "today": today}
    content = render_pdf(
        render_to_string("insertion/workshops/pdf/programme.html", context),
        title="Programme des ateliers", author=structure.name, moment=timezone.now(),
    )  # fmt: skip
    return pdf_response(content, f"programme-ateliers-{today:%Y-%m-%d}.pdf", inline=True)


@requires("workshops.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def create(request: AgentRequest) -> HttpResponse:
    structure = get_structure()
    initial = {
        "agent": request.user.pk,
        "place_name": structure.short_name,
        "street": ", ".join(structure.address_lines.splitlines()),
    }
    form = WorkshopForm(posted(request), initial=initial)
    if _saved(request, form):
        messages.success(request, "L’atelier est créé\u00a0: fixez ses dates.")
        return redirect("insertion:workshop_plan", form.instance.pk)
    return _form_page(request, form, "Créer un atelier", reverse("insertion:workshops"))


@requires("workshops.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: AgentRequest, workshop_id: UUID) -> HttpResponse:
    found = get_workshop(request, workshop_id)
    form = WorkshopForm(posted(request), instance=found)
    if _saved(request, form):
        messages.success(request, "L’atelier est modifié.")
        return redirect("insertion:workshop", found.pk)
    return _form_page(
        request,
        form,
        f"Modifier l’atelier «\u00a0{found}\u00a0»",
        reverse("insertion:workshop", args=[found.pk]),
    )


def _saved(request: AgentRequest, form: WorkshopForm) -> bool:
    if not form.is_valid():
        return False
    try:
        services.save_workshop(by=request.user, workshop=form.save(commit=False))
    except ValidationError as error:
        refuse(form, error)
        return False
    return True


def _form_page(request: AgentRequest, form: Any, title: str, back: str) -> HttpResponse:
    context = {"form": form, "title": title, "submit": "Enregistrer", "back_url": back}
    return render(request, "core/form_page.html", context)


@requires("workshops.view")
@require_safe
def workshop(request: AgentRequest, workshop_id: UUID) -> HttpResponse:
    found = get_workshop(request, workshop_id)
    rows = WorkshopSession.objects.filter(workshop=found).with_seats().select_related("agent", "workshop")
    present = Count("registrations", filter=Q(registrations__attendance=Attendance.PRESENT))
    sessions = list(rows.annotate(present=present).order_by("-start", "pk")[:100])
    now = timezone.now()
    context = {
        "workshop": found,
        "coming": [row for row in reversed(sessions) if row.end >= now],
        "past": [row for row in sessions if row.end < now],
    }
    return render(request, "insertion/workshops/workshop.html", context)


@requires("workshops.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def plan(request: AgentRequest, workshop_id: UUID) -> HttpResponse:
    """?day=…&count=… shows what each date would meet; the POST fixes those that are ticked."""
    found = get_workshop(request, workshop_id)
    initial = {
        "agent": found.agent_id, "seats": found.seats, "every_weeks": 1, "count": 1, "days_before": 1,
    }  # fmt: skip
    form = PlanForm(request.GET if "day" in request.GET else None, initial=initial)
    dates: list[services.PlannedDate] = []
    chosen: set[str] = set()
    if form.is_valid():
        values = form.cleaned_data
        names = ("agent", "day", "starts_at", "ends_at", "every_weeks", "count")
        dates = services.plan_dates(workshop=found, **{name: values[name] for name in names})
        chosen = {one.start.isoformat() for one in dates if one.is_clear}
        if request.method == "POST":
            chosen = set(request.POST.getlist("date"))
            try:
                made = services.add_sessions(
                    by=request.user, workshop=found, agent=values["agent"],
                    dates=[one for one in dates if one.start.isoformat() in chosen],
                    seats=values["seats"], days_before=values["days_before"],
                )  # fmt: skip
            except ValidationError as error:
                messages.error(request, f"{' '.join(error.messages)} Rien n’a été enregistré.")
            else:
                messages.success(request, f"{plural(len(made), 'séance fixée', 'séances fixées')}.")
                return redirect("insertion:workshop", found.pk)
    context = {
        "workshop": found, "form": form,
        "dates": [(one, one.start.isoformat() in chosen) for one in dates],
        "remarked": sum(not one.is_clear for one in dates),
    }  # fmt: skip
    return render(request, "insertion/workshops/plan.html", context)
