"""The list of the procedures, a file and its chronology, the lease it is about."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, Subquery
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from cias.accounts.http import AgentRequest
from cias.audit.enums import AccessAction
from cias.audit.history import changes_of, merge
from cias.audit.services import log_access
from cias.core.access import requires
from cias.core.deadlines import ONE_DAY
from cias.core.http import posted
from households.file import file_context, get_household
from housing.delays.counting import Nature, RuleBook
from housing.evictions import services
from housing.evictions.chronology import HEARING
from housing.evictions.drawing import act_names, deadline_names, draw
from housing.evictions.enums import ActKind, TrackKind
from housing.evictions.facts import fixed, money_of, rights_files
from housing.evictions.forms import FileForm, ListForm, OpenForm
from housing.evictions.guidance import advice, next_acts, stage_of
from housing.evictions.reading import all_deadlines, story_of
from housing.evictions.remarks import remarks
from housing.evictions.states import RIGHT_OF, STAGES
from housing.evictions.views.access import RIGHT, TAB, get_file, opened, refuse
from housing.models import (
    DaloAppeal,
    EvictionAct,
    EvictionDeadline,
    EvictionDebt,
    EvictionFile,
    HousingApplication,
)

PAGE = 25
SOON = 30
DONE = "termine"


@requires("evictions.overview")
@require_safe
def files(request: AgentRequest) -> HttpResponse:
    """Every procedure by stage and by its next date; what is written in the files is one page further."""
    today = timezone.localdate()
    form = ListForm(request.GET)
    choice = form.cleaned_data if form.is_valid() else {}
    stage = choice.get("etape") or ""
    debts = EvictionDebt.objects.filter(file=OuterRef("pk")).order_by("-on", "-created_at")
    known = EvictionFile.objects.for_user(request.user).with_next(today).select_related("household", "agent")
    rows: Any = known.annotate(owed=Subquery(debts.values("amount")[:1]))
    rows = rows.filter(ended_on__isnull=False) if stage == DONE else rows.open()
    if stage and stage != DONE:
        rows = rows.filter(stage__in=[kind.value for kind in STAGES[stage][1]])
    match choice.get("echeance"):
        case "depassee":
            rows = rows.filter(next_due__lt=today)
        case "30":
            rows = rows.filter(next_due__range=(today, today + SOON * ONE_DAY))
        case "audience":
            hearings = EvictionDeadline.objects.filter(file=OuterRef("pk"), code=HEARING)
            rows = rows.filter(Exists(hearings.filter(due_on__gte=today)))
    if choice.get("agent"):
        rows = rows.filter(agent=request.user)
    order = ("-ended_on", "pk") if stage == DONE else ("next_due", "-opened_on", "pk")
    page = Paginator(rows.order_by(*order), PAGE).get_page(request.GET.get("page"))
    log_access(request, AccessAction.VIEW, evictions=len(page.object_list))
    context = {
        "page": page,
        "form": form,
        "today": today,
        "filtered": any(choice.values()),
        "with_debts": request.user.scope(RIGHT) == "all",
        "done": stage == DONE,
    }
    return render(request, "housing/evictions/list.html", context)


@requires("evictions.view")
@require_safe
def file(request: AgentRequest, eviction_file_id: UUID) -> HttpResponse:
    """What happened, what comes next and why, what can be done now, what is tried beside."""
    file = get_file(request, eviction_file_id)
    household, reason = opened(request, file)
    if reason is not None:
        return reason
    today, rules = timezone.localdate(), RuleBook.load()
    story = story_of(file, rules)
    dates = all_deadlines(file, story)
    due = [one for one in dates if one.is_open and one.nature in (Nature.ACT, Nature.EARLIEST)]
    coming = [one for one in due if not one.lapses or one.due >= today]
    acts = list(file.acts.all())
    standing = [act for act in acts if act.undone_at is None]
    names = dict(zip([act.pk for act in standing], act_names(len(standing)), strict=True))
    may_edit = request.user.has_perm("evictions.edit")
    context = {
        "file": file,
        "drawing": draw([act.on for act in standing], [one.due for one in coming], rules, today),
        "acts": [(names.get(act.pk, ""), act, fixed(act)) for act in acts],
        "coming": list(zip(deadline_names(len(coming)), coming, strict=True)),
        "lapsed": [one for one in due if one not in coming],
        "bounds": [one for one in dates if one.nature in (Nature.LONGEST, Nature.SHORTEST)],
        "truce": rules.truce(today),
        "remarks": remarks(story),
        "advice": list(advice(file)) if may_edit else [],
        "next_acts": _next_acts(file, standing) if may_edit and file.is_open else [],
        "all_acts": list(ActKind),
        "stage": stage_of(file),
        "tracks": [(track, money_of(track), RIGHT_OF.get(track.kind, "")) for track in file.tracks.all()],
        "track_kinds": _tracks_to_open(file),
        "rights": rights_files(file) if request.user.has_perm("rights.overview") else [],
        "applications": HousingApplication.objects.for_user(request.user).filter(household=household),
        "appeals": DaloAppeal.objects.for_user(request.user).filter(household=household),
        "diagnoses": list(file.diagnoses.all()),
        "may_edit": may_edit,
        "today": today,
    }
    return render(request, "housing/evictions/file.html", file_context(request, household, TAB, **context))


def _next_acts(file: EvictionFile, standing: list[EvictionAct]) -> list[ActKind]:
    """Those likely to come, without what is noted already; a hearing may be held again."""
    noted = {act.kind for act in standing} - {ActKind.HEARING}
    return [kind for kind in next_acts(file) if kind not in noted]


def _tracks_to_open(file: EvictionFile) -> list[TrackKind]:
    running = {track.kind for track in file.tracks.all() if track.is_running}
    return [kind for kind in TrackKind if kind not in running]


@requires("evictions.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def open_file(request: AgentRequest, household_id: UUID) -> HttpResponse:
    household = get_household(request, household_id)
    form = OpenForm(posted(request), household=household, user=request.user)
    if form.is_valid():
        values = dict(form.cleaned_data)
        amount, day = values.pop("debt_amount"), values.pop("debt_on")
        try:
            file = services.open_file(
                by=request.user, household=household, opened_on=timezone.localdate(), **values
            )
        except ValidationError as error:
            refuse(form, error)
        else:
            if amount is not None:
                debt = EvictionDebt(file=file, on=day, amount=amount)
                services.save_debt(by=request.user, debt=debt)
            messages.success(request, "Le dossier est ouvert\u00a0: notez maintenant où en est la procédure.")
            return redirect("housing:eviction", file.pk)
    known = EvictionFile.objects.for_user(request.user).filter(household=household)
    context = file_context(request, household, TAB, form=form, known=known, file=None)
    return render(request, "housing/evictions/file_form.html", context)


@requires("evictions.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def edit_file(request: AgentRequest, eviction_file_id: UUID) -> HttpResponse:
    """Complete or correct the lease, the debt's causes, who follows; the dates that hang on them follow."""
    file = get_file(request, eviction_file_id)
    household = get_household(request, file.household_id)
    form = FileForm(posted(request), instance=file)
    if form.is_valid():
        try:
            services.save_file(by=request.user, file=form.save(commit=False))
        except ValidationError as error:
            refuse(form, error)
        else:
            messages.success(request, "Le dossier est enregistré\u00a0; les échéances sont à jour.")
            return redirect("housing:eviction", file.pk)
    context = file_context(request, household, TAB, form=form, known=[], file=file)
    return render(request, "housing/evictions/file_form.html", context)


@requires("evictions.view")
@require_safe
def history(request: AgentRequest, eviction_file_id: UUID) -> HttpResponse:
    """Who wrote what, before and after (C5)."""
    file = get_file(request, eviction_file_id)
    household, reason = opened(request, file)
    if reason is not None:
        return reason
    rows = [*file.acts.all(), *file.debts.all(), *file.tracks.all(), *file.diagnoses.all()]
    context = file_context(
        request, household, TAB, file=file, changes=merge(changes_of(file), changes_of(*rows))
    )
    return render(request, "housing/evictions/history.html", context)
