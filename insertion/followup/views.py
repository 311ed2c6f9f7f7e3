"""The list of pathways, one pathway, and the facts told along it."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cias.accounts.http import AgentRequest
from cias.audit.history import changes_of
from cias.core.access import requires
from cias.core.deadlines import add_months
from cias.core.http import posted
from cias.core.uploads import bounded_uploads
from cias.lists.page import list_page
from households.file import file_context
from insertion.deadlines import Rules
from insertion.followup import services
from insertion.followup.access import act, get_orientation, keep_file, opened, step_page
from insertion.followup.forms import ExitForm, MeetingForm, ReviewForm
from insertion.followup.guidance import next_step, stages
from insertion.followup.listing import PATHWAYS
from insertion.models import Diagnosis, NoShowCase, Orientation
from insertion.pathways import with_deadlines
from insertion.sections import TAB


def page_of(orientation: Orientation) -> str:
    return reverse("insertion:pathway", args=[orientation.pk])


@requires("insertion.overview")
@require_safe
def pathways(request: AgentRequest) -> HttpResponse:
    """Running pathways, the most urgent first."""
    return list_page(request, PATHWAYS, "insertion/followup/list.html")


@requires("insertion.view")
@require_safe
def pathway(request: AgentRequest, orientation_id: UUID) -> HttpResponse:
    """One pathway: what is due, what happened, what can be done."""
    # Its household alone is used until opened() has let the reader in.
    # ast-grep-ignore: model-without-reader
    bare = get_object_or_404(Orientation, pk=orientation_id)
    household, reason = opened(request, bare.household_id)
    if reason is not None:
        return reason
    rows = Orientation.objects.for_user(request.user, household.pk).filter(pk=orientation_id)
    get_object_or_404(rows)
    today = timezone.localdate()
    row = with_deadlines(rows, today)[0]
    orientation = row.orientation
    may_edit = request.user.has_perm("insertion.edit") and household.closed_on is None
    diagnosis = (
        Diagnosis.objects.for_user(request.user, household.pk).filter(person=orientation.person).first()
    )
    exit = orientation.exits.standing().first()
    is_over = orientation.end is not None and orientation.end < today
    context = {
        "row": row,
        "orientation": orientation,
        "exit": exit,
        "stages": stages(row, diagnosis, exit, today),
        "next": next_step(row) if may_edit else None,
        "diagnosis": diagnosis,
        "cases": NoShowCase.objects.filter(orientation=orientation).select_related("excuse"),
        "reviews": orientation.reviews.select_related("by").order_by("-created_at"),
        "meetings": orientation.first_meetings.select_related("by").order_by("-created_at"),
        "exits": orientation.exits.select_related("by", "document").order_by("-created_at"),
        "undoable": services.last_fact(orientation) if may_edit else None,
        "may_edit": may_edit,
        "is_over": is_over,
        "today": today,
    }
    return render(
        request, "insertion/followup/pathway.html", file_context(request, household, TAB, **context)
    )


@requires("insertion.view")
@require_safe
def history(request: AgentRequest, orientation_id: UUID) -> HttpResponse:
    """Who wrote what, before and after (C5)."""
    # As above.
    # ast-grep-ignore: model-without-reader
    bare = get_object_or_404(Orientation, pk=orientation_id)
    household, reason = opened(request, bare.household_id)
    if reason is not None:
        return reason
    rows = Orientation.objects.for_user(request.user, household.pk)
    orientation = get_object_or_404(rows, pk=orientation_id)
    changes = changes_of(orientation, *orientation.reviews.all(), *orientation.exits.all())
    context = file_context(
        request,
        household,
        TAB,
        changes=changes,
        title="Historique du parcours",
        back_url=page_of(orientation),
    )
    return render(request, "insertion/followup/history.html", context)


@requires("insertion.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def first_meeting(request: AgentRequest, orientation_id: UUID) -> HttpResponse:
    orientation = get_orientation(request, orientation_id)
    return step_page(
        request, orientation.household_id, MeetingForm(posted(request)), "Premier rendez-vous tenu",
        lambda **values: services.tell_first_meeting(by=request.user, orientation=orientation, **values),
        done="Le premier rendez-vous est noté.", back=page_of(orientation),
        intro="Un rendez-vous d’insertion honoré dans l’agenda se compte de lui-même\u00a0; celui-ci s’est tenu hors "
        "de l’agenda.",
    )  # fmt: skip


@requires("insertion.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def review(request: AgentRequest, orientation_id: UUID) -> HttpResponse:
    """The re-examination: the next one falls a year after the start, then a year after the last one."""
    orientation = get_orientation(request, orientation_id)
    today = timezone.localdate()
    months = Rules().on(orientation.start).social_review_months
    yearly = add_months(orientation.start, months)
    initial = {"next_on": yearly if yearly > today else add_months(today, months)}
    return step_page(
        request, orientation.household_id, ReviewForm(posted(request), initial=initial),
        "Réexamen de l’orientation",
        lambda **values: services.review(by=request.user, orientation=orientation, **values),
        done="Le réexamen est noté.", back=page_of(orientation),
        intro="Le référent examine et propose\u00a0; le Département décide d’une nouvelle orientation.",
    )  # fmt: skip


@bounded_uploads
@requires("insertion.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: AgentRequest, orientation_id: UUID) -> HttpResponse:
    """The exit from the pathway: it ends the orientation and the contract that runs; it can be taken back."""
    orientation = get_orientation(request, orientation_id)
    form = ExitForm(posted(request), request.FILES or None)

    def save(**values: Any) -> None:
        document = keep_file(
            request,
            orientation.household,
            orientation.person,
            form.received,
            "Justificatif de sortie du parcours",
        )
        services.leave(by=request.user, orientation=orientation, document=document, **values)

    return step_page(
        request, orientation.household_id, form, "Sortie du parcours", save,
        done="La sortie est notée\u00a0: l’orientation et le contrat prennent fin ce jour-là.",
        back=page_of(orientation), multipart=True, submit="Noter la sortie",
        intro="L’orientation et le contrat en cours s’arrêtent à cette date. L’annuler les rétablit.",
    )  # fmt: skip


@requires("insertion.edit")
@require_POST
def undo(request: AgentRequest, orientation_id: UUID) -> HttpResponse:
    orientation = get_orientation(request, orientation_id)
    return act(
        request, page_of(orientation), lambda: services.undo(by=request.user, orientation=orientation),
        "La dernière étape du parcours est annulée.",
    )  # fmt: skip
