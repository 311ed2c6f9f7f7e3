"""A person: identity, the households they went through, those they are linked to."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cias.accounts.http import AgentRequest
from cias.accounts.models import User
from cias.audit.enums import AccessAction
from cias.audit.history import changes_of
from cias.audit.services import log_access
from cias.core.access import requires
from cias.core.french import of_name
from cias.core.http import posted, safe_next
from households import services
from households.forms.persons import LinkForm, PersonForm
from households.history import without_social_fields
from households.models import Household, Membership, Person, PersonLink
from households.search import search
from households.views.merging import undoable_of


def _person(request: AgentRequest, person_id: UUID) -> Person:
    return get_object_or_404(Person.objects.for_user(request.user), pk=person_id)


@requires("identity.view")
@require_safe
def person(request: AgentRequest, person_id: UUID) -> HttpResponse:
    """Who the person is, and where they lived."""
    person = _person(request, person_id)
    log_access(request, AccessAction.VIEW, person)
    context = {
        "person": person,
        "memberships": _memberships(request, person),
        "links": _links(person, request.user),
        "reads_social": request.user.has_perm("situation.edit"),
        "changes": without_social_fields(changes_of(person, limit=30), request.user),
        "today": timezone.localdate(),
        "merges": undoable_of(request.user, person),
    }
    return render(request, "households/person.html", context)


def _memberships(request: AgentRequest, person: Person) -> QuerySet[Membership]:
    known = Household.objects.for_user(request.user)
    rows = person.memberships.filter(household__in=known).select_related("household__commune")
    return rows.order_by("-start", "pk")


def _links(person: Person, user: User) -> list[dict[str, object]]:
    """The person's links, each read from the person's side."""
    both = PersonLink.objects.for_user(user).filter(Q(person=person) | Q(other=person))
    links = both.select_related("person", "other")
    return [
        {
            "link": link,
            "other": link.other if link.person_id == person.pk else link.person,
            "label": link.label_for(person),
        }
        for link in links
    ]


@requires("identity.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def person_edit(request: AgentRequest, person_id: UUID) -> HttpResponse:
    """Complete or correct a person; typed text is never lost."""
    person = _person(request, person_id)
    social = request.user.has_perm("situation.edit")
    form = PersonForm(posted(request), instance=_person(request, person_id), social=social)
    if form.is_valid():
        try:
            services.update_person(by=request.user, person=form.instance)
        except ValidationError as error:
            form.add_error("death_date", error)
        else:
            messages.success(request, f"La fiche {of_name(form.instance.full_name)} est enregistrée.")
            return redirect("households:person", person.pk)
    log_access(request, AccessAction.VIEW, person)
    return render(request, "households/person_edit.html", {"person": person, "form": form})


@requires("identity.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def link_search(request: AgentRequest, person_id: UUID) -> HttpResponse:
    """Choose the other person of a link: somebody of the same households, or anybody found."""
    person = _person(request, person_id)
    data = posted(request)
    query = data.get("q", "") if data is not None else ""
    hits = [hit for hit in search(query, request.user, limit=10) if hit.person != person]
    log_access(request, AccessAction.SEARCH if query else AccessAction.VIEW, person, results=len(hits))
    homes = person.memberships.values("household")
    near = (
        Person.objects.for_user(request.user).filter(memberships__household__in=homes).exclude(pk=person.pk)
    )
    context = {"person": person, "near": near.distinct(), "query": query, "hits": hits}
    return render(request, "households/link_search.html", context)


@requires("identity.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def link_create(request: AgentRequest, person_id: UUID, other_id: UUID) -> HttpResponse:
    """Say how two persons are linked, and whether one must not be contacted about the other."""
    person, other = _person(request, person_id), _person(request, other_id)
    form = LinkForm(posted(request), person=person, other=other)
    if form.is_valid():
        try:
            services.link_persons(by=request.user, person=person, other=other, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, f"{person.full_name} et {other.full_name} sont liés.")
            return redirect("households:person", person.pk)
    log_access(request, AccessAction.VIEW, person)
    return render(request, "households/link_form.html", {"person": person, "other": other, "form": form})


@requires("identity.edit")
@require_POST
def link_delete(request: AgentRequest, link_id: UUID) -> HttpResponse:
    """Remove a link; the history keeps it."""
    links = PersonLink.objects.for_user(request.user).select_related("person", "other")
    link = get_object_or_404(links, pk=link_id)
    services.unlink_persons(by=request.user, link=link)
    messages.success(request, f"Le lien entre {link.person.full_name} et {link.other.full_name} est retiré.")
    return redirect(safe_next(request, reverse("households:person", args=[link.person_id])))
