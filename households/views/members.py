"""Members come and go, persons are completed and linked (H1, H2)."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from cias.accounts.http import AgentRequest
from cias.audit.enums import AccessAction
from cias.audit.services import log_access
from cias.core.access import requires
from cias.core.french import of_name
from cias.core.http import posted
from households import services
from households.enums import Custody, MemberRole
from households.file import file_context, get_household
from households.forms.persons import (
    ChangeMembershipForm,
    JoinForm,
    LeaveForm,
    NewMemberForm,
)
from households.models import Household, Membership, Person
from households.search import search
from households.views.lookalikes import lookalikes
from households.views.opening import known_person
from households.views.pages import form_page


@requires("identity.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def member_add(request: AgentRequest, household_id: UUID) -> HttpResponse:
    """A new person joins; likely duplicates show while typing, and a known person can be searched for."""
    household = get_household(request, household_id)
    if query := request.POST.get("q", ""):
        hits = search(query, request.user, limit=10)
        log_access(request, AccessAction.SEARCH, household, results=len(hits))
        return _add_page(request, household, NewMemberForm(initial=_arrival()), query=query, hits=hits)
    form = NewMemberForm(posted(request), initial=_arrival())
    valid = form.is_valid()
    if request.htmx:
        return render(request, "households/duplicates.html", lookalikes(request, form))
    if chosen := request.POST.get("person"):
        return redirect("households:member_join", household.pk, known_person(request, chosen).pk)
    panel = lookalikes(request, form) if form.is_bound else {}
    decided = valid and (not panel["lookalikes"] or request.POST.get("confirmed"))
    if decided and _join(request, household, form):
        return redirect("households:composition", household.pk)
    return _add_page(request, household, form, **panel, to_confirm=valid and not form.errors)


def _add_page(
    request: AgentRequest, household: Household, form: NewMemberForm, **more: object
) -> HttpResponse:
    empty = {"query": "", "hits": [], "lookalikes": [], "typed_name": "", "to_confirm": False}
    context = file_context(request, household, "composition", form=form, **{**empty, **more})
    return render(request, "households/member_add.html", context)


def _arrival() -> dict[str, object]:
    return {"start": timezone.localdate(), "role": MemberRole.CHILD, "custody": Custody.FULL}


def _join(
    request: AgentRequest, household: Household, form: NewMemberForm | JoinForm, person: Person | None = None
) -> bool:
    values = form.cleaned_data
    try:
        membership = services.add_member(
            by=request.user,
            household=household,
            person=person or form.person_data(),  # type: ignore[union-attr]
            start=values["start"],
            role=values["role"],
            custody=values["custody"],
            leaves_previous=values.get("leaves_previous", False),
        )
    except ValidationError as error:
        form.add_error(None, error)
        return False
    messages.success(request, f"{membership.person.full_name} fait partie du ménage.")
    return True


@requires("identity.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def member_join(request: AgentRequest, household_id: UUID, person_id: UUID) -> HttpResponse:
    """A person already known joins the household, who may leave another one for it."""
    household = get_household(request, household_id)
    person = get_object_or_404(Person.objects.for_user(request.user), pk=person_id)
    form = JoinForm(posted(request), initial=_arrival())
    if form.is_valid() and _join(request, household, form, person):
        return redirect("households:composition", household.pk)
    intro = f"{person.full_name}, {person.birth_label or 'date de naissance inconnue'}"
    back = reverse("households:composition", args=[household.pk])
    return form_page(
        request,
        household,
        "composition",
        form,
        title=f"Ajouter {person.full_name} au ménage",
        submit="Ajouter au ménage",
        back=back,
        intro=intro,
    )


def _membership(request: AgentRequest, membership_id: UUID) -> tuple[Membership, Household]:
    membership = get_object_or_404(Membership.objects.select_related("person"), pk=membership_id)
    household = get_household(request, membership.household_id)
    membership.household = household
    return membership, household


@requires("identity.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def membership_change(request: AgentRequest, membership_id: UUID) -> HttpResponse:
    """Another place or another presence, from a day on."""
    membership, household = _membership(request, membership_id)
    stored = {"role": membership.role, "custody": membership.custody}
    form = ChangeMembershipForm(posted(request), initial={"start": timezone.localdate()}, stored=stored)
    if form.is_valid():
        values = form.cleaned_data
        try:
            services.change_membership(
                by=request.user,
                membership=membership,
                on=values["start"],
                role=values["role"],
                custody=values["custody"],
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, f"La place {of_name(membership.person.full_name)} est enregistrée.")
            return redirect("households:composition", household.pk)
    back = reverse("households:composition", args=[household.pk])
    title = f"Place {of_name(membership.person.full_name)} dans le ménage"
    return form_page(request, household, "composition", form, title=title, submit="Enregistrer", back=back)


@requires("identity.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def membership_end(request: AgentRequest, membership_id: UUID) -> HttpResponse:
    """The person leaves; what they lived here stays in the history."""
    membership, household = _membership(request, membership_id)
    form = LeaveForm(posted(request), initial={"end": timezone.localdate()})
    if form.is_valid():
        try:
            services.end_membership(by=request.user, membership=membership, end=form.cleaned_data["end"])
        except ValidationError as error:
            form.add_error("end", error)
        else:
            messages.success(request, f"Le départ {of_name(membership.person.full_name)} est enregistré.")
            return redirect("households:composition", household.pk)
    back = reverse("households:composition", args=[household.pk])
    title = f"Départ {of_name(membership.person.full_name)}"
    return form_page(
        request, household, "composition", form, title=title, submit="Enregistrer le départ", back=back
    )
